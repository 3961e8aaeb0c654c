"""Simulated years: how many household-months a second, in how much memory, and beside Mesa under the same rules."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.timing import Figures, seconds, take_turns
from parecon.base.clock import MONTHS_A_YEAR
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import World, begin
from parecon.simulate.year import month

SEED = 1
RULES_OF_PEERS = str(Path(__file__).parent / "peers" / "exchange.toml")
MILLION = 1e6
SPEED = "household-months a second, millions"


def region(households: int, years: int) -> Figures:
    """The bundled region with this many households, all institutions and checks in force: its last year is measured."""
    ready = seconds(lambda: _months(_world("region", 1000), MONTHS_A_YEAR))
    worlds: list[World] = []
    begins = seconds(lambda: worlds.append(_world("region", households)))
    earlier = _months(worlds[0], (years - 1) * MONTHS_A_YEAR)
    taken = _months(worlds[0], MONTHS_A_YEAR)
    return {"getting ready, once, s": ready, "begin, s": begins, "years before, s": sum(earlier),
            "a month, s": statistics.median(taken), "quickest month, s": min(taken), "year's last month, s": taken[-1],
            SPEED: households * MONTHS_A_YEAR / sum(taken) / MILLION,
            f"{SPEED}, quickest month": households / min(taken) / MILLION}


def _world(scenario: str, households: int) -> World:
    return begin(read_scenario(scenario, {"simulate.households": str(households)}), SEED)


def _months(world: World, count: int) -> list[float]:
    """Seconds of each of the next months."""
    return [seconds(partial(month, world)) for _ in range(count)]


def beside_mesa(few: int, many: int, region: int) -> Figures:
    """Months of a year in turns, after a year before: Mesa at two sizes, parecon at these and at the region's.

    All follow `exchange.toml`; Mesa as its tutorial has it, and written to be quick. The region with its full
    law stands beside them.
    """
    contenders = {**_contenders(few), **_contenders(many), f"parecon, {region:,}": _ours(RULES_OF_PEERS, region),
                  "parecon, region's law": _ours("region", region)}
    gc.freeze()  # so that no contender pays for looking through another's objects
    times = take_turns(contenders, MONTHS_A_YEAR)
    ratios = {}
    for peer in ("Mesa", "quick Mesa"):
        theirs = times[f"{peer}, {many:,}"]
        ratios |= {f"ratio to {peer}, {few:,} each": times[f"{peer}, {few:,}"] / times[f"parecon, {few:,}"],
                   f"ratio to {peer}, {many:,} each": theirs / times[f"parecon, {many:,}"],
                   f"ratio to {peer}, the region's size": theirs / times[f"parecon, {region:,}"],
                   f"ratio to {peer}, the region's law": theirs / times["parecon, region's law"]}
    return {f"{name}, {SPEED}": 1 / each / MILLION for name, each in times.items()} | ratios


def _contenders(households: int) -> dict[str, Callable[[], float]]:
    """A month of each program from the same beginning, a year later: seconds a household."""
    from benchmarks.peers.secondhand_mesa import PlainSecondHand, SecondHand

    contenders = {f"parecon, {households:,}": _ours(RULES_OF_PEERS, households)}
    for name, kind in (("Mesa", PlainSecondHand), ("quick Mesa", SecondHand)):
        model = kind(_world(RULES_OF_PEERS, households), SEED)
        for _ in range(MONTHS_A_YEAR):
            model.step()
        contenders[f"{name}, {households:,}"] = partial(_a_household, model.step, households)
    return contenders


def _ours(scenario: str, households: int) -> Callable[[], float]:
    world = _world(scenario, households)
    _months(world, MONTHS_A_YEAR)
    return partial(_a_household, partial(month, world), households)


def _a_household(work: Callable[[], None], households: int) -> float:
    return seconds(work) / households
