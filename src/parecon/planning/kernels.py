"""The compiled forms of `rounds`, of the same names and results, and of `consumers.spending`: arrays in and out.

Indices are made unsigned (`at`), which spares a check for negative ones at every access: a third of
the time. Councils are cut into a fixed number of blocks; each block fills its own totals and the blocks are
added in order. So results are the same to the bit on any number of threads.
"""

from __future__ import annotations

from functools import cache
from math import factorial
from types import FunctionType
from typing import Any

import numpy as np

from parecon.base.compiling import nb, types
from parecon.planning.rounds import BLOCKS, MOST_LOG, THREADS_FROM_INPUTS


def _column(of: Any, layout: str = "A", dimensions: int = 1) -> types.Array:
    return types.Array(of, dimensions, layout, readonly=True)  # type: ignore[call-overload]


# Councils' columns may be broadcast views (layout A); recipes are contiguous. One signature for each
# pair of recipe types in use, compiled at first need and kept on disk.
COUNCIL, GOOD, RECIPE_START = _column(types.float64), _column(types.float64, "C"), _column(types.int64, "C")
PRODUCT = _column(types.int32, "C")

at = np.uintp
WIDE = 8  # inputs of any recipe that are gone through alike, whether it has as many or not
FEW = 2000  # councils answered together: what stands between two steps of it stays in the cache


@cache
def kernel(name: str, good_type: str, share_type: str, *, threads: bool) -> Any:
    """The compiled form of one kernel for recipes of these types (uint16 or int32, float32 or float64).

    Without `threads` the same blocks are gone through one after the other: the same bits, and quicker to
    compile and to run where there is little to do.
    """
    good, share = (_column(getattr(types, each), "C") for each in (good_type, share_type))
    function, columns, tail = KERNELS[name]
    signature = (PRODUCT, RECIPE_START, good, share, *[COUNCIL] * columns, *tail)
    return nb.njit(signature, cache=True, parallel=_blocks_alone() if threads else False,
                   error_model="numpy")(_named(function, threads=threads))


def _named(function: Any, *, threads: bool) -> Any:
    """A function to be compiled, under a name of its own: what numba keeps on disk it finds again by name alone."""
    if not threads:
        return function
    threaded = FunctionType(function.__code__, function.__globals__, function.__name__)
    threaded.__qualname__ = f"{function.__name__}_on_threads"
    return threaded


def _blocks_alone() -> Any:
    """Shares out the loops over blocks alone: waking threads to add up a few totals takes longer than that.

    Made anew each time, because numba empties it.
    """
    others = ("comprehension", "reduction", "inplace_binop", "setitem", "numpy", "stencil", "fusion")
    return {"prange": True} | dict.fromkeys(others, False)


@nb.njit(error_model="numpy", forceinline=True)
def weighted(good, share, value, first, last):
    """The sum of share x value of the good over a recipe's inputs, those from `first` up to `last`.

    Where recipes end no processor foresees, and to be wrong costs as much as ten inputs. So it goes through a fixed
    number of inputs, of which those beyond the recipe count for nothing, and one by one only through what is left.
    """
    total = 0.0
    if first + at(WIDE) <= at(len(share)):
        for k in range(WIDE):
            part = share[first + at(k)] * value[at(good[first + at(k)])]
            total += part if first + at(k) < last else 0.0
        first += at(WIDE)
    for j in range(first, last):
        total += share[j] * value[at(good[j])]
    return total


@nb.njit(error_model="numpy", forceinline=True)
def spread(good, share, amount, first, last, total):
    """Adds share x amount to the total of the good, for each of a recipe's inputs: gone through like `weighted`."""
    if first + at(WIDE) <= at(len(share)):
        for k in range(WIDE):
            total[at(good[first + at(k)])] += share[first + at(k)] * (amount if first + at(k) < last else 0.0)
        first += at(WIDE)
    for j in range(first, last):
        total[at(good[j])] += share[j] * amount


TO_WHOLE = 1.5 * 2.0**52  # added to a number it leaves the nearest whole one in the last bits
LOG_TWO = 0.6931471805582987, 1.6465949582897082e-12  # in two parts: whole numbers times the first are exact
PER_LOG_TWO = 1 / (LOG_TWO[0] + LOG_TWO[1])
SERIES = tuple(1 / factorial(power) for power in range(13, 1, -1))


@nb.njit(error_model="numpy")
def exponentials(power):
    """Turns each x, between -700 and 700, into e^x in its place, many at once: at most one unit in the last place off.

    e^x = 2^n x e^rest with n whole and the rest within ln 2 / 2 of zero, where the power series is short.
    """
    whole = np.empty(len(power))
    bits = whole.view(np.int64)
    for i in range(at(len(power))):
        whole[i] = power[i] * PER_LOG_TWO + TO_WHOLE
        n = whole[i] - TO_WHOLE
        rest = power[i] - n * LOG_TWO[0] - n * LOG_TWO[1]
        series = 0.0
        for each in SERIES:
            series = series * rest + each
        bits[i] = (bits[i] + 1023) << 52  # which makes it 2^n: the exponent is kept 1023 higher, beside 52 digits
        power[i] = (1 + (rest + rest * rest * series)) * whole[i]


@nb.njit
def moves(column):
    """Whether a column is anything but one zero for all."""
    return len(column) > 0 and (column.strides[0] != 0 or column[0] != 0.0)


def cost_index(product, start, good, share, log_price):
    count = len(product)
    result = np.empty(count)
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            result[i] = weighted(good, share, log_price, at(start[i]), at(start[i + 1]))
    return result


