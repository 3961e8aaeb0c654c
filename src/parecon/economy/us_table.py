"""The national table of the United States as shipped: read, and refused if it does not add up.

Amounts are in million US dollars of 2017. What each column is stands in the data cards (`data/us/*.md`).
"""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput

Array = npt.NDArray[np.float64]
Level = Literal["71", "402"]

DATA = Path(__file__).parent / "data" / "us"


@dataclass(frozen=True, eq=False)
class Table:
    """The national table as shipped: products are the sectors' and then used goods and noncomparable imports.

    `flows` [product, sector]; `final` name -> [product]; `sector` column name -> [sector].
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    summary: tuple[str, ...]
    flows: Array
    final: dict[str, Array]
    sector: dict[str, Array]


def read_table(table: Level, folder: Path = DATA) -> Table:
    """The national table as shipped, once it adds up; BadInput names the file and the sector that does not.

    >>> round(read_table("71").sector["hours_million"].sum())
    272048
    """
    path = folder / f"sectors_{table}.csv"
    header, rows = _rows(path)
    code, summary, name = zip(*(row[:3] for row in rows), strict=True)
    sector = dict(zip(header[3:], _numbers(path, [row[3:] for row in rows]).T, strict=True))
    path = folder / f"final_{table}.csv"
    header, rows = _rows(path)
    products = [row[0] for row in rows]
    if products[:-2] != list(code):
        raise BadInput(path, "column product", f"{len(products)} products", f"the {len(code)} sectors and 2 more")
    final = dict(zip(header[1:], _numbers(path, [row[1:] for row in rows]).T, strict=True))
    flows = _read_flows(folder / f"flows_{table}.csv.gz", products)
    read = Table(code, name, summary, flows, final, sector)
    _must_balance(read, folder / f"flows_{table}.csv.gz")
    return read


def _read_flows(path: Path, products: list[str]) -> Array:
    row = {code: i for i, code in enumerate(products)}
    flows = np.zeros((len(products), len(products) - 2))
    for line, (product, buyer, usd_million) in enumerate(_rows(path)[1], start=2):
        if product not in row or row.get(buyer, len(products)) >= flows.shape[1]:
            raise BadInput(path, f"line {line}", f"{product}, {buyer}", "codes of sectors")
        flows[row[product], row[buyer]] = float(usd_million)
    return flows


def _must_balance(read: Table, path: Path) -> None:
    """Refuse a table in which a product's uses, or a sector's costs and surplus, are not its output."""
    output = read.sector["output_usd_million"]
    used = (read.flows.sum(axis=1) + sum(read.final.values()))[:-2]
    paid = read.flows.sum(axis=0) + sum(read.sector[f"{name}_usd_million"] for name in
                                        ("labour", "taxes_less_subsidies", "surplus"))
    for what, total in (("uses", used), ("costs and surplus", paid)):
        wrong = np.flatnonzero(~(np.abs(total - output) <= 0.5))
        if wrong.size:
            first = int(wrong[0])
            raise BadInput(path, f"{what} of sector {read.code[first]}", f"{total[first]:.1f} in all",
                           f"the sector's output, {output[first]:.1f}")


def read_households(folder: Path = DATA) -> tuple[tuple[str, ...], Array]:
    """The names of the five fifths of households by income, poorest first, and how many households each has.

    >>> names, households = read_households()
    >>> names[0], int(households.sum())
    ('poorest fifth', 130002000)
    """
    path = folder / "households.csv"
    _, rows = _rows(path)
    return tuple(row[1] for row in rows), _numbers(path, [row[2:3] for row in rows])[:, 0]


def read_workplaces(table: Level, folder: Path = DATA) -> tuple[Array, Array]:
    """Workplaces by sector and size class, and employees of a usual one of each: shapes [sector, class].

    >>> counts, sizes = read_workplaces("71")
    >>> counts.shape, int(counts.sum())
    ((70, 9), 9588039)
    """
    path = folder / f"establishments_{table}.csv"
    counts, sizes = np.hsplit(_numbers(path, [row[1:] for row in _rows(path)[1]]), 2)
    return counts, sizes


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and rows of a CSV, compressed or not; a file cut short is refused."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(path, "end of file", "a compressed file cut short", "the whole file") from error
    header, *rows = csv.reader(text.splitlines())
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise BadInput(path, f"line {line}", f"{len(row)} columns", f"{len(header)} columns")
    return header, rows


def _numbers(path: Path, cells: list[list[str]]) -> Array:
    try:
        return np.array([[float(cell) for cell in row] for row in cells])
    except ValueError as error:
        raise BadInput(path, "numbers", str(error), "numbers") from error
