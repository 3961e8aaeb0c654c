"""Pieces of the page as text: everything that comes from a run is escaped here, once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

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
