"""The tables of a run folder against the plan and the economy that they are made from."""

import json
import re

import numpy as np
import polars as pl
import pytest

from parecon.base.errors import BadInput
from parecon.base.written import as_json
from parecon.economy.generate import book
from parecon.economy.read import read
from parecon.planning.checkpoint import load, save
from parecon.planning.consumers import Consumers
from parecon.planning.procedure import Checkpoint, History, plan
from parecon.planning.record import write_run
from parecon.planning.round import Councils
from parecon.planning.tables import tables


@pytest.fixture(scope="module")
def fair():
    """A variant of the United States, with a baseline, fifths of households, permits and satellites; two rounds."""
    return plan(read("us-2017-fair"), "proportional", max_rounds=2)


def test_what_groups_spend_is_what_consumers_ask_for(fair):
    made = tables([fair])["consumption"]
    by_good = np.bincount(made["good"], made["spending_after"], len(fair.economy.goods))
    assert by_good == pytest.approx(fair.last.asked.spending, rel=1e-9)
    assert made["group"].n_unique() == fair.economy.consumers.mixture.shape[1]


def test_before_is_the_baseline_at_its_start_prices(fair):
    economy = fair.economy.baseline
    assert economy is not None
    start = np.log(economy.goods.start_price)
    asked = Consumers(economy).ask(start)
    made = tables([fair])
    spent = np.bincount(made["consumption"]["good"], made["consumption"]["spending_before"], len(economy.goods))
    assert spent == pytest.approx(asked.spending, rel=1e-9)
    assert made["incomes"]["income_before"].sum() == pytest.approx(economy.consumers.income.sum() + asked.paid)
    assert made["incomes"]["members"].sum() == pytest.approx(np.sum(economy.consumers.members))


def test_satellites_count_what_is_made_and_used(fair):
    made = tables([fair])["satellites"]
    counted, last = fair.economy.satellites, fair.last
    output = np.bincount(fair.economy.workers.product, np.exp(last.proposals.log_output(last.log_price)),
                         len(fair.economy.goods))
    used = last.demand - last.asked.spending / last.price - last.fixed_demand
    assert made["after"].to_numpy() == pytest.approx(counted.per_output @ output + counted.per_input @ used)
    assert (made["before"] > 0).all()


def test_effort_is_what_the_first_order_condition_says():
    economy = book(worker_councils=300, consumer_councils=100, kinds=5)
    made = tables([plan(economy, "anderson", max_rounds=4)])["workers"]
    w = economy.workers
    marginal = w.effort_disutility_exponent * w.effort_disutility_scale * made["effort"].to_numpy() ** (
        w.effort_disutility_exponent - 1)
    worth = w.effort_exponent * made["receipts"].to_numpy() / made["effort"].to_numpy()
    assert marginal == pytest.approx(worth)
    assert (made["order"] == "maximum").all()


def test_a_run_folder_from_python_is_whole_and_takes_no_other_ones_place(tmp_path):
    outcome = plan(book(worker_councils=300, consumer_councils=100, kinds=5), "book-2021", max_rounds=2)
    out = write_run(outcome, tmp_path / "run", seed=1)
    assert json.loads((out / "run.json").read_text())["plans"][0]["worst_imbalance"] == outcome.worst_imbalance
    assert pl.read_parquet(out / "rounds.parquet")["price"].to_list()[-25:] == outcome.price.tolist()
    with pytest.raises(BadInput, match="already there"):
        write_run(outcome, tmp_path / "run")
    with pytest.raises(BadInput, match="no name of its own"):
        write_run(outcome, "/")


def test_a_run_folder_is_of_one_economy_by_rules_that_differ(tmp_path):
    one, same, other = (book(worker_councils=300, consumer_councils=councils, kinds=5) for councils in (100, 100, 101))
    first = plan(one, "book-2021", max_rounds=1)
    for plans, said in (([], "found none, expected one or more"),
                        ([first, plan(other, "anderson", max_rounds=1)], f"of {one.name} and {other.name}, expected"),
                        ([first, plan(same, "book-2021", max_rounds=2)], "two by the rule book-2021, expected")):
        with pytest.raises(BadInput, match=re.escape(said)):
            write_run(plans, tmp_path / "run")
        assert not list(tmp_path.iterdir())
    out = write_run([first, plan(same, "anderson", max_rounds=1)], tmp_path / "run")
    told = json.loads((out / "run.json").read_text())
    assert [each["rule"] for each in told["plans"]] == ["book-2021", "anderson"]


def test_json_has_no_number_that_is_none():
    told = json.loads(as_json({"a": [float("nan"), 1.5], "b": (float("-inf"), None, "nan")}))
    assert told == {"a": [None, 1.5], "b": [None, None, "nan"]}


def test_a_checkpoint_comes_back_to_the_bit(tmp_path):
    economy = book(worker_councils=300, consumer_councils=100, kinds=5)
    latest = Councils(economy).answer(np.log(economy.goods.start_price), None)
    history = History().and_then(latest)
    draws = np.random.default_rng(1).normal(size=(3, 5))
    save(tmp_path / "kept.npz", Checkpoint(history, latest.price * np.pi, {
        "memory": [draws, draws.astype(np.float32)], "rounds": 3, "best": {"worst": np.float64(1 / 3), "none": None}}))
    again = load(tmp_path / "kept.npz")
    assert len(again.history) == 1
    assert (again.price == latest.price * np.pi).all()
    assert (again.history.supply[0] == latest.supply).all()
    assert (again.state["memory"][0] == draws).all()
    assert again.state["memory"][1].dtype == np.float32
    assert again.state["rounds"] == 3
    assert again.state["best"] == {"worst": 1 / 3, "none": None}


def test_a_broken_checkpoint_is_bad_input(tmp_path):
    (tmp_path / "kept.npz").write_bytes(b"PK not an archive")
    with pytest.raises(BadInput, match="checkpoint"):
        load(tmp_path / "kept.npz")
