"""The law of private exchange: what an intermediary could earn and must bear, and when that is a danger.

Pure rules over columns. Whoever buys from one member and sells to another lives between what the
federation credits and what it asks, and on those who cannot wait for it. The parameters stand in law.toml,
each with its source. Source of the text: participatoryeconomy.org, "Second-hand goods", 22 November 2022.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts

Shares = npt.NDArray[np.float64]


# --- The intermediary -------------------------------------------------------------------------------------------

def shortage_premium_share(waiting_months: npt.ArrayLike, law: Law) -> Shares:
    """What members would pay above the federation's price not to wait, as a share of worth: shape as the months.

    >>> from parecon.base.parameters import parameters
    >>> shortage_premium_share([0, 2], parameters("secondhand.private")).tolist()
    [0.0, 0.06]
    """
    return np.asarray(np.multiply(waiting_months, law["waiting_value_share"]), np.float64)


def margin_mcr(worth_mcr: Amounts, spread_share: Floats, premium_share: Floats) -> Shares:
    """What an intermediary can earn on an item at most: its worth times spread and shortage premium: [item], mcr.

    >>> margin_mcr(np.array([300_000]), np.array([0.1]), np.array([0.06])).tolist()
    [48000.0]
    """
    return np.asarray(worth_mcr * (np.asarray(spread_share) + premium_share), np.float64)


def bound_share(worth_mcr: Amounts, storage_months: npt.ArrayLike, law: Law) -> Shares:
    """The no-entry bound: up to which spread and shortage premium nobody can live by private dealing.

    Liquidity discount, holding for as long as it takes to sell, and search and expected sanction on each
    deal, as a share of worth: [item]. Where private money buys new goods too, there is no discount.

    >>> from parecon.base.parameters import parameters
    >>> bound_share(np.array([250_000, 1_000_000]), 1.5, parameters("secondhand.private")).round(3).tolist()
    [0.225, 0.15]
    """
    keeping = law["holding_rate_share"] * np.asarray(storage_months) / MONTHS_A_YEAR
    each_deal = law["search_mcr"] + law["sanction_chance_share"] * law["fine_mcr"]
    return np.asarray(discount_share(law) + keeping + each_deal / np.maximum(worth_mcr, 1), np.float64)


def cost_mcr(worth_mcr: Amounts, storage_months: npt.ArrayLike, law: Law) -> Shares:
    """What an intermediary bears for one item, in all: the no-entry bound times its worth: [item], mcr.

    >>> from parecon.base.parameters import parameters
    >>> cost_mcr(np.array([250_000]), 1.5, parameters("secondhand.private")).tolist()
    [56250.0]
    """
    return np.asarray(worth_mcr * bound_share(worth_mcr, storage_months, law), np.float64)


def discount_share(law: Law) -> float:
    """How much less than a credit a private token is worth to who gets it: nothing where it is convertible."""
    return 0.0 if law["convertible"] else float(law["liquidity_discount_share"])


def bound_kept_share(worth_mcr: Amounts, spread_share: Floats, premium_share: Floats, law: Law) -> float:
    """How much of the volume is within the no-entry bound, by worth: from 0 to 1; 1 where there is none.

    An exchange functions well if this is .95 or more.

    >>> from parecon.base.parameters import parameters
    >>> worth = np.array([250_000, 750_000])
    >>> bound_kept_share(worth, np.array([0.2, 0.2]), np.zeros(2), parameters("secondhand.private"))
    0.25
    """
    within = np.asarray(spread_share) + premium_share <= bound_share(worth_mcr, law["storage_months"], law)
    volume = int(np.sum(worth_mcr))
    return float(np.sum(worth_mcr * within) / volume) if volume else 1.0


def coincidence_chance(traded: npt.NDArray[Any]) -> float:
    """How likely two people who meet to barter each want what the other offers: from 0 to 1.

    `traded` [good] is how much of each good is offered and wanted. The more kinds of goods, the smaller:
    this is why barter stays small and a token appears where there is much to trade.

    >>> coincidence_chance(np.array([1.0, 1.0, 1.0, 1.0]))
    0.25
    """
    total = np.sum(traded)
    return float(np.sum((traded / total) ** 2)) if total > 0 else 0.0


# --- Wealth -----------------------------------------------------------------------------------------------------

def stake_mcr(first_mcr: Amounts, second_mcr: Amounts, traded_share: float, mispricing_share: float,
              most_traded_mcr: int) -> Amounts:
    """What one of each two who trade gains from the other: what changes hands, times how far it is mispriced.

    A share of the poorer one's wealth changes hands, at most a fixed sum. Shapes [pair], in mcr, rounded down;
    who is in debt trades nothing. Source: the yard-sale model (arXiv 1412.7227).

    >>> stake_mcr(np.array([1000, 1000]), np.array([500, 9000]), 1.0, 0.1, 800).tolist()
    [50, 80]
    """
    poorer = np.maximum(np.minimum(first_mcr, second_mcr), 0)
    traded = np.minimum(np.floor(poorer * traded_share), most_traded_mcr)
    return np.floor(traded * mispricing_share).astype(np.int64)


def first_gains(first_mcr: Amounts, second_mcr: Amounts, lot: Floats, mean_mcr: float, stake_share: float,
                advantage_share: float) -> npt.NDArray[np.bool_]:
    """Who gains by a trade: [pair], by lot, evenly unless luck leans towards the richer.

    Then the poorer one loses `advantage_share` of their wealth a trade on average, for each mean wealth
    between the two. Source: wealth-attained advantage (arXiv 1511.00770).

    >>> first_gains(np.array([9, 1]), np.array([1, 9]), np.array([0.52, 0.52]), 5.0, 0.1, 0.01).tolist()
    [True, False]
    """
    lean = advantage_share * (first_mcr - second_mcr) / (2 * mean_mcr * max(stake_share, 1e-12))
    return np.asarray(lot < 0.5 + lean, np.bool_)


def gini(wealth: npt.NDArray[Any]) -> float:
    """How unequally something is spread: 0 if all have the same, near 1 if one has all. [person], none below 0.

    >>> gini(np.array([5, 5, 5])), gini(np.array([0, 0, 0, 8]))
    (0.0, 0.75)
    """
    count, total = len(wealth), float(np.sum(wealth, dtype=np.float64))
    if count == 0 or total == 0:
        return 0.0
    rank = 2 * np.arange(1, count + 1) - count - 1
    return max(0.0, float(np.sum(rank * np.sort(wealth).astype(np.float64))) / (count * total))


# --- The danger -------------------------------------------------------------------------------------------------

def stake_share(law: Law) -> float:
    """How much of the poorer one's wealth a private trade puts at risk: what changes hands, times its mispricing.

    >>> from parecon.base.parameters import parameters
    >>> round(stake_share(parameters("secondhand.private")), 4)
    0.01
    """
    return float(law["traded_of_wealth_share"] * law["mispricing_share"])


def return_share(law: Law) -> float:
    """How much of wealth is drawn back to the mean in a year: what is used up and replaced by incomes, what reverts.

    >>> from parecon.base.parameters import parameters
    >>> round(return_share(parameters("secondhand.private")), 4)
    0.065
    """
    return float(law["consumption_of_wealth_share"] + law["reversion_share"])


def danger_index(private_share: npt.ArrayLike, stake_share: npt.ArrayLike, trades_a_year: float,
                 return_share: float) -> Shares:
    """How fast private trade spreads wealth beside how fast incomes draw it together: harmless far below 1.

    Private share of trade times squared stake times trades a year, over what returns to the mean in a year;
    columns broadcast. Without any return it is infinite where there is private trade.

    >>> danger_index([0.05, 1.0], 0.1, 12.0, 0.06).round(2).tolist()
    [0.1, 2.0]
    """
    spreading = np.multiply(private_share, np.square(stake_share)) * trades_a_year
    if return_share > 0:
        return np.asarray(spreading / return_share, np.float64)
    return np.where(spreading > 0, np.inf, 0.0)


def by_good(good: Ints, amount_mcr: Amounts, goods: int) -> Amounts:
    """The sum of amounts of each good: [good], exact.

    >>> by_good(np.array([1, 1, 0]), np.array([5, 6, 7]), 3).tolist()
    [7, 11, 0]
    """
    total = np.zeros(goods, np.int64)
    np.add.at(total, good, amount_mcr)
    return total
