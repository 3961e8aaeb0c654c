"""What the page of a simulation says of the federation's account: what came in and went out, and who bore the rest."""

from __future__ import annotations

from typing import Any

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import counted, money_unit, number, percent
from parecon.report.simulation_figures import by_year
from parecon.report.simulation_read import MCR_A_CREDIT, Simulated, mean, share, total, year_column
from parecon.report.style import BLUE, ORANGE, drawn

PARTS = (("paid_mcr", "paid by buyers", 1), ("credited_mcr", "credited to sellers", -1),
         ("inspection_mcr", "inspection", -1), ("holding_mcr", "keeping in stores", -1),
         ("transport_mcr", "carrying between areas", -1), ("shelves_change_mcr", "worth of the shelves", 1))
"""The parts of the result, what they are called, and whether they add to it or are taken from it."""
COSTS = ("inspection_mcr", "holding_mcr", "transport_mcr")
BORNE = {
    "guaranteed": "Prices hold for the whole year. What the exchange gains or loses by them is shared by all "
                  "households, each the same.",
    "spot": "Sellers get what buyers pay, less the costs. The exchange keeps nothing and owes nothing.",
    "true-up": "Provisional prices are charged on the day. After the year buyers are settled to the prices that would "
               "have cleared it, and sellers get what is left, so that the exchange keeps nothing.",
}


def section(run: Simulated) -> Section | None:
    """The section on the federation's account by year."""
    account = run.federation
    if not total(account["paid_mcr"]) + total(account["credited_mcr"]):
        return None
    parts = [paragraph(BORNE.get(run.mode, "")), _shared(run), _parts(run)]
    parts += [_true_ups(run)] if run.mode == "true-up" else []
    return Section("federation", "The federation's account", parts, _said(run), _tile(run))


def _per_household(run: Simulated, amounts: pl.Series | float) -> Any:
    return amounts / MCR_A_CREDIT / run.households


def _said(run: Simulated) -> str:
    """How many years ended with a gain, or a loss."""
    shared = run.federation["shared_by_all_mcr"]
    gains, losses = total(shared > 0), total(shared < 0)
    each = "in the year" if run.length == 1 else f"in each of {run.length} years"
    if not gains + losses:
        return f"The exchange gained and lost exactly nothing {each}."
    if run.length in {gains, losses}:
        return f"The exchange ended with a {'gain' if gains else 'loss'} {each}, which all households shared alike."
    return (f"The exchange ended {counted(gains, 'year')} with a gain and {counted(losses, 'year')} with a loss, which "
            "all households shared alike.")


def _tile(run: Simulated) -> tuple[str, str]:
    value = run.measure("result_shared_by_all")
    if not value:
        return "0", "credits kept by the exchange: all went to sellers and those who did the work"
    what = "credits a year the exchange gave each household" if value > 0 else (
        "credits a year each household paid for the exchange")
    return number(abs(value)), what


def _shared(run: Simulated) -> Markup:
    """What each household was given, or paid, each year."""
    shared = _per_household(run, run.federation["shared_by_all_mcr"])
    if not any(shared):
        return Markup(f'<p class="verdict good">{_said(run)}<span>All that the exchange was paid, less all that it '
                      "paid and owes for its shelves, is zero to the milli-credit.</span></p>")
    title = _best_and_worst(shared)
    some = run.federation.filter(pl.col("year").is_in(run.shown_years))
    each = _per_household(run, some["shared_by_all_mcr"])
    rows = [Bar(f"year {year}", value, number(value), BLUE if value >= 0 else ORANGE)
            for year, value in zip(run.shown_years, each, strict=True)]
    figure = drawn(f"{title}. A bar for each year.", bars(rows, even_axis("credits a household", list(each),
                                                                        percent=False)))
    return exhibit(title, figure, table("Shared by all households", [
        year_column(run.shown_years), Column("credits a household", [number(value) for value in each]),
        Column("% of what buyers paid", [percent(share(*pair)) for pair in some.select(
            "shared_by_all_mcr", "paid_mcr").iter_rows()])]),
        "Blue: a gain, given to all. Orange: a loss, paid by all.")


