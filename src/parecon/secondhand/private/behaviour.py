"""How simulated people try to live by private dealing: they know their own costs and gains, and no law of it.

A few households would trade for profit if there were one. Now and then one of them just tries, with terms
out of the air; others begin where they see somebody earn by it, on about the same terms. After some months
each looks at what it brought: who lost leaves, who earned less than the best of the area copies the best.
Nobody knows the bound up to which there is nothing to earn: whether there is, they find out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts

NOBODY = -1


@dataclass
class Traders:
    """Households that would trade for profit, whether they do or not: [trader], sorted by area.

    Their terms: `premium_share` above the federation's credit is what they offer, `markup_share` above its
    price (below 0: under it) what they ask, and items worth less than `least_worth_mcr` they leave.
    `profit_mcr` is what the months since the last look brought, in the trader's own eyes; `earned_mcr` what
    the time before it did; `sold_lately` is items a month, the last month counting half.
    """

    household: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]
    capacity_items: npt.NDArray[np.int64]
    active: npt.NDArray[np.bool_]
    premium_share: npt.NDArray[np.float64]
    markup_share: npt.NDArray[np.float64]
    least_worth_mcr: npt.NDArray[np.int64]
    profit_mcr: npt.NDArray[np.int64]
    earned_mcr: npt.NDArray[np.int64]
    months: npt.NDArray[np.int64]
    sold_lately: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.household)


@dataclass
class Stock:
    """Items that traders keep: [item]; `item` is its number in the world, `paid_mcr` what was paid, in tokens."""

    item: npt.NDArray[np.int64]
    trader: npt.NDArray[np.int32]
    good: npt.NDArray[np.int16]
    worth_mcr: npt.NDArray[np.int64]
    paid_mcr: npt.NDArray[np.int64]
    months: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.item)

    def only(self, rows: npt.NDArray[np.bool_]) -> Stock:
        """The items of these rows."""
        return Stock(*(getattr(self, each.name)[rows] for each in fields(self)))

    def and_also(self, more: Stock) -> Stock:
        """These items and, after them, more."""
        return Stock(*(np.concatenate([getattr(self, each.name), getattr(more, each.name)])
                       for each in fields(self)))

    def of_each(self, traders: int) -> npt.NDArray[np.int64]:
        """How many items each trader keeps: [trader]."""
        return np.bincount(self.trader, minlength=traders)


def nothing() -> Stock:
    """No items.

    >>> len(nothing())
    0
    """
    return Stock(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int16),
                 *(np.zeros(0, np.int64) for _ in range(3)))


def would_trade(household_area: Ints, law: Law, seed: int, capacity_items: npt.ArrayLike | None = None) -> Traders:
    """Those households that would trade for profit, by lot; none does yet.

    `household_area` is [household]; `capacity_items` [area] is how many items a trader there can keep, the
    law's own home where it is not given.

    >>> from parecon.base.parameters import in_force
    >>> some = in_force("secondhand.private", {"entrepreneurs_share": 0.5}, "example")
    >>> traders = would_trade(np.zeros(10, int), some, 1)
    >>> 0 < len(traders) < 10, int(traders.capacity_items[0]), bool(traders.active.any())
    (True, 4, False)
    """
    lot = uniform(key(seed, "private: would trade"), np.arange(len(household_area)))
    chosen = np.flatnonzero(lot < law["entrepreneurs_share"])
    chosen = chosen[np.argsort(household_area[chosen], kind="stable")]
    area, count = household_area[chosen], len(chosen)
    room = law["home_capacity_items"] if capacity_items is None else np.asarray(capacity_items)[area]
    none = np.zeros(count, np.int64)
    return Traders(chosen.astype(np.int32), area.astype(np.int32), np.full(count, room, np.int64),
                   np.zeros(count, bool), np.zeros(count), np.zeros(count), none, none.copy(), none.copy(),
                   none.copy(), np.zeros(count))


def begin(traders: Traders, law: Law, seed: int, month: int) -> None:
    """Some who would trade begin this month: a few just try, more where they see somebody earn by it."""
    lot = uniform(key(seed, "private: begins", month), traders.household)
    best = best_of_area(traders)
    tries = ~traders.active & (lot < law["trial_rate_share"] / MONTHS_A_YEAR)
    follows = ~traders.active & ~tries & (best != NOBODY) & (lot > 1 - law["imitation_share"])
    _try_terms(traders, np.flatnonzero(tries), law, seed, month)
    _copy_terms(traders, np.flatnonzero(follows), best, law, seed, month)
    new = tries | follows
    traders.active |= new
    for column in (traders.profit_mcr, traders.earned_mcr, traders.months, traders.sold_lately):
        column[new] = 0


def room_items(traders: Traders, stock: Stock, law: Law) -> npt.NDArray[np.int64]:
    """How many items each trader would buy this month: [trader], none where not active.

    As far as there is room for them and time to fetch them, and no more than sell within some months.
    """
    sells = np.maximum(law["first_stock_items"], law["stock_months"] * traders.sold_lately).astype(np.int64)
    wanted = np.minimum(traders.capacity_items, sells) - stock.of_each(len(traders))
    return np.clip(wanted, 0, law["deals_a_month"]) * traders.active


def look_back(traders: Traders, law: Law, seed: int, month: int) -> None:
    """Traders whose time is up look at what it brought: they leave with a loss, or copy the best, or go on."""
    traders.months += traders.active
    due = traders.active & (traders.months >= law["review_months"])
    traders.earned_mcr[due] = traders.profit_mcr[due]
    traders.profit_mcr[due] = 0
    traders.months[due] = 0
    traders.active &= ~(due & (traders.earned_mcr < 0))
    best = best_of_area(traders)
    less = due & traders.active & (best != NOBODY) & (best != np.arange(len(traders)))
    _copy_terms(traders, np.flatnonzero(less), best, law, seed, month)
    idle = due & traders.active & (best == NOBODY)
    _try_terms(traders, np.flatnonzero(idle), law, seed, month)


def best_of_area(traders: Traders) -> npt.NDArray[np.int64]:
    """Who of the active traders in each trader's area last earned most, if anything: [trader], or NOBODY.

    >>> from parecon.base.parameters import in_force
    >>> all_of_them = in_force("secondhand.private", {"entrepreneurs_share": 1.0}, "example")
    >>> traders = would_trade(np.array([0, 0, 1]), all_of_them, 1)
    >>> traders.active[:], traders.earned_mcr[:] = True, [5, 9, 0]
    >>> best_of_area(traders).tolist()
    [1, 1, -1]
    """
    order = np.lexsort((traders.earned_mcr * traders.active, traders.area))
    last_of_area = order[np.searchsorted(traders.area[order], traders.area, side="right") - 1]
    earns = traders.active[last_of_area] & (traders.earned_mcr[last_of_area] > 0)
    return np.where(earns, last_of_area, NOBODY)


def wealth_in_trade(traders: Traders, stock: Stock, token_mcr: Amounts, discount_share: float) -> Amounts:
    """What each trader has made of trade: tokens for what they are worth to their holder, and stock: [trader], mcr."""
    tokens = token_mcr[traders.household]
    kept = np.zeros(len(traders), np.int64)
    np.add.at(kept, stock.trader, stock.worth_mcr)
    return kept + np.where(tokens > 0, np.floor(tokens * (1 - discount_share)).astype(np.int64), tokens)


def _try_terms(traders: Traders, rows: Ints, law: Law, seed: int, month: int) -> None:
    """Terms out of the air."""
    lots = _lots("private: tries terms", traders, rows, seed, month)
    traders.premium_share[rows] = lots[0] * law["most_premium_share"]
    traders.markup_share[rows] = (2 * lots[1] - 1) * law["most_markup_share"]
    traders.least_worth_mcr[rows] = (lots[2] * law["most_least_worth_mcr"]).astype(np.int64)


def _copy_terms(traders: Traders, rows: Ints, best: Ints, law: Law, seed: int, month: int) -> None:
    """About the terms of the best of the area."""
    lots = _lots("private: copies terms", traders, rows, seed, month)
    miss, model = law["error_share"], best[rows]
    traders.premium_share[rows] = np.maximum(traders.premium_share[model] + (2 * lots[0] - 1) * miss, 0)
    traders.markup_share[rows] = np.maximum(traders.markup_share[model] + (2 * lots[1] - 1) * miss, -1)
    traders.least_worth_mcr[rows] = np.maximum(
        traders.least_worth_mcr[model] + ((2 * lots[2] - 1) * miss * law["most_least_worth_mcr"]), 0)


def _lots(stream: str, traders: Traders, rows: Ints, seed: int, month: int) -> list[Floats]:
    return [uniform(key(seed, f"{stream}, {which}", month), traders.household[rows]) for which in range(3)]
