"""The weeks of a month in the parks: what is wished for and when, asked for again when refused, booked and used.

`relies` and `use_factor` are [household, good]: who relies on the park, and how often each uses a thing
beside the mean of households.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand.parks.acts import Refusal, Wishes
from parecon.secondhand.parks.decide import book
from parecon.secondhand.parks.law import WEEKS_A_MONTH
from parecon.secondhand.parks.stock import Parks, next_period
from parecon.secondhand.parks.uses import Uses

WEEKS_A_YEAR, MOST_TIMES = 52, 200


def weeks(parks: Parks, relies: npt.NDArray[np.bool_], use_factor: npt.NDArray[np.float32], uses: Uses,
          balance_mcr: Amounts, seed: int, number: int, law: Law) -> tuple[Parks, Amounts, Amounts, Amounts, Postings]:
    """The weeks of a month (52 a year): wishes and how many were refused for good, [pool]; hours, [piece]; the fees.

    `balance_mcr` [account] is changed in place by the fees; `number` counts months from 0.
    """
    habits = habits_of(relies, use_factor, uses)
    wished, refused = (np.zeros(parks.pools, np.int64) for _ in range(2))
    hours, fees = np.zeros(len(parks.pieces), np.int64), []
    for week in range(WEEKS_A_YEAR * number // MONTHS_A_YEAR, WEEKS_A_YEAR * (number + 1) // MONTHS_A_YEAR):
        wishes = wished_for(parks, habits, uses, seed, week)
        pool = wishes.park * len(uses) + wishes.good
        this_week, left = next_period(parks), np.arange(len(wishes))
        for attempt in range(law["tries"]):
            order, asked = _in_order_of_asking(wishes.rows(left), left, parks.calendar.shape[1], seed, week, attempt,
                                               law)
            decided = book(asked, this_week, balance_mcr, 0, law)
            post(balance_mcr, decided.postings)
            fees.append(decided.postings)
            this_week = decided.parks
            left = np.sort(left[order[decided.reason != Refusal.ACCEPTED]])
        wished += np.bincount(pool, minlength=parks.pools)
        refused += np.bincount(pool[left], minlength=parks.pools)
        hours += np.bincount(this_week.bookings.piece, this_week.bookings.slots, len(hours)).astype(np.int64)
    return parks, wished, refused, hours, Postings.together(fees)


@dataclass(frozen=True)
class Habits:
    """Who uses which good from the park, and how often in a week on average: [habit]."""

    household: npt.NDArray[np.int32]
    good: npt.NDArray[np.int32]
    a_week: Floats


def habits_of(relies: npt.NDArray[np.bool_], use_factor: npt.NDArray[np.float32], uses: Uses) -> Habits:
    """The habits of those who rely on parks and have a use for the good."""
    household, good = (column.astype(np.int32) for column in np.nonzero(relies & (use_factor > 0)))
    return Habits(household, good, uses.uses_a_month[good] * use_factor[household, good] / WEEKS_A_MONTH)


def wished_for(parks: Parks, habits: Habits, uses: Uses, seed: int, week: int) -> Wishes:
    """What members wish for in a week, each as often as is its habit and lot: times are drawn later."""
    ids = habits.household.astype(np.int64) * len(uses) + habits.good
    count = _poisson(uniform(key(seed, "uses", week), ids), habits.a_week)
    member, good = np.repeat(habits.household, count), np.repeat(habits.good, count)
    slots = np.minimum(uses.hours_each[good], parks.calendar.shape[1]).astype(np.int32)
    return Wishes(member, parks.park_of[member], good, np.zeros(len(member), np.int32), slots)


def _poisson(lot: Floats, mean: Floats) -> npt.NDArray[np.int64]:
    """How often something happens that happens so often on average: [row], by inversion, at most MOST_TIMES."""
    count, chance = np.zeros(len(mean), np.int64), np.exp(-np.asarray(mean, np.float64))
    below = chance.copy()
    open_rows = np.flatnonzero(lot >= below)
    while len(open_rows) and count.max(initial=0) < MOST_TIMES:
        count[open_rows] += 1
        chance[open_rows] *= mean[open_rows] / count[open_rows]
        below[open_rows] += chance[open_rows]
        open_rows = open_rows[lot[open_rows] >= below[open_rows]]
    return count


def _in_order_of_asking(wishes: Wishes, ids: Ints, slots: int, seed: int, week: int, attempt: int,
                        law: Law) -> tuple[npt.NDArray[np.intp], Wishes]:
    """The wishes with a drawn time each, sorted by when their members ask: some ahead, some at once."""
    lot = uniform(key(seed, f"time {attempt}", week), ids)
    start = (lot * (slots - wishes.slots + 1)).astype(np.int32)
    asked = start - law["lead_hours"] * uniform(key(seed, f"ahead {attempt}", week), ids)
    order = np.argsort(asked, kind="stable")
    return order, replace(wishes, start=start).rows(order)
