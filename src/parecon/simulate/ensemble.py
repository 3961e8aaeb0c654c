"""Runs of one scenario: each goes on from where it was stopped; several, with a seed each, on all cores.

A folder holds what the runs have come to: `seed-7.npz` the world of an unfinished one, `seed-7.json` the
measures of a finished one, and `tables/` the tables of the first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from errno import ECHILD
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.folders import emptied, replacing
from parecon.base.keeping import Keeper
from parecon.base.processes import cores, deaf_to_stop, get_ready
from parecon.base.written import write_table
from parecon.simulate.scenario import Scenario

if TYPE_CHECKING:
    from parecon.simulate.world import World

TABLES = "tables"
LOOKS_A_SECOND = 5  # how often the runs of others are looked at
OnMonth = Callable[["World"], None]
Asked = Callable[[], bool]


@dataclass(frozen=True)
class Run:
    """What one run came to: its measures, and how long it took from where it went on.

    `measures` has value and unit of each by name; `resumed_after_months` says how many of its months were kept
    from before a stop, and `seconds` how long it took to get ready (setup) and to go through the others (months).
    """

    seed: int
    measures: dict[str, dict[str, Any]]
    months: int
    resumed_after_months: int
    seconds: dict[str, float]


def run(scenario: Scenario, seed: int, folder: Path, *, on_month: OnMonth, asked_to_stop: Asked,
        kept_after_seconds: float, tables: bool = True) -> Run:
    """One run to its end, gone on with where the folder keeps it; its tables are written if asked for.

    `on_month` sees the world after each month. When `asked_to_stop` says so after a month, that month is kept
    and the run ends with KeyboardInterrupt; a month is kept now and then besides, once some seconds are over.
    """
    done = folder / f"seed-{seed}.json"
    if done.exists():
        return Run(**json.loads(done.read_text(encoding="utf-8")))
    began, kept = time.perf_counter(), folder / f"seed-{seed}.npz"
    world = _begun(scenario, seed, kept)
    earlier, ready = world.clock.month, time.perf_counter()
    _carry_on(world, kept, Keeper(kept_after_seconds), on_month, asked_to_stop)
    seconds = {"setup": ready - began, "months": time.perf_counter() - ready}
    told = Run(seed, recorded(world, folder, tables=tables), world.clock.month, earlier, seconds)
    with replacing(done) as new:
        new.write(json.dumps(asdict(told)).encode())
    kept.unlink(missing_ok=True)
    return told


def _begun(scenario: Scenario, seed: int, kept: Path) -> World:
    from parecon.simulate.checkpoint import load
    from parecon.simulate.world import begin

    return load(kept, scenario, seed) if kept.exists() else begin(scenario, seed)


def _carry_on(world: World, kept: Path, keeper: Keeper, on_month: OnMonth, asked_to_stop: Asked) -> None:
    """Month after month to the end of the last year."""
    from parecon.simulate.checkpoint import save
    from parecon.simulate.year import month

    last = world.scenario.years * MONTHS_A_YEAR
    while world.clock.month < last:
        month(world)
        on_month(world)
        if world.clock.month < last:
            keeper.offer(partial(save, kept, world))
            if asked_to_stop():
                keeper.keep_latest()
                raise KeyboardInterrupt


def recorded(world: World, folder: Path, *, tables: bool) -> dict[str, dict[str, Any]]:
    """The measures of a world at its end; its tables are written, all or none that count."""
    from parecon.simulate.headline import measures
    from parecon.simulate.record import tables as tables_of

    held = tables_of(world)
    if tables:
        place = emptied(folder / TABLES)
        for name, table in held.items():
            write_table(table, place / f"{name}.parquet")
    return {name: dict(each) for name, each in measures(held).items()}


def ensemble(scenario: Scenario, seeds: range, folder: Path, *, on_look: Callable[[list[Run], int], None],
             asked_to_stop: Asked, kept_after_seconds: float) -> list[Run]:
    """A run for each seed, on all cores: the runs, in order of their seeds.

    `on_look` is told, now and then, which runs are finished and how many months all of them have gone through
    since this began. When `asked_to_stop` says so, all are kept where they are, and it ends with
    KeyboardInterrupt.
    """
    context = get_context("spawn")
    stop, gone = context.Event(), context.Value("q", 0)
    with ProcessPoolExecutor(min(len(seeds), cores()), context, _listen, (stop, gone)) as pool:
        with deaf_to_stop():
            going = [pool.submit(_run_apart, scenario, seed, folder, kept_after_seconds, tables=seed == seeds[0])
                     for seed in seeds]
        try:
            return _collected(going, lambda finished: on_look(finished, gone.value), asked_to_stop)
        except BrokenProcessPool:
            raise ChildProcessError(ECHILD, "ended from outside, perhaps for want of memory; the same command goes on",
                                    f"a run of {len(seeds)}") from None
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _collected(going: list[Future[Run]], on_look: Callable[[list[Run]], None], asked_to_stop: Asked) -> list[Run]:
    waiting = set(going)
    while waiting:
        _, waiting = wait(waiting, 1 / LOOKS_A_SECOND, FIRST_COMPLETED)
        on_look([each.result() for each in going if each.done()])
        if waiting and asked_to_stop():
            raise KeyboardInterrupt
    return [each.result() for each in going]


# --- In a process of its own ------------------------------------------------------------------------------------

_told: dict[str, Any] = {}
"""What the first process told this one: `stop`, whether to, and `gone`, where months that are over are counted."""


def _listen(stop: Any, gone: Any) -> None:
    _told.update(stop=stop, gone=gone)
    get_ready()


def _run_apart(scenario: Scenario, seed: int, folder: Path, kept_after_seconds: float, *, tables: bool) -> Run:
    return run(scenario, seed, folder, on_month=_count, asked_to_stop=_told["stop"].is_set, tables=tables,
               kept_after_seconds=kept_after_seconds)


def _count(_: World) -> None:
    with _told["gone"].get_lock():
        _told["gone"].value += 1
