"""Claim U2: with prices guaranteed for a year, the federation ends the year with a gain or a loss."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from parecon.base.columns import Floats
from parecon.base.lots import lots
from parecon.base.parameters import parameters
from parecon.base.postings import Amounts
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.claims.market import SOURCE, line
from parecon.secondhand.law import inspection_cost, quotes
from parecon.secondhand.settlement import Result, shared_by_all

GOODS, YEARS, HOUSEHOLDS = 20, 40, 20_000
UNIT_MCR = 500_000_000  # what one good turns over in a normal year: 500 credits a household and year for all goods
ERROR_SD = 0.10
SCRAP_SHARE = 0.2  # of what is left on the shelves at a year's end
DEMAND_ELASTICITY, SUPPLY_ELASTICITY = (0.75, 2.25), (0.5, 1.5)  # drawn between these, in the mean 1.5 and 1
THRESHOLD_PERCENT = 0.1


@dataclass(frozen=True)
class Goods:
    """How far demand and supply of each good answer to its price: [good], both above 0."""

    demand_elasticity: Floats
    supply_elasticity: Floats


def year(goods: Goods, worth_mcr: Amounts, next_worth_mcr: Amounts, inspection_mcr: Amounts, shelf: Floats,
         spread_permille: int) -> tuple[Result, Floats]:
    """One year of guaranteed prices: its result, and what is left on the shelves in units of normal turnover.

    What is handed in is taken at the credit of the schedule, what is asked for is passed on at its price
    as far as there is any; a fifth of the rest goes to scrap and what remains stands at the credit of the
    next year's schedule. All [good]; `inspection_mcr` for a unit handed in.
    """
    (credit, price), (stands_at, _) = quotes(worth_mcr, spread_permille), quotes(next_worth_mcr, spread_permille)
    offered = line(goods.supply_elasticity, credit / UNIT_MCR)
    passed_on = np.minimum(line(-goods.demand_elasticity, price / UNIT_MCR), shelf + offered)
    left = (1 - SCRAP_SHARE) * (shelf + offered - passed_on)
    return Result(_mcr(price, passed_on), _mcr(credit, offered), _mcr(inspection_mcr, offered), 0, 0,
                  _mcr(credit, shelf), _mcr(stands_at, left)), left


def _mcr(amount_mcr: Amounts, quantity: Floats) -> int:
    return int(np.rint(amount_mcr * quantity).astype(np.int64).sum())


def results(seed: int, error_sd: float, spread_permille: int, *, alike: bool) -> tuple[list[Result], Floats]:
    """The results of years whose schedules are wrong by chance, and by how much they were: [year].

    The errors are normal and symmetric, drawn for each good and year; `alike` in a year for all goods.
    """
    draw = lots(seed, "schedule errors")
    goods = Goods(draw.uniform(*DEMAND_ELASTICITY, GOODS), draw.uniform(*SUPPLY_ELASTICITY, GOODS))
    error = error_sd * draw.standard_normal((YEARS + 1, GOODS))
    error = np.broadcast_to(error[:, :1], error.shape) if alike else error
    worth = np.rint(UNIT_MCR * np.maximum(1 + error, 0)).astype(np.int64)
    permille = parameters("secondhand")["inspection_cost_permille"]
    shelf: Floats = np.zeros(GOODS)
    years = []
    for now, then in pairwise(worth):
        result, shelf = year(goods, now, then, inspection_cost(now, permille), shelf, spread_permille)
        years.append(result)
    return years, error[:-1].mean(axis=1)


def measured(seed: int) -> Measured:
    """Forty years of twenty goods: errors good by good, alike for all goods, without a spread, and without errors."""
    spread = parameters("secondhand")["spread_permille"]
    (apart, _), (alike, error) = (results(seed, ERROR_SD, spread, alike=way) for way in (False, True))
    share, share_alike = _percent(apart), _percent(alike)
    handed_out = np.array([shared_by_all(each.total_mcr, HOUSEHOLDS, now) for now, each in enumerate(apart)])
    return {
        "value": float(np.abs(share).mean()),
        "mean_percent": float(share.mean()),
        "sd_percent": float(share.std()),
        "years_without_loss_percent": 100 * float((share >= 0).mean()),
        "mean_per_household_credits": float(handed_out.mean() / 1000),
        "sd_per_household_credits": float(handed_out.mean(axis=1).std() / 1000),
        "not_handed_out_mcr": float(abs(sum(each.total_mcr for each in apart) - int(handed_out.sum()))),
        "without_errors_percent": float(_percent(results(seed, 0, spread, alike=False)[0]).mean()),
        "without_spread_percent": float(_percent(results(seed, ERROR_SD, 0, alike=False)[0]).mean()),
        "alike_mean_percent": float(share_alike.mean()),
        "alike_sd_percent": float(share_alike.std()),
        "alike_years_without_loss_percent": 100 * float((share_alike >= 0).mean()),
        "alike_error_and_result_correlation": float(np.corrcoef(error, share_alike)[0, 1]),
    }


def _percent(years: list[Result]) -> Floats:
    """Each year's result in percent of a normal year's turnover: [year]."""
    return np.array([100 * each.total_mcr / (GOODS * UNIT_MCR) for each in years])


def judge(samples: Samples) -> Judgement:
    """False if a year's result is, on average over years and runs, within a thousandth of turnover."""
    mean = {name: float(values.mean()) for name, values in samples.items()}
    size = (f"with schedules wrong by 10 % (sd) a year's result is {mean['value']:.1f} % of turnover away from nothing "
            f"({mean['mean_percent']:+.1f} % on average, sd {mean['sd_percent']:.1f} %; "
            f"{mean['mean_per_household_credits']:+.1f} credits a household)")
    if mean["value"] <= THRESHOLD_PERCENT:
        return Judgement("fails", f"There is hardly a gain or loss: {size}, no more than {THRESHOLD_PERCENT} %.")
    on_average = "a loss" if mean["mean_percent"] < 0 else "no loss"
    return Judgement("holds", (
        f"There is a gain or loss: {size}. On average it is {on_average}: with the right schedules the spread would "
        f"leave {mean['without_errors_percent']:+.1f} % after inspection, and errors cost "
        f"{mean['without_errors_percent'] - mean['mean_percent']:.1f} % of turnover though they cancel out (without a "
        f"spread: {mean['without_spread_percent']:+.1f} %). {mean['years_without_loss_percent']:.0f} % of years end "
        f"without a loss; if all goods are mispriced alike {mean['alike_years_without_loss_percent']:.0f} % do, with "
        f"an sd of {mean['alike_sd_percent']:.1f} %."))


CLAIM = Claim(
    id="U2",
    quote="presumably will result in a gain or loss from trade in used goods",
    source=SOURCE,
    hypothesis=("With prices guaranteed for a year the federation's result is not nothing: overpricing costs money, "
                "underpricing only makes people wait, so that errors that cancel out leave a loss on average."),
    experiment=("Twenty goods with drawn elasticities (demand 1.5, supply 1 in the mean; straight lines), forty years, "
                "20,000 households. Each year's schedule is wrong by a normal error of 10 % (sd), good by good; all "
                "that is handed in is credited, requests are served as far as stocks reach, a fifth of what is left is "
                "scrapped and the rest stands at the credit of the next schedule. The same with one error for all "
                "goods, without a spread and without errors."),
    measure="a year's result, whether gain or loss, as a share of a normal year's turnover",
    unit="% of turnover",
    threshold=THRESHOLD_PERCENT,
    falsified_if="the result is within 0.1 % of turnover when schedules are wrong by 10 % (sd)",
    runs=40,
    measured=measured,
    judge=judge,
    remarks=("A normal year turns over 500 credits a household. Quantities answer to prices along straight lines; "
             "people who were not served do not queue into the next year. The spread and the cost of inspection are "
             "those of the law in force."),
)
