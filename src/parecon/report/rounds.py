"""What the page says about the rounds: how far supply and demand were apart, and how soon they met."""

from __future__ import annotations

from typing import Any

import polars as pl

from parecon.report.figures import Axis, Line, lines
from parecon.report.html import NO_FIGURE, Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import THIN, count, counted, level, percent
from parecon.report.read import Run, finite, rounds_needed
from parecon.report.style import BLUE, CLASS_COLOURS, ORANGE, drawn

THRESHOLDS = (0.20, 0.10, 0.05, 0.03, 0.01)
MOST, LEAST_DRAWN = 2.0, 1e-4  # an imbalance is at most 200 %; below .01 % a figure draws .01 %
ROWS_SHOWN = 12
ROUNDS_LIKELY_SHOWN = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200)
QUANTILES = ((f"99{THIN}% of goods", 0.99, 200), (f"90{THIN}% of goods", 0.90, 20), ("median good", 0.50, 1))
MEANING = ("Imbalance: the gap between supply and demand of a good, over their average. "
           "At 0 % they meet; 200 % is the most there can be.")


def section(run: Run) -> Section:
    """The section on rounds: imbalance by round, by quantile and by class."""
    overall, by_class = _spread(run, []), _spread(run, ["class"])
    several = any(plan["rounds"] > 1 for plan in run.plans)
    parts = [paragraph(MEANING), _all_goods(run, overall), *([_classes(run, by_class)] if several else [])]
    end = _by_round(run.plans[0], overall, "worst")[-1]
    return Section("rounds", "Rounds", parts, tile=(percent(end, 2), "worst imbalance at the end"))


def opening(run: Run) -> str:
    """One sentence: whether the plan was reached, in how many rounds, under which rule, and instead of what."""
    plan, needed = run.plans[0], rounds_needed(run.plans[0], run.threshold)
    goal = f"{level(run.threshold)} of each other"
    if needed is None:
        said = (f"After {counted(plan['rounds'], 'round')} under the rule “{run.rule}” supply and demand of every good "
                f"were not yet within {goal}")
    else:
        said = (f"Under the rule “{run.rule}” supply and demand of every good came within {goal} "
                f"in {counted(needed, 'round')}")
    return said + "".join(_instead(other, run.threshold, needed) for other in run.plans[1:]) + "."


def _instead(other: dict[str, Any], threshold: float, first: int | None) -> str:
    needed = rounds_needed(other, threshold)
    if needed is None:
        return f"; the rule “{other['rule']}” had not got there after {counted(other['rounds'], 'round')}"
    if needed == first:
        return f"; so they did under the rule “{other['rule']}”"
    return f"; the rule “{other['rule']}” took {needed}"


def _spread(run: Run, groups: list[str]) -> pl.DataFrame:
    """Worst and quantiles of the imbalance of all goods (or a class) for each rule and round."""
    imbalance = pl.col("imbalance").abs()
    classes = run.goods.lazy().select("good", "class")
    rounds = pl.scan_parquet(run.folder / "rounds.parquet")
    joined = rounds.join(classes, on="good") if groups else rounds
    keys = ["rule", *groups, "round"]
    quantiles = [imbalance.quantile(q, "nearest").alias(name) for name, q, _ in QUANTILES]
    return (joined.filter(imbalance.is_finite()).group_by(keys)
            .agg(imbalance.max().alias("worst"), pl.len().alias("goods"), *quantiles).sort(keys).collect())


def _by_round(plan: dict[str, Any], rows: pl.DataFrame, column: str) -> list[float | None]:
    """A column as one value a round of the plan, None where a round has no finite number."""
    mine = rows.filter(pl.col("rule") == plan["rule"])
    found = dict(zip(mine["round"].to_list(), mine[column].to_list(), strict=True))
    return [found.get(r) for r in range(1, plan["rounds"] + 1)]


def _imbalance_axis(values: list[float | None]) -> Axis:
    """The axis of imbalances: its marks are the thresholds themselves."""
    held = [value for value in values if value is not None]
    low = max(min([*held, THRESHOLDS[-1]]), LEAST_DRAWN)
    marks = [m for m in (1e-4, 1e-3, *reversed(THRESHOLDS), 0.5, 1.0, MOST) if low / 1.5 <= m]
    return Axis("imbalance", low / 1.5, MOST * 1.1, marks, log=True)


def _drawn(run: Run, said: str, panels: list[tuple[str, list[Line]]]) -> Markup:
    """Imbalances by round as lines; nothing where there was one round only, and so no line."""
    if all(plan["rounds"] < 2 for plan in run.plans):
        return NO_FIGURE
    axis = _imbalance_axis([v for _, some in panels for line in some for v in line.values])
    return drawn(said, lines(panels, axis, run.threshold))


def _all_goods(run: Run, overall: pl.DataFrame) -> Markup:
    shown = [(name, column) for name, column in [("worst good", "worst"), *((q[0], q[0]) for q in QUANTILES
                                                                           if len(run.goods) >= q[2])]]
    panels = []
    for plan, colour in zip(run.plans, (BLUE, ORANGE, *CLASS_COLOURS[2:]), strict=False):
        panels.append((f"rule: {plan['rule']}" if len(run.plans) > 1 else "",
                       [Line(name, _by_round(plan, overall, column), colour, 3.0 if column == "worst" else 1.3)
                        for name, column in shown]))
    title = _finding(run, overall)
    figure = _drawn(run, f"{title}. Lines by round on a logarithmic scale, marks at 20, 10, 5, 3 and 1 %.", panels)
    return exhibit(title, figure, Markup(_rounds_to(run) + _round_table(run, overall)), _marks(run, panels))


