"""Private exchange: the bound, the watch report, a month of dealing, and that traders find the bound themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.parameters import declared, in_force, parameters
from parecon.secondhand.private.behaviour import room_items
from parecon.secondhand.private.law import (
    bound_kept_share,
    bound_share,
    coincidence_chance,
    cost_mcr,
    danger_index,
    margin_mcr,
    shortage_premium_share,
)
from parecon.secondhand.private.market import Offers, Wants, opened, trade_a_month
from parecon.secondhand.private.stream import GOOD_WORTH_MCR, Areas, drawn, years_of_trade
from parecon.secondhand.private.watch import SENTENCES, Verdict, watch, worth_by_good

INSTITUTION = "secondhand.private"
LAW = parameters(INSTITUTION)


def law(**decided):
    return in_force(INSTITUTION, decided, "test")


@pytest.mark.parametrize("name", sorted(declared(INSTITUTION)))
def test_a_parameter_is_what_its_own_declaration_allows_and_says_what_it_is(name):
    each = declared(INSTITUTION)[name]
    in_force(INSTITUTION, {name: each["value"]}, "test")
    assert "bounds" in each or "choices" in each
    assert each["unit"]
    assert len(each["about"]) > 20
    assert each["source"]


# --- The law ----------------------------------------------------------------------------------------------------

@settings(deadline=None)
@given(st.integers(1, 10**10), st.floats(0, 1), st.floats(0, 12), st.floats(0, 0.9), st.floats(0, 5), st.floats(0, 60),
       st.integers(0, 10**6))
def test_an_intermediary_can_live_by_an_item_if_and_only_if_it_is_outside_the_bound(
        worth, spread, waiting, discount, holding, storage, search):
    there = law(liquidity_discount_share=discount, holding_rate_share=holding, search_mcr=search)
    worth, premium = np.array([worth]), shortage_premium_share([waiting], there)
    margin, cost = margin_mcr(worth, np.array([spread]), premium), cost_mcr(worth, storage, there)
    outside = spread + premium - bound_share(worth, storage, there)
    assert np.sign(margin - cost) == np.sign(outside) or abs(outside) < 1e-9


@pytest.mark.parametrize(("decided", "worth_mcr", "expected"), [
    ({}, 500_000, 0.10 + 0.20 * 1.5 / 12 + 25_000 / 500_000),
    ({"convertible": True}, 500_000, 0.20 * 1.5 / 12 + 25_000 / 500_000),
    ({"fine_mcr": 0, "search_mcr": 0}, 500_000, 0.10 + 0.20 * 1.5 / 12),
    ({"storage_months": 12.0}, 500_000, 0.10 + 0.20 + 0.05),
    ({}, 50_000, 0.10 + 0.025 + 0.5)])
def test_bounds_that_a_member_can_check_by_hand(decided, worth_mcr, expected):
    there = law(**decided)
    found = bound_share(np.array([worth_mcr]), there["storage_months"], there)
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_an_exchange_is_within_the_bound_by_volume_and_an_empty_one_entirely():
    small_and_large = np.array([100_000, 900_000])  # bounds .375 and .153
    assert bound_kept_share(small_and_large, np.array([0.1, 0.1]), np.zeros(2), LAW) == 1
    assert bound_kept_share(small_and_large, np.array([0.2, 0.2]), np.zeros(2), LAW) == pytest.approx(0.1)
    assert bound_kept_share(small_and_large, np.array([0.1, 0.1]), np.array([0.0, 0.1]), LAW) == pytest.approx(0.1)
    assert bound_kept_share(small_and_large[:0], np.zeros(0), np.zeros(0), LAW) == 1


@settings(deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_barter_finds_its_match_the_less_often_the_more_kinds_there_are(traded):
    assert 1 / len(traded) - 1e-12 <= coincidence_chance(np.array(traded)) <= 1 + 1e-12
    assert coincidence_chance(np.ones(len(traded))) == pytest.approx(1 / len(traded))


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.001, 1))
def test_the_danger_grows_with_the_square_of_stakes_and_falls_with_what_returns(share, stake, returns):
    once = float(danger_index(share, stake, 12, returns))
    assert float(danger_index(share, 2 * stake, 12, returns)) == pytest.approx(4 * once)
    assert float(danger_index(share, stake, 12, 2 * returns)) == pytest.approx(once / 2)
    assert float(danger_index(1.0, 0.1, 12, 0.0)) == np.inf


@pytest.mark.parametrize(("private_share", "spread_permille", "waiting", "decided", "verdict"), [
    (0.00, 100, 0.0, {}, Verdict.QUIET),
    (0.04, 100, 0.0, {}, Verdict.QUIET),
    (0.00, 400, 0.0, {}, Verdict.OPEN),
    (0.00, 100, 6.0, {}, Verdict.OPEN),
    (0.06, 100, 0.0, {}, Verdict.SPREADING),
    (0.06, 400, 0.0, {}, Verdict.SPREADING),
    (1.00, 400, 0.0, {"traded_of_wealth_share": 0.5}, Verdict.DANGEROUS)])
def test_what_the_watch_report_says(private_share, spread_permille, waiting, decided, verdict):
    report = watch(np.array([10**9]), np.array([int(private_share * 10**9)]), np.array([250_000]),
                   np.array([spread_permille]), np.array([waiting]), law(**decided))
    assert report.verdict.tolist() == [verdict]
    assert report.private_share[0] == pytest.approx(private_share)


def test_every_verdict_has_a_sentence_and_a_good_that_nobody_trades_is_quiet():
    assert set(SENTENCES) == set(Verdict)
    none = np.zeros(1, np.int64)
    assert watch(none, none, none + 250_000, none + 100, none.astype(float), LAW).verdict.tolist() == [Verdict.QUIET]


def test_the_report_adds_up_to_what_changed_hands():
    offers, _ = drawn(AREAS, 1, 0)
    private = offers.item % 3 == 0
    total, privately, mean = worth_by_good(offers.good, offers.worth_mcr, private, len(GOOD_WORTH_MCR))
    assert total.sum() == offers.worth_mcr.sum()
    assert privately.sum() == offers.worth_mcr[private].sum()
    assert (mean <= offers.worth_mcr.max()).all()


# --- A month of dealing -----------------------------------------------------------------------------------------

AREAS = Areas(500, np.array([100, 300, 500, 600]), np.array([0.0, 0.3, 0.3, 1.0]), np.array([4, 4, 4, 50]))
EAGER = {"entrepreneurs_share": 0.1, "trial_rate_share": 6.0}


def months_of(there, count=30, seed=3):
    """Each month's offers, wants and trades, and where private exchange stands after it."""
    private = opened(np.repeat(np.arange(len(AREAS)), AREAS.households), there, seed, AREAS.capacity_items)
    for month in range(count):
        offers, wants = drawn(AREAS, seed, month)
        yield offers, wants, trade_a_month(private, offers, wants, there, seed, month), private


