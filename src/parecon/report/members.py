"""What the page says about members: incomes, what groups consume, and what is counted beside the plan."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from parecon.report.bars import Bar, Pair, bars, pairs
from parecon.report.figures import even_axis
from parecon.report.html import NO_FIGURE, Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import NO_CHANGE, change, count, listed, money_unit, number
from parecon.report.read import Run
from parecon.report.style import WHOLE, drawn

CATEGORIES = 12  # goods shown by themselves; the rest is "other"
MOST_OTHER = 0.5  # where "other" would hold more of the spending than this, classes are shown instead
GROUPS_DRAWN, GROUPS_LISTED = 5, 12
MEASURES_DRAWN, MEASURES_NAMED = 20, 4
EQUAL = 1.005  # highest over lowest income per member, up to which incomes are called equal
OTHER, ALL = "other goods", "all"
NOTES = paragraph(Markup('Who a member is and what counts as income, the <a href="#again">notes</a> say.'))
IN_VOLUME = "Quantities of unlike goods are added up at the prices they had at the start."


def section(run: Run) -> Section | None:
    """The section on what groups of members earn and consume, before and in the plan."""
    consumption, incomes = run.table("consumption"), run.table("incomes")
    parts: list[Markup] = []
    changed = ""
    groups: list[str] = []
    if incomes is not None:
        rows = _per_member(incomes.collect(), "income").sort("before").rows(named=True)
        groups = [row["group"] for row in rows]
        if len(rows) > 1:
            exhibit_of_incomes, changed = _incomes(run, rows)
            parts.append(exhibit_of_incomes)
    if consumption is not None:
        parts += _consumption(run, consumption, groups)
    if parts and run.about.get("notes"):
        parts.insert(0, NOTES)
    return Section("members", "What members earn and consume", parts, changed) if parts else None


def _per_member(rows: pl.DataFrame, what: str) -> pl.DataFrame:
    members = pl.col("members")
    return rows.filter(members > 0).with_columns(
        (pl.col(f"{what}_before") / members).alias("before"), (pl.col(f"{what}_after") / members).alias("after"))


def _incomes(run: Run, rows: list[dict[str, Any]]) -> tuple[Markup, str]:
    factor, unit = money_unit(run.currency, [row[when] for row in rows for when in ("before", "after")])
    drawn_rows = spaced(rows, GROUPS_LISTED)
    some = [Pair(row["group"], row["before"] * factor, row["after"] * factor) for row in drawn_rows]
    axis = even_axis(f"income per member, {unit} a year", [v for p in some for v in (p.before, p.after)], percent=False)
    title = _evened(rows)
    which = "" if len(rows) == len(drawn_rows) else f", {len(drawn_rows)} of {count(len(rows))} groups"
    numbers = table(f"Income per member, {unit} a year{which}", [
        Column("group", [row["group"] for row in drawn_rows], numeric=False),
        Column("members", [count(row["members"]) for row in drawn_rows]),
        Column("before", [number(pair.before) for pair in some]),
        Column("after", [number(pair.after) for pair in some]),
        Column("change", [change(_ratio(pair.after, pair.before)) for pair in some])])
    return exhibit(title, drawn(title, pairs([("", some)], axis)), numbers), title + "."


def _evened(rows: list[dict[str, Any]]) -> str:
    """How far the highest income per member is from the lowest, before and in the plan."""
    before, after = ([row[when] for row in rows] for when in ("before", "after"))
    was, is_now = (max(values) / min(values) if min(values) > 0 else None for values in (before, after))
    if was is not None and is_now is not None and was > EQUAL and was / EQUAL < is_now < was * EQUAL:
        return f"Incomes per member stay {number(was, 2)} to 1 between the highest group and the lowest"
    now = "are equal in the plan" if is_now is not None and is_now < EQUAL else \
        f"are {number(is_now, 2)} to 1 in the plan" if is_now is not None else "are not all above zero in the plan"
    if was is not None and was < EQUAL:
        return f"Incomes per member were equal before and {now}"
    return f"Incomes per member, {number(was, 2)} to 1 between the highest group and the lowest before, {now}"


def spaced(rows: list[Any], most: int) -> list[Any]:
    """Rows evenly spaced from the first to the last, at most `most` of them.

    >>> spaced([1, 2, 3, 4, 5], 3)
    [1, 3, 5]
    """
    if len(rows) <= most:
        return rows
    return [rows[round(k * (len(rows) - 1) / (most - 1))] for k in range(most)]


def _ratio(after: float, before: float) -> float | None:
    return after / before if before else None


def _consumption(run: Run, consumption: pl.LazyFrame, groups: list[str]) -> list[Markup]:
    """What each group spends by category where there are several groups; what changes for all."""
    by_category = _categories(run, consumption)
    sums = by_category.group_by("category", maintain_order=True).agg(pl.col("before").sum())
    order = sums.sort("before", descending=True, maintain_order=True)["category"].to_list()
    order = [c for c in order if c != OTHER] + [c for c in order if c == OTHER]
    present = by_category["group"].unique(maintain_order=True).to_list()
    shown = spaced([g for g in groups if g in present] or present, GROUPS_DRAWN)
    spending = [_spending(run, by_category, order, shown)] if len(shown) > 1 else []
    return [*spending, _quantities(run, by_category, order)]


def _spending(run: Run, by_category: pl.DataFrame, order: list[str], shown: list[str]) -> Markup:
    found = {(row["group"], row["category"]): row for row in by_category.iter_rows(named=True)}
    values = [v for (g, _), row in found.items() if g in shown for v in (row["each_before"], row["each_after"])]
    factor, unit = money_unit(run.currency, values)
    panels = [(g, [_pair(found, g, c, factor) for c in order]) for g in shown]
    axis = even_axis(f"{unit} per member", [v * factor for v in values], percent=False)
    ends = [f"{group} {change(_ratio(sum(p.after for p in some), sum(p.before for p in some)))}"
            for group, some in (panels[0], panels[-1])]
    title = f"What members spend in all: {listed(ends)}"
    figure = drawn(f"{title}. Spending per member by category and group, before and after.", pairs(panels, axis), WHOLE)
    return exhibit(title, figure, _group_table(panels, order, unit), below=True)


def _quantities(run: Run, by_category: pl.DataFrame, order: list[str]) -> Markup:
    """How much more or less of each category all members consume, at start prices."""
    totals = _totals(by_category, order)
    changes = [(row["category"], _ratio(row["volume"], row["before"])) for row in totals]
    some = [Bar(what, ratio - 1, change(ratio)) for what, ratio in changes if ratio is not None]
    title = _most_changed(totals)
    figure = _changes(title, "change of the quantity consumed, %", some)
    return exhibit(title, figure, _total_table(run, totals), IN_VOLUME)


def _changes(said: str, title: str, some: list[Bar]) -> Markup:
    """Changes as bars; nothing where nothing changed."""
    drawable = [bar for bar in some if math.isfinite(bar.value)]
    if all(abs(bar.value) < NO_CHANGE for bar in drawable):
        return NO_FIGURE
    return drawn(said, bars(drawable, even_axis(title, [bar.value for bar in drawable])))


def _pair(found: dict[tuple[str, str], dict[str, Any]], group: str, category: str, factor: float) -> Pair:
    row = found.get((group, category))
    return Pair(category, row["each_before"] * factor, row["each_after"] * factor) if row else Pair(category, 0.0, 0.0)


def _categories(run: Run, consumption: pl.LazyFrame) -> pl.DataFrame:
    """Spending of each group on each category, in all and per member, and its volume at start prices."""
    names = run.goods.lazy().select("good", "label", "class", "start_price")
    start = pl.when(pl.col("quantity_before") > 0).then(pl.col("spending_before") / pl.col("quantity_before"))
    rows = consumption.join(names, on="good", maintain_order="left").with_columns(
        (pl.col("quantity_after") * start.otherwise("start_price")).alias("volume"))
    totals = rows.group_by("good", "label", maintain_order=True).agg(pl.col("spending_before").sum()).filter(
        pl.col("spending_before") > 0).sort("spending_before", "good", descending=[True, False]).collect()
    top = totals["label"].to_list()[:CATEGORIES + (len(totals) == CATEGORIES + 1)]
    spent = totals["spending_before"].to_numpy()
    rest = spent[len(top):].sum() / (spent.sum() or 1.0)
    category = pl.col("class") if rest > MOST_OTHER else (
        pl.when(pl.col("label").is_in(top)).then("label").otherwise(pl.lit(OTHER)))
    sums = rows.group_by("group", category.alias("category"), maintain_order=True).agg(
        pl.col("members").first(), pl.col("spending_before").sum().alias("before"),
        pl.col("spending_after").sum().alias("after"), pl.col("volume").sum())
    return sums.with_columns((pl.col("before") / pl.col("members")).alias("each_before"),
                             (pl.col("after") / pl.col("members")).alias("each_after")).collect()


def _totals(by_category: pl.DataFrame, order: list[str]) -> list[dict[str, Any]]:
    sums = by_category.group_by("category").agg(pl.col("before", "after", "volume").sum())
    found = {row["category"]: row for row in sums.iter_rows(named=True)}
    whole = by_category.select(pl.lit(ALL).alias("category"), pl.col("before", "after", "volume").sum())
    return [found[c] for c in order] + ([whole.row(0, named=True)] if len(order) > 1 else [])


def _most_changed(totals: list[dict[str, Any]]) -> str:
    known = sorted((row["volume"] / row["before"], row["category"]) for row in totals
                   if row["before"] > 0 and row["category"] != ALL)
    ends = [(by, what) for by, what in dict.fromkeys([*known[-1:], *known[:1]]) if abs(by - 1) >= NO_CHANGE]
    if not ends:
        return "Members consume as much of everything as before"
    return f"The largest changes in what members consume: {listed([f'{what} {change(by)}' for by, what in ends])}"


def _total_table(run: Run, totals: list[dict[str, Any]]) -> Markup:
    factor, unit = money_unit(run.currency, [row["before"] for row in totals])
    return table(f"Spending of all members, {unit} a year, and how the quantity changes", [
        Column("goods", [row["category"] for row in totals], numeric=False),
        Column("before", [number(row["before"] * factor) for row in totals]),
        Column("after", [number(row["after"] * factor) for row in totals]),
        Column("quantity", [change(_ratio(row["volume"], row["before"])) for row in totals])])


def _group_table(panels: list[tuple[str, list[Pair]]], order: list[str], unit: str) -> Markup:
    columns = [Column("goods", order, numeric=False)]
    for group, some in panels:
        columns.append(Column(group, [f"{number(p.before)} → {number(p.after)}" for p in some]))
    return table(f"Spending per member, {unit} a year: before → after", columns)


def _telling(known: list[tuple[float, str]], first: str) -> list[tuple[float, str]]:
    """What a sentence names: the measure listed first, hours, and of the others those that change most."""
    asked = [row for row in known if row[1] == first or "hours" in row[1]]
    others = sorted((row for row in known if row not in asked), key=lambda row: -abs(row[0]))
    return (sorted(asked, key=lambda row: row[1] != first) + others)[:MEASURES_NAMED]


def satellites_section(run: Run) -> Section | None:
    """The section on emissions, hours and whatever else is counted beside the plan."""
    satellites = run.table("satellites")
    if satellites is None:
        return None
    rows: list[dict[str, Any]] = satellites.collect().rows(named=True)
    known = sorted(((row["after"] / row["before"] - 1, row["measure"]) for row in rows if row["before"]), reverse=True)
    some = [Bar(m, v, change(v + 1)) for v, m in known][:MEASURES_DRAWN]
    said = [f"{m} {change(v + 1)}" for v, m in _telling(known, rows[0]["measure"]) if abs(v) >= NO_CHANGE]
    changed = f"Counted after, against before: {listed(said)}"
    title = changed if said else "Nothing that is counted beside the plan changes"
    numbers = table("Totals a year", [
        Column("measure", [row["measure"] for row in rows], numeric=False),
        Column("before", [number(row["before"]) for row in rows]),
        Column("after", [number(row["after"]) for row in rows]),
        Column("unit", [row["unit"] for row in rows], numeric=False),
        Column("change", [change(_ratio(row["after"], row["before"])) for row in rows])])
    figure = _changes(title, "change from before, %", some)
    return Section("satellites", "Emissions, hours and other counts", [exhibit(title, figure, numbers)], title + ".")
