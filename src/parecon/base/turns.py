"""Deciding a batch as if its rows had come one after the other.

An immediate act is decided on the state that earlier acts left. Rows that touch the same thing - one
member's balance, one item - must therefore be decided one after the other; all others may be decided at
once. Turns are the fewest batches in which no thing is touched twice and every row comes after the
earlier rows that touch what it touches.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints


def turns(*touched: Ints) -> Iterator[npt.NDArray[np.intp]]:
    """Rows of a batch in turns: each yields the rows that may be decided together, in order.

    Each argument is a column of one kind of thing that rows touch ([row]; below 0 touches nothing).

    >>> [rows.tolist() for rows in turns(np.array([7, 8, 7, 7]))]
    [[0, 1], [2], [3]]
    """
    left = np.arange(len(touched[0]))
    while len(left):
        waits = _not_first(left, touched)  # for an earlier row, whether that one goes now or waits too
        yield left[~waits]
        left = left[waits]


def _not_first(left: npt.NDArray[np.intp], touched: tuple[Ints, ...]) -> npt.NDArray[np.bool_]:
    """Which of the rows left share a thing with an earlier row that is left too."""
    later = np.zeros(len(left), bool)
    for column in touched:
        values = column[left]
        later |= repeated(values) & (values >= 0)
    return later


def of_several(values: Ints) -> npt.NDArray[np.bool_]:
    """Rows whose value stands in another row too: [row].

    >>> of_several(np.array([4, 2, 4, 7])).tolist()
    [True, False, True, False]
    """
    some = np.zeros(len(values), bool)
    order = None if np.all(values[1:] >= values[:-1]) else np.argsort(values, kind="stable")
    sorted_values = values if order is None else values[order]
    same = sorted_values[1:] == sorted_values[:-1]
    some[1:] = same
    some[:-1] |= same
    if order is None:
        return some
    found = np.empty_like(some)
    found[order] = some
    return found


def repeated(values: Ints) -> npt.NDArray[np.bool_]:
    """Rows whose value stood in an earlier row: [row].

    >>> repeated(np.array([4, 2, 4, 4])).tolist()
    [False, False, True, True]
    """
    again = np.zeros(len(values), bool)
    if np.all(values[1:] >= values[:-1]):  # as columns from a register mostly are
        again[1:] = values[1:] == values[:-1]
        return again
    order = np.argsort(values, kind="stable")
    again[order[1:]] = values[order[1:]] == values[order[:-1]]
    return again
