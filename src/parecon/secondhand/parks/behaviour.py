"""How households use parks: who does without a thing of its own, what is wished for and when, what parks buy.

A month goes week by week through the parks' only door, `decide`. Whoever owns a thing uses it at home;
whoever relies on the park wishes for it at times of their own, asks for another time when refused, and
remembers how often that happened. Parks keep as many pieces as Erlang's formula asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.acts import Contributions, Purpose, Refusal
from parecon.secondhand.parks.decide import contribute
from parecon.secondhand.parks.stock import Parks, Pieces, empty, next_period, with_pieces
from parecon.secondhand.parks.uses import Uses
from parecon.secondhand.parks.weeks import weeks


@dataclass(frozen=True)
class Sharing:
    """What there is between two months: the parks, and what each household has and thinks.

    `owns`, `wants` (would own one without a park) and `use_factor` (how often it uses one, beside the mean of
    households; 0 for those who have no use for it) are [household, good];
    `bears_refused_share` and `walk_cost_mcr` (there and back, each use) [household], the first below 0 for those
    who would never rely on a park; `refused_share` [park, good] is what members have seen of late.
    """

    parks: Parks
    owns: npt.NDArray[np.bool_]
    wants: npt.NDArray[np.bool_]
    use_factor: npt.NDArray[np.float32]
    bears_refused_share: npt.NDArray[np.float64]
    walk_cost_mcr: npt.NDArray[np.float64]
    refused_share: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """What a month came to, counted: [good] each.

    `wishes` of those who rely on parks, `refused` of them for good, `hours` booked; pieces `in_parks` and
    `owned`; `contributed` and `bought_by_parks` this month. `buyer` and `bought` [purchase]: which household
    got which good new; `leaver` and `left` [piece]: who does without from now on while the park needs no piece, and
    brings it to the exchange. `postings` are those of the parks.
    """

    wishes: npt.NDArray[np.int64]
    refused: npt.NDArray[np.int64]
    hours: npt.NDArray[np.int64]
    in_parks: npt.NDArray[np.int64]
    owned: npt.NDArray[np.int64]
    contributed: npt.NDArray[np.int64]
    bought_by_parks: npt.NDArray[np.int64]
    buyer: npt.NDArray[np.int32]
    bought: npt.NDArray[np.int32]
    leaver: npt.NDArray[np.int32]
    left: npt.NDArray[np.int32]
    postings: Postings

    @property
    def bought_by_households(self) -> npt.NDArray[np.int64]:
        """New pieces that households got: [good]."""
        return np.bincount(self.bought, minlength=len(self.wishes))


def begin(park_of: Ints, account: Ints, uses: Uses, seed: int, law: Law) -> Sharing:
    """Households before the first month: some own, some would do without; the parks are empty.

    `park_of` [household] is each household's park, -1 for none; `account` [park] the rows of the parks' accounts.
    """
    households, goods = len(park_of), len(uses)
    rows, cells = np.arange(households), np.arange(households * goods).reshape(households, goods)
    fee = rules.hour_fee_mcr(uses.new_price_mcr, uses.life_months, uses.life_hours, law)
    owns = uniform(key(seed, "owns"), cells) < uses.owned_share
    walk_km = 2 * law["walk_km"] * uniform(key(seed, "walk"), rows)
    bears_walk = 2 * law["tolerable_walk_km"] * uniform(key(seed, "bears walk"), rows)
    willing = (uniform(key(seed, "willing"), rows) < law["willing_share"]) & (walk_km <= bears_walk)
    bears = np.where(willing, 2 * law["tolerable_refused_share"] * uniform(key(seed, "bears refusal"), rows), -1.0)
    factor = np.exp(law["use_deviation"] * _normal(seed, "use", cells) - law["use_deviation"] ** 2 / 2)
    factor[~owns & (uniform(key(seed, "newcomers"), cells) >= law["newcomers_share"])] = 0
    return Sharing(empty(park_of, account, fee, law["wanted_hours_a_week"]), owns, owns.copy(),
                   factor.astype(np.float32), bears, 2 * walk_km * law["walk_mcr_per_km"],
                   np.zeros((len(account), goods)))


def _normal(seed: int, stream: str, ids: Ints) -> Floats:
    """Normal numbers for ids, from two uniform ones each (Box and Muller 1958)."""
    radius = np.sqrt(-2 * np.log1p(-uniform(key(seed, stream, 0), ids)))
    return radius * np.cos(2 * np.pi * uniform(key(seed, stream, 1), ids))


def well_served(sharing: Sharing, uses: Uses, law: Law) -> npt.NDArray[np.bool_]:
    """Which households would rely on the park for which good: [household, good].

    Those who belong to one, are willing, have not been refused more often than they bear, and pay no more
    in fees and walks than wear and keep of a thing of their own would cost.
    """
    fee, hours_each = sharing.parks.hour_fee_mcr, uses.hours_each
    a_month = uses.uses_a_month * sharing.use_factor
    shared = a_month * (fee * hours_each + sharing.walk_cost_mcr[:, None])
    keep = law["keep_permille_a_year"] / 1000 / MONTHS_A_YEAR
    owned = uses.new_price_mcr * (_hazard(sharing, uses) + keep)
    inside = sharing.parks.park_of >= 0
    if not inside.any():
        return np.zeros(sharing.owns.shape, bool)
    seen = sharing.refused_share[np.where(inside, sharing.parks.park_of, 0)]
    bears = sharing.bears_refused_share[:, None]
    return inside[:, None] & (bears >= 0) & (seen <= bears) & (shared <= owned)


def _hazard(sharing: Sharing, uses: Uses) -> Floats:
    """What part of a household's own piece a month takes, by age and by use: [household, good]."""
    hours = uses.uses_a_month * sharing.use_factor * uses.hours_each
    return 1 / uses.life_months + hours / uses.life_hours


