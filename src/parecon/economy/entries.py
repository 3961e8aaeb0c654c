"""Matrices that a table lists entry by entry: tastes, mixtures, satellites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.economy.table import Table


@dataclass(frozen=True, eq=False)
class Entries:
    """The lines of a table, and for each the row and the column of its entry in a matrix."""

    table: Table
    row: npt.NDArray[Any]
    column: npt.NDArray[Any]

    def matrix(self, cells: str, blank: float | None, shape: tuple[int, int]) -> npt.NDArray[Any]:
        """The matrix with what stands in the column `cells`; what is not written is 0."""
        values, written = self.table.numbers(cells, blank), np.zeros(shape, bool)
        matrix = np.zeros(shape, values.dtype)
        matrix[self.row, self.column], written[self.row, self.column] = values, True
        if written.sum() < len(self.row):
            entry = self.row * shape[1] + self.column
            again = np.setdiff1d(np.arange(len(entry)), np.unique(entry, return_index=True)[1])[0]
            raise BadInput(self.table.source, self.table.place(int(again)),
                           "an entry that stands further up already", "each once")
        return matrix

    def place(self, row: int, column: int | None = None) -> str:
        """Where an entry stands, or the first one of a row; the file alone where none of it is written."""
        lines = np.flatnonzero((self.row == row) & (column is None or self.column == column))
        return self.table.place(int(lines[0])) if len(lines) else self.table.file
