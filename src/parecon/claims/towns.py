"""Whole towns lived through for experiments: the bundled scenario, decided otherwise, month after month."""

from __future__ import annotations

from parecon.base.clock import MONTHS_A_YEAR
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import World, begin
from parecon.simulate.year import month

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022"


def opened(seed: int, years: int, decided: dict[str, object]) -> World:
    """The bundled town as it begins, some parameters decided otherwise, by their full names."""
    return begin(read_scenario("town", {name: str(value) for name, value in decided.items()}, years), seed)


def lived(world: World) -> World:
    """The same town at the end of its years."""
    for _ in range(world.scenario.years * MONTHS_A_YEAR):
        month(world)
    return world
