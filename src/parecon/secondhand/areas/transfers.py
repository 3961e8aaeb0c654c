"""Which items go from which area to which: the least cost, and a quick way that comes close to it.

Each area first serves its own requests. What is then left on a shelf may go where requests are left.
An item is sent only where carrying it costs less than `most_mcr`, and both ways look for the greatest
total of `most_mcr` less cost. `best_transfers` finds it (a linear programme, solved by HiGHS);
`transfers` takes the cheapest pair of areas first, then the next, and is what the simulation runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.postings import Amounts


@dataclass(frozen=True)
class Consignments:
    """Items sent, one row each pair of areas and good: [consignment]; `cost_mcr` is what the whole row costs."""

    origin: npt.NDArray[np.int32]
    destination: npt.NDArray[np.int32]
    good: npt.NDArray[np.int32]
    count: npt.NDArray[np.int64]
    cost_mcr: Amounts

    def __len__(self) -> int:
        return len(self.count)

    def sent(self, areas: int, goods: int) -> Amounts:
        """How many of each good leave each area: [area, good]."""
        return _summed(self.origin, self, areas, goods)

    def received(self, areas: int, goods: int) -> Amounts:
        """How many of each good reach each area: [area, good]."""
        return _summed(self.destination, self, areas, goods)


def _summed(area: Ints, sent: Consignments, areas: int, goods: int) -> Amounts:
    total = np.zeros((areas, goods), np.int64)
    np.add.at(total, (area, sent.good), sent.count)
    return total


@dataclass(frozen=True)
class Routes:
    """Pairs of areas between which a good may be sent, the cheapest first: good `g` has rows start[g] to start[g + 1].

    Equal costs go by the number of the origin, then of the destination.
    """

    start: npt.NDArray[np.int64]
    origin: npt.NDArray[np.int32]
    destination: npt.NDArray[np.int32]
    cost_mcr: Amounts


def routes(cost_mcr: Ints, most_mcr: Ints) -> Routes:
    """The pairs worth using, made once for as long as costs and worths hold.

    `cost_mcr` [area, area, good] is what carrying one item costs; `most_mcr` [good] what it may cost.

    >>> between = routes(np.array([[[0], [3]], [[2], [0]]]), np.array([3]))
    >>> between.origin.tolist(), between.destination.tolist(), between.cost_mcr.tolist()
    ([1], [0], [2])
    """
    cost = np.moveaxis(np.asarray(cost_mcr, np.int64), 2, 0)
    usable = cost < np.asarray(most_mcr)[:, None, None]
    usable &= ~np.eye(cost.shape[1], dtype=bool)
    good, origin, destination = np.nonzero(usable)
    order = np.lexsort((cost[usable], good))  # stable: equal costs stay in the order of origin and destination
    start = np.searchsorted(good[order], np.arange(len(cost) + 1))
    return Routes(start, origin[order].astype(np.int32), destination[order].astype(np.int32), cost[usable][order])


def left_over(shelf_count: Ints, requests: Ints) -> tuple[Amounts, Amounts]:
    """What each area's shelf has beyond its own requests, and what it lacks for them: [area, good] each.

    >>> [side.tolist() for side in left_over(np.array([[5], [0]]), np.array([[2], [4]]))]
    [[[3], [0]], [[0], [4]]]
    """
    more = np.asarray(shelf_count, np.int64) - np.asarray(requests, np.int64)
    return np.maximum(more, 0), np.maximum(-more, 0)


def transfers(shelf_count: Ints, requests: Ints, between: Routes) -> Consignments:
    """What is sent from area to area if the cheapest pair that has something to send goes first.

    Shapes [area, good] for what is on the shelves and what is asked for. Not always the cheapest in all,
    but as quick as reading the pairs; how far it is from the best is measured in the tests.

    >>> cost = np.array([[[0], [5]], [[5], [0]]])
    >>> sent = transfers(np.array([[4], [0]]), np.array([[1], [2]]), routes(cost, np.array([10])))
    >>> sent.origin.tolist(), sent.destination.tolist(), sent.count.tolist(), sent.cost_mcr.tolist()
    ([0], [1], [2], [10])
    """
    surplus, lack = left_over(shelf_count, requests)
    count = np.zeros(len(between.origin), np.int64)
    compiled()(between.start, between.origin, between.destination, surplus, lack, count)
    return _consigned(between, count)


def cheapest_first(start: Ints, origin: Ints, destination: Ints, surplus: Ints, lack: Ints, count: Ints) -> None:
    """Goes through the pairs in their order and sends what the one has and the other lacks: fills `count` [pair].

    `surplus` and `lack` [area, good] are used up. Plain Python; `compiled` is the same function.
    """
    for good in range(len(start) - 1):
        for pair in range(start[good], start[good + 1]):
            one, other = origin[pair], destination[pair]
            sent = min(surplus[one, good], lack[other, good])
            if sent > 0:
                surplus[one, good] -= sent
                lack[other, good] -= sent
                count[pair] = sent


@cache
def compiled() -> Any:
    """`cheapest_first`, compiled at first need and kept on disk."""
    from parecon.base.compiling import nb, types

    start, area = (types.Array(of, 1, "C") for of in (types.int64, types.int32))
    table = types.Array(types.int64, 2, "C")
    return nb.njit((start, area, area, table, table, start), cache=True)(cheapest_first)


def best_transfers(shelf_count: Ints, requests: Ints, between: Routes, most_mcr: Ints) -> Consignments:
    """What is sent if the total of worth served less cost is the greatest there can be: the reference.

    Shapes as in `transfers`; `most_mcr` [good] as in `routes`. A transport problem for each good, whose
    corners are whole numbers, solved by the simplex method of HiGHS.

    >>> cost = np.array([[[0], [5]], [[5], [0]]])
    >>> best_transfers(np.array([[4], [0]]), np.array([[1], [2]]), routes(cost, np.array([10])), [10]).count.tolist()
    [2]
    """
    surplus, lack = left_over(shelf_count, requests)
    count = np.zeros(len(between.origin), np.int64)
    for good, most in enumerate(np.asarray(most_mcr)):
        first = between.start[good]
        pair = first + np.flatnonzero((surplus[between.origin[first:between.start[good + 1]], good] > 0)
                                      & (lack[between.destination[first:between.start[good + 1]], good] > 0))
        if len(pair):
            count[pair] = _transported(between, pair, int(most), surplus[:, good], lack[:, good])
    return _consigned(between, count)


def _transported(between: Routes, pair: Ints, most_mcr: int, surplus: Ints, lack: Ints) -> Amounts:
    """How many go by each of these pairs, in the best plan for one good: [pair]."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    areas, column = len(surplus), np.arange(len(pair))
    row = np.concatenate([between.origin[pair], areas + between.destination[pair]])
    uses = coo_array((np.ones(2 * len(pair)), (row, np.concatenate([column, column]))), shape=(2 * areas, len(pair)))
    gain = most_mcr - between.cost_mcr[pair]
    solved = linprog(-gain, A_ub=uses.tocsr(), b_ub=np.concatenate([surplus, lack]), method="highs-ds")
    assert solved.success, solved.message
    return np.rint(solved.x).astype(np.int64)


def _consigned(between: Routes, count: Amounts) -> Consignments:
    row = np.flatnonzero(count)
    good = (np.searchsorted(between.start, row, side="right") - 1).astype(np.int32)
    cost = count[row] * between.cost_mcr[row]
    return Consignments(between.origin[row], between.destination[row], good, count[row], cost)


def gain_mcr(sent: Consignments, most_mcr: Ints) -> int:
    """What transfers are worth beyond what they cost: what the best plan makes as great as can be.

    >>> cost = np.array([[[0], [5]], [[5], [0]]])
    >>> gain_mcr(transfers(np.array([[4], [0]]), np.array([[1], [2]]), routes(cost, np.array([10]))), np.array([10]))
    10
    """
    return int((np.asarray(most_mcr, np.int64)[sent.good] * sent.count - sent.cost_mcr).sum())
