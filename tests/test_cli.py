"""The commands from the front door: what they print, what they leave behind, with what code they end."""

import inspect
import json
import os
import re
import resource
import subprocess
import sys

import polars as pl
import pytest

from parecon.base.folders import claimed, partial_of
from parecon.economy.generate import book
from parecon.economy.read import read
from parecon.economy.write import write_archive, write_folder
from parecon.planning.procedure import plan
from parecon.planning.years import increasing_returns

from command import START, WITHOUT_PAGE, one_object, parecon, refused, seen_in_a_terminal

KEYS = {"economy": str, "rule": str, "threshold": float, "converged": bool, "rounds": int, "rounds_to": dict,
        "worst_imbalance": list, "councils": dict, "goods": int, "seconds": dict, "out": str}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    economy = book(worker_councils=300, consumer_councils=100, kinds=5)
    return write_folder(economy, tmp_path_factory.mktemp("in") / "tiny")


@pytest.fixture(scope="module")
def planned(tiny, tmp_path_factory):
    """A whole run with a second rule beside, and its folder."""
    out = tmp_path_factory.mktemp("out") / "deep" / "run"
    return parecon("plan", tiny, "--rule", "anderson", "--beside", "book-2021", "--out", out, "--json"), out


def test_json_is_one_object_with_the_agreed_keys(planned):
    done, out = planned
    told = one_object(done)
    assert done.returncode == 0
    assert {name: type(told[name]) for name in KEYS} == KEYS
    assert list(told["rounds_to"]) == ["0.20", "0.10", "0.05", "0.03", "0.01"]
    assert set(told["councils"]) == {"worker", "consumer"}
    assert {"read", "setup", "rounds", "write"} <= set(told["seconds"])
    assert len(told["worst_imbalance"]) == told["rounds"]
    assert told["out"] == str(out)
    assert done.stderr == ""


def test_the_figures_are_those_of_the_plan(planned, tiny):
    done, _ = planned
    told, expected = one_object(done), plan(read(tiny), "anderson")
    assert told["worst_imbalance"] == expected.worst_imbalance
    assert told["rounds_to"] == expected.rounds_to()
    assert [each["rule"] for each in told["beside"]] == ["book-2021"]
    assert told["beside"][0]["rounds"] == plan(read(tiny), "book-2021").rounds


def test_the_run_folder_holds_what_it_should_and_nothing_is_left_beside(planned):
    _, out = planned
    assert {file.name for file in out.iterdir()} == {
        "run.json", "report.html", "goods.parquet", "rounds.parquet", "workers.parquet", "consumption.parquet",
        "incomes.parquet"}
    assert [file.name for file in out.parent.iterdir()] == ["run"]
    told = json.loads((out / "run.json").read_text())
    assert [each["rule"] for each in told["plans"]] == ["anderson", "book-2021"]
    assert re.fullmatch(r"[0-9a-f]{64}", told["input_sha256"])


def test_the_tables_add_up(planned):
    _, out = planned
    goods, workers, rounds, consumption, incomes = (
        pl.read_parquet(out / f"{name}.parquet") for name in ("goods", "workers", "rounds", "consumption", "incomes"))
    last = rounds.filter((pl.col("rule") == "anderson") & (pl.col("round") == pl.col("round").max().over("rule")))
    assert last.select("price", "supply", "demand").equals(goods.select("price", "supply", "demand"))
    made = workers.group_by("product").agg(pl.col("output").sum()).sort("product")
    produced = goods.filter(pl.col("good").is_in(made["product"].implode()))
    assert made["output"].to_numpy() == pytest.approx(produced["supply"].to_numpy())
    ratio = workers["receipts"] / workers["input_cost"]
    assert workers["benefit_to_cost"].to_numpy() == pytest.approx(ratio.to_numpy())
    assert consumption["spending_after"].sum() == pytest.approx(incomes["income_after"].sum()) == pytest.approx(500_000)
    assert (rounds.group_by("rule", "round").len()["len"] == len(goods)).all()


def test_the_same_command_again_shows_the_finished_run(planned, tiny):
    first, out = planned
    again = parecon("plan", tiny, "--rule", "anderson", "--beside", "book-2021", "--out", out, "--json")
    assert again.stdout == first.stdout
    assert again.returncode == 0


def test_another_run_of_that_name_is_refused(planned, tiny):
    _, out = planned
    line = refused(parecon("plan", tiny, "--rule", "anderson", "--out", out, "--json"))
    assert "already there: found rules ['anderson', 'book-2021'], expected rules ['anderson'] (or another name)" in line


def test_a_finished_run_of_another_input_is_told_from_this_one(planned, tmp_path):
    _, out = planned
    other = write_folder(book(worker_councils=300, consumer_councils=101, kinds=5), tmp_path / "other")
    line = refused(parecon("plan", other, "--rule", "anderson", "--beside", "book-2021", "--out", out))
    was = json.loads((out / "run.json").read_text())["input_sha256"]
    assert f"{out}: a finished run already there: found input_sha256 {was}, expected input_sha256 " in line


