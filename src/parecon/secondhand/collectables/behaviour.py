"""How simulated collectors behave: what they would pay, when they fall ill and die, when they give a thing away.

Lots come in as columns, or as the counters they are drawn from. Nothing here is a rule: the live desk uses
none of it. Every number comes from behaviour.toml, with its source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.draws import uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts

MONTHS = 12
OLDEST_MONTHS = 120 * MONTHS
Lots = npt.NDArray[np.float64]


# --- Incomes and offers -----------------------------------------------------------------------------------------

def lognormal_sd(gini: float) -> float:
    """The standard deviation of log incomes that gives lognormal incomes this Gini coefficient.

    Source: G = 2 Phi(sd / sqrt 2) - 1 (Kleiber and Kotz 2003).

    >>> round(lognormal_sd(0.5205), 3)
    1.0
    """
    from scipy.special import ndtri

    return float(np.sqrt(2) * ndtri((1 + gini) / 2))


def incomes(rank: Lots, gini: float, mean_mcr: float) -> Amounts:
    """Yearly incomes of people by their rank from 0 to 1, with this Gini and the same mean whatever the Gini: [person].

    >>> (incomes(np.array([0.2, 0.8]), 0.3, 30_000_000) // 1000).tolist(), incomes(np.array([0.2]), 0.0, 5000).tolist()
    ([16347, 40908], [5000])
    """
    from scipy.special import ndtri

    sd = lognormal_sd(gini)
    return np.rint(mean_mcr * np.exp(sd * ndtri(_open(rank)) - sd**2 / 2)).astype(np.int64)


def offers(income_mcr: Amounts, taste: Lots, appeal: Floats, people: Law) -> Amounts:
    """The most that people would pay for a thing: [person]; by income, taste (a lot from 0 to 1) and its appeal.

    >>> offers(np.array([30_000]), np.array([0.5]), np.array([1.0]), {"willing_share": 0.1, "taste_sd": 0.5}).tolist()
    [3000]
    """
    from scipy.special import ndtri

    liking = np.exp(people["taste_sd"] * ndtri(_open(taste)))
    return np.rint(people["willing_share"] * income_mcr * liking * appeal).astype(np.int64)


def assessed(income_mcr: Amounts, taste: Lots, visits: Lots, appeal: Floats, fame: Floats,
             people: Law) -> tuple[Amounts, Amounts, npt.NDArray[np.int64]]:
    """What a museum decision needs to know of each kind: [kind] each.

    The visits' worth to all visitors together, the most that one collector would pay, and the permille of
    households in favour of a museum: those to whom visits are worth more than their part of what the best
    collector would pay. `taste` and `visits` (who visits: a lot from 0 to 1) are [household, kind].
    """
    private = offers(income_mcr[:, None], taste, appeal, people).max(axis=0)
    visitor = visits < people["visitors_share"]
    worth = np.rint(np.where(visitor, people["visits_worth_share"] * fame, 0) * income_mcr[:, None]).astype(np.int64)
    in_favour = (worth * len(income_mcr) > private).mean(axis=0) * 1000
    return worth.sum(axis=0), private, in_favour.astype(np.int64)


def tastes(purpose: np.uint64, person: Ints, kind: Ints, kinds: int) -> Lots:
    """The lot of each person's taste for each kind: the same whenever it is asked for."""
    return uniform(purpose, np.asarray(person, np.int64) * kinds + kind)


def _open(lot: Lots) -> Lots:
    """Lots kept from exactly 0, where a normal distribution has no value."""
    return np.maximum(lot, 2.0**-54)


# --- Illness and death ------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Lives:
    """Tables by age in months: the chance to be struck this month, to live on for the look-back, the years expected.

    `ill_lives_on` is the chance of somebody ill to live on for the look-back, `ill_years` the years expected.
    """

    struck: Lots
    lives_on: Lots
    years: Lots
    ill_lives_on: float
    ill_years: float

    @classmethod
    def of(cls, people: Law, look_back_years: int) -> Lives:
        """The tables for a death rate after Gompertz, written by its mode."""
        age = np.arange(OLDEST_MONTHS) / MONTHS
        rate = people["aging_rate"] * np.exp(people["aging_rate"] * (age - people["modal_age_years"]))
        struck = -np.expm1(-rate / MONTHS)
        alive = np.concatenate([[1.0], np.cumprod(1 - struck)[:-1]])
        later = np.append(alive[min(MONTHS * look_back_years, OLDEST_MONTHS):], np.zeros(MONTHS * look_back_years))
        years = np.cumsum(alive[::-1])[::-1] / alive / MONTHS
        survives = (1 - 1 / people["ill_months"]) ** (MONTHS * look_back_years)
        return cls(struck, later[:OLDEST_MONTHS] / alive, years, survives, people["ill_months"] / MONTHS)

    def standing_ages(self, lot: Lots, start_months: int) -> npt.NDArray[np.int32]:
        """Ages in months of a population in which as many begin as die, by lot: [person]."""
        alive = np.cumprod(1 - self.struck[start_months:])
        share = np.cumsum(alive) / alive.sum()
        return (start_months + np.minimum(np.searchsorted(share, lot), len(share) - 1)).astype(np.int32)


def struck_down(age_months: Ints, ill: npt.NDArray[np.bool_], lot: Lots, lives: Lives,
                people: Law) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Who dies this month, and who is ill after it, by one lot each: [person], [person].

    >>> lives = Lives.of({"aging_rate": .1, "modal_age_years": 88., "ill_months": 12.}, 7)
    >>> died, ill = struck_down(np.array([360, 360]), np.array([True, True]), np.array([.05, .5]), lives,
    ...                         {"ill_months": 12., "sudden_share": .15})
    >>> died.tolist(), ill.tolist()
    ([True, False], [False, True])
    """
    chance = lives.struck[np.minimum(age_months, OLDEST_MONTHS - 1)]
    died = lot < np.where(ill, 1 / people["ill_months"], people["sudden_share"] * chance)
    return died, (ill | (lot < chance)) & ~died


# --- Gifts ------------------------------------------------------------------------------------------------------

def warmth(lot: Lots, people: Law) -> Lots:
    """What it is worth to each that relatives have a thing free of charge, as a share of its price: [person].

    >>> warmth(np.array([0.5]), {"warmth_median": 0.06, "warmth_sd": 1.0}).tolist()
    [0.06]
    """
    from scipy.special import ndtri

    return people["warmth_median"] * np.exp(people["warmth_sd"] * ndtri(_open(lot)))


def gives(warmth: Floats, stands: Floats, years_left: Floats, enjoyment_share: float) -> npt.NDArray[np.bool_]:
    """Whether each would give a thing away now: if the gain to relatives, should the gift stand, outweighs the loss.

    `stands` is the chance to live on for as long as the law looks back, `years_left` how long one would
    still enjoy the thing. Shapes alike.

    >>> gives(np.array([0.06, 0.06]), np.array([1.0, 0.1]), np.array([1.0, 1.0]), 0.05).tolist()
    [True, False]
    """
    return np.asarray(warmth * stands > enjoyment_share * years_left)
