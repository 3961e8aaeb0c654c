"""The folder of a simulation as tables, with the few sums that its sections need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from parecon.base.errors import BadInput
from parecon.report.figures import Along
from parecon.report.html import Column
from parecon.report.numbers import count, number, percent
from parecon.report.read import (
    Entries,
    require_columns,
    require_entries,
    require_files,
    require_kinds,
    require_numbers,
)

NEEDED = ("goods.parquet", "months.parquet", "years.parquet", "federation.parquet", "reasons.parquet")
COLUMNS = {
    "goods": ("good", "name", "new_price_mcr", "life_months", "emissions_kg_per_credit"),
    "months": ("month", "good", "bought_new", "could_not_pay", "asked", "passed_on", "gave_up", "carried",
               "sold_on_moving", "taken_along", "stock", "waiting"),
    "years": ("year", "good", "wanted", "offered", "next_index"),
    "federation": ("year", "households", "paid_mcr", "credited_mcr", "inspection_mcr", "holding_mcr", "transport_mcr",
                   "shelves_change_mcr", "total_mcr", "shared_by_all_mcr", "true_up_spread"),
    "reasons": ("reason", "acts", "sentence"),
    **dict.fromkeys(("schedule", "handover", "parks", "private", "watch", "collectables"), ())}
ENTRIES: Entries = {"scenario": str, "measures": dict}
BESIDE: Entries = {"parameters": dict, "seconds": dict, "institutions": list, "changes": dict, "decided": dict,
                   "runs": int, "seed": int, "years": int}
MONTHS_A_YEAR = 12
MCR_A_CREDIT = 1000
GOODS_SHOWN = 20  # by themselves; where there are more, those of which households acquired most items
YEARS_SHOWN = 30  # in a table or figure by year; where there are more, some of them, evenly spaced
BY_MONTH = Along("years from the start", 1 / MONTHS_A_YEAR, 1 / MONTHS_A_YEAR, 0.0)
BY_YEAR = Along("year")


@dataclass(frozen=True)
class Simulated:
    """The folder of a simulation, open for reading: `about` is run.json. Years count from 1."""

    folder: Path
    about: dict[str, Any]

    def table(self, name: str) -> pl.DataFrame | None:
        """A table of the folder by its name without ending, or None where the run has none or an empty one."""
        path = self.folder / f"{name}.parquet"
        held = pl.read_parquet(path) if path.exists() else None
        return held if held is not None and len(held) else None

    def of_goods(self, name: str) -> pl.DataFrame | None:
        """A table that names goods by their rows and years from 0: with codes, labels, and years from 1."""
        held = self.table(name)
        if held is None:
            return None
        named = self.goods.select("good", "label").with_row_index("row")
        return held.rename({"good": "row"}).with_columns(pl.col("row").cast(pl.UInt32), pl.col("year") + 1).join(
            named, on="row", how="left", maintain_order="left").drop("row")

    def by_months(self, name: str) -> pl.DataFrame | None:
        """A table with a row for each month, with the `year` of the month."""
        held = self.table(name)
        return None if held is None else held.with_columns((pl.col("month") // MONTHS_A_YEAR + 1).alias("year"))

    @property
    def name(self) -> str:
        """What the scenario is called."""
        return str(self.about["scenario"])

    @property
    def mode(self) -> str:
        """Which reading of the law prices follow: guaranteed, spot or true-up."""
        return str(self.parameter("secondhand", "mode", "guaranteed"))

    @property
    def runs(self) -> int:
        """How many runs the measures are means of; the tables are those of the first."""
        return int(self.about.get("runs") or 1)

    def parameter(self, law: str, name: str, otherwise: Any) -> Any:
        """What was in force."""
        return self.about.get("parameters", {}).get(law, {}).get(name, otherwise)

    def measure(self, name: str) -> float | None:
        """What the run came to in one respect, of several runs their mean; None where nothing was measured."""
        value = self.about["measures"].get(name, {}).get("value")
        return None if value is None else float(value)

    @cached_property
    def goods(self) -> pl.DataFrame:
        """The goods, each with a `label` that no other good shares, and its counts over all years."""
        shared = pl.col("name").is_duplicated()
        named = pl.read_parquet(self.folder / "goods.parquet").with_columns(
            pl.when(shared).then(pl.format("{} ({})", "name", "good")).otherwise("name").alias("label"))
        sums = self.months.drop("month", "year").group_by("good").sum()
        return named.join(sums, on="good", how="left", maintain_order="left").fill_null(0)

    @cached_property
    def months(self) -> pl.DataFrame:
        """The counts of each month and good, with the `year` of the month."""
        return pl.read_parquet(self.folder / "months.parquet").with_columns(
            (pl.col("month") // MONTHS_A_YEAR + 1).alias("year"))

    @cached_property
    def by_month(self) -> pl.DataFrame:
        """The counts of all goods by month."""
        return self.months.drop("good").group_by("month", "year").sum().sort("month")

    @cached_property
    def by_year(self) -> pl.DataFrame:
        """The counts of all goods by year, and what stood and waited at its end."""
        standing = [pl.col(name).last() for name in ("stock", "waiting")]
        return self.by_month.group_by("year", maintain_order=True).agg(
            pl.exclude("month", "stock", "waiting").sum(), *standing)

    @cached_property
    def years(self) -> pl.DataFrame:
        """The schedules of each year and good, with what was wanted and offered."""
        return pl.read_parquet(self.folder / "years.parquet").with_columns(pl.col("year") + 1)

    @cached_property
    def federation(self) -> pl.DataFrame:
        """The federation's account by year."""
        return pl.read_parquet(self.folder / "federation.parquet").with_columns(pl.col("year") + 1)

    @cached_property
    def households(self) -> int:
        """How many households there are."""
        return int(self.federation["households"][0])

    @property
    def length(self) -> int:
        """How many years went by."""
        return len(self.federation)

    @cached_property
    def shown(self) -> list[str]:
        """The codes of the goods that are shown by themselves, in the order of the catalogue."""
        most = self.goods.sort(pl.col("bought_new") + pl.col("passed_on"), descending=True, maintain_order=True)
        chosen = set(most["good"].head(GOODS_SHOWN).to_list())
        return [good for good in self.goods["good"] if good in chosen]

    @property
    def of_all(self) -> str:
        """What captions add where some goods are not shown."""
        return "" if len(self.shown) == len(self.goods) else (
            f": {count(len(self.shown))} of {count(len(self.goods))} goods, those acquired most")

    @property
    def shown_goods(self) -> pl.DataFrame:
        """The rows of the goods that are shown."""
        return self.goods.filter(pl.col("good").is_in(self.shown))

    @property
    def shown_years(self) -> list[int]:
        """The years that tables and figures show: all where they are few, the first and last among them."""
        return spaced(self.length, YEARS_SHOWN)


