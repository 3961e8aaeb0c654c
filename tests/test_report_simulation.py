"""The page of a simulation says what the tables of its folder say, whatever goods, years and trades there were."""

import json
import re
from functools import cache

import numpy as np
import polars as pl
import pytest

from parecon.base.errors import BadInput
from parecon.report import write_report
from parecon.report.grid import Field, grid
from parecon.report.numbers import MINUS, THIN, count, number, percent
from parecon.report.read import read_about
from parecon.report.simulation import headline, one_in
from parecon.report.simulation_read import GOODS_SHOWN, YEARS_SHOWN, open_simulation, spaced
from parecon.report.style import Space, drawn
from test_report import LOADS, Page

from run_folders import HOSTILE

COUNTS = ("bought_new", "could_not_pay", "asked", "passed_on", "gave_up", "carried", "sold_on_moving", "taken_along",
          "stock", "waiting")
GOODS = ("cars", "furniture", "washing machines, fridges, stoves", "tools")
HOUSEHOLDS = 1000
PARTS = ("paid_mcr", "credited_mcr", "inspection_mcr", "holding_mcr", "transport_mcr", "shelves_change_mcr")
MEASURES = {"used_share_of_goods_acquired": (0.124, "share"), "requests_served": (0.56, "share of requests"),
            "hand_ins_refused": (0.326, "share of items brought"),
            "result_shared_by_all": (12.3, "credits a household a year"),
            "excess_demand_last_year": (0.43, "share of mean of demand and supply"),
            "emissions_of_new_goods": (294.0, "kg CO2e a household a year")}


def counted(names, years, *, trade=True):
    """months.parquet: counts that differ by good and month; the last good is never used."""
    draw, size = np.random.default_rng(1), (years * 12, len(names))
    counts = {name: draw.integers(5, 60, size) for name in COUNTS}
    for name in COUNTS:
        if name != "bought_new":
            counts[name][:, len(names) - 1 if len(names) > 1 and trade else slice(None)] *= trade and len(names) == 1
    counts |= {name: np.zeros(size, np.int64) for name in ("carried", "sold_on_moving", "taken_along")}
    return pl.DataFrame({"month": np.repeat(np.arange(years * 12), len(names)), "good": codes(names) * years * 12}
                        | {name: counts[name].ravel() for name in COUNTS})


def codes(names):
    return [f"g{row}" for row in range(len(names))]


def accounts(years, mode, *, trade=True):
    """federation.parquet: in year 2 of a guaranteed run a loss, in the others a gain; exactly zero in other modes."""
    table = pl.DataFrame({"year": range(years), "households": HOUSEHOLDS} | {
        name: [trade * amount * (year + 1) for year in range(years)]
        for name, amount in zip(PARTS, (9_000_000, 8_000_000, 300_000, 100_000, 0, 400_000), strict=True)})
    loss = pl.when(pl.col("year") == 1).then(5_000_000 * trade).otherwise(0)
    total = pl.col("paid_mcr") - sum(map(pl.col, PARTS[1:5])) + pl.col("shelves_change_mcr") - loss
    table = table.with_columns((pl.col("credited_mcr") + loss).alias("credited_mcr"), total.alias("total_mcr"))
    shared = pl.col("total_mcr") if mode == "guaranteed" else pl.lit(0)
    return table.with_columns(shared.alias("shared_by_all_mcr"),
                              pl.lit(0.15 if mode == "true-up" else 0.0).alias("true_up_spread"))


