"""Pieces of the page as text: everything that comes from a run is escaped here, once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from parecon.report.numbers import THIN


class Markup(str):
    """Text that is already HTML. Everything else is escaped when it is put on a page."""

    __slots__ = ()


NO_FIGURE = Markup("")


def text(value: object) -> Markup:
    """A value as HTML text.

    >>> print(text("<b>"))
    &lt;b&gt;
    """
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def prose(words: object) -> Markup:
    """Words as HTML text, in which a number and its % are never on two lines.

    >>> print(prose("within 5 %").replace(THIN, "_"))
    within 5_%
    """
    return words if isinstance(words, Markup) else text(re.sub(r"(?<=\d) %", f"{THIN}%", str(words)))


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, cells, whether they are numbers, and a heading shared with its neighbours."""

    heading: str
    cells: Sequence[str]
    numeric: bool = True
    group: str = ""


def table(caption: str, columns: Sequence[Column]) -> Markup:
    """A table with a caption; the first column names the rows.

    >>> table("Rounds", [Column("rule", ["a"], numeric=False), Column("rounds", ["3"])]).count("<td")
    1
    """
    head = "".join(f'<th scope="col"{_numeric(c)}>{prose(c.heading)}</th>' for c in columns)
    over = "".join(_shared(name, len(list(some))) for name, some in groupby(columns, lambda column: column.group))
    above = f"<tr>{over}</tr>" if any(column.group for column in columns) else ""
    body = "".join(_row(columns, row) for row in range(len(columns[0].cells)))
    return Markup(f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
                  f"<caption><span>{prose(caption)}</span></caption><thead>{above}<tr>{head}</tr></thead>"
                  f"<tbody>{body}</tbody></table></div>")


def _shared(name: str, columns: int) -> str:
    """A heading over several columns, or the room over columns that share none."""
    return f'<th scope="colgroup" colspan="{columns}">{text(name)}</th>' if name else f'<td colspan="{columns}"></td>'


def _row(columns: Sequence[Column], row: int) -> str:
    first = f'<th scope="row"{_numeric(columns[0])}>{text(columns[0].cells[row])}</th>'
    rest = (f"<td{_numeric(column)}>{text(column.cells[row])}</td>" for column in columns[1:])
    return f"<tr>{first}{''.join(rest)}</tr>"


def _numeric(column: Column) -> str:
    return ' class="number"' if column.numeric else ""


def facts(caption: str, some: Mapping[str, Any]) -> Markup:
    """A table of what is known by name; what is not known is left out."""
    known = {name: value for name, value in some.items() if value is not None}
    return table(caption, [Column("what", list(known), numeric=False),
                           Column("value", [str(value) for value in known.values()], numeric=False)])


def flat(parameters: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters as dotted names with their values.

    >>> dict(flat({"board": {"clip": 0.5}}))
    {'board.clip': '0.5'}
    """
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def paragraph(words: object, kind: str = "") -> Markup:
    """A paragraph, with a class for its looks."""
    looks = f' class="{kind}"' if kind else ""
    return Markup(f"<p{looks}>{prose(words)}</p>")


def exhibit(title: str, figure: Markup, numbers: Markup, note: str = "", *, below: bool = False) -> Markup:
    """A finding, the figure that shows it, and the numbers beside it (or below, where they are many).

    Without a figure, where there is nothing to draw, the finding stands with its numbers alone.
    """
    said = paragraph(note, "note") if note and figure else ""
    shown = f'<div class="figure">{figure}{said}</div>' if figure else ""
    return Markup(f'<div class="exhibit{" below" if below or not figure else ""}"><h3>{prose(title)}</h3>'
                  f'{shown}<div class="numbers">{numbers}</div></div>')


@dataclass(frozen=True)
class Section:
    """A section of the page: `name` is where links lead, `changed` what it adds to the opening, `tile` its number."""

    name: str
    heading: str
    parts: Sequence[Markup]
    changed: str = ""
    tile: tuple[str, str] | None = None

    def markup(self) -> Markup:
        """The section as HTML."""
        return Markup(f'<section id="{text(self.name)}"><h2>{text(self.heading)}</h2>{"".join(self.parts)}</section>')


def tiles(some: Sequence[tuple[str, str]]) -> Markup:
    """Numbers that are read first, each with what it says."""
    return Markup(f"<dl>{''.join(f'<div><dt>{text(what)}</dt><dd>{text(value)}</dd></div>' for value, what in some)}"
                  "</dl>")


def document(title: str, style: str, header: Markup, sections: Sequence[Section]) -> str:
    """A whole page, which needs nothing but itself."""
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><style>{style}</style></head><body><main>'
            f"<header>{header}</header>{''.join(section.markup() for section in sections)}</main></body></html>\n")


def contents(sections: Sequence[Section]) -> Markup:
    """Links to all sections."""
    links = "".join(f'<a href="#{text(each.name)}">{text(each.heading)}</a>' for each in sections)
    return Markup(f'<nav aria-label="Sections">{links}</nav>')
