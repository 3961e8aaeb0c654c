"""Who meets whom within a month of private dealing: pure functions over columns, lots come in as columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.postings import Amounts


def met(want_place: Ints, want_order: Floats, item_place: Ints, item_order: Floats) -> tuple[Ints, Ints]:
    """Wants and items that meet in each place, the first with the first: rows of both, of one length.

    A place is one good in one area; whoever finds nobody left on the other side meets nobody.

    >>> [rows.tolist() for rows in met(np.array([7, 7, 8]), np.array([0.9, 0.1, 0.5]), np.array([7, 9]), np.zeros(2))]
    [[1], [0]]
    """
    w, s = np.lexsort((want_order, want_place)), np.lexsort((item_order, item_place))
    most = len(w) + len(s) + 1
    _, which, what = np.intersect1d(want_place[w] * most + rank(want_place[w]),
                                    item_place[s] * most + rank(item_place[s]),
                                    assume_unique=True, return_indices=True)
    return w[which], s[what]


def better_of_two(area: Ints, lot: Floats, trader: Ints, trader_area: Ints, trader_premium: Floats) -> Ints:
    """Which of two traders of their area, drawn by one lot, offers more to each member: [member], -1 for none.

    `trader` are rows of those who still buy, sorted by area; `trader_area` and `trader_premium` are of the same.

    >>> better_of_two(np.array([0, 1]), np.array([0.3, 0.5]), np.array([4, 6]), np.array([0, 0]),
    ...               np.array([0.1, 0.2])).tolist()
    [6, -1]
    """
    border = np.searchsorted(trader_area, np.arange(int(area.max(initial=-1)) + 2))  # where each area's traders begin
    first = border[area]
    count = border[area + 1] - first
    place = lot * count
    one, other = (first + np.minimum(np.floor(part).astype(np.int64), count - 1)
                  for part in (place, place % 1 * count))
    there = count > 0
    one, other = np.where(there, one, -1), np.where(there, other, -1)
    premium = np.append(trader_premium, 0.0)  # the last place stands for nobody
    return np.append(trader, -1)[np.where(premium[one] >= premium[other], one, other)]


def within_means(trader: Ints, lot: Floats, pay_mcr: Amounts, room: Ints, means_mcr: Amounts) -> npt.NDArray[np.bool_]:
    """Which deals each trader has room and tokens for, taken by lot: [deal]; `room` and `means_mcr` are [trader].

    >>> within_means(np.array([0, 0, 0]), np.array([0.5, 0.1, 0.9]), np.array([10, 20, 5]), np.array([2]),
    ...              np.array([30])).tolist()
    [True, True, False]
    """
    order = np.lexsort((lot, trader))
    who, running = trader[order], np.cumsum(pay_mcr[order])
    place = rank(who)
    spent = running - np.append(0, running)[np.arange(len(who)) - place]
    fits = np.zeros(len(trader), bool)
    fits[order] = (place < room[who]) & (spent <= means_mcr[who])
    return fits


def rank(grouped: Ints) -> Ints:
    """The place of each row within its group, from 0; groups lie together.

    >>> rank(np.array([3, 3, 5])).tolist()
    [0, 1, 0]
    """
    row = np.arange(len(grouped))
    begins = np.append(True, grouped[1:] != grouped[:-1])[: len(grouped)]
    return row - np.maximum.accumulate(np.where(begins, row, 0))


def first_of(values: Ints) -> npt.NDArray[np.bool_]:
    """Whether a row is the first with its value.

    >>> first_of(np.array([4, 4, 2])).tolist()
    [True, False, True]
    """
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first
