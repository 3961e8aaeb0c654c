"""A month of private dealing: traders sell what they keep to who wants it, and buy from who parts with it.

Members compare: they sell privately if it is worth more to them than the federation's credit, and buy
privately if it is cheaper than the federation's price and what the waiting would cost them. Payment is in
tokens, which are nobody's credits: one member's debt to another, their sum over all members is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand.private.behaviour import Stock, Traders, begin, look_back, nothing, room_items, would_trade
from parecon.secondhand.private.law import discount_share, shortage_premium_share
from parecon.secondhand.private.meeting import better_of_two, first_of, met, within_means

BOUGHT, SOLD = 1, 2
"""Purposes of postings in tokens: what a trader paid for an item, and what a member paid a trader."""


@dataclass(frozen=True)
class Offers:
    """What members want to part with this month: [offer]; `credit_mcr` is what the federation would credit."""

    household: Ints
    area: Ints
    item: Ints
    good: Ints
    worth_mcr: Amounts
    credit_mcr: Amounts


@dataclass(frozen=True)
class Wants:
    """What members want this month: [want]; `waiting_months` is how long they would wait for the federation.

    `price_permille` is what the federation asks for each 1000 of worth.
    """

    household: Ints
    area: Ints
    good: Ints
    waiting_months: Ints
    price_permille: Ints


@dataclass(frozen=True)
class Deals:
    """Items that changed hands privately, one row each: [deal].

    `row` is the offer that a trader took or the want that one served; the item moves to `to`, and
    `tokens_mcr` from there to `out_of`, both households. `months` is how long the trader had kept it.
    """

    row: Ints
    item: npt.NDArray[np.int64]
    out_of: npt.NDArray[np.int32]
    to: npt.NDArray[np.int32]
    worth_mcr: npt.NDArray[np.int64]
    tokens_mcr: npt.NDArray[np.int64]
    months: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def postings(self, purpose: int) -> Postings:
        """What moves in tokens."""
        return Postings.of(self.to, self.out_of, self.tokens_mcr, purpose)


@dataclass(frozen=True)
class Trades:
    """What happened in a month: offers that traders took, wants that they served, and who was fined, in credits.

    Items in `released_item` are no longer for sale: those who kept them left the trade, and they stay theirs.
    """

    bought: Deals
    sold: Deals
    released_item: npt.NDArray[np.int64]
    fined_household: npt.NDArray[np.int32]
    fine_mcr: npt.NDArray[np.int64]


@dataclass
class PrivateExchange:
    """Where private exchange stands: those who would trade, what they keep, and tokens: [household], sum 0."""

    traders: Traders
    stock: Stock
    token_mcr: Amounts


def opened(household_area: Ints, law: Law, seed: int, capacity_items: npt.ArrayLike | None = None) -> PrivateExchange:
    """Private exchange before anybody traded: [household] and its area; `capacity_items` [area] as in would_trade.

    >>> from parecon.base.parameters import parameters
    >>> int(opened(np.zeros(100, int), parameters("secondhand.private"), 1).token_mcr.sum())
    0
    """
    return PrivateExchange(would_trade(household_area, law, seed, capacity_items), nothing(),
                           np.zeros(len(household_area), np.int64))


def trade_a_month(private: PrivateExchange, offers: Offers, wants: Wants, law: Law, seed: int, month: int) -> Trades:
    """A month of private dealing, `private` changed in place: who begins, what is sold and bought, who leaves.

    Rows that are not in the trades are left to the federation.
    """
    begin(private.traders, law, seed, month)
    sold = _sell(private, wants, law, seed, month)
    fined = _book(private.traders, private.stock, sold, law, seed, month)
    private.stock = private.stock.only(~np.isin(private.stock.item, sold.item))
    bought = _buy(private, offers, law, seed, month)
    _keep(private, law)
    look_back(private.traders, law, seed, month)
    goes_on = private.traders.active[private.stock.trader]
    released, private.stock = private.stock.item[~goes_on], private.stock.only(goes_on)
    return Trades(bought, sold, released, fined, np.full(len(fined), law["fine_mcr"], np.int64))


# --- Selling ----------------------------------------------------------------------------------------------------

def _sell(private: PrivateExchange, wants: Wants, law: Law, seed: int, month: int) -> Deals:
    """Items from traders' stock to members who want such a good, the cheapest first."""
    want_left, item_left = np.ones(len(wants.good), bool), np.ones(len(private.stock), bool)
    deals = []
    for contact in range(law["contacts_a_month"]):
        lots = key(seed, f"private: meets an item, {contact}", month)
        deal, items = _sold(private, wants, np.flatnonzero(want_left), np.flatnonzero(item_left), lots, law)
        post(private.token_mcr, deal.postings(SOLD))
        want_left[deal.row] = item_left[items] = False
        deals.append(deal)
    return _together(deals)


def _sold(private: PrivateExchange, wants: Wants, left: Ints, stocked: Ints, lots: np.uint64,
          law: Law) -> tuple[Deals, Ints]:
    """What is sold when those who still want something meet what is still in stock; and its rows in stock."""
    traders, stock = private.traders, private.stock
    goods = 1 + max((int(column.max()) for column in (wants.good, stock.good) if len(column)), default=0)
    want_place = np.asarray(wants.area, np.int64) * goods + wants.good
    item_place = traders.area[stock.trader].astype(np.int64) * goods + stock.good
    left = left[np.isin(want_place[left], np.unique(item_place[stocked]))]
    lot = uniform(lots, wants.household[left].astype(np.int64) * goods + wants.good[left])
    which, what = met(want_place[left], lot, item_place[stocked], traders.markup_share[stock.trader[stocked]])
    rows, items = left[which], stocked[what]
    ask, agreed = _asked(private, wants, rows, items, law)
    rows, items = rows[agreed], items[agreed]
    return Deals(rows, stock.item[items], traders.household[stock.trader[items]],
                 wants.household[rows].astype(np.int32), stock.worth_mcr[items], ask[agreed],
                 stock.months[items]), items