def write(folder, names=GOODS, years=3, mode="guaranteed", *, trade=True, measures=None, tables=None, **about):
    """The folder of a made-up simulation."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = {name: {"value": value, "low": value, "high": value, "unit": unit}
             for name, (value, unit) in (MEASURES | (measures or {})).items()}
    draw = np.random.default_rng(2)
    wanted = trade * draw.integers(1, 99, (years, len(names))).astype(float)
    wanted[:, -1] *= len(names) == 1
    held = {
        "goods": pl.DataFrame({"good": codes(names), "name": names, "new_price_mcr": [800_000] * len(names),
                               "life_months": [120] * len(names), "emissions_kg_per_credit": [0.15] * len(names)}),
        "months": counted(names, years, trade=trade),
        "years": pl.DataFrame({
            "year": np.repeat(np.arange(years), len(names)), "good": codes(names) * years, "wanted": wanted.ravel(),
            "offered": (wanted * 1.5).ravel(), "next_index": draw.uniform(0.6, 2.0, years * len(names))}),
        "federation": accounts(years, mode, trade=trade),
        "reasons": pl.DataFrame({"reason": ["accepted", "too_old", "not_working"],
                                 "acts": [trade * 70, trade * 10, trade * 20],
                                 "sentence": ["done", "it is too old", "it does not work"]})} | (tables or {})
    for name, table in held.items():
        table.write_parquet(folder / f"{name}.parquet")
    told = {"kind": "simulation", "parecon": "0.1.0", "scenario": "town", "source": "town", "about": "A town.",
            "years": years, "seed": 7, "runs": 1, "input_sha256": "ab" * 32, "changes": {}, "decided": {},
            "institutions": ["secondhand"], "measures": shown, "seconds": {"setup": 1.0},
            "parameters": {"simulate": {"areas": 1}, "secondhand": {"mode": mode, "working_stock_months": 1.0}}}
    (folder / "run.json").write_text(json.dumps(told | about), encoding="utf-8")
    return folder


def page_of(folder):
    return Page(write_report(folder).read_text(encoding="utf-8"))


def title(folder, **more):
    return headline(open_simulation(write(folder, **more), read_about(folder)))


MANY = tuple(f"good {row}" for row in range(30))
KINDS = {
    "guaranteed": {}, "spot": {"mode": "spot"}, "true-up": {"mode": "true-up"}, "one good": {"names": ("cars",)},
    "one year": {"years": 1}, "one good, one year": {"names": ("cars",), "years": 1},
    "many goods and years": {"names": MANY, "years": 45}, "zero trades": {"trade": False},
    "several runs": {"runs": 8, "changes": {"simulate.goods": '["cars"]', "secondhand.mode": "spot"}},
    "areas": {"tables": {"months": counted(GOODS, 3).with_columns(
        (pl.col("passed_on") // 2).alias("carried"), taken_along=3, sold_on_moving=1)}},
    "hostile": {"names": (HOSTILE, HOSTILE, f"</style>{HOSTILE}"), "scenario": HOSTILE, "source": HOSTILE,
                "about": HOSTILE, "changes": {HOSTILE: HOSTILE}},
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of each kind, drawn when it is first asked for."""
    top = tmp_path_factory.mktemp("simulated")
    return cache(lambda kind: Page(write_report(write(top / kind, **KINDS[kind])).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def plain(pages):
    return pages("guaranteed")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The folder of the plain page."""
    return write(tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_sound(kind, pages):
    shown = pages(kind)
    assert shown.open == []
    links = [value for _, attrs in shown.elements for name, value in attrs.items() if name in LOADS]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in shown.elements}
    assert not [name for _, attrs in shown.elements for name in attrs if name.startswith("on")]
    ids = [attrs["id"] for _, attrs in shown.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links} <= set(ids)
    assert not re.search(r"\b(nan|inf|None|NaN)\b|\d %", shown.words)
    assert f"{MINUS}0 " not in shown.words
    figures = [attrs for tag, attrs in shown.elements if tag == "svg"]
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in figures)
    assert all(float(attrs["width"]) <= 1124 for attrs in figures[::2])
    assert all(float(attrs["width"]) <= 348 for attrs in figures[1::2])


class TestOpening:
    def test_title_says_what_is_passed_on_and_what_the_exchange_gives(self, plain):
        assert plain.headings[0] == (
            "town: one good in eight is passed on, and the exchange gives each household 12 credits a year")

    def test_who_how_long_and_by_which_prices(self, plain):
        assert (f"1{THIN}000 households in one area had a second-hand exchange for 3 years, with prices guaranteed "
                "for each year." in plain.words)

    @pytest.mark.parametrize(("given", "says"), [
        (-11.0, "the exchange costs each household 11 credits a year"), (0.0, "the exchange keeps nothing"),
        (0.0001, "the exchange keeps next to nothing")])
    def test_a_loss_and_nothing_are_called_so(self, given, says, tmp_path):
        measures = {"result_shared_by_all": (given, "credits a household a year")}
        assert title(tmp_path, measures=measures) == f"town: one good in eight is passed on, and {says}"

    def test_nothing_measured_is_said(self, tmp_path):
        for value, said in ((None, "nothing changed hands"), (0.0, "nothing is passed on, all is bought new")):
            assert title(tmp_path, measures={"used_share_of_goods_acquired": (value, "share")}) == f"town: {said}"

    @pytest.mark.parametrize(("households", "passed_on", "says"), [
        (199, 10_000, "With 199 households this run is too small for its shares to mean much."),
        (200, 99, "With 99 goods passed on in all this run is too small"),
        (5, 1, "With 5 households and 1 good passed on in all this run is too small"), (200, 100, None)])
    def test_a_small_run_says_that_its_shares_mean_little(self, households, passed_on, says, tmp_path):
        month = pl.int_range(pl.len())
        tables = {"federation": accounts(3, "guaranteed").with_columns(households=households),
                  "months": counted(GOODS, 3).with_columns(passed_on=pl.when(month == 0).then(passed_on).otherwise(0))}
        words = page_of(write(tmp_path, tables=tables)).words
        assert says in words if says else "too small" not in words

    def test_several_runs_are_told_apart_from_the_first(self, pages):
        shown = pages("several runs")
        assert "Title and tiles are means of 8 runs; all else is of the first." in shown.words
        rows = shown.table("Mean of all runs")
        assert rows[1] == ["used share of goods acquired", f"12.4{THIN}%", f"12.4{THIN}% to 12.4{THIN}%", ""]


class TestNumbers:
    def test_items_add_up_by_year_and_by_good(self, plain, town):
        months = pl.read_parquet(town / "months.parquet")
        used, new = (int(months[name].sum()) for name in ("passed_on", "bought_new"))
        assert f"Households bought {count(new)} new goods and passed {count(used)} used ones on" in plain.words
        for caption in ("Items acquired, all goods", "Items acquired in all years"):
            rows = plain.table(caption)[1:]
            assert [sum(int(row[k].replace(THIN, "")) for row in rows) for k in (1, 2)] == [used, new]

    def test_requests_are_those_of_the_months(self, plain, town):
        first = pl.read_parquet(town / "months.parquet").filter(pl.col("month") < 12)
        sums = [count(first[name].sum()) for name in ("asked", "passed_on", "gave_up")]
        assert plain.table("Requests, all goods")[1] == ["1", *sums]
        assert "Nobody asked for used tools." in plain.words

    def test_shelves_are_in_months_of_the_last_twelve(self, plain, town):
        months = pl.read_parquet(town / "months.parquet")
        stock = months.filter(pl.col("month") == 11)["stock"].sum()
        pace = months.filter(pl.col("month") < 12)["asked"].sum() / 12
        assert plain.table("At the end of the year")[1][1:3] == [count(stock), f"{stock / pace:.2f}"]

    def test_the_gap_of_the_last_year(self, plain, town):
        last = pl.read_parquet(town / "years.parquet").filter(pl.col("year") == 2, pl.col("wanted") > 0)
        rows = plain.table("Items in the last year")[1:]
        assert [row[1] for row in rows] == [count(value) for value in last["wanted"]]
        assert [row[3] for row in rows] == [f"40{THIN}%"] * 3

    def test_what_a_household_was_given_is_the_result_over_all(self, plain, town):
        account = pl.read_parquet(town / "federation.parquet")
        each = [number(value / 1000 / HOUSEHOLDS) for value in account["total_mcr"]]
        assert [row[1] for row in plain.table("Shared by all households")[1:]] == each
        assert "The exchange ended 2 years with a gain and 1 year with a loss" in plain.words
        assert "The exchange gave each household 3.00 credits in year 3 and cost 3.00 in year 2" in plain.headings

    def test_parts_of_the_account_sum_to_the_result(self, plain):
        rows = [[float(cell.replace(THIN, "").replace(MINUS, "-")) for cell in row]
                for row in plain.table("The account of the whole exchange")[1:]]
        assert all(sum(row[1:-2]) == pytest.approx(row[-2]) for row in rows)
        assert all(row[-2] == row[-1] for row in rows)

    def test_reasons_have_their_sentences_the_most_frequent_first(self, plain):
        rows = plain.table("Why items were not taken in")[1:]
        assert rows == [["not working", "20", "it does not work"], ["too old", "10", "it is too old"]]
        assert f"30{THIN}% of 100 items brought were refused, most because it does not work" in plain.headings

    def test_emissions_are_price_times_intensity_of_what_was_bought_new(self, plain, town):
        bought = pl.read_parquet(town / "months.parquet")["bought_new"].sum()
        kg = bought * 800 * 0.15 / HOUSEHOLDS / 3
        assert any(heading.startswith(f"Making the new goods emits {number(kg)} kg") for heading in plain.headings)


class TestGoodsThatDiffer:
    def test_what_is_never_passed_on_is_named_beside_the_least(self, plain):
        found = next(heading for heading in plain.headings if heading.startswith("Most often passed on"))
        assert "; least of those passed on: " in found
        assert found.endswith("; never: tools")

    def test_purchases_that_credits_did_not_cover_stand_by_good(self, tmp_path):
        months = counted(GOODS, 3)
        row, cars = pl.int_range(pl.len()), pl.col("good") == "g0"
        bought = {"passed_on": 40, "bought_new": 50}
        few = months.with_columns(could_not_pay=pl.when(cars & (row < 12)).then(100).otherwise(0),
                                  **{name: pl.when(row < 4).then(value).otherwise(0) for name, value in bought.items()})
        shown = page_of(write(tmp_path, tables={"months": few}))
        assert [row[-1] for row in shown.table("Requests in all years")[1:] if row[0] == "cars"] == ["300"]
        said = f"more than one in ten ended with credits that did not cover the price: cars ({percent(300 / 390, 2)})."
        assert said in shown.words

    def test_the_year_from_which_on_wanted_and_offered_are_near(self, tmp_path):
        offered = [[100.0, 109.0, 150.0, 0.0], [150.0, 95.0, 150.0, 0.0], [105.0, 100.0, 150.0, 0.0]]
        years = pl.DataFrame({"year": np.repeat(np.arange(3), 4), "good": codes(GOODS) * 3,
                              "wanted": [100.0, 100.0, 100.0, 0.0] * 3, "offered": np.ravel(offered),
                              "next_index": [1.0] * 12})
        shown = page_of(write(tmp_path, tables={"years": years}))
        assert [row[-1] for row in shown.table("Items in the last year")[1:]] == ["3", "1", "–"]
        assert any(heading.endswith(f"; within 10{THIN}% at the end: 2 of 3 goods, the first from year 1 on, the last "
                                    "from year 3 on") for heading in shown.headings)

    def test_nothing_is_said_of_years_to_come_after_one(self, pages):
        assert "at the end: " not in pages("one year").words


class TestWorth:
    SCHEDULE = pl.DataFrame({
        "good": ["g0"] * 20 + ["g1"] * 8, "age_years": np.repeat([0, 1, 2, 3, 4, 0, 1], 4), "grade": list("ABCD") * 7,
        "worth_mcr": 1_000_000, "credit_mcr": 949_999, "price_mcr": 1_050_001,
        "taken_in": [*[True] * 4, *[True, True, True, False], *[True] * 8, *[False] * 12]})

    def test_a_sheet_says_what_one_gets_and_pays_in_whole_credits_by_age_and_condition(self, tmp_path):
        shown = page_of(write(tmp_path, tables={"schedule": self.SCHEDULE}))
        quoted = f"949 / 1{THIN}051"
        assert shown.table("cars") == [["years old", *"ABCD"], ["1", quoted, quoted, quoted, "not taken in"],
                                       ["3", quoted, quoted, quoted, quoted]]
        assert "By the schedule for year 4, the next" in shown.words
        assert "Not taken in, whatever their age and condition: furniture" in shown.words

    def test_prices_of_the_month_are_on_no_sheet(self, tmp_path):
        shown = page_of(write(tmp_path, mode="spot", tables={"schedule": self.SCHEDULE}))
        assert "What a used item is worth" not in shown.words


class TestModes:
    @pytest.mark.parametrize("mode", ["spot", "true-up"])
    def test_continuous_prices_leave_exactly_nothing(self, mode, pages):
        shown = pages(mode)
        assert "The exchange gained and lost exactly nothing in each of 3 years." in shown.words
        assert not any(caption.startswith("Shared by all households") for caption in shown.tables)

    def test_true_ups_show_their_spread(self, pages):
        rows = pages("true-up").table("Settlements of buyers")
        assert [row[1] for row in rows[1:]] == [percent(0.15)] * 3

    def test_nobody_waits_where_prices_clear_every_month(self, pages):
        shown = pages("spot")
        assert "Nobody waits and nothing stands on shelves" in shown.words
        assert not any(caption.startswith("Requests") for caption in shown.tables)


class TestWhatThereIs:
    def test_nothing_between_areas_leaves_no_trace(self, plain):
        assert "Between areas" not in plain.words

    def test_what_was_carried_is_told_where_anything_was(self, pages):
        shown = pages("areas")
        assert [row[0] for row in shown.table("Carried between areas")[1:]] == list(GOODS[:3])
        assert f"Who moved sold 25{THIN}% of their things and took the others along" in shown.headings

    def test_no_trades_leave_no_empty_sections(self, pages):
        shown = pages("zero trades")
        sections = [attrs["id"] for tag, attrs in shown.elements if tag == "section"]
        assert sections == ["passed-on", "new", "again"]

    def test_of_many_goods_those_acquired_most_are_shown(self, pages):
        rows = pages("many goods and years").table(f"Items acquired in all years: {GOODS_SHOWN} of 30 goods")
        assert len(rows) == GOODS_SHOWN + 1

    def test_names_cannot_become_markup(self, pages):
        shown = pages("hostile")
        assert shown.headings[0].startswith(HOSTILE)
        assert "<script" not in shown.html
        assert shown.html.count("</style>") == 1

    def test_how_to_run_it_again_says_what_was_typed(self, pages):
        shown = pages("several runs")
        assert ("parecon simulate town --set 'simulate.goods=[\"cars\"]' --set secondhand.mode=spot --years 3 --seed 7 "
                "--runs 8" in shown.words)

    @pytest.mark.parametrize("missing", ["goods", "months", "years", "federation", "reasons"])
    def test_a_folder_that_lacks_a_table_is_refused_in_one_line(self, missing, tmp_path):
        write(tmp_path)
        (tmp_path / f"{missing}.parquet").unlink()
        with pytest.raises(BadInput, match=rf"{missing}\.parquet: found no such file"):
            write_report(tmp_path)

    def test_a_record_without_measures_is_refused(self, tmp_path):
        write(tmp_path)
        (tmp_path / "run.json").write_text('{"kind": "simulation", "scenario": "town"}', encoding="utf-8")
        with pytest.raises(BadInput, match="measures"):
            write_report(tmp_path)

    @pytest.mark.parametrize("name", ["months", "schedule"])
    def test_a_table_cut_short_is_refused(self, name, tmp_path):
        write(tmp_path)
        (tmp_path / f"{name}.parquet").write_bytes((tmp_path / "months.parquet").read_bytes()[:-100])
        with pytest.raises(BadInput, match=rf"{name}\.parquet: the whole file: found "):
            write_report(tmp_path)

    def test_a_table_without_a_column_is_refused(self, tmp_path):
        write(tmp_path)
        file = tmp_path / "years.parquet"
        pl.read_parquet(file).drop("wanted").write_parquet(file)
        with pytest.raises(BadInput, match=r"years\.parquet: column wanted: found no such column"):
            write_report(tmp_path)

    @pytest.mark.parametrize(("name", "value"), [("measures", {"requests_served": 1}), ("parameters", 3),
                                                 ("parameters", {"secondhand": "spot"}), ("runs", "two")])
    def test_a_damaged_record_is_refused(self, name, value, tmp_path):
        file = write(tmp_path) / "run.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
        with pytest.raises(BadInput, match=rf"run\.json: {name}\S*: found "):
            write_report(tmp_path)


@pytest.mark.parametrize("last", [1, 2, 12, 30, 31, 45, 100, 1000])
def test_years_are_thinned_out_evenly_and_both_ends_stay(last):
    years = spaced(last, YEARS_SHOWN)
    assert len(years) <= YEARS_SHOWN
    assert (years[0], years[-1]) == (1, last)
    assert years == sorted(set(years))
    assert len(years) == last or last > YEARS_SHOWN


def test_one_in_stands_within_a_tenth_of_its_share():
    words = {word: number for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2)}
    for part in np.linspace(0.005, 1.0, 200):
        said = re.fullmatch(r"one good in (\S+) is", one_in(part))
        if said:
            assert 1 / (words.get(said[1]) or int(said[1])) == pytest.approx(part, rel=0.11)
        else:
            assert one_in(part) == f"{percent(part, 2)} of goods are"


@pytest.mark.parametrize(("columns", "written"), [(5, True), (80, False)])
def test_fields_are_written_in_where_there_is_room(columns, written):
    row = ("cars", [Field(str(column), 0.5, "1.24") for column in range(columns)])
    shown = drawn("A field for each year.", lambda space: grid([row], "year")(Space(500, narrow=space.narrow)))
    assert (">1.24<" in shown) == written
