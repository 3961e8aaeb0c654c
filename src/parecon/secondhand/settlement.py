"""The law of clearing and of the year's end: who bears what the exchange gains or loses.

The exchange owes for what stands on its shelves and for nothing else: at every year's end its account is
minus the worth of the shelves, to the milli-credit. What would make it differ is its result. Where prices
are guaranteed for the year all members share the result alike. Where prices follow demand there is none,
in either of two readings of "continuously": each sale is made at the price that clears its market and its
seller gets what the buyer pays less the costs (spot), or all is charged at provisional prices and everyone
is trued up to the year's clearing price, sellers getting what is left (trued up).

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.postings import Amounts, Postings, shared_out
from parecon.secondhand import law
from parecon.secondhand.acts import Purpose

_GOLDEN_SECTION = 0x9E3779B97F4A7C15  # of 2**64


@dataclass(frozen=True)
class Result:
    """What the exchange gained or lost in a year of guaranteed prices, by its parts, in whole milli-credits.

    The shelves stand at the schedule of the year before, and after the year at the next year's schedule.

    >>> Result(1_000, 900, 20, 5, 5, 300, 250).total_mcr
    20
    """

    paid_mcr: int
    credited_mcr: int
    inspection_mcr: int
    holding_mcr: int
    transport_mcr: int
    shelves_before_mcr: int
    shelves_after_mcr: int

    @property
    def costs_mcr(self) -> int:
        """What inspecting, holding and moving items cost."""
        return self.inspection_mcr + self.holding_mcr + self.transport_mcr

    @property
    def shelves_change_mcr(self) -> int:
        """By how much more, or less, the shelves are worth."""
        return self.shelves_after_mcr - self.shelves_before_mcr

    @property
    def total_mcr(self) -> int:
        """What members paid, less what they were credited, less costs, with what the shelves gained."""
        return self.paid_mcr - self.credited_mcr - self.costs_mcr + self.shelves_change_mcr


def shared_by_all(result_mcr: int, households: int, year: int) -> Amounts:
    """What each household is given of a gain, or asked for of a loss: [household], the sum is the result.

    All get the same, but for milli-credits that cannot be divided: one each to the households that follow,
    round the register, on one that moves every year by a golden section of it. In any run of years each
    household is then among the first about as often as any other.

    >>> shared_by_all(-7, 3, year=0).tolist(), shared_by_all(-7, 3, year=1).tolist()
    ([-3, -2, -2], [-2, -3, -2])
    """
    first = (year * _GOLDEN_SECTION % 2**64) * households >> 64
    return np.roll(shared_out(result_mcr, np.ones(households, np.int64)), first)


def cleared_index(index: Floats, demand: Floats, supply: Floats, response: float, most: float) -> Floats:
    """The next price index that a market tries, within the year, on its way to the one that clears it: [market].

    It is the rule of the yearly adjustment, used as often as it takes: up where more is wanted than offered.
    """
    return law.adjusted(index, demand, supply, response, most)


def borne_by_sellers(cost_mcr: int, paid_mcr: int) -> tuple[int, int]:
    """How much of a market's costs its sellers bear, and how much is left for all members to bear.

    Sellers never owe for having sold: they bear costs up to all that buyers paid, and no more.

    >>> borne_by_sellers(20, 100), borne_by_sellers(120, 100)
    ((20, 0), (100, 20))
    """
    return min(cost_mcr, paid_mcr), max(cost_mcr - paid_mcr, 0)


def spot(paid_mcr: Amounts, cost_mcr: int) -> Amounts:
    """What the seller of each item gets when it is sold at the clearing price: [sale]; the exchange keeps nothing.

    Each gets what the buyer paid, less a share of the costs in proportion. `paid_mcr` [sale]; the costs may
    not be more than all of it (see `borne_by_sellers`).

    >>> spot(np.array([600, 300]), cost_mcr=10).tolist()
    [593, 297]
    """
    assert 0 <= cost_mcr <= int(paid_mcr.sum()), "costs above what buyers paid are not the sellers' to bear"
    return paid_mcr - shared_out(cost_mcr, paid_mcr) if cost_mcr else paid_mcr.copy()


@dataclass(frozen=True)
class Trades:
    """What members bought, or what they handed in, in a year of provisional prices: one row each.

    `party` is the account; `market` the good, or good in an area, whose prices it followed;
    `provisional_mcr` what was charged or credited on the day; `worth_mcr` what the item is worth at an
    index of 1, by which shares are measured. All [row].
    """

    party: npt.NDArray[np.int32]
    market: npt.NDArray[np.int32]
    provisional_mcr: Amounts
    worth_mcr: Amounts


@dataclass(frozen=True)
class TrueUp:
    """What each buyer and each seller is given (above 0) or asked for after the year: rows as in the trades.

    `left_to_all_mcr` is what no seller can get or bear, for all members to share: 0 unless the costs and
    losses of the shelves are more than buyers pay in all, or nobody handed anything in.
    """

    buyers_mcr: Amounts
    sellers_mcr: Amounts
    left_to_all_mcr: int

    @property
    def total_mcr(self) -> int:
        """What all of them are given together, below 0 if they pay."""
        return int(self.buyers_mcr.sum()) + int(self.sellers_mcr.sum())

    def postings(self, bought: Trades, handed_in: Trades, exchange: int) -> Postings:
        """The amounts as postings between the members and the exchange; what is left to all is not among them."""
        return Postings.together([
            Postings.signed(bought.party, exchange, self.buyers_mcr, Purpose.TRUE_UP_OF_BUYERS),
            Postings.signed(handed_in.party, exchange, self.sellers_mcr, Purpose.TRUE_UP_OF_SELLERS)])


def spot_price(worth_mcr: Amounts, index: Floats, new_price_mcr: Amounts) -> Amounts:
    """What items cost at the indexes that clear their markets: [item], in mcr, never more than a new one.

    `worth_mcr` is what depreciation leaves.

    >>> spot_price(np.array([800, 800]), np.array([1.1, 2.0]), np.array([1000, 1000])).tolist()
    [880, 1000]
    """
    return np.minimum(np.rint(worth_mcr * index).astype(np.int64), new_price_mcr)


def reckoned_index(index: Floats, wanted: Ints, brought: Ints, elasticity: float, most_times: float) -> Floats:
    """What index would have cleared a month, reckoned from what was wanted and brought at the announced one: [good].

    Prices do not move within the year, so the federation reckons by how much more was wanted than brought, over
    the elasticities of demand and supply together; at most `most_times` up or down. Where nothing was wanted or
    brought the announced index stays.

    >>> reckoned_index(np.array([1.0, 1.0]), np.array([8, 5]), np.array([1, 0]), 3.0, 4.0).tolist()
    [2.0, 1.0]
    """
    both = (wanted > 0) & (brought > 0)
    ratio = np.divide(wanted, brought, out=np.ones(len(wanted)), where=both)
    return index * np.clip(ratio ** (1 / elasticity), 1 / most_times, most_times)


def year_index(index: Floats, traded: Floats | Ints) -> Floats:
    """A year's clearing index of each market: the mean of its periods' by what was traded in them: [market].

    Both [period, market]; a market in which nothing was traded keeps the index of the last period.

    >>> year_index(np.array([[1.0, 1.0], [2.0, 3.0]]), np.array([[3.0, 0.0], [1.0, 0.0]])).tolist()
    [1.25, 3.0]
    """
    most = traded.sum(axis=0)
    mean: Floats = np.divide((index * traded).sum(axis=0), most, out=index[-1].astype(np.float64), where=most > 0)
    return mean


def trued_up(bought: Trades, handed_in: Trades, index: Floats, cost_mcr: Amounts,
             shelves_change_mcr: Amounts) -> TrueUp:
    """What buyers and sellers still owe or get so that all paid the year's clearing price and nothing is left over.

    A buyer pays the item's worth at the year's `index` [market], whatever was charged on the day. What all
    buyers of a market then pay, less its costs and with what its shelves gained (`cost_mcr` and
    `shelves_change_mcr`, [market]), belongs to those who handed in, in proportion to the worth they brought.
    Where it is less than nothing, the sellers of the other markets make it good in proportion to theirs;
    sellers never get less than nothing in all. The exchange's account ends at minus the worth of its
    shelves exactly. A price is rounded to a milli-credit; shares go by the largest remainder.

    >>> bought = Trades(np.array([1, 2]), np.array([0, 0]), np.array([100, 120]), np.array([100, 100]))
    >>> handed_in = Trades(np.array([3]), np.array([0]), np.array([190]), np.array([200]))
    >>> ended = trued_up(bought, handed_in, np.array([1.1]), np.array([10]), np.array([0]))
    >>> ended.buyers_mcr.tolist(), ended.sellers_mcr.tolist(), ended.left_to_all_mcr
    ([-10, 10], [20], 0)
    """
    due = np.rint(index[bought.market] * bought.worth_mcr).astype(np.int64)
    markets = len(index)
    money = _by_market(bought.market, due, markets) - cost_mcr + shelves_change_mcr
    brought = _by_market(handed_in.market, handed_in.worth_mcr, markets)
    to_sellers = _to_sellers(money, brought)
    earned = _among(to_sellers, handed_in.market, handed_in.worth_mcr)
    return TrueUp(bought.provisional_mcr - due, earned - handed_in.provisional_mcr,
                  int(money.sum()) - int(to_sellers.sum()))


def _by_market(market: Ints, amount_mcr: Amounts, markets: int) -> Amounts:
    total = np.zeros(markets, np.int64)
    np.add.at(total, market, amount_mcr)
    return total


def _to_sellers(money_mcr: Amounts, brought_mcr: Amounts) -> Amounts:
    """What the sellers of each market get together: [market]; markets without sellers and losses are evened out."""
    total = int(money_mcr.sum())
    own = np.where(brought_mcr > 0, np.maximum(money_mcr, 0), 0)
    weight = own if own.any() else brought_mcr
    return shared_out(total, weight) if total > 0 and weight.any() else np.zeros_like(money_mcr)


def _among(amount_mcr: Amounts, market: Ints, weight: Amounts) -> Amounts:
    """The amount of each market shared among its rows by weight: [row]."""
    shares = np.zeros(len(market), np.int64)
    order = np.argsort(market, kind="stable")
    ends = np.searchsorted(market[order], np.arange(len(amount_mcr) + 1))
    for each in np.flatnonzero(amount_mcr):
        rows = order[ends[each]:ends[each + 1]]
        shares[rows] = shared_out(int(amount_mcr[each]), weight[rows])
    return shares


def relative_spread(true_up_mcr: Amounts, provisional_mcr: Amounts) -> float:
    """How uncertain provisional prices leave those who trade at them: the sd of true-ups as a share of the price.

    Both [row]; trades at a price of 0 are left out, and without trades it is 0.

    >>> round(relative_spread(np.array([-10, 10]), np.array([100, 100])), 3)
    0.1
    """
    priced = provisional_mcr > 0
    return float(np.std(true_up_mcr[priced] / provisional_mcr[priced])) if priced.any() else 0.0