def _asked(private: PrivateExchange, wants: Wants, rows: Ints, items: Ints,
           law: Law) -> tuple[Amounts, npt.NDArray[np.bool_]]:
    """What each member is asked for the item they met, in tokens, and whether they would and can pay it."""
    traders, stock = private.traders, private.stock
    trader, worth, buyer = stock.trader[items], stock.worth_mcr[items], wants.household[rows]
    price = worth * wants.price_permille[rows] // 1000
    ask = np.floor(price * (1 + traders.markup_share[trader])).astype(np.int64)
    patience = shortage_premium_share(wants.waiting_months[rows], law) - law["taste_for_legality_share"]
    would = (ask < price + worth * patience) & (buyer != traders.household[trader])
    can = law["convertible"] | (private.token_mcr[buyer] - ask >= -law["token_overdraft_mcr"])
    return ask, would & can & first_of(buyer)


def _book(traders: Traders, stock: Stock, sold: Deals, law: Law, seed: int, month: int) -> npt.NDArray[np.int32]:
    """What each sale brought its trader in their own eyes; the households that were found out, once each sale."""
    order = np.argsort(stock.item, kind="stable")
    row = order[np.searchsorted(stock.item[order], sold.item)]
    found_out = uniform(key(seed, "private: found out", month), sold.item) < law["sanction_chance_share"]
    gain = np.floor((sold.tokens_mcr - stock.paid_mcr[row]) * (1 - discount_share(law))).astype(np.int64)
    np.add.at(traders.profit_mcr, stock.trader[row], gain - law["search_mcr"] - law["fine_mcr"] * found_out)
    traders.sold_lately = (traders.sold_lately + np.bincount(stock.trader[row], minlength=len(traders))) / 2
    return sold.out_of[found_out]


# --- Buying -----------------------------------------------------------------------------------------------------

def _buy(private: PrivateExchange, offers: Offers, law: Law, seed: int, month: int) -> Deals:
    """Items from members to the better of two traders whom they ask, as long as these have room and tokens."""
    traders, offer_left = private.traders, np.ones(len(offers.item), bool)
    room = room_items(traders, private.stock, law)
    deals = []
    for contact in range(law["contacts_a_month"]):
        lots = key(seed, f"private: asks a trader, {contact}", month)
        deal, taken = _bought(private, offers, np.flatnonzero(offer_left), room, lots, law)
        post(private.token_mcr, deal.postings(BOUGHT))
        private.stock = private.stock.and_also(taken)
        room -= np.bincount(taken.trader, minlength=len(traders))
        offer_left[deal.row] = False
        deals.append(deal)
    return _together(deals)


def _bought(private: PrivateExchange, offers: Offers, left: Ints, room: Ints, lots: np.uint64,
            law: Law) -> tuple[Deals, Stock]:
    """What traders with room buy when those who still part with something ask them; and the same as stock."""
    traders, buying = private.traders, np.flatnonzero(room > 0)
    left = left[np.isin(offers.area[left], np.unique(traders.area[buying]))]
    lot = uniform(lots, offers.item[left])
    asked = better_of_two(offers.area[left], lot, buying, traders.area[buying], traders.premium_share[buying])
    rows, trader, lot = left[asked >= 0], asked[asked >= 0], lot[asked >= 0]
    pay = np.floor(offers.credit_mcr[rows] * (1 + traders.premium_share[trader])).astype(np.int64)
    agreed = np.flatnonzero(_agreed(private, offers, rows, trader, pay, law))
    means = private.token_mcr[traders.household] + law["token_overdraft_mcr"]
    agreed = agreed[within_means(trader[agreed], lot[agreed], pay[agreed], room, means)]
    rows, trader, pay = rows[agreed], trader[agreed], pay[agreed]
    item, worth, months = offers.item[rows].astype(np.int64), offers.worth_mcr[rows], np.zeros(len(rows), np.int64)
    return (Deals(rows, item, offers.household[rows].astype(np.int32), traders.household[trader], worth, pay, months),
            Stock(item, trader.astype(np.int32), offers.good[rows].astype(np.int16), worth, pay, months))


def _agreed(private: PrivateExchange, offers: Offers, rows: Ints, trader: Ints, pay: Amounts,
            law: Law) -> npt.NDArray[np.bool_]:
    """Whether the trader wants the item and the member finds the tokens better than the federation's credit."""
    traders, worth = private.traders, offers.worth_mcr[rows]
    better = pay * (1 - discount_share(law)) > offers.credit_mcr[rows] + worth * law["taste_for_legality_share"]
    return better & (worth >= traders.least_worth_mcr[trader]) & (traders.household[trader] != offers.household[rows])


def _keep(private: PrivateExchange, law: Law) -> None:
    """A month of keeping: what it costs, in the trader's own eyes."""
    cost = np.floor(private.stock.worth_mcr * (law["holding_rate_share"] / MONTHS_A_YEAR)).astype(np.int64)
    np.subtract.at(private.traders.profit_mcr, private.stock.trader, cost)
    private.stock.months += 1


def _together(deals: list[Deals]) -> Deals:
    names = ("row", "item", "out_of", "to", "worth_mcr", "tokens_mcr", "months")
    return Deals(*(np.concatenate([getattr(each, name) for each in deals]) for name in names))
