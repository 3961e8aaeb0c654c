"""The exchange's only door: acts and what there is, to reasons, postings and moves.

Every function is pure: columns in, an outcome out. The simulation applies outcomes to arrays, the live
desk to a database; neither has rules of its own. Handing in and buying new are immediate: a batch is
decided as if its rows had come one after the other. Requests are cleared: decided together at a closing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.outcome import NOBODY, Moves, Outcome, first_reason
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings
from parecon.base.turns import of_several, repeated, turns
from parecon.secondhand import law as rules
from parecon.secondhand.acts import HandIns, Purpose, Refusal, Requests


@dataclass(frozen=True)
class Announced:
    """What the federation has announced for a year: worth, credit and price, [good, age_months, grade], in mcr.

    Ages at or beyond the end of the tables are worth nothing. `listed` [good] are the goods of which at least
    the best items are taken in.
    """

    worth_mcr: Amounts
    credit_mcr: Amounts
    price_mcr: Amounts
    life_months: npt.NDArray[np.int16]
    listed: npt.NDArray[np.bool_]

    def of(self, table: Amounts, good: Ints, age_months: Ints, grade: Ints) -> Amounts:
        """The entries of one of the tables for these items: [item]."""
        ages, grades = table.shape[1:]
        flat = np.minimum(age_months, ages - 1) + np.multiply(good, ages, dtype=np.int32)
        entries: Amounts = table.reshape(-1)[flat * grades + np.minimum(grade, grades - 1)]
        return entries

    @property
    def typical_mcr(self) -> Amounts:
        """What a typical item of each good is worth, a third of its life old and in the second-best grade: [good]."""
        goods = np.arange(len(self.life_months))
        return self.of(self.worth_mcr, goods, self.life_months // TYPICAL_LIFE_PART, np.ones_like(goods))


TYPICAL_LIFE_PART = 3  # an item passed on has lived about a third of its life


def announced(worth_mcr: Amounts, life_months: npt.NDArray[np.int16], law: Law) -> Announced:
    """What is announced with a schedule of worth [good, age_months, grade]: its quotes, and the goods it lists."""
    ages = np.arange(worth_mcr.shape[1])
    refused = rules.eligible(worth_mcr[:, :, 0], ages, life_months[:, None], law["least_worth_mcr"],
                             law["least_remaining_months"])
    return Announced(worth_mcr, *rules.quotes(worth_mcr, law["spread_permille"]), life_months,
                     (refused == Refusal.ACCEPTED).any(axis=1))


@dataclass(frozen=True)
class Houses:
    """The parties that an exchange deals with besides members: accounts, by row."""

    society: int
    exchange: int


@dataclass(frozen=True)
class Quotes:
    """What the exchange offers for items it inspected: [act]; a quote never changes, whatever is announced later.

    `reason` is 0 where there is an offer, `credit_mcr` what it is, `cost_mcr` what inspecting cost, and
    `until_month` the last month in which it can be accepted.
    """

    reason: npt.NDArray[np.int8]
    credit_mcr: Amounts
    cost_mcr: Amounts
    until_month: npt.NDArray[np.int16]


def quote(acts: HandIns, announced: Announced, month: int, law: Law) -> Quotes:
    """What is offered for items that were inspected, by the schedule of the month; or why nothing is."""
    worth = announced.of(announced.worth_mcr, acts.good, acts.age_months, acts.grade)
    reason = first_reason(
        (acts.holder != acts.member, Refusal.NOT_YOURS),
        (~announced.listed[acts.good], Refusal.NOT_LISTED),
        (acts.grade >= announced.worth_mcr.shape[2], Refusal.NOT_WORKING))
    unfit = rules.eligible(worth, acts.age_months, announced.life_months[acts.good], law["least_worth_mcr"],
                           law["least_remaining_months"])
    reason = np.where(reason == Refusal.ACCEPTED, unfit, reason).astype(np.int8)
    credit = announced.of(announced.credit_mcr, acts.good, acts.age_months, acts.grade)
    cost = rules.inspection_cost(worth, law["inspection_cost_permille"])
    return Quotes(reason, np.where(reason == Refusal.ACCEPTED, credit, 0),
                  np.where(reason == Refusal.NOT_YOURS, 0, cost),
                  np.full(len(acts), month + law["quote_months"], np.int16))


def accept(acts: HandIns, quotes: Quotes, month: int, houses: Houses) -> Outcome:
    """Quotes taken by the members who asked for them: items go to the stores, the quoted credit to the members.

    An item that stands in two rows is taken in once: whoever comes second does not hold it any more. A quote
    whose time is over is refused, as is what had no offer.
    """
    reason = np.where((quotes.reason == Refusal.ACCEPTED) & (month > quotes.until_month), Refusal.QUOTE_EXPIRED,
                      quotes.reason).astype(np.int8)
    taken = np.flatnonzero(reason == Refusal.ACCEPTED)
    reason[taken[repeated(acts.item[taken])]] = Refusal.NOT_YOURS
    taken = np.flatnonzero(reason == Refusal.ACCEPTED)
    return Outcome(reason, Postings.of(houses.exchange, acts.member[taken], quotes.credit_mcr[taken], Purpose.HAND_IN),
                   Moves.of(acts.item[taken], acts.member[taken], acts.store[taken]))


def hand_in(acts: HandIns, announced: Announced, houses: Houses, month: int, law: Law) -> Outcome:
    """Items brought to the stores by members who take what is offered; the federation pays for every inspection."""
    quotes = quote(acts, announced, month, law)
    outcome = accept(acts, quotes, month, houses)
    inspected = quotes.cost_mcr[outcome.reason != Refusal.NOT_YOURS]
    cost = Postings.of([houses.exchange], [houses.society], [int(inspected.sum())], Purpose.INSPECTION)
    return Outcome(outcome.reason, Postings.together([outcome.postings, cost]), outcome.moves)


def affordable(member: Ints, price_mcr: Amounts, balance_mcr: Amounts, floor_mcr: int) -> npt.NDArray[np.bool_]:
    """Which of the purchases members can pay, one after the other: [act]; `balance_mcr` [account] is not changed.

    A purchase that is refused leaves the credits for a later one that is smaller.

    >>> affordable(np.array([0, 0, 0]), np.array([70, 40, 30]), np.array([100]), 0).tolist()
    [True, False, True]
    """
    granted = price_mcr <= balance_mcr[member] - floor_mcr
    several = np.flatnonzero(of_several(member))
    who, place = np.unique(member[several], return_inverse=True)
    left = balance_mcr[who] - floor_mcr
    for rows in turns(place):
        whose, price = place[rows], price_mcr[several[rows]]
        granted[several[rows]] = price <= left[whose]
        left[whose] -= np.where(price <= left[whose], price, 0)
    return granted


def buy_new(member: Ints, item: Ints, price_mcr: Amounts, balance_mcr: Amounts, houses: Houses, law: Law) -> Outcome:
    """New goods delivered under the plan: paid to society, or refused where credits do not cover the price.

    `item` [act] are rows for the items to be made; those of refused acts stay nobody's.
    """
    granted = affordable(member, price_mcr, balance_mcr, law["credit_floor_mcr"])
    reason = np.where(granted, Refusal.ACCEPTED, Refusal.NOT_ENOUGH_CREDIT).astype(np.int8)
    return Outcome(reason, Postings.of(member[granted], houses.society, price_mcr[granted], Purpose.NEW_GOOD),
                   Moves.of(item[granted], NOBODY, member[granted]))


@dataclass(frozen=True)
class Shelf:
    """What stands in the stores: [item on a shelf]; `row` of the item, the store that holds it, its area, its worth."""

    row: npt.NDArray[np.int32]
    store: npt.NDArray[np.int32]
    area: npt.NDArray[np.int16]
    good: npt.NDArray[np.int8]
    price_mcr: Amounts


def serve(requests: Requests, shelf: Shelf, areas: int, goods: int, balance_mcr: Amounts, houses: Houses,
          law: Law) -> tuple[Outcome, npt.NDArray[np.intp]]:
    """Requests served from the shelves of their area: whoever waited longest gets what stood there longest.

    What somebody cannot pay goes to whoever waits next.
    Both tables must be in the order in which their rows came. Returns the outcome and, for each request,
    the row of the shelf that serves it (-1 where none does).
    """
    where, stand = market(requests.area, requests.good, goods), market(shelf.area, shelf.good, goods)
    reason = np.full(len(requests), Refusal.OUT_OF_STOCK, np.int8)
    served_by, taken, left_mcr = np.full(len(requests), -1, np.intp), np.zeros(len(stand), bool), balance_mcr
    waiting, there = np.arange(len(where)), np.arange(len(stand))
    while len(waiting) and len(there):
        asked, offered = paired(where[waiting], stand[there], areas * goods)
        asked, offered = waiting[asked], there[offered]
        price = shelf.price_mcr[offered]
        granted = affordable(requests.member[asked], price, left_mcr, law["credit_floor_mcr"])
        reason[asked] = np.where(granted, Refusal.ACCEPTED, Refusal.NOT_ENOUGH_CREDIT)
        served_by[asked[granted]], taken[offered[granted]] = offered[granted], True
        if granted.all():
            break
        left_mcr = balance_mcr.copy() if left_mcr is balance_mcr else left_mcr
        np.subtract.at(left_mcr, requests.member[asked[granted]], price[granted])
        again = np.zeros(areas * goods, bool)  # markets in which something could not be paid: it goes to who is next
        again[stand[offered[~granted]]] = True
        waiting = waiting[(reason[waiting] == Refusal.OUT_OF_STOCK) & again[where[waiting]]]
        there = there[~taken[there] & again[stand[there]]]
    served = np.flatnonzero(reason == Refusal.ACCEPTED)
    item, member = served_by[served], requests.member[served]
    return Outcome(reason, Postings.of(member, houses.exchange, shelf.price_mcr[item], Purpose.PASSED_ON),
                   Moves.of(shelf.row[item], shelf.store[item], member)), served_by


def market(area: Ints, good: Ints, goods: int) -> npt.NDArray[np.int32]:
    """The number of the market of each row: area times goods plus good.

    >>> market(np.array([0, 2]), np.array([1, 1]), 3).tolist()
    [1, 7]
    """
    rows: npt.NDArray[np.int32] = np.multiply(area, goods, dtype=np.int32) + np.asarray(good, np.int32)
    return rows


def paired(asked: Ints, offered: Ints, markets: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first of each market's requests with the first of its offers, the second with the second, and so on.

    `asked` and `offered` are the market of each row; the rows that find each other, in two columns.

    >>> [column.tolist() for column in paired(np.array([1, 0, 1]), np.array([1, 1, 1, 0]), 2)]
    [[1, 0, 2], [3, 0, 1]]
    """
    small = np.int16 if markets < 2**15 else np.int32  # 16 bits sort by radix, in one pass
    orders = [np.argsort(column.astype(small), kind="stable") for column in (asked, offered)]
    counts = [np.bincount(column, minlength=markets) for column in (asked, offered)]
    both = np.minimum(*counts)
    return tuple(order[_firsts(count, both)] for order, count in zip(orders, counts, strict=True))  # type: ignore[return-value]


