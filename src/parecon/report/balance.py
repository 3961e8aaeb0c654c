"""What the page says about goods still short or left over at the end, and about why prices moved."""

from __future__ import annotations

from typing import Any

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import BECAUSE_OF, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import LEAST_WRITTEN, change, count, level, listed, number, percent
from parecon.report.prices import FEW_GOODS
from parecon.report.read import Run
from parecon.report.style import BLUE, ORANGE, drawn

GAPS_EACH_WAY = 8
GOODS_EXPLAINED, REASONS_PER_GOOD = 6, 3


def section(run: Run) -> Section | None:
    """The section on supply and demand at the end: what is still short, what is left over."""
    gap = 2 * (pl.col("supply") - pl.col("demand")) / (pl.col("supply") + pl.col("demand"))
    goods = run.goods.with_columns(gap.alias("gap")).filter(pl.col("gap").is_finite()).sort("gap")
    if goods.is_empty():
        return None
    if _widest(goods) < LEAST_WRITTEN:
        return Section("supply-and-demand", "Supply and demand at the end", [paragraph(
            f"Supply and demand met: no good of {count(len(goods))} was short or left over by "
            f"{level(LEAST_WRITTEN)} or more.")])
    rows, title = _largest(goods), _finding(goods)
    some = [Bar(row["label"], row["gap"], "", ORANGE if row["gap"] < 0 else BLUE) for row in rows]
    axis = even_axis("supply minus demand, % of their average", [bar.value for bar in some], room=0.05)
    marks = [level for level in (-run.threshold, run.threshold) if axis.low <= level <= axis.high]
    note = "Left, in orange: shortages. Right, in blue: surpluses." + (" Dashed: the threshold." if marks else "")
    figure = drawn(f"{title}. {note}", bars(some, axis, marks=marks))
    return Section("supply-and-demand", "Supply and demand at the end",
                   [exhibit(title, figure, _gap_table(rows, len(goods)), note)])


def _widest(goods: pl.DataFrame) -> float:
    return max(-goods["gap"][0], goods["gap"][-1])


def _finding(goods: pl.DataFrame) -> str:
    least, most = goods.row(0, named=True), goods.row(-1, named=True)
    short = f"the largest shortage was of {least['label']} ({percent(-least['gap'], 2)})" if least["gap"] < 0 else ""
    over = f"the largest surplus of {most['label']} ({percent(most['gap'], 2)})" if most["gap"] > 0 else ""
    found = listed([words for words in (short, over) if words])
    return f"When planning stopped, {found}"


def _largest(goods: pl.DataFrame) -> list[dict[str, Any]]:
    """Every good where they are few, else the largest shortages and surpluses, shortages first."""
    if len(goods) <= FEW_GOODS:
        return goods.rows(named=True)
    short, over = goods.filter(pl.col("gap") < 0), goods.filter(pl.col("gap") > 0)
    return pl.concat([short.head(GAPS_EACH_WAY), over.tail(GAPS_EACH_WAY)]).rows(named=True)


def _gap_table(rows: list[dict[str, Any]], goods: int) -> Markup:
    which = "" if len(rows) == goods else f": the largest shortages and surpluses of {count(goods)} goods"
    return table(f"Supply and demand a year{which}", [
        Column("good", [row["label"] for row in rows], numeric=False),
        Column("supply", [number(row["supply"], 5) for row in rows]),
        Column("demand", [number(row["demand"], 5) for row in rows]),
        Column("unit", [row["unit"] for row in rows], numeric=False),
        Column("gap", [percent(row["gap"]) for row in rows])])


def why_section(run: Run) -> Section | None:
    """The section on the board's reasons: which goods' imbalance moved a price."""
    why = run.table("why")
    if why is None:
        return None
    explained = _explained(run, why)
    if explained.is_empty():
        return None
    blocks = explained.partition_by(["round", "good"], maintain_order=True)
    rows = [_reason_bar(row) for block in blocks for row in block.rows(named=True)]
    axis = even_axis("share of the change of the price", [bar.value for bar in rows])
    first = blocks[0].row(0, named=True)
    cause = "its own" if first["good"] == first["cause_good"] else f"{first['cause']}'s"
    title = (f"The price of {first['label']} moved most in one round "
             f"({change(first['price_after'] / first['price_before'])}), most of all by {cause} market")
    said = paragraph("When the board revises prices it takes all goods together: a shortage of wheat moves the price "
                     "of bread. These are the largest moves and the goods behind them.")
    note = "Orange: the good's own market. Blue: another good's. A negative share held the price back."
    return Section("why", "Why prices moved", [said, exhibit(
        title, drawn(f"{title}. Shares by cause.", bars(rows, axis)), _why_table(blocks), note)])


def _explained(run: Run, why: pl.LazyFrame) -> pl.DataFrame:
    """The main causes of the largest moves of prices, one good once, the largest move first."""
    names = run.goods.lazy().select("good", "label", "unit")
    causes = names.select(pl.col("good").alias("cause_good"), pl.col("label").alias("cause"))
    move = (pl.col("price_after") / pl.col("price_before")).log().abs()
    moves = (why.with_columns(move.alias("move")).filter(pl.col("move").is_finite())
             .group_by("good", "round").agg(pl.col("move").max()).sort("move", "good", descending=[True, False])
             .unique("good", keep="first", maintain_order=True).head(GOODS_EXPLAINED))
    size = pl.col("share_of_change").abs()
    rows = (why.join(moves, on=["good", "round"]).join(names, on="good").join(causes, on="cause_good")
            .sort("move", "good", size, descending=[True, False, True]))
    return rows.group_by("good", maintain_order=True).head(REASONS_PER_GOOD).collect()


def _reason_bar(row: dict[str, Any]) -> Bar:
    own = row["good"] == row["cause_good"]
    label = f"{row['label']}{BECAUSE_OF}{'itself' if own else row['cause']}"
    return Bar(label, row["share_of_change"], percent(row["share_of_change"], 2), ORANGE if own else BLUE)


def _why_table(blocks: list[pl.DataFrame]) -> Markup:
    heads = [block.row(0, named=True) for block in blocks]
    reasons = [listed([f"{row['cause']} {percent(row['share_of_change'], 2)}" for row in block.rows(named=True)])
               for block in blocks]
    return table("The largest moves of prices and what was behind them", [
        Column("good", [row["label"] for row in heads], numeric=False),
        Column("round", [count(row["round"]) for row in heads]),
        Column("before", [number(row["price_before"]) for row in heads]),
        Column("after", [number(row["price_after"]) for row in heads]),
        Column("because of", reasons, numeric=False)])
