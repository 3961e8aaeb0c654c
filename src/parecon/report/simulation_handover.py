"""What the page of a simulation says of what is handed to the plan: new goods to expect, and how near that came."""

from __future__ import annotations

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, table
from parecon.report.numbers import change, number, percent
from parecon.report.simulation_figures import by_year
from parecon.report.simulation_read import Simulated, amounts, counts, good_column, most, share, total, year_column
from parecon.report.style import BLUE, GREY, ORANGE, drawn

FORECASTS = (("expected_new", "with stock data", BLUE), ("expected_new_from_purchases", "purchases alone", GREY))
KG_A_TONNE = 1000


def section(run: Simulated) -> Section | None:
    """The section on what the federation hands to the plan after each year."""
    told = run.table("handover")
    if told is None or not total(told["expected_new"]):
        return None
    told = told.with_columns(pl.col("year") + 1)
    bought = run.months.group_by("good", "year").agg(pl.col("bought_new").sum().cast(float).alias("bought"))
    came = told.with_columns(pl.col("year") + 1).join(bought, on=["good", "year"], maintain_order="left")
    parts = [*([_errors(run, came)] if len(came) and total(came["bought"]) else []), _next(run, told, bought)]
    return Section("handover", "What is handed to the plan", parts)


def _errors(run: Simulated, came: pl.DataFrame) -> Markup:
    """How far what was expected of each year was from what was bought in it, goods taken each by itself."""
    gap = [(pl.col(name) - pl.col("bought")).abs().sum().alias(f"{name}_gap") for name, *_ in FORECASTS]
    years = came.group_by("year", maintain_order=True).agg(
        pl.col("bought", "expected_emissions_kg", *(name for name, *_ in FORECASTS)).sum(), *gap)
    off = {name: [share(*each) for each in years.select(f"{name}_gap", "bought").iter_rows()] for name, *_ in FORECASTS}
    stocks, past = (share(total(years[f"{name}_gap"]), total(years["bought"])) for name, *_ in FORECASTS)
    title = (f"Next year's new goods were expected {percent(stocks, 2)} off with stock data, {percent(past, 2)} off "
             "from past purchases alone")
    some = [Line(words, [None, *off[name]], colour, 3.0 if colour == BLUE else 2.0)
            for name, words, colour in FORECASTS]
    figure = by_year(run, title, some, "off, % of new goods bought", percent=True) if len(years) > 1 else Markup("")
    return exhibit(title, figure, _compared(run, years, off),
                   "How far each good's expected number was from the number bought, summed over goods.")


def _compared(run: Simulated, years: pl.DataFrame, off: dict[str, list[float | None]]) -> Markup:
    kept = [row for row, year in enumerate(years["year"]) if year in set(run.shown_years)]
    some = years[kept]
    shown = {name: [percent(values[row]) for row in kept] for name, values in off.items()}
    return table("New goods, all of them: expected a year before, and bought", [
        year_column(some["year"].to_list()), counts("bought", some["bought"]),
        *(column for name, words, _ in FORECASTS for column in _grouped(words, some[name], shown[name])),
        amounts("expected to emit, t CO₂e", some["expected_emissions_kg"] / KG_A_TONNE)])


def _grouped(words: str, expected: pl.Series, off: list[str]) -> list[Column]:
    return [Column("expected", counts("expected", expected).cells, group=words), Column("off", off, group=words)]


def _next(run: Simulated, told: pl.DataFrame, bought: pl.DataFrame) -> Markup:
    """What is handed over at the end: what to expect of the year that nobody has seen yet."""
    year = int(most(told["year"]))
    last = told.filter(pl.col("year") == year).join(
        bought, on=["good", "year"], how="left", maintain_order="left").join(
        run.goods.select("good", "label"), on="good", maintain_order="left")
    emitted, all_new = total(last["expected_emissions_kg"]) / KG_A_TONNE, total(last["expected_new"])
    title = (f"For year {year + 1} the plan is told to expect {number(all_new)} new goods, "
             f"{change(share(all_new, total(last['bought'])))} beside year {year}; making them emits {number(emitted)} "
             "t CO₂e")
    shown = last.filter(pl.col("good").is_in(run.shown)).with_columns(
        pl.when(pl.col("bought") > 0).then(pl.col("expected_new") / pl.col("bought") - 1).alias("more")).sort(
        "more", descending=True, nulls_last=True, maintain_order=True)
    known = shown.filter(pl.col("more").is_not_null())
    some = [Bar(label, more, change(1 + more), BLUE if more >= 0 else ORANGE)
            for label, more in known.select("label", "more").iter_rows()]
    figure = drawn(f"{title}. A bar for each good.", bars(some, even_axis(
        f"expected new, beside those bought in year {year}", [bar.value for bar in some]))) if some else Markup("")
    numbers = table(f"Handed to the plan for year {year + 1}{run.of_all}", [
        good_column(shown), counts(f"bought new in year {year}", shown["bought"]),
        counts("expected new", shown["expected_new"]), counts("expected used", shown["expected_used"]),
        counts("come to their end", shown["expected_ends"]), counts("on shelves", shown["stock"]),
        counts("requests wait", shown["waiting"]),
        amounts("new ones emit, t CO₂e", shown["expected_emissions_kg"] / KG_A_TONNE)])
    return exhibit(title, figure, numbers, f"Blue: more than were bought in year {year}. Orange: fewer.", below=True)
