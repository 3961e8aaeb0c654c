"""Reading the publishers' tables and writing tidy ones: what all parts of the script share."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[np.float64]

MERGED = {"71": {"525": "523"}, "402": {"525000": "523900", "4200ID": "423A00"}}
QUINTILES = ("q1", "q2", "q3", "q4", "q5")


@dataclass(frozen=True)
class Table:
    """A square table: `flows` [product, buyer], `final` [product] by use; products end with two primary rows."""

    codes: tuple[str, ...]
    summary: tuple[str, ...]
    names: tuple[str, ...]
    output: Array
    flows: Array
    final: dict[str, Array]
    compensation: Array
    taxes: Array


def text_table(path: Path) -> pl.DataFrame:
    """A CSV with every column as text: codes such as 22 and 111CA must not become numbers."""
    return pl.read_csv(path, infer_schema=False)


def number(frame: pl.DataFrame, column: str) -> Array:
    """A column as numbers; an empty cell is 0."""
    return frame[column].cast(pl.Float64).fill_null(0.0).to_numpy()


def dense(frame: pl.DataFrame, rows: list[str], columns: list[str]) -> Array:
    """A long table (row, column, amount) as a matrix of the rows and columns named; the rest is left out."""
    row, column = ({code: i for i, code in enumerate(codes)} for codes in (rows, columns))
    matrix = np.zeros((len(rows), len(columns)))
    for one, other, amount in frame.iter_rows():
        if one in row and other in column:
            matrix[row[one], column[other]] += float(amount)
    return matrix


def write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Writes a CSV, compressed where the name says so, with no date inside so that it is always the same."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
