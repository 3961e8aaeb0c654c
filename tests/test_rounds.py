"""The compiled passes equal the plain ones to rounding, and themselves to the bit on any number of threads."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from resource import RUSAGE_SELF, getrusage

import numba
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parecon
from parecon.base.columns import Floats, starts
from parecon.economy.goods import Kind
from parecon.planning import rounds
from parecon.planning.consumers import Consumers
from parecon.planning.kernels import FEW, KERNELS, exponentials, kernel
from parecon.planning.law import benefit_to_cost, book_step, moved, permits, relative_imbalance
from parecon.planning.round import Councils
from parecon.planning.rounds import Recipes, Response

Array = npt.NDArray[np.float64]
TYPES = [("int32", "float64"), ("uint16", "float32")]
CLOSE = 1e-12
needs_two_threads = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="this machine has one thread")
sizes = st.integers(1, 60)
seeds = st.integers(0, 2**32 - 1)
factors = st.floats(1e-3, 1e3)


@pytest.fixture
def any_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests that change the number of threads, used however little there is to do: afterwards it is as it was."""
    monkeypatch.setattr("parecon.planning.rounds.THREADS_FROM_INPUTS", 0)
    yield
    numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)


@dataclass
class Case:
    """Recipes, responses and prices of any kind: councils without inputs, goods that none makes, an input twice."""

    recipes: Recipes
    cost_share: Floats
    response: Response
    receipt_rate: Array
    log_price: Array

    def respond(self) -> tuple[Array, rounds.Totals]:
        return rounds.respond(self.recipes, self.cost_share, self.response, self.receipt_rate, self.log_price)

    def sloping(self) -> tuple[Recipes, Floats, Response, Array, Array, Array, Array]:
        """What `slopes` and `push` take, with weights of 1: how credits bought less credits sold move."""
        log_receipts, _ = self.respond()
        own = self.log_price[self.recipes.product]
        cost = rounds.plain_cost(self.recipes, self.cost_share, self.log_price)
        outlay = self.response.outlay_rate * np.exp(
            log_receipts + self.response.outlay_to_price * own - self.response.outlay_to_cost * cost)
        sold, ones = np.exp(log_receipts) / self.receipt_rate, np.ones(self.recipes.goods)
        return self.recipes, self.cost_share, self.response, sold, outlay, ones, ones

    def excess(self, log_price: Array) -> Array:
        """Credits that would be bought less those that would be sold, by good, by the plain pass."""
        _, both = rounds.plain_respond(self.recipes, self.cost_share, self.response, self.receipt_rate, log_price)
        return both.bought - both.sold


def drawn(seed: int, councils: int, goods: int, types: tuple[str, str]) -> Case:
    draw = np.random.default_rng(seed)
    start = starts(draw.integers(0, 9, councils))
    recipes = Recipes(draw.integers(0, goods, councils).astype(np.int32), start,
                      draw.integers(0, goods, start[-1]).astype(types[0]), goods)
    to_price, to_cost = draw.uniform(1, 8, (2, councils))
    beyond = draw.uniform(-2, 2, (2, councils)) * (draw.random(councils) < 0.5)
    response = Response(draw.normal(0, 2, councils), to_price, to_cost, draw.uniform(0.5, 1.5, councils), *beyond)
    return Case(recipes, draw.uniform(0.02, 0.3, start[-1]).astype(types[1]), response,
                draw.uniform(0.8, 1.2, councils), draw.normal(0, 0.5, goods))


