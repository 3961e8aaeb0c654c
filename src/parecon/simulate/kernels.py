"""The compiled forms of what a month does to every home: same names as the plain forms, same bits.

A register of homes is cut into a fixed number of blocks, each of which keeps to its own rows, and lots belong to
rows: so the number of threads changes nothing. Compiled at first need and kept on disk.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from parecon.base.compiling import nb, types
from parecon.base.draws import FIRST, GOLDEN, SECOND, TO_UNIT
from parecon.simulate import world

BLOCKS = 64
NEVER = int(world.NEVER)


@nb.njit(inline="always")
def lot(purpose, slot):
    word = (np.uint64(slot) * GOLDEN) ^ purpose
    word += GOLDEN
    word ^= word >> np.uint64(30)
    word *= FIRST
    word ^= word >> np.uint64(27)
    word *= SECOND
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(11)) * TO_UNIT


@nb.njit(inline="always")
def next_due(month, slot, fails, pause_months, purpose):
    pause = pause_months[np.intp(lot(purpose, slot) * len(pause_months))]
    return np.int16(max(min(month + pause, fails[slot], NEVER - 1), month + 1))


def stir(due, fails, month, goods, group, parts, wants, pause_months, purposes):
    ends, now = np.zeros(BLOCKS + 1, np.int64), np.int16(month)
    for block in nb.prange(BLOCKS):
        count = 0
        for slot in range(len(due) * block // BLOCKS, len(due) * (block + 1) // BLOCKS):
            count += due[slot] == now
        ends[block + 1] = count
    for block in range(BLOCKS):
        ends[block + 1] += ends[block]
    stirred, filled = np.empty(ends[BLOCKS], np.int64), np.empty(BLOCKS, np.int64)
    for block in nb.prange(BLOCKS):
        place = ends[block]
        for slot in range(len(due) * block // BLOCKS, len(due) * (block + 1) // BLOCKS):
            if due[slot] != now:
                continue
            household = slot // goods
            good = slot - household * goods
            if fails[slot] < NEVER:
                acts = fails[slot] <= now or lot(purposes[0], slot) < parts[good]
            else:
                acts = lot(purposes[1], slot) < wants[good, group[household]]
            if acts:
                stirred[place] = slot
                place += 1
            else:
                due[slot] = next_due(month, slot, fails, pause_months, purposes[2])
        filled[block] = place
    whole = 0
    for block in range(BLOCKS):
        for place in range(ends[block], filled[block]):
            stirred[whole] = stirred[place]
            whole += 1
    return stirred[:whole]


def think_again(due, fails, month, slots, pause_months, purpose):
    for row in nb.prange(len(slots)):
        due[slots[row]] = next_due(month, slots[row], fails, pause_months, purpose)


def deliver(due, fails, month, slots, goods, rows, home_item, item_good, item_grade, item_made, item_fails,
            life_months, grade_edges, pause_months, purposes):
    steps = life_months.shape[1]
    for row in nb.prange(len(slots)):
        slot, item, good = slots[row], rows[row], goods[row]
        grade, kept = 0, lot(purposes[1], slot)
        for edge in grade_edges:
            grade += kept >= edge
        breaks = month + life_months[good, np.intp(lot(purposes[0], slot) * steps)]
        item_good[item], item_grade[item], item_made[item], item_fails[item] = good, grade, month, breaks
        home_item[slot], fails[slot] = item, breaks
        due[slot] = next_due(month, slot, fails, pause_months, purposes[2])


def audited(item, fails, holder, goods):
    counts, astray = np.zeros((BLOCKS, goods), np.int64), np.full(BLOCKS, -1)
    households = len(item) // goods
    for block in nb.prange(BLOCKS):
        for household in range(households * block // BLOCKS, households * (block + 1) // BLOCKS):
            for good in range(goods):
                slot = household * goods + good
                there = item[slot] >= 0
                counts[block, good] += there
                wrong = there != (fails[slot] != NEVER) or (there and holder[item[slot]] != household)
                if wrong and astray[block] < 0:
                    astray[block] = household
    first = -1
    for block in range(BLOCKS):
        if first < 0:
            first = astray[block]
    return counts.sum(axis=0), first


_I8, _I16, _I32, _I64 = types.int8, types.int16, types.int32, types.int64
_U64, _F64 = types.uint64, types.float64


SIGNATURES = {
    "stir": (_I16[::1], _I16[::1], _I64, _I64, _I8[::1], _F64[::1], _F64[:, ::1], _I16[::1], _U64[::1]),
    "think_again": (_I16[::1], _I16[::1], _I64, _I64[::1], _I16[::1], _U64),
    "deliver": (_I16[::1], _I16[::1], _I64, _I64[::1], _I8[::1], _I32[::1], _I32[::1], _I8[::1], _I8[::1], _I16[::1],
                _I16[::1], _I16[:, ::1], _F64[::1], _I16[::1], _U64[::1]),
    "audited": (_I32[::1], _I16[::1], _I32[::1], _I64),
}


@cache
def kernel(name: str) -> Any:
    """The compiled form of one pass."""
    return nb.njit(SIGNATURES[name], cache=True, parallel=True, error_model="numpy")(globals()[name])
