"""The law of the exchange: what an item is worth by age and condition, what is taken in, what is paid.

Pure rules over columns. Worth falls with age by one of four forms, never rises, and is nothing once the
life of the good is over. Before each year the schedule of a good moves with what was wanted and offered.
The parameters stand in law.toml, each with its source.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.postings import Amounts
from parecon.secondhand.acts import Refusal

PERMILLE, PPM = 1000, 1_000_000


class Form(IntEnum):
    """How a good loses worth as it ages."""

    GEOMETRIC = 0
    """every year the same share of what is left"""
    STRAIGHT_LINE = 1
    """every year the same amount"""
    HYPERBOLIC = 2
    """little at first, more and more towards the end"""
    EMPIRICAL = 3
    """as used goods were seen to sell"""


# --- How much is left, by age -----------------------------------------------------------------------------------

def geometric(annual_rate: Floats, age_months: Ints) -> Floats:
    """What is left if every year takes the same share of it: from 1 down, broadcast over both columns.

    Source: Bureau of Economic Analysis, BEA Depreciation Estimates: the rate is the declining-balance rate
    over the service life.

    >>> geometric(np.array([0.2]), np.array([0, 12, 24])).round(2).tolist()
    [1.0, 0.8, 0.64]
    """
    return np.power(1 - annual_rate, np.asarray(age_months) / MONTHS_A_YEAR)


def straight_line(life_months: Ints, age_months: Ints) -> Floats:
    """What is left if every month takes the same amount, nothing at the end of the life.

    >>> straight_line(np.array([120]), np.array([0, 30, 120])).tolist()
    [1.0, 0.75, 0.0]
    """
    return np.maximum(0.0, 1 - np.asarray(age_months) / life_months)


def hyperbolic(life_months: Ints, beta: Floats, age_months: Ints) -> Floats:
    """What is left of a good that stays useful long and then fails fast: (life - age) / (life - beta x age).

    `beta` is below 1; 0 is the straight line. Source: Bureau of Labor Statistics, age-efficiency of equipment.

    >>> hyperbolic(np.array([120]), np.array([0.5]), np.array([0, 60, 120])).round(3).tolist()
    [1.0, 0.667, 0.0]
    """
    age = np.minimum(age_months, life_months)  # so that nothing is divided by 0 beyond the life
    return (life_months - age) / (life_months - beta * age)


def interpolated(profile_age_months: Floats, profile_share: Floats, age_months: Ints) -> Floats:
    """What is left by a profile of used prices: [age], straight between the ages that the profile has.

    Beyond the profile's last age its last share stays.

    >>> interpolated(np.array([0, 12, 24]), np.array([1.0, 0.8, 0.5]), np.array([6, 12, 40])).tolist()
    [0.9, 0.8, 0.5]
    """
    return np.interp(age_months, profile_age_months, profile_share)


def remaining_share(form: Ints, life_months: Ints, annual_rate: Floats, beta: Floats,
                    profile_share: Floats) -> npt.NDArray[np.float64]:
    """What is left of the worth of each good at each age in months: [good, age_months], from 1 down to 0.

    `form`, `life_months`, `annual_rate` and `beta` are [good]; `profile_share` is [good, age_months] and says
    how many ages there are. Whatever the form, nothing is left when the life is over.

    >>> share = remaining_share(np.array([Form.GEOMETRIC]), np.array([24]), np.array([0.36]), np.array([0.5]),
    ...                         np.zeros((1, 30)))
    >>> share[0, [0, 6, 12, 23, 24]].round(2).tolist()
    [1.0, 0.8, 0.64, 0.43, 0.0]
    """
    age_months = np.arange(profile_share.shape[1])
    is_of, life = np.asarray(form)[:, None], np.asarray(life_months)[:, None]
    share = np.select(
        [is_of == Form.GEOMETRIC, is_of == Form.STRAIGHT_LINE, is_of == Form.HYPERBOLIC],
        [geometric(annual_rate[:, None], age_months), straight_line(life, age_months),
         hyperbolic(life, beta[:, None], age_months)], profile_share)
    return np.where(age_months < life, share, 0.0)


# --- What is announced ------------------------------------------------------------------------------------------

def most_permille(reduction_permille: int, spread_permille: int) -> int:
    """The most an item can be worth, in permille of the new price, so that no used item costs more than a new one.

    >>> most_permille(50, 100), most_permille(50, 400)
    (950, 833)
    """
    return min(PERMILLE - reduction_permille, 2 * PERMILLE * PERMILLE // (2 * PERMILLE + spread_permille))


def announced(new_price_mcr: Amounts, remaining_share: Floats, grade_permille: npt.ArrayLike, index: Floats,
              most_permille: int) -> Amounts:
    """The schedule: what an item of each good, age and grade is worth: [good, age_months, grade], in mcr.

    The new price times the good's index [good] and what age has left of it ([good, age_months]), together to the
    millionth, and what the grade is worth, rounded down to the milli-credit; at most `most_permille` of the new
    price. Grades come best first. New prices up to a billion credits.

    >>> announced(np.array([1000]), np.array([[1.0, 0.5, 0.0]]), [1000, 400], np.array([1.0]), 950).tolist()
    [[[950, 400], [500, 200], [0, 0]]]
    """
    grades = np.asarray(grade_permille, np.int64)
    assert (np.diff(grades) <= 0).all(), "grades come best first"
    part = np.rint(np.minimum(index[:, None] * remaining_share, PERMILLE) * PPM).astype(np.int64)
    millions, rest = (side[:, None] for side in np.divmod(new_price_mcr, PPM))  # so that no product is too large
    worth: Amounts = (millions * part + rest * part // PPM)[:, :, None] * grades // PERMILLE
    worth = np.minimum(worth, (new_price_mcr * most_permille // PERMILLE)[:, None, None])
    assert (np.diff(worth, axis=1) <= 0).all(), "no schedule rises with age"
    return worth


def quotes(worth_mcr: Amounts, spread_permille: int) -> tuple[Amounts, Amounts]:
    """What a member gets for an item and what the next one pays: half the spread below its worth and above.

    Shapes as `worth_mcr`, in mcr; the credit is rounded down, the price up.

    >>> [table.tolist() for table in quotes(np.array([999]), 100)]
    [[949], [1049]]
    """
    twice = 2 * PERMILLE
    return worth_mcr * (twice - spread_permille) // twice, -(-worth_mcr * (twice + spread_permille) // twice)


# --- What is taken in -------------------------------------------------------------------------------------------

def eligible(worth_mcr: Amounts, age_months: Ints, life_months: Ints, least_worth_mcr: int,
             least_remaining_months: int) -> npt.NDArray[np.int8]:
    """Whether an item is taken in: [item], a code of Refusal, 0 where it is.

    Its worth must exceed a certain sum and the life it has left a certain time; too old is said before too
    little. Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022.

    >>> eligible(np.array([900, 100, 900]), np.array([12, 12, 50]), np.array([60, 60, 60]), 500, 24).tolist()
    [0, 3, 4]
    """
    too_old = np.asarray(life_months, np.int64) - age_months <= least_remaining_months
    too_little = np.where(worth_mcr <= least_worth_mcr, Refusal.WORTH_TOO_LITTLE, Refusal.ACCEPTED)
    return np.where(too_old, Refusal.TOO_OLD, too_little).astype(np.int8)


def inspected(true_grade: Ints, lot: Floats, error_permille: int, worst_grade: int) -> npt.NDArray[np.int8]:
    """The grade that an inspection finds: [item], now and then one better or one worse than it is.

    `lot` [item] is a uniform number from 0 up to 1 each; half the errors go either way. The best grade can
    only be found worse, and `worst_grade` (not working) only better, so that errors are as frequent there.

    >>> inspected(np.array([0, 2, 2, 2]), np.array([0.01, 0.01, 0.06, 0.5]), 100, 4).tolist()
    [1, 1, 3, 2]
    """
    grade, share = np.asarray(true_grade, np.int64), error_permille / PERMILLE
    better = (lot < share / 2) & (grade > 0) | (grade == worst_grade)
    return np.where(lot < share, grade + np.where(better, -1, 1), grade).astype(np.int8)


def after_appeal(first: Ints, second: Ints, reading: str) -> npt.NDArray[np.int8]:
    """The grade that stands after a second inspection: [item], under a reading of the law.

    "the second stands" whatever it finds; with "the better stands" nobody loses by asking.

    >>> after_appeal(np.array([2, 1]), np.array([1, 2]), "the better stands").tolist()
    [1, 1]
    """
    return np.asarray(second if reading == "the second stands" else np.minimum(first, second), np.int8)


def inspection_cost(worth_mcr: Amounts, cost_permille: int) -> Amounts:
    """What inspecting an item costs: [item], in mcr, rounded down.

    >>> inspection_cost(np.array([1999]), 20).tolist()
    [39]
    """
    return worth_mcr * cost_permille // PERMILLE


def holding_cost(worth_mcr: Amounts, cost_permille: int) -> int:
    """What keeping all these items costs for a month, in mcr, rounded down: `worth_mcr` [item].

    >>> holding_cost(np.array([1_000, 1_999]), 5)
    14
    """
    return int(worth_mcr.sum()) * cost_permille // PERMILLE


def returnable(days: Floats, trued_up: npt.NDArray[np.bool_], return_days: int) -> npt.NDArray[np.bool_]:
    """Whether what was bought so many days ago may still be brought back for its price: [purchase].

    What a year's end has trued up may not: its price is no longer what was paid on the day.

    >>> returnable(np.array([3.0, 20.0, 3.0]), np.array([False, False, True]), 14).tolist()
    [True, False, False]
    """
    return (days <= return_days) & ~trued_up


# --- Before the next year ---------------------------------------------------------------------------------------

def excess_demand(demand: Floats, supply: Floats) -> npt.NDArray[np.float64]:
    """How much more of each good was wanted than offered, as a share of their mean: [good], from -2 to 2.

    A good that nobody wanted or offered has none.

    >>> excess_demand(np.array([3.0, 0.0, 5.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [1.0, 0.0, 2.0]
    """
    both = np.asarray(demand, np.float64) + supply
    return np.divide(2 * (np.asarray(demand) - supply), both, out=np.zeros_like(both), where=both > 0)


def supplied(accepted: npt.NDArray[np.bool_], works: npt.NDArray[np.bool_], listed: npt.NDArray[np.bool_],
             reading: str) -> npt.NDArray[np.bool_]:
    """Which of the items brought count as supply: [item]; what was taken in, or all that work of goods listed.

    >>> supplied(np.array([True, False]), np.array([True, True]), np.array([True, True]), "all that works").tolist()
    [True, True]
    """
    return accepted if reading == "what was taken in" else works & listed


def offered(supply: Ints, stock: Ints, demand: Ints | Floats, working_stock_months: float) -> npt.NDArray[np.float64]:
    """What counts as offered in a year: [good]; what was supplied, and what stands on shelves beyond a working stock.

    `supply` and `demand` are the year's items, `stock` those on the shelves at its end; stores mean to keep as
    many as are asked for in `working_stock_months`.

    >>> offered(np.array([100]), np.array([30]), np.array([120]), 1.0).tolist()
    [120.0]
    """
    return np.asarray(supply + np.maximum(0.0, stock - working_stock_months * np.asarray(demand) / MONTHS_A_YEAR))


def adjusted(index: Floats, demand: Floats, supply: Floats, response: float, most: float) -> npt.NDArray[np.float64]:
    """Next year's index of each schedule: up where more was wanted than offered, down where less: [good].

    Demand counts everybody who asked for one during the year and could pay, served or not; supply is what `offered`
    says. `response` is per unit of relative excess demand,
    `most` the largest share by which an index moves. Where nobody wanted or offered any, it stays.

    >>> adjusted(np.ones(3), np.array([110.0, 0.0, 9.0]), np.array([90.0, 0.0, 0.0]), 0.5, 0.25).round(6).tolist()
    [1.1, 1.0, 1.25]
    """
    return np.asarray(index * (1 + np.clip(response * excess_demand(demand, supply), -most, most)))
