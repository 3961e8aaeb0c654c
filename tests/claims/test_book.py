"""The claims book: what is asked is tried with its seeds, the judge alone decides, and nothing is lost or made up."""

import json
import math
import os
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.errors import BadInput
from parecon.base.folders import partial_of
from parecon.base.interval import interval
from parecon.claims.book import chosen, load, modules, samples_of
from parecon.claims.trials import Run
from parecon.claims.verdicts import entries, shipped
from parecon.cli import claims_show
from parecon.cli.claims_show import Clock

from command import one_object, parecon, refused, seen_in_a_terminal

KEYS = {"id": str, "quote": str, "source": str, "verdict": str, "measure": str, "value": float, "low": float,
        "high": float, "threshold": float, "runs": int}
BOOK = """
import parecon.claims.book as book
book.PACKAGE, book.fingerprint = "made_up", lambda: "the same"
"""
NO_PAGE = """
import sys, types
sys.modules["parecon.report.claims"] = types.SimpleNamespace(write_claims=lambda folder: folder)
"""
HOLDS = """
def measured(seed):
    return {"value": 0.1 + seed % 5 / 100, "other_km": float(seed), "seldom": seed if seed == 3 else float("nan")}
"""
FAILS = """
def measured(seed):
    return {"value": 0.5 + seed % 5 / 100}
"""
ONLY_IF = """
def measured(seed):
    return {"value": 0.5, "value_where_it_rains": 0.01}
"""
STOPPED = """
import os, pathlib, signal, time
def measured(seed):
    how = os.environ.get("STOPPED")
    if how == "at once":
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)
    if how and seed == 20:
        while not pathlib.Path("out.partial/U1.claim.json").exists():
            time.sleep(0.01)
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "terminal":
            os.killpg(os.getpgrp(), signal.SIGINT)
        else:
            os.kill(os.getppid(), int(how))
        time.sleep(60)
    return {"value": 0.0}
"""
FALLS = """
def measured(seed):
    assert seed != 7, "a credit is missing"
    return {"value": 0.0}
"""


def claim_file(name, code, threshold=0.2):
    """The text of a claim: it holds if the mean stays below the threshold, or only if it rains."""
    return dedent("""
        from parecon.claims.claim import Claim, Judgement
        {code}
        def judge(samples):
            mean = samples["value"].mean()
            if mean <= {threshold}:
                return Judgement("holds", f"It holds at {{100 * mean:.1f}} %.")
            if "value_where_it_rains" in samples and samples["value_where_it_rains"].mean() <= {threshold}:
                return Judgement("holds only if", "It holds only if it rains.")
            return Judgement("fails", f"It fails at {{100 * mean:.1f}} %.")

        CLAIM = Claim("{name}", "a <b>bold</b> \\"claim\\"", "A made-up book, 1 May 2020", "something follows",
                      "it is tried", "how far it is off", "share of all", {threshold}, "it is more than that", 20,
                      measured, judge)
        """).format(code=code, name=name, threshold=threshold)


def write_book(folder, **files):
    (folder / "made_up").mkdir()
    for name, text in {"__init__": "", "market": "", **files}.items():
        (folder / "made_up" / f"{name}.py").write_text(text)


@pytest.fixture
def book(tmp_path):
    """A book of three claims, in a folder in which commands are carried out."""
    write_book(tmp_path, u01_holds=claim_file("U1", HOLDS), u02_fails=claim_file("U2", FAILS),
               u10_only_if=claim_file("U10", ONLY_IF))
    return tmp_path


def claims(folder, *arguments, page=False, **environment):
    """The command, carried out in a folder that has a book of its own."""
    return parecon("claims", *arguments, cwd=folder, before=BOOK if page else BOOK + NO_PAGE, start_new_session=True,
                   env=os.environ | {"PYTHONPATH": str(folder)} | environment)


def told(folder, *arguments):
    return one_object(claims(folder, *arguments, "--json"))["claims"]