def open_simulation(folder: Path, about: dict[str, Any]) -> Simulated:
    """The folder of a simulation, with what its run.json says; raises BadInput where anything is missing or damaged."""
    require_files(folder, NEEDED)
    require_entries(folder, about, "simulation", ENTRIES)
    require_kinds(folder, about, "simulation", BESIDE)
    require_numbers(folder, about, ["seconds"])
    for name in ("measures", "parameters"):
        for key, value in (about.get(name) or {}).items():
            if not isinstance(value, dict):
                raise BadInput(folder / "run.json", f"{name}.{key}", value, "an object")
    require_columns(folder, COLUMNS)
    return Simulated(folder, about)


def spaced(last: int, most: int) -> list[int]:
    """Whole numbers from 1 to the last, so few that there are at most `most`, evenly spaced but for the last.

    >>> spaced(3, 12), spaced(30, 4)
    ([1, 2, 3], [1, 11, 21, 30])
    """
    step = -(-(last - 1) // (most - 1)) if last > 1 else 1
    return [*range(1, last, step), last]


def share(part: float, whole: float) -> float | None:
    """A part of a whole; None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None


def total(values: pl.Series) -> float:
    """The sum of a column of numbers.

    >>> total(pl.Series([1, 2]))
    3.0
    """
    return float(values.sum())


def mean(values: pl.Series) -> float:
    """The mean of a column of numbers; 0 of none.

    >>> mean(pl.Series([1, 2]))
    1.5
    """
    return total(values) / len(values) if len(values) else 0.0


def most(values: pl.Series) -> float:
    """The largest of a column of numbers, leaving out what is not known; 0 of none.

    >>> most(pl.Series([1.0, None, 2.0]))
    2.0
    """
    return float(max(values.drop_nulls(), default=0.0))


def year_column(years: Sequence[int]) -> Column:
    """The column that names the years."""
    return Column("year", [count(year) for year in years])


def good_column(goods: pl.DataFrame) -> Column:
    """The column that names the goods."""
    return Column("good", goods["label"].to_list(), numeric=False)


def counts(heading: str, values: pl.Series) -> Column:
    """A column of counts."""
    return Column(heading, [count(value) for value in values])


def amounts(heading: str, values: Iterable[float | None]) -> Column:
    """A column of numbers of three digits."""
    return Column(heading, [number(value) for value in values])


def shares(heading: str, parts: pl.Series, wholes: pl.Series) -> Column:
    """A column of shares."""
    return Column(heading, [percent(share(part, whole)) for part, whole in zip(parts, wholes, strict=True)])
