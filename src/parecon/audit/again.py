"""A simulation that is over, made again from what it says of itself: the same to the bit, or what differs first."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from parecon.audit.difference import Different, held_to
from parecon.base.errors import BadInput
from parecon.base.parameters import in_force
from parecon.base.written import as_json
from parecon.simulate.ensemble import TABLES, Run, ensemble, run
from parecon.simulate.measures import by_run, summarised
from parecon.simulate.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

SOURCE = "run.json"
NEVER_KEPT = float("inf")


def told_of(folder: Path) -> dict[str, Any]:
    """What a run folder says of itself. Raises BadInput where there is none of a simulation."""
    try:
        told = json.loads((folder / SOURCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadInput(folder, SOURCE, "none that can be read", "the folder of a run of parecon simulate") from None
    if not isinstance(told, dict) or told.get("kind") != "simulation":
        raise BadInput(folder, SOURCE, "another kind of run", "the folder of a run of parecon simulate")
    return told


def simulated_again(folder: Path) -> dict[str, int]:
    """How many rows each table has, all the same when the run is made again. Raises Different at one that is not."""
    told = told_of(folder)
    scenario = scenario_of(told, folder)
    held_to(f"{SOURCE}, input_sha256", told["input_sha256"], scenario.fingerprint())
    with TemporaryDirectory() as place:
        runs = _runs(scenario, range(told["seed"], told["seed"] + told["runs"]), Path(place))
        rows = _same_tables(folder, Path(place) / TABLES, by_run(runs))
    expected = json.loads(as_json(summarised([each.measures for each in runs])))
    for name, entry in expected.items():
        held_to(f"{SOURCE}, measures, {name}", told["measures"].get(name), entry)
    return rows


def scenario_of(told: dict[str, Any], folder: Path) -> Scenario:
    """The scenario that a run says it had, its laws checked anew."""
    try:
        laws = {law: dict(in_force(law, values, SOURCE)) for law, values in told["parameters"].items()}
        source = str(told["source"])
        return Scenario(told["scenario"], told["title"], told["about"], told["years"], tuple(told["institutions"]),
                        laws, told["parameters"], told["changes"], source, Path(source).parent)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(folder / SOURCE, "entries", f"none that can be used of {error}",
                       "all that parecon simulate writes") from None


def _runs(scenario: Scenario, seeds: range, place: Path) -> list[Run]:
    if len(seeds) == 1:
        return [run(scenario, seeds[0], place, on_month=lambda _: None, asked_to_stop=lambda: False,
                    kept_after_seconds=NEVER_KEPT)]
    return ensemble(scenario, seeds, place, on_look=lambda *_: None, asked_to_stop=lambda: False,
                    kept_after_seconds=NEVER_KEPT)


def _same_tables(folder: Path, again: Path, runs: pl.DataFrame) -> dict[str, int]:
    import polars as pl

    expected = {file.name: pl.read_parquet(file) for file in sorted(again.iterdir())} | {"runs.parquet": runs}
    held_to("tables", sorted(file.name for file in folder.glob("*.parquet")), sorted(expected))
    for name, table in expected.items():
        try:
            found = pl.read_parquet(folder / name)
        except pl.exceptions.PolarsError:
            raise Different(name, "what cannot be read", "a table in Parquet") from None
        same_rows(name, found, table)
    return {name: len(table) for name, table in expected.items()}


def same_rows(name: str, found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Raises Different at the first row, and in it the first column, in which two tables differ.

    >>> import polars as pl
    >>> same_rows("months", pl.DataFrame({"asked": [1, 2]}), pl.DataFrame({"asked": [1, 3]}))
    Traceback (most recent call last):
    ...
    parecon.audit.difference.Different: months, row 2, asked: found 2, expected 3
    """
    held_to(f"{name}, columns", dict(found.schema), dict(expected.schema))
    differing = [(row, column) for column in expected.columns
                 if (row := _first_differing(found[column], expected[column])) is not None]
    if differing:
        row, column = min(differing, key=lambda each: each[0])
        raise Different(f"{name}, row {row + 1}, {column}", *(_cell(table[column], row) for table in (found, expected)))


def _first_differing(found: pl.Series, expected: pl.Series) -> int | None:
    shorter = min(len(found), len(expected))
    differs = found.head(shorter).ne_missing(expected.head(shorter))
    row = differs.arg_max() if differs.any() else None
    return row if row is not None or len(found) == len(expected) else shorter


def _cell(column: pl.Series, row: int) -> object:
    return column[row] if row < len(column) else "no such row"
