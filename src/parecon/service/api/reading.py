"""Files of rows that people send: read line by line within limits; what cannot be read is said with its line.

UTF-8 with or without a mark, commas or semicolons between cells. Nothing larger than the limits is ever held.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from parecon.base.errors import BadInput
from parecon.service.api.cells import as_meant

MOST_BYTES, MOST_ROWS, MOST_LINE_BYTES, MOST_CELL_LETTERS = 5_000_000, 20_000, 20_000, 2_500
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "xlsx", b"\xd0\xcf": "xls", b"%P": "PDF"}
_MONEY = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?\Z", re.ASCII)
_OTHER_MONEY = re.compile(r"[-+]?[0-9.,' \u00a0\u202f\u2212]+\Z")


class Line(NamedTuple):
    """A row of a file: the number of its last line, and its cells by the names of their columns."""

    number: int
    cells: dict[str, str]


def lines(file: BinaryIO, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Line]:
    """The rows of a file with these columns in any order; raises BadInput at the first that cannot be read."""
    text = _decoded(file)
    first = next(text, "")
    rows = csv.reader(_chained(first, text), delimiter=";" if ";" in first and "," not in first else ",", strict=True)
    try:
        heading = _heading(next(rows, []), columns, optional)
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise _bad(rows.line_num, _("more rows"), _("%(most)s rows at most; send them in several files") % {
                    "most": MOST_ROWS})
            if row:
                yield Line(rows.line_num, _cells(rows.line_num, row, heading))
    except csv.Error as error:
        raise _bad(rows.line_num, _quotes(str(error)), _("each quotation mark to be closed, and doubled inside a cell, "
                                                         "and no other ends of lines than usual")) from error


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _decoded(file: BinaryIO) -> Iterator[str]:
    """Lines of text, each checked before the next one is read."""
    size, number = 0, 0
    while raw := file.readline(MOST_LINE_BYTES + 1):
        size, number = size + len(raw), number + 1
        if number == 1:
            raw = _beginning(raw)
        if len(raw) > MOST_LINE_BYTES:
            raise _bad(number, _("a line without an end"), _("lines of %(most)s bytes at most") % {
                "most": MOST_LINE_BYTES})
        if size > MOST_BYTES:
            raise _bad(number, _("more than %(most)s bytes") % {"most": MOST_BYTES}, _("a smaller file, or several"))
        yield _letters(number, raw)


def _beginning(raw: bytes) -> bytes:
    """The first line without the mark of UTF-8; files that are none of letters are known by how they begin."""
    known = next((name for mark, name in MARKS.items() if raw.startswith(mark)), None)
    if known:
        raise _bad(1, _("a file of the kind %(kind)s") % {"kind": known},
                   _('a text file: in the spreadsheet choose "save as", then "CSV UTF-8"'))
    return raw.removeprefix(b"\xef\xbb\xbf")


def _letters(number: int, raw: bytes) -> str:
    if b"\0" in raw:
        raise _bad(number, _("a letter of number 0"), _("text"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[max(0, error.start - 12):error.start].decode("utf-8", "ignore")
        raise _bad(number, _("the byte %(byte)s after “%(before)s”, which is no UTF-8") % {
            "byte": f"{raw[error.start]:#04x}", "before": before},
            _('UTF-8: in the spreadsheet choose "save as", then "CSV UTF-8"')) from error


def _heading(names: list[str], columns: Sequence[str], optional: Sequence[str]) -> list[str]:
    found = [as_meant(name).strip().lower() for name in names]
    missing = [name for name in columns if name not in found]
    unknown = [name for name in found if name not in {*columns, *optional}]
    if missing or unknown or len(set(found)) != len(found):
        raise _bad(1, _("the columns %(columns)s") % {"columns": ", ".join(found) or "–"},
                   _("the columns %(columns)s") % {"columns": ", ".join(columns)} + (
                       _(" and, if you like, %(columns)s") % {"columns": ", ".join(optional)} if optional else ""))
    return found


def _cells(number: int, row: list[str], heading: list[str]) -> dict[str, str]:
    if len(row) != len(heading):
        raise _bad(number, _("%(count)s cells") % {"count": len(row)}, _("%(count)s, as in the first line") % {
            "count": len(heading)})
    if max(map(len, row)) > MOST_CELL_LETTERS:
        raise _bad(number, _("a cell of more than %(most)s letters") % {"most": MOST_CELL_LETTERS}, _("shorter ones"))
    return {name: as_meant(cell).strip() for name, cell in zip(heading, row, strict=True)}


def _quotes(said: str) -> str:
    """What Python's reader found, in words; a cell that has no end is one whose quotation mark is not closed."""
    unclosed = any(part in said for part in ("unexpected end", "expected after", "field larger"))
    return _("a quotation mark that is not closed") if unclosed else _("an end of a line where none can be")


def _bad(number: int, found: str, expected: str) -> BadInput:
    return BadInput(".", _("line %(number)s") % {"number": number}, found, expected)


def money_mcr(line: Line, column: str) -> int:
    """Credits in whole milli-credits, exactly: a point before at most three decimals, nothing between thousands.

    >>> money_mcr(Line(2, {"credits": "-12.5"}), "credits")
    -12500
    """
    said = line.cells[column]
    if _MONEY.match(said):
        whole, _point, rest = said.lstrip("-").partition(".")
        amount = int(whole) * 1000 + int(rest.ljust(3, "0"))
        return -amount if said.startswith("-") else amount
    raise wrong(line, column, _("a number with a point before at most three decimals and nothing between thousands, "
                                "such as 1234.50") if _OTHER_MONEY.match(said) else _("a number such as 1234.50"))


def wrong(line: Line, column: str, expected: str) -> BadInput:
    """That a cell is not as it must be."""
    place = _("line %(number)s, column %(column)s") % {"number": line.number, "column": column}
    return BadInput(".", place, line.cells[column][:60] or "–", expected)
