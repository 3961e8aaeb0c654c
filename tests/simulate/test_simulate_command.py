"""`parecon simulate` from the front door: what it prints and leaves behind, and that a stop loses nothing."""

import json
import os
import re
import signal

import polars as pl
import pytest

from parecon.base.folders import claimed, partial_of

from command import WITHOUT_PAGE, one_object, parecon, refused, seen_in_a_terminal

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
IN_MONTH = """
import os
import parecon.simulate.year as year
month = year.month
def sabotaged(world):
    if world.clock.month == {number}:
        for _ in range({times}):
            os.kill(os.getpid(), {signal})
    month(world)
year.month = sabotaged
"""
ALL_KEPT = """
import parecon.base.keeping, parecon.cli.years
parecon.base.keeping.SHARE_OF_TIME = parecon.cli.years.KEPT_AFTER_SECONDS = 0
"""
IN_TABLE = """
import os, pathlib
write = pathlib.Path.write_bytes
def sabotaged(self, content):
    if self.stem != "federation":
        return write(self, content)
    write(self, content[:100])
    os.kill(os.getpid(), 9)
pathlib.Path.write_bytes = sabotaged
"""
IN_CHECKPOINT = """
import os, numpy
savez = numpy.savez
kept = []
def sabotaged(file, **columns):
    savez(file, **columns)
    kept.append(file)
    if len(kept) == 5:
        file.truncate(50)
        file.flush()
        os.kill(os.getpid(), 9)
numpy.savez = sabotaged
"""
AT_THE_END = """
import os, shutil
rmtree = shutil.rmtree
def sabotaged(folder, **options):
    if str(folder).endswith(".partial"):
        os.kill(os.getpid(), 9)
    rmtree(folder, **options)
shutil.rmtree = sabotaged
"""
KEYS = {"scenario": str, "seed": int, "runs": int, "years": int, "measures": dict, "seconds": dict, "out": str,
        "report": str, "resumed_after_months": list, "household_months_a_second": float}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    file = tmp_path_factory.mktemp("in") / "tiny.toml"
    file.write_text(TOWN)
    return file


@pytest.fixture(scope="module")
def whole(tiny, tmp_path_factory):
    """A run that nobody stopped, and its folder."""
    out = tmp_path_factory.mktemp("whole") / "deep" / "run"
    return simulate(tiny, "--out", out, "--json"), out


def simulate(*arguments, before="", **options):
    """The command, which leaves the page out: it has tests of its own."""
    return parecon("simulate", *arguments, before=WITHOUT_PAGE + before, **options)


def in_month(number, signal, times=1):
    """Code by which a process sends itself a signal in a month."""
    return IN_MONTH.format(number=number, signal=signal, times=times)


def tables(folder):
    return {file.name: file.read_bytes() for file in folder.glob("*.parquet")}


