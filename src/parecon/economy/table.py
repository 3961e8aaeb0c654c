"""A table of a folder, Parquet or hand-written CSV, whose every complaint names file, line and column."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from parecon.base.errors import BadInput

LINE = "\x00line"  # the column that remembers where a row stood; no cell of a file can be named so
MOST_TO_COMPARE = 5_000
SEPARATED = {";": "semicolons", "\t": "tabs"}  # as spreadsheets may write


def nearest(word: str, known: Collection[str]) -> str:
    """What the word was probably meant to be, said in brackets, or nothing.

    Among more than a few thousand nobody looks: it would take longer than a person.

    >>> nearest("start_prise", ["name", "start_price"])
    ' (did you mean start_price?)'
    """
    close = difflib.get_close_matches(word, known, n=1) if len(known) <= MOST_TO_COMPARE else []
    return f" (did you mean {close[0]}?)" if close else ""


@dataclass(frozen=True)
class Table:
    """The rows of one file as read, with methods that turn a column into numbers, words or rows.

    A cell of CSV is text until asked for as something else; a blank cell means the default.
    """

    source: Path
    file: str
    frame: pl.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def place(self, row: int) -> str:
        """Where a row stands: its line in a CSV file, its number in Parquet."""
        return f"{self.file} line {self.frame[LINE][row]}" if self.is_text else f"{self.file} row {row + 1}"

    @property
    def is_text(self) -> bool:
        """Whether the file is CSV, so that every cell came as text."""
        return self.file.endswith(".csv")

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.frame.columns

    def only(self, rows: npt.NDArray[np.intp]) -> Table:
        """The table with these rows alone."""
        return Table(self.source, self.file, self.frame[rows])

    def words(self, column: str, default: str | None = None) -> tuple[str, ...]:
        """The column as text, one word a row; a blank without a default is refused."""
        cells = self._cells(column, default)
        if not cells.dtype == pl.String:
            raise BadInput(self.source, f"{self.file}, column {column}", f"a column of {cells.dtype}", "text")
        self._refuse_first(cells.is_null(), column, cells, "a word")
        return tuple(cells)

    def codes(self) -> tuple[str, ...]:
        """The column `code`, in which no word may stand twice."""
        words = self.words("code")
        if len(set(words)) < len(words):
            again = np.flatnonzero(pl.Series(words).is_first_distinct().not_().to_numpy())[0]
            word = words[again]
            raise BadInput(self.source, f"{self.place(int(again))}, column code",
                           f"{word} again, as in {self.place(words.index(word))}", "each code once")
        return words

    def refuse_again(self, entry: npt.NDArray[Any], columns: Sequence[str], expected: str) -> None:
        """Refuses the first row whose entry an earlier row has too, in words: the cells of `columns`."""
        again = pl.Series(entry).is_first_distinct().not_()
        if again.any():
            row = int(again.arg_max() or 0)
            cells = ",".join(str(self.frame[column][row]) for column in columns)
            earlier = self.place(int(np.argmax(entry == entry[row])))
            raise BadInput(self.source, self.place(row), f"{cells} again, as in {earlier}", expected)

    def numbers(self, column: str, default: npt.ArrayLike | None = None) -> npt.NDArray[Any]:
        """The column as numbers; `default`, one number or one a row, stands for what is blank."""
        if not self.has(column) and default is not None and np.ndim(default) == 0:
            return np.broadcast_to(np.float64(default), len(self))  # type: ignore[arg-type]
        cells = self._cells(column, default)
        numbers = cells.cast(pl.Float64, strict=False) if cells.dtype == pl.String else cells
        if not numbers.dtype.is_numeric():
            raise BadInput(self.source, f"{self.file}, column {column}", f"a column of {cells.dtype}", "numbers")
        if default is not None and numbers.null_count():
            wrong = numbers.is_null() & cells.is_not_null()
            self._refuse_first(wrong, column, cells, "a number")
            filled = np.where(numbers.is_null().to_numpy(), np.broadcast_to(default, len(self)), numbers.to_numpy())
            return filled.astype(np.float64)
        self._refuse_first(numbers.is_null(), column, cells, "a number")
        return _same_for_all(numbers.to_numpy())

    def rows(self, column: str, codes: Sequence[str] | None, count: int, what: str) -> npt.NDArray[Any]:
        """The column as rows of another table, which it names by code, or by number from 0 without codes.

        Raises BadInput where it names none of them.
        """
        cells = self._cells(column, None)
        if cells.dtype == pl.String and codes is not None:
            known = pl.Series(codes, dtype=pl.String)
            number = pl.Series(np.arange(count))
            found = cells.replace_strict(known, number, default=-1, return_dtype=pl.Int64)
        else:
            whole = cells.dtype.is_integer() and not cells.null_count()
            found = cells if whole else cells.cast(pl.Int64, strict=False)
        found = found.fill_null(-1) if found.null_count() else found
        wrong = (found < 0) | (found >= count)
        if wrong.any():
            word = str(cells[int(wrong.arg_max() or 0)])
            self._refuse_first(wrong, column, cells, f"{what}{nearest(word, codes or ())}")
        return found.to_numpy()

    def days(self, column: str, default: int) -> npt.NDArray[np.int64]:
        """The column as days since 1970: dates such as 2031-04-01, or numbers of days."""
        if not self.has(column):
            return np.full(len(self), default)
        cells = self.frame[column]
        if cells.dtype == pl.String:
            dates = cells.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int64)
            found = dates.fill_null(cells.cast(pl.Int64, strict=False))
        else:
            found = cells.cast(pl.Int64, strict=False)
        self._refuse_first(found.is_null() & cells.is_not_null(), column, cells, "a date such as 2031-04-01")
        return found.fill_null(default).to_numpy().astype(np.int64)

    def _cells(self, column: str, default: object) -> pl.Series:
        if self.has(column):
            cells = self.frame[column]
            return cells.fill_null(default) if isinstance(default, str) else cells
        if default is None:
            here = ", ".join(name for name in self.frame.columns if name != LINE)
            place = f"{self.file} line 1" if self.is_text else self.file
            raise BadInput(self.source, place, f"columns {here}", f"a column {column}")
        return pl.Series(column, [default if isinstance(default, str) else None] * len(self),
                         dtype=pl.String if isinstance(default, str) else pl.Float64)

    def _refuse_first(self, wrong: pl.Series, column: str, cells: pl.Series, expected: str) -> None:
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            found = "nothing" if cells[row] is None else cells[row]
            raise BadInput(self.source, f"{self.place(row)}, column {column}", found, expected)


def _same_for_all(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The column, as a view that costs no memory where every row is the same number."""
    if len(column) > 1 and (column == column[0]).all():
        return np.broadcast_to(column[0], len(column))
    return column


