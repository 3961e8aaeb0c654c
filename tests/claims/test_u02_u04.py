"""Claims U2, U3 and U4: the judges can say no, the experiments are what they say, one seed is one result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.samples import but, samples
from parecon.base.parameters import parameters
from parecon.claims import u02_gain_or_loss as u02
from parecon.claims import u03_federation_zero as u03
from parecon.claims import u04_repricing as u04
from parecon.claims.claim import Claim
from parecon.claims.market import curve, line, searched
from parecon.secondhand.law import adjusted, quotes

RECKONED = {-30: 0.03, -10: 0.06, 0: 0.07, 10: -0.02, 20: -0.15, 30: -0.34}
"""Results by how far a schedule is off in %, as shares of normal turnover: from a reckoning made beforehand."""
CLAIMS = [u02.CLAIM, u03.CLAIM, u04.CLAIM]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
class TestEach:
    """What holds of every claim."""

    def test_a_seed_gives_the_same_numbers_twice_and_another_seed_others(self, claim: Claim) -> None:
        first, again, other = (claim.measured(seed) for seed in (5, 5, 6))
        assert first == again
        assert first != other

    def test_its_numbers_are_finite(self, claim: Claim) -> None:
        assert all(np.isfinite(value) for value in claim.measured(7).values())

    def test_its_sentence_names_figures(self, claim: Claim) -> None:
        assert any(letter.isdigit() for letter in claim.judge(samples(claim, 2)).sentence)


class TestGainOrLoss:
    """U2: a year of guaranteed prices."""

    @pytest.mark.parametrize("off_percent", RECKONED)
    def test_overpricing_costs_money_and_underpricing_does_not(self, off_percent: int) -> None:
        right = np.array([u02.UNIT_MCR])
        announced = right * (100 + off_percent) // 100
        goods = u02.Goods(np.array([1.5]), np.array([1.0]))
        result, _ = u02.year(goods, announced, right, right * 20 // 1000, np.zeros(1), 100)
        assert result.total_mcr / u02.UNIT_MCR == pytest.approx(RECKONED[off_percent], abs=0.005)

    def test_underpricing_makes_people_wait(self) -> None:
        credit, price = quotes(np.array([700_000]), 100)
        wanted, offered = line(np.array([-1.5]), price / 1e6), line(np.array([1.0]), credit / 1e6)
        assert (wanted - offered)[0] == pytest.approx(0.73, abs=0.005)

    def test_a_result_is_what_is_handed_out(self) -> None:
        assert u02.measured(3)["not_handed_out_mcr"] == 0

    def test_next_years_shelf_opens_at_what_last_years_closed_at(self) -> None:
        years, _ = u02.results(1, 0.1, 100, alike=False)
        assert [each.shelves_after_mcr for each in years[:-1]] == [each.shelves_before_mcr for each in years[1:]]

    @pytest.mark.parametrize(("size", "verdict"), [(0.0, "fails"), (0.099, "fails"), (0.101, "holds")])
    def test_the_judge_goes_by_a_thousandth_of_turnover(self, size: float, verdict: str) -> None:
        assert u02.judge(but(samples(u02.CLAIM), value=size)).verdict == verdict

    def test_a_federation_that_trades_at_right_prices_without_spread_or_inspection_would_falsify_it(self) -> None:
        worth = np.full(3, u02.UNIT_MCR)
        goods = u02.Goods(np.full(3, 1.5), np.ones(3))
        result, left = u02.year(goods, worth, worth, np.zeros(3, np.int64), np.zeros(3), 0)
        assert result.total_mcr == 0
        assert (left == 0).all()


class TestFederationZero:
    """U3: prices that follow demand, in both readings."""

    def test_the_same_shocks_reach_both_readings(self) -> None:
        one, other = u03.shocks(4), u03.shocks(4)
        assert (one.wanted == other.wanted).all()
        assert (one.lot == other.lot).all()

    def test_the_search_clears_every_market_in_every_week(self) -> None:
        befalls = u03.shocks(2)
        cleared, _ = u03.clearing(befalls)
        for week, index in enumerate(cleared):
            assert np.allclose(befalls.demand(week, index), befalls.supply(week, index), rtol=1e-4)

    def test_no_more_is_passed_on_than_was_handed_in(self) -> None:
        _, handed_in, passed_on = u03.provisional(u03.shocks(3))
        assert (np.cumsum(handed_in, axis=0) >= np.cumsum(passed_on, axis=0)).all()
        assert (passed_on >= 0).all()

    @pytest.mark.parametrize(("violated", "says"), [
        ({"value": 2e-9}, "left with"),
        ({"least_true_up_sd_percent": 0.0}, "without any true-up"),
        ({"least_without_true_up_share": 0.0}, "without any true-up")])
    def test_the_judge_says_no(self, violated: dict[str, float], says: str) -> None:
        judgement = u03.judge(but(samples(u03.CLAIM), **violated))
        assert judgement.verdict == "fails"
        assert says in judgement.sentence

    def test_one_run_that_leaves_something_is_enough(self) -> None:
        found = samples(u03.CLAIM)
        assert u03.judge(found).verdict == "holds"
        found["value"][1] = 1e-6
        assert u03.judge(found).verdict == "fails"


class TestRepricing:
    """U4: schedules adjusted once a year."""

    @settings(deadline=None)
    @given(st.floats(0.3, 3), st.floats(0.2, 2), st.floats(0.1, 1.7), st.sampled_from(u04.CAPS))
    def test_a_market_left_alone_settles_inside_the_bound(self, demand: float, supply: float, product: float,
                                                          most: float) -> None:
        response = product / (demand + supply)
        index = searched(np.array([1.02]), lambda p: curve(-demand, p), lambda p: curve(supply, p), response, most, 400)
        assert abs(index[0] - 1) < 1e-3

    @settings(deadline=None)
    @given(st.floats(0.3, 3), st.floats(0.2, 2), st.floats(2.3, 6), st.sampled_from(u04.CAPS))
    def test_above_it_prices_swing_but_no_further_than_the_cap(self, demand: float, supply: float, product: float,
                                                               most: float) -> None:
        index, path = np.array([1.02]), []
        for _ in range(200):
            index = adjusted(index, curve(-demand, index), curve(supply, index), product / (demand + supply), most)
            path.append(index[0])
        assert np.ptp(path[-50:]) > 0.01
        assert max(path) <= 1 + most
        assert min(path) >= 1 - most

    def test_years_until_close_count_from_the_last_time_it_was_far(self) -> None:
        gap = np.array([[0.2, 0.2, 0.0, 0.2], [0.0, 0.2, 0.0, 0.01], [0.1, 0.2, 0.0, 0.01]])
        assert u04.years_until_close(gap).tolist() == [3, 3, 0, 1]

    def test_the_dividing_line_is_where_the_fewest_are_on_the_wrong_side(self) -> None:
        product = np.array([0.5, 1.0, 1.9, 2.1, 3.0])
        assert u04.dividing(product, product < 2) == pytest.approx(2)

    @pytest.mark.parametrize(("inside", "above", "verdict"), [
        (1.1, 0, "fails"), (0, 1.1, "fails"), (50, 50, "fails"), (1, 1, "holds only if")])
    def test_the_judge_goes_by_one_market_in_a_hundred(self, inside: float, above: float, verdict: str) -> None:
        made_up = but(samples(u04.CLAIM), unsettled_well_inside_percent=inside, settled_well_above_percent=above)
        assert u04.judge(made_up).verdict == verdict

    def test_stocks_beyond_what_stores_keep_push_prices_down(self) -> None:
        (_, _, without), (_, _, kept), (_, _, counted) = (u04.excess_demands(1, years) for years in (np.inf, 1e6, 0))
        assert (without == kept).all()
        assert counted.mean() > without.mean()

    def test_the_experiment_spans_both_sides_of_the_bound(self) -> None:
        product, _, _ = u04.excess_demands(1)
        assert (product < u04.WELL_INSIDE).mean() > 0.2
        assert (product > u04.WELL_ABOVE).mean() > 0.2


def test_the_curves_meet_where_the_price_is_right_and_have_the_same_slope_there() -> None:
    elasticity, near = np.array([-1.5, 0.7]), np.full(2, 1 + 1e-6)
    assert line(elasticity, np.ones(2)).tolist() == curve(elasticity, np.ones(2)).tolist() == [1, 1]
    assert np.allclose(line(elasticity, near), curve(elasticity, near), atol=1e-10)


def test_the_experiments_take_the_laws_own_spread() -> None:
    law = parameters("secondhand")
    assert (law["spread_permille"], law["inspection_cost_permille"]) == (100, 20), "the reckoning assumes these"
