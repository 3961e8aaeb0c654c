"""Claim U1: trade left to itself leads to unequal wealth in time, however fair each bargain is."""

from __future__ import annotations

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.parameters import parameters
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.private.law import gini, return_share, stake_share
from parecon.secondhand.private.wealth import Exchange, after_rounds

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022, on the risks of re-emerging markets"
PEOPLE, YEARS = 500, 50
STAKE = 0.1  # of the poorer one's wealth, in the bare model
REDISTRIBUTION = 0.01  # of wealth a round
MOST_TRADED = 0.05  # of mean wealth
PRIVATE_SHARES = (0.05, 0.25)
STAKES = (0.01, 0.02, 0.05, 0.1, 0.2)
STATIONARY, HELD = 0.3, 0.2  # Gini coefficients


def measured(seed: int) -> Measured:
    """Fifty years of monthly bargains in a town of 500: how unequal wealth is at the end, setting by setting."""
    law = parameters("secondhand.private")
    rounds = YEARS * law["trades_a_year"]
    incomes = return_share(law) / law["trades_a_year"]

    def unequal(rules: Exchange, how_many: int = rounds) -> float:
        return gini(after_rounds(PEOPLE, law["mean_wealth_mcr"], rules, seed, how_many))

    by_stake = [unequal(Exchange(stake, return_share=incomes)) for stake in STAKES]
    return {
        "value": unequal(Exchange(STAKE)),
        "after_half_the_years": unequal(Exchange(STAKE), rounds // 2),
        "redistributed": unequal(Exchange(STAKE, return_share=REDISTRIBUTION)),
        "marginal_goods": unequal(Exchange(STAKE, most_traded_share=MOST_TRADED)),
        "both": unequal(Exchange(STAKE, most_traded_share=MOST_TRADED, return_share=REDISTRIBUTION)),
        "incomes_alone_realistic_stakes": unequal(Exchange(stake_share(law), return_share=incomes)),
        "stake_that_incomes_no_longer_hold": _crossing(by_stake),
    } | {f"private_share_{round(100 * share)}": unequal(Exchange(STAKE, taking_part_share=share))
         for share in PRIVATE_SHARES} | {
        f"incomes_alone_stake_{round(100 * stake)}": one for stake, one in zip(STAKES, by_stake, strict=True)}


def _crossing(by_stake: list[float]) -> float:
    """At which stake inequality passes what may be held; not a number if at none that was tried."""
    return float(np.interp(HELD, by_stake, STAKES)) if by_stake[0] < HELD < by_stake[-1] else float("nan")


def judge(samples: Samples) -> Judgement:
    """False if trade alone comes to rest below .3, and only a conditional truth if incomes alone hold it below .2."""
    mean = {name: float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
            for name, values in samples.items()}
    alone = (f"with a tenth of the poorer one's wealth at stake every month and nothing returned, the Gini of wealth "
             f"is {mean['after_half_the_years']:.2f} after {YEARS // 2} years and {mean['value']:.2f} after {YEARS}")
    stops = (f"1 % returned a month holds it at {mean['redistributed']:.2f}, trade in marginal goods alone at "
             f"{mean['marginal_goods']:.2f}, both at {mean['both']:.2f}; if only 5 % of trade is private it is "
             f"{mean['private_share_5']:.2f}")
    if mean["value"] < STATIONARY and mean["value"] <= mean["after_half_the_years"] + 0.01:
        return Judgement("fails", f"Fair trade does not make wealth unequal by itself: {alone}.")
    realistic = mean["incomes_alone_realistic_stakes"]
    if realistic >= HELD:
        return Judgement("holds", f"Trade alone makes wealth ever more unequal: {alone}. {stops}. Incomes that do not "
                                  f"depend on wealth hold it at {realistic:.2f} only.")
    stake = stake_share(parameters("secondhand.private"))
    limit = mean["stake_that_incomes_no_longer_hold"]
    if not np.isfinite(limit):
        return Judgement("fails", f"The risk is overstated: incomes that do not depend on wealth hold the Gini at "
                                  f"{realistic:.2f} whatever is at stake, though by itself {alone}.")
    return Judgement("holds only if", (
        f"Trade alone makes wealth ever more unequal: {alone}. But in a participatory economy it does so only if a "
        f"bargain puts more than {100 * limit:.0f} % of the poorer one's wealth at risk: at realistic stakes "
        f"({100 * stake:.0f} %) incomes that do not depend on wealth hold the Gini at {realistic:.2f}, so that the "
        f"risk from fair trade is overstated. In the bare model {stops}."))


CLAIM = Claim(
    id="U1",
    quote="logic of markets will in time lead to inequitable differences in income and wealth",
    source=SOURCE,
    hypothesis=("Fair random trade makes wealth unequal without bound unless something returns to all or only little "
                "may be at stake."),
    experiment=(f"{PEOPLE} people with equal wealth; every month each meets one partner drawn by lot, and one gains "
                "what the other loses: a tenth of the poorer one's wealth, either way with the same chance. Fifty "
                "years: with and without 1 % of wealth a month returned to all, with and without a cap on what is "
                "traded (5 % of mean wealth), with all or a part of trade private. Then with what a participatory "
                "economy returns anyway (a twentieth of wealth used up and replaced by incomes in a year, .015 "
                "reverting at death), at stakes from 1 % to 20 %; 1 % is realistic: an item of a twentieth of one's "
                "goods, mispriced by a fifth."),
    measure="Gini coefficient of wealth after 50 years of fair private trade, nothing returned, no cap",
    unit="Gini coefficient",
    threshold=STATIONARY,
    falsified_if=("the Gini comes to rest below .3 without return and cap, or parecon incomes alone hold it below .2 "
                  "at realistic stakes (then the risk is overstated)"),
    runs=20,
    measured=measured,
    judge=judge,
    remarks=(f"The bare model is the yard sale of physics (arXiv 1412.7227), {MONTHS_A_YEAR} rounds a year. Where the "
             "second condition is met the verdict says from which stake on the claim holds, if there is one. Dealers, "
             "who do not trade fairly but for a margin, are the matter of U5 to U7."),
)
