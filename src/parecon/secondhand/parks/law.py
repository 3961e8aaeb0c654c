"""The law of parks: how many pieces serve a neighbourhood, what a booking costs, what a piece is still worth.

Pure rules over columns. How often members are refused follows Erlang's loss formula: wishes come
independently of one another, and whoever finds all pieces taken goes without.
Source: A. K. Erlang 1917, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts

WEEKS_A_MONTH = 365.25 / 7 / MONTHS_A_YEAR
WHOLE_PPM = 1_000_000
MOST_PIECES = 1_000_000


def wanted_hours_a_month(law: Law) -> float:
    """In how many hours of a month things are wanted.

    >>> round(wanted_hours_a_month({"wanted_hours_a_week": 48}), 1)
    208.7
    """
    hours: float = law["wanted_hours_a_week"] * WEEKS_A_MONTH
    return hours


def offered_load(uses_a_month: Floats, hours_each: Floats, law: Law) -> npt.NDArray[np.float64]:
    """How many pieces would be in use at once if nobody were ever refused: as the columns given.

    `uses_a_month` are the uses of all who depend on the park, `hours_each` the hours each takes.

    >>> offered_load(np.array([208.71]), np.array([1.0]), {"wanted_hours_a_week": 48}).round(3).tolist()
    [1.0]
    """
    load: npt.NDArray[np.float64] = np.asarray(uses_a_month, np.float64) * hours_each / wanted_hours_a_month(law)
    return load


def refused_share(load: Floats, pieces: Ints) -> npt.NDArray[np.float64]:
    """How large a share of wishes meets pieces that are all taken: Erlang's loss formula, columns broadcast.

    >>> refused_share(np.array([1.0, 1.0, 10.0]), np.array([1, 2, 10])).round(4).tolist()
    [0.5, 0.2, 0.2146]
    """
    load, pieces = np.broadcast_arrays(np.asarray(load, np.float64), pieces)
    lost = np.ones(load.shape)
    for kept in range(1, int(pieces.max(initial=0)) + 1):
        lost = np.where(pieces >= kept, load * lost / (kept + load * lost), lost)
    return lost


def pieces_needed(load: Floats, most_refused_share: float) -> npt.NDArray[np.int64]:
    """The fewest pieces with which no larger share of wishes is refused: as `load`, 0 where there is none.

    >>> pieces_needed(np.array([0.0, 1.0, 10.0]), 0.05).tolist()
    [0, 4, 15]
    """
    load = np.asarray(load, np.float64)
    needed, lost, kept = np.zeros(load.shape, np.int64), np.where(load > 0, 1.0, 0.0), 0
    while (lost > most_refused_share).any():
        kept += 1
        assert kept <= MOST_PIECES, "no number of pieces is enough"
        needed[lost > most_refused_share] = kept
        lost = np.where(lost > most_refused_share, load * lost / (kept + load * lost), lost)
    return needed


def hour_fee_mcr(new_price_mcr: Amounts, life_months: Ints, life_hours: Ints, law: Law) -> Amounts:
    """What an hour of booking costs: [good], milli-credits, rounded up.

    The wear of an hour's use; and, spread over the hours for which a piece is expected to be booked, the
    wear of a month and the month's keep.

    >>> law = {"wanted_hours_a_week": 48, "expected_use_permille": 400, "keep_permille_a_year": 100}
    >>> hour_fee_mcr(np.array([750_000]), np.array([120]), np.array([3000]), law).tolist()
    [400]
    """
    monthly = new_price_mcr / life_months + new_price_mcr * law["keep_permille_a_year"] / 1000 / MONTHS_A_YEAR
    expected_hours = wanted_hours_a_month(law) * law["expected_use_permille"] / 1000
    fee: Amounts = np.ceil(np.round(new_price_mcr / life_hours + monthly / expected_hours, 6)).astype(np.int64)
    return fee


def keep_mcr(new_price_mcr: Amounts, law: Law) -> Amounts:
    """What keeping a piece costs in a month: [piece], milli-credits, rounded up.

    >>> keep_mcr(np.array([750_000]), {"keep_permille_a_year": 100}).tolist()
    [6250]
    """
    keep: Amounts = -(-np.asarray(new_price_mcr, np.int64) * law["keep_permille_a_year"] // (1000 * MONTHS_A_YEAR))
    return keep


def wear_ppm(months: Ints, hours: Ints, life_months: Ints, life_hours: Ints) -> npt.NDArray[np.int64]:
    """How much of a piece's life some months and some hours of use take: columns broadcast, rounded up.

    Age and use add up; at a million the piece is worn out.

    >>> wear_ppm(np.array([12]), np.array([300]), np.array([120]), np.array([3000])).tolist()
    [200000]
    """
    aged = -(-np.asarray(months, np.int64) * WHOLE_PPM // life_months)
    used = -(-np.asarray(hours, np.int64) * WHOLE_PPM // life_hours)
    worn: npt.NDArray[np.int64] = aged + used
    return worn


def worth_mcr(new_price_mcr: Amounts, worn_ppm: Ints) -> Amounts:
    """What a piece is still worth in the park's books: [piece], rounded down, 0 once it is worn out.

    >>> worth_mcr(np.array([750_000, 750_000]), np.array([200_000, 1_200_000])).tolist()
    [600000, 0]
    """
    left: Amounts = np.maximum(WHOLE_PPM - np.asarray(worn_ppm, np.int64), 0)
    return np.asarray(new_price_mcr, np.int64) * left // WHOLE_PPM
