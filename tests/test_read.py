"""What is written is read back as it was, in every form; bundled economies are what the list says."""

from __future__ import annotations

import csv
import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.bundled import BUNDLED, BY_NAME, DATA
from parecon.economy.generate import book
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.economy.read import fingerprint, read
from parecon.economy.write import write_archive, write_folder


def differences(one: Any, other: Any, place: str = "economy", *, widths: bool = True) -> list[str]:
    """Where two economies differ: in a value, a shape, or (with `widths`) the width of a number."""
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        return [found for field in dataclasses.fields(one) for found in differences(
            getattr(one, field.name), getattr(other, field.name), f"{place}.{field.name}", widths=widths)]
    if isinstance(one, np.ndarray):
        same = np.array_equal(one, other) and (not widths or one.dtype == other.dtype)
    else:
        same = one == other and type(one) is type(other)
    return [] if same else [place]


def unnamed() -> Economy:
    """An economy drawn by lot whose councils have no codes, with mixed tastes and things to say about it."""
    economy = book(60, 40, kinds=3, seed=5)
    shares = np.random.default_rng(2).random((40, 2)).astype(np.float32)
    consumers = dataclasses.replace(economy.consumers, taste=economy.consumers.taste[:2], mixture=shares)
    about = {"source": 'a "book"\nof 2021\x7f', "seeds": [1, 2], "part": 0.1, "whole": True, "in": {"é": 1e-300}}
    return dataclasses.replace(economy, consumers=consumers, about=about, year=2021, notes=("One.", "Two: \\ “three”."))


def named() -> Economy:
    """The same with names for its kinds of consumers, and one good's taste that nobody has."""
    economy = unnamed()
    consumers = dataclasses.replace(economy.consumers, archetype=("frugal", "festive"))
    consumers.taste[:, 1] = 0
    return dataclasses.replace(economy, consumers=consumers)


ECONOMIES = {
    "village": lambda: read("village"), "by lot": lambda: book(90, 70, kinds=4, seed=3), "unnamed": unnamed,
    "named": named, "with satellites": lambda: read("us-2017-71"), "variant": lambda: read("us-2017-fair"),
}


@pytest.mark.parametrize("name", ECONOMIES)
def test_an_economy_comes_back_from_an_archive_and_from_parquet_bit_by_bit(name: str, tmp_path: Path) -> None:
    economy = ECONOMIES[name]()
    assert differences(economy, read(write_archive(economy, tmp_path / "one.npz"))) == []
    assert differences(economy, read(write_folder(economy, tmp_path / "two"))) == []


@pytest.mark.parametrize("name", ECONOMIES)
def test_an_economy_comes_back_from_csv_with_every_value(name: str, tmp_path: Path) -> None:
    economy = ECONOMIES[name]()
    assert differences(economy, read(write_folder(economy, tmp_path / "two", csv=True)), widths=False) == []


def test_a_difference_would_be_seen() -> None:
    village = read("village")
    richer = dataclasses.replace(village, consumers=dataclasses.replace(
        village.consumers, income=village.consumers.income * (1 + 2**-52)))
    assert differences(village, richer) == ["economy.consumers.income"]


def test_a_column_that_is_the_same_for_all_costs_no_memory_after_reading(tmp_path: Path) -> None:
    economy = book(90, 70, kinds=4)
    for path in (write_archive(economy, tmp_path / "one.npz"), write_folder(economy, tmp_path / "two")):
        assert read(path).workers.receipt_rate.strides == (0,)


