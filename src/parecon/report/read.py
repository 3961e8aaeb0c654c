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


def require_entries(folder: Path, about: Mapping[str, Any], kind: str, names: Iterable[str]) -> None:
    """Raises BadInput where run.json lacks what every run of its kind writes."""
    for name in names:
        if not about.get(name):
            raise BadInput(folder / "run.json", name, "nothing", f"the entry that every {kind} run writes")


def open_run(folder: Path, about: dict[str, Any]) -> Run:
    """The folder of a plan run, with what its run.json says, checked for what every page needs.

    Raises BadInput where something is missing.
    """
    require_files(folder, NEEDED)
    require_entries(folder, about, "plan", ("economy", "threshold", "plans"))
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
