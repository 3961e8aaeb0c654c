"""The last verdicts: of the runs in this folder, or those that come with the package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from parecon.claims import book
from parecon.claims.book import STATED, Entry, load

KEPT = "claims.json"  # in a run's folder
SHIPPED = "verdicts.json"  # in the package: the claims.json of a run of all claims, copied
SAME_TEST = ("measure", "unit", "threshold", "falsified_if")
"""A verdict is one of a claim only if these are what they were when it ran."""


def last_verdicts(names: Iterable[str], runs: Path) -> list[Entry]:
    """What the book last said of each claim, the newest first looked for: in `runs`, then in the package.

    Each entry says `made` (when), `parecon` (by which version) and `kept` (where it stands). A claim that
    never ran, or not as it is measured now, has no verdict, no figures, and 0 runs.
    """
    told = [entry | {"kept": str(file.parent)} for file in sorted(runs.glob(f"claims*/{KEPT}"))
            for entry in entries(file)]
    told += [entry | {"kept": "shipped with parecon"} for entry in shipped()]
    told.sort(key=lambda entry: str(entry.get("made")))
    newest = {entry["id"]: entry for entry in told if entry.get("id") in set(names) and _still_so(entry)}
    return [newest.get(name) or _never_run(name) for name in names]


def entries(file: Path) -> list[Entry]:
    """The entries of a claims.json; none where it cannot be read."""
    try:
        return [entry for entry in json.loads(file.read_text(encoding="utf-8"))["claims"] if isinstance(entry, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def shipped() -> list[Entry]:
    """The entries that come with the package."""
    return entries(Path(str(files(book.PACKAGE).joinpath(SHIPPED))))


def _still_so(entry: Entry) -> bool:
    claim = load(entry["id"])
    return all(entry.get(name) == getattr(claim, name) for name in SAME_TEST)


def _never_run(name: str) -> Entry:
    claim = load(name)
    nothing: dict[str, Any] = dict.fromkeys(("verdict", "value", "low", "high", "made"))
    return {stated: getattr(claim, stated) for stated in STATED} | nothing | {
        "sentence": "never run as it stands now", "runs": 0, "kept": None}
