"""Carrying out the runs of claims, on all cores, each run given nothing but its seed."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import active_children, get_context

from parecon.base.processes import cores, deaf_to_stop, get_ready
from parecon.claims.book import claim_in


@dataclass(frozen=True)
class Run:
    """One run of a claim: which claim, its number from 0, what was measured, how long it took."""

    claim: str
    number: int
    measured: dict[str, float]
    seconds: float


def carried_out(modules: Mapping[str, str], runs: Mapping[str, int], first_seed: int) -> Generator[Run, None, None]:
    """The runs of claims as they are done, in no fixed order: the first of every claim, then claim by claim.

    `modules` and `runs` say where each claim is and how many runs it has. Run number k has the seed
    `first_seed` + k, whichever process carries it out. When the caller goes away, the processes end at once.
    """
    tasks = sorted(((number > 0, place, number), name) for place, name in enumerate(modules)
                   for number in range(runs[name]))
    others = set(active_children())
    with deaf_to_stop():
        workers = ProcessPoolExecutor(min(len(tasks), cores()), get_context("spawn"), get_ready)
        waiting = [workers.submit(_carry_out, modules[name], name, number, first_seed + number)
                   for (_, _, number), name in tasks]
    try:
        yield from _results(waiting)
    except BaseException:
        workers.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        raise
    workers.shutdown()


def _results(waiting: list[Future[Run]]) -> Iterator[Run]:
    for done in as_completed(waiting):
        yield done.result()


def _carry_out(module: str, name: str, number: int, seed: int) -> Run:
    began = time.perf_counter()
    try:
        claim = claim_in(module)
        measured = {key: float(number) for key, number in claim.measured(seed).items()}
        assert "value" in measured, "a run measures `value`"
    except Exception as error:
        error.add_note(f"claim {name}, seed {seed}")
        raise
    return Run(name, number, measured, time.perf_counter() - began)
