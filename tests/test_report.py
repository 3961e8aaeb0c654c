"""The page of a run says what the tables of its folder say, to anyone, without a network."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from parecon.base.errors import BadInput
from parecon.report import write_report
from parecon.report.figures import shortened
from parecon.report.numbers import MINUS, NOTHING, THIN, change, count, number, percent

import run_folders
from command import parecon, refused

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADS = ("src", "href", "data", "action", "poster", "srcset", "background", "xlink:href")


class Page(HTMLParser):
    """A page taken apart: its elements, its tables by caption, its headings, its plain text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.open, self.elements = html, [], []
        self.headings: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.caption = self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append("")
        elif tag == "caption":
            self.caption = ""
        elif tag == "tr":
            self.tables.setdefault(self.caption, []).append([])
        elif tag in {"td", "th"}:
            self.tables[self.caption][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if {"style", "script"} & set(self.open):
            return
        self.words += data
        if {"h1", "h2", "h3"} & set(self.open):
            self.headings[-1] += data
        elif "caption" in self.open:
            self.caption += data
        elif {"td", "th"} & set(self.open):
            self.tables[self.caption][-1][-1] += data

    def table(self, start):
        """The rows of the one table whose caption starts so, headings first."""
        (rows,) = [rows for caption, rows in self.tables.items() if caption.startswith(start)]
        return rows


def read(folder: Path) -> Page:
    return Page(write_report(folder).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("runs")
    book = run_folders.book(top / "book", kinds=60, councils=600)
    return {"village": run_folders.village(top / "village"), "nation": run_folders.nation(top / "nation"),
            "book": book, "hostile": run_folders.hostile(top / "hostile")}


@pytest.fixture(scope="module")
def pages(folders) -> dict[str, Page]:
    return {name: read(folder) for name, folder in folders.items()}


@pytest.fixture(params=["village", "nation", "book", "hostile"])
def page(request, pages) -> Page:
    return pages[request.param]


class TestEveryPage:
    def test_every_element_that_opens_closes(self, page):
        assert page.open == []

    def test_loads_nothing_and_runs_nothing(self, page):
        links = [value for _, attrs in page.elements for name, value in attrs.items() if name in LOADS]
        assert links
        assert all(link.startswith("#") for link in links)
        assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in page.elements}
        assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
        assert not re.search(r"https?://|@import|url\((?!#)", page.html)

    def test_links_lead_to_sections_that_exist(self, page):
        there = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        assert len(there) == len(set(there))
        assert {attrs["href"][1:] for tag, attrs in page.elements if tag == "a"} <= set(there)

    def test_figures_speak_to_those_who_cannot_see_them(self, page):
        figures = [attrs for tag, attrs in page.elements if tag == "svg"]
        assert len(figures) >= 8
        assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in figures)

    def test_text_in_figures_stays_text(self, page):
        assert sum(tag == "text" for tag, _ in page.elements) > 50

    def test_every_table_has_a_caption_and_headings(self, page):
        tags = [tag for tag, _ in page.elements]
        assert tags.count("caption") == tags.count("table") > 4
        assert all(attrs.get("scope") for tag, attrs in page.elements if tag == "th")

    def test_no_number_is_missing_or_broken(self, page):
        assert not re.search(r"\b(nan|inf|None|NaN)\b", page.words)

    def test_no_number_is_parted_from_its_percent_sign(self, page):
        assert not re.search(r"\d %", page.words)

    def test_figures_fit_a_desk_and_a_phone(self, page):
        widths = [float(attrs["width"]) for tag, attrs in page.elements if tag == "svg"]
        assert all(width <= 1124 for width in widths[::2])
        assert all(width <= 348 for width in widths[1::2])


