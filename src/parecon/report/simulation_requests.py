"""What the page of a simulation says of requests for used goods: served, given up, waiting; and of the shelves."""

from __future__ import annotations

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import NOTHING, count, listed, number, percent
from parecon.report.simulation_figures import by_month
from parecon.report.simulation_read import (
    GOODS_SHOWN,
    MONTHS_A_YEAR,
    Simulated,
    counts,
    good_column,
    share,
    shares,
    total,
    year_column,
)
from parecon.report.style import BLUE, GREEN, GREY, ORANGE, drawn

OFTEN = 0.1  # of the times that somebody was about to buy
AT_ONCE = ("Prices clear every month: whoever is ready to pay the month's price gets an item at once. Nobody waits and "
           "nothing stands on shelves, so that there are no requests to count.")


def section(run: Simulated) -> Section | None:
    """The section on requests; a sentence where prices clear every month and nobody waits."""
    if run.mode == "spot":
        return Section("requests", "Requests", [paragraph(AT_ONCE), _too_dear(run)])
    asked, served = total(run.by_year["asked"]), total(run.by_year["passed_on"])
    if not asked:
        return None
    said = f"Of {count(asked)} requests for used goods {percent(share(served, asked), 2)} were served."
    return Section("requests", "Requests and shelves", [_each_month(run), _standing(run), _goods(run), _too_dear(run)],
                   said)


def _each_month(run: Simulated) -> Markup:
    months, years = run.by_month, run.by_year
    asked = total(years["asked"])
    title = (f"{percent(share(total(years['passed_on']), asked), 2)} of requests were served, "
             f"{percent(share(total(years['gave_up']), asked), 2)} given up")
    some = [Line("asked", months["asked"].to_list(), GREY), Line("served", months["passed_on"].to_list(), BLUE),
            Line("given up", months["gave_up"].to_list(), ORANGE)]
    rows = years.filter(pl.col("year").is_in(run.shown_years))
    return exhibit(title, by_month(title, some, "requests a month"), table("Requests, all goods", [
        year_column(run.shown_years), counts("asked", rows["asked"]), counts("served", rows["passed_on"]),
        counts("given up", rows["gave_up"])]),
        "Whoever has waited as long as people wait gives up, and buys new or does without.")


def _standing(run: Simulated) -> Markup:
    """What waits and what stands on shelves at each month's end, in months of requests as in the last twelve."""
    months = run.by_month.with_columns(pl.col("asked").rolling_mean(MONTHS_A_YEAR, min_samples=1).alias("pace"))
    in_months = {name: [share(*each) for each in months.select(name, "pace").iter_rows()]
                 for name in ("stock", "waiting")}
    stock, waiting = (in_months[name][-1] for name in ("stock", "waiting"))
    title = f"At the end the shelves hold {_in_months(stock)} requests; {_in_months(waiting)} requests wait"
    meant = float(run.parameter("secondhand", "working_stock_months", 0.0))
    some = [Line("on shelves", in_months["stock"], GREEN), Line("waiting", in_months["waiting"], ORANGE)]
    figure = by_month(title, some, "months of requests", meant)
    ends = months.filter((pl.col("month") % MONTHS_A_YEAR == MONTHS_A_YEAR - 1)
                         & pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("At the end of the year, all goods", [
        year_column(run.shown_years), counts("items on shelves", ends["stock"]), _months("in months", ends, "stock"),
        counts("requests waiting", ends["waiting"]), _months("in months", ends, "waiting")]),
        f"In months of requests, as many as in the last twelve months. Dashed: what stores mean to keep, {meant:g}.")


def _in_months(value: float | None) -> str:
    return f"{number(value, 2)} months of" if value else "no"


def _months(heading: str, rows: pl.DataFrame, name: str) -> Column:
    return Column(heading, [_fixed(share(*each)) for each in rows.select(name, "pace").iter_rows()])


def _fixed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _goods(run: Simulated) -> Markup:
    """Which goods' requests are served, best first."""
    served = pl.col("passed_on") / pl.col("asked")
    goods = run.goods.filter(pl.col("asked") > 0).sort("asked", descending=True, maintain_order=True).head(
        GOODS_SHOWN).with_columns(served.alias("served")).sort("served", descending=True, maintain_order=True)
    best, worst = goods.row(0, named=True), goods.row(-1, named=True)
    title = (f"Best served: {best['label']} ({percent(best['served'], 2)} of requests); "
             f"worst: {worst['label']} ({percent(worst['served'], 2)})")
    if len(goods) == 1:
        title = f"Of the requests for {best['label']} {percent(best['served'], 2)} were served"
    some = [Bar(label, value, percent(value, 2)) for label, value in goods.select("label", "served").iter_rows()]
    figure = drawn(f"{title}. A bar for each good.", bars(some, even_axis(
        "served, % of requests", [bar.value for bar in some])))
    return exhibit(title, figure, table("Requests in all years", [
        good_column(goods), counts("asked", goods["asked"]), counts("served", goods["passed_on"]),
        counts("given up", goods["gave_up"]), shares("served", goods["passed_on"], goods["asked"]),
        counts("could not pay, used or new", goods["could_not_pay"])]), _unasked(run))


def _unasked(run: Simulated) -> str:
    none = run.shown_goods.filter(pl.col("asked") == 0)["label"].to_list()
    return f"Nobody asked for used {' or '.join(none)}." if none else ""


def _too_dear(run: Simulated) -> Markup:
    """Which goods' purchases fail often because credits do not cover the price."""
    failed = pl.col("could_not_pay") / (pl.col("could_not_pay") + pl.col("passed_on") + pl.col("bought_new"))
    often = run.goods.with_columns(failed.fill_nan(0.0).alias("failed")).filter(
        pl.col("failed") > OFTEN).sort("failed", descending=True, maintain_order=True).head(GOODS_SHOWN)
    if often.is_empty():
        return Markup("")
    each = [f"{label} ({percent(part, 2)})" for label, part in often.select("label", "failed").iter_rows()]
    return paragraph(f"Of the times that a household was about to buy one, used or new, more than one in ten ended "
                     f"with credits that did not cover the price: {listed(each)}.")
