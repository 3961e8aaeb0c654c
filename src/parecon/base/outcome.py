"""What a decision leads to: a reason code for each act, postings, and moves of items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.postings import Postings

NOBODY = -1  # who holds what does not exist: not made yet, or scrapped


@dataclass(frozen=True)
class Moves:
    """Items that change hands, one row each: [move]; `giver` and `taker` are parties (or nobody)."""

    item: npt.NDArray[np.int32]
    giver: npt.NDArray[np.int32]
    taker: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.item)

    @classmethod
    def of(cls, item: npt.ArrayLike, giver: npt.ArrayLike, taker: npt.ArrayLike) -> Moves:
        """Moves from columns, or from single parties that serve all rows."""
        items = np.atleast_1d(np.asarray(item, np.int32))
        return cls(items, *(np.broadcast_to(np.asarray(side, np.int32), items.shape) for side in (giver, taker)))


def move(holder: npt.NDArray[np.int32], moves: Moves) -> None:
    """Carries moves out on the holders of all items: [item], changed in place.

    Every item must be where its move begins, and move once.

    >>> holder = np.array([5, 5], np.int32)
    >>> move(holder, Moves.of([1], 5, 7))
    >>> holder.tolist()
    [5, 7]
    """
    assert np.array_equal(holder[moves.item], moves.giver), "an item can only be given by who holds it"
    holder[moves.item] = moves.taker


@dataclass(frozen=True)
class Outcome:
    """What a batch of acts leads to: `reason` [act], 0 where the act is done; what moves between parties."""

    reason: npt.NDArray[np.int8]
    postings: Postings
    moves: Moves

    @property
    def accepted(self) -> npt.NDArray[np.intp]:
        """Rows of the acts that are done."""
        return np.flatnonzero(self.reason == 0)


def first_reason(*tests: tuple[npt.NDArray[np.bool_], int], acts: int | None = None) -> npt.NDArray[np.int8]:
    """For each act the first reason that applies, 0 where none does: [act].

    >>> first_reason((np.array([True, False]), 3), (np.array([True, True]), 5)).tolist()
    [3, 5]
    """
    reason = np.zeros(acts if acts is not None else len(tests[0][0]), np.int8)
    for applies, code in reversed(tests):
        reason[applies] = code
    return reason


def counted(reason: Ints, codes: int) -> npt.NDArray[np.int64]:
    """How many acts met each reason: [code]."""
    return np.bincount(reason, minlength=codes)[:codes]
