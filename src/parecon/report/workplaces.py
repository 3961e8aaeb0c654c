"""What the page says about workplaces: social benefit over social cost, by workplace and by sector."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import polars as pl

from parecon.report.bars import Bar, bars, histogram
from parecon.report.figures import Axis, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import count, counted, number, percent
from parecon.report.read import Run
from parecon.report.style import BLUE, ORANGE, drawn

FEW_COUNCILS = 20  # up to here each worker council is a bar
SECTORS_EACH_WAY = 7
BINS = 30
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100)
BOUNDS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)  # of the rows of the table
BANDS = [f"below {BOUNDS[0]:g}", *(f"{low:g} to {high:g}" for low, high in pairwise(BOUNDS)), f"{BOUNDS[-1]:g} or more"]
RATIO, PLACES = pl.col("benefit_to_cost"), pl.col("establishments")
HAIR = 1e-9  # keeps a ratio of 1 that was computed as .9999999 on the right side of 1
BELOW = RATIO < 1 - HAIR
RECEIPTS, SALES = pl.col("receipts"), RATIO * pl.col("input_cost")
MEANING = ("SB/SC: the social benefit of what a workplace makes over the social cost of what it uses, "
           "at the prices of the plan. Below 1 it uses more than it gives.")


def section(run: Run) -> Section | None:
    """The section on workplaces: how SB/SC is spread, who is below 1, which sectors stand out."""
    workers = run.table("workers")
    if workers is None:
        return None
    rated = workers.filter(RATIO.is_finite() & PLACES.is_finite() & (PLACES > 0))
    facts = _facts(rated)
    if not facts["councils"]:
        return None
    few = facts["councils"] <= FEW_COUNCILS
    parts = [paragraph(MEANING), _each(run, rated, facts) if few else _spread(rated, facts)]
    parts += [] if few else [_sectors(run, rated)]
    if facts["credited"]:
        parts.insert(1, paragraph(
            f"{percent(facts['credited'] / facts['places'], 2)} of workplaces are below 1 and receive more than what "
            "they sell is worth (subsidies, credits for permits), so that they can spend more than it is worth."))
    least = facts["at_minimum"]
    if least:
        parts.insert(1, paragraph(
            f"{counted(least, 'worker council')} ({percent(facts['places_at_minimum'] / facts['places'], 2)} of "
            "workplaces) had increasing returns and proposed a second-order minimum: by the formula of the book "
            "they would gain by making either less or more.", "warning"))
    below = percent(facts["below"] / facts["places"], 2)
    return Section("workplaces", "Workplaces", parts, tile=(below, "of workplaces have SB/SC below 1"))


def _facts(rated: pl.LazyFrame) -> dict[str, Any]:
    """Counts of councils and workplaces, of those below 1 and at a minimum, and where SB/SC lies."""
    minimum = pl.col("order") == "minimum"
    facts = rated.select(
        pl.len().alias("councils"), PLACES.sum().alias("places"), PLACES.filter(BELOW).sum().alias("below"),
        PLACES.filter(BELOW & (RECEIPTS > SALES * (1 + HAIR))).sum().alias("credited"),
        minimum.sum().alias("at_minimum"), PLACES.filter(minimum).sum().alias("places_at_minimum"),
        RATIO.quantile(0.005).alias("low"), RATIO.quantile(0.995).alias("high")).collect().row(0, named=True)
    ranked = rated.select(RATIO, PLACES).sort("benefit_to_cost").filter(PLACES.cum_sum() >= facts["places"] / 2)
    middle = ranked.head(1).collect()["benefit_to_cost"]
    return {**facts, "median": middle[0] if len(middle) else None}


def _title(facts: dict[str, Any]) -> str:
    below = facts["below"] / facts["places"]
    half = f"half of the workplaces have an SB/SC of {number(facts['median'])} or more"
    if not below:
        return f"No workplace uses more than it gives; {half}"
    return f"{percent(below, 2)} of workplaces have an SB/SC below 1; {half}"


def _spread(rated: pl.LazyFrame, facts: dict[str, Any]) -> Markup:
    low, high = min(facts["low"], 1.0), max(facts["high"], 1.0)
    step = next((s for s in STEPS if (high - low) / s <= BINS), (high - low) / BINS)
    first, last = math.floor((low - 1) / step), max(math.ceil((high - 1) / step - 1e-9), 1)
    place = ((RATIO - 1 + HAIR) / step).floor().clip(first, last - 1).cast(pl.Int64)
    sums = dict(rated.group_by(place.alias("bin")).agg(PLACES.sum()).collect().iter_rows())
    shares = [sums.get(k, 0.0) / facts["places"] for k in range(first, last)]
    edges = [1 + k * step for k in range(first, last + 1)]
    across = _ratio_axis(edges)
    title = _title(facts)
    build = histogram(edges, shares, across, even_axis("share of workplaces", shares, room=0.05), split=1.0)
    note = f"Bars of {step:g}; the first and the last also hold what lies beyond. Orange: below 1."
    return exhibit(title, drawn(f"{title}. Histogram weighted by establishments.", build),
                   _spread_table(rated, facts), note)


def _ratio_axis(edges: list[float]) -> Axis:
    marks = even_axis("", [edges[0], edges[-1]], zero=False).marks
    return Axis("SB/SC (social benefit over social cost)", edges[0], edges[-1], marks, percent=False)


def _spread_table(rated: pl.LazyFrame, facts: dict[str, Any]) -> Markup:
    band = pl.sum_horizontal((bound - HAIR <= RATIO).cast(pl.Int8) for bound in BOUNDS)
    sums = rated.group_by(band.alias("band")).agg(pl.len().alias("councils"), PLACES.sum().alias("places"))
    kept = sums.sort("band").collect().rows(named=True)
    return table(f"{counted(facts['councils'], 'worker council')}, {counted(facts['places'], 'workplace')} by SB/SC", [
        Column("SB/SC", [BANDS[row["band"]] for row in kept], numeric=False),
        Column("councils", [count(row["councils"]) for row in kept]),
        Column("workplaces", [count(row["places"]) for row in kept]),
        Column("share", [percent(row["places"] / facts["places"]) for row in kept])])


def _sectors(run: Run, rated: pl.LazyFrame) -> Markup:
    """Sectors by their mean SB/SC, weighted by establishments: all where few, else top and bottom."""
    mean = (RATIO * PLACES).sum() / PLACES.sum()
    sectors = (rated.group_by("product").agg(mean.alias("mean"), PLACES.sum().alias("places"),
                                             PLACES.filter(BELOW).sum().alias("below"))
               .join(run.goods.lazy().select(pl.col("good").alias("product"), "label"), on="product",
                     maintain_order="left")
               .sort("mean", "product", descending=[True, False]).collect())
    whole = len(sectors) <= 2 * SECTORS_EACH_WAY
    shown = sectors if whole else pl.concat([sectors.head(SECTORS_EACH_WAY), sectors.tail(SECTORS_EACH_WAY)])
    rows = shown.rows(named=True)
    some = [Bar(row["label"], row["mean"], number(row["mean"]), _colour(row["mean"])) for row in rows]
    title = f"Highest SB/SC: {rows[0]['label']} ({some[0].said}); lowest: {rows[-1]['label']} ({some[-1].said})"
    which = "" if whole else f": the {SECTORS_EACH_WAY} highest and lowest of {count(len(sectors))}"
    numbers = table(f"SB/SC by what is made, mean weighted by establishments{which}", [
        Column("makes", [row["label"] for row in rows], numeric=False),
        Column("workplaces", [count(row["places"]) for row in rows]),
        Column("SB/SC", [bar.said for bar in some]),
        Column("below 1", [percent(row["below"] / row["places"], 2) for row in rows])])
    return exhibit(title, drawn(title, bars(some, _around_one([bar.value for bar in some]), base=1.0)), numbers)


def _colour(ratio: float) -> str:
    return ORANGE if ratio < 1 - HAIR else BLUE


def _around_one(values: list[float]) -> Axis:
    return even_axis("SB/SC (social benefit over social cost)", [*values, 1.0], percent=False, zero=False)


def _each(run: Run, rated: pl.LazyFrame, facts: dict[str, Any]) -> Markup:
    """Every worker council as a bar, the highest SB/SC first."""
    made = run.goods.lazy().select(pl.col("good").alias("product"), "label", "unit")
    rows = rated.join(made, on="product").sort(
        "benefit_to_cost", "council", descending=[True, False]).collect().rows(named=True)
    some = [Bar(f"{row['council']}: {row['label']}", row["benefit_to_cost"], number(row["benefit_to_cost"]),
                _colour(row["benefit_to_cost"])) for row in rows]
    title = _title(facts)
    numbers = table(f"Worker councils, amounts in {run.currency} a year", [
        Column("council", [str(row["council"]) for row in rows], numeric=False),
        Column("makes", [row["label"] for row in rows], numeric=False),
        Column("output", [f"{number(row['output'])} {row['unit']}" for row in rows]),
        Column("receipts", [number(row["receipts"]) for row in rows]),
        Column("input cost", [number(row["input_cost"]) for row in rows]),
        Column("SB/SC", [bar.said for bar in some])])
    return exhibit(title, drawn(title, bars(some, _around_one([b.value for b in some]), base=1.0)), numbers)
