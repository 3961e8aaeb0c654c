"""A planning run that can be stopped at any time: it goes on from its last round when asked for again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from functools import partial as with_arguments
from pathlib import Path
from typing import Any

from parecon import __version__
from parecon.base.folders import MAKING, emptied, refuse_taken
from parecon.base.keeping import Keeper
from parecon.cli import Stopped
from parecon.cli.run_folder import (
    claimed_for,
    finish,
    forget_partial,
    how_to_go_on,
    names,
    refuse_another,
    tidy,
    told_of,
)
from parecon.cli.show import Watch, display
from parecon.cli.stops import was_stop

KEPT = "*.npz"  # a checkpoint for each rule


@dataclass(frozen=True)
class Job:
    """What a planning run is asked to do: what to read, how councils behave, by which rules, when to stop."""

    source: str
    behaviour: str
    rules: tuple[str, ...]
    threshold: float
    max_rounds: int
    seed: int
    quiet: bool

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What makes two runs the same to the bit, whatever their input is called and wherever they write."""
        from parecon.economy.read import fingerprint

        return {"parecon": __version__, "input_sha256": fingerprint(self.source), "behaviour": self.behaviour,
                "rules": list(self.rules), "threshold": self.threshold, "max_rounds": self.max_rounds,
                "seed": self.seed}


def carry_out(job: Job, out: Path | None) -> tuple[Path, dict[str, Any]]:
    """The run folder of a job, with what its run.json says; made now, unless `out` is that very run.

    Without `out` the folder gets the first name that is free. Raises Stopped when interrupted, with
    all rounds kept that were over; BadInput for what cannot be read, or a folder that cannot be made.
    """
    if out is not None:
        told = _finished(job, out)
        if told is not None:
            _say(f"{out} is this run, finished before", job)
            return out, told
        refuse_taken(out)
    from parecon.economy.read import read
    from parecon.planning.round import councils_of

    began = time.perf_counter()
    councils = councils_of(read(job.source, job.seed), job.behaviour)
    seconds = {"read": time.perf_counter() - began}
    with claimed_for(job.asked, [out] if out else _names(councils.economy.name, job)) as (name, partial):
        try:
            return name, _run(job, councils, partial, name, seconds)
        except (KeyboardInterrupt, SystemError) as end:
            if not was_stop(end):
                raise
            raise Stopped(_how_to_go_on(partial)) from None
        finally:
            tidy(partial, KEPT)


def _finished(job: Job, out: Path) -> dict[str, Any] | None:
    """What run.json says, if `out` is a finished run that was asked the same. Raises BadInput for another one."""
    told = told_of(out)
    try:
        was_asked = {name: told[name] for name in job.asked if name not in {"behaviour", "rules"}}
        was_asked["behaviour"] = told["plans"][0]["behaviour"]
        was_asked["rules"] = [each["rule"] for each in told["plans"]]
    except (TypeError, LookupError):
        return None
    refuse_another(out, was_asked, job.asked)
    from parecon.report.read import open_run

    open_run(out, told)  # what is shown of it again must be there
    forget_partial(out)
    return told


def _names(economy: str, job: Job) -> Iterator[Path]:
    return names(economy, job.rules[0], *([job.behaviour] if job.behaviour != "published" else []))


def _run(job: Job, councils: Any, partial: Path, out: Path, seconds: dict[str, float]) -> dict[str, Any]:
    from parecon.planning.record import write_into
    from parecon.report.page import write_report

    began = time.perf_counter()
    _get_ready(councils.economy, job)
    _warn_of_worst_scale(councils, job)
    seconds["setup"] = time.perf_counter() - began
    plans, resumed = zip(*(_plan(job, councils, rule, partial) for rule in job.rules), strict=True)
    making = emptied(partial / MAKING)
    origin = {"source": job.source, "input_sha256": job.asked["input_sha256"], "seed": job.seed,
              "max_rounds": job.max_rounds}
    told = write_into(making, plans, origin, seconds, resumed)
    write_report(making)
    finish(making, out)
    return told


def _get_ready(economy: Any, job: Job) -> None:
    from parecon.planning.warm import compiled_before, warm_up

    if not compiled_before():
        _say("compiling the kernels, once on this machine (some 15 s)", job)
    warm_up(economy, job.rules, job.behaviour)


def _warn_of_worst_scale(councils: Any, job: Job) -> None:
    from parecon.planning.law import is_maximum

    if job.behaviour != "published":
        return
    wrong = (~is_maximum(councils.workers.returns)).nonzero()[0]
    if len(wrong):
        first, others = councils.economy.workers.name_of(int(wrong[0])), len(wrong) - 1
        whose = f"{first} and {others:,} other worker council{'s' * (others > 1)} have" if others else f"{first} has"
        _say(f"{whose} returns of 1 or more: the published behaviour then gives the worst scale, not the best "
             "(see --behaviour limited)", job)


def _say(sentence: str, job: Job) -> None:
    if sys.stderr.isatty() or not job.quiet:
        print(sentence, file=sys.stderr, flush=True)


def _plan(job: Job, councils: Any, rule: str, partial: Path) -> tuple[Any, int]:
    """The plan by one rule, gone on with where it was stopped, and the rounds that were there already."""
    from parecon.planning.checkpoint import load, save
    from parecon.planning.procedure import plan

    file, economy = partial / f"{rule}.npz", councils.economy
    going = load(file) if file.exists() else None
    keeper, earlier = Keeper(), going.history.worst_imbalance if going else []
    with display(f"{economy.name}, {rule}", len(economy.goods), job.threshold, quiet=job.quiet) as shown:
        watch = Watch(shown, economy.goods, job.threshold, earlier)

        def on_round(latest: Any, checkpoint: Any) -> None:
            if checkpoint is not None:  # the last round of a plan has none and changes nothing
                keeper.offer(with_arguments(save, file, checkpoint))
            watch.on_round(latest)

        try:
            made = plan(economy, rule, threshold=job.threshold, max_rounds=job.max_rounds, resume=going,
                        councils=councils, on_round=on_round)
        except (KeyboardInterrupt, SystemError) as end:
            if not was_stop(end):
                raise
            keeper.keep_latest()
            raise KeyboardInterrupt from None
    return made, len(earlier)


def _how_to_go_on(partial: Path) -> str:
    if not any(partial.glob(KEPT)):
        return ("stopped; nothing is kept yet (the first round that is not the last is), "
                "so the same command begins anew")
    return how_to_go_on("the rounds", partial)
