"""A scenario: which institutions there are, for how many years, and what was decided otherwise than the law says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parecon.base.errors import BadInput
from parecon.base.parameters import Law, in_force, parameters
from parecon.simulate.scenario_file import (
    ENGINE,
    laws_of,
    nearest,
    parsed,
    read_changes,
    read_header,
    read_tables,
    refuse_years,
)

if TYPE_CHECKING:
    from parecon.secondhand.durables import Durables

SCENARIOS = Path(__file__).parent / "scenarios"
BUNDLED = ("town", "region", "black-market", "collectors", "parks")
ON_COMMAND = "--set"


@dataclass(frozen=True)
class Scenario:
    """What a simulation is told: its name, years, institutions, and the parameters in force of each.

    `laws` has, by name, the parameters of the engine ("simulate"), of each institution plugged in, and of how
    people behave in it ("secondhand.behaviour"); `decided` those of them that the file, or whoever asked for the
    run, decided otherwise; `changes` what was typed for this run. `source` is what was read; `folder` where a
    catalogue of its own is looked for.
    """

    name: str
    title: str
    about: str
    years: int
    institutions: tuple[str, ...]
    laws: Mapping[str, Law]
    decided: Mapping[str, Mapping[str, Any]]
    changes: Mapping[str, str]
    source: str
    folder: Path

    @cached_property
    def durables(self) -> Durables:
        """The goods that take part: those of the catalogue, or those of them that the scenario names."""
        from parecon.secondhand.durables import BUNDLED as CATALOGUES
        from parecon.secondhand.durables import read_durables

        engine = self.laws[ENGINE]
        name = engine["durables"]
        try:
            whole = read_durables(name if name in CATALOGUES else self.folder / name, self.source)
        except OSError as error:
            raise BadInput(self.source, f"[{ENGINE}] durables", error.strerror, "a file that can be read") from None
        return _chosen(whole, engine["goods"], self.source) if engine["goods"] else whole

    def fingerprint(self) -> str:
        """A hash of all that its outcome depends on but the seed: what is in force, and the goods there are.

        >>> read_scenario("town").fingerprint() == read_scenario("town", years=1).fingerprint()
        False
        """
        told = json.dumps([self.years, self.institutions, dict(self.laws)], sort_keys=True)
        held = hashlib.sha256(told.encode())
        for each in fields(self.durables):
            column = getattr(self.durables, each.name)
            held.update(column.tobytes() if isinstance(column, np.ndarray) else repr(column).encode())
        return held.hexdigest()


def read_scenario(name: str, changes: Mapping[str, str] | None = None, years: int | None = None) -> Scenario:
    """A bundled scenario by its name, or one from a file; with what is decided otherwise for this run.

    `changes` has values as people type them by the parameter's full name, `years` another length. Raises
    BadInput, with the place in the file, for whatever is unknown, of the wrong kind, out of bounds or missing.

    >>> read_scenario("town", {"simulate.households": "500"}).laws["simulate"]["households"]
    500
    """
    from parecon.secondhand.durables import schedule

    file = SCENARIOS / f"{name}.toml" if name in BUNDLED else Path(name)
    values = parsed(file, name, BUNDLED)
    header = read_header(values, name)
    decided = read_tables(values, header["institutions"], name)
    laws = {law: dict(in_force(law, decided.get(law, {}), name)) for law in laws_of(header["institutions"])}
    changed = read_changes(changes or {}, laws, ON_COMMAND)
    for law, values_of in changed.items():
        decided[law] = decided.get(law, {}) | values_of
        laws[law] = dict(in_force(law, decided[law], ON_COMMAND))
    if years is not None:
        refuse_years(years, "--years", "value")
        header["years"] = years
    folder = Path() if "durables" in changed.get(ENGINE, {}) else file.parent
    scenario = Scenario(**header, laws=laws, decided=_otherwise(decided), changes=dict(changes or {}), source=name,
                        folder=folder)
    schedule(scenario.durables, np.ones(len(scenario.durables)), laws["secondhand"], name)  # refuses one that rises
    return scenario


def _otherwise(decided: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What differs from the law, of what was written down: to write what it says anyway decides nothing."""
    differing = {law: {name: value for name, value in values.items() if value != parameters(law)[name]}
                 for law, values in decided.items()}
    return {law: values for law, values in differing.items() if values}


def _chosen(durables: Durables, codes: list[str], source: str) -> Durables:
    """The goods of these codes, in the order of the catalogue."""
    for code in codes:
        if code not in durables.code:
            raise BadInput(source, f"[{ENGINE}] goods", repr(code), nearest(code, durables.code))
    rows = [row for row, code in enumerate(durables.code) if code in codes]
    columns = {each.name: getattr(durables, each.name) for each in fields(durables)}
    kept: dict[str, Any] = {name: column[rows] if isinstance(column, np.ndarray) else tuple(column[row] for row in rows)
                            for name, column in columns.items()}
    return type(durables)(**kept)