class TestVillage:
    def test_opening_says_who_planned_what_and_how_it_went(self, pages):
        page = pages["village"]
        assert page.headings[0] == "village: a plan in 3 rounds"
        assert "12 worker councils and 9 consumer councils planned 12 goods." in page.words
        assert f"came within 5{THIN}% of each other in 3 rounds." in page.words

    def test_worst_imbalance_in_the_title_is_that_of_the_table(self, pages, folders):
        rounds = pl.read_parquet(folders["village"] / "rounds.parquet")
        worst = rounds.group_by("round").agg(pl.col("imbalance").max()).sort("round")["imbalance"]
        title = f"The worst imbalance fell from {percent(worst[0], 2)} to {percent(worst[2], 2)} in 3 rounds"
        assert title in pages["village"].headings
        assert [row[1] for row in pages["village"].table("Imbalance by round")[1:]] == [percent(w) for w in worst]

    def test_prices_match_the_goods_table(self, pages, folders):
        goods = pl.read_parquet(folders["village"] / "goods.parquet")
        expected = {row["name"]: [number(row["start_price"]), number(row["price"])] for row in goods.rows(named=True)}
        shown = {row[0]: row[1:3] for row in pages["village"].table("Prices in credits")[1:]}
        assert shown == expected

    def test_every_worker_council_stands_with_its_ratio(self, pages, folders):
        workers = pl.read_parquet(folders["village"] / "workers.parquet")
        shown = {row[0]: row[-1] for row in pages["village"].table("Worker councils")[1:]}
        assert shown == {c: number(r) for c, r in workers.select("council", "benefit_to_cost").iter_rows()}

    def test_board_gives_its_reasons(self, pages):
        (bread, flour) = pages["village"].table("The largest moves of prices")[1:]
        assert bread[0] == "bread"
        assert bread[-1] == f"flour 65{THIN}%, bread 25{THIN}% and farm land 10{THIN}%"
        assert flour == ["flour", "2", "2.00", "1.80", f"flour 100{THIN}%"]
        assert any("most of all by flour's market" in heading for heading in pages["village"].headings)


class TestNation:
    def test_two_rules_stand_side_by_side(self, pages):
        page = pages["nation"]
        assert page.headings[0] == "us-2017: a plan in 3 rounds instead of 21"
        rows = page.table("Rounds until the worst imbalance was below")
        assert [row[0] for row in rows[1:]] == ["predictive", "book-2021"]
        assert [row[5] for row in rows[1:]] == ["3", "21"]

    def test_incomes_are_in_money_of_one_member(self, pages):
        rows = pages["nation"].table("Income per member, USD a year")
        assert rows[1][:4] == ["lowest fifth", count(25.7e6), number(11_000.0), number(74_800.0)]
        assert any("18 to 1 between the highest group and the lowest before, are equal" in heading
                   for heading in pages["nation"].headings)

    def test_spending_adds_up_to_the_consumption_table(self, pages, folders):
        consumption = pl.read_parquet(folders["nation"] / "consumption.parquet")
        last = pages["nation"].table("Spending of all members, billion USD a year")[-1]
        assert last[:3] == ["all", number(consumption["spending_before"].sum() / 1e3),
                            number(consumption["spending_after"].sum() / 1e3)]

    def test_quantities_are_added_up_at_start_prices(self, pages, folders):
        rows = pl.read_parquet(folders["nation"] / "consumption.parquet").join(
            pl.read_parquet(folders["nation"] / "goods.parquet").select("good", "start_price"), on="good")
        volume = (rows["quantity_after"] * rows["start_price"]).sum() / rows["spending_before"].sum()
        assert pages["nation"].table("Spending of all members")[-1][-1] == change(volume)

    def test_satellites_are_compared_and_none_divided_by_zero(self, pages):
        rows = {row[0]: row[1:] for row in pages["nation"].table("Totals a year")[1:]}
        assert rows["greenhouse gases"][-1] == f"{MINUS}5.2{THIN}%"
        assert rows["land"] == ["0", "1.00", "km2", NOTHING]

    def test_workplaces_are_weighted_by_establishments(self, pages, folders):
        workers = pl.read_parquet(folders["nation"] / "workers.parquet")
        below = workers.filter(pl.col("benefit_to_cost") < 1)["establishments"].sum() / workers["establishments"].sum()
        plain = (workers["benefit_to_cost"] < 1).mean()
        assert percent(below, 2) != percent(plain, 2)
        assert any(heading.startswith(f"{percent(below, 2)} of workplaces") for heading in pages["nation"].headings)
        shares = pages["nation"].table("2" + THIN + "000 worker councils")[1:]
        assert sum(int(row[1].replace(THIN, "")) for row in shares) == 2000

    def test_command_to_run_again_names_both_rules(self, pages):
        assert ("parecon plan us-2017 --rule predictive --beside book-2021 --threshold 0.01 --seed 1"
                in pages["nation"].words)


