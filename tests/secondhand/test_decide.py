"""The exchange's door: a batch is decided as its rows one after the other, and what clears, clears."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parecon.base.outcome import move
from parecon.base.parameters import parameters
from parecon.base.postings import post
from parecon.secondhand.acts import HandIns, Purpose, Refusal, Requests
from parecon.secondhand.decide import (
    Houses,
    Shelf,
    accept,
    affordable,
    announced,
    buy_new,
    cleared_market,
    hand_in,
    quote,
    serve,
)

LAW = dict(parameters("secondhand"))
MEMBERS, ITEMS, STORE = 4, 6, 4
HOUSES = Houses(society=5, exchange=6)
ACCOUNTS = 7


@pytest.fixture(scope="module")
def schedule():
    """Two goods, of which the second is worth too little to be taken in at any age."""
    ages = np.arange(121)
    share = np.maximum(0, 1 - ages / 120)
    worth = (np.array([1_000_000, 100_000])[:, None, None] * share[None, :, None]
             * np.array([1, .85, .65, .4])).astype(np.int64)
    return announced(worth, np.array([120, 120], np.int16), LAW)


def hand_ins(rows):
    member, item, good, age, grade, yours = (np.array(column) for column in zip(*rows, strict=True))
    holder = np.where(yours, member, 3)
    return HandIns(member.astype(np.int32), item.astype(np.int32), holder.astype(np.int32),
                   np.full(len(rows), STORE, np.int32), good.astype(np.int8), age.astype(np.int16),
                   grade.astype(np.int8))


def one_by_one(acts, schedule):
    """What happens if each row is decided on what the rows before it left."""
    balance, holder = np.zeros(ACCOUNTS, np.int64), np.full(ITEMS, -9, np.int32)
    holder[acts.item[::-1]] = acts.holder[::-1]
    reasons = []
    for row in range(len(acts)):
        here = HandIns(*(getattr(acts, name)[row:row + 1] for name in acts.__dataclass_fields__))
        now = HandIns(here.member, here.item, holder[here.item], here.store, here.good, here.age_months, here.grade)
        outcome = hand_in(now, schedule, HOUSES, 0, LAW)
        post(balance, outcome.postings)
        move(holder, outcome.moves)
        reasons += outcome.reason.tolist()
    return reasons, balance, holder


@given(rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, ITEMS - 1), st.integers(0, 1), st.integers(0, 130),
                               st.integers(0, 4), st.booleans()), min_size=1, max_size=8))
def test_a_batch_of_hand_ins_is_decided_as_its_rows_in_order(schedule, rows):
    seen = {}
    rows = [(member, item, *seen.setdefault(item, rest)) for member, item, *rest in rows]  # an item is what it is
    acts = hand_ins([(*row[:5], row[5]) for row in rows])
    acts = HandIns(acts.member, acts.item, _first_holder(acts), acts.store, acts.good, acts.age_months, acts.grade)
    reasons, balance, holder = one_by_one(acts, schedule)
    outcome = hand_in(acts, schedule, HOUSES, 0, LAW)
    together, moved = np.zeros(ACCOUNTS, np.int64), np.full(ITEMS, -9, np.int32)
    moved[acts.item[::-1]] = acts.holder[::-1]
    post(together, outcome.postings)
    move(moved, outcome.moves)
    assert outcome.reason.tolist() == reasons
    assert together.tolist() == balance.tolist()
    assert moved.tolist() == holder.tolist()


def _first_holder(acts):
    first = {}
    for item, holder in zip(acts.item.tolist(), acts.holder.tolist(), strict=True):
        first.setdefault(item, holder)
    return np.array([first[item] for item in acts.item.tolist()], np.int32)


CASES = [  # member holds it, good, age in months, grade found, expected
    (True, 0, 12, 0, Refusal.ACCEPTED),
    (True, 0, 12, 4, Refusal.NOT_WORKING),
    (True, 0, 97, 0, Refusal.TOO_OLD),
    (True, 0, 90, 3, Refusal.WORTH_TOO_LITTLE),
    (True, 1, 1, 0, Refusal.NOT_LISTED),
    (False, 0, 12, 0, Refusal.NOT_YOURS),
]


@pytest.mark.parametrize(("yours", "good", "age", "grade", "expected"), CASES)
def test_what_is_taken_in(schedule, yours, good, age, grade, expected):
    outcome = hand_in(hand_ins([(0, 0, good, age, grade, yours)]), schedule, HOUSES, 0, LAW)
    assert outcome.reason.tolist() == [expected]
    assert len(outcome.moves) == (expected == Refusal.ACCEPTED)
    credited = outcome.postings.amount_mcr[outcome.postings.purpose == Purpose.HAND_IN]
    worth = 1_000_000 * 108 // 120
    assert credited.tolist() == ([worth * 1900 // 2000] if expected == Refusal.ACCEPTED else [])


def test_a_quote_stands_whatever_is_announced_later_and_until_its_time_is_over(schedule):
    acts = hand_ins([(0, 0, 0, 12, 0, True)])
    quotes = quote(acts, schedule, 7, LAW)
    announced(schedule.worth_mcr // 2, schedule.life_months, LAW)  # next year's
    assert accept(acts, quotes, 8, HOUSES).postings.amount_mcr.tolist() == quotes.credit_mcr.tolist() == [855_000]
    late = accept(acts, quotes, 9, HOUSES)
    assert late.reason.tolist() == [Refusal.QUOTE_EXPIRED]
    assert not len(late.postings) + len(late.moves)


@given(member=arrays(np.int64, st.integers(1, 20), elements=st.integers(0, 4)), data=st.data())
def test_purchases_are_granted_as_if_one_came_after_the_other(member, data):
    price = data.draw(arrays(np.int64, len(member), elements=st.integers(1, 50)))
    balance = data.draw(arrays(np.int64, 5, elements=st.integers(-20, 100)))
    left, expected = balance.copy(), []
    for who, cost in zip(member, price, strict=True):
        expected.append(bool(cost <= left[who] + 10))
        left[who] -= cost if expected[-1] else 0
    assert affordable(member, price, balance, -10).tolist() == expected


def test_new_goods_are_paid_for_or_stay_unmade():
    outcome = buy_new(np.array([0, 1]), np.array([7, 8]), np.array([60, 60]), np.array([100, 10]), HOUSES, LAW)
    assert outcome.reason.tolist() == [Refusal.ACCEPTED, Refusal.NOT_ENOUGH_CREDIT]
    assert (outcome.moves.item.tolist(), outcome.moves.giver.tolist()) == ([7], [-1])


def test_who_waited_longest_is_served_first_and_only_in_their_area():
    requests = Requests(np.array([0, 1, 2, 3], np.int32), np.zeros(4, np.int8), np.array([0, 0, 1, 0], np.int16),
                        np.array([1, 2, 3, 4], np.int16))
    shelf = Shelf(np.array([10, 11], np.int32), np.full(2, STORE, np.int32), np.zeros(2, np.int16),
                  np.zeros(2, np.int8), np.array([50, 70]))
    outcome, served_by = serve(requests, shelf, 2, 1, np.array([100, 10, 100, 100, 0, 0, 0]), HOUSES, LAW)
    assert outcome.reason.tolist() == [Refusal.ACCEPTED, Refusal.NOT_ENOUGH_CREDIT, Refusal.OUT_OF_STOCK,
                                       Refusal.ACCEPTED]
    assert served_by.tolist() == [0, -1, -1, 1], "what the second could not pay went to the next in the queue"


@given(data=st.data())
def test_serving_leaves_nothing_on_a_shelf_that_somebody_waits_for_and_could_pay(data):
    requests = data.draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 1)), max_size=10))
    items = data.draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 60)), max_size=8))
    balance = np.array([*data.draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)), 0, 0])
    member, good, area = np.array(requests, int).reshape(-1, 3).T
    kind, where, price = np.array(items, int).reshape(-1, 3).T
    asked = Requests(member.astype(np.int32), good.astype(np.int8), area.astype(np.int16),
                     np.arange(len(member), dtype=np.int16))
    shelf = Shelf(np.arange(len(kind), dtype=np.int32), np.full(len(kind), STORE, np.int32), where.astype(np.int16),
                  kind.astype(np.int8), price.astype(np.int64))
    outcome, served_by = serve(asked, shelf, 2, 2, balance, HOUSES, LAW)
    after = balance.copy()
    post(after, outcome.postings)
    assert after[:5].min() >= 0
    assert len(set(served_by[served_by >= 0].tolist())) == len(outcome.moves)
    still = outcome.reason == Refusal.OUT_OF_STOCK
    for row in np.delete(np.arange(len(kind)), served_by[served_by >= 0]):
        assert not np.any(still & (good == kind[row]) & (area == where[row]))


@given(offers=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 2)), max_size=12),
       asks=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 2)), max_size=12))
def test_a_cleared_market_leaves_nobody_who_would_trade_at_its_price(offers, asks):
    where, least = np.array([o[0] for o in offers], int), np.array([o[1] for o in offers], float)
    whose, most = np.array([a[0] for a in asks], int), np.array([a[1] for a in asks], float)
    sold, bought, price = cleared_market(where, least, whose, most, 3)
    assert np.array_equal(where[sold], whose[bought])
    assert len(set(sold.tolist())) == len(sold) == len(set(bought.tolist()))
    assert np.all(least[sold] <= price)
    assert np.all(price <= most[bought])
    for market in range(3):
        prices = set(price[where[sold] == market].tolist())
        assert len(prices) <= 1
        still = np.delete(most, bought)[np.delete(whose, bought) == market]
        unsold = np.delete(least, sold)[np.delete(where, sold) == market]
        assert not (len(still) and len(unsold)) or still.max() < unsold.min()