class TestCommand:
    def test_json_has_the_agreed_keys_and_nothing_else_is_said(self, book):
        done = claims(book, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        rows = one_object(done)["claims"]
        assert [row["id"] for row in rows] == ["U1", "U2", "U10"]
        assert all({name: type(row[name]) for name in KEYS} == KEYS for row in rows)

    def test_a_claim_that_fails_is_a_result_and_no_error(self, book):
        done = claims(book)
        assert done.returncode == 0
        assert [row["verdict"] for row in told(book, "--list")] == ["holds", "fails", "holds only if"]
        assert "It fails at 52.0 %." in done.stdout
        assert "12 % (11." in done.stdout
        assert done.stderr.count("20 runs") == 3

    def test_every_run_has_its_seed_whichever_process_carries_it_out(self, book):
        claims(book, "U1", "--seed", 100, "--out", "out")
        (entry,) = entries(book / "out" / "claims.json")
        assert entry["samples"]["other_km"] == [100.0 + run for run in range(20)]
        assert entry["samples"]["value"] == [0.1 + seed % 5 / 100 for seed in range(100, 120)]
        assert entry["seed"] == 100

    def test_the_same_seed_gives_the_same_figures(self, book):
        for name in ("one", "other"):
            claims(book, "--out", name)
        one, other = (entries(book / name / "claims.json") for name in ("one", "other"))
        assert len(one) == 3
        for entry in one + other:
            del entry["made"], entry["seconds"]
        assert one == other

    def test_where_there_is_nothing_to_measure_there_is_null_and_the_mean_of_the_rest(self, book):
        claims(book, "U1", "--out", "out")
        (entry,) = entries(book / "out" / "claims.json")
        assert entry["samples"]["seldom"] == [3.0 if seed == 3 else None for seed in range(1, 21)]
        assert entry["measures"]["seldom"] == {"value": 3.0, "low": 3.0, "high": 3.0, "runs": 1}
        assert [math.isnan(x) for x in samples_of(entry)["seldom"]].count(False) == 1

    def test_the_folder_holds_figures_and_page_and_its_name_is_numbered(self, book):
        first, second = (one_object(claims(book, "U2", "--json", page=page)) for page in (True, False))
        assert (first["out"], second["out"]) == ("runs/claims", "runs/claims-2")
        assert sorted(file.name for file in (book / "runs/claims").iterdir()) == ["claims.html", "claims.json"]
        assert sorted(folder.name for folder in (book / "runs").iterdir()) == ["claims", "claims-2"]
        assert parecon("report", "runs/claims", cwd=book).stdout == "runs/claims/claims.html\n"

    def test_a_folder_that_is_this_run_is_not_made_again(self, book):
        claims(book, "--out", "out")
        made = (book / "out" / "claims.json").stat().st_mtime_ns
        again = claims(book, "--out", "out")
        assert again.returncode == 0
        assert again.stderr == "out is this run, finished before\n"
        assert (book / "out" / "claims.json").stat().st_mtime_ns == made
        assert "out: folder" in refused(claims(book, "--seed", 2, "--out", "out"))

    def test_names_may_be_small_and_in_any_order(self, book):
        assert [row["id"] for row in told(book, "u10", "U1")] == ["U1", "U10"]

    @pytest.mark.parametrize(("arguments", "said"), [
        (["U100"], "ID: claim: found U100, expected perhaps U10 or U1"),
        (["U1", "nonsense"], "found nonsense, expected one of U1, U2, U10"),
        (["--list", "U7"], "found U7"), (["--seed", "-1"], "--seed"), (["--runs", "3"], "--runs"),
        (["--out", "/dev/null/out"], "/dev/null/out")])
    def test_bad_input_is_one_line_and_leaves_nothing(self, arguments, said, book):
        assert said in refused(claims(book, *arguments))
        assert {file.name for file in book.iterdir()} == {"made_up"}

    def test_a_terminal_sees_a_live_table(self, book):
        seen = seen_in_a_terminal(["claims", "--json"], BOOK + NO_PAGE, cwd=book,
                                  env=os.environ | {"PYTHONPATH": str(book)})
        assert "20 of 20" in seen
        assert "holds only if" in seen


class TestStopped:
    @pytest.fixture
    def book(self, tmp_path):
        write_book(tmp_path, u01_holds=claim_file("U1", HOLDS), u02_stopped=claim_file("U2", STOPPED))
        return tmp_path

    @pytest.mark.parametrize("how", ["2", "15", "terminal", "killed"])
    def test_keeps_the_claims_that_are_done_and_goes_on_with_the_others(self, how, book):
        stopped = claims(book, "--out", "out", STOPPED=how)
        assert stopped.returncode == 130
        line = stopped.stderr.splitlines()[-1]
        assert "the verdicts (1 of 2 claims) so far are kept in out.partial" in line
        assert line.endswith("to go on: parecon claims --out out")
        assert ("a process ended" in line) == (how == "killed")
        assert len(stopped.stderr.splitlines()) == 2  # what was done, and how to go on
        assert not (book / "out").exists()
        (kept,) = entries(book / "out.partial" / "U1.claim.json")
        again = claims(book, "--out", "out")
        assert again.stderr.startswith("going on after U1\nU2: holds")
        assert entries(book / "out" / "claims.json")[0] == kept
        assert not partial_of(book / "out").exists()

    def test_leaves_nothing_where_nothing_is_done(self, book):
        stopped = claims(book, "U2", "--out", "out", STOPPED="at once")
        assert stopped.returncode == 130
        assert stopped.stderr.startswith("parecon: stopped; nothing is kept yet")
        assert {file.name for file in book.iterdir()} == {"made_up"}


class TestList:
    def test_a_claim_never_run_says_so(self, book):
        (row, *_) = told(book, "--list")
        assert (row["id"], row["verdict"], row["value"], row["runs"]) == ("U1", None, None, 0)
        assert row["quote"] == 'a <b>bold</b> "claim"'
        assert claims(book, "--list").stdout.count("never run as it stands now") == 3
        assert not (book / "runs").exists()

    def test_the_newest_verdict_counts_and_says_where_it_is_from(self, book):
        claims(book)
        claims(book, "U2", "--seed", 5)
        assert [row["seed"] for row in told(book, "--list")] == [1, 5, 1]
        said = claims(book, "--list").stdout.splitlines()[-2:]
        assert [line.split(":")[0] for line in said] == ["runs/claims", "runs/claims-2"]
        assert [line.split(": ")[-1] for line in said] == ["U1, U10", "U2"]

    def test_without_a_run_the_verdicts_of_the_package_count(self, book):
        claims(book, "--out", "out")
        (book / "made_up" / "verdicts.json").write_bytes((book / "out" / "claims.json").read_bytes())
        assert [row["verdict"] for row in told(book, "--list")] == ["holds", "fails", "holds only if"]
        assert "shipped with parecon" in claims(book, "--list").stdout

    def test_a_verdict_by_another_threshold_does_not_count(self, book):
        claims(book)
        (book / "made_up" / "u02_fails.py").write_text(claim_file("U2", FAILS, threshold=0.9))
        assert [row["verdict"] for row in told(book, "--list")] == ["holds", None, "holds only if"]

    def test_a_folder_that_cannot_be_read_is_passed_over(self, book):
        (book / "runs" / "claims-2").mkdir(parents=True)
        (book / "runs" / "claims-2" / "claims.json").write_text('{"claims": [{"id": "U1"}, 3')
        assert [row["verdict"] for row in told(book, "--list")] == [None, None, None]


def test_an_error_in_a_claim_names_the_claim_and_the_seed(tmp_path):
    write_book(tmp_path, u03_falls=claim_file("U3", FALLS))
    done = claims(tmp_path)
    assert done.returncode == 1
    assert "a credit is missing" in done.stderr
    assert "claim U3, seed 7" in done.stderr


def test_time_left_is_judged_by_the_runs_that_are_over(monkeypatch):
    monkeypatch.setattr(claims_show, "cores", lambda: 2)
    clock = Clock({"U1": 3, "U2": 2})
    assert "to go" not in clock.left()
    clock.on_run(Run("U1", 0, {}, 10.0))
    assert "about 20 s to go" in clock.left()  # four more of 10 s on two cores
    clock.on_run(Run("U2", 0, {}, 2.0))
    assert "about 11 s to go" in clock.left()


class TestInterval:
    @settings(deadline=None)
    @given(st.lists(st.floats(-1e6, 1e6), min_size=15, max_size=60))
    def test_from_fifteen_runs_on_it_never_leaves_their_range(self, runs):
        value, low, high = interval(runs)
        assert min(runs) - 1e-9 * abs(min(runs)) <= low <= high <= max(runs) + 1e-9 * abs(max(runs))
        assert value == pytest.approx(np.mean(runs))

    @settings(deadline=None)
    @given(st.lists(st.integers(-1000, 1000), min_size=20, max_size=20), st.integers(-1000, 1000))
    def test_a_shift_of_all_runs_shifts_it(self, runs, shift):
        moved = interval([run + shift for run in runs])
        assert moved == pytest.approx([end + shift for end in interval(runs)], abs=1e-9)

    def test_the_same_runs_give_the_same(self):
        runs = np.random.default_rng(1).normal(size=25)
        assert interval(runs) == interval(runs)

    @pytest.mark.parametrize("runs", [2, 3, 4, 8, 20])
    def test_it_covers_the_true_mean_nearly_as_often_as_it_says(self, runs):
        draws = np.random.default_rng(2)
        ends = [interval(draws.normal(size=runs))[1:] for _ in range(400)]
        covered = np.mean([low <= 0 <= high for low, high in ends])
        assert 0.92 <= covered <= 0.98


class TestTheBook:
    def test_claims_are_found_in_their_order(self):
        names = list(modules())
        assert names == sorted(names, key=lambda name: (name[0], int(name[1:])))
        assert chosen([]) == names

    def test_an_unknown_claim_is_refused_with_its_neighbours(self):
        with pytest.raises(BadInput, match=r"^ID: claim: found Z99, expected "):
            chosen(["U1", "Z99"])

    @pytest.mark.parametrize("name", modules())
    def test_a_claim_says_what_it_is_and_when_it_would_be_false(self, name):
        claim = load(name)
        words = (claim.quote, claim.source, claim.hypothesis, claim.experiment, claim.measure, claim.falsified_if)
        assert all(len(said) > 3 for said in words)
        assert math.isfinite(claim.threshold)

    @pytest.mark.parametrize("name", modules())
    def test_the_verdict_that_comes_with_the_package_is_what_the_judge_says_of_its_samples(self, name):
        claim = load(name)
        (entry,) = [entry for entry in shipped() if entry["id"] == name]
        judgement = claim.judge(samples_of(entry))
        assert (entry["verdict"], entry["sentence"]) == (judgement.verdict, judgement.sentence)
        assert (entry["threshold"], entry["unit"], entry["runs"]) == (claim.threshold, claim.unit, claim.runs)
        assert (entry["value"], entry["low"], entry["high"]) == interval(entry["samples"]["value"])
        assert json.loads(json.dumps(entry)) == entry

    @pytest.mark.parametrize("name", modules())
    def test_a_run_today_is_like_the_runs_that_come_with_the_package(self, name):
        (entry,) = [entry for entry in shipped() if entry["id"] == name]
        runs = entry["samples"]["value"]
        room = max(runs) - min(runs) + 1e-9 * max(map(abs, runs))
        assert min(runs) - room <= load(name).measured(entry["seed"])["value"] <= max(runs) + room