class TestBook:
    def test_councils_at_a_minimum_are_named(self, pages):
        assert f"120 worker councils (20{THIN}% of workplaces) had increasing returns" in pages["book"].words

    def test_many_alike_goods_are_shown_by_class(self, pages):
        names = [row[0] for row in pages["book"].table("Spending of all members")[1:]]
        assert sorted(names) == ["all", "private goods", "public goods"]

    def test_sections_without_tables_leave_no_trace(self, pages):
        assert "Emissions" not in pages["book"].words
        assert "Why prices moved" not in pages["book"].words


def test_names_cannot_become_markup(pages):
    page = pages["hostile"]
    assert page.words.count(run_folders.HOSTILE) > 20
    assert "<script" not in page.html
    assert page.headings[0].startswith(run_folders.HOSTILE)


def test_goods_of_one_name_are_told_apart(pages):
    names = [row[0] for row in pages["hostile"].table("Prices in credits")[1:]]
    assert len(set(names)) == 12


def bare(folder: Path, signed: np.ndarray, kinds: int = 20) -> Page:
    goods = run_folders.goods_table([f"good {i}" for i in range(kinds)], ["private"] * kinds)
    return read(run_folders.write(folder, name="bare", goods=goods, plans=[("book-2021", signed)]))


def test_run_that_did_not_converge_says_so_and_how_near_it_came(tmp_path):
    down = run_folders.imbalances(20, 1.9, 0.28, 10)
    page = bare(tmp_path, np.vstack([down, down[::-1]]))
    assert page.headings[0] == "bare: no plan after 20 rounds"
    assert f"(lowest: 28{THIN}% in round 10)" in "".join(page.headings)
    assert "Prices go round in a circle of 2 rounds." in page.words


def test_rule_beside_that_found_no_plan_says_so(tmp_path):
    goods = run_folders.goods_table([f"good {i}" for i in range(20)], ["private"] * 20)
    plans = [("predictive", run_folders.imbalances(20, 1.9, 0.01, 2)),
             ("book-2021", run_folders.imbalances(20, 1.9, 0.28, 31))]
    page = read(run_folders.write(tmp_path, name="beside", goods=goods, plans=plans))
    assert "rounds of proposals, book-2021: none in 31" in page.words


def test_ratio_of_one_within_a_hair_is_not_below_one(tmp_path):
    run_folders.village(tmp_path)
    workers = pl.read_parquet(tmp_path / "workers.parquet").with_columns(pl.lit(1 - 3e-16).alias("benefit_to_cost"))
    workers.write_parquet(tmp_path / "workers.parquet")
    assert any(heading.startswith("No workplace uses more than it gives") for heading in read(tmp_path).headings)


def test_name_makes_room_for_its_cause():
    assert shortened(["educational services ← fuel"], 20) == ["educational… ← fuel"]


def test_plan_of_one_round_draws_no_lines(tmp_path):
    page = bare(tmp_path, run_folders.imbalances(20, 0.02, 0.02, 1))
    assert page.headings[0] == "bare: a plan in 1 round"
    assert f"Planning stopped after the first round, with a worst imbalance of 2.0{THIN}%" in page.headings


