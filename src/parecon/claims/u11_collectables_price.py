"""Claim U11: with incomes a lot more equal, what collectors pay for a thing is much lower."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.lots import lots
from parecon.base.parameters import parameters
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.collectables.behaviour import incomes, offers
from parecon.secondhand.collectables.law import uniform_price

COLLECTORS, AUCTIONS = 10_000, 20
TODAY, EQUAL = 0.62, 0.05
GINIS = (TODAY, 0.40, 0.30, 0.15, EQUAL)
MEAN_INCOME_MCR = 30_000_000
THINGS = (10, 100, 1000, 5000)  # besides the single one: how many there are among all collectors
THRESHOLD = 0.8


def prices(seed: int) -> dict[float, npt.NDArray[np.float64]]:
    """The median clearing price by Gini and by how many things there are: [things], from 1 to one less than collectors.

    In each of the auctions collectors are new; under each Gini they keep their rank and their tastes.
    """
    people = parameters("secondhand.collectables.behaviour")
    reading = parameters("secondhand.collectables")["clearing_reading"]
    things, appeal = np.arange(1, COLLECTORS), np.ones(COLLECTORS)
    cleared = np.empty((len(GINIS), AUCTIONS, len(things)), np.int64)
    for auction in range(AUCTIONS):
        rank, taste = lots(seed, "collectors at auction", auction).random((2, COLLECTORS))
        for row, gini in enumerate(GINIS):
            limit = offers(incomes(rank, gini, MEAN_INCOME_MCR), taste, appeal, people)
            cleared[row, auction] = uniform_price(limit, things, 0, reading)
    return dict(zip(GINIS, np.median(cleared, axis=1), strict=True))


def measured(seed: int) -> Measured:
    """Prices relative to those under today's inequality: of a single thing, and of things of which there are more."""
    price = prices(seed)
    ratio = price[EQUAL] / price[TODAY]
    lower = ratio <= THRESHOLD
    return {
        "value": float(ratio[0]),
        "percent_where_lower": 100 * float(len(ratio) if lower.all() else np.argmin(lower)) / COLLECTORS,
    } | {f"single_gini_{round(100 * gini):02}": float((price[gini] / price[TODAY])[0]) for gini in GINIS[1:]
         } | {f"one_in_{COLLECTORS // things}": float(ratio[things - 1]) for things in THINGS}


def judge(samples: Samples) -> Judgement:
    """False if even the rarest thing costs more than four fifths of today's price; limited if commoner ones do."""
    mean = {name: float(values.mean()) for name, values in samples.items()}
    said = (f"under a Gini of {EQUAL} instead of {TODAY} the one thing that {COLLECTORS:,} collectors want costs "
            f"{mean['value']:.2f} of what it did")
    many = ", ".join(f"{mean[f'one_in_{COLLECTORS // things}']:.2f} where there is one for every "
                     f"{COLLECTORS // things}" for things in THINGS)
    if mean["value"] > THRESHOLD:
        return Judgement("fails", f"Equality hardly lowers prices: {said}; {many}.")
    if max(mean[f"one_in_{COLLECTORS // things}"] for things in THINGS) <= THRESHOLD:
        return Judgement("holds", f"Equal incomes lower prices: {said}; {many}.")
    return Judgement("holds only if", (
        f"Prices are much lower only of what is rare, up to {mean['percent_where_lower']:.0f} things for a hundred "
        f"collectors: {said}; {many}. What many can have gets dearer: the same average income, more evenly "
        f"spread, leaves people in the middle more to pay."))


CLAIM = Claim(
    id="U11",
    quote="prices of collectables will most likely be much lower than today",
    source="participatoryeconomy.org, Second-hand goods, 22 November 2022, the article",
    hypothesis="The more equal incomes are, the lower the price of a rare thing, at the same average income.",
    experiment=(f"{COLLECTORS:,} collectors would each pay a tenth of a year's income times their taste (lognormal, "
                "standard deviation .5) for a thing. Things go to the highest offers at the highest offer that gets "
                "none. Incomes are lognormal with the same average and a Gini of .62, .40, .30, .15 and .05; "
                f"collectors keep their ranks and tastes. {AUCTIONS} auctions a run, of 1 to {COLLECTORS - 1:,} "
                "things; medians."),
    measure="price at a Gini of .05 relative to the price at .62, of a thing of which there is one",
    unit="ratio",
    threshold=THRESHOLD,
    falsified_if="the ratio is above .8 for the rarest thing (above .8 for commoner ones alone it limits the claim)",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=("Of the two reasons that the text gives, the experiment tries equality of incomes; that nobody needs to "
             "invest in collectables would lower prices further. Rich collectors pay from their wealth, which is more "
             "unequal than incomes: today's prices of the rarest things are higher than this model's."),
)
