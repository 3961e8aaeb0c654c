"""The US economy of 2017: at the starting prices the councils' proposals are the national accounts."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pytest

from parecon.base.columns import owners
from parecon.base.errors import BadInput
from parecon.economy.check import check
from parecon.economy.establishments import by_size, split
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.economy.us import MOST_RETURNS, calibrate, describe, us
from parecon.economy.us_table import DATA, Level, read_households, read_table, read_workplaces

if TYPE_CHECKING:
    from pathlib import Path

    from parecon.economy.councils import WorkerCouncils

Array = npt.NDArray[np.float64]
Split = Literal["sectors", "establishments"] | int

# Published totals: Bureau of Economic Analysis (million USD), Bureau of Labor Statistics (hours), EPA (kt CO2e).
VALUE_ADDED, HOURS_MILLION, GREENHOUSE_KT = 19_612_108, 272_047.6, 4_841_704
HOUSEHOLD_SPENDING, SCRAP_SOLD, VISITORS, VISITORS_AS_EXPORTS = 13_290_626, 12_990, 200_997, 204_439
CASES: list[tuple[Level, Split]] = [("71", "sectors"), ("402", "sectors"), ("71", 20), ("402", 20), ("402", 3)]
FLOAT32 = 3e-7


def outputs_and_inputs(workers: WorkerCouncils, price: Array) -> tuple[Array, Array]:
    """What councils propose at these prices, written out from the closed form: output [council], inputs [input]."""
    owner, b = owners(workers.input_start), workers.input_exponent.astype(float)
    cost, own = price[workers.input_good], price[workers.product]
    credited = workers.receipt_rate.astype(float) * own
    returns = np.bincount(owner, b)
    mix = np.bincount(owner, b * np.log(b) - b * np.log(cost))
    output = np.exp((workers.log_scale + mix + returns * np.log(credited)) / (1 - returns))
    return output, b * (credited * output)[owner] / cost


def spending(economy: Economy) -> Array:
    """What consumer councils spend on each good, permits shared by household: [good]."""
    consumers, goods = economy.consumers, economy.goods
    permits = goods.of_kind(Kind.POLLUTANT)
    paid = goods.start_price[permits] @ goods.endowment[permits]
    income = consumers.income + paid * consumers.members / consumers.members.sum()
    assert consumers.mixture is not None
    taste = consumers.mixture @ consumers.taste
    by_column = income @ (taste / taste.sum(axis=1, keepdims=True))
    return np.bincount(consumers.taste_good, by_column, len(goods)).astype(float)


def worst_imbalance(economy: Economy) -> float:
    """The largest |2(S - D)/(S + D)| over all goods at the starting prices."""
    goods, price = economy.goods, economy.goods.start_price
    output, inputs = outputs_and_inputs(economy.workers, price)
    supply = goods.endowment + np.bincount(economy.workers.product, output, len(goods))
    demand = (goods.given_demand + np.bincount(economy.workers.input_good, inputs, len(goods))
              + spending(economy) / price)
    return float(np.abs(2 * (supply - demand) / (supply + demand)).max())


@pytest.mark.parametrize(("table", "workplaces"), CASES)
def test_starting_prices_reproduce_the_table(table: Level, workplaces: Split) -> None:
    economy = us(table, workplaces)
    assert worst_imbalance(economy) <= 1e-6
    output, _ = outputs_and_inputs(economy.workers, economy.goods.start_price)
    made = np.bincount(economy.workers.product, output)[:-1]
    np.testing.assert_allclose(made, read_table(table).sector["output_usd_million"], rtol=1e-6)


@pytest.mark.parametrize(("table", "workplaces"), CASES)
def test_every_council_is_possible(table: Level, workplaces: Split) -> None:
    economy = us(table, workplaces)
    check(economy, "us")
    returns = economy.workers.returns()
    assert returns.min() > 0
    assert returns.max() <= MOST_RETURNS * (1 + FLOAT32)
    assert (economy.consumers.income > 0).all()
    assert np.isfinite(economy.workers.log_scale).all()


@pytest.mark.parametrize("table", ["71", "402"])
def test_workplaces_by_size_add_up_to_the_sectors(table: Level) -> None:
    read = read_table(table)
    _, sectors, goods = calibrate(read)
    counts, sizes = (np.vstack([x, x[:1]]) for x in read_workplaces(table))
    workers = split(sectors, by_size(np.ceil(counts / 1000), sizes), seed=1)
    output, inputs = outputs_and_inputs(workers, goods.start_price)
    bought = np.zeros((len(sectors.code), len(goods)))
    np.add.at(bought, (workers.product[owners(workers.input_start)], workers.input_good),
              inputs * goods.start_price[workers.input_good])
    due = sectors.share * (sectors.output * sectors.receipt_rate)[:, None]
    np.testing.assert_allclose(bought, due, rtol=2e-6)
    np.testing.assert_allclose(np.bincount(workers.product, output), sectors.output, rtol=1e-6)


# The publisher's detailed tables are rounded to a million a cell: rows and columns differ by up to 26 million a sector.
@pytest.mark.parametrize(("table", "rounding"), [("71", 30), ("402", 400)])
def test_published_totals(table: Level, rounding: float) -> None:
    read, economy = read_table(table), us(table)
    sector, final = read.sector, read.final
    value_added = sum(sector[f"{name}_usd_million"].sum() for name in ("labour", "taxes_less_subsidies", "surplus"))
    assert value_added == pytest.approx(VALUE_ADDED, abs=rounding)
    uses = sum(column.sum() for name, column in final.items() if name not in ("made_otherwise", "adjustment"))
    assert uses - SCRAP_SOLD + VISITORS_AS_EXPORTS - VISITORS == pytest.approx(VALUE_ADDED, abs=30)
    assert economy.satellites is not None
    inputs = np.isin(economy.goods.kind, [Kind.LABOUR, Kind.POLLUTANT])
    counted = (economy.satellites.per_output[:, :len(read.code)] @ sector["output_usd_million"]
               + economy.satellites.per_input @ np.where(inputs, economy.goods.endowment, 0))
    total = dict(zip(economy.satellites.name, counted, strict=True))
    assert total["hours worked"] == pytest.approx(HOURS_MILLION, rel=1e-5)
    assert total["greenhouse gases"] == pytest.approx(GREENHOUSE_KT, rel=1e-5)
    labour, permits = economy.goods.of_kind(Kind.LABOUR), economy.goods.of_kind(Kind.POLLUTANT)
    assert economy.goods.endowment[labour].sum() == pytest.approx(HOURS_MILLION, rel=1e-5)
    assert economy.goods.endowment[permits].sum() == pytest.approx(GREENHOUSE_KT / 1000, rel=1e-5)


@pytest.mark.parametrize("table", ["71", "402"])
def test_households_spend_what_the_accounts_say(table: Level) -> None:
    read, economy = read_table(table), us(table)
    private = np.array([read.final[f"q{i}"].sum() for i in range(1, 6)])
    assert private.sum() == pytest.approx(HOUSEHOLD_SPENDING + SCRAP_SOLD, abs=30)
    assert (np.diff(private) > 0).all()
    # The survey, on its own definitions: 8.7 % of spending in the poorest fifth, 38.9 % in the richest.
    assert private[0] / private.sum() == pytest.approx(0.087, abs=0.015)
    assert private[4] / private.sum() == pytest.approx(0.389, abs=0.02)
    public = (read.final["public"] + np.maximum(read.final["public_works"], 0)).sum()
    _, households = read_households()
    paid = float(economy.goods.start_price[-1] * economy.goods.endowment[-1])
    np.testing.assert_allclose(economy.consumers.income, private + (public - paid) * households / households.sum())


def test_an_hour_on_a_farm_is_paid_as_in_forestry() -> None:
    sector = read_table("71").sector
    pay = sector["labour_usd_million"] / sector["hours_million"]
    assert pay[0] == pytest.approx(pay[1], rel=1e-4)
    assert pay.min() > 15


def test_finer_councils_leave_households_spending_as_it_is() -> None:
    few, many = us("71"), us("71", 20)
    assert len(many.consumers) == 100
    np.testing.assert_allclose(spending(many), spending(few), rtol=1e-9)
    assert many.consumers.members.sum() == pytest.approx(few.consumers.members.sum())


def test_the_two_tables_agree() -> None:
    few, many = read_table("71"), read_table("402")
    summary = [few.code.index(code if code != "525" else "523") for code in many.summary]
    for name in ("output_usd_million", "labour_usd_million", "hours_million"):
        np.testing.assert_allclose(np.bincount(summary, many.sector[name]), few.sector[name], rtol=1e-3, atol=5)


def copied(folder: Path) -> Path:
    return shutil.copytree(DATA, folder / "us")


def test_a_compressed_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = copied(tmp_path) / "flows_71.csv.gz"
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(BadInput, match=r"flows_71.csv.gz: end of file: found a compressed file cut short"):
        read_table("71", path.parent)


def test_a_table_with_rows_missing_is_refused(tmp_path: Path) -> None:
    path = copied(tmp_path) / "flows_71.csv.gz"
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-100])))
    with pytest.raises(BadInput, match=r"uses of sector .*expected the sector's output"):
        read_table("71", path.parent)


@pytest.mark.parametrize(("name", "kept", "message"), [
    ("sectors_71.csv", 50, "expected the 49 sectors and 2 more"), ("final_71.csv", 30, "29 products")])
def test_a_file_with_rows_missing_is_refused(tmp_path: Path, name: str, kept: int, message: str) -> None:
    path = copied(tmp_path) / name
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:kept]))
    with pytest.raises(BadInput, match=message):
        read_table("71", path.parent)


def test_a_line_cut_short_is_refused(tmp_path: Path) -> None:
    path = copied(tmp_path) / "final_71.csv"
    path.write_text(path.read_text()[:-30])
    with pytest.raises(BadInput, match=r"final_71.csv: line 73: found \d+ columns, expected 14 columns"):
        read_table("71", path.parent)


@pytest.mark.parametrize(("table", "workplaces"), [("70", "sectors"), ("71", "firms"), ("71", 0)])
def test_other_settings_are_refused(table: Level, workplaces: str | int) -> None:
    with pytest.raises(BadInput, match="us economy"):
        us(table, workplaces)  # type: ignore[arg-type]


def test_it_says_what_it_is() -> None:
    assert "70 sectors" in describe("71")
    assert "400 sectors" in describe("402")
    assert len(read_table("71").code) == 70
    assert len(read_table("402").code) == 400
