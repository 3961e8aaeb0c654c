"""Files of rows as they are written and read: cells that spreadsheets would reckon are made harmless, reversibly.

A cell that begins with = + - @, a tab, a line's end or a wide form of these signs could be a formula; so could one
whose such beginning stands behind apostrophes, once they are taken away. An apostrophe is put before all of them,
and our own reader takes exactly that one away. Plain numbers are no formulas and stay as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
AT_ONCE = 500  # lines sent together


def harmless(cell: str) -> str:
    """A cell that no spreadsheet reckons with.

    >>> harmless("=1+1"), harmless("-12.500"), harmless("'t Hart"), harmless("'=1")
    ("'=1+1", '-12.500', "'t Hart", "''=1")
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.match(cell) else cell


def as_meant(cell: str) -> str:
    """A cell as it was before it was made harmless.

    >>> [as_meant(harmless(cell)) for cell in ("=1+1", "'=1", "'t Hart", "-7")]
    ['=1+1', "'=1", "'t Hart", '-7']
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def written(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as a file, UTF-8 without a mark, lines ended as the standard says; some lines at a time."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    for count, row in enumerate(rows, 1):
        writer.writerow([harmless("" if cell is None else str(cell)) for cell in row])
        if count % AT_ONCE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
