"""Carrying out the runs of claims, on all cores, each run given nothing but its seed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process

from parecon.claims.book import claim_in

ONE_THREAD = ("NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Run:
    """One run of a claim: which claim, its number from 0, what was measured, how long it took."""

    claim: str
    number: int
    measured: dict[str, float]
    seconds: float


def cores() -> int:
    """How many processes carry out runs at the same time."""
    return os.cpu_count() or 1


def carried_out(modules: Mapping[str, str], runs: Mapping[str, int], first_seed: int) -> Generator[Run, None, None]:
    """The runs of claims as they are done, in no fixed order: the first of every claim, then claim by claim.

    `modules` and `runs` say where each claim is and how many runs it has. Run number k has the seed
    `first_seed` + k, whichever process carries it out. When the caller goes away, the processes end at once.
    """
    tasks = sorted(((number > 0, place, number), name) for place, name in enumerate(modules)
                   for number in range(runs[name]))
    others = set(active_children())
    with _deaf_to_stop():
        workers = ProcessPoolExecutor(min(len(tasks), cores()), get_context("spawn"), _get_ready)
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


@contextmanager
def _deaf_to_stop() -> Iterator[None]:
    """Processes started here do not hear Ctrl-C: the terminal sends it to all, and only this one should answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _get_ready() -> None:
    """What a process does first: one thread is enough, and it ends when the program does, however that ends."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    threading.Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    program = parent_process()
    assert program, "this runs in a process that the program started"
    program.join()
    os._exit(1)


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
