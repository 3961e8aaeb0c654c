"""A month of parks: what members leave to them, what parks buy, what is wished for, booked, used and worn.

A month goes week by week through the parks' only door, `decide`. Whoever is refused asks for another time. Parks
keep as many pieces as Erlang's formula asks for. `given` and `use` are the month of parks among homes that are
kept elsewhere; `month` is both of them where there are parks and homes and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.acts import Contributions, Purpose, Refusal
from parecon.secondhand.parks.keeping import close_month, contribute
from parecon.secondhand.parks.sharing import Sharing, cells, impatient, newcomers, ready, served, worn_a_month
from parecon.secondhand.parks.stock import Parks, Pieces, next_period, with_pieces
from parecon.secondhand.parks.uses import Uses
from parecon.secondhand.parks.weeks import weeks


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
class Given:
    """What parks take of what their members leave: the `parks` then, and how many pieces they `needed`, [pool].

    `taken` [household, good]: whose thing the park has now. `postings` credit them with what it is worth.
    """

    parks: Parks
    needed: Amounts
    taken: npt.NDArray[np.bool_]
    postings: Postings


@dataclass(frozen=True)
class Used:
    """What the weeks of a month came to: `wishes` of those who rely on parks, and `refused` of them for good, [good].

    `hours` [piece] booked of the pieces there were, the last of which were new: `bought_pool` [new piece] is
    the pool of each. `postings` are purchases, fees and keep.
    """

    wishes: npt.NDArray[np.int64]
    refused: npt.NDArray[np.int64]
    hours: npt.NDArray[np.int64]
    bought_pool: npt.NDArray[np.int32]
    postings: Postings


@dataclass(frozen=True)
class Month:
    """What a month came to: who `owns` what at its end, [household, good]; and counts, [good] each.

    `wishes` of those who rely on parks, `refused` of them for good, `hours` booked; pieces `in_parks` and
    `owned`; `contributed` and `bought_by_parks` this month. `buyer` and `bought` [purchase]: which household
    got which good new; `leaver` and `left` [piece]: who does without from now on while the park needs no piece, and
    brings it to the exchange. `postings` are those of the parks.
    """

    owns: npt.NDArray[np.bool_]
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


def choices(sharing: Sharing, owns: npt.NDArray[np.bool_], uses: Uses, seed: int, number: int, law: Law) -> Choices:
    """Who gets a new one, who does without from now on, who relies on the park this month.

    A household relies on its park if it would share and has not been refused more often than it bears. It gives up its
    own at some time, or when that is worn out; whoever is not served well enough gets one sooner or later.
    """
    well = served(sharing)
    worn = owns & (uniform(key(seed, "worn out", number), cells(owns.shape)) < worn_a_month(sharing.use_factor, uses))
    buys = sharing.wants & ~well & (worn | ~owns & impatient(owns.shape, seed, number, law))
    owns = owns & ~worn | buys
    leaves = owns & well & ready(owns.shape, seed, number, law)
    owns &= ~leaves
    has_use = sharing.wants | newcomers(owns.shape, seed, law)
    return Choices(owns, ~owns & sharing.would_share & has_use & (well | sharing.wants), leaves, buys)


def month(sharing: Sharing, owns: npt.NDArray[np.bool_], uses: Uses, balance_mcr: Amounts, society: int, seed: int,
          number: int, law: Law) -> tuple[Sharing, Month]:
    """A month of using, booking, wearing out and replacing, where there are parks and homes and nothing else.

    `owns` [household, good] is who has what; how worn a thing left to a park is, is drawn. Balances are not
    changed: the postings say by what. `balance_mcr` [account] has the households first; `society` is the account
    that new pieces and keep are paid to. Purchases of households are for the caller to pay, in `buyer` and
    `bought`. `number` counts months from 0.
    """
    chosen, balance = choices(sharing, owns, uses, seed, number, law), balance_mcr.copy()
    worn = uniform(key(seed, "worn so far", number), cells(owns.shape)) * rules.WHOLE_PPM
    gave = given(sharing, chosen.leaves, chosen.relies, worn.astype(np.int64), uses, law)
    post(balance, gave.postings)
    sharing, told = use(sharing, gave, chosen.relies, uses, balance, society, seed, number, law)
    buyer, bought = (column.astype(np.int32) for column in np.nonzero(chosen.buys))
    leaver, left = (column.astype(np.int32) for column in np.nonzero(chosen.leaves & ~gave.taken))
    good, goods = sharing.parks.pieces.pool % len(uses), len(uses)
    return sharing, Month(
        chosen.owns, told.wishes, told.refused, np.bincount(good, told.hours, goods).astype(np.int64),
        np.bincount(good, minlength=goods), chosen.owns.sum(axis=0), gave.taken.sum(axis=0),
        np.bincount(told.bought_pool % goods, minlength=goods), buyer, bought, leaver, left,
        Postings.together([gave.postings, told.postings]))


def given(sharing: Sharing, leaves: npt.NDArray[np.bool_], relies: npt.NDArray[np.bool_], worn_ppm: Amounts,
          uses: Uses, law: Law) -> Given:
    """Owners who do without from now on bring their piece; the parks take what they need for those who rely on them.

    All [household, good]; `worn_ppm` how worn what each leaves is, in millionths of a life.
    """
    parks = next_period(sharing.parks)
    needed = _needed(parks, relies, sharing, uses, law)
    row, good = np.nonzero(leaves)
    acts = Contributions(row.astype(np.int32), parks.park_of[row], good.astype(np.int32), uses.new_price_mcr[good],
                         worn_ppm[row, good], np.ones(len(row), bool))
    decided = contribute(acts, parks, needed, law)
    taken, done = np.zeros(leaves.shape, bool), decided.reason == Refusal.ACCEPTED
    taken[row[done], good[done]] = True
    return Given(decided.parks, needed, taken, decided.postings)


def use(sharing: Sharing, gave: Given, relies: npt.NDArray[np.bool_], uses: Uses, balance_mcr: Amounts, society: int,
        seed: int, number: int, law: Law) -> tuple[Sharing, Used]:
    """The weeks of a month: parks buy what they still need, members book and use, pieces wear out.

    `balance_mcr` [account] is not changed, and holds already what those who gave pieces were credited with.
    """
    parks, purchases, bought_pool = _replenished(gave.parks, gave.needed, uses, society)
    balance = balance_mcr.copy()
    post(balance, purchases)
    parks, wished, refused, hours, fees = weeks(parks, relies, sharing.use_factor, uses, balance, seed, number, law)
    older = np.ones(len(hours), np.int64)
    parks, keep = close_month(parks, older, hours, uses.life_months, uses.life_hours, society, 0, law)
    told = _experience(sharing.refused_share, wished, refused, law)
    return (replace(sharing, parks=parks, refused_share=told),
            Used(wished.reshape(told.shape).sum(axis=0), refused.reshape(told.shape).sum(axis=0), hours, bought_pool,
                 Postings.together([purchases, fees, keep])))


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


def _replenished(parks: Parks, needed: Amounts, uses: Uses,
                 society: int) -> tuple[Parks, Postings, npt.NDArray[np.int32]]:
    """New pieces where parks have fewer than they need, paid from the park's account; and the pool of each."""
    short = np.maximum(needed - parks.kept(), 0)
    pool = np.repeat(np.arange(parks.pools), short).astype(np.int32)
    price = uses.new_price_mcr[pool % len(uses)]
    paid = Postings.of(parks.account[pool // len(uses)], society, price, Purpose.PURCHASE)
    fresh = Pieces(pool, price, np.zeros(len(pool), np.int64), np.ones(len(pool), bool))
    return with_pieces(parks, fresh), paid, pool
