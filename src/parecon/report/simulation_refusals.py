"""What the page of a simulation says of items that were refused, and of what went from one area to another."""

from __future__ import annotations

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import count, counted, percent
from parecon.report.simulation_figures import by_year
from parecon.report.simulation_read import Simulated, counts, good_column, share, shares, total, year_column
from parecon.report.style import BLUE, GREEN, ORANGE, drawn

TAKEN_IN = "accepted"
APPEALS = {"the second stands": "The second finding stood, were it better or worse.",
           "the better stands": "The better of both findings stood."}


def section(run: Simulated) -> Section | None:
    """The section on items that were brought and not taken in, by the reason that was given."""
    reasons = run.table("reasons")
    if reasons is None or not reasons["acts"].sum():
        return None
    brought = total(reasons["acts"])
    refused = reasons.filter(pl.col("reason") != TAKEN_IN, pl.col("acts") > 0).sort(
        "acts", descending=True, maintain_order=True)
    if refused.is_empty():
        return None
    part = share(total(refused["acts"]), brought)
    title = f"{percent(part, 2)} of {count(brought)} items brought were refused, most because {refused['sentence'][0]}"
    some = [Bar(_words(reason), acts / brought, percent(acts / brought, 2), ORANGE)
            for reason, acts in refused.select("reason", "acts").iter_rows()]
    figure = drawn(f"{title}. A bar for each reason.", bars(some, even_axis(
        "% of items brought", [bar.value for bar in some])))
    numbers = table("Why items were not taken in", [
        Column("reason", [_words(reason) for reason in refused["reason"]], numeric=False),
        counts("items", refused["acts"]),
        Column("what members were told", refused["sentence"].to_list(), numeric=False)])
    return Section("refused", "What was refused", [exhibit(title, figure, numbers), _appeals(run, brought)])


def _appeals(run: Simulated, brought: float) -> Markup:
    """How many items were inspected again, and what the second finding was for."""
    appeals = total(run.by_year["appeals"]) if "appeals" in run.by_year.columns else 0.0
    if not appeals:
        return Markup("")
    reading = run.parameter("secondhand", "appeal_reading", "")
    counts_for = f" {APPEALS[reading]}" if reading in APPEALS else ""
    return paragraph(f"{counted(appeals, 'item')} ({percent(share(appeals, brought), 2)} of those brought) "
                     f"{'was' if appeals == 1 else 'were'} inspected again, because members held that the first "
                     f"finding was too low.{counts_for}")


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def areas_section(run: Simulated) -> Section | None:
    """The section on what was carried between areas and what those who moved did with their things."""
    parts = [each for each in (_carried(run), _movers(run)) if each]
    return Section("areas", "Between areas", parts) if parts else None


def _carried(run: Simulated) -> Markup | None:
    years, goods = run.by_year, run.shown_goods.filter(pl.col("carried") > 0)
    if goods.is_empty():
        return None
    part = share(total(years["carried"]), total(years["passed_on"]))
    title = f"{percent(part, 2)} of the items passed on came from another area"
    some = [Bar(label, part, percent(part, 2)) for label, part in goods.select(
        "label", pl.col("carried") / pl.col("passed_on")).sort("carried", descending=True).iter_rows()]
    figure = drawn(f"{title}. A bar for each good.", bars(some, even_axis(
        "carried, % of items passed on", [bar.value for bar in some])))
    return exhibit(title, figure, table(f"Carried between areas{run.of_all}", [
        good_column(goods), counts("carried", goods["carried"]), counts("passed on", goods["passed_on"]),
        shares("carried", goods["carried"], goods["passed_on"])]))


def _movers(run: Simulated) -> Markup | None:
    years = run.by_year
    sold, taken = total(years["sold_on_moving"]), total(years["taken_along"])
    if not sold + taken:
        return None
    title = f"Who moved sold {percent(share(sold, sold + taken), 2)} of their things and took the others along"
    figure = by_year(run, title, [Line("taken along", years["taken_along"].to_list(), BLUE),
                                  Line("sold", years["sold_on_moving"].to_list(), GREEN)],
                     "items a year", percent=False)
    some = years.filter(pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("Things of those who moved", [
        year_column(run.shown_years), counts("sold", some["sold_on_moving"]),
        counts("taken along", some["taken_along"]),
        shares("sold", some["sold_on_moving"], some["sold_on_moving"] + some["taken_along"])]))
