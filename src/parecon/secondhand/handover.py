"""What the federation hands to the plan before each year: how many new goods to expect, and what it knows of stocks.

Two forecasts of next year's purchases of new goods. One knows past purchases alone and smooths them. The
other knows stocks too: what the plan delivered in which year and will come to its end, what stands on the
exchange's shelves, who waits, and how next year's schedules change what is asked for and handed in. Both are
handed over, so that anyone can see what stock data are worth.

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022, second reply ("a sense of current
inventory levels that would feed into production equations"); exponential smoothing and survival by vintages
(perpetual inventory) as in OECD, Measuring Capital, 2009.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints

Numbers = npt.NDArray[np.float64]

NEWS_SHARE = 0.5
"""How far a smoothed level goes towards what a year was: the middle of the usual range."""
DISPLACEMENT = 0.6
"""How many new ones are not bought for each used one passed on: 1 less the rebound of reused smartphones, 29 %
(27 to 46 %), Frontiers in Energy Research 2018, 00039, rounded down."""
SURVIVAL_SHAPE = 3.0
"""How closely items end at their published lives (Weibull): a bell, as for the retirement of capital goods."""
DEMAND_PART = 0.6
"""How much of the elasticity of demand and supply together is demand's: 1.5 of 1.5 and 1."""


@dataclass(frozen=True)
class Seen:
    """What the federation counts of each year: [year, good].

    New goods bought; used ones passed on, asked for and handed in; what stands on shelves and who waits at the
    year's end; and what next year's schedule is beside this year's.
    """

    bought_new: Floats
    passed_on: Floats
    asked: Floats
    handed_in: Floats
    stock: Floats
    waiting: Floats
    index_growth: Floats


@dataclass(frozen=True)
class Expected:
    """What is expected of the year after each: [year, good], in items.

    `new` are purchases of new goods with what is known of stocks, `new_from_vintages` with what earlier plans
    delivered but nothing of the exchange, `new_from_purchases` by past purchases alone; `used` are passed on,
    `used_supply` can be: handed in, or on shelves; `ends` come to the end of their lives.
    """

    new: Numbers
    new_from_vintages: Numbers
    new_from_purchases: Numbers
    used: Numbers
    used_supply: Numbers
    ends: Numbers


def expected(seen: Seen, delivered_before: Floats, life_months: Ints, elasticity: float,
             news_share: float = NEWS_SHARE) -> Expected:
    """What the federation expects after each year, from that year and those before it alone.

    `delivered_before` [year, good] are the deliveries of the years before the first one seen, `life_months`
    [good] published lives, `elasticity` how strongly demand and supply together answer the price, `news_share`
    how far smoothed levels move towards what a year was.
    Needs are what was bought beyond what came to its end; next year's are as before, smoothed, and on top comes
    what will come to its end. With the exchange, used goods passed on count as needs met, and what will be
    passed on next year is taken off, a displacement for each.

    >>> two = np.array([[10.0], [20.0]])
    >>> none = np.zeros((2, 1))
    >>> seen = Seen(two, none, none, none, none, none, np.ones((2, 1)))
    >>> told = expected(seen, np.zeros((0, 1)), np.array([1200]), 3.0)
    >>> told.new_from_purchases[:, 0].tolist(), told.new[:, 0].round(3).tolist()
    ([10.0, 15.0], [10.0, 15.0])
    """
    before = np.zeros((1, len(life_months))) if len(delivered_before) == 0 else delivered_before
    reckoned = ends_next_year(np.concatenate([before, seen.bought_new]), life_months)
    ended, ends = reckoned[len(before) - 1:-1], reckoned[len(before):]
    used, supply = used_next_year(seen, elasticity)
    vintages = smoothed(seen.bought_new - ended, news_share) + ends
    stocks = smoothed(seen.bought_new + DISPLACEMENT * seen.passed_on - ended, news_share) + ends - DISPLACEMENT * used
    return Expected(np.maximum(0.0, stocks), np.maximum(0.0, vintages), smoothed(seen.bought_new, news_share),
                    used, supply, ends)


def smoothed(count: Floats, news_share: float) -> Numbers:
    """The level after each year, moved part of the way to what that year was: [year, good] (exponential smoothing).

    >>> smoothed(np.array([[8.0], [4.0], [6.0]]), 0.5)[:, 0].tolist()
    [8.0, 6.0, 6.0]
    """
    level = np.array(count, np.float64)
    for year in range(1, len(level)):
        level[year] = level[year - 1] + news_share * (level[year] - level[year - 1])
    return level


def surviving_share(age_years: Floats, life_months: Ints) -> Numbers:
    """How many of the items delivered so long ago are still there: [age, good], by published lives.

    >>> surviving_share(np.array([0.0, 10.0, 20.0]), np.array([120]))[:, 0].round(2).tolist()
    [1.0, 0.49, 0.0]
    """
    scale = np.asarray(life_months, float) / MONTHS_A_YEAR / gamma(1 + 1 / SURVIVAL_SHAPE)
    share: Numbers = np.exp(-np.power(np.divide.outer(np.asarray(age_years, float), scale), SURVIVAL_SHAPE))
    return share


def ends_next_year(delivered: Floats, life_months: Ints) -> Numbers:
    """How many of the items delivered until each year will come to their end in the year after it: [year, good].

    Items are reckoned as delivered in the middle of their year.

    >>> ends_next_year(np.array([[100.0], [0.0], [0.0]]), np.array([24]))[:, 0].round(1).tolist()
    [24.8, 49.2, 22.7]
    """
    years = len(delivered)
    survivors = surviving_share(np.arange(years + 1) + 0.5, life_months)
    ending = survivors[:-1] - survivors[1:]
    return np.array([(delivered[year::-1] * ending[:year + 1]).sum(axis=0) for year in range(years)])


def used_next_year(seen: Seen, elasticity: float) -> tuple[Numbers, Numbers]:
    """How many used goods will be passed on after each year, and how many there will be to pass on: [year, good].

    Next year's schedule is known: where it rises less is asked for and more handed in. What is passed on changes
    as the shorter side of the two does, with shelves and those who wait.

    >>> one = np.ones((1, 1))
    >>> seen = Seen(50 * one, 8 * one, 10 * one, 8 * one, 0 * one, 2 * one, one)
    >>> [column[0, 0].round(2).item() for column in used_next_year(seen, 3.0)]
    [8.0, 8.0]
    """
    growth = np.maximum(np.asarray(seen.index_growth, float), 1e-9)
    asked = seen.asked * growth ** (-elasticity * DEMAND_PART)
    handed_in = seen.handed_in * growth ** (elasticity * (1 - DEMAND_PART))
    supply = handed_in + seen.stock
    this = np.minimum(seen.asked + _year_before(seen.waiting), seen.handed_in + _year_before(seen.stock))
    coming = np.minimum(asked + seen.waiting, supply)
    return np.divide(seen.passed_on * coming, this, out=np.zeros_like(supply), where=this > 0), supply


def _year_before(count: Floats) -> Numbers:
    return np.concatenate([np.zeros((1, count.shape[1])), count[:-1]])


def as_always(purchases_a_year: Floats, life_months: Ints) -> Numbers:
    """Deliveries of the years before the first that was counted, if they were always the same: [year, good].

    They go back twice the longest life.

    >>> as_always(np.array([5.0, 2.0]), np.array([6, 12])).tolist()
    [[5.0, 2.0], [5.0, 2.0]]
    """
    years = -(-2 * int(np.max(life_months)) // MONTHS_A_YEAR)
    return np.tile(np.asarray(purchases_a_year, np.float64), (years, 1))