def is_written(folder: Path, name: str) -> bool:
    """Whether a folder has a table of this name."""
    return bool(_files(folder, name))


def read_table(folder: Path, name: str, columns: Sequence[str]) -> Table:
    """The table `name` of a folder, from name.csv or name.parquet.

    `columns` are all it may have. Raises BadInput when it is missing, there twice, or not readable.
    """
    files = _files(folder, name)
    if len(files) != 1:
        found = " and ".join(file.name for file in files) or "no such table"
        raise BadInput(folder, name, found, f"{name}.csv or {name}.parquet")
    frame = _read_csv(folder, files[0]) if files[0].suffix == ".csv" else _read_parquet(folder, files[0])
    for column in frame.columns:
        if column not in columns and column != LINE:
            place = f"{files[0].name} line 1"
            raise BadInput(folder, place, f"column {column}{nearest(column, columns)}", f"one of {', '.join(columns)}")
    return Table(folder, files[0].name, frame)


def _files(folder: Path, name: str) -> list[Path]:
    return [file for ending in (".csv", ".parquet") if (file := folder / f"{name}{ending}").is_file()]


def _read_parquet(folder: Path, file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise BadInput(folder, file.name, str(error).splitlines()[0], "a table in Parquet") from None


def _read_csv(folder: Path, file: Path) -> pl.DataFrame:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        place = f"{file.name} line {1 + raw.count(10, 0, error.start)}"
        raise BadInput(folder, place, f"byte 0x{raw[error.start]:02x}", "text in UTF-8") from None
    _check_header(folder, file.name, text)
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False)
    except pl.exceptions.PolarsError:
        raise _uneven(folder, file.name, text) from None
    frame = frame.rename(str.strip).with_columns(pl.all().str.strip_chars().replace("", None))
    for column in frame:
        if (broken := column.str.contains("\n", literal=True).fill_null(value=False)).any():
            place = f"{file.name} row {int(broken.arg_max() or 0) + 1}, column {column.name}"
            raise BadInput(folder, place, "a line break inside a cell", "each row on one line")
    return frame.with_row_index(LINE, offset=2).filter(~pl.all_horizontal(pl.exclude(LINE).is_null()))


def _check_header(folder: Path, file: str, text: str) -> None:
    names = [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]
    if not names:
        raise BadInput(folder, f"{file} line 1", "nothing", "the names of the columns")
    if len(names) == 1 and (apart := re.search(r"[;\t]", names[0])):
        raise BadInput(folder, f"{file} line 1", f"columns separated by {SEPARATED[apart[0]]}",
                       "columns separated by commas, and a point in numbers")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(folder, f"{file} line 1", f"column {twice[0]!r} twice", "each column once")


def _uneven(folder: Path, file: str, text: str) -> BadInput:
    """The complaint about the first line that has more cells than the header."""
    lines = csv.reader(io.StringIO(text))
    width = len(next(lines))
    long = ((lines.line_num, len(cells)) for cells in lines if len(cells) > width)
    line, cells = next(long, (1, 0))
    return BadInput(folder, f"{file} line {line}", f"{cells} cells", f"{width}, as in the header")
