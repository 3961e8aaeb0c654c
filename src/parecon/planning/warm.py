"""Getting the compiled kernels ready before the first round, so that rounds are timed as rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from parecon.economy.generate import book
from parecon.economy.model import Economy
from parecon.planning.procedure import plan
from parecon.planning.round import councils_of

TINY = {"worker_councils": 60, "consumer_councils": 10, "kinds": 2}


def compiled_before() -> bool:
    """Whether this machine keeps compiled kernels from an earlier run; if not, compiling takes seconds."""
    import numba

    from parecon.planning import kernels

    folder = numba.njit(kernels.respond, cache=True).stats.cache_path
    kept = Path(folder).glob("kernels.respond-*.nbi") if folder else ()
    newest = Path(kernels.__file__).stat().st_mtime
    return any(index.stat().st_mtime >= newest for index in kept)


def warm_up(economy: Economy, rules: Iterable[str], behaviour: str = "published") -> None:
    """Compiles what these rules need for an economy, or loads it: plans a tiny one held in the same types."""
    tiny, held = book(**TINY), economy.workers
    capacity = np.broadcast_to(1e9, len(tiny.workers))
    workers = replace(tiny.workers, input_good=tiny.workers.input_good.astype(held.input_good.dtype),
                      input_exponent=tiny.workers.input_exponent.astype(held.input_exponent.dtype), capacity=capacity)
    like = replace(tiny, workers=workers)
    for rule in rules:
        plan(like, rule, max_rounds=3, councils=councils_of(like, behaviour))