@pytest.mark.parametrize("types", TYPES)
@settings(max_examples=40, deadline=None)
@given(seed=seeds, councils=sizes, goods=sizes)
def test_compiled_passes_equal_the_plain_ones(types: tuple[str, str], seed: int, councils: int, goods: int) -> None:
    case = drawn(seed, councils, goods, types)
    plain = rounds.plain_respond(case.recipes, case.cost_share, case.response, case.receipt_rate, case.log_price)
    log_receipts, both = case.respond()
    np.testing.assert_allclose(log_receipts, plain[0], rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(both.sold, plain[1].sold, rtol=CLOSE)
    np.testing.assert_allclose(both.bought, plain[1].bought, rtol=CLOSE)
    cost = rounds.plain_cost(case.recipes, case.cost_share, case.log_price)
    np.testing.assert_allclose(rounds.cost_index(case.recipes, case.cost_share, case.log_price), cost, atol=CLOSE)
    total = rounds.sums(case.recipes.input_start, case.cost_share)
    np.testing.assert_allclose(rounds.recipe_sums(case.recipes, case.cost_share), total, rtol=CLOSE)
    mixing = rounds.sums(case.recipes.input_start, case.cost_share * np.log(case.cost_share))
    np.testing.assert_allclose(rounds.recipe_mixing(case.recipes, case.cost_share), mixing, rtol=CLOSE)
    receipts = np.exp(log_receipts)
    compiled = rounds.totals(case.recipes, case.cost_share, receipts, 2 * receipts)
    np.testing.assert_allclose(compiled, rounds.plain_totals(case.recipes, case.cost_share, receipts, 2 * receipts),
                               rtol=CLOSE)


def test_receipts_beyond_all_measure_are_cut_off_alike() -> None:
    case = drawn(3, 50, 20, TYPES[0])
    case = replace(case, log_price=300 * case.log_price)
    plain = rounds.plain_respond(case.recipes, case.cost_share, case.response, case.receipt_rate, case.log_price)
    log_receipts, both = case.respond()
    assert {-rounds.MOST_LOG, rounds.MOST_LOG} < set(log_receipts)
    np.testing.assert_allclose(log_receipts, plain[0], rtol=CLOSE)
    np.testing.assert_allclose(both, plain[1], rtol=1e-10)  # an error of 1e-13 in a logarithm of hundreds


def test_exponentials_are_at_most_one_unit_in_the_last_place_off() -> None:
    power = np.concatenate([np.linspace(-700, 700, 100_003), np.linspace(-1, 1, 100_003), [-1e-300, 0.0, 1e-17]])
    exact = np.exp(power.astype(np.longdouble))
    raised = power.copy()
    exponentials(raised)
    assert np.all(np.abs(raised - exact) <= np.spacing(exact.astype(float)))
    assert (raised[power == 0] == 1).all()
    for part in (power[:1], power[5:18], power[77:1000]):
        alone = part.copy()
        exponentials(alone)
        assert np.isin(alone, raised).all()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems' libraries decide this by themselves")
def test_columns_made_over_and_over_lie_in_the_same_memory() -> None:
    def fresh_pages() -> int:
        before = getrusage(RUSAGE_SELF).ru_minflt
        for _ in range(100):
            [np.ones(30_000) for _ in range(40)]
        return getrusage(RUSAGE_SELF).ru_minflt - before

    fresh_pages()
    assert fresh_pages() < 20_000  # 231,200 where they are given back and asked for anew


@pytest.mark.parametrize("councils", [16 * FEW - 1, 16 * FEW + 40])
def test_councils_answered_together_or_apart_equal_the_plain_pass(councils: int) -> None:
    case = drawn(4, councils, 300, TYPES[1])
    plain = rounds.plain_respond(case.recipes, case.cost_share, case.response, case.receipt_rate, case.log_price)
    log_receipts, both = case.respond()
    np.testing.assert_allclose(log_receipts, plain[0], rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(both, plain[1], rtol=CLOSE)


@pytest.mark.parametrize("types", TYPES)
@settings(max_examples=20, deadline=None)
@given(seed=seeds, councils=sizes, goods=st.integers(1, 12))
def test_slopes_are_those_of_the_plain_pass(types: tuple[str, str], seed: int, councils: int, goods: int) -> None:
    case = drawn(seed, councils, goods, types)
    slope = rounds.slopes(*case.sloping())
    step, scale = 1e-5, np.abs(slope).max() + 1
    for good in range(goods):
        by = step * (np.arange(goods) == good)
        numeric = (case.excess(case.log_price + by) - case.excess(case.log_price - by)) / (2 * step)
        np.testing.assert_allclose(slope[:, good], numeric, atol=1e-6 * scale)


@pytest.mark.parametrize("types", TYPES)
@settings(max_examples=20, deadline=None)
@given(seed=seeds, councils=sizes, goods=sizes)
def test_push_is_the_product_with_the_slopes(types: tuple[str, str], seed: int, councils: int, goods: int) -> None:
    case = drawn(seed, councils, goods, types)
    vector = np.random.default_rng(seed).normal(size=goods)
    expected = rounds.slopes(*case.sloping()) @ vector
    close = 1e-12 * (1 + np.abs(expected).max())
    np.testing.assert_allclose(rounds.push(*case.sloping(), vector), expected, atol=close)


@needs_two_threads
@pytest.mark.usefixtures("any_threads")
@pytest.mark.parametrize("types", TYPES)
@pytest.mark.parametrize("councils", [7, 5000])
def test_the_number_of_threads_changes_no_bit(types: tuple[str, str], councils: int) -> None:
    case = drawn(1, councils, 40, types)
    taste, income = np.random.default_rng(1).random((councils, 20)), np.random.default_rng(2).random(councils)
    results = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        log_receipts, both = case.respond()
        results.append([log_receipts, *both, rounds.slopes(*case.sloping()),
                        rounds.push(*case.sloping(), case.log_price),
                        rounds.cost_index(case.recipes, case.cost_share, case.log_price),
                        *rounds.totals(case.recipes, case.cost_share, both.sold[case.recipes.product], log_receipts),
                        weighted_shares(taste, income)])
    assert all(one.tobytes() == two.tobytes() for one, two in zip(*results, strict=True))


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_for_threads_and_one_without_are_kept_apart_on_disk(name: str) -> None:
    kept = {kernel(name, "int32", "float64", threads=threads).py_func.__qualname__ for threads in (True, False)}
    assert len(kept) == 2


def weighted_shares(taste: Array, income: Array) -> Array:
    from parecon.planning.kernels import weighted_shares as compiled

    return compiled(taste, income)


@needs_two_threads
@pytest.mark.usefixtures("any_threads")
@pytest.mark.parametrize("rule", ["book-2021", "predictive"])
def test_a_whole_plan_is_the_same_to_the_bit_on_one_thread_and_on_two(rule: str) -> None:
    prices = []
    for threads in (1, 2):
        numba.set_num_threads(threads)
        prices.append(np.array(parecon.plan(parecon.book(600, 300, 5, seed=2), rule).history.price))
    assert prices[0].tobytes() == prices[1].tobytes()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), factor=factors)
