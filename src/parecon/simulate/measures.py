"""What several runs of a scenario come to: the mean of each measure, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parecon.base.interval import interval

if TYPE_CHECKING:
    import polars as pl

    from parecon.simulate.ensemble import Run

Measures = Mapping[str, Mapping[str, Any]]


def summarised(runs: Sequence[Measures]) -> dict[str, dict[str, Any]]:
    """Each measure of several runs: its mean, the ends of the mean's 95 % interval, and its unit.

    One run is its own mean and both ends. A measure that has no value in some run has none here (nan).

    >>> summarised([{"stock": {"value": 3.0, "unit": "items"}}])
    {'stock': {'value': 3.0, 'low': 3.0, 'high': 3.0, 'unit': 'items'}}
    """
    return {name: _summary([float(run[name]["value"]) for run in runs]) | {"unit": entry["unit"]}
            for name, entry in runs[0].items()}


def _summary(values: Sequence[float]) -> dict[str, float]:
    if not all(map(math.isfinite, values)):
        return dict.fromkeys(("value", "low", "high"), math.nan)
    return dict(zip(("value", "low", "high"), interval(values), strict=True))


def by_run(runs: Iterable[Run]) -> pl.DataFrame:
    """What each run came to, a row for each of its measures: seed, measure, value, unit."""
    import polars as pl

    rows = [(run.seed, name, float(entry["value"]), str(entry["unit"]))
            for run in runs for name, entry in run.measures.items()]
    kinds = {"seed": pl.Int64, "measure": pl.String, "value": pl.Float64, "unit": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")
