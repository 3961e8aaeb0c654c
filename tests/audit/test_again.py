"""A simulation that is over is simulated again: the same to the last bit, or the first row that differs is named."""

import json

import polars as pl
import pytest

from command import WITHOUT_PAGE, one_object, parecon, refused

SMALL = ("simulate", "town", "--set", "simulate.households=300", "--years", "1", "--json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("again") / "town"
    assert parecon(*SMALL, "--out", out, before=WITHOUT_PAGE).returncode == 0
    return out


@pytest.fixture
def copy(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_run_is_the_same_when_it_is_made_again(folder):
    done = parecon("audit", folder, "--json")
    told = one_object(done)
    assert done.returncode == 0, done.stderr
    assert told["agrees"] is True
    assert told["rows"]["months.parquet"] == 12 * 16


def test_several_runs_are_made_again_seed_by_seed(tmp_path):
    out = tmp_path / "two"
    assert parecon(*SMALL, "--runs", "2", "--out", out, before=WITHOUT_PAGE).returncode == 0
    assert parecon("audit", out).returncode == 0
    runs = pl.read_parquet(out / "runs.parquet")
    assert set(runs["seed"]) == {1, 2}
    last = pl.int_range(pl.len()) == len(runs) - 1
    runs.with_columns(value=pl.when(last).then(pl.col("value") + 1).otherwise("value")).write_parquet(
        out / "runs.parquet")
    done = parecon("audit", out)
    assert done.returncode == 1
    assert f"runs.parquet, row {len(runs)}, value: found " in done.stdout


def test_the_first_row_that_differs_is_named(copy):
    months = pl.read_parquet(copy / "months.parquet")
    was = months["handed_in"][20]
    months[20, "handed_in"] = was + 1
    months[50, "asked"] = 999
    months.write_parquet(copy / "months.parquet")
    done = parecon("audit", copy, "--json")
    told = one_object(done)
    assert done.returncode == 1
    assert told["agrees"] is False
    assert (told["place"], told["found"], told["expected"]) == ("months.parquet, row 21, handed_in", str(was + 1),
                                                                str(was))


def test_a_row_too_few_is_named(copy):
    federation = pl.read_parquet(copy / "federation.parquet")
    federation.head(0).write_parquet(copy / "federation.parquet")
    assert "federation.parquet, row 1, year: found no such row, expected 0" in parecon("audit", copy).stdout


def test_a_law_that_was_altered_afterwards_shows(copy):
    told = json.loads((copy / "run.json").read_text())
    told["parameters"]["secondhand"]["spread_permille"] = 90
    (copy / "run.json").write_text(json.dumps(told))
    done = parecon("audit", copy)
    assert done.returncode == 1
    assert "run.json, input_sha256: found " in done.stdout


def test_a_result_that_was_altered_afterwards_shows(copy):
    told = json.loads((copy / "run.json").read_text())
    told["measures"]["requests_served"]["value"] = 1.0
    (copy / "run.json").write_text(json.dumps(told))
    assert "run.json, measures, requests_served: found " in parecon("audit", copy).stdout


@pytest.mark.parametrize(("content", "complaint"), [
    (None, "found no such file"), ("", "found a file of another kind"), ("not a database at all", "another kind")])
def test_what_is_no_book_is_refused_in_a_line(tmp_path, content, complaint):
    file = tmp_path / "books.sqlite3"
    if content is not None:
        file.write_text(content)
    assert complaint in refused(parecon("audit", file))


def test_a_folder_of_something_else_is_refused_in_a_line(tmp_path):
    assert "expected the folder of a run of parecon simulate" in refused(parecon("audit", tmp_path))


def test_nothing_to_audit_is_said_in_a_line(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "DATABASE_URL: value: found none" in refused(parecon("audit"))
