"""From year to year: small changes by lot, prices and memory carried over, growth, increasing returns."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import parecon
from parecon import Plan
from parecon.base.columns import owners, sums
from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.economy.check import check
from parecon.planning.behaviour import CobbDouglas
from parecon.planning.law import is_maximum
from parecon.planning.years import CHANGED_TASTES, TECHNICAL_CHANGE, increasing_returns, next_year, real_growth


@cache
def first_year() -> Plan:
    return parecon.plan(parecon.book(300, 200, 5, seed=3), "book-2021", threshold=0.03)


def with_types(plan: Plan, exponent: type, taste: type) -> Plan:
    workers, consumers = plan.economy.workers, plan.economy.consumers
    economy = replace(plan.economy, workers=replace(workers, input_exponent=workers.input_exponent.astype(exponent)),
                      consumers=replace(consumers, taste=consumers.taste.astype(taste)))
    return replace(plan, economy=economy)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_each_exponent_and_taste_moves_by_one_of_the_steps_and_keeps_its_type(kind: type) -> None:
    plan = with_types(first_year(), kind, kind)
    year = next_year(plan, seed=1).economy
    for before, after, steps in (
            (plan.economy.workers.input_exponent, year.workers.input_exponent, TECHNICAL_CHANGE),
            (plan.economy.consumers.taste, year.consumers.taste, CHANGED_TASTES)):
        assert after.dtype == before.dtype == kind
        step = np.round((after.astype(float) - before) * 1000).astype(int)
        np.testing.assert_allclose(after, before + step / 1000, atol=1e-7)
        expected = [round(1000 * each) for each in steps]
        assert sorted(set(step.ravel().tolist())) == expected
        counts = np.array([np.count_nonzero(step == each) for each in expected])
        assert np.all(np.abs(counts / step.size - 0.2) < 5 * np.sqrt(0.16 / step.size))


def test_the_rest_of_the_economy_stays_and_the_plan_itself_is_untouched() -> None:
    plan = first_year()
    exponent, start = plan.economy.workers.input_exponent.copy(), plan.economy.goods.start_price.copy()
    year = next_year(plan, seed=1).economy
    assert np.array_equal(plan.economy.workers.input_exponent, exponent)
    assert np.array_equal(plan.economy.goods.start_price, start)
    for name in ("product", "input_start", "input_good", "log_scale", "effort_exponent", "effort_disutility_exponent"):
        assert np.array_equal(getattr(year.workers, name), getattr(plan.economy.workers, name))
    assert np.array_equal(year.consumers.income, plan.economy.consumers.income)
    assert np.array_equal(year.goods.endowment, plan.economy.goods.endowment)


def test_prices_and_memory_are_those_announced_last() -> None:
    plan = first_year()
    year = next_year(plan, seed=1)
    price, state = plan.announced
    assert np.array_equal(year.start_price, price)
    assert year.state is state
    again = parecon.plan(year.economy, "book-2021", state=year.state)
    from_old_start = parecon.plan(year.economy, "book-2021", state=year.state, start_price=year.start_price)
    np.testing.assert_allclose(again.history.price[0], price, rtol=1e-14)
    assert np.array_equal(again.history.price, from_old_start.history.price)


def test_a_rule_with_columns_for_each_council_carries_them_as_they_are() -> None:
    column = np.arange(300.0)

    def learning(latest: parecon.Round, state: dict[str, object]) -> tuple[np.ndarray, dict[str, object]]:
        return latest.price * 1.01, {**state, "learned": column}

    plan = parecon.plan(first_year().economy, learning, max_rounds=2)
    assert next_year(plan, seed=1).state["learned"] is column


def test_a_warm_start_takes_fewer_rounds_than_a_cold_one() -> None:
    plan = first_year()
    year = next_year(plan, seed=1)
    warm = parecon.plan(year.economy, "book-2021", threshold=0.03, state=year.state)
    cold = parecon.plan(year.economy, "book-2021", threshold=0.03, start_price=plan.economy.goods.start_price)
    assert warm.converged
    assert warm.rounds < cold.rounds


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    one, same, other = (next_year(first_year(), seed).economy.workers.input_exponent for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_an_exponent_that_would_not_be_above_zero_is_refused() -> None:
    plan = first_year()
    workers = plan.economy.workers
    economy = replace(plan.economy, workers=replace(workers, input_exponent=workers.input_exponent * 0))
    with pytest.raises(BadInput, match=r"next year: input exponents: found \d+ of \d+ not above 0"):
        next_year(replace(plan, economy=economy), seed=1)


def test_a_taste_stays_zero_or_as_it_was_where_it_would_not_stay_above_zero() -> None:
    plan = first_year()
    consumers = plan.economy.consumers
    before = np.where(np.arange(consumers.taste.shape[1]) % 2, 0, 0.001) + 0 * consumers.taste
    economy = replace(plan.economy, consumers=replace(consumers, taste=before))
    after = next_year(replace(plan, economy=economy), seed=1).economy.consumers.taste
    assert set(after[before == 0].tolist()) == {0}
    # Of the five steps, -.002 and -.001 are not made: the taste is then as it was, as with a step of 0.
    assert set(np.round(after[before > 0], 9).tolist()) == {0.001, 0.002, 0.003}
    assert np.mean(after[before > 0] == 0.001) == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("name", ["village", "us-2017-71", "us-2017-402"])
def test_bundled_economies_have_a_second_and_a_third_year(name: str) -> None:
    economy = parecon.read(name)
    for _ in range(2):
        was, year = economy, next_year(parecon.plan(economy, "book-2021", max_rounds=2), seed=4)
        economy = check(year.economy, "next year")
        assert np.all(economy.workers.returns() < 1)
        assert np.array_equal(economy.consumers.taste > 0, was.consumers.taste > 0)
        _each_recipe_changed_unless_it_came_too_near_one(was, economy)
        assert parecon.plan(economy, "book-2021", state=year.state, max_rounds=2).rounds == 2


def _each_recipe_changed_unless_it_came_too_near_one(was: parecon.Economy, now: parecon.Economy) -> None:
    before, inputs = was.workers.returns(), np.diff(was.workers.input_start)
    growth = now.workers.returns() - before
    assert np.all((growth >= 0) & (growth < 0.004 * inputs + 1e-12))
    long = inputs > 20  # so many inputs never all draw a step of 0
    likely = before + 0.002 * inputs
    assert np.all(growth[long & (likely > 1.1)] == 0)
    assert np.all(growth[long & (likely < 0.9)] > 0)


def test_archetypes_change_and_the_mixture_of_them_stays() -> None:
    plan = first_year()
    consumers = plan.economy.consumers
    shares = np.ones((len(consumers), 2))
    taste = np.where(np.arange(consumers.taste.shape[1]) == 3, 0, consumers.taste[:2])
    economy = replace(plan.economy, consumers=replace(consumers, taste=taste, mixture=shares))
    year = next_year(replace(plan, economy=economy), seed=1).economy.consumers
    assert year.mixture is shares
    assert np.all(year.taste[:, 3] == 0)
    assert np.count_nonzero(year.taste != taste) > taste.size / 2


@pytest.mark.parametrize("seed", range(101, 111))
@pytest.mark.parametrize("returns", ["decreasing", "increasing"])
def test_in_the_books_economies_every_change_is_made(seed: int, returns: str) -> None:
    economy = parecon.book(3_000, 300, 100, seed=seed, pollutants=3)
    economy = increasing_returns(economy, seed) if returns == "increasing" else economy
    year = next_year(replace(first_year(), economy=economy), seed).economy
    for before, after, steps, stream in (
            (economy.workers.input_exponent, year.workers.input_exponent, TECHNICAL_CHANGE, "technical change"),
            (economy.consumers.taste, year.consumers.taste, CHANGED_TASTES, "changed tastes")):
        step = np.array(steps, before.dtype)[lots(seed, stream).integers(0, len(steps), before.shape)]
        assert np.array_equal(after, before + step)


def test_growth_is_that_of_quantities_alone() -> None:
    plan = first_year()
    more = parecon.plan(plan.economy, "book-2021", max_rounds=1)
    twice = replace(more, last=replace(more.last, proposals=replace(
        more.last.proposals, totals=more.last.proposals.totals._replace(sold=2 * more.last.proposals.totals.sold))))
    assert real_growth(more, more) == 0
    assert real_growth(more, twice) == pytest.approx(1, rel=1e-14)
    assert real_growth(twice, more) == pytest.approx(-0.5, rel=1e-14)


def test_increasing_returns_are_for_a_share_rounded_up_on_every_input() -> None:
    economy = parecon.book(31, 10, 2, seed=1)
    workers = increasing_returns(economy, seed=5).workers
    added = np.round(workers.input_exponent - economy.workers.input_exponent, 12)
    by_council = [set(part.tolist()) for part in np.split(added, workers.input_start[1:-1])]
    assert sorted(map(str, by_council)) == sorted(["{0.1}"] * 7 + ["{0.0}"] * 24)


def test_the_published_formula_is_the_best_scale_below_one_and_the_worst_above() -> None:
    """Halving and doubling all inputs both lower what a council gains, or both raise it."""
    economy = increasing_returns(parecon.book(300, 10, 5, seed=1), seed=1)
    workers, log_price = economy.workers, np.log(economy.goods.start_price)
    best = is_maximum(workers.returns())
    assert np.count_nonzero(~best) == 60
    gains = {scale: gain(economy, log_price, scale) for scale in (0.5, 1.0, 2.0)}
    for scale in (0.5, 2.0):
        assert np.all(gains[1.0][best] > gains[scale][best])
        assert np.all(gains[1.0][~best] < gains[scale][~best])


def gain(economy: parecon.Economy, log_price: np.ndarray, scale: float) -> np.ndarray:
    """Receipts less inputs less toil where a council takes `scale` times its inputs, with the best effort for them."""
    workers = economy.workers
    receipts = np.exp(CobbDouglas(workers, len(economy.goods)).propose(log_price).log_receipts)
    inputs = sums(workers.input_start, workers.input_exponent)
    bought = workers.input_exponent * receipts[owners(workers.input_start)] / np.exp(log_price)[workers.input_good]
    log_made = workers.log_scale + sums(workers.input_start, workers.input_exponent * np.log(scale * bought))
    worth = np.exp(log_price[workers.product] + log_made)  # per effort^effort_exponent
    c, k, toil = workers.effort_exponent, workers.effort_disutility_exponent, workers.effort_disutility_scale
    effort = (c * worth / (k * toil)) ** (1 / (k - c))
    return worth * effort**c - scale * inputs * receipts - toil * effort**k
