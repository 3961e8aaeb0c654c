"""Getting the compiled kernels ready before the first round, so that rounds are timed as rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from parecon.economy.generate import book
from parecon.economy.model import Economy
from parecon.planning.procedure import plan

TINY = {"worker_councils": 60, "consumer_councils": 10, "kinds": 2}


def compiled_before() -> bool:
    """Whether this machine keeps compiled kernels from an earlier run; if not, compiling takes seconds."""
    import numba

    from parecon.planning import kernels

    folder = numba.njit(kernels.respond, cache=True).stats.cache_path
    kept = Path(folder).glob("kernels.respond-*.nbi") if folder else ()
    newest = Path(kernels.__file__).stat().st_mtime
    return any(index.stat().st_mtime >= newest for index in kept)


def warm_up(economy: Economy, rules: Iterable[str]) -> None:
    """Compiles what these rules need for an economy, or loads it: plans a tiny one held in the same types."""
    tiny, like = book(**TINY), economy.workers
    workers = replace(tiny.workers, input_good=tiny.workers.input_good.astype(like.input_good.dtype),
                      input_exponent=tiny.workers.input_exponent.astype(like.input_exponent.dtype))
    for rule in rules:
        plan(replace(tiny, workers=workers), rule, max_rounds=3)
