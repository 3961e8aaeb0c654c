"""The claims there are, one file each, and what the book says of a claim that was tried.

A claim is called by its letter and number: `u04_repricing.py` is claim U4. Files are found by their
names and loaded only when their claim is wanted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from parecon import __version__
from parecon.base.errors import BadInput
from parecon.base.interval import interval
from parecon.claims.claim import Claim

PACKAGE = "parecon.claims"
FILE = re.compile(r"([a-z])(\d\d)_\w+\.py")
LEAST_RUNS = 20
STATED = ("id", "quote", "source", "hypothesis", "experiment", "measure", "unit", "threshold", "falsified_if",
          "remarks")
"""What a claim says of itself before anything runs; an entry of the book repeats it."""
Entry = dict[str, Any]
"""What the book says of one claim, ready to be written as JSON."""


def modules() -> dict[str, str]:
    """The module of each claim by the claim's name, in the order of the book: U1 ... U12."""
    names = sorted(file.name for file in files(PACKAGE).iterdir())
    found = ((FILE.fullmatch(name), name) for name in names)
    return {f"{match[1].upper()}{int(match[2])}": f"{PACKAGE}.{name.removesuffix('.py')}"
            for match, name in found if match}


def chosen(names: Iterable[str]) -> list[str]:
    """The claims that were asked for, in the order of the book; all of them where none was named.

    Raises BadInput for a name that no claim has, with the names nearest to it.

    >>> chosen(["nonsense"])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BadInput: ID: claim: found nonsense, expected a claim of the book
    """
    known = modules()
    asked = {name.upper() for name in names}
    for name in names:
        if name.upper() not in known:
            near = get_close_matches(name.upper(), known, 3, 0.5)
            raise BadInput("ID", "claim", name, f"perhaps {' or '.join(near)}" if near
                           else f"one of {', '.join(known)}")
    return [name for name in known if name in asked or not asked]


def load(name: str) -> Claim:
    """The claim of this name."""
    return claim_in(modules()[name])


def claim_in(module: str) -> Claim:
    """The claim that a module holds, under the name that its file has."""
    claim = import_module(module).CLAIM
    assert isinstance(claim, Claim), f"{module} must hold CLAIM"
    assert module.rpartition(".")[2].startswith(f"{claim.id[0].lower()}{int(claim.id[1:]):02}_"), module
    assert claim.runs >= LEAST_RUNS, f"{claim.id} needs {LEAST_RUNS} runs or more"
    return claim


def judged(claim: Claim, measured: Sequence[Mapping[str, float]], first_seed: int, seconds: float) -> Entry:
    """What the book says of a claim after its runs: its statement, the verdict, the figures, and every sample.

    `measured` holds the numbers of each run, in the order of the seeds from `first_seed` on; `seconds` is
    the time they took on one core. Numbers other than `value` may be not a number where there is nothing
    to measure: they are written as null, and their mean is that of the other runs.
    """
    samples = {name: np.array([run[name] for run in measured], np.float64) for name in measured[0]}
    judgement = claim.judge(samples)
    value, low, high = interval(samples["value"])
    return {name: getattr(claim, name) for name in STATED} | {
        "verdict": judgement.verdict, "sentence": judgement.sentence, "value": value, "low": low, "high": high,
        "runs": len(measured), "seed": first_seed, "parecon": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": seconds,
        "measures": {name: _summary(numbers) for name, numbers in samples.items() if name != "value"},
        "samples": {name: [x if math.isfinite(x) else None for x in numbers.tolist()]
                    for name, numbers in samples.items()}}


def _summary(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float | int | None]:
    """Mean and interval of a number over the runs in which there was one, and how many these are."""
    there = numbers[np.isfinite(numbers)]
    value, low, high = interval(there) if there.size else (None, None, None)
    return {"value": value, "low": low, "high": high, "runs": len(there)}


def samples_of(entry: Entry) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """The samples of an entry as the judge sees them."""
    return {name: np.array([math.nan if x is None else x for x in numbers])
            for name, numbers in entry["samples"].items()}


def fingerprint() -> str:
    """A hash of the program's own files, by which two runs know whether they were made by the same program."""
    package = Path(str(files("parecon")))
    told = sha256()
    for file in sorted(file for ending in ("*.py", "*.toml") for file in package.rglob(ending)):
        told.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return told.hexdigest()
