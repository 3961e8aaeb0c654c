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

    [household, good]: `owns`; `wants` (would own one without a park); `use_factor`, how often it uses one beside the
    mean of households, 0 for those who have no use for it; `worn_a_month`, what part of a piece of its own
    a month takes; `would_share`, whether it would rely on a park that serves it well. `bears_refused_share`
    [household] is how often it bears being refused, `refused_share` [park, good] what members have seen of late.
    """

    parks: Parks
    owns: npt.NDArray[np.bool_]
    wants: npt.NDArray[np.bool_]
    use_factor: npt.NDArray[np.float32]
    worn_a_month: npt.NDArray[np.float32]
    would_share: npt.NDArray[np.bool_]
    bears_refused_share: npt.NDArray[np.float64]
    refused_share: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Choices:
    """What households choose in a month: [household, good].

    Who `owns` one, who `relies` on the park, who `leaves` a thing of its own for the park, and who `buys` a new one.
    """

    owns: npt.NDArray[np.bool_]
    relies: npt.NDArray[np.bool_]
    leaves: npt.NDArray[np.bool_]
    buys: npt.NDArray[np.bool_]


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
    owns = uniform(key(seed, "owns"), cells) < uses.owned_share
    factor = np.exp(law["use_deviation"] * _normal(seed, "use", cells) - law["use_deviation"] ** 2 / 2)
    factor[~owns & (uniform(key(seed, "newcomers"), cells) >= law["newcomers_share"])] = 0
    walk_km = 2 * law["walk_km"] * uniform(key(seed, "walk"), rows)
    willing = uniform(key(seed, "willing"), rows) < law["willing_share"]
    willing &= walk_km <= 2 * law["tolerable_walk_km"] * uniform(key(seed, "bears walk"), rows)
    willing &= np.asarray(park_of) >= 0
    fee = rules.hour_fee_mcr(uses.new_price_mcr, uses.life_months, uses.life_hours, law)
    worn = 1 / uses.life_months + uses.uses_a_month * factor * uses.hours_each / uses.life_hours
    pays = cost_of_sharing(factor, walk_km, fee, uses, law) <= cost_of_owning(worn, uses, law)
    return Sharing(empty(park_of, account, fee, law["wanted_hours_a_week"]), owns, owns.copy(),
                   factor.astype(np.float32), worn.astype(np.float32), willing[:, None] & pays,
                   2 * law["tolerable_refused_share"] * uniform(key(seed, "bears refusal"), rows),
                   np.zeros((len(account), goods)))


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


def choices(sharing: Sharing, seed: int, number: int, law: Law) -> Choices:
    """Who gets a new one, who does without from now on, who relies on the park this month.

    A household relies on its park if it would share and has not been refused more often than it bears. It gives up its
    own at some time, or when that is worn out; whoever is not served well enough gets one sooner or later.
    """
    cells = np.arange(sharing.owns.size).reshape(sharing.owns.shape)
    at = np.maximum(sharing.parks.park_of, 0)
    served = sharing.would_share.copy()
    if len(sharing.refused_share):
        served &= sharing.refused_share[at] <= sharing.bears_refused_share[:, None]
    worn = sharing.owns & (uniform(key(seed, "worn out", number), cells) < sharing.worn_a_month)
    impatient = ~sharing.owns & (uniform(key(seed, "impatient", number), cells) < law["impatience"])
    buys = sharing.wants & ~served & (worn | impatient)
    owns = sharing.owns & ~worn | buys
    leaves = owns & served & (uniform(key(seed, "ready", number), cells) < law["readiness"])
    owns &= ~leaves
    return Choices(owns, ~owns & sharing.would_share & (served | sharing.wants), leaves, buys)


def month(sharing: Sharing, uses: Uses, balance_mcr: Amounts, society: int, seed: int, number: int,
          law: Law) -> tuple[Sharing, Month]:
    """A month of using, booking, wearing out and replacing; balances are not changed: the postings say by what.

    `balance_mcr` [account] has the households first; `society` is the account that new pieces and keep are paid to.
    Purchases of households are for the caller to pay, in `buyer` and `bought`. `number` counts months from 0.
    """
    chosen, balance = choices(sharing, seed, number, law), balance_mcr.copy()
    parks = next_period(sharing.parks)
    needed = _needed(parks, chosen.relies, sharing, uses, law)
    parks, taken, contributed = _contributed(parks, chosen.leaves, needed, uses, seed, number, law)
    parks, purchases, bought_by_parks = _replenished(parks, needed, uses, society)
    before = Postings.together([contributed, purchases])
    post(balance, before)
    parks, wished, refused, hours, fees = weeks(parks, chosen.relies, sharing.use_factor, uses, balance, seed, number,
                                                law)
    good = parks.pieces.pool % len(uses)
    parks, keep = _aged(parks, hours, uses, society, law)
    told = _experience(sharing.refused_share, wished, refused, law)
    buyer, bought = (column.astype(np.int32) for column in np.nonzero(chosen.buys))
    leaver, left = (column.astype(np.int32) for column in np.nonzero(chosen.leaves & ~taken))
    counted = Month(wished.reshape(told.shape).sum(axis=0), refused.reshape(told.shape).sum(axis=0),
                    np.bincount(good, hours, len(uses)).astype(np.int64), np.bincount(good, minlength=len(uses)),
                    chosen.owns.sum(axis=0), taken.sum(axis=0), bought_by_parks, buyer, bought, leaver, left,
                    Postings.together([before, fees, keep]))
    return replace(sharing, parks=parks, owns=chosen.owns, refused_share=told), counted


def _experience(refused_share: Floats, wished: Amounts, refused: Amounts, law: Law) -> npt.NDArray[np.float64]:
    """What members think of their chances after a month; where nobody wished for anything they think as before."""
    wished, refused = wished.reshape(refused_share.shape), refused.reshape(refused_share.shape)
    seen = np.divide(refused, wished, out=np.asarray(refused_share, np.float64).copy(), where=wished > 0)
    return np.asarray(refused_share + law["experience_weight"] * (seen - refused_share))


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
