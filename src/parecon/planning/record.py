"""The folder that a planning run leaves behind: tables in Parquet, and run.json that says how they came about."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parecon import __version__
from parecon.base.errors import BadInput
from parecon.base.folders import whole
from parecon.base.parameters import parameters
from parecon.base.written import as_json, write_table
from parecon.planning.procedure import Plan
from parecon.planning.tables import tables


def write_run(plans: Plan | Sequence[Plan], out: str | Path, *, source: str | None = None,
              input_sha256: str | None = None, seed: int | None = None) -> Path:
    """Writes a plan, or several of one economy side by side, as a run folder; the tables describe the first.

    The folder appears whole or not at all. `source`, `input_sha256` and `seed` say what was read, for
    whoever reads the folder. Raises BadInput if something of this name is already there, and unless there is
    a plan, all are of one economy and no two by one rule.

    >>> import tempfile
    >>> from parecon.economy.generate import book
    >>> from parecon.planning.procedure import plan
    >>> outcome = plan(book(300, 100, 5), "book-2021", max_rounds=2)
    >>> sorted(file.stem for file in write_run(outcome, Path(tempfile.mkdtemp()) / "run").iterdir())
    ['consumption', 'goods', 'incomes', 'rounds', 'run', 'workers']
    """
    several = [plans] if isinstance(plans, Plan) else list(plans)
    _check(several)
    with whole(out) as folder:
        write_into(folder, several, {"source": source, "input_sha256": input_sha256, "seed": seed}, {})
    return Path(out)


def _check(plans: Sequence[Plan]) -> None:
    if not plans:
        raise BadInput("write_run", "plans", "none", "one or more")
    economies = {_known_by(plan): plan.economy.name for plan in plans}
    if len(economies) > 1:
        raise BadInput("write_run", "plans", f"plans of {' and '.join(economies.values())}", "plans of one economy")
    rules = [plan.rule for plan in plans]
    twice = next((rule for rule in rules if rules.count(rule) > 1), None)
    if twice is not None:
        raise BadInput("write_run", "plans", f"two by the rule {twice}", "each by a rule of its own")


def _known_by(plan: Plan) -> tuple[str, int, int, int]:
    """What tells economies apart: their name and size."""
    economy = plan.economy
    return economy.name, len(economy.workers), len(economy.consumers), len(economy.goods)


def write_into(folder: Path, plans: Sequence[Plan], origin: dict[str, Any], seconds: dict[str, float],
               resumed: Sequence[int] | None = None) -> dict[str, Any]:
    """Writes the tables and run.json of plans into an existing folder; returns what run.json says.

    `origin` says what was read, `seconds` what was spent before planning (read, setup); the time for
    writing the tables is added. `resumed` says after how many rounds each plan was gone on with: its
    own seconds are those since then.
    """
    began = time.perf_counter()
    for name, table in tables(plans).items():
        write_table(table, folder / f"{name}.parquet")
    told = about(plans, origin)
    for each, rounds in zip(told["plans"], resumed or [0] * len(plans), strict=True):
        each["resumed_after_rounds"] = rounds
    told["seconds"] = {"read": seconds.get("read", 0.0), "setup": seconds.get("setup", 0.0) + _total(plans, "setup"),
                       "rounds": _total(plans, "rounds", "rule"), "write": time.perf_counter() - began}
    (folder / "run.json").write_text(as_json(told, indent=1) + "\n", encoding="utf-8")
    return told


def _total(plans: Sequence[Plan], *parts: str) -> float:
    return sum(plan.seconds[part] for plan in plans for part in parts)


def about(plans: Sequence[Plan], origin: dict[str, Any]) -> dict[str, Any]:
    """What run.json says of plans of one economy, but for the time it took."""
    first = plans[0]
    economy = first.economy
    return {
        "parecon": __version__, "kind": "plan", "economy": economy.name, **origin, "currency": economy.currency,
        "year": economy.year, "notes": list(economy.notes), "threshold": first.threshold,
        "parameters": dict(parameters("planning")), "plans": [outcome(plan) for plan in plans],
        "councils": {"worker": len(economy.workers), "consumer": len(economy.consumers)}, "goods": len(economy.goods)}


def outcome(plan: Plan) -> dict[str, Any]:
    """What run.json says of one plan."""
    return {
        "rule": plan.rule, "behaviour": plan.councils.behaviour, "verdict": plan.outlook.verdict,
        "why": plan.outlook.why, "converged": plan.converged,
        "rounds": plan.rounds, "rounds_to": plan.rounds_to(), "worst_imbalance": plan.worst_imbalance,
        "seconds": {"setup": plan.seconds["setup"], "rounds": plan.seconds["rounds"] + plan.seconds["rule"],
                    "rule": plan.seconds["rule"]}}
