"""Whatever a year brought, its end leaves the exchange owing for its shelves and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parecon.base.errors import BrokenIdentity
from parecon.base.parameters import Law, parameters
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.durables import Durables, read_durables
from parecon.secondhand.settlement import Trades
from parecon.secondhand.year_end import (
    Books,
    Stock,
    Traded,
    YearEnd,
    announce,
    cleared_month,
    kept_shelves,
    next_index,
    year_end,
)

LAW = parameters("secondhand")
MODES = ("guaranteed", "true-up", "spot")
HOUSEHOLDS, EXCHANGE, SOCIETY, GOODS = 9, 9, 10, 16
seeds = st.integers(0, 2**32 - 1)
modes = st.sampled_from(MODES)


@cache
def durables() -> Durables:
    return read_durables()


def law_of(mode: str) -> Law:
    return dict(LAW) | {"mode": mode}


def drawn_stock(draw: np.random.Generator) -> Stock:
    items = int(draw.integers(0, 40))
    return Stock(draw.integers(0, GOODS, items), draw.integers(0, 200, items), draw.integers(0, 4, items))


def drawn_trades(draw: np.random.Generator) -> Trades:
    rows = int(draw.integers(0, 30))
    worth = draw.integers(0, 10**8, rows)
    return Trades(draw.integers(0, HOUSEHOLDS, rows).astype(np.int32), draw.integers(0, GOODS, rows).astype(np.int32),
                  np.rint(worth * draw.uniform(0.5, 1.5, rows)).astype(np.int64), worth)


def drawn(seed: int) -> tuple[Books, Stock, Amounts]:
    """A year of any trades and costs, the shelves it left, and the accounts before its end."""
    draw = np.random.default_rng(seed)
    bought, brought, before = drawn_trades(draw), drawn_trades(draw), draw.integers(0, 10**9, GOODS)
    balance = np.zeros(11, np.int64)
    balance[EXCHANGE] = -before.sum()
    moved = np.zeros(max(Purpose) + 1, np.int64)
    for postings in (
            Postings.of(bought.party, EXCHANGE, bought.provisional_mcr, Purpose.PASSED_ON),
            Postings.of(EXCHANGE, brought.party, brought.provisional_mcr, Purpose.HAND_IN),
            *(Postings.of([EXCHANGE], [SOCIETY], [int(draw.integers(0, 10**8))], purpose)
              for purpose in (Purpose.INSPECTION, Purpose.HOLDING, Purpose.TRANSPORT))):
        post(balance, postings)
        np.add.at(moved, postings.purpose, postings.amount_mcr)
    months = int(draw.integers(1, 13))
    traded = Traded(bought, brought, draw.uniform(0.5, 2, (months, GOODS)), draw.integers(0, 9, (months, GOODS)))
    demand, supply = draw.integers(-3, 50, GOODS), draw.integers(0, 50, GOODS)
    books = Books(draw.uniform(0.5, 1.5, GOODS), demand, supply, moved, before, int(balance[EXCHANGE]), traded)
    return books, drawn_stock(draw), balance


def ended(books: Books, stock: Stock, mode: str) -> YearEnd:
    return year_end(books, stock, durables(), HOUSEHOLDS, 3, law_of(mode), law_of(mode))


def settled(books: Books, end: YearEnd, balance: Amounts) -> Amounts:
    """The accounts after all that a year's end says is posted."""
    after = balance.copy()
    if end.true_up is not None and books.traded is not None:
        post(after, end.true_up.postings(books.traded.bought, books.traded.handed_in, EXCHANGE))
    post(after, Postings.signed(np.arange(HOUSEHOLDS), EXCHANGE, end.share_mcr, Purpose.SHARED_RESULT))
    return after


@given(seeds, modes)
def test_the_exchange_ends_at_minus_the_worth_of_its_shelves(seed: int, mode: str) -> None:
    books, stock, balance = drawn(seed)
    end = ended(books, stock, mode)
    after = settled(books, end, balance)
    assert after[EXCHANGE] == -stock.worth_mcr(end.announced).sum() == -end.shelves_mcr.sum()
    assert after.sum() == balance.sum()


@given(seeds, modes)
def test_the_result_is_what_the_account_and_the_shelves_say_and_is_borne_to_the_last_milli_credit(
        seed: int, mode: str) -> None:
    books, stock, _ = drawn(seed)
    end = ended(books, stock, mode)
    assert end.result.total_mcr == books.balance_mcr + end.shelves_mcr.sum()
    assert end.result.shelves_before_mcr == books.shelves_mcr.sum()
    assert end.result.costs_mcr == books.costs_mcr
    settled_mcr = end.true_up.total_mcr if end.true_up is not None else 0
    assert end.share_mcr.sum() == end.left_mcr == end.result.total_mcr - settled_mcr
    assert end.share_mcr.max() - end.share_mcr.min() <= 1


