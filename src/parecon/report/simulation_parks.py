"""What the page of a simulation says of parks: what need not be owned, how many pieces serve how many, their use."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from parecon.report.html import Column, Markup, Section, exhibit, table
from parecon.report.numbers import NOTHING, count, counted, number, percent
from parecon.report.simulation_figures import Said, by_good_and_year
from parecon.report.simulation_read import (
    Simulated,
    amounts,
    counts,
    good_column,
    most,
    share,
    shares,
    total,
    year_column,
)

FLOWS = ("wishes", "refused", "hours", "given", "bought", "handed_in")
STANDING = ("owned", "relying", "in_parks")
WEEKS_A_MONTH = 52 / 12
FULL_COLOUR = 0.5  # of the share that parks serve, from which on a field has its full colour


def section(run: Simulated) -> Section | None:
    """The section on parks: of the goods that parks keep, each with what stood at the end of each year."""
    months = run.of_goods("parks")
    if months is None:
        return None
    years = months.group_by("good", "label", "year", maintain_order=True).agg(
        pl.col(FLOWS).sum(), pl.col(STANDING).last(), pl.col("in_parks").sum().alias("piece_months"))
    last = years.filter(pl.col("year") == pl.col("year").max())
    kept = run.shown_goods.filter(pl.col("good").is_in(years["good"].unique().to_list()))
    relying, owned = total(last["relying"]), total(last["owned"])
    said = (f"Of what parks keep, households own {number(share(owned, run.households))} things each at the end and "
            f"rely on parks for {number(share(relying, run.households))}.")
    parts = [_relied(run, kept, years, last), _pieces(run, kept, years), _use(run, kept, years),
             _given(run, kept, years)]
    value = run.measure("relied_on_parks_for")
    tile = None if value is None else (number(100 * value), "things that 100 households rely on parks for at the end")
    return Section("parks", "Parks", [part for part in parts if part], said, tile)


def _goods_of(kept: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """The rows of the goods that are shown, in their order."""
    return kept.select("good", "label").join(sums.drop("label", strict=False), on="good", how="left",
                                             maintain_order="left")


def _relied(run: Simulated, kept: pl.DataFrame, years: pl.DataFrame, last: pl.DataFrame) -> Markup:
    part = pl.col("relying") / (pl.col("relying") + pl.col("owned"))
    shown = years.with_columns(part.fill_nan(None).alias("value"))
    ends = _goods_of(kept, last)
    best = ends.with_columns(part.fill_nan(0.0).alias("part")).sort("part", descending=True, maintain_order=True)
    all_of = share(total(last["relying"]), total(last["relying"]) + total(last["owned"]))
    title = f"Of those with a use for what parks keep, {percent(all_of, 2)} rely on a park for it at the end"
    title += f"; most often for {best['label'][0]}: {percent(best['part'][0], 2)}" if len(ends) > 1 and all_of else ""
    figure = by_good_and_year(run, title, shown, _tenths, "% that rely on a park for it", goods=kept)
    return exhibit(title, figure, table("At the end, things a hundred households", [
        good_column(ends), *(amounts(heading, 100 * ends[name] / run.households) for heading, name in (
            ("owned", "owned"), ("relied on parks for", "relying"))),
        shares("rely on a park", ends["relying"], ends["relying"] + ends["owned"])]),
        "Of the households that own one or rely on the park for it, % that rely on the park, at the end of the year.")


def _tenths(part: float) -> tuple[float, str]:
    return part / FULL_COLOUR, number(100 * part, 2)


def _of_most(largest: float, written: Callable[[float], str] = lambda value: number(value, 2)) -> Said:
    """Coloured by how near a value comes to the largest there is."""
    return lambda value: (value / largest if largest else 0.0, written(value))


def _pieces(run: Simulated, kept: pl.DataFrame, years: pl.DataFrame) -> Markup | None:
    shown = years.with_columns(pl.when(pl.col("in_parks") > 0).then(pl.col("relying") / pl.col("in_parks")).alias(
        "value"))
    by_year = years.group_by("year", maintain_order=True).agg(pl.col(*STANDING).sum()).filter(
        pl.col("year").is_in(run.shown_years))
    pieces, relying = int(by_year["in_parks"][-1]), int(by_year["relying"][-1])
    if not pieces:
        return None
    title = (f"At the end {counted(pieces, 'piece stands', 'pieces stand')} in parks instead of {count(relying)} in "
             f"homes: {number(relying / pieces, 2)} households share one")
    figure = by_good_and_year(run, title, shown, _of_most(most(shown["value"])), "households a piece",
                              percent=False, goods=kept)
    return exhibit(title, figure, table("At the end of the year, all goods that parks keep", [
        year_column(run.shown_years), counts("owned", by_year["owned"]),
        counts("relied on parks for", by_year["relying"]), counts("pieces in parks", by_year["in_parks"])]),
        "Households that rely on parks for each piece at the end of the year."
        + (f" {NOTHING} parks have none." if shown["value"].null_count() else ""))


def _use(run: Simulated, kept: pl.DataFrame, years: pl.DataFrame) -> Markup | None:
    """How long pieces are booked, and how many wishes met none that was free."""
    wishes, refused = total(years["wishes"]), total(years["refused"])
    if not wishes:
        return None
    shown = years.with_columns(pl.when(pl.col("piece_months") > 0).then(
        pl.col("hours") / pl.col("piece_months")).alias("value"))
    hours = share(total(years["hours"]), total(years["piece_months"]))
    title = (f"A piece is booked for {number(hours, 2)} hours a month; "
             f"{percent(refused / wishes, 2) if refused else 'none'} of {count(wishes)} wishes found none free")
    figure = by_good_and_year(run, title, shown, _of_most(most(shown["value"])), "hours a piece and month",
                              percent=False, goods=kept)
    sums = _goods_of(kept, years.group_by("good").agg(pl.col(*FLOWS, "piece_months").sum()))
    wanted = run.parameter("secondhand.parks", "wanted_hours_a_week", None)
    of = "" if wanted is None else (f" People want things in about {wanted * WEEKS_A_MONTH:.0f} hours of a month.")
    return exhibit(title, figure, table("Bookings in all years", [
        good_column(sums), counts("wishes", sums["wishes"]), counts("refused", sums["refused"]),
        shares("refused", sums["refused"], sums["wishes"]),
        Column("hours a piece and month", [number(share(*each)) for each in sums.select(
            "hours", "piece_months").iter_rows()])]), f"Hours booked of each piece in a month.{of}")


def _given(run: Simulated, kept: pl.DataFrame, years: pl.DataFrame) -> Markup | None:
    given, handed_in, bought = (total(years[name]) for name in ("given", "handed_in", "bought"))
    if not given + handed_in + bought:
        return None
    title = (f"Households gave up {counted(given + handed_in, 'thing')} for parks: {count(given)} left to parks, "
             f"{count(handed_in)} handed in; parks bought {count(bought)} new")
    shown = years.with_columns((pl.col("given") + pl.col("handed_in")).cast(float).alias("value"))
    figure = by_good_and_year(run, title, shown, _of_most(most(shown["value"]), count), "things given up",
                              percent=False, goods=kept)
    sums = _goods_of(kept, years.group_by("good").agg(pl.col(*FLOWS, "piece_months").sum()))
    return exhibit(title, figure, table("Given up and bought in all years", [
        good_column(sums), counts("left to parks", sums["given"]), counts("handed in", sums["handed_in"]),
        counts("bought by parks", sums["bought"])]),
        "Things that households gave up in each year because a park served them. What breaks and is not replaced is "
        "not counted.")