def month(sharing: Sharing, uses: Uses, balance_mcr: Amounts, society: int, seed: int, number: int,
          law: Law) -> tuple[Sharing, Month]:
    """A month of using, booking, wearing out and replacing; balances are not changed: the postings say by what.

    `balance_mcr` [account] has the households first; `society` is the account that new pieces and keep are paid to.
    Purchases of households are for the caller to pay, in `buyer` and `bought`. `number` counts months from 0.
    """
    cells = np.arange(sharing.owns.size).reshape(sharing.owns.shape)
    suits = well_served(sharing, uses, law)
    worn = sharing.owns & (uniform(key(seed, "worn out", number), cells) < _hazard(sharing, uses))
    impatient = uniform(key(seed, "impatient", number), cells) < law["impatience"]
    buys = sharing.wants & ~suits & (worn | ~sharing.owns & impatient)
    owns = sharing.owns & ~worn | buys
    parks = next_period(sharing.parks)
    relies = ~owns & (sharing.parks.park_of >= 0)[:, None] & (sharing.bears_refused_share >= 0)[:, None] & (
        suits | sharing.wants)
    leaves = owns & suits & (uniform(key(seed, "ready", number), cells) < law["readiness"])
    owns, relies = owns & ~leaves, relies | leaves
    needed = _needed(parks, relies, sharing, uses, law)
    parks, taken, contributed = _contributed(parks, leaves, needed, uses, seed, number, law)
    parks, purchases, bought_by_parks = _replenished(parks, needed, uses, society)
    balance = balance_mcr.copy()
    before = Postings.together([contributed, purchases])
    post(balance, before)
    parks, wished, refused, hours, fees = weeks(parks, relies, sharing.use_factor, uses, balance, seed, number, law)
    kept_of = np.bincount(parks.pieces.pool % len(uses), minlength=len(uses))
    parks, keep = _aged(parks, hours, uses, society, law)
    seen = np.divide(refused, wished, out=np.zeros(wished.shape), where=wished > 0)
    weight = np.where(wished > 0, law["experience_weight"], 0.0).reshape(sharing.refused_share.shape)
    told = (1 - weight) * sharing.refused_share + weight * seen.reshape(weight.shape)
    buyer, bought = (column.astype(np.int32) for column in np.nonzero(buys))
    leaver, left = (column.astype(np.int32) for column in np.nonzero(leaves & ~taken))
    by_good = (-1, len(uses))
    month_of = Month(wished.reshape(by_good).sum(axis=0), refused.reshape(by_good).sum(axis=0),
                     np.bincount(parks.pieces.pool % len(uses), hours, len(uses)).astype(np.int64), kept_of,
                     owns.sum(axis=0), taken.sum(axis=0), bought_by_parks, buyer, bought, leaver, left,
                     Postings.together([before, fees, keep]))
    return replace(sharing, parks=parks, owns=owns, refused_share=told), month_of