@given(seeds)
def test_where_prices_are_trued_up_only_what_no_seller_can_bear_is_left_for_all(seed: int) -> None:
    books, stock, _ = drawn(seed)
    end = ended(books, stock, "true-up")
    assert end.true_up is not None
    assert end.left_mcr == end.true_up.left_to_all_mcr
    assert end.left_mcr <= 0 or not len(books.traded.handed_in.party if books.traded else ()) \
        or not books.traded.handed_in.worth_mcr.any()


@given(seeds, modes, st.integers(-10**9, 10**9).filter(bool))
def test_an_account_that_is_off_by_anything_stops_the_year_end(seed: int, mode: str, off_mcr: int) -> None:
    books, stock, _ = drawn(seed)
    with pytest.raises(BrokenIdentity, match="its result is not the sum of its parts"):
        ended(replace(books, balance_mcr=books.balance_mcr + off_mcr), stock, mode)


@given(seeds)
def test_the_next_index_is_the_laws_adjustment_and_stays_where_prices_are_found_month_by_month(seed: int) -> None:
    books, stock, _ = drawn(seed)
    wanted, offered, index = next_index(books, stock, LAW)
    assert wanted.tolist() == [max(0, each) for each in books.demand.tolist()]
    there = [stock.good.tolist().count(good) for good in range(GOODS)]
    for good in range(GOODS):
        surplus = max(0.0, there[good] - LAW["working_stock_months"] * wanted[good] / 12)
        assert offered[good] == pytest.approx(books.supply[good] + surplus)
        both = wanted[good] + offered[good]
        more = 2 * (wanted[good] - offered[good]) / both if both else 0.0
        moved = max(-LAW["adjustment_most"], min(LAW["adjustment_most"], LAW["adjustment_response"] * more))
        assert index[good] == pytest.approx(books.index[good] * (1 + moved))
    assert next_index(books, stock, law_of("spot"))[2] is books.index


@given(seeds)
def test_the_next_schedule_is_announced_under_the_next_law(seed: int) -> None:
    books, stock, balance = drawn(seed)
    other = dict(LAW) | {"grade_permille": [1000, 500, 200, 100]}
    end = year_end(books, stock, durables(), HOUSEHOLDS, 3, LAW, other)
    assert end.announced.worth_mcr.tolist() == announce(durables(), end.index, other).worth_mcr.tolist()
    assert settled(books, end, balance)[EXCHANGE] == -end.shelves_mcr.sum()


@given(seeds)
def test_shelves_by_good_are_the_worth_of_each_item(seed: int) -> None:
    _, stock, _ = drawn(seed)
    said = announce(durables(), np.ones(GOODS), LAW)
    by_hand = [0] * GOODS
    for good, age, grade in zip(stock.good.tolist(), stock.age_months.tolist(), stock.grade.tolist(), strict=True):
        by_hand[good] += int(said.worth_mcr[good, min(age, said.worth_mcr.shape[1] - 1), grade])
    assert stock.worth_of_goods_mcr(said).tolist() == by_hand


@given(st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), max_size=30))
def test_what_is_broken_or_without_worth_goes_and_the_rest_is_paid_for(shelf: list[tuple[int, bool]]) -> None:
    worth, broken = np.array([each for each, _ in shelf], np.int64), np.array([each for _, each in shelf], bool)
    gone, cost_mcr = kept_shelves(worth, broken, LAW)
    assert gone.tolist() == [each == 0 or fails for each, fails in shelf]
    assert cost_mcr == sum(each for each, fails in shelf if not fails) * LAW["holding_cost_permille"] // 1000


@given(st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), min_size=1, max_size=20))
def test_a_month_without_wishes_or_things_keeps_its_index(month: list[tuple[int, int]]) -> None:
    wanted, brought = (np.array(side) for side in zip(*month, strict=True))
    index, traded = cleared_month(np.full(len(month), 1.5), wanted, brought, LAW)
    for good, (wants, brings) in enumerate(month):
        if wants <= 0 or brings <= 0:
            assert (index[good], traded[good]) == (1.5, 0)
        else:
            assert traded[good] == min(wants, brings)
            assert (index[good] > 1.5) == (wants > brings)
            assert (index[good] < 1.5) == (wants < brings)


def test_a_schedule_of_prices_found_month_by_month_stands_at_one() -> None:
    index = np.full(GOODS, 0.7)
    assert announce(durables(), index, law_of("spot")).worth_mcr.tolist() == announce(
        durables(), np.ones(GOODS), LAW).worth_mcr.tolist()
    assert rules.quotes(announce(durables(), index, LAW).worth_mcr, LAW["spread_permille"])[0].tolist() == announce(
        durables(), index, LAW).credit_mcr.tolist()
