"""Who moves from one area to another, where to, and what they do with their things.

Those who move reckon with what they would in fact pay and get: the store's quotes here and there,
what removers ask, two errands, and how likely the store there has such a thing. They use no formula.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import chosen
from parecon.base.parameters import Law
from parecon.base.postings import Amounts


def moving(purpose: np.uint64, households: int, law: Law) -> npt.NDArray[np.int64]:
    """The rows of the households that move to another area this month, by lot; `purpose` is what lots are drawn for.

    >>> from parecon.base.draws import key
    >>> len(moving(key(1, "moves", 0), 100_000, {"moving_share_a_year": 0.033}))
    280
    """
    return chosen(purpose, law["moving_share_a_year"] / MONTHS_A_YEAR, households)


def destinations_share(distance_km: Floats, households: Ints, law: Law) -> npt.NDArray[np.float64]:
    """What share of those who leave an area go to each other or to one before it: [area, area], rows rise to 1.

    More go to where many live, fewer to where it is far (a gravity model of migration). `households` is [area].
    Areas nearer than a kilometre count as a kilometre apart. There must be two or more.

    >>> km = np.array([[0.0, 10.0, 20.0], [10.0, 0.0, 10.0], [20.0, 10.0, 0.0]])
    >>> destinations_share(km, np.array([5, 5, 10]), {"distance_decay": 1.0})[0].tolist()
    [0.0, 0.5, 1.0]
    """
    elsewhere = ~np.eye(len(distance_km), dtype=bool)
    pull = np.where(elsewhere, households, 0) / np.maximum(distance_km, 1.0) ** law["distance_decay"]
    rising = np.cumsum(pull, axis=1)
    return np.asarray(rising / rising[:, -1:])


def destination(lot: Floats, origin: Ints, share: Floats) -> npt.NDArray[np.int32]:
    """The area each one who moves goes to: [mover]; `lot` is uniform from 0 to 1, `share` as above.

    >>> destination(np.array([0.3, 0.7]), np.array([0, 0]), np.array([[0.0, 0.5, 1.0]])).tolist()
    [1, 2]
    """
    return (share[origin] <= np.asarray(lot)[:, None]).sum(axis=1).astype(np.int32)


def chance_on_shelf(mean_count: Floats) -> npt.NDArray[np.float64]:
    """How likely a store has such a thing when on average it has so many: [row] (Poisson: 1 - e^-mean).

    >>> chance_on_shelf(np.array([0.0, 3.0])).round(2).tolist()
    [0.0, 0.95]
    """
    return -np.expm1(-np.asarray(mean_count, np.float64))


def waiting_mcr(chance: Floats, new_price_mcr: Ints, law: Law) -> Amounts:
    """What going without a thing is expected to cost those who sold theirs: [row], rounded up.

    `chance` is how likely the store there has one when they come, and again every month after; each month without costs
    what hiring one costs.

    >>> law = {"longest_wait_months": 2.0, "hire_permille_of_new": 50}
    >>> waiting_mcr(np.array([1.0, 0.5, 0.0]), np.array([700_000]), law).tolist()
    [0, 35000, 70000]
    """
    some = np.maximum(chance, 1e-9)  # who never finds one waits the longest
    months = np.minimum((1 - some) / some, law["longest_wait_months"])
    return np.ceil(np.round(months * new_price_mcr * law["hire_permille_of_new"] / 1000, 3)).astype(np.int64)


def cost_of_rebuying_mcr(credit_here_mcr: Ints, price_there_mcr: Ints, hassle_mcr: int, waiting_mcr: Ints) -> Amounts:
    """What selling a thing here and buying such a one there costs on the whole, below 0 where it pays: [row].

    >>> cost_of_rebuying_mcr(np.array([285_000]), np.array([315_000]), 21_000, 0).tolist()
    [72000]
    """
    return np.asarray(price_there_mcr, np.int64) - credit_here_mcr + 2 * hassle_mcr + waiting_mcr


def sells_here(shipping_mcr: Ints, credit_here_mcr: Ints, price_there_mcr: Ints, hassle_mcr: int,
               waiting_mcr: Ints) -> npt.NDArray[np.bool_]:
    """Whether a mover sells the thing here and buys one there, rather than take it along: [row].

    `credit_here_mcr` is the quote for it, 0 where the store would not take it in (then it goes along);
    `price_there_mcr` what the store there asks for such a thing.

    >>> sells_here(np.array([74_025, 74_025]), np.array([285_000, 0]), np.array([315_000, 315_000]), 21_000, 0).tolist()
    [True, False]
    """
    rebuying = cost_of_rebuying_mcr(credit_here_mcr, price_there_mcr, hassle_mcr, waiting_mcr)
    return (np.asarray(shipping_mcr) > rebuying) & (np.asarray(credit_here_mcr) > 0)
