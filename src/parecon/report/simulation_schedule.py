"""What the page of a simulation says of the published schedules, and of what was wanted and offered at them."""

from __future__ import annotations

import math

import polars as pl

from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import NOTHING, count, counted, level, number, percent
from parecon.report.simulation_figures import by_good_and_year
from parecon.report.simulation_read import Simulated, good_column

NEAR = 0.1  # of their average: as near as "about as much" is
DOUBLE = math.log(2)  # twice, or half, of what depreciation leaves has the full colour
INDEX = "An index of 1 is exactly what depreciation leaves of the price of a new one; 1.20 is 20 % more than that. "
HOW = {
    "guaranteed": "Before each year the federation publishes what used goods are worth by age and condition. Where "
                  "more was wanted than offered, the next year's schedule is higher; where less, lower.",
    "true-up": "Before each year the federation publishes provisional prices by age and condition. Where more was "
               "wanted than offered, the next year's are higher; where less, lower.",
    "spot": "No price is published for a year: each month's price of a good is the one at which as many want as offer.",
}


def section(run: Simulated) -> Section | None:
    """The section on schedules: each good's index by year, and how far apart what was wanted and offered were."""
    years, spot = _traded(run), run.mode == "spot"
    if years.is_empty():
        return None
    parts = [paragraph(INDEX + HOW.get(run.mode, "")), _index(run, years), *([] if spot else [_gaps(run, years)])]
    gap = run.measure("excess_demand_last_year")
    tile = None if spot or gap is None else (
        percent(gap, 2), "gap between what was wanted and offered in the last year, mean of goods")
    return Section("schedule", "Monthly prices" if spot else "The published schedule", parts, tile=tile)


def _traded(run: Simulated) -> pl.DataFrame:
    """The years of the goods that were traded, or at least wanted or offered at published prices, with the gap.

    The gap is what was wanted less what was offered, over their average.
    """
    both = pl.col("wanted") + pl.col("offered")
    gap = pl.when(both > 0).then(2 * (pl.col("wanted") - pl.col("offered")) / both).alias("gap")
    never = run.goods.filter(pl.col("passed_on") == 0)["good"].to_list() if run.mode == "spot" else []
    return run.years.with_columns(gap).filter(
        both.sum().over("good") > 0, pl.col("good").is_in(run.shown), ~pl.col("good").is_in(never))


def _index(run: Simulated, years: pl.DataFrame) -> Markup:
    spot, some = run.mode == "spot", years.with_columns(pl.col("next_index").alias("value"))
    ends = _named(run, some).filter(pl.col("year") == run.length).sort("value", maintain_order=True)
    low, high = ends.row(0, named=True), ends.row(-1, named=True)
    when = "In the last month" if spot else "After the last year"
    title = f"{when} used {high['label']} cost {number(high['value'])} times what depreciation leaves"
    title += f", {low['label']} {number(low['value'])} times" if len(ends) > 1 else ""
    figure = by_good_and_year(run, title, some, _of_index, "index", percent=False, base=1.0)
    note = f"Blue: above 1. Orange: below. {NOTHING} {'never traded' if spot else 'nobody wanted or offered any'}."
    what = "Index of the last month of a year" if spot else "Index of the schedule published at the end of a year"
    return exhibit(title, figure, _first_and_last(run, some, what), note)


def _of_index(index: float) -> tuple[float, str]:
    return math.log(max(index, 1e-9)) / DOUBLE, f"{index:.2f}"


def _gaps(run: Simulated, years: pl.DataFrame) -> Markup:
    means = [_mean_gap(years, year) for year in (1, run.length)]
    title = f"What was wanted and what was offered were {percent(means[0], 2)} apart in the first year"
    title += f", {percent(means[1], 2)} in the last" if run.length > 1 else ""
    met = _met(run, years)
    title += f"; {_how_many(list(met.values()))}" if met else ""
    figure = by_good_and_year(run, title, years.with_columns((-pl.col("gap")).alias("value")), _of_gap,
                              "offered less wanted, % of their average")
    note = ("Offered less wanted, % of their average; the title gives the mean of goods. Orange: more was "
            f"wanted. Blue: more was offered, or left on shelves. {NOTHING} neither.")
    last = _named(run, years).filter(pl.col("year") == run.length)
    columns = [good_column(last), Column("wanted", [count(value) for value in last["wanted"]]),
               Column("offered", [count(value) for value in last["offered"]]),
               Column("gap", [percent(-value if value is not None else None, 2) for value in last["gap"]])]
    if met:
        columns.append(Column(f"within {level(NEAR)} from year", [count(met[good]) for good in last["good"]]))
    return exhibit(title, figure, table("Items in the last year", columns), note)


def _met(run: Simulated, years: pl.DataFrame) -> dict[str, int | None]:
    """By good, the year from which on what was wanted and offered never were further apart than is near.

    None where they are in the last year; nothing at all of a single year, which says nothing of years to come.
    """
    if run.length < 2:
        return {}
    near = dict.fromkeys(years["good"], 1)
    for good, year, gap in years.select("good", "year", "gap").iter_rows():
        if gap is not None and abs(gap) > NEAR:
            near[good] = max(near[good], year + 1)
    return {good: year if year <= run.length else None for good, year in near.items()}


def _how_many(met: list[int | None]) -> str:
    """For how many goods wanted and offered are near each other at the end, and from which years on.

    >>> _how_many([3, None, 5]).replace(chr(0x202f), " ")
    'within 10 % at the end: 2 of 3 goods, the first from year 3 on, the last from year 5 on'
    >>> _how_many([None]).replace(chr(0x202f), " ")
    'within 10 % at the end: no good'
    """
    since = sorted(year for year in met if year is not None)
    who = f"{len(since)} of {counted(len(met), 'good')}" if since else "no good"
    said = f"within {level(NEAR)} at the end: {who}"
    if not since:
        return said
    if since[0] == since[-1]:
        return f"{said}, from year {since[0]} on"
    return f"{said}, the first from year {since[0]} on, the last from year {since[-1]} on"


def _mean_gap(years: pl.DataFrame, year: int) -> float | None:
    mean = years.filter(pl.col("year") == year)["gap"].abs().mean()
    return float(mean) if isinstance(mean, float) else None


def _of_gap(surplus: float) -> tuple[float, str]:
    return surplus, count(round(100 * surplus))


def _named(run: Simulated, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the labels of their goods, in the order of the catalogue."""
    return run.goods.select("good", "label").join(rows, on="good", how="inner", maintain_order="left")


def _first_and_last(run: Simulated, some: pl.DataFrame, caption: str) -> Markup:
    """The value of each good in the first and the last year, and the least and most of all years."""
    rows = _named(run, some).group_by("good", "label", maintain_order=True).agg(
        pl.col("value").first().alias("first"), pl.col("value").last().alias("last"),
        pl.col("value").min().alias("least"), pl.col("value").max().alias("most"))
    names = ("first", "last", "least", "most") if run.length > 1 else ("last",)
    return table(caption, [good_column(rows), *(Column(name, [number(value) for value in rows[name]])
                                                for name in names)])
