"""Where the areas lie: a table of places, kilometres east and north of any point."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.economy.table import read_table

COLUMNS = ("code", "east_km", "north_km")
FARTHEST_KM = 20_100.0  # no two places on Earth are farther apart


def read_places(file: str | Path) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    r"""The areas of a map in their order: their codes, and kilometres east and north, [area, 2].

    The file is CSV with the columns code, east_km and north_km. Raises BadInput, with the line, for a code
    that stands twice and a place that is no number or not on Earth.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "map.csv"
    >>> _ = file.write_text("code,east_km,north_km\nnorth,0,40\nsouth,30,0\n")
    >>> codes, place = read_places(file)
    >>> codes, place.tolist()
    (('north', 'south'), [[0.0, 40.0], [30.0, 0.0]])
    """
    file = Path(file)
    table = read_table(file.parent, file.stem, COLUMNS)
    place = np.column_stack([table.numbers(column) for column in COLUMNS[1:]])
    beyond = np.argwhere(~(np.abs(place) <= FARTHEST_KM))
    if len(beyond):
        row, axis = beyond[0]
        raise BadInput(file.parent, f"{table.place(int(row))}, column {COLUMNS[1 + axis]}", place[row, axis],
                       f"from {-FARTHEST_KM:g} to {FARTHEST_KM:g} kilometres")
    return table.codes(), place
