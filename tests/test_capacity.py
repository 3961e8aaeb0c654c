"""Worker councils within their capacities: never more than they can make, at the least cost, and a nation as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.columns import owners, starts, sums
from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.base.parameters import parameters
from parecon.economy.councils import WorkerCouncils
from parecon.economy.establishments import by_size, split
from parecon.economy.generate import book
from parecon.economy.read import read
from parecon.economy.us import UTILISATION, calibrate, us
from parecon.economy.us_table import read_table, read_workplaces
from parecon.planning.behaviour import CapacityBounded, CobbDouglas, Proposals, saturated, while_it_pays
from parecon.planning.procedure import Plan, plan
from parecon.planning.round import Councils, councils_of
from parecon.planning.rounds import MOST_LOG
from parecon.planning.tables import tables
from parecon.planning.years import increasing_returns

from command import WITHOUT_PAGE, one_object, parecon, refused

GOODS, COUNCILS = 7, 40
seeds = st.integers(0, 2**32 - 1)
logs = st.floats(-200, 200)


def invented(seed: int, most_returns: float = 1.4) -> WorkerCouncils:
    """Councils of one to four inputs with any returns to scale, receipt rates, effort and capacities."""
    draw = lots(seed, "councils")
    start = starts(draw.integers(1, 5, COUNCILS))
    share = draw.uniform(0.05, 1, start[-1])
    returns = draw.uniform(0.1, most_returns, COUNCILS)
    toil = draw.uniform(3, 4, COUNCILS)
    effort = np.where(draw.random(COUNCILS) < 0.3, 0, draw.uniform(0.05, 0.1, COUNCILS))
    share *= ((returns - effort / toil) / sums(start, share))[owners(start)]
    return WorkerCouncils(
        product=draw.integers(0, GOODS, COUNCILS), input_start=start,
        input_good=draw.integers(0, GOODS, start[-1]).astype(np.int32), input_exponent=share,
        log_scale=draw.normal(0, 1, COUNCILS), effort_exponent=effort, effort_disutility_exponent=toil,
        effort_disutility_scale=draw.uniform(0.5, 2, COUNCILS), receipt_rate=draw.uniform(0.7, 1.2, COUNCILS),
        capacity=np.exp(draw.normal(0, 3, COUNCILS)), establishments=np.ones(COUNCILS))


def prices(seed: int, spread: float) -> np.ndarray:
    return lots(seed, "prices").normal(0, spread, GOODS)


def bounded(workers: WorkerCouncils) -> CapacityBounded:
    return CapacityBounded(CobbDouglas(workers, GOODS))


def outlays(proposals: Proposals) -> np.ndarray:
    """What each council pays for each of its inputs: [input]."""
    own = proposals.receipts * proposals.outlay_rate
    return proposals.cost_share * own[owners(proposals.recipes.input_start)]


# --- Councils ---------------------------------------------------------------------------------------------------

@settings(deadline=None)
@given(seeds, st.sampled_from([0.1, 1, 10, 30]))
def test_no_council_makes_more_than_it_can_whatever_the_prices(seed: int, spread: float) -> None:
    workers, log_price = invented(seed), prices(seed, spread)
    proposals = bounded(workers).propose(log_price)
    assert (proposals.log_output(log_price) <= np.log(workers.capacity) + 1e-9).all()
    for column in (proposals.log_receipts, proposals.outlay_rate, *proposals.totals):
        assert np.isfinite(column).all()


@settings(deadline=None)
@given(logs, logs, st.floats(0, 100))
def test_who_aims_at_more_makes_no_less(log_aim: float, log_capacity: float, more: float) -> None:
    aims, most = np.array([log_aim, log_aim + more]), np.full(2, log_capacity)
    less_made, more_made = saturated(aims, most)
    assert less_made <= more_made <= log_capacity
    dearer, cheaper = while_it_pays(most, -aims)
    assert dearer <= cheaper <= log_capacity


@settings(deadline=None)
@given(seeds, st.floats(0, 3))
def test_a_better_price_never_calls_for_less(seed: int, rise: float) -> None:
    workers, log_price = invented(seed), prices(seed, 1)
    workers = replace(workers, input_good=np.where(workers.input_good == 0, 1, workers.input_good),
                      product=np.zeros(COUNCILS, np.int64))
    councils, better = bounded(workers), log_price + rise * (np.arange(GOODS) == 0)
    before, after = (councils.propose(each) for each in (log_price, better))
    counts = before.log_receipts > 1 - MOST_LOG  # below, receipts are kept from vanishing
    assert (after.log_output(better) >= before.log_output(log_price) - 1e-9)[counts].all()


@settings(deadline=None)
@given(seeds)
def test_what_is_bought_makes_exactly_what_is_offered(seed: int) -> None:
    workers, log_price = invented(seed), prices(seed, 1)
    proposals = bounded(workers).propose(log_price)
    quantity = outlays(proposals) / np.exp(log_price)[workers.input_good]
    effort = effort_given(workers, proposals)
    made = workers.log_scale + sums(workers.input_start, workers.input_exponent * np.log(quantity)) + (
        workers.effort_exponent * np.log(np.where(workers.effort_exponent > 0, effort, 1)))
    np.testing.assert_allclose(made, proposals.log_output(log_price), atol=1e-8)


def effort_given(workers: WorkerCouncils, proposals: Proposals) -> np.ndarray:
    return CobbDouglas(workers, GOODS).effort(proposals.log_receipts + np.log(proposals.outlay_rate))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_could_make_as_much_at_less_cost(seed: int) -> None:
    from scipy.optimize import LinearConstraint, minimize

    workers, log_price = invented(seed), prices(seed, 1)
    proposals = bounded(workers).propose(log_price)
    bought, toil = outlays(proposals), workers.effort_disutility_exponent
    effort = workers.effort_disutility_scale * effort_given(workers, proposals) ** toil
    for council in range(0, COUNCILS, 4):
        entries = slice(workers.input_start[council], workers.input_start[council + 1])
        power = np.append(workers.input_exponent[entries], workers.effort_exponent[council])
        paid, grows = np.append(bought[entries], effort[council]), np.append(np.ones(len(power) - 1), toil[council])

        def cost(more: np.ndarray, paid=paid, grows=grows) -> float:
            """Cost where each input, last effort, is e^more times what was proposed, as a share of what was paid."""
            return float(paid @ np.exp(grows * more) / paid.sum())

        found = minimize(cost, 0.3 * np.cos(np.arange(len(power))), constraints=LinearConstraint(power, 0, 0),
                         method="SLSQP", bounds=[(-5, 5)] * len(power), options={"maxiter": 500, "ftol": 1e-12})
        assert found.success
        assert found.fun == pytest.approx(1, abs=1e-6)


@settings(deadline=None)
@given(seeds)
def test_without_a_limit_it_is_the_published_proposal_to_the_bit(seed: int) -> None:
    workers, log_price = invented(seed, most_returns=0.97), prices(seed, 1)
    plain = CobbDouglas(replace(workers, capacity=np.broadcast_to(np.inf, COUNCILS)), GOODS)
    one, other = plain.propose(log_price), CapacityBounded(plain).propose(log_price)
    assert (one.log_receipts == other.log_receipts).all()
    assert (one.outlay_rate == other.outlay_rate).all()
    np.testing.assert_allclose(one.totals, other.totals, rtol=1e-12)


def test_returns_of_exactly_one_have_an_answer_and_need_a_capacity() -> None:
    workers = replace(invented(1), effort_exponent=np.zeros(COUNCILS))
    share = workers.input_exponent / sums(workers.input_start, workers.input_exponent)[owners(workers.input_start)]
    constant = replace(workers, input_exponent=share)
    log_price = prices(1, 1)
    made = bounded(constant).propose(log_price).log_output(log_price)
    assert np.isfinite(made).all()
    capacity = constant.capacity.copy()
    capacity[7] = np.inf
    with pytest.raises(BadInput, match=r"limited behaviour: worker council 7: found returns of 1 and no capacity"):
        bounded(replace(constant, input_exponent=share * 1.0000001, capacity=capacity))


# --- A nation ---------------------------------------------------------------------------------------------------

def test_usual_utilisation_is_the_same_where_it_is_stated_and_where_it_is_used() -> None:
    assert parameters("planning")["normal_utilisation"] == UTILISATION


@pytest.mark.parametrize("behaviour", ["published", "limited"])
@pytest.mark.parametrize(("table", "workplaces"), [("71", "sectors"), ("402", "sectors"), ("71", 20), ("402", 3)])
def test_the_nation_stays_where_it_was(table, workplaces, behaviour) -> None:
    economy = us(table, workplaces)
    log_price = np.log(economy.goods.start_price)
    answer = councils_of(economy, behaviour).answer(log_price, None)
    assert answer.worst <= 1e-6
    used = np.exp(answer.proposals.log_output(log_price)) / economy.workers.capacity
    np.testing.assert_allclose(used, UTILISATION, rtol=1e-5)


def test_workplaces_of_every_size_use_as_much_of_what_they_can_make() -> None:
    _, sectors, goods = calibrate(read_table("71"))
    counts, sizes = (np.vstack([x, x[:1]]) for x in read_workplaces("71"))
    workers = split(sectors, by_size(np.ceil(counts / 1000), sizes), seed=1)
    assert workers.capacity.dtype == np.float32
    log_price = np.log(goods.start_price)
    made = CapacityBounded(CobbDouglas(workers, len(goods))).propose(log_price).log_output(log_price)
    np.testing.assert_allclose(np.exp(made) / workers.capacity, UTILISATION, rtol=2e-5)
    np.testing.assert_allclose(np.bincount(workers.product, workers.capacity), sectors.output / UTILISATION, rtol=1e-5)


@pytest.mark.parametrize("rule", ["predictive", "structural", "anderson"])
def test_the_fair_nation_is_planned_within_capacities(rule: str) -> None:
    economy = read("us-2017-fair")
    outcome = plan(economy, rule, councils=councils_of(economy, "limited"))
    assert outcome.converged
    assert outcome.rounds <= 10
    made = np.exp(outcome.last.proposals.log_output(outcome.last.log_price))
    assert (made <= economy.workers.capacity * (1 + 1e-9)).all()


# --- Increasing returns -----------------------------------------------------------------------------------------

def with_capacity(seed: int) -> Plan:
    """The book's small economy, a fifth with increasing returns, each able to make 5/4 of what it made before."""
    economy = book(3000, 3000, 10, seed=seed)
    before = plan(economy, threshold=0.01).last
    capacity = np.exp(before.proposals.log_output(before.log_price)) / UTILISATION
    more = increasing_returns(economy, seed)
    more = replace(more, workers=replace(more.workers, capacity=capacity))
    return plan(more, councils=councils_of(more, "limited"))