def test_numbers_out_of_range_do_not_stop_the_page(tmp_path):
    signed = run_folders.imbalances(20, 1.9, 0.28, 3)
    signed[2] = np.nan
    page = bare(tmp_path, signed)
    assert "the numbers had run out of range" in "".join(page.headings)
    assert page.table("Imbalance by round")[3][1:] == [NOTHING] * 3


def test_page_of_very_many_goods_stays_small(tmp_path):
    kinds = 20_000
    goods = run_folders.goods_table([f"good {i}" for i in range(kinds)], ["private"] * kinds)
    signed = run_folders.imbalances(kinds, 1.2, 0.04, 4)
    folder = run_folders.write(tmp_path, name="many", goods=goods, plans=[("predictive", signed)])
    assert write_report(folder).stat().st_size < 500_000


@pytest.mark.parametrize("missing", ["run.json", "goods.parquet", "rounds.parquet"])
def test_unfinished_folder_is_refused_in_one_line(tmp_path, missing):
    run_folders.village(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(BadInput, match=f"{missing}: found no such file"):
        write_report(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"economy": "x", "threshold": 0.05, "plans": []}'])
def test_record_that_is_none_is_refused(tmp_path, text):
    run_folders.village(tmp_path)
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"run\.json"):
        write_report(tmp_path)


def without(column):
    return lambda file: pl.read_parquet(file).drop(column).write_parquet(file)


def cut_short(file):
    file.write_bytes(file.read_bytes()[:-100])


@pytest.mark.parametrize(("name", "damage", "said"), [
    ("rounds", cut_short, "the whole file: found "), ("workers", cut_short, "the whole file: found "),
    ("goods", without("unit"), "column unit: found no such column"),
    ("rounds", without("imbalance"), "column imbalance: found no such column"),
    ("incomes", without("members"), "column members: found no such column")])
def test_a_damaged_table_is_refused_in_one_line(name, damage, said, tmp_path):
    run_folders.village(tmp_path)
    damage(tmp_path / f"{name}.parquet")
    line = refused(parecon("report", tmp_path))
    assert f"{tmp_path}/{name}.parquet: {said}" in line


@pytest.mark.parametrize(("name", "value", "said"), [
    ("councils", 3, "councils: found 3, expected the object"),
    ("councils", {"worker": "many"}, "councils.worker: found many, expected a number"),
    ("threshold", "low", "threshold: found low, expected the number"), ("seconds", [1], "seconds: found [1]"),
    ("notes", "some", "notes: found some, expected the list"), ("plans", ["anderson"], "plans[0]: found anderson"),
    ("plans", [{"rule": "anderson"}], "plans[0].verdict: found nothing"), ("plans", {"a": 1}, "plans: found ")])
def test_a_damaged_record_is_refused_in_one_line(name, value, said, tmp_path):
    file = run_folders.village(tmp_path) / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    assert f"{file}: {said}" in refused(parecon("report", tmp_path))


def test_the_prices_shown_of_many_are_those_that_moved_furthest(tmp_path):
    """A price that fell to a third has moved as far as one that trebled, whatever all the others did."""
    change = np.linspace(1.01, 1.5, 50)
    change[:8] = 1 / np.linspace(2, 3, 8)
    goods = run_folders.goods_table([f"good {row}" for row in range(50)], ["private"] * 50)
    goods = goods.with_columns((pl.col("start_price") * pl.Series(change)).alias("price"))
    plans = [("predictive", run_folders.imbalances(50, 1, 0.04, 4))]
    run_folders.write(tmp_path, name="many", goods=goods, plans=plans)
    rows = read(tmp_path).table("Prices in credits: the 10 that moved furthest of 50")[1:]
    assert [row[0] for row in rows] == ["good 49", "good 48", *(f"good {row}" for row in range(8))]
