"""Flat arrays with offsets: lists of unequal length held as one column.

Council `i` owns the entries `start[i]` up to `start[i + 1]` of a flat array. Millions of recipes
then fit in a few arrays, and a pass over all of them is a pass over memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]


def read_only(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same column, not to be written through: what is handed to those who may look but not change.

    >>> read_only(np.ones(2)).flags.writeable
    False
    """
    view = column.view()
    view.flags.writeable = False
    return view


def hand_out(record: object, *names: str) -> None:
    """Makes these columns of a record read-only, whoever owns them: for its `__post_init__`.

    A column that is read-only stays the same object: by this a rule knows that nothing in it has changed.
    """
    for name in names:
        column = getattr(record, name)
        if column.flags.writeable:
            object.__setattr__(record, name, read_only(column))


def starts(lengths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Offsets of lists with these lengths: shape [list + 1], first 0, last the total.

    >>> starts([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    counts = np.asarray(lengths, dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])


def owners(start: Ints) -> npt.NDArray[np.int64]:
    """The list each flat entry belongs to: shape [entry].

    >>> owners(np.array([0, 2, 2, 5])).tolist()
    [0, 0, 2, 2, 2]
    """
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def slices(count: int, most: int = 50_000) -> Iterator[slice]:
    """Slices that cover a long column, each short enough for intermediate columns to stay in the cache.

    >>> list(slices(5, most=3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    return (slice(first, min(first + most, count)) for first in range(0, count, most))


def sums(start: Ints, values: Floats) -> npt.NDArray[np.float64]:
    """The total of each list: shape [list]; an empty list gives 0.

    >>> sums(np.array([0, 2, 2, 3]), np.array([1.0, 2.0, 5.0])).tolist()
    [3.0, 0.0, 5.0]
    """
    total = np.zeros(len(start) - 1)
    filled = np.flatnonzero(np.diff(start))
    if len(filled):
        total[filled] = np.add.reduceat(values, start[filled], dtype=np.float64)
    return total
