"""Several runs of a scenario: what each would come to alone, on however many cores, stopped and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from parecon.base.folders import partial_of
from parecon.cli.years import Simulation
from parecon.simulate.ensemble import Run
from parecon.simulate.measures import by_run, summarised
from parecon.simulate.scenario import read_scenario

from command import START, WITHOUT_PAGE, one_object, parecon, refused

TOWN = """
format = 1
name = "tiny"
title = "A hamlet."
about = "It is small."
years = 2
institutions = ["secondhand"]
[simulate]
households = 300
goods = ["furniture", "tools", "cars"]
"""
ON_ONE_CORE = "import parecon.simulate.ensemble; parecon.simulate.ensemble.cores = lambda: 1\n"
RUNS, FIRST = 4, 3


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    file = tmp_path_factory.mktemp("in") / "tiny.toml"
    file.write_text(TOWN)
    return file


@pytest.fixture(scope="module")
def several(tiny, tmp_path_factory):
    """Runs that nobody stopped, and their folder."""
    out = tmp_path_factory.mktemp("several") / "run"
    return simulate(tiny, "--runs", RUNS, "--seed", FIRST, "--out", out, "--json"), out


def simulate(*arguments, before=""):
    """The command, which leaves the page out: it has tests of its own."""
    return parecon("simulate", *arguments, before=WITHOUT_PAGE + before)


def tables(folder):
    return {file.name: file.read_bytes() for file in folder.glob("*.parquet")}


def measured(folder, seed):
    """What the run of a seed came to."""
    rows = pl.read_parquet(folder / "runs.parquet").filter(pl.col("seed") == seed)
    return dict(rows.select("measure", "value").iter_rows())


def test_every_run_is_what_it_would_be_alone(several, tiny, tmp_path):
    _, out = several
    for seed in (FIRST, FIRST + RUNS - 1):
        alone = tmp_path / f"seed-{seed}"
        simulate(tiny, "--seed", seed, "--out", alone)
        assert str(measured(out, seed)) == str(measured(alone, seed))  # as words: nan is nan
        of_tables = {name: content for name, content in tables(alone).items() if name != "runs.parquet"}
        same = [tables(out)[name] == content for name, content in of_tables.items()]
        assert all(same) if seed == FIRST else not all(same)


def test_the_means_and_their_intervals_are_those_of_the_runs(several):
    done, out = several
    assert (done.returncode, done.stderr) == (0, "")
    told, runs = one_object(done), pl.read_parquet(out / "runs.parquet")
    assert told["runs"] == RUNS
    assert runs["seed"].unique().sort().to_list() == list(range(FIRST, FIRST + RUNS))
    for name, entry in told["measures"].items():
        values = runs.filter(pl.col("measure") == name)["value"]
        if values.is_finite().all():
            assert entry["value"] == pytest.approx(values.mean())
            assert entry["low"] <= entry["value"] <= entry["high"]
            assert (entry["low"] == entry["high"]) == (values.n_unique() == 1)
        else:
            assert entry["value"] is entry["low"] is entry["high"] is None


def test_the_number_of_cores_changes_nothing(several, tiny, tmp_path):
    _, out = several
    simulate(tiny, "--runs", RUNS, "--seed", FIRST, "--out", tmp_path / "run", before=ON_ONE_CORE)
    assert tables(tmp_path / "run") == tables(out)


def started(tiny, out, *arguments):
    """A longer ensemble that has something to go on from, its process leading a group of its own."""
    command = [sys.executable, "-c", "import parecon.cli.years; parecon.cli.years.KEPT_AFTER_SECONDS = 0\n" + START,
               "simulate", tiny, "--runs", "3", "--years", "30", "--out", out, *arguments]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(partial_of(out).glob("seed-*.npz")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    return process


@pytest.fixture(scope="module")
def longer(tiny, tmp_path_factory):
    out = tmp_path_factory.mktemp("longer") / "run"
    simulate(tiny, "--runs", 3, "--years", 30, "--out", out)
    return out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_all_runs_are_kept_and_gone_on_with(number, tiny, longer, tmp_path):
    out = tmp_path / "run"
    process = started(tiny, out)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1].startswith(f"parecon: stopped; the months so far are kept in {partial_of(out)}; to go")
    assert "Traceback" not in said
    told = one_object(simulate(tiny, "--runs", 3, "--years", 30, "--out", out, "--json"))
    assert max(told["resumed_after_months"]) > 0
    assert tables(out) == tables(longer)
    assert not partial_of(out).exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are counted where the system shows them")
def test_killed_it_leaves_no_process_behind_and_goes_on(tiny, longer, tmp_path):
    out = tmp_path / "run"
    process = started(tiny, out)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    process.kill()
    process.communicate(timeout=60)
    deadline = time.monotonic() + 30
    while any(_runs(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(child) for child in children)
    told = one_object(simulate(tiny, "--runs", 3, "--years", 30, "--out", out, "--json"))
    assert max(told["resumed_after_months"]) > 0
    assert tables(out) == tables(longer)


def _runs(child):
    """Whether a process is there and not just waiting to be counted as ended."""
    try:
        return Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_is_refused_in_another_process_is_one_line_too(tiny, tmp_path):
    out = tmp_path / "run"
    partial_of(out).mkdir()
    asked = Simulation(read_scenario(str(tiny)), seed=1, runs=2, quiet=True).asked
    for name, content in (("asked.json", json.dumps(asked)), ("lock", ""), ("seed-2.npz", "none that we wrote")):
        (partial_of(out) / name).write_text(content)
    line = refused(simulate(tiny, "--runs", 2, "--out", out, "--json"))
    assert "seed-2.npz: checkpoint: found" in line
    assert "expected what an earlier run kept here" in line


class TestSummary:
    def test_one_run_is_its_own_mean_and_interval(self):
        runs = [{"stock": {"value": 3.5, "unit": "items"}}]
        assert summarised(runs) == {"stock": {"value": 3.5, "low": 3.5, "high": 3.5, "unit": "items"}}

    def test_more_runs_that_agree_as_much_make_a_narrower_interval(self):
        few, many = ([{"x": {"value": float(k % 2), "unit": ""}} for k in range(runs)] for runs in (6, 60))
        width = [summarised(runs)["x"]["high"] - summarised(runs)["x"]["low"] for runs in (few, many)]
        assert summarised(few)["x"]["value"] == summarised(many)["x"]["value"] == 0.5
        assert 0 < 2 * width[1] < width[0] <= 1.2

    def test_what_some_run_could_not_measure_has_no_mean(self):
        runs = [{"x": {"value": value, "unit": ""}} for value in (1.0, float("nan"))]
        assert str(summarised(runs)["x"]["value"]) == str(summarised(runs)["x"]["low"]) == "nan"

    def test_the_table_of_runs_has_a_row_for_each_measure(self):
        runs = [Run(seed, {"x": {"value": seed / 2, "unit": "items"}}, 12, 0, {}) for seed in (7, 8)]
        assert by_run(runs).rows() == [(7, "x", 3.5, "items"), (8, "x", 4.0, "items")]
        assert json.loads(by_run(runs[:1]).write_json()) == [{"seed": 7, "measure": "x", "value": 3.5, "unit": "items"}]
