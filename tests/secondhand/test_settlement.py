"""The exchange ends every year owing for its shelves and for nothing else, whatever was traded; to the milli-credit."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.lots import lots
from parecon.base.postings import Postings, post
from parecon.secondhand.acts import Purpose
from parecon.secondhand.settlement import (
    Result,
    Trades,
    TrueUp,
    borne_by_sellers,
    cleared_index,
    relative_spread,
    shared_by_all,
    spot,
    trued_up,
    year_index,
)

MOST = 10**15  # milli-credits
HOUSEHOLDS = 50
SOCIETY, EXCHANGE = HOUSEHOLDS, HOUSEHOLDS + 1
seeds = st.integers(0, 2**32 - 1)
amounts = st.integers(0, MOST)
sizes = st.sampled_from([10**3, 10**6, 10**9, 10**13, MOST])


def drawn_trades(draw: np.random.Generator, rows: int, markets: int, size: int) -> Trades:
    worth = draw.integers(0, size, rows, endpoint=True)
    charged = np.rint(worth * draw.uniform(0.3, 2, rows)).astype(np.int64)
    return Trades(draw.integers(0, HOUSEHOLDS, rows).astype(np.int32),
                  draw.integers(0, markets, rows).astype(np.int32), charged, worth)


def by_market(trades: Trades, amount: np.ndarray, markets: int) -> list[int]:
    return [sum(amount[trades.market == each].tolist()) for each in range(markets)]


class TestGuaranteed:
    """A year's result is the sum of its parts and belongs to all."""

    @given(st.lists(amounts, min_size=7, max_size=7))
    def test_the_result_is_the_sum_of_its_parts(self, parts: list[int]) -> None:
        paid, credited, inspection, holding, transport, before, after = parts
        assert Result(*parts).total_mcr == paid + after - (credited + inspection + holding + transport + before)

    @given(st.integers(-MOST, MOST), st.integers(1, 3000), st.integers(0, 10**6))
    def test_all_get_the_same_and_together_the_result(self, result: int, households: int, year: int) -> None:
        shares = shared_by_all(result, households, year)
        assert len(shares) == households
        assert sum(shares.tolist()) == result
        assert shares.max() - shares.min() <= 1

    @pytest.mark.parametrize(("result", "households"), [(1, 100), (-1, 100), (37, 100), (250, 400)])
    def test_odd_milli_credits_fall_on_all_alike_in_time(self, result: int, households: int) -> None:
        years = 1000
        odd = abs(sum(shared_by_all(result, households, year) for year in range(years)))
        fair = years * abs(result) / households
        assert odd.sum() == years * abs(result)
        assert np.abs(odd - fair).max() <= 3

    @settings(deadline=None)
    @given(seeds, sizes)
    def test_the_account_is_minus_the_worth_of_the_shelves_at_every_year_end(self, seed: int, size: int) -> None:
        draw, balance, shelves = lots(seed, "years"), np.zeros(HOUSEHOLDS + 2, np.int64), 0
        for year in range(8):
            paid, credited, inspection, holding, transport, after = draw.integers(0, size, 6, endpoint=True).tolist()
            result = Result(paid, credited, inspection, holding, transport, shelves, after)
            some = draw.integers(0, HOUSEHOLDS, 2)
            post(balance, Postings.together([
                Postings.of([some[0]], [EXCHANGE], [paid], Purpose.PASSED_ON),
                Postings.of([EXCHANGE], [some[1]], [credited], Purpose.HAND_IN),
                Postings.of(EXCHANGE, SOCIETY, [inspection, holding, transport], Purpose.HOLDING)]))
            shares = shared_by_all(result.total_mcr, HOUSEHOLDS, year)
            post(balance, Postings.signed(np.arange(HOUSEHOLDS), EXCHANGE, shares, Purpose.SHARED_RESULT))
            shelves = after
            assert balance[EXCHANGE] + shelves == 0
            assert sum(balance.tolist()) == 0


