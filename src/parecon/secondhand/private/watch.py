"""The watch report: what a federation can publish about private exchange, good by good, before it is a danger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand.private.law import (
    bound_share,
    by_good,
    danger_index,
    return_share,
    shortage_premium_share,
    stake_share,
)


class Verdict(IntEnum):
    """What the federation should think of private exchange in a good."""

    QUIET = 0
    OPEN = 1
    SPREADING = 2
    DANGEROUS = 3


SENTENCES = {
    Verdict.QUIET: "Nobody can live by dealing in this good privately.",
    Verdict.OPEN: "A dealer could live by this good: lower what lies between credit and price, or shorten the wait.",
    Verdict.SPREADING: "Much of this good changes hands privately: lower what lies between credit and price, or "
                       "shorten the wait.",
    Verdict.DANGEROUS: "Private trade in this good spreads wealth faster than incomes draw it together.",
}
"""What each verdict says to a member."""


@dataclass(frozen=True)
class Watch:
    """The report: [good], sorted as the goods are.

    `private_share` of what changed hands used, by worth; `margin_share` is what a dealer can earn at most
    (spread and shortage premium), `bound_share` what a dealer must bear, both as shares of worth; `danger`
    is the danger index.
    """

    good: Ints
    private_share: Floats
    premium_share: Floats
    margin_share: Floats
    bound_share: Floats
    danger: Floats
    verdict: npt.NDArray[np.int8]


def watch(traded_mcr: Amounts, private_mcr: Amounts, mean_worth_mcr: Amounts, spread_permille: Ints,
          waiting_months: npt.ArrayLike, law: Law) -> Watch:
    """What a federation can publish about each good: how much is private, what a dealer could earn and must bear.

    All columns [good]: worth of all that changed hands used and of what did so privately, the mean worth of an
    item, the spread between credit and price, and how long members wait on average.

    >>> from parecon.base.parameters import parameters
    >>> report = watch(np.array([100, 100]), np.array([0, 30]), np.array([250_000, 250_000]),
    ...                np.array([100, 300]), np.array([0.0, 2.0]), parameters("secondhand.private"))
    >>> [Verdict(code).name for code in report.verdict], report.margin_share.round(2).tolist()
    (['QUIET', 'SPREADING'], [0.1, 0.36])
    """
    share = np.divide(private_mcr, traded_mcr, out=np.zeros(len(traded_mcr)), where=traded_mcr > 0)
    premium = shortage_premium_share(waiting_months, law)
    margin = spread_permille / 1000 + premium
    bound = bound_share(mean_worth_mcr, law["storage_months"], law)
    danger = danger_index(share, stake_share(law), law["trades_a_year"], return_share(law))
    verdict = np.select([danger >= law["danger_to_act"], share >= law["least_share_to_act"], margin > bound],
                        [Verdict.DANGEROUS, Verdict.SPREADING, Verdict.OPEN], Verdict.QUIET)
    return Watch(np.arange(len(share)), share, premium, margin, bound, danger, verdict.astype(np.int8))


def worth_by_good(good: Ints, worth_mcr: Amounts, is_private: npt.NDArray[np.bool_],
                  goods: int) -> tuple[Amounts, Amounts, Amounts]:
    """From items that changed hands, what the report is made of: worth in all, privately, and mean worth: [good].

    >>> [each.tolist() for each in worth_by_good(np.array([0, 0, 1]), np.array([10, 30, 5]),
    ...                                          np.array([True, False, False]), 2)]
    [[40, 5], [10, 0], [20, 5]]
    """
    total = by_good(good, worth_mcr, goods)
    private = by_good(good, np.where(is_private, worth_mcr, 0), goods)
    return total, private, total // np.maximum(np.bincount(good, minlength=goods), 1)


def frequent(household: Ints, law: Law) -> Ints:
    """Who did something unusually often in a year: households, of [deed] by whom each was done.

    >>> frequent(np.array([7, 3, 7, 7]), {"deals_to_notice": 3}).tolist()
    [7]
    """
    who, times = np.unique(household, return_counts=True)
    return np.asarray(who[times >= law["deals_to_notice"]])


def soon_again(fetched_month: Ints, brought_month: Ints, law: Law) -> npt.NDArray[np.bool_]:
    """Whether a thing was brought again unusually soon after it was fetched: [thing].

    >>> soon_again(np.array([10, 10]), np.array([12, 14]), {"months_to_notice": 3}).tolist()
    [True, False]
    """
    soon: npt.NDArray[np.bool_] = np.asarray(brought_month) - fetched_month <= law["months_to_notice"]
    return soon