def test_prices_incomes_and_toil_times_a_factor_change_no_quantity(seed: int, factor: float) -> None:
    economy = parecon.book(60, 20, 2, seed=seed)
    workers, consumers = economy.workers, economy.consumers
    scaled = replace(economy, consumers=replace(consumers, income=factor * consumers.income), workers=replace(
        workers, effort_disutility_scale=factor * np.asarray(workers.effort_disutility_scale)))
    log_price = np.log(economy.goods.start_price)
    before = Councils(economy).answer(log_price, None)
    after = Councils(scaled).answer(log_price + np.log(factor), None)
    np.testing.assert_allclose(after.supply, before.supply, rtol=1e-9)
    np.testing.assert_allclose(after.demand, before.demand, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), councils=sizes)
def test_dividing_public_prices_and_demands_by_the_number_of_councils_cancels(seed: int, councils: int) -> None:
    economy = parecon.book(30, councils, 3, seed=seed)
    price = np.random.default_rng(seed).uniform(100, 900, len(economy.goods))
    consumers = economy.consumers
    public = economy.goods.kind[consumers.taste_good] == Kind.PUBLIC
    charged = np.where(public, price[consumers.taste_good] / councils, price[consumers.taste_good])
    taste = consumers.taste.astype(float)
    wanted = consumers.income[:, None] * taste / taste.sum(axis=1, keepdims=True) / charged
    total = wanted.sum(axis=0) / np.where(public, councils, 1)
    asked = Consumers(economy).ask(np.log(price)).spending / price
    np.testing.assert_allclose(asked[consumers.taste_good], total, rtol=1e-12)


pairs = st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))


@given(pairs, factors)
def test_imbalance_is_symmetric_bounded_and_without_unit(pair: tuple[float, float], factor: float) -> None:
    supply, demand = (np.array([each]) for each in pair)
    imbalance = relative_imbalance(supply, demand)
    assert 0 <= imbalance[0] <= 2
    assert imbalance == relative_imbalance(demand, supply)
    np.testing.assert_allclose(relative_imbalance(factor * supply, factor * demand), imbalance, rtol=1e-9, atol=1e-12)


@given(pairs, st.floats(1, 1e4), factors, st.floats(0, 2), st.floats(0, 0.25))
def test_prices_move_with_their_unit_and_against_the_surplus(
        pair: tuple[float, float], price: float, factor: float, imbalance: float, earlier: float) -> None:
    supply, demand, before = (np.array([each]) for each in (*pair, price))
    step = book_step(np.array([imbalance]), np.array([earlier]), 1.05, 0.5, 0.001)
    after = moved(before, supply, demand, step)
    assert 0.001 <= step[0] <= 0.25
    assert np.sign(after - before) == np.sign(demand - supply)
    np.testing.assert_allclose(moved(factor * before, supply, demand, step), factor * after, rtol=1e-12)


@given(pairs, factors)
def test_benefit_to_cost_has_no_unit(pair: tuple[float, float], factor: float) -> None:
    sales, outlay = (np.array([each]) for each in pair)
    ratio = benefit_to_cost(sales, outlay)
    np.testing.assert_allclose(benefit_to_cost(factor * sales, factor * outlay), ratio, rtol=1e-12)


@given(price=st.floats(0.1, 1e3), benefit=st.floats(0.1, 10), j=st.floats(0.2, 0.8), k=st.floats(1.2, 3))
def test_permits_granted_bring_most_benefit_less_damage(price: float, benefit: float, j: float, k: float) -> None:
    granted = permits(*(np.array([each]) for each in (price, benefit, j, k)))[0]
    net = [benefit * (price * z) ** j - z**k for z in granted * np.array([0.9, 1.0, 1.1])]
    assert net[1] > max(net[0], net[2])