class TestSpot:
    """At clearing prices sellers get what buyers pay, less costs, and the exchange keeps nothing."""

    @settings(deadline=None)
    @given(seeds, sizes, st.integers(1, 200), st.floats(0, 1))
    def test_the_exchange_keeps_nothing_and_no_seller_owes(self, seed: int, size: int, sales: int, part: float) -> None:
        paid = lots(seed, "paid").integers(0, size, sales, endpoint=True)
        in_all = sum(paid.tolist())
        cost = min(int(in_all * part), in_all)
        credited = spot(paid, cost)
        assert sum(credited.tolist()) + cost == in_all
        assert (credited >= 0).all()
        assert (credited <= paid).all()

    @given(seeds, st.integers(1, 20), st.integers(0, 10**6))
    def test_who_sold_for_the_same_gets_the_same(self, seed: int, sales: int, cost: int) -> None:
        price = int(lots(seed, "price").integers(10**6, MOST))
        credited = spot(np.full(sales, price), cost)
        assert credited.max() - credited.min() <= 1

    @given(amounts, amounts)
    def test_sellers_bear_costs_up_to_what_buyers_paid(self, cost: int, paid: int) -> None:
        by_sellers, by_all = borne_by_sellers(cost, paid)
        assert by_sellers + by_all == cost
        assert 0 <= by_sellers <= paid
        assert by_all == 0 or by_sellers == paid

    def test_costs_above_what_buyers_paid_are_not_taken_from_sellers(self) -> None:
        with pytest.raises(AssertionError, match="not the sellers' to bear"):
            spot(np.array([100, 50]), 151)
        assert spot(np.array([100, 50]), borne_by_sellers(151, 150)[0]).tolist() == [0, 0]

    def test_the_search_within_a_year_finds_the_price_at_which_all_is_sold(self) -> None:
        index, elasticity = np.array([0.4, 1.0, 3.0]), np.array([0.5, 1.5, 2.5])
        for _ in range(60):
            index = cleared_index(index, index**-elasticity, index**1.0, 0.4, 0.25)
        assert np.allclose(index, 1, atol=1e-6)


def accounts_after(bought: Trades, handed_in: Trades, cost: np.ndarray, true_up: TrueUp) -> np.ndarray:
    """All accounts after a year of provisional prices and its true-up, from nothing."""
    balance = np.zeros(HOUSEHOLDS + 2, np.int64)
    post(balance, Postings.of(bought.party, EXCHANGE, bought.provisional_mcr, Purpose.PASSED_ON))
    post(balance, Postings.of(EXCHANGE, handed_in.party, handed_in.provisional_mcr, Purpose.HAND_IN))
    post(balance, Postings.of(EXCHANGE, SOCIETY, cost, Purpose.HOLDING))
    post(balance, true_up.postings(bought, handed_in, EXCHANGE))
    everybodys = shared_by_all(true_up.left_to_all_mcr, HOUSEHOLDS, 0)
    post(balance, Postings.signed(np.arange(HOUSEHOLDS), EXCHANGE, everybodys, Purpose.SHARED_RESULT))
    return balance


