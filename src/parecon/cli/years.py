"""A simulation that can be stopped at any time: it goes on from where it was when asked for again."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from parecon import __version__
from parecon.base.folders import MAKING, emptied, refuse_taken
from parecon.base.written import as_json, write_table
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
from parecon.cli.show_years import MONTHS, RUNS, WatchMonths, WatchRuns, display
from parecon.cli.stops import STOPS, heed_none
from parecon.simulate.ensemble import TABLES, Run, ensemble, run
from parecon.simulate.measures import by_run, summarised
from parecon.simulate.scenario import Scenario

KEPT_AFTER_SECONDS = 10.0  # what is killed sooner begins anew: writing a large world takes a second
BOOKS = "books.sqlite3"
KEPT = "seed-*.*"  # an unfinished world, or what a finished run came to, for each seed


@dataclass(frozen=True)
class Simulation:
    """What is asked for: a scenario, the seed of its first run, and how many runs."""

    scenario: Scenario
    seed: int
    runs: int
    quiet: bool
    through: int | None = None  # with so many households, through a live desk

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What makes two simulations the same to the bit, whatever their scenario is called and wherever they write."""
        decided = {f"{law}.{name}": value for law, entries in self.scenario.decided.items()
                   for name, value in entries.items()}
        through = {} if self.through is None else {"through_service": self.through}
        return through | {"parecon": __version__, "scenario": self.scenario.name, "years": self.scenario.years,
                "decided": decided, "seed": self.seed, "runs": self.runs,
                "input_sha256": self.scenario.fingerprint()}


def carry_out(simulation: Simulation, out: Path | None) -> tuple[Path, dict[str, Any]]:
    """The run folder of a simulation, with what its run.json says; made now, unless `out` is that very run.

    Without `out` the folder gets the first name that is free. Raises Stopped when interrupted, with all months
    kept that were over; BadInput where no folder can be made.
    """
    if out is not None:
        told = told_of(out)
        if told and all(told.get(name) == value for name, value in simulation.asked.items()):
            forget_partial(out)
            _say(f"{out} is this run, finished before", simulation)
            return out, told
        refuse_another(out, {name: told[name] for name in simulation.asked if name in told}, simulation.asked)
        refuse_taken(out)
    where = [out] if out else names(simulation.scenario.name)
    with claimed_for(simulation.asked, where) as (name, partial):
        try:
            return name, _run(simulation, partial, name)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(partial)) from None
        finally:
            tidy(partial, KEPT)


def _run(simulation: Simulation, partial: Path, out: Path) -> dict[str, Any]:
    from parecon.report.page import write_report

    began = time.perf_counter()
    runs, kept = _runs(simulation, partial) if simulation.through is None else _through(simulation, partial)
    simulated = time.perf_counter()
    making = emptied(partial / MAKING)
    for table in sorted((partial / TABLES).iterdir()):
        shutil.copyfile(table, making / table.name)
    write_table(by_run(runs), making / "runs.parquet")
    if kept:
        (partial / BOOKS).replace(making / BOOKS)
    seconds = {part: sum(each.seconds[part] for each in runs) for part in ("setup", "months")}
    seconds |= {"write": time.perf_counter() - simulated, "all": time.perf_counter() - began}
    text = as_json(about(simulation, runs, seconds) | ({"books": kept} if kept else {}), indent=1)
    (making / "run.json").write_text(text + "\n", encoding="utf-8")
    write_report(making)
    finish(making, out)
    return dict(json.loads(text))


def _through(simulation: Simulation, partial: Path) -> tuple[list[Run], dict[str, Any]]:
    """The one run that a live desk follows, and what stands in its books; nothing of it is kept when it is stopped."""
    from parecon.audit.run import run_through

    scenario, file = simulation.scenario, partial / BOOKS
    heading = f"{scenario.name}, seed {simulation.seed}, through the service"
    with noted_stops() as asked_to_stop, display(heading, MONTHS, quiet=simulation.quiet) as shown:
        try:
            run_of_it, kept = run_through(scenario, simulation.seed, partial, file, asked_to_stop=asked_to_stop,
                                          on_month=WatchMonths(shown, scenario).on_month)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    return [run_of_it], vars(kept)


def _runs(simulation: Simulation, partial: Path) -> tuple[list[Run], dict[str, Any]]:
    scenario, quiet = simulation.scenario, simulation.quiet
    seeds = range(simulation.seed, simulation.seed + simulation.runs)
    with noted_stops() as asked_to_stop:
        if simulation.runs == 1:
            with display(f"{scenario.name}, seed {simulation.seed}", MONTHS, quiet=quiet) as shown:
                watch = WatchMonths(shown, scenario)
                return [run(scenario, simulation.seed, partial, on_month=watch.on_month, asked_to_stop=asked_to_stop,
                            kept_after_seconds=KEPT_AFTER_SECONDS)], {}
        heading = f"{scenario.name}, {simulation.runs} runs of {scenario.years} years"
        with display(heading, RUNS, quiet=quiet) as shown:
            watching = WatchRuns(shown, scenario, simulation.runs)
            return ensemble(scenario, seeds, partial, on_look=watching.on_look, asked_to_stop=asked_to_stop,
                            kept_after_seconds=KEPT_AFTER_SECONDS), {}


@contextmanager
def noted_stops() -> Iterator[Callable[[], bool]]:
    """Notes Ctrl-C and SIGTERM, for the block to end when a month is over; a second one ends it at once.

    Whatever comes after that, or after the block, disturbs no more what the command does until its end.
    """
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        noted.append(number)
        if len(noted) == 2:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, note) for each in STOPS}
    try:
        yield lambda: bool(noted)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        if noted:
            heed_none()


def about(simulation: Simulation, runs: list[Run], seconds: dict[str, float]) -> dict[str, Any]:
    """What run.json says of a simulation."""
    scenario = simulation.scenario
    gone_through = sum(each.months - each.resumed_after_months for each in runs)
    speed = gone_through * scenario.laws["simulate"]["households"] / seconds["months"]
    return simulation.asked | {
        "kind": "simulation", "title": scenario.title, "about": scenario.about, "source": scenario.source,
        "changes": dict(scenario.changes), "institutions": list(scenario.institutions),
        "parameters": dict(scenario.laws),
        "measures": summarised([each.measures for each in runs]),
        "resumed_after_months": [each.resumed_after_months for each in runs], "seconds": seconds,
        "household_months_a_second": speed}


def _say(sentence: str, simulation: Simulation) -> None:
    if sys.stderr.isatty() or not simulation.quiet:
        print(sentence, file=sys.stderr, flush=True)


def _how_to_go_on(partial: Path) -> str:
    if not any(partial.glob(KEPT)):
        return "stopped; nothing is kept yet (the first month is), so the same command begins anew"
    return how_to_go_on("the months", partial)
