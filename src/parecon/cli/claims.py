"""`parecon claims`: tries the claims of the claims book, and leaves a folder with every sample and a page."""

from __future__ import annotations

import json as text_json
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from parecon import __version__
from parecon.base.errors import BadInput
from parecon.base.folders import MAKING, emptied, refuse_taken, replacing
from parecon.base.interval import HOW
from parecon.base.written import as_json
from parecon.claims.book import Entry, chosen, fingerprint, judged, load, modules
from parecon.claims.verdicts import KEPT, entries, last_verdicts
from parecon.cli import DONE, Stopped
from parecon.cli.run_folder import RUNS, claimed_for, finish, forget_partial, how_to_go_on, names, tidy

DONE_CLAIM = ".claim.json"  # in the partial folder, one a claim whose runs are all over
TOLD = ("id", "quote", "source", "verdict", "measure", "value", "low", "high", "threshold", "runs",
        "unit", "sentence", "seed", "made", "parecon")
"""What `--json` says of each claim, in this order."""


def claims(*ids: str, seed: int = 1, out: Path | None = None,
           last: Annotated[bool, Parameter(name="--list", negative=())] = False,
           json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Try claims about a participatory economy by experiment, each with a threshold that was fixed beforehand.

    Leaves a folder: claims.json with every sample, and claims.html to look at. A claim that fails is a
    result like one that holds. What was stopped goes on with the claims still to do when the same
    command is given again.

    Exit code 0 when the claims were tried, whatever came of it, 2 for bad input, 130 when stopped.

    Parameters
    ----------
    ids
        The claims to try, such as U4; all of them if none is named.
    seed
        The seed of the first run of each claim, 0 or more; the others follow it.
    out
        The folder to make; by default runs/claims, numbered if that is taken.
    last
        Run nothing: show the last verdicts, from folders in runs/ or else those that come with parecon.
    json
        Print one JSON object on standard output and nothing else.
    """
    from parecon.cli.claims_show import in_words

    wanted = chosen(ids)
    if seed < 0:
        raise BadInput("--seed", "value", seed, "0 or more")
    if last:
        told: dict[str, Any] = {"claims": last_verdicts(wanted, RUNS)}
        print(_as_one_object(told, {}) if json else in_words(told["claims"]))
        return DONE
    folder, told = _carry_out(Job(tuple(wanted), seed, quiet=json), out)
    where = {"out": str(folder), "report": str(folder / "claims.html")}
    print(_as_one_object(told, {"seconds": told["seconds"]} | where) if json
          else f"{in_words(told['claims'])}\nto look at: {where['report']}")
    return DONE


@dataclass(frozen=True)
class Job:
    """Which claims are tried, from which seed on."""

    ids: tuple[str, ...]
    seed: int
    quiet: bool

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What makes two runs the same to the bit."""
        return {"parecon": __version__, "code_sha256": fingerprint(), "seed": self.seed, "ids": list(self.ids)}


def _as_one_object(told: dict[str, Any], more: dict[str, Any]) -> str:
    rows = [{name: entry.get(name) for name in TOLD} for entry in told["claims"]]
    return as_json({"claims": rows} | more)


def _carry_out(job: Job, out: Path | None) -> tuple[Path, dict[str, Any]]:
    """The folder of a job and what its claims.json says; made now, unless `out` is that very run."""
    if out is not None:
        told = _finished(job, out)
        if told is not None:
            if not job.quiet:
                print(f"{out} is this run, finished before", file=sys.stderr)
            return out, told
        refuse_taken(out)
    with claimed_for(job.asked, [out] if out else names("claims")) as (folder, partial):
        try:
            return folder, _run(job, partial, folder)
        except (KeyboardInterrupt, BrokenProcessPool) as end:
            raise Stopped(_how_to_go_on(job, partial, end)) from None
        finally:
            tidy(partial, f"*{DONE_CLAIM}")


def _finished(job: Job, out: Path) -> dict[str, Any] | None:
    """What claims.json says, if `out` is a finished run that was asked the same."""
    try:
        told = dict(text_json.loads((out / KEPT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if any(told.get(name) != value for name, value in job.asked.items()):
        return None
    forget_partial(out)
    return told


def _run(job: Job, partial: Path, out: Path) -> dict[str, Any]:
    began = time.perf_counter()
    done = {name: entry for name in job.ids for entry in entries(_file(partial, name))}
    for entry in _tried(job, done):
        done[entry["id"]] = entry
        with replacing(_file(partial, entry["id"])) as new:
            new.write(_json({"claims": [entry]}))
    from parecon.report.claims import write_claims

    making = emptied(partial / MAKING)
    told = {"kind": "claims"} | job.asked | {"interval": HOW, "seconds": time.perf_counter() - began,
                                             "claims": [done[name] for name in job.ids]}
    (making / KEPT).write_bytes(_json(told))
    write_claims(making)
    finish(making, out)
    return told


def _file(partial: Path, name: str) -> Path:
    return partial / f"{name}{DONE_CLAIM}"


def _json(told: dict[str, Any]) -> bytes:
    return (as_json(told, indent=1) + "\n").encode()


def _tried(job: Job, done: dict[str, Entry]) -> Iterator[Entry]:
    """The entries of the claims still to do, each as soon as its last run is over."""
    from parecon.claims.trials import carried_out
    from parecon.cli.claims_show import shown

    left = {name: load(name) for name in job.ids if name not in done}
    if not left:
        return
    runs: dict[str, dict[int, dict[str, float]]] = {name: {} for name in left}
    spent = dict.fromkeys(left, 0.0)
    where = {name: modules()[name] for name in left}
    numbers = {name: claim.runs for name, claim in left.items()}
    with shown(list(left.values()), list(done.values()), quiet=job.quiet) as watch, \
            closing(carried_out(where, numbers, job.seed)) as results:
        for run in results:
            runs[run.claim][run.number] = run.measured
            spent[run.claim] += run.seconds
            watch.on_run(run)
            if len(runs[run.claim]) == numbers[run.claim]:
                measured = [runs[run.claim][number] for number in range(numbers[run.claim])]
                entry = judged(left[run.claim], measured, job.seed, spent[run.claim])
                watch.on_verdict(entry)
                yield entry


def _how_to_go_on(job: Job, partial: Path, end: BaseException) -> str:
    lost = "" if isinstance(end, KeyboardInterrupt) else "a process ended that tried claims, perhaps short of memory: "
    kept = sum(_file(partial, name).exists() for name in job.ids)
    if not kept:
        nothing = "nothing is kept yet (a claim is when all its runs are over), so the same command begins anew"
        return f"{lost}stopped; {nothing}"
    return lost + how_to_go_on(f"the verdicts ({kept} of {len(job.ids)} claims)", partial)