def _best_and_worst(shared: pl.Series) -> str:
    """What each household was given, or paid, in the best year and in the worst.

    >>> _best_and_worst(pl.Series([12.0, -3.0]))
    'The exchange gave each household 12.0 credits in year 1 and cost 3.00 in year 2'
    >>> _best_and_worst(pl.Series([-3.0]))
    'The exchange cost each household 3.00 credits'
    """
    best, worst = int(shared.arg_max() or 0), int(shared.arg_min() or 0)
    first, then = ("gave" if shared[year] > 0 else "cost" for year in (best, worst))
    said = f"The exchange {first} each household {number(abs(shared[best]))} credits"
    if len(shared) == 1:
        return said
    other = f"{number(abs(shared[worst]))} in year {worst + 1}"
    return f"{said} in year {best + 1} and {other if then == first else f'{then} {other}'}"


def _parts(run: Simulated) -> Markup:
    """The account by its parts: the mean of all years for a household beside its figure, and all of it by year."""
    account = run.federation
    rest = {"guaranteed": "result", "true-up": "left before settling"}.get(run.mode, "left")
    means = {what: sign * _per_household(run, mean(account[name])) for name, what, sign in PARTS if any(account[name])}
    means[rest] = _per_household(run, mean(account["total_mcr"]))
    some = [Bar(what, value, number(value), BLUE if value >= 0 else ORANGE) for what, value in means.items()]
    paid, credited = (means.get(what, 0.0) for what in ("paid by buyers", "credited to sellers"))
    costs = -sum(means.get(what, 0.0) for name, what, _ in PARTS if name in COSTS)
    title = (f"Buyers paid {number(paid)} credits a household a year; sellers were credited {number(-credited)}, "
             f"and the work cost {number(costs)}")
    axis = even_axis("credits a household a year", [bar.value for bar in some], percent=False)
    numbers = table("Mean of all years", [
        Column("part", list(means), numeric=False),
        Column("credits a household a year", [number(value) for value in means.values()]),
        Column("% of what buyers paid", [percent(share(value, paid)) for value in means.values()])])
    note = "As charged and credited on the day, before settling." if run.mode == "true-up" else ""
    return Markup(exhibit(title, drawn(f"{title}. A bar for each part.", bars(some, axis)), numbers, note)
                  + _account(run, rest))


def _account(run: Simulated, rest: str) -> Markup:
    """The account of each year in whole."""
    some = run.federation.filter(pl.col("year").is_in(run.shown_years))
    names = [(name, what, sign) for name, what, sign in (*PARTS, ("total_mcr", rest, 1),
                                                         ("shared_by_all_mcr", "shared by all", 1))
             if any(some[name]) or name.endswith(("total_mcr", "all_mcr"))]
    factor, unit = money_unit("credits", [value / MCR_A_CREDIT for name, *_ in names for value in some[name]])
    columns = [Column(what, [number(sign * value / MCR_A_CREDIT * factor, 4) for value in some[name]])
               for name, what, sign in names]
    return table(f"The account of the whole exchange by year, {unit}", [year_column(run.shown_years), *columns])


def _true_ups(run: Simulated) -> Markup:
    spread = run.federation["true_up_spread"]
    title = f"Buyers' settlements after the year differed by {percent(mean(spread), 2)} of what they had paid"
    figure = by_year(run, title, [Line("spread", spread.to_list(), BLUE, 3.0)], "% of the price paid on the day",
                     percent=True)
    some = run.federation.filter(pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("Settlements of buyers", [
        year_column(run.shown_years), Column("standard deviation, % of price", [
            percent(value) for value in some["true_up_spread"]])]),
        "The standard deviation of what buyers were given or asked for after the year, beside what they had paid.")
