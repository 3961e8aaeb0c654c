"""What the page of a simulation says of items passed on and bought new, and of what making the new ones emits."""

from __future__ import annotations

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import NOTHING, count, counted, listed, number, percent
from parecon.report.simulation_figures import by_good_and_year, by_year
from parecon.report.simulation_read import (
    MCR_A_CREDIT,
    Simulated,
    counts,
    good_column,
    share,
    shares,
    total,
    year_column,
)
from parecon.report.style import BLUE, drawn

NAMED = 3  # goods in a title; where there are more, their number
FULL_COLOUR = 0.5  # of the share that was used, from which on a field has its full colour


def section(run: Simulated) -> Section | None:
    """The section on what was passed on and what was bought new: by year, by good, by good and year."""
    used, new = total(run.by_year["passed_on"]), total(run.by_year["bought_new"])
    if not used + new:
        return None
    said = f"Households bought {counted(new, 'new good')} and passed {counted(used, 'used one')} on to each other."
    years = [_years(run)] if run.length > 1 else []
    goods = [_goods(run)] if len(run.goods) > 1 or not years else []
    return Section("passed-on", "Passed on and bought new", [*years, *goods], said)


def _years(run: Simulated) -> Markup:
    used, new = run.by_year["passed_on"], run.by_year["bought_new"]
    parts = [share(*each) for each in zip(used, used + new, strict=True)]
    title = (f"{percent(parts[0], 2)} of the goods that households acquired were used in the first year, "
             f"{percent(parts[-1], 2)} in the last")
    figure = by_year(run, title, [Line("used", parts, BLUE, 3.0)], "used, % of goods acquired", percent=True)
    some = run.by_year.filter(pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("Items acquired, all goods", [
        year_column(run.shown_years), counts("passed on", some["passed_on"]), counts("bought new", some["bought_new"]),
        shares("used", some["passed_on"], some["passed_on"] + some["bought_new"])]))


def _goods(run: Simulated) -> Markup:
    goods, used = run.shown_goods, pl.col("passed_on") / (pl.col("passed_on") + pl.col("bought_new"))
    by_year = run.months.group_by("good", "year").agg(pl.col("passed_on", "bought_new").sum()).with_columns(
        used.fill_nan(None).alias("value"))
    title = _finding(goods.with_columns(used.alias("used")).filter(used.is_not_nan()))
    figure = by_good_and_year(run, title, by_year, _used, "used, % of items acquired")
    note = f"% of the items acquired that were used. {NOTHING} none was acquired."
    return exhibit(title, figure, table(f"Items acquired in all years{run.of_all}", [
        good_column(goods), counts("passed on", goods["passed_on"]), counts("bought new", goods["bought_new"]),
        shares("used", goods["passed_on"], goods["passed_on"] + goods["bought_new"])]), note)


def _finding(goods: pl.DataFrame) -> str:
    """Which goods are passed on most and least, and which never."""
    never = goods.filter(pl.col("used") == 0)["label"].to_list() if total(goods["used"]) else []
    ordered = goods.filter(~pl.col("label").is_in(never)).sort("used", maintain_order=True)
    least, most = ordered.row(0, named=True), ordered.row(-1, named=True)
    rest = f"; never: {_some(never)}" if never else ""
    if most["used"] == least["used"]:
        return f"Of the {most['label']} acquired {percent(most['used'], 2)} were used{rest}"
    of = "least of those passed on" if never else "least"
    return (f"Most often passed on: {most['label']} ({percent(most['used'], 2)} of those acquired were used); "
            f"{of}: {least['label']} ({percent(least['used'], 2)}){rest}")


def _some(labels: list[str]) -> str:
    """A few labels by name, or how many there are."""
    return listed(labels) if len(labels) <= NAMED else f"{count(len(labels))} others"


def _used(part: float) -> tuple[float, str]:
    return part / FULL_COLOUR, number(100 * part, 1) if 0 < part < 0.01 else f"{100 * part:.0f}"


def new_section(run: Simulated) -> Section | None:
    """The section on new goods: how many were bought, and what making them emits."""
    each = pl.col("bought_new") / (run.households * run.length)
    kg = pl.col("new_price_mcr") / MCR_A_CREDIT * pl.col("emissions_kg_per_credit")
    goods = run.goods.with_columns(kg.alias("kg"), (each * kg).alias("emitted"))
    emitted = total(goods["emitted"])
    if not total(goods["bought_new"]):
        return None
    shown = goods.filter(pl.col("good").is_in(run.shown)).sort("emitted", descending=True, maintain_order=True)
    title = (f"Making the new goods emits {number(emitted)} kg CO₂e a household a year, "
             f"{percent(share(shown['emitted'][0], emitted), 2)} of it {shown['label'][0]}")
    some = [Bar(label, kg, number(kg, 2)) for label, kg in shown.select("label", "emitted").iter_rows()]
    figure = drawn(f"{title}. A bar for each good.", bars(some, even_axis(
        "kg CO₂e a household a year", [bar.value for bar in some], percent=False)))
    numbers = table(f"New goods{run.of_all}", [
        good_column(shown), counts("bought new", shown["bought_new"]),
        Column("price, credits", [count(value / MCR_A_CREDIT) for value in shown["new_price_mcr"]]),
        Column("kg CO₂e each", [number(value) for value in shown["kg"]]),
        Column("a household a year", [number(value) for value in shown["emitted"]])])
    short = total(goods["could_not_pay"])
    said = paragraph(f"{counted(short, 'time')} a household's credits did not cover the price of a good, new or used, "
                     "and it tried again later.") if short else Markup("")
    tile = (number(run.measure("emissions_of_new_goods")), "kg CO₂e a household a year from making new goods")
    return Section("new", "New goods", [exhibit(title, figure, numbers), said], tile=tile)