def totals(product, start, good, share, sold, outlay, goods):
    count = len(product)
    sold_by = np.zeros((BLOCKS, goods))
    bought_by = np.zeros((BLOCKS, goods))
    for block in nb.prange(BLOCKS):
        sold_of, bought_of = sold_by[block], bought_by[block]
        for i in range(at(block * count // BLOCKS), at((block + 1) * count // BLOCKS)):
            sold_of[at(product[i])] += sold[i]
            spread(good, share, outlay[i], at(start[i]), at(start[i + at(1)]), bought_of)
    return sold_by.sum(axis=0), bought_by.sum(axis=0)


def respond(product, start, good, share, intercept, to_price, to_cost, receipt_rate, outlay_rate,
            outlay_to_price, outlay_to_cost, log_price):
    count, goods = len(product), len(log_price)
    log_receipts = np.empty(count)
    sold_by = np.zeros((BLOCKS, goods))
    bought_by = np.zeros((BLOCKS, goods))
    moving = moves(outlay_to_price) or moves(outlay_to_cost)
    for block in nb.prange(BLOCKS):
        sold_of, bought_of = sold_by[block], bought_by[block]
        end = (block + 1) * count // BLOCKS
        for first in range(block * count // BLOCKS, end, FEW):
            few = min(FEW, end - first)
            own, cost, receipts = np.empty(few), np.empty(few), np.empty(few)
            for k in range(at(few)):
                i = at(first) + k
                cost[k] = weighted(good, share, log_price, at(start[i]), at(start[i + at(1)]))
            for k in range(at(few)):
                i = at(first) + k
                own[k] = log_price[at(product[i])]
                receipts[k] = min(max(intercept[i] + to_price[i] * own[k] - to_cost[i] * cost[k], -MOST_LOG), MOST_LOG)
                log_receipts[i] = receipts[k]
            exponentials(receipts)
            for k in range(at(few)):
                i = at(first) + k
                sold_of[at(product[i])] += receipts[k] / receipt_rate[i]
                receipts[k] *= outlay_rate[i]
            if moving:
                for k in range(at(few)):
                    i = at(first) + k
                    beyond = outlay_to_price[i] * own[k] - outlay_to_cost[i] * cost[k]
                    cost[k] = min(max(beyond, -MOST_LOG), MOST_LOG)
                exponentials(cost)
                receipts *= cost
            for k in range(at(few)):
                i = at(first) + k
                spread(good, share, receipts[k], at(start[i]), at(start[i + at(1)]), bought_of)
    return log_receipts, sold_by.sum(axis=0), bought_by.sum(axis=0)


def slopes(product, start, good, share, sold, to_price, to_cost, outlay, outlay_to_price, outlay_to_cost,
           per_sold, per_bought):
    count, goods = len(product), len(per_sold)
    parts = 1 if len(share) < THREADS_FROM_INPUTS else 2  # a second matrix only where there is a thread to fill it
    slope = np.zeros((parts, goods, goods))
    for part in nb.prange(parts):
        for i in range(part * count // parts, (part + 1) * count // parts):
            made, first, last = at(product[i]), at(start[i]), at(start[i + 1])
            sells, row = sold[i] * per_sold[made], slope[part, made]
            row[made] -= sells * to_price[i]
            for k in range(first, last):
                row[at(good[k])] += sells * to_cost[i] * share[k]
            for j in range(first, last):
                used = at(good[j])
                need, across = share[j] * outlay[i] * per_bought[used], slope[part, used]
                across[made] += need * outlay_to_price[i]
                need *= outlay_to_cost[i]
                for k in range(first, last):
                    across[at(good[k])] -= need * share[k]
    for part in range(1, parts):
        for row_at in range(goods):
            for k in range(goods):
                slope[0, row_at, k] += slope[part, row_at, k]
    return slope[0]


@nb.njit(cache=True, parallel=_blocks_alone(), error_model="numpy", fastmath={"reassoc"})
def weighted_shares(taste, income):
    count, columns = taste.shape
    spent = np.zeros((BLOCKS, columns))
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            total = 0.0
            for j in range(columns):
                total += taste[i, j]
            rate = income[i] / total
            for j in range(columns):
                spent[block, j] += taste[i, j] * rate
    return spent.sum(axis=0)


def push(product, start, good, share, sold, to_price, to_cost, outlay, outlay_to_price, outlay_to_cost,
         per_sold, per_bought, vector):
    count, goods = len(product), len(per_sold)
    sold_by = np.zeros((BLOCKS, goods))
    bought_by = np.zeros((BLOCKS, goods))
    for block in nb.prange(BLOCKS):
        sold_of, bought_of = sold_by[block], bought_by[block]
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            own, cost = vector[at(product[i])], weighted(good, share, vector, at(start[i]), at(start[i + 1]))
            sold_of[at(product[i])] += sold[i] * (to_price[i] * own - to_cost[i] * cost)
            more = outlay[i] * (outlay_to_price[i] * own - outlay_to_cost[i] * cost)
            spread(good, share, more, at(start[i]), at(start[i + 1]), bought_of)
    gap = bought_by.sum(axis=0)
    sold_all = sold_by.sum(axis=0)
    for k in range(goods):
        gap[k] = gap[k] * per_bought[k] - sold_all[k] * per_sold[k]
    return gap


KERNELS = {
    "cost_index": (cost_index, 0, (GOOD,)),
    "totals": (totals, 2, (types.int64,)),
    "respond": (respond, 7, (GOOD,)),
    "slopes": (slopes, 6, (GOOD, GOOD)),
    "push": (push, 6, (GOOD, GOOD, GOOD)),
}
