"""Claim U6: an entrepreneur who offers more than the federation can become rich by it."""

from __future__ import annotations

from itertools import product

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import in_force, parameters
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.private.stream import Areas, years_of_trade

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022, second reply"
HOUSEHOLDS, YEARS = 3000, 20
SPREADS_PERMILLE, SHORTAGE = (300, 500), 0.3  # badly run, and worse
HOME, PREMISES = 4, 1_000_000  # items
THRESHOLD = 3.0  # times mean wealth
SETTINGS = {"neither": (False, HOME), "premises": (False, PREMISES), "convertible": (True, HOME),
            "both": (True, PREMISES)}


def measured(seed: int) -> Measured:
    """Twenty years of dealing beside a badly run exchange: the richest trader's wealth over mean wealth."""
    numbers: dict[str, float] = {}
    spread, room = (np.array(column) for column in zip(*product(SPREADS_PERMILLE, (HOME, PREMISES)), strict=True))
    for convertible in (False, True):
        law = in_force("secondhand.private", {"convertible": convertible}, "claim U6")
        history = years_of_trade(Areas(HOUSEHOLDS, spread, np.full(len(spread), SHORTAGE), room), law, seed, YEARS)
        made = np.maximum(history.top_wealth_mcr / law["mean_wealth_mcr"], 0)
        goods = history.top_goods_mcr()
        if not convertible:
            numbers |= {f"goods_alone_spread_{each // 10}": float(1 + goods[area] / law["mean_wealth_mcr"])
                        for area, each in enumerate(spread) if room[area] == HOME}
        for area, (each, items) in enumerate(zip(spread, room, strict=True)):
            setting = next(name for name, what in SETTINGS.items() if what == (convertible, items))
            numbers[f"{setting}_spread_{each // 10}"] = float(1 + made[-1, area])
            numbers[f"growth_{setting}_spread_{each // 10}"] = _ratio(made[-1, area], made[len(made) // 2 - 1, area])
    return {"value": numbers[f"neither_spread_{SPREADS_PERMILLE[0] // 10}"]} | numbers


def _ratio(end: float, half_way: float) -> float:
    """The gain of all years over that of the first half: 2 is a steady income, much more is growth on growth."""
    return float(end / half_way) if half_way > 0 else float("nan")


def _middle(ratios: Floats) -> str:
    """The median of what could be measured, in words."""
    there = ratios[np.isfinite(ratios)]
    return f"{np.median(there):.1f}" if len(there) else "not measured"


def judge(samples: Samples) -> Judgement:
    """False if an entrant gets beyond three times mean wealth without convertible money and without premises."""
    badly, worse = (each // 10 for each in SPREADS_PERMILLE)
    figures = "; ".join(
        f"at a spread of {spread} %: " + ", ".join(
            f"{float(samples[f'{setting}_spread_{spread}'].mean()):.1f} with {setting}" for setting in SETTINGS)
        for spread in (badly, worse))
    growth = ", ".join(f"{_middle(samples[f'growth_{setting}_spread_{worse}'])} with {setting}"
                       for setting in SETTINGS)
    told = (f"The richest trader after {YEARS} years has, in times of mean wealth, {figures}. Gains of twenty years "
            f"are, in times of those of ten ({worse} %): {growth}; 2 is a steady income")
    goods = float(samples[f"goods_alone_spread_{worse}"].mean())
    rich = int((samples["value"] > THRESHOLD).sum())
    told += (f". With neither, {rich} of {len(samples['value'])} runs at {badly} % end above {THRESHOLD:.0f}; what "
             f"is more than {goods:.1f} at {worse} % is tokens, which buy nothing new")
    neither = {spread: float(samples[f"neither_spread_{spread}"].mean()) for spread in (badly, worse)}
    if neither[badly] > THRESHOLD:
        return Judgement("fails", f"A trader gets rich without convertible money and without premises. {told}.")
    if neither[worse] > THRESHOLD:
        return Judgement("holds only if", f"Without convertible money and premises nobody gets rich by dealing only if "
                                          f"the exchange is not run too badly. {told}.")
    return Judgement("holds", f"Nobody gets rich by dealing without convertible money or premises. {told}.")


CLAIM = Claim(
    id="U6",
    quote="sells these at a profit, accumulating capital in the process",
    source=SOURCE,
    hypothesis=("A trader's capital grows beyond all others' only with private money that buys new goods, or with "
                "premises."),
    experiment=(f"Areas of {HOUSEHOLDS} households beside a badly run exchange (a spread of 30 %, three members in ten "
                "wait up to five months; and a worse one, 50 %), with a token that does or does not buy new goods, and "
                f"room for {HOME} items or without limit. Traders as in U5 for twenty years."),
    measure=("wealth of the richest trader after 20 years without convertible money and premises, over mean wealth; "
             "tokens count for what they are worth to who holds them"),
    unit="times mean wealth",
    threshold=THRESHOLD,
    falsified_if="a trader has more than 3 times mean wealth without either",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=(f"A household owns {parameters('secondhand.private')['mean_wealth_mcr'] // 1000:,} credits on average. "
             "Traders spend none of what they make, which is the strictest case, and can fetch and bring twenty items "
             "a month at most, alone."),
)