@pytest.mark.parametrize("seed", [1, 2])
def test_who_has_increasing_returns_and_a_limit_takes_part(seed: int) -> None:
    outcome = with_capacity(seed)
    assert outcome.converged
    workers = tables([outcome])["workers"].with_columns(used=pl.Series(outcome.economy.workers.capacity))
    rising = workers.filter(pl.col("returns") >= 1)
    assert 0.19 < len(rising) / len(workers) < 0.21
    assert (workers["order"] == "maximum").all()
    assert rising["receipts"].sum() > 0.1 * workers["receipts"].sum()  # .026 by the published formula
    pays = rising.filter(pl.col("benefit_to_cost") > 1.2)
    assert len(pays) > 0
    assert (pays["output"] > 0.5 * pays["used"]).all()


def test_increasing_returns_without_a_capacity_are_refused_by_name() -> None:
    more = increasing_returns(book(300, 100, 5), seed=1)
    capacity = np.where(np.arange(300) < 299, np.inf, 1.0)
    first = int(np.argmax(more.workers.returns() >= 1))
    with pytest.raises(BadInput, match=f"limited behaviour: worker council {first}: found returns of 1"):
        councils_of(replace(more, workers=replace(more.workers, capacity=capacity)), "limited")


def test_limits_that_nobody_has_are_refused() -> None:
    with pytest.raises(BadInput, match="found no worker council with a capacity"):
        councils_of(read("village"), "limited")
    with pytest.raises(BadInput, match="behaviour: name: found lazy, expected one of published, limited"):
        councils_of(read("village"), "lazy")