def _marks(run: Run, panels: list[tuple[str, list[Line]]]) -> str:
    values = [value for _, some in panels for line in some for value in line.values if value is not None]
    edge = min(values, default=1.0) < LEAST_DRAWN
    below = f" What is below {level(LEAST_DRAWN)} is drawn at the lower edge." if edge else ""
    return f"Dashed: the threshold of this run, {level(run.threshold)}.{below}"


def _finding(run: Run, overall: pl.DataFrame) -> str:
    worst = _by_round(run.plans[0], overall, "worst")
    first, last, rounds = worst[0], worst[-1], len(worst)
    if last is None:
        return "When planning stopped, imbalances could not be measured: the numbers had run out of range"
    if rounds == 1:
        return f"Planning stopped after the first round, with a worst imbalance of {percent(last, 2)}"
    moved = "fell" if first is not None and last < first else "did not fall: it went"
    known = [value for value in worst if value is not None]
    best = f" (lowest: {percent(min(known), 2)} in round {worst.index(min(known)) + 1})" if min(known) < last else ""
    under = f" under “{run.rule}”" if len(run.plans) > 1 else ""
    said = f"The worst imbalance {moved} from {percent(first, 2)} to {percent(last, 2)} in {rounds} rounds{best}{under}"
    goal = f"get below {level(run.threshold)}"
    needed = [(plan["rule"], rounds_needed(plan, run.threshold)) for plan in run.plans[1:]]
    return "; ".join([said, *(f"“{rule}” took {n} to {goal}" if n else f"“{rule}” did not {goal}"
                              for rule, n in needed)])


def _rounds_to(run: Run) -> Markup:
    cells = [[_needed(plan, threshold) for plan in run.plans] for threshold in THRESHOLDS]
    named = Column("rule", [plan["rule"] for plan in run.plans], numeric=False)
    columns = [Column(level(t), some) for t, some in zip(THRESHOLDS, cells, strict=True)]
    ends = Column("outcome", [plan["verdict"] for plan in run.plans], numeric=False)
    return table("Rounds until the worst imbalance was below", [named, *columns, ends])


def _needed(plan: dict[str, Any], threshold: float) -> str:
    reached = next((r for key, r in plan.get("rounds_to", {}).items() if abs(float(key) - threshold) < 1e-9), None)
    return "not" if reached is None else count(reached)


def _round_table(run: Run, overall: pl.DataFrame) -> Markup:
    """Worst, 90 % and median of each rule, in every round or, where they are many, in chosen ones."""
    last = max(plan["rounds"] for plan in run.plans)
    chosen = _chosen(last, [rounds_needed(plan, t) for plan in run.plans for t in THRESHOLDS])
    columns = [Column("round", [count(r) for r in chosen])]
    for plan in run.plans:
        group = plan["rule"] if len(run.plans) > 1 else ""
        shown = [(heading, _by_round(plan, overall, column)) for heading, column in
                 (("worst", "worst"), ("90 %", QUANTILES[1][0]), ("median", "median good"))]
        columns.extend(Column(heading, [percent(values[r - 1] if r <= len(values) else None) for r in chosen],
                              group=group) for heading, values in shown)
    some = "" if len(chosen) == last else f", {len(chosen)} of {last} rounds"
    return table(f"Imbalance by round{some}: worst good, and the most that 90 % and half of the goods have", columns)


def _chosen(last: int, telling: list[int | None]) -> list[int]:
    """The rounds a table shows: all where they are few, else the first, the telling and the last."""
    if last <= ROWS_SHOWN:
        return list(range(1, last + 1))
    return sorted({r for r in (*ROUNDS_LIKELY_SHOWN, *telling, last) if r is not None and r <= last})


def _classes(run: Run, by_class: pl.DataFrame) -> Markup:
    colours = dict(zip(run.classes, CLASS_COLOURS * 9, strict=False))
    mine = {c: by_class.filter(pl.col("class") == c) for c in run.classes}
    panels = [(f"rule: {plan['rule']}" if len(run.plans) > 1 else "",
               [Line(c, _by_round(plan, mine[c], "worst"), colours[c]) for c in run.classes]) for plan in run.plans]
    title = _furthest(panels[0][1])
    figure = _drawn(run, f"{title}. One line a class of good, worst imbalance by round.", panels)
    return exhibit(title, figure, _class_table(run, panels), _marks(run, panels))


def _furthest(some: list[Line]) -> str:
    """Which class was furthest out in the first and in the last round."""
    known = [line for line in some if line.values and line.values[0] is not None and line.values[-1] is not None]
    if not known:
        return "No class of goods has an imbalance that can be measured"
    first = max(known, key=lambda line: finite(line.values[0]) or 0.0)
    last = max(known, key=lambda line: finite(line.values[-1]) or 0.0)
    if len(first.values) == 1:
        return f"Furthest out: {first.label} ({percent(first.values[0], 2)})"
    start, end = percent(first.values[0], 2), percent(last.values[-1], 2)
    if first is last:
        return f"Furthest out at the start and at the end: {first.label} ({start}, then {end})"
    return f"Furthest out at the start: {first.label} ({start}); at the end: {last.label} ({end})"


def _class_table(run: Run, panels: list[tuple[str, list[Line]]]) -> Markup:
    sizes = dict(run.goods.group_by("class").len().iter_rows())
    columns = [Column("class", run.classes, numeric=False), Column("goods", [count(sizes[c]) for c in run.classes])]
    for plan, (_, some) in zip(run.plans, panels, strict=True):
        group = plan["rule"] if len(panels) > 1 else ""
        columns += [Column(when, [percent(line.values[at] if line.values else None) for line in some], group=group)
                    for when, at in (("first", 0), ("last", -1))]
    return table("Worst imbalance of a class, first and last round", columns)