@pytest.mark.parametrize("decided", [{}, {"convertible": True}, {"token_overdraft_mcr": 0}, {"home_capacity_items": 0}])
def test_tokens_are_one_members_debt_to_another_and_nobody_owes_more_than_they_may(decided):
    there = law(**EAGER, **decided)
    for _, _, _, private in months_of(there):
        assert private.token_mcr.sum() == 0
        if not there["convertible"]:
            assert private.token_mcr.min() >= -there["token_overdraft_mcr"]


def test_an_item_is_bought_once_and_sold_once_and_only_by_who_bought_it():
    keeper, traded = {}, 0
    for offers, wants, trades, private in months_of(law(**EAGER)):
        for item, trader, buyer in zip(trades.sold.item, trades.sold.out_of, trades.sold.to, strict=True):
            assert keeper.pop(item) == trader != buyer
            traded += 1
        assert np.array_equal(wants.household[trades.sold.row], trades.sold.to)
        assert np.array_equal(offers.item[trades.bought.row], trades.bought.item)
        for item, seller, trader in zip(trades.bought.item, trades.bought.out_of, trades.bought.to, strict=True):
            assert item not in keeper
            assert seller != trader
            keeper[item] = trader
        for item in trades.released_item:
            del keeper[item]
        kept = zip(private.stock.item, private.traders.household[private.stock.trader], strict=True)
        assert dict(kept) == keeper
        for deals in (trades.sold, trades.bought):
            assert len(set(deals.row.tolist())) == len(deals)
            assert np.array_equal(deals.out_of // AREAS.households, deals.to // AREAS.households)
    assert traded > 100


def test_members_only_deal_privately_if_it_is_better_for_them():
    there = law(**EAGER, taste_for_legality_share=0.02)
    for offers, wants, trades, _ in months_of(there):
        row, worth = trades.bought.row, trades.bought.worth_mcr
        assert (trades.bought.tokens_mcr * 0.9 > offers.credit_mcr[row] + 0.02 * worth).all()
        row, worth = trades.sold.row, trades.sold.worth_mcr
        federation = worth * wants.price_permille[row] // 1000 + worth * (0.03 * wants.waiting_months[row] - 0.02)
        assert (trades.sold.tokens_mcr < federation).all()


def test_nobody_keeps_more_than_there_is_room_for_or_fetches_more_than_there_is_time_for():
    there = law(**EAGER, deals_a_month=3)
    for _, _, trades, private in months_of(there):
        traders = private.traders
        assert (private.stock.of_each(len(traders)) <= traders.capacity_items).all()
        assert np.bincount(trades.bought.to, minlength=1).max() <= 3
        assert (room_items(traders, private.stock, there)[~traders.active] == 0).all()


@pytest.mark.parametrize("decided", [
    {"entrepreneurs_share": 0.0}, {"taste_for_legality_share": 1.0}, {"liquidity_discount_share": 0.9},
    {"trial_rate_share": 0.0}])
def test_where_nobody_would_deal_or_nobody_would_accept_nothing_is_dealt(decided):
    assert all(not len(trades.bought) and not len(trades.sold)
               for _, _, trades, _ in months_of(law(**EAGER | decided)))


def test_without_any_room_nothing_is_dealt():
    areas = Areas(500, np.array([600]), np.array([0.5]), np.array([0]))
    assert years_of_trade(areas, law(**EAGER), 1, 2).bought_mcr.sum() == 0


def test_a_month_in_which_nobody_offers_or_wants_anything_changes_no_tokens():
    private = opened(np.zeros(500, int), law(**EAGER), 1)
    none = np.zeros(0, np.int64)
    trades = trade_a_month(private, Offers(*[none] * 6), Wants(*[none] * 5), law(**EAGER), 1, 0)
    assert not len(trades.bought)
    assert not len(trades.sold)
    assert not private.token_mcr.any()


def test_those_who_are_found_out_are_fined_as_often_as_the_law_says():
    there = law(**EAGER, sanction_chance_share=0.25, fine_mcr=1)
    months = [(len(trades.sold), len(trades.fined_household), set(trades.fined_household) <= set(trades.sold.out_of))
              for _, _, trades, _ in months_of(there, 60)]
    sold, fined, only_sellers = (np.array(column) for column in zip(*months, strict=True))
    assert only_sellers.all()
    assert fined.sum() / sold.sum() == pytest.approx(0.25, abs=0.05)


def test_the_same_seed_gives_the_same_history_to_the_bit():
    one, again, other = (years_of_trade(AREAS, law(**EAGER), seed, 3) for seed in (5, 5, 6))
    assert np.array_equal(one.top_wealth_mcr, again.top_wealth_mcr)
    assert np.array_equal(one.end.token_mcr, again.end.token_mcr)
    assert not np.array_equal(one.end.token_mcr, other.end.token_mcr)


# --- The bound is found -----------------------------------------------------------------------------------------

SPREADS = np.arange(0, 601, 50)


def private_share_by_spread(discount):
    """The mean private share of three runs of eight years, by spread, where nobody must wait."""
    areas = Areas(1500, SPREADS, np.zeros(len(SPREADS)), np.full(len(SPREADS), 4))
    there = law(liquidity_discount_share=discount)
    return np.mean([years_of_trade(areas, there, seed, 8).private_share(36) for seed in (1, 2, 3)], axis=0)


def test_entrepreneurs_who_know_no_bound_find_it():
    """Below it less than 5 % is private, well above it more; and it moves with the discount, about one for one."""
    entry = {}
    for discount in (0.05, 0.20):
        there = law(liquidity_discount_share=discount)
        bound = bound_share(np.array([GOOD_WORTH_MCR.mean()]), there["storage_months"], there)[0]
        private = private_share_by_spread(discount)
        assert private[bound >= SPREADS / 1000].max() < 0.05
        assert private[bound + 0.25 <= SPREADS / 1000].min() > 0.05
        entry[discount] = SPREADS[np.argmax(private > 0.05)] / 1000
        assert bound < entry[discount] < bound + 0.2
    assert 0.05 <= entry[0.20] - entry[0.05] <= 0.25
