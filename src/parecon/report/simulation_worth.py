"""What the page of a simulation says of the schedule announced for the year that follows, to be pinned up."""

from __future__ import annotations

import polars as pl

from parecon.report.html import Column, Markup, Section, paragraph, table
from parecon.report.numbers import count, listed
from parecon.report.simulation_read import MCR_A_CREDIT, Simulated

AGES = (1, 3, 5, 8)  # years
CONDITION = "Conditions are A, the best, to D."
NOT_TAKEN = "not taken in"
GIVES = {
    "guaranteed": "what one gets for it / what the next member pays, in credits",
    "true-up": "what one gets for it / what the next member pays until prices are settled after the year, in credits",
}


def section(run: Simulated) -> Section | None:
    """The section on what used items are worth: a sheet for each good; nothing where no prices are announced."""
    schedule = run.table("schedule")
    if schedule is None or run.mode not in GIVES:
        return None
    named = dict(run.shown_goods.select("good", "label").iter_rows())
    taken = set(schedule.filter("taken_in")["good"].unique())
    said = (f"By the schedule for year {count(run.length + 1)}, the next: {GIVES[run.mode]}. {CONDITION} Every year "
            f"of age{_of_whom(run)} is in schedule.parquet.")
    sheets = [_sheet(label, schedule.filter(pl.col("good") == good)) for good, label in named.items() if good in taken]
    none = [label for good, label in named.items() if good not in taken]
    parts = [paragraph(said), Markup(f'<div class="sheets">{"".join(sheets)}</div>')]
    parts += [paragraph(f"Not taken in, whatever their age and condition: {listed(none)}.")] if none else []
    return Section("worth", "What a used item is worth", parts)


def _of_whom(run: Simulated) -> str:
    return " of every good" if run.of_all else ""


def _sheet(label: str, schedule: pl.DataFrame) -> Markup:
    """What one gets and pays by condition, at a few ages."""
    life_years = int(schedule["age_years"].to_numpy().max())
    ages = [age for age in AGES if age < life_years] or [0]
    rows = schedule.filter(pl.col("age_years").is_in(ages))
    conditions = [Column(grade, [_quoted(row) for row in rows.filter(pl.col("grade") == grade).iter_rows(named=True)])
                  for grade in sorted(set(rows["grade"]))]
    return table(label, [Column("years old", [count(age) for age in ages]), *conditions])


def _quoted(row: dict[str, int]) -> str:
    if not row["taken_in"]:
        return NOT_TAKEN
    return f"{count(row['credit_mcr'] // MCR_A_CREDIT)} / {count(-(-row['price_mcr'] // MCR_A_CREDIT))}"
