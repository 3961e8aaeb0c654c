"""Timing: contenders take turns in one process, so that whatever else the machine does meets all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Figures = dict[str, float]


def seconds(work: Callable[[], Any]) -> float:
    """How long one call takes, on the wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def take_turns(contenders: Mapping[str, Callable[[], float]], repeats: int) -> Figures:
    """The median of what each contender returns over the repeats, all of them once in each repeat.

    >>> take_turns({"one": lambda: 1.0, "two": lambda: 2.0}, 3)
    {'one': 1.0, 'two': 2.0}
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, contender in contenders.items():
            gc.collect()
            taken[name].append(contender())
    return {name: statistics.median(each) for name, each in taken.items()}
