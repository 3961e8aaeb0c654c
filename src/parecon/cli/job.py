"""A planning run that can be stopped at any time: it goes on from its last round when asked for again.

While it runs, `OUT.partial` holds what was asked for and a checkpoint for each rule. What is being
written goes into a folder in it, which gets its name `OUT` in one step when it is complete.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from parecon import __version__
from parecon.base.folders import MAKING, Taken, claimed, emptied, partial_of, publish, refuse_taken, replacing
from parecon.cli import Stopped
from parecon.cli.show import Watch, display

ASKED = "asked.json"
RUNS = Path("runs")


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
    with _claimed_for(job, [out] if out else _names(councils.economy.name, job)) as (name, partial):
        try:
            return name, _run(job, councils, partial, name, seconds)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(partial)) from None
        finally:
            _tidy(partial)


def _finished(job: Job, out: Path) -> dict[str, Any] | None:
    """What run.json says, if `out` is a finished run that was asked the same."""
    try:
        told = json.loads((out / "run.json").read_text(encoding="utf-8"))
        was_asked = {name: told[name] for name in job.asked if name not in {"behaviour", "rules"}}
        was_asked["behaviour"] = told["plans"][0]["behaviour"]
        was_asked["rules"] = [each["rule"] for each in told["plans"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if was_asked != job.asked:
        return None
    shutil.rmtree(partial_of(out), ignore_errors=True)  # left where a run was killed just after its end
    return dict(told)


def _names(economy: str, job: Job) -> Iterator[Path]:
    """The names that a run may get where none is given: the first, then numbered ones."""
    words = [economy, job.rules[0], *([job.behaviour] if job.behaviour != "published" else [])]
    first = re.sub(r"[^\w.+-]+", "-", "-".join(words))
    return (RUNS / (first if number == 1 else f"{first}-{number}") for number in count(1))


@contextmanager
def _claimed_for(job: Job, names: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """The first name that is free, or where this same job was stopped; with its partial folder, locked."""
    with ExitStack() as held:
        yield _first_free(job, names, held)


def _first_free(job: Job, names: Iterable[Path], held: ExitStack) -> tuple[Path, Path]:
    refused = None
    for out in names:
        try:
            with ExitStack() as attempt:
                partial = attempt.enter_context(claimed(out))
                _remember(job, partial)
                held.push(attempt.pop_all())
                return out, partial
        except Taken as taken:
            refused = taken
    assert refused is not None
    raise refused


def _remember(job: Job, partial: Path) -> None:
    """Writes down what is asked; raises Taken where a run was stopped that had been asked something else."""
    file = partial / ASKED
    if file.exists():
        was = json.loads(file.read_text(encoding="utf-8"))
        other = [name for name in job.asked if was.get(name) != job.asked[name]]
        if other:
            found = ", ".join(f"{name} {was.get(name)}" for name in other)
            expected = ", ".join(f"{name} {job.asked[name]}" for name in other)
            raise Taken(partial, "a run that was stopped", found, f"{expected} (or remove it to begin anew)")
    else:
        with replacing(file) as new:
            new.write(json.dumps(job.asked).encode())


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
    publish(making, out)
    shutil.rmtree(partial)
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
    from parecon.planning.checkpoint import Keeper, load
    from parecon.planning.procedure import plan

    file, economy = partial / f"{rule}.npz", councils.economy
    going = load(file) if file.exists() else None
    keeper, earlier = Keeper(file), going.history.worst_imbalance if going else []
    with display(f"{economy.name}, {rule}", len(economy.goods), job.threshold, quiet=job.quiet) as shown:
        watch = Watch(shown, economy.goods, job.threshold, earlier)

        def on_round(latest: Any, checkpoint: Any) -> None:
            keeper.on_round(latest, checkpoint)
            watch.on_round(latest)

        try:
            made = plan(economy, rule, threshold=job.threshold, max_rounds=job.max_rounds, resume=going,
                        councils=councils, on_round=on_round)
        except (KeyboardInterrupt, SystemError) as end:
            if not _was_stopped(end):
                raise
            keeper.keep_latest()
            raise KeyboardInterrupt from None
    return made, len(earlier)


def _was_stopped(end: BaseException | None) -> bool:
    """Whether this is Ctrl-C, or what compiled code that it met makes of it."""
    return end is not None and (isinstance(end, KeyboardInterrupt) or _was_stopped(end.__cause__))


def _how_to_go_on(partial: Path) -> str:
    if not any(partial.glob("*.npz")):
        return ("stopped; nothing is kept yet (the first round that is not the last is), "
                "so the same command begins anew")
    return f"stopped; the rounds so far are kept in {partial}; to go on: {shlex.join(['parecon', *sys.argv[1:]])}"


def _tidy(partial: Path) -> None:
    """Leaves nothing behind that a later run could not go on from."""
    shutil.rmtree(partial / MAKING, ignore_errors=True)
    if not any(partial.glob("*.npz")):
        (partial / ASKED).unlink(missing_ok=True)
