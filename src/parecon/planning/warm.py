"""Getting the compiled kernels ready before the first round, so that rounds are timed as rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from parecon.economy.generate import book
from parecon.economy.model import Economy
from parecon.planning.procedure import plan
from parecon.planning.round import councils_of
from parecon.planning.rounds import THREADS_FROM_INPUTS

FEW, MANY = 60, THREADS_FROM_INPUTS // 3  # worker councils, of three inputs or more


def compiled_before() -> bool:
    """Whether this machine keeps compiled kernels from an earlier run; if not, compiling takes seconds."""
    import numba

    from parecon.planning import kernels

    folder = numba.njit(kernels.respond, cache=True).stats.cache_path
    kept = Path(folder).glob("kernels.respond-*.nbi") if folder else ()
    newest = Path(kernels.__file__).stat().st_mtime
    return any(index.stat().st_mtime >= newest for index in kept)


def warm_up(economy: Economy, rules: Iterable[str], behaviour: str = "published") -> None:
    """Compiles what these rules need for an economy, or loads it: plans a small one held in the same types.

    An economy large enough for threads is also planned in parts that are not (a sample of its councils).
    """
    large = len(economy.workers.input_good) >= THREADS_FROM_INPUTS
    small = [_like(economy, councils) for councils in ((FEW, MANY) if large else (FEW,))]
    for like, rule in product(small, rules):
        plan(like, rule, max_rounds=3, councils=councils_of(like, behaviour))


def _like(economy: Economy, worker_councils: int) -> Economy:
    """An economy of so many worker councils and few goods, held in the same types as this one."""
    whole, held = book(worker_councils, 10, 2), economy.workers
    small = whole.workers
    return replace(whole, workers=replace(
        small, input_good=small.input_good.astype(held.input_good.dtype),
        input_exponent=small.input_exponent.astype(held.input_exponent.dtype),
        capacity=np.broadcast_to(1e9, len(small))))