# --- What is told, kept and gone on with ------------------------------------------------------------------------

def test_effort_within_capacity_is_the_cheapest() -> None:
    outcome = with_capacity(3)
    made, w = tables([outcome])["workers"], outcome.economy.workers
    effort = made["effort"].to_numpy()
    toil = w.effort_disutility_scale * w.effort_disutility_exponent * effort**w.effort_disutility_exponent
    per_input = (made["input_cost"] / sums(w.input_start, w.input_exponent)).to_numpy()
    assert toil / w.effort_exponent == pytest.approx(per_input)


def test_councils_say_how_they_answer() -> None:
    economy = us()
    assert Councils(economy).behaviour == "published"
    assert councils_of(economy, "limited").behaviour == "limited"


IN_SECOND_ROUND = """
import os
from parecon.planning.rounds import MOST_LOG
from parecon.planning.round import Councils
answer = Councils.answer
def sabotaged(self, log_price, earlier, number=1):
    if number == 2 and self.economy.name.startswith("us"):
        os.kill(os.getpid(), 9)
    return answer(self, log_price, earlier, number)
Councils.answer = sabotaged
"""


def test_a_run_says_how_councils_answered_and_is_only_gone_on_with_alike(tmp_path) -> None:
    out = tmp_path / "run"
    limited = ["plan", "us-2017-fair", "--behaviour", "limited", "--out", out, "--json"]
    parecon(*limited, before=IN_SECOND_ROUND)
    line = refused(parecon("plan", "us-2017-fair", "--out", out, "--json"))
    assert "found behaviour limited, expected behaviour published" in line
    told = one_object(parecon(*limited))
    assert told["behaviour"] == "limited"
    assert told["resumed_after_rounds"] == 1
    economy = read("us-2017-fair")
    assert told["worst_imbalance"] == plan(economy, councils=councils_of(economy, "limited")).worst_imbalance
    assert json.loads((out / "run.json").read_text())["plans"][0]["behaviour"] == "limited"
    assert "--behaviour limited" in (out / "report.html").read_text()
    assert "a finished run already there: found behaviour limited, expected behaviour published" in refused(
        parecon("plan", "us-2017-fair", "--out", out, "--json"))


def test_runs_of_either_kind_have_their_own_names(tmp_path) -> None:
    done = parecon("plan", "us-2017-71", "--behaviour", "limited", cwd=tmp_path, before=WITHOUT_PAGE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("us-2017-71, predictive, within capacities: converged")
    assert (tmp_path / "runs" / "us-2017-71-predictive-limited" / "run.json").exists()
    line = refused(parecon("plan", "village", "--behaviour", "limited", cwd=tmp_path))
    assert line.startswith("parecon: limited behaviour: village: found no worker council with a capacity")