class TestWhatItPrintsAndLeaves:
    def test_json_is_one_object_with_the_agreed_keys(self, whole):
        done, out = whole
        told = one_object(done)
        assert (done.returncode, done.stderr) == (0, "")
        assert {name: type(told[name]) for name in KEYS} == KEYS
        assert (told["scenario"], told["seed"], told["years"], told["out"]) == ("tiny", 1, 2, str(out))
        for measure in told["measures"].values():
            assert set(measure) == {"value", "low", "high", "unit"}
            assert measure["low"] == measure["value"] == measure["high"]

    def test_the_folder_holds_what_it_should_and_nothing_is_left_beside(self, whole):
        _, out = whole
        assert [file.name for file in out.parent.iterdir()] == ["run"]
        assert {"run.json", "months.parquet", "years.parquet", "schedule.parquet",
                "runs.parquet"} <= {file.name for file in out.iterdir()}
        told = json.loads((out / "run.json").read_text())
        assert re.fullmatch(r"[0-9a-f]{64}", told["input_sha256"])
        assert told["kind"] == "simulation"
        assert told["parameters"]["simulate"]["households"] == 300
        assert told["decided"] == {"simulate.households": 300, "simulate.goods": ["furniture", "tools", "cars"]}

    def test_the_tables_have_every_month_and_good(self, whole):
        _, out = whole
        months, runs = pl.read_parquet(out / "months.parquet"), pl.read_parquet(out / "runs.parquet")
        assert len(months) == 24 * 3
        told = json.loads((out / "run.json").read_text())["measures"]
        for name, value in runs.select("measure", "value").iter_rows():
            assert told[name]["value"] == pytest.approx(value, nan_ok=True, rel=1e-15)

    def test_the_same_command_again_shows_the_finished_run(self, whole, tiny):
        first, out = whole
        assert simulate(tiny, "--out", out, "--json").stdout == first.stdout

    def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads(self, whole, tiny, tmp_path):
        _, out = whole
        environment = os.environ | {"NUMBA_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
        simulate(tiny, "--out", tmp_path / "run", env=environment)
        assert tables(tmp_path / "run") == tables(out)

    def test_another_run_of_that_name_is_refused(self, whole, tiny):
        _, out = whole
        assert "already there" in refused(simulate(tiny, "--seed", 2, "--out", out))

    def test_in_words_with_a_line_a_year_and_a_folder_of_its_own(self, tiny, tmp_path):
        arguments = ["simulate", tiny, "--set", "secondhand.mode=spot", "--set", "simulate.households=200"]
        first = parecon(*arguments, "--years", 1, cwd=tmp_path)
        assert first.returncode == 0
        assert first.stdout.startswith("tiny: 1 year\n")
        assert re.search(r"^  years without loss, before settling +\d+ % of years$", first.stdout, re.MULTILINE)
        assert "to look at: runs/tiny/report.html" in first.stdout
        assert "<html" in (tmp_path / "runs" / "tiny" / "report.html").read_text()
        assert len(re.findall(r"^year \d+, month 12, in the stores", first.stderr, re.MULTILINE)) == 1
        told = json.loads((tmp_path / "runs" / "tiny" / "run.json").read_text())
        assert told["parameters"]["secondhand"]["mode"] == "spot"
        assert told["years"] == 1
        parecon(*arguments, "--years", 1, cwd=tmp_path)
        assert sorted(file.name for file in (tmp_path / "runs").iterdir()) == ["tiny", "tiny-2"]

    def test_a_terminal_sees_a_live_table(self, tiny, tmp_path):
        arguments = ["simulate", tiny, "--years", 1, "--out", tmp_path / "run", "--json"]
        seen = seen_in_a_terminal(arguments, WITHOUT_PAGE)
        assert "in the stores" in seen
        assert "household-months a second" in seen


class TestStoppedAndGoneOnWith:
    @pytest.mark.parametrize("number", [2, 23])
    def test_killed_in_a_month(self, number, tiny, whole, tmp_path):
        out = tmp_path / "run"
        killed = simulate(tiny, "--out", out, before=ALL_KEPT + in_month(number, 9))
        assert killed.returncode == -signal.SIGKILL
        assert not out.exists()
        told = one_object(simulate(tiny, "--out", out, "--json"))
        assert told["resumed_after_months"] == [number]
        assert tables(out) == tables(whole[1])
        assert not partial_of(out).exists()

    @pytest.mark.parametrize("sabotage", [IN_TABLE, IN_CHECKPOINT])
    def test_killed_in_the_middle_of_writing(self, sabotage, tiny, whole, tmp_path):
        out = tmp_path / "run"
        killed = simulate(tiny, "--out", out, before=ALL_KEPT + sabotage)
        assert killed.returncode == -signal.SIGKILL
        assert not out.exists()
        told = one_object(simulate(tiny, "--out", out, "--json"))
        assert told["resumed_after_months"][0] > 0
        assert tables(out) == tables(whole[1])
        assert sorted(file.name for file in out.iterdir()) == sorted(file.name for file in whole[1].iterdir())

    def test_killed_when_all_is_written_is_finished(self, tiny, whole, tmp_path):
        out = tmp_path / "run"
        assert simulate(tiny, "--out", out, before=AT_THE_END).returncode == -signal.SIGKILL
        assert tables(out) == tables(whole[1])
        again = simulate(tiny, "--out", out, "--json")
        assert one_object(again)["resumed_after_months"] == [0]
        assert not partial_of(out).exists()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_asked_to_stop_keeps_the_month_that_was_going_on(self, number, tiny, whole, tmp_path):
        out = tmp_path / "run"
        before = in_month(7, int(number))
        stopped = simulate(tiny, "--out", out, "--json", before=before)
        assert (stopped.returncode, stopped.stdout) == (130, "")
        kept = f"the months so far are kept in {partial_of(out)}"
        assert stopped.stderr == f"parecon: stopped; {kept}; to go on: parecon simulate {tiny} --out {out} --json\n"
        told = one_object(simulate(tiny, "--out", out, "--json"))
        assert told["resumed_after_months"] == [8]
        assert tables(out) == tables(whole[1])

    def test_asked_twice_stops_at_once_with_what_was_kept(self, tiny, whole, tmp_path):
        out = tmp_path / "run"
        before = ALL_KEPT + in_month(7, 2, times=2)
        assert simulate(tiny, "--out", out, "--json", before=before).returncode == 130
        assert one_object(simulate(tiny, "--out", out, "--json"))["resumed_after_months"] == [7]
        assert tables(out) == tables(whole[1])

    def test_a_run_that_was_asked_something_else_is_not_gone_on_with(self, tiny, tmp_path):
        out = tmp_path / "run"
        simulate(tiny, "--out", out, before=ALL_KEPT + in_month(7, 9))
        line = refused(simulate(tiny, "--out", out, "--years", 3))
        assert f"{partial_of(out)}: a run that was stopped: found years 2, expected years 3 (or remove it" in line
        line = refused(simulate(tiny, "--out", out, "--set", "simulate.households=250"))
        assert "found simulate.households 300, expected simulate.households 250 (or remove it" in line

    def test_two_at_once_do_not_write_into_one_folder(self, tiny, tmp_path):
        with claimed(tmp_path / "run"):
            line = refused(simulate(tiny, "--out", tmp_path / "run"))
        assert "another program that is writing it now" in line


@pytest.mark.parametrize(("arguments", "said"), [
    (["simulate", "twon"], "twon: scenario: found no such file, expected perhaps town"),
    (["simulate"], "scenario"),
    (["simulate", "town", "--set", "secondhand.spread_percent=5"], "expected perhaps secondhand.spread_permille"),
    (["simulate", "town", "--set", "secondhand.spread_permille"], "--set: value: found secondhand.spread_permille"),
    (["simulate", "town", "--set", "simulate.areas=2", "--set", "simulate.areas=3"], "expected each parameter once"),
    (["simulate", "town", "--set", "simulate.households=0"], "[simulate] households: found 0, expected from 1 to"),
    (["simulate", "town", "--years", "0"], "--years: value: found 0, expected from 1 to 200 years"),
    (["simulate", "town", "--years", "ten"], "--years"),
    (["simulate", "town", "--runs", "0"], "--runs: value: found 0, expected a whole number from 1"),
    (["simulate", "town", "--seed", "-1"], "--seed: value: found -1"),
    (["simulate", "town", "--out", "/dev/null/run"], "/dev/null/run"),
    (["simulate", "town", "--out", "/"], "/"),
    (["list", "--scenario", "regoin"], "expected perhaps region"),
])
def test_bad_input_is_one_line_and_leaves_nothing(arguments, said, tmp_path):
    assert said in refused(parecon(*arguments, cwd=tmp_path))
    assert not list(tmp_path.rglob("*"))


def test_a_bad_file_is_named_with_the_place(tmp_path):
    (tmp_path / "ours.toml").write_text(TOWN + "[secondhand]\nspread_percent = 5\n")
    line = refused(simulate("ours.toml", "--json", cwd=tmp_path))
    assert line == ("parecon: ours.toml: [secondhand] spread_percent: found a name the law does not know, "
                    "expected perhaps spread_permille")
    assert [file.name for file in tmp_path.iterdir()] == ["ours.toml"]


def test_list_names_every_scenario_and_all_that_is_in_force_in_one():
    from parecon.simulate.scenario import BUNDLED, read_scenario

    listed = parecon("list").stdout
    assert all(re.search(rf"^  {name} +{re.escape(read_scenario(name).title)}$", listed, re.MULTILINE)
               for name in BUNDLED)
    shown, scenario = parecon("list", "--scenario", "black-market").stdout, read_scenario("black-market")
    for law, values in scenario.laws.items():
        for name in values:
            assert re.search(rf"^[* ] {law}\.{name} = ", shown, re.MULTILINE), (law, name)
    assert "* secondhand.spread_permille = 400 (the law says 100)" in shown
    assert "unit: permille of worth; from 0 to 1,000" in shown