def _firsts(count: Ints, wanted: Ints) -> npt.NDArray[np.intp]:
    """Places of the first `wanted` rows of each market, in a table sorted by market."""
    begins = np.cumsum(count) - count
    within = np.arange(wanted.sum()) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    places: npt.NDArray[np.intp] = np.repeat(begins, wanted) + within
    return places


def cleared_market(offered: Ints, least: Floats, asked: Ints, most: Floats, markets: int,
                   ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Who sells to whom at the price that clears each market: rows of offers, rows of requests, price of each sale.

    `offered` and `asked` are the market of each row, `least` what an offer wants at least and `most` what a
    request pays at most. In each market as many are sold as there are requests that pay what the offers
    want, the dearest request with the cheapest offer; all at one price, half-way between what the last
    of them pay and want. Equal rows go in the order in which they came.

    >>> sold = cleared_market(np.zeros(3, int), np.array([.2, .9, .5]), np.zeros(2, int), np.array([.6, .8]), 1)
    >>> [column.tolist() for column in sold]
    [[0, 2], [1, 0], [0.55, 0.55]]
    """
    cheapest, dearest = np.lexsort((least, offered)), np.lexsort((-most, asked))
    counts = [np.bincount(column, minlength=markets) for column in (offered, asked)]
    both = np.minimum(*counts)
    sold, bought = cheapest[_firsts(counts[0], both)], dearest[_firsts(counts[1], both)]
    agree = most[bought] >= least[sold]  # in each market true down to some row: limits are in order
    sold, bought = sold[agree], bought[agree]
    market = offered[sold]
    last = np.cumsum(np.bincount(market, minlength=markets)) - 1
    price = ((most[bought] + least[sold]) / 2)[last[market]] if len(sold) else np.zeros(0)
    return sold, bought, price