def _needed(parks: Parks, relies: npt.NDArray[np.bool_], sharing: Sharing, uses: Uses, law: Law) -> Amounts:
    """How many pieces each pool should have for those who rely on it: [pool]."""
    row, good = np.nonzero(relies)
    each = sharing.use_factor[row, good] * uses.uses_a_month[good]
    a_month = np.bincount(parks.park_of[row] * len(uses) + good, each, parks.pools).astype(np.float64)
    load = rules.offered_load(a_month, np.tile(uses.hours_each, len(parks.account)), law)
    return rules.pieces_needed(load, law["most_refused_share"])


def _contributed(parks: Parks, leaves: npt.NDArray[np.bool_], needed: Amounts, uses: Uses, seed: int, number: int,
                 law: Law) -> tuple[Parks, npt.NDArray[np.bool_], Postings]:
    """Owners who do without from now on bring their piece; the parks take what they need. How worn it is, is drawn."""
    row, good = np.nonzero(leaves)
    worn = uniform(key(seed, "worn so far", number), row * len(uses) + good)
    acts = Contributions(row.astype(np.int32), parks.park_of[row], good.astype(np.int32), uses.new_price_mcr[good],
                         (worn * rules.WHOLE_PPM).astype(np.int64), np.ones(len(row), bool))
    decided = contribute(acts, parks, needed, law)
    taken = np.zeros(leaves.shape, bool)
    done = decided.reason == Refusal.ACCEPTED
    taken[row[done], good[done]] = True
    return decided.parks, taken, decided.postings


def _replenished(parks: Parks, needed: Amounts, uses: Uses, society: int) -> tuple[Parks, Postings, Amounts]:
    """New pieces where parks have fewer than they need, paid from the park's account."""
    short = np.maximum(needed - parks.kept(), 0)
    pool = np.repeat(np.arange(parks.pools), short).astype(np.int32)
    price = uses.new_price_mcr[pool % len(uses)]
    paid = Postings.of(parks.account[pool // len(uses)], society, price, Purpose.PURCHASE)
    fresh = Pieces(pool, price, np.zeros(len(pool), np.int64), np.ones(len(pool), bool))
    return with_pieces(parks, fresh), paid, short.reshape(-1, len(uses)).sum(axis=0)


def _aged(parks: Parks, hours: Amounts, uses: Uses, society: int, law: Law) -> tuple[Parks, Postings]:
    """Pieces a month older and so much more used, those worn out not in use any more; and what keeping them cost."""
    good = parks.pieces.pool % len(uses)
    worn = parks.pieces.worn_ppm + rules.wear_ppm(np.ones(len(good), int), hours, uses.life_months[good],
                                                  uses.life_hours[good])
    keep = rules.keep_mcr(parks.pieces.new_price_mcr, law)
    by_park = np.zeros(len(parks.account), np.int64)
    np.add.at(by_park, parks.park_of_piece(np.arange(len(good))), keep)
    aged = replace(parks.pieces, worn_ppm=worn, in_use=parks.pieces.in_use & (worn < rules.WHOLE_PPM))
    return replace(parks, pieces=aged), Postings.of(parks.account, society, by_park, Purpose.KEEP)