def test_a_finished_run_that_is_damaged_is_not_shown_again(tiny, tmp_path):
    arguments = ["plan", tiny, "--rule", "anderson", "--out", tmp_path / "run"]
    parecon(*arguments, before=WITHOUT_PAGE)
    (tmp_path / "run" / "goods.parquet").write_bytes(b"PAR1")
    assert "goods.parquet: the whole file: found " in refused(parecon(*arguments, "--json", before=WITHOUT_PAGE))


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_where_nobody_reads_on_it_ends_and_says_nothing(stream, tiny, tmp_path):
    ours, theirs = os.pipe()
    os.close(ours)
    others = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: theirs}
    command = [sys.executable, "-u", "-c", WITHOUT_PAGE + START, "plan", str(tiny), "--rule", "anderson"]
    done = subprocess.run(command, cwd=tmp_path, **others, text=True, timeout=120, check=False)
    os.close(theirs)
    assert done.returncode == 141
    assert "roken" not in f"{done.stdout}{done.stderr}"


def test_a_plan_that_does_not_converge_is_written_all_the_same(tiny, tmp_path):
    done = parecon("plan", tiny, "--rule", "book-2021", "--max-rounds", 3, cwd=tmp_path)
    out = tmp_path / "runs" / "book-300+100-5-1-book-2021"
    assert done.returncode == 3
    assert "out of rounds" in done.stdout
    assert str(out.relative_to(tmp_path) / "report.html") in done.stdout
    assert len(re.findall(r"^round \d+: worst", done.stderr, re.MULTILINE)) == 3
    assert (out / "report.html").is_file()
    parecon("plan", tiny, "--rule", "book-2021", "--max-rounds", 3, cwd=tmp_path, before=WITHOUT_PAGE)
    assert sorted(file.name for file in out.parent.iterdir()) == [out.name, f"{out.name}-2"]


@pytest.mark.parametrize(("share", "said"), [
    (1 / 300, r"worker council \d+ has"), (2 / 300, r"worker council \d+ and 1 other worker council have"),
    (0.2, r"worker council \d+ and 59 other worker councils have")])
def test_councils_without_a_best_scale_are_told_before_the_first_round(share, said, tiny, tmp_path):
    file = write_archive(increasing_returns(read(tiny), seed=1, share=share, increment=0.3), tmp_path / "more.npz")
    arguments = ["plan", file, "--rule", "anderson", "--max-rounds", 1]
    done = parecon(*arguments, cwd=tmp_path, before=WITHOUT_PAGE)
    told, title, first_round = (line for line in done.stderr.splitlines() if not line.startswith("compiling"))
    assert re.fullmatch(rf"{said} returns of 1 or more: .* the worst scale, .* \(see --behaviour limited\)", told)
    assert title.endswith("anderson")
    assert first_round.startswith("round 1: worst")
    assert parecon(*arguments, "--json", cwd=tmp_path, before=WITHOUT_PAGE).stderr == ""


def test_a_terminal_sees_a_live_table(tiny, tmp_path):
    arguments = ["plan", tiny, "--rule", "anderson", "--out", tmp_path / "run", "--json"]
    assert "worst imbalance" in seen_in_a_terminal(arguments, WITHOUT_PAGE)


@pytest.mark.parametrize(("arguments", "said"), [
    (["plan", "villgae"], "villgae"),
    (["plan"], "economy"),
    (["plan", "village", "--rule", "haggling"], "--rule: name: found haggling, expected one of predictive"),
    (["plan", "village", "--beside", "haggling"], "--beside: name: found haggling"),
    (["plan", "village", "--rule", "anderson", "--beside", "anderson"], "--beside"),
    (["plan", "village", "--threshold", "0"], "--threshold: value: found 0.0, expected a share above 0"),
    (["plan", "village", "--threshold", "nan"], "--threshold"),
    (["plan", "village", "--threshold", "inf"], "--threshold"),
    (["plan", "village", "--threshold", "2"], "--threshold: value: found 2.0, expected a share above 0 and below 2"),
    (["plan", "village", "--threshold", "a tenth"], "--threshold"),
    (["plan", "village", "--max-rounds", "0"], "--max-rounds"),
    (["plan", "village", "--rul", "anderson"], "--rule"),
    (["plan", "village", "--out", "/dev/null/run"], "/dev/null/run"),
    (["plan", "village", "--out", "/"], "/"),
    (["plna", "village"], 'Did you mean "plan"'),
    (["generate", "book", "--worker-councils", "14", "--kinds", "5"], "--worker-councils: value: found 14"),
    (["generate", "us", "--workplaces", "some"], "--workplaces"),
    (["generate", "us", "--table", "33"], "--table"),
    (["report", "/dev/null"], "run.json"),
])
def test_bad_input_is_one_line_and_leaves_nothing(arguments, said, tmp_path):
    assert said in refused(parecon(*arguments, cwd=tmp_path))
    assert not list(tmp_path.rglob("*"))


