"""U8 and U9, on new goods: the judges can say no, a run is the same twice, and towns differ as they should."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from parecon.claims import u08_displacement as u08
from parecon.claims import u09_stock_data as u09
from parecon.claims.claim import Claim, Verdict
from parecon.claims.towns import opened
from parecon.secondhand.durables import read_durables


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Towns of a size that a test has time for."""
    monkeypatch.setattr(u08, "HOUSEHOLDS", 400)
    monkeypatch.setattr(u08, "YEARS", 4)
    monkeypatch.setattr(u08, "BURN_IN", 2)
    monkeypatch.setattr(u08, "SWEPT_YEARS", slice(2, 3))
    monkeypatch.setattr(u09, "HOUSEHOLDS", 800)
    monkeypatch.setattr(u09, "YEARS", 5)


@cache
def names(claim: Claim) -> list[str]:
    """What a run of a claim measures."""
    return list(claim.measured(1))


def spread(value: float, sd: float = 0.0) -> np.ndarray:
    """As many numbers as there are runs, with this mean and standard deviation."""
    signs = np.tile([-1.0, 1.0], 10)
    return value + sd * signs


class TestU8:
    def samples(self, value: float, saved: float, vans: float) -> dict[str, np.ndarray]:
        numbers = dict.fromkeys(names(u08.CLAIM), 0.0) | {
            "passed_on_cars": 10.0, "fewer_new_cars": 3.0, "passed_on_vans": 10.0, "fewer_new_vans": vans}
        return {name: spread(number) for name, number in numbers.items()} | {
            "value": spread(value, 0.02), "emissions_saved_kg": spread(saved, 1.0)}

    @pytest.mark.parametrize(("value", "saved", "vans", "verdict"), [
        (0.3, 5, 3, "holds"), (0.3, 5, 0, "holds only if"), (0.3, 5, 10.5, "holds only if"), (0.3, 0.2, 3, "fails"),
        (0.3, -5, 3, "fails"), (0.005, 5, 3, "fails"), (-0.3, 5, 3, "fails"), (0.995, 5, 3, "fails"),
        (1.2, 5, 3, "fails")])
    def test_the_judge_applies_all_thresholds(self, value: float, saved: float, vans: float, verdict: Verdict) -> None:
        judgement = u08.CLAIM.judge(self.samples(value, saved, vans))
        assert judgement.verdict == verdict
        assert f"{value:.2f}" in judgement.sentence
        assert f"vans {vans / 10:.2f}" in judgement.sentence

    def test_a_run_is_the_same_twice_and_another_seed_is_another_run(self) -> None:
        assert u08.CLAIM.measured(3) == u08.CLAIM.measured(3) != u08.CLAIM.measured(4)

    def test_displacement_is_the_difference_over_what_was_passed_on(self) -> None:
        with_it = u08.Town(np.array([[9.0, 80], [8, 82]]), np.array([[0.0, 9], [4, 6]]))
        without = u08.Town(np.array([[9.0, 80], [10, 85]]), np.zeros((2, 2)))
        assert u08.displacement(without, with_it, slice(1, 2)) == 0.5

    def test_if_each_used_one_stood_for_a_new_one_there_would_be_no_rebound(self) -> None:
        goods = read_durables()
        used = np.tile(np.arange(1.0, 1 + len(goods)), (3, 1))
        found = u08.saved(u08.Town(used + 50, 0 * used), u08.Town(0 * used + 50, used), slice(0, 3), goods)
        assert found["rebound_of_emissions_percent"] == pytest.approx(0)
        assert found["displacement_of_spending"] == pytest.approx(1)


class TestU9:
    @pytest.mark.parametrize(("gain", "exchange", "even", "verdict"), [
        (10, 4, 3, "holds"), (10, 0.2, 3, "holds only if"), (10, -4, 3, "holds only if"), (0.2, 4, 3, "fails"),
        (-5, 4, 3, "fails"), (10, 4, 0.1, "holds only if")])
    def test_the_judge_asks_for_a_gain_that_is_sure(self, gain: float, exchange: float, even: float,
                                                    verdict: Verdict) -> None:
        samples = {name: spread(0.0) for name in names(u09.CLAIM)} | {
            "value": spread(gain, 1.0), "gain_of_the_exchange_percent": spread(exchange, 1.0),
            "gain_without_waves_percent": spread(even, 1.0)}
        judgement = u09.CLAIM.judge(samples)
        assert judgement.verdict == verdict
        assert f"{gain:.1f} %" in judgement.sentence

    def test_a_run_is_the_same_twice_and_another_seed_is_another_run(self) -> None:
        assert u09.CLAIM.measured(3) == u09.CLAIM.measured(3) != u09.CLAIM.measured(4)

    def test_the_error_is_weighted_by_spending_and_waste_is_what_is_too_much(self) -> None:
        forecast = np.array([[0.0, 0], [0, 0], [12, 5], [0, 0]])
        bought = np.array([[0.0, 0], [0, 0], [0, 0], [10, 10]])
        assert u09.wrong(forecast, bought, np.array([100, 10])) == pytest.approx((250 / 1100, 200 / 1100))

    def test_a_perfect_forecast_has_no_error(self) -> None:
        bought = np.arange(1.0, 13).reshape(6, 2)
        assert u09.wrong(np.roll(bought, -1, axis=0), bought, np.array([5, 7])) == (0, 0)

    def test_a_boom_leaves_a_bulge_in_the_ages_of_what_there_is(self) -> None:
        world = opened(1, 1, {"simulate.households": 4_000})
        delivered = u09.uneven(world)[::-1]
        items, furniture = world.store.items, world.durables.code.index("furniture")
        mine = items.made_month[(items.good == furniture) & (items.holder >= 0)]
        boom = int(delivered[:, furniture].argmax())
        assert delivered[boom, furniture] == pytest.approx(u09.BOOM * np.median(delivered[:, furniture]), rel=0.01)
        assert np.bincount(-mine // 12).argmax() == boom
        assert (items.fails_month[items.holder >= 0] > 0).all()
