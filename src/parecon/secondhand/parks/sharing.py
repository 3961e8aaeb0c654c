"""What households think of parks: who would do without a thing of its own, and what that costs and saves.

Whoever owns a thing uses it at home; whoever relies on the park wishes for it at times of its own, and remembers
how often it was refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.stock import Parks, empty
from parecon.secondhand.parks.uses import Uses


@dataclass(frozen=True)
class Sharing:
    """What there is between two months: the parks, and what each household thinks of them.

    [household, good]: `wants` (would own one without a park); `use_factor`, how often it uses one or would,
    beside the mean of those who do; `would_share`, whether it would rely on a park that serves it well.
    `bears_refused_share` [household] is how often it bears being refused, `refused_share` [park, good] what
    members have seen of late. Who owns what is kept elsewhere, and told each month.
    """

    parks: Parks
    wants: npt.NDArray[np.bool_]
    use_factor: npt.NDArray[np.float32]
    would_share: npt.NDArray[np.bool_]
    bears_refused_share: npt.NDArray[np.float64]
    refused_share: npt.NDArray[np.float64]


def owned_at_first(households: int, uses: Uses, seed: int) -> npt.NDArray[np.bool_]:
    """Who owns what where nothing else says so, drawn by the share of owners of each good: [household, good]."""
    return uniform(key(seed, "owns"), cells((households, len(uses)))) < uses.owned_share


def begin(owns: npt.NDArray[np.bool_], park_of: Ints, account: Ints, uses: Uses, seed: int, law: Law) -> Sharing:
    """Households before the first month: some own, some would do without; the parks are empty.

    `park_of` [household] is each household's park, -1 for none; `account` [park] the rows of the parks' accounts.
    """
    households, goods = owns.shape
    rows = np.arange(households)
    factor = np.exp(law["use_deviation"] * _normal(seed, "use", cells(owns.shape))
                    - law["use_deviation"] ** 2 / 2)
    walk_km = 2 * law["walk_km"] * uniform(key(seed, "walk"), rows)
    willing = uniform(key(seed, "willing"), rows) < law["willing_share"]
    willing &= walk_km <= 2 * law["tolerable_walk_km"] * uniform(key(seed, "bears walk"), rows)
    willing &= np.asarray(park_of) >= 0
    fee = rules.hour_fee_mcr(uses.new_price_mcr, uses.life_months, uses.life_hours, law)
    pays = cost_of_sharing(factor, walk_km, fee, uses, law) <= cost_of_owning(worn_a_month(factor, uses), uses, law)
    return Sharing(empty(park_of, account, fee, law["wanted_hours_a_week"]), owns.copy(), factor.astype(np.float32),
                   willing[:, None] & pays,
                   2 * law["tolerable_refused_share"] * uniform(key(seed, "bears refusal"), rows),
                   np.zeros((len(account), goods)))


def newcomers(shape: tuple[int, ...], seed: int, law: Law) -> npt.NDArray[np.bool_]:
    """Who would use a thing if a park keeps it well, and would not own one otherwise: [household, good]."""
    return uniform(key(seed, "newcomers"), cells(shape)) < law["newcomers_share"]


def cells(shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """A number for each household and good, to draw by."""
    return np.arange(int(np.prod(shape))).reshape(shape)


def _normal(seed: int, stream: str, ids: Ints) -> Floats:
    """Normal numbers for ids, from two uniform ones each (Box and Muller 1958)."""
    radius = np.sqrt(-2 * np.log1p(-uniform(key(seed, stream, 0), ids)))
    return radius * np.cos(2 * np.pi * uniform(key(seed, stream, 1), ids))


def cost_of_sharing(use_factor: Floats, walk_km: Floats, hour_fee_mcr: Amounts, uses: Uses, law: Law) -> Floats:
    """What relying on the park costs in a month in fees, and walks there and back for each use: [household, good]."""
    walk = 2 * np.asarray(walk_km)[:, None] * law["walk_mcr_per_km"]
    return uses.uses_a_month * use_factor * (hour_fee_mcr * uses.hours_each + walk)


def cost_of_owning(worn_a_month: Floats, uses: Uses, law: Law) -> Floats:
    """What a thing of its own costs a household in a month in wear and keep: [household, good]."""
    return uses.new_price_mcr * (worn_a_month + law["keep_permille_a_year"] / 1000 / MONTHS_A_YEAR)


def worn_a_month(use_factor: Floats, uses: Uses) -> Floats:
    """What part of a thing of its own a month takes, by age and by a household's use: [household, good]."""
    return 1 / uses.life_months + uses.uses_a_month * use_factor * uses.hours_each / uses.life_hours


def served(sharing: Sharing) -> npt.NDArray[np.bool_]:
    """Who would share and has not been refused more often than it bears: [household, good]."""
    at = np.maximum(sharing.parks.park_of, 0)
    well = sharing.would_share & (sharing.parks.park_of >= 0)[:, None]
    if len(sharing.refused_share):
        well &= sharing.refused_share[at] <= sharing.bears_refused_share[:, None]
    return well


def ready(shape: tuple[int, ...], seed: int, number: int, law: Law) -> npt.NDArray[np.bool_]:
    """Who, served well, would give up its own this month: [household, good]."""
    return uniform(key(seed, "ready", number), cells(shape)) < law["readiness"]


def impatient(shape: tuple[int, ...], seed: int, number: int, law: Law) -> npt.NDArray[np.bool_]:
    """Who, not served well enough, would get a thing of its own this month: [household, good]."""
    return uniform(key(seed, "impatient", number), cells(shape)) < law["impatience"]
