"""What the page of a simulation says of collectables: what all got, what reverted, who took things, where they are."""

from __future__ import annotations

import polars as pl

from parecon.report.figures import Line
from parecon.report.html import Column, Markup, Section, exhibit, table
from parecon.report.numbers import count, counted, number, percent
from parecon.report.simulation_figures import by_month, by_year
from parecon.report.simulation_read import (
    MCR_A_CREDIT,
    Simulated,
    amounts,
    counts,
    most,
    share,
    shares,
    total,
    year_column,
)
from parecon.report.style import BLUE, GREEN, GREY, ORANGE

STANDING = ("on_shelf", "in_museums")
AMOUNTS = ("windfall_mcr", "reverted_mcr", "inherited_mcr")
WINDFALL = ("Where more want a thing than there are, it goes to the highest offers, and what is paid beyond its cost "
            "to all households alike. Below 0: what was bought back cost more than was paid for things.")


def section(run: Simulated) -> Section | None:
    """The section on collectables."""
    months = run.by_months("collectables")
    if months is None:
        return None
    years = months.group_by("year", maintain_order=True).agg(
        pl.exclude("month", *STANDING).sum(), pl.col(STANDING).last()).with_columns(
        pl.col(AMOUNTS) / MCR_A_CREDIT)
    reverted, relatives = total(years["reverted_mcr"]), total(years["taken_by_relatives"])
    said = (f"Of collectors who died, things worth {number(reverted)} credits reverted to society; their relatives "
            f"took {counted(relatives, 'thing')} before others could.") if reverted else ""
    parts = [_windfall(run, years), _estates(run, years), _taken(run, years), _standing(run, months, years)]
    value = run.measure("windfall_of_collectables")
    tile = None if value is None else (number(value), "credits a year each household got from collectables")
    return Section("collectables", "Collectables", [part for part in parts if part], said, tile)


def _some(run: Simulated, years: pl.DataFrame) -> pl.DataFrame:
    return years.filter(pl.col("year").is_in(run.shown_years))


def _windfall(run: Simulated, years: pl.DataFrame) -> Markup | None:
    each = years["windfall_mcr"] / run.households
    if not any(each):
        return None
    title = _brought(each)
    figure = by_year(run, title, [Line("to each household", each.to_list(), GREEN, 3.0)],
                     "credits a household a year", percent=False)
    some = _some(run, years)
    return exhibit(title, figure, table("Windfall, shared by all households", [
        year_column(run.shown_years), amounts("credits, all households", some["windfall_mcr"]),
        amounts("credits a household", some["windfall_mcr"] / run.households)]), WINDFALL)


def _brought(each: pl.Series) -> str:
    """What a household got, or paid, in the mean year and in the one in which it was most.

    >>> _brought(pl.Series([12.0, 4.0]))
    'Scarce collectables brought each household 8.00 credits a year, most in year 1: 12.0'
    >>> _brought(pl.Series([-3.0]))
    'Collectables cost each household 3.00 credits a year'
    """
    total_of_all = total(each)
    does = "Scarce collectables brought" if total_of_all >= 0 else "Collectables cost"
    signed = each if total_of_all >= 0 else -each
    best = f", most in year {int(signed.arg_max() or 0) + 1}: {number(most(signed))}" if len(each) > 1 else ""
    return f"{does} each household {number(abs(total_of_all) / len(each))} credits a year{best}"


def _estates(run: Simulated, years: pl.DataFrame) -> Markup | None:
    """What became of the worth that collectors left behind."""
    reverted, inherited = total(years["reverted_mcr"]), total(years["inherited_mcr"])
    if not reverted + inherited:
        return None
    title = (f"Of the worth that collectors left behind {percent(share(reverted, reverted + inherited), 2)} reverted "
             f"to society and {percent(share(inherited, reverted + inherited), 2)} stayed with heirs")
    some = _some(run, years)
    figure = by_year(run, title, [Line("reverted", (years["reverted_mcr"] / run.households).to_list(), BLUE),
                                  Line("stayed with heirs", (years["inherited_mcr"] / run.households).to_list(),
                                       ORANGE)], "credits a household a year", percent=False)
    numbers = table("Estates: worth in credits", [
        year_column(run.shown_years), counts("deaths", some["deaths"]), *_if_any("gifts while alive", some["gifts"]),
        amounts("reverted", some["reverted_mcr"]), amounts("with heirs", some["inherited_mcr"]),
        shares("share with heirs", some["inherited_mcr"], some["inherited_mcr"] + some["reverted_mcr"])])
    return exhibit(title, figure, numbers, _counted(run))


def _if_any(heading: str, values: pl.Series) -> list[Column]:
    return [counts(heading, values)] if any(values) else []


def _counted(run: Simulated) -> str:
    least = run.parameter("secondhand.collectables", "least_reverting_mcr", None)
    above = "of a substantial price" if least is None else f"of a price above {count(least / MCR_A_CREDIT)} credits"
    return (f"Counted are things {above}, at what their kind last went at. With heirs: gifts that stand, and what was "
            "handed on unreported or never registered.")


def _taken(run: Simulated, years: pl.DataFrame) -> Markup | None:
    relatives, others = total(years["taken_by_relatives"]), total(years["passed_on"])
    if not relatives + others:
        return None
    title = (f"Relatives took {counted(relatives, 'thing')} before others could; {count(others)} went to the highest "
             "offers")
    figure = by_year(run, title, [Line("to highest offers", years["passed_on"].to_list(), BLUE),
                                  Line("to relatives", years["taken_by_relatives"].to_list(), ORANGE),
                                  Line("handed back", years["handed_back"].to_list(), GREY)],
                     "things a year", percent=False)
    some = _some(run, years)
    return exhibit(title, figure, table("Things that changed hands", [
        year_column(run.shown_years), counts("handed back by the living", some["handed_back"]),
        counts("taken by relatives", some["taken_by_relatives"]),
        counts("to the highest offers", some["passed_on"])]),
        "What a dead collector's relatives take they pay for, as others would have to.")


def _standing(run: Simulated, months: pl.DataFrame, years: pl.DataFrame) -> Markup:
    shelf, museums = (int(years[name][-1]) for name in STANDING)
    title = (f"At the end {counted(shelf, 'thing')} {'waits' if shelf == 1 else 'wait'} on the federation's shelf, and "
             f"{count(museums) if museums else 'none'} {'is' if museums == 1 else 'are'} in museums")
    named = [Line(words, months[name].to_list(), colour) for name, words, colour in (
        ("on_shelf", "on the shelf", GREEN), ("in_museums", "in museums", BLUE)) if any(months[name])]
    some = _some(run, years)
    numbers = table("Things at the end of the year", [
        year_column(run.shown_years), counts("on the shelf", some["on_shelf"]),
        *_if_any("in museums", some["in_museums"])])
    return exhibit(title, by_month(title, named, "things") if named else Markup(""), numbers,
                   "On the shelf is what nobody has offered the announced price for.")