def test_a_bad_file_is_named_with_the_place(tmp_path):
    write_folder(read("village"), tmp_path / "ours", csv=True)
    goods = tmp_path / "ours" / "goods.csv"
    goods.write_text(goods.read_text().replace(",700", ",dear", 1) if ",700" in goods.read_text()
                     else re.sub(r",\d+\.\d+", ",dear", goods.read_text(), count=1))
    line = refused(parecon("plan", tmp_path / "ours", "--out", tmp_path / "run", "--json"))
    assert "goods.csv line 2, column" in line
    assert "dear" in line
    assert not (tmp_path / "run").exists()
    assert not partial_of(tmp_path / "run").exists()


def test_a_full_disk_is_one_line_and_the_run_can_go_on_when_there_is_room(tiny, tmp_path):
    arguments = ["plan", tiny, "--rule", "anderson", "--out", tmp_path / "run", "--json"]
    full = parecon(*arguments, before=WITHOUT_PAGE,
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000)))
    assert "File too large" in refused(full)
    assert not (tmp_path / "run").exists()
    roomy = parecon(*arguments, before=WITHOUT_PAGE)
    assert roomy.returncode == 0
    assert one_object(roomy)["resumed_after_rounds"] > 0


def test_two_runs_at_once_do_not_write_into_one_folder(tiny, tmp_path):
    out = tmp_path / "runs" / "book-300+100-5-1-anderson"
    with claimed(out):
        line = refused(parecon("plan", tiny, "--rule", "anderson", "--out", out, "--json"))
        assert "another program that is writing it now" in line
        other = parecon("plan", tiny, "--rule", "anderson", "--json", cwd=tmp_path, before=WITHOUT_PAGE)
        assert one_object(other)["out"] == f"runs/{out.name}-2"
    assert not partial_of(out).exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    partial = partial_of(tmp_path / "run")
    partial.mkdir()
    (partial / "diary.txt").write_text("mine")
    assert "did not leave" in refused(parecon("plan", "village", "--rule", "anderson", "--out", tmp_path / "run"))
    assert (partial / "diary.txt").read_text() == "mine"


def test_generate_book_draws_what_was_asked(tmp_path):
    arguments = ["generate", "book", "--worker-councils", 30, "--consumer-councils", 20, "--kinds", 2, "--seed", 7]
    told = one_object(parecon(*arguments, "--out", tmp_path / "ours.npz", "--json"))
    assert told["councils"] == {"worker": 30, "consumer": 20}
    drawn, expected = read(tmp_path / "ours.npz"), book(30, 20, 2, seed=7)
    assert (drawn.workers.input_exponent == expected.workers.input_exponent).all()
    assert (drawn.consumers.taste == expected.consumers.taste).all()


def test_generate_us_makes_as_many_workplaces_as_asked(tmp_path):
    told = one_object(parecon("generate", "us", "--workplaces", 2, "--out", tmp_path / "us", "--json"))
    assert told["councils"]["worker"] == 2 * 71 == len(read(tmp_path / "us").workers)


def test_report_makes_the_page_again(planned):
    _, out = planned
    page = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    done = parecon("report", out)
    assert done.stdout.strip() == str(out / "report.html")
    assert (out / "report.html").read_bytes() == page


def test_list_names_every_bundled_economy_and_rule():
    from parecon.economy.bundled import BUNDLED
    from parecon.planning.rules import RULES

    done = parecon("list")
    assert all(each.name in done.stdout and each.sentence in done.stdout for each in BUNDLED)
    assert all(re.search(rf"^  {name} ", done.stdout, re.MULTILINE) for name in RULES)


def test_help_says_every_command_and_every_option():
    from parecon.cli import COMMANDS
    from parecon.cli.generate import book as generate_book
    from parecon.cli.generate import us
    from parecon.cli.plan import plan as plan_command

    assert all(f"  {name} " in parecon("--help").stdout for name in COMMANDS)
    assert parecon().stdout == parecon("--help").stdout
    for words, function in ((["plan"], plan_command), (["generate", "book"], generate_book), (["generate", "us"], us)):
        text = parecon(*words, "--help").stdout
        for name in inspect.signature(function).parameters:
            said = re.search(rf"--{name.replace('_', '-')}\b[^│]*?  +\w", text)
            assert said, (words, name)


HEAVY = {"altair", "cyclopts", "numba", "numpy", "polars", "rich", "scipy", "vl_convert"}


@pytest.mark.parametrize("code", [
    "import parecon",
    "import parecon.cli, contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()): parecon.cli.run(['--help'])",
])
def test_what_is_heavy_is_not_loaded_before_it_is_needed(code):
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True,
                          text=True, check=True)
    assert "parecon" in done.stdout.split()
    assert not HEAVY & set(done.stdout.split())