def test_writing_the_same_again_changes_nothing_and_something_else_is_refused(tmp_path: Path) -> None:
    village, other = read("village"), book(30, 30, kinds=2)
    for write, path in ((write_folder, tmp_path / "v"), (write_archive, tmp_path / "v.npz")):
        write(village, path)
        before = fingerprint(path)
        write(village, path)
        with pytest.raises(BadInput, match="written earlier"):
            write(other, path)
        assert fingerprint(path) == before
    assert {file.name for file in tmp_path.iterdir()} == {"v", "v.npz"}


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = dataclasses.replace(read("village"), about={"cannot be written": object()})
    for write, name in ((write_folder, "v"), (write_archive, "v.npz")):
        with pytest.raises(TypeError):
            write(broken, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_hand_written_folder_needs_little(tmp_path: Path) -> None:
    tables = {
        "goods.csv": "code,kind\n22,private\n0113,intermediate\nwork,labour\n",
        "workers.csv": "code,makes\nA,22\nB,0113\n", "consumers.csv": "code\nall\n",
        "recipes.csv": "council,good,exponent\nB, work ,0.5\nA,0113,0.5\n\nB,0113,.25\n",
        "tastes.csv": "council,good,taste\nall,22,1\n", "economy.toml": "\ufeffname = 'small'\n"}
    for name, text in tables.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    economy = read(tmp_path)
    assert economy.name == "small"
    assert economy.goods.code == ("22", "0113", "work")
    assert economy.goods.start_price.tolist() == [700, 700, 700]
    assert economy.goods.endowment.tolist() == [0, 0, 1000]
    assert economy.workers.input_start.tolist() == [0, 1, 3]
    assert economy.workers.input_good.tolist() == [1, 2, 1]
    assert economy.workers.input_exponent.tolist() == [0.5, 0.5, 0.25]
    assert np.exp(economy.workers.log_scale) == pytest.approx([5, 5])
    assert economy.consumers.income.tolist() == [5000]
    assert differences(economy, read(tmp_path / "economy.toml")) == []


@pytest.mark.parametrize("entry", [e for e in BUNDLED if not e.name.endswith("establishments")], ids=lambda e: e.name)
def test_the_list_of_bundled_economies_tells_the_truth(entry: Any) -> None:
    economy = read(entry.name)
    assert economy.name == entry.name
    assert (len(economy.workers), len(economy.consumers), len(economy.goods)) == (
        entry.worker_councils, entry.consumer_councils, entry.goods)


def test_the_list_counts_every_workplace_of_the_national_table() -> None:
    with (DATA / "us" / "establishments_402.csv").open() as file:
        header, *rows = csv.reader(file)
    counts = [column for column, name in enumerate(header) if name[0] == "n" and name[1].isdigit()]
    public_works = 52  # a council for each state, the federal district and the federation
    workplaces = sum(float(row[column]) for row in rows for column in counts) + public_works
    assert BY_NAME["us-2017-402-establishments"].worker_councils == workplaces


def test_the_variant_shares_the_same_income_by_members_and_effort_and_grants_a_fifth_fewer_permits() -> None:
    fair = read("us-2017-fair")
    before = fair.baseline
    assert before is not None
    assert fair.consumers.income.sum() == pytest.approx(before.consumers.income.sum(), rel=1e-14)
    per_effort = fair.consumers.income / (fair.consumers.members * fair.consumers.effort_rating)
    assert per_effort == pytest.approx(per_effort[0])
    public = np.isin(fair.consumers.taste_good, fair.goods.of_kind(Kind.PUBLIC))
    shares = [each.taste / each.taste.sum(axis=1, keepdims=True) for each in (fair.consumers, before.consumers)]
    after, earlier = (share[:, public].sum(axis=1) for share in shares)
    assert after == pytest.approx(after[0])
    assert fair.consumers.income @ after == pytest.approx(before.consumers.income @ earlier)
    private = [share[:, ~public] / share[:, ~public].sum(axis=1, keepdims=True) for share in shares]
    np.testing.assert_allclose(*private)
    ghg = fair.goods.code.index("ghg")
    assert fair.goods.endowment[ghg] == pytest.approx(0.8 * before.goods.endowment[ghg])
    assert np.delete(fair.goods.endowment, ghg).tolist() == np.delete(before.goods.endowment, ghg).tolist()
    assert before.consumers.income.tolist() == read("us-2017-71").consumers.income.tolist()


def test_a_variant_of_a_path_is_found_beside_the_file(tmp_path: Path) -> None:
    write_folder(read("village"), tmp_path / "village")
    (tmp_path / "greener").mkdir()
    page = tmp_path / "greener" / "economy.toml"
    page.write_text('based_on = "../village"\n[change.endowment]\nland = 0.5\n')
    assert read(page).goods.endowment[10] == 300
    first = fingerprint(page)
    with (tmp_path / "village" / "economy.toml").open("a") as file:
        file.write("year = 2031\n")
    assert fingerprint(page) != first


def test_a_fingerprint_changes_with_the_content_alone(tmp_path: Path) -> None:
    economy = read("village")
    one, two = write_folder(economy, tmp_path / "one", csv=True), write_folder(economy, tmp_path / "two", csv=True)
    assert fingerprint(one) == fingerprint(two)
    text = (two / "tastes.csv").read_text()
    (two / "tastes.csv").write_text(text.replace("3.0", "3.5", 1))
    assert fingerprint(one) != fingerprint(two)
    assert len({fingerprint(name) for name in BY_NAME}) == len(BY_NAME)


def test_importing_the_reader_loads_no_heavy_library() -> None:
    code = "import sys, parecon.economy.read; print([m for m in ('polars', 'scipy', 'numba') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
