"""What the page says about prices: where they ended against where they began, and by which path."""

from __future__ import annotations

import math

import polars as pl

from parecon.report.bars import Range, ranges
from parecon.report.figures import Line, lines, ratio_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import change, count, listed, number, percent
from parecon.report.read import Run
from parecon.report.style import BLUE, GREY, ORANGE, drawn

FEW_GOODS = 14  # up to here every good is shown, beyond it the largest and the spread
FURTHEST = 10  # goods whose path is shown where they are many
UNMOVED = 5e-4  # relative; a smaller move of a price is none


def section(run: Run) -> Section | None:
    """The section on prices: where they ended against where they began."""
    goods = run.goods.filter((pl.col("price") > 0) & (pl.col("start_price") > 0) & pl.col("price").is_finite())
    if goods.is_empty():
        return None
    moved = goods.with_columns((pl.col("price") / pl.col("start_price")).alias("ratio")).sort("ratio")
    if float((moved["ratio"] - 1).abs().max()) < UNMOVED:  # type: ignore[arg-type]
        unmoved = paragraph(f"No price had to move: all {count(len(moved))} ended where they began.")
        return Section("prices", "Prices", [unmoved], "No price had to move.")
    parts = [_classes(run, moved)] if len(moved) > FEW_GOODS else []
    return Section("prices", "Prices", [*parts, _movers(run, moved)], _sentence(moved),
                   (percent(_typical(moved), 2), "by which the median price moved"))


def _typical(moved: pl.DataFrame) -> float:
    """By how much the median price moved, up or down, as a fraction of its start."""
    return float((moved["ratio"] - 1).abs().median())  # type: ignore[arg-type]


def _sentence(moved: pl.DataFrame) -> str:
    top, bottom = moved.row(-1, named=True), moved.row(0, named=True)
    ends = ((top, "rose", top["ratio"] > 1 + UNMOVED), (bottom, "fell", bottom["ratio"] < 1 - UNMOVED))
    said = [f"that of {row['label']} {way} the most ({change(row['ratio'])})" for row, way, it_did in ends if it_did]
    return f"Of all prices, {listed(said)}."


def _classes(run: Run, moved: pl.DataFrame) -> Markup:
    ratio = pl.col("ratio")
    spread = moved.group_by("class").agg(
        ratio.min().alias("least"), ratio.quantile(0.1, "nearest").alias("tenth"), ratio.median().alias("median"),
        ratio.quantile(0.9, "nearest").alias("ninetieth"), ratio.max().alias("most"), pl.len().alias("goods"))
    rows = {row["class"]: row for row in spread.iter_rows(named=True)}
    some = [rows[c] for c in run.classes if c in rows]
    drawn_rows = [Range(r["class"], *(r[k] for k in ("least", "tenth", "median", "ninetieth", "most"))) for r in some]
    axis = ratio_axis("price at the end, % of the start price", [v for r in drawn_rows for v in (r.least, r.most)])
    most = max(some, key=lambda row: abs(math.log(row["median"])))
    which = "median price" if most["goods"] > 1 else "price"
    title = (f"Half of all prices moved by more than {percent(_typical(moved), 2)}; "
             f"the {which} of {most['class']} moved furthest ({change(most['median'])})")
    columns = [Column("class", [r["class"] for r in some], numeric=False),
               Column("goods", [count(r["goods"]) for r in some])]
    columns += [Column(heading, [percent(r[key]) for r in some]) for heading, key in
                (("least", "least"), ("10 %", "tenth"), ("median", "median"), ("90 %", "ninetieth"), ("most", "most"))]
    note = "Thin line: least to most. Thick: the middle 80 % of the goods. Orange: the median. 100 %: the start price."
    return exhibit(title, drawn(title, ranges(drawn_rows, axis, mark=1.0)),
                   table("Price at the end as a share of the start price", columns), note)


def _movers(run: Run, moved: pl.DataFrame) -> Markup:
    """The path of prices: of every good where they are few, of those that moved most where they are many."""
    furthest = moved.sort(pl.col("ratio").log().abs(), descending=True, maintain_order=True).head(FURTHEST)
    picked = moved if len(moved) <= FEW_GOODS else furthest.sort("ratio")
    rows = picked.reverse().rows(named=True)
    paths = _paths(run, picked)
    some = [Line(row["label"], paths[row["good"]], _colour(row["ratio"]), 1.8) for row in rows]
    axis = ratio_axis("price, % of the start price", [v for line in some for v in line.values if v is not None])
    title = _sentence(moved).removesuffix(".")
    columns = [Column("good", [row["label"] for row in rows], numeric=False),
               Column("start", [number(row["start_price"]) for row in rows]),
               Column("end", [number(row["price"]) for row in rows]),
               Column("change", [change(row["ratio"], 3) for row in rows]),
               Column("per", [row["unit"] for row in rows], numeric=False)]
    which = "" if len(picked) == len(moved) else f": the {len(picked)} that moved furthest of {count(len(moved))}"
    return exhibit(title, drawn(f"{title}. Prices by round, as a share of the start price.", lines([("", some)], axis)),
                   table(f"Prices in {run.currency}{which}", columns))


def _colour(ratio: float) -> str:
    return GREY if abs(ratio - 1) < UNMOVED else ORANGE if ratio > 1 else BLUE


def _paths(run: Run, picked: pl.DataFrame) -> dict[int, list[float | None]]:
    """The price of each picked good by round, over its start price."""
    wanted = picked.select("good", "start_price").lazy()
    rows = (pl.scan_parquet(run.folder / "rounds.parquet").filter(pl.col("rule") == run.rule)
            .join(wanted, on="good").sort("good", "round")
            .select("good", pl.col("price") / pl.col("start_price")).collect())
    kept = rows.with_columns(pl.when(pl.col("price").is_finite() & (pl.col("price") > 0)).then("price"))
    return {good[0]: some["price"].to_list() for good, some in kept.group_by(["good"], maintain_order=True)}
