"""The run folder as lazy tables, with the few joins that every section needs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from parecon.base.errors import BadInput

KINDS = ("private", "public", "intermediate", "nature", "labour", "capital", "pollutant")
KIND_NAMES = {"private": "private goods", "public": "public goods", "intermediate": "intermediate goods",
              "nature": "natural resources", "labour": "labour", "capital": "capital services",
              "pollutant": "permits to pollute"}
NEEDED = ("goods.parquet", "rounds.parquet")
COLUMNS = {
    "goods": ("good", "code", "name", "kind", "unit", "start_price", "price", "supply", "demand", "imbalance"),
    "rounds": ("rule", "round", "good", "price", "supply", "demand", "imbalance"),
    "workers": ("council", "product", "output", "receipts", "input_cost", "benefit_to_cost", "effort", "returns",
                "order", "establishments"),
    "consumption": ("group", "good", "members", "spending_before", "quantity_before", "spending_after",
                    "quantity_after"),
    "incomes": ("group", "members", "income_before", "income_after"),
    "satellites": ("measure", "unit", "before", "after"),
    "why": ("round", "good", "price_before", "price_after", "cause_good", "share_of_change")}
Entries = Mapping[str, type]
ENTRIES: Entries = {"economy": str, "threshold": float, "plans": list}
OF_A_PLAN: Entries = {"rule": str, "verdict": str, "converged": bool, "rounds": int, "rounds_to": dict}
BESIDE: Entries = {"councils": dict, "seconds": dict, "parameters": dict, "notes": list}
KIND_OF_ENTRY = {str: "text", float: "number", int: "whole number", bool: "true or false", dict: "object", list: "list"}


@dataclass(frozen=True)
class Run:
    """A run folder, open for reading: `about` is run.json, the tables are read when asked for."""

    folder: Path
    about: dict[str, Any]

    def table(self, name: str) -> pl.LazyFrame | None:
        """A table of the folder by its name without ending, or None where the run has none or an empty one."""
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            return None
        frame = pl.scan_parquet(path)
        return frame if frame.select(pl.len()).collect().item() else None

    @cached_property
    def goods(self) -> pl.DataFrame:
        """The goods with a `label` that no other good shares, and their class in words."""
        shared = pl.col("name").is_duplicated()
        return pl.read_parquet(self.folder / "goods.parquet").with_columns(
            pl.when(shared).then(pl.format("{} ({})", "name", "code")).otherwise("name").alias("label"),
            pl.col("kind").replace(KIND_NAMES).alias("class"))

    @cached_property
    def classes(self) -> list[str]:
        """The classes of goods there are, in the order in which they are reported."""
        present = set(self.goods["class"].to_list())
        known = [KIND_NAMES[kind] for kind in KINDS if KIND_NAMES[kind] in present]
        return known + sorted(present - set(known))

    @property
    def plans(self) -> list[dict[str, Any]]:
        """One entry a rule, the plan that the tables describe first."""
        return list(self.about["plans"])

    @property
    def rule(self) -> str:
        """The rule of the plan that the tables describe."""
        return str(self.plans[0]["rule"])

    @property
    def threshold(self) -> float:
        """The worst imbalance at which planning may stop, as a fraction."""
        return float(self.about["threshold"])

    @property
    def currency(self) -> str:
        """The unit of prices and incomes."""
        return str(self.about.get("currency") or "credits")


def read_about(folder: Path) -> dict[str, Any]:
    """What run.json says. Raises BadInput where there is none, or none as a run writes it."""
    require_files(folder, ["run.json"])
    file, expected = folder / "run.json", "JSON as a run writes it"
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(file, "the whole file", error, expected) from error
    if not isinstance(about, dict):
        raise BadInput(file, "the whole file", "no object", expected)
    return about


def require_files(folder: Path, names: Iterable[str]) -> None:
    """Raises BadInput where the folder lacks a file that every page needs."""
    for name in names:
        if not (folder / name).is_file():
            raise BadInput(folder, name, "no such file", "the folder of a finished run, which holds it")


def require_entries(folder: Path, about: Mapping[str, Any], kind: str, entries: Entries, within: str = "") -> None:
    """Raises BadInput where run.json, or what is `within` it, lacks an entry that every run of its kind writes."""
    for name, wanted in entries.items():
        value = about.get(name)
        right = isinstance(value, int | float if wanted is float else wanted)
        if not right or (wanted in (dict, list) and not value):
            found = value if value or right else "nothing"
            raise BadInput(folder / "run.json", within + name, found,
                           f"the {KIND_OF_ENTRY[wanted]} that every {kind} run writes")


def require_kinds(folder: Path, about: Mapping[str, Any], kind: str, entries: Entries) -> None:
    """Raises BadInput where an entry that runs may do without is there and of another kind than they write."""
    require_entries(folder, about, kind, {name: wanted for name, wanted in entries.items() if about.get(name)})


def require_numbers(folder: Path, about: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises BadInput where an object in run.json holds anything but numbers."""
    for name in names:
        for key, value in (about.get(name) or {}).items():
            if not isinstance(value, int | float):
                raise BadInput(folder / "run.json", f"{name}.{key}", value, "a number")


def require_columns(folder: Path, columns: Mapping[str, Iterable[str]]) -> None:
    """Raises BadInput where a table of the folder cannot be read or lacks a column; tables may be missing."""
    for name, wanted in columns.items():
        file = folder / f"{name}.parquet"
        if file.is_file():
            try:
                found = pl.read_parquet_schema(file)
            except pl.exceptions.PolarsError as error:
                raise BadInput(file, "the whole file", error, "a table as a run writes it") from error
            missing = [column for column in wanted if column not in found]
            if missing:
                raise BadInput(file, f"column {missing[0]}", "no such column", "the table as a run writes it")


def open_run(folder: Path, about: dict[str, Any]) -> Run:
    """The folder of a plan run, with what its run.json says, checked for what every page needs.

    Raises BadInput where something is missing or damaged.
    """
    require_files(folder, NEEDED)
    require_entries(folder, about, "plan", ENTRIES)
    for row, each in enumerate(about["plans"]):
        if not isinstance(each, dict):
            raise BadInput(folder / "run.json", f"plans[{row}]", each, "the object that every plan run writes")
        require_entries(folder, each, "plan", OF_A_PLAN, f"plans[{row}].")
    require_kinds(folder, about, "plan", BESIDE)
    require_numbers(folder, about, ("councils", "seconds"))
    require_columns(folder, COLUMNS)
    return Run(folder, about)


def finite(value: Any) -> float | None:
    """A number that can be drawn, or None."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def rounds_needed(plan: dict[str, Any], threshold: float) -> int | None:
    """The rounds a plan took to a threshold, None where it did not get there.

    >>> rounds_needed({"rounds": 8, "converged": True, "rounds_to": {"0.05": 3}}, 0.05)
    3
    """
    for key, rounds in plan.get("rounds_to", {}).items():
        if math.isclose(float(key), threshold):
            return None if rounds is None else int(rounds)
    return int(plan["rounds"]) if plan["converged"] else None