class TestTruedUp:
    """After the true-up all buyers paid the year's price, sellers got what is left, the exchange nothing."""

    @settings(deadline=None, max_examples=200)
    @given(seeds, sizes, st.integers(0, 60), st.integers(0, 60), st.integers(1, 6), st.sampled_from([0, 0.05, 0.5, 3]))
    def test_the_exchange_ends_at_minus_its_shelves(self, seed: int, size: int, purchases: int, sales: int,
                                                    markets: int, burden: float) -> None:
        draw = lots(seed, "trades")
        bought, handed_in = (drawn_trades(draw, rows, markets, size) for rows in (purchases, sales))
        index = draw.uniform(0.3, 2, markets)
        most = int(size * burden)
        cost = draw.integers(0, most, markets, endpoint=True)
        change = draw.integers(-most, most, markets, endpoint=True)
        true_up = trued_up(bought, handed_in, index, cost, change)
        balance = accounts_after(bought, handed_in, cost, true_up)
        assert balance[EXCHANGE] + sum(change.tolist()) == 0
        assert sum(balance.tolist()) == 0
        got = true_up.sellers_mcr + handed_in.provisional_mcr
        assert (got >= 0).all()
        self.all_paid_the_years_price(bought, index, true_up.buyers_mcr)
        self.sellers_alike_get_alike(handed_in, got)
        self.all_bear_only_what_sellers_cannot(bought, handed_in, true_up, cost, change)

    def all_paid_the_years_price(self, bought: Trades, index: np.ndarray, given: np.ndarray) -> None:
        paid = bought.provisional_mcr - given
        assert (paid == np.rint(index[bought.market] * bought.worth_mcr)).all()

    def sellers_alike_get_alike(self, handed_in: Trades, got: np.ndarray) -> None:
        order = np.lexsort([handed_in.worth_mcr, handed_in.market])
        market, worth, got = handed_in.market[order], handed_in.worth_mcr[order], got[order]
        alike = (market[1:] == market[:-1]) & (worth[1:] == worth[:-1])
        together = market[1:] == market[:-1]
        assert (np.abs(np.diff(got))[alike] <= 1).all()
        assert (np.diff(got)[together] >= -1).all(), "who brought more gets no less"

    def all_bear_only_what_sellers_cannot(self, bought: Trades, handed_in: Trades, true_up: TrueUp,
                                          cost: np.ndarray, change: np.ndarray) -> None:
        money = sum((bought.provisional_mcr - true_up.buyers_mcr).tolist()) - sum((cost - change).tolist())
        to_all = money if money <= 0 or not handed_in.worth_mcr.any() else 0
        assert true_up.left_to_all_mcr == to_all

    @settings(deadline=None)
    @given(seeds, sizes)
    def test_each_market_goes_to_its_own_sellers_where_none_makes_a_loss(self, seed: int, size: int) -> None:
        draw, markets = lots(seed, "markets"), 4
        bought, handed_in = (drawn_trades(draw, 40, markets, size) for _ in range(2))
        for each in (bought, handed_in):
            each.market[:markets], each.worth_mcr[:markets] = range(markets), size  # some trade everywhere
        index = draw.uniform(0.5, 2, markets)
        cost = np.array([size // 10] * markets)
        true_up = trued_up(bought, handed_in, index, cost, np.zeros(markets, np.int64))
        received = by_market(bought, bought.provisional_mcr - true_up.buyers_mcr, markets)
        got = by_market(handed_in, handed_in.provisional_mcr + true_up.sellers_mcr, markets)
        assert got == [all_paid - size // 10 for all_paid in received]
        assert true_up.left_to_all_mcr == 0

    @settings(deadline=None)
    @given(seeds)
    def test_years_on_end_leave_nothing_but_the_shelves(self, seed: int) -> None:
        draw, balance, shelves = lots(seed, "years"), np.zeros(HOUSEHOLDS + 2, np.int64), np.zeros(3, np.int64)
        for year in range(6):
            bought, handed_in = (drawn_trades(draw, int(draw.integers(1, 40)), 3, 10**8) for _ in range(2))
            after, cost = draw.integers(0, 10**9, 3), draw.integers(0, 10**8, 3)
            true_up = trued_up(bought, handed_in, draw.uniform(0.5, 2, 3), cost, after - shelves)
            balance += accounts_after(bought, handed_in, cost, true_up)
            shelves = after
            assert balance[EXCHANGE] + shelves.sum() == 0, year
            assert sum(balance.tolist()) == 0


CASES = {  # prices on the day of buyers, of sellers; index; cost; change of shelves; given to buyers, sellers, all
    "provisional prices were right": ([100, 100], [100, 100], 1.0, 0, 0, [0, 0], [0, 0], 0),
    "prices were too low": ([80, 100], [80, 100], 1.0, 0, 0, [-20, 0], [20, 0], 0),
    "prices were too high": ([130, 110], [120, 110], 1.0, 0, 0, [30, 10], [-20, -10], 0),
    "sellers bear the costs": ([100, 100], [100, 100], 1.0, 30, 0, [0, 0], [-15, -15], 0),
    "an item was left on the shelf": ([100], [100, 100], 1.0, 0, 90, [0], [-5, -5], 0),
    "an item of last year's shelf was sold": ([100, 100], [100], 1.0, 0, -90, [0, 0], [10], 0),
    "costs took all that buyers paid": ([100], [90], 1.0, 100, 0, [0], [-90], 0),
    "costs took more than buyers paid": ([100], [90], 1.0, 130, 0, [0], [-90], -30),
    "nobody handed anything in": ([100], [], 1.2, 10, -95, [-20], [], 15),
    "nobody bought": ([], [100], 1.2, 10, 80, [], [-30], 0),
    "nobody traded": ([], [], 1.0, 0, -7, [], [], -7),
}


@pytest.mark.parametrize("name", CASES)
def test_one_market_of_items_worth_100(name: str) -> None:
    paid, credited, index, cost, change, buyers, sellers, to_all = CASES[name]
    bought, handed_in = (Trades(np.arange(len(on_the_day)), np.zeros(len(on_the_day), np.int32),
                                np.array(on_the_day, np.int64), np.full(len(on_the_day), 100))
                         for on_the_day in (paid, credited))
    true_up = trued_up(bought, handed_in, np.array([index]), np.array([cost]), np.array([change]))
    assert [np.asarray(each).tolist() for each in astuple(true_up)] == [buyers, sellers, to_all]


def test_sellers_elsewhere_make_good_what_a_market_lost_in_proportion_to_theirs() -> None:
    bought = Trades(np.arange(3), np.array([0, 1, 2]), np.array([300, 100, 0]), np.array([300, 100, 0]))
    handed_in = Trades(np.arange(3), np.array([0, 1, 2]), np.array([300, 100, 50]), np.array([300, 100, 50]))
    true_up = trued_up(bought, handed_in, np.ones(3), np.array([0, 0, 40]), np.zeros(3, np.int64))
    assert true_up.sellers_mcr.tolist() == [-30, -10, -50]
    assert true_up.left_to_all_mcr == 0


def test_a_years_index_weighs_each_period_by_what_was_traded_in_it() -> None:
    index = np.array([[1.0, 1.0, 2.0], [4.0, 2.0, 3.0]])
    assert year_index(index, np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0]])).tolist() == [2.0, 1.5, 3.0]


def test_true_ups_are_spread_as_far_as_prices_on_the_day_were_from_the_years() -> None:
    assert relative_spread(np.array([10, -10, 99]), np.array([100, 100, 0])) == pytest.approx(0.1)
    assert relative_spread(np.array([7, 7]), np.array([70, 70])) == 0
    assert relative_spread(np.array([], np.int64), np.array([], np.int64)) == 0
