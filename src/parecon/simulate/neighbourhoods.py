"""Neighbourhoods and their parks in a simulated world: who belongs to which, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.secondhand.parks.sharing import Sharing, begin
from parecon.secondhand.parks.uses import Uses, as_catalogued, read_uses
from parecon.simulate.scenario import Scenario
from parecon.simulate.store import BrokenIdentity
from parecon.simulate.world import NEVER, NONE

if TYPE_CHECKING:
    from parecon.simulate.world import World

ROOM = "secondhand.parks"
Cells = npt.NDArray[np.bool_]  # [household, shared good]


@dataclass
class State:
    """What households think of parks; the item that each piece is, [piece]; the area that each park is in, [park]."""

    sharing: Sharing
    item: npt.NDArray[np.int32]
    area: npt.NDArray[np.int64]


def used_goods(world: World) -> Uses:
    """The goods of the world that can be shared, and how they are used."""
    return as_catalogued(read_uses(), world.durables, world.law(ROOM))


def places(scenario: Scenario, area: Ints) -> npt.NDArray[np.int64]:
    """The area of each park: as many as an area has neighbourhoods, one at least; none where there are no parks."""
    if ROOM not in scenario.institutions:
        return np.zeros(0, np.int64)
    households = np.bincount(area, minlength=scenario.laws["simulate"]["areas"])
    parks = np.maximum(1, np.rint(households / scenario.laws[ROOM]["households_a_park"]).astype(np.int64))
    return np.repeat(np.arange(len(parks)), parks)


def opened(world: World) -> State:
    """Parks before the first month: every household belongs to one of its area, and none has a piece yet."""
    area = world.homes.area
    area_of_park = places(world.scenario, area)
    households, parks = np.bincount(area), np.bincount(area_of_park)
    order = np.argsort(area, kind="stable")
    rank = np.empty(len(area), np.int64)
    rank[order] = np.arange(len(area)) - np.repeat(np.cumsum(households) - households, households)
    park = np.searchsorted(area_of_park, area) + rank * parks[area] // households[area]
    sharing = begin(owns(world), park.astype(np.int32), world.store.parties.park(np.arange(len(area_of_park))),
                    world.uses, world.seed, world.law(ROOM))
    return State(sharing, np.zeros(0, np.int32), area_of_park)


def shared(world: World) -> npt.NDArray[np.intp]:
    """Which goods of the world can be shared: [shared good]."""
    return np.array([world.durables.code.index(code) for code in world.uses.code], np.intp)


def owns(world: World) -> Cells:
    """Who has what of the goods that can be shared."""
    return world.homes.item[:, shared(world)] != NONE


def waits(world: World) -> Cells:
    """Who has asked for a used one: nobody else is due never."""
    return world.homes.due_month[:, shared(world)] == NEVER


def in_parks(world: World) -> npt.NDArray[np.int64]:
    """How many pieces of each good parks have: [good]. Raises BrokenIdentity where somebody else holds one."""
    state: State | None = world.others.get(ROOM)
    if state is None:
        return np.zeros(len(world.durables), np.int64)
    parks, items = state.sharing.parks, world.store.items
    park = parks.pieces.pool // max(1, parks.goods)
    if len(park) != len(state.item):
        raise BrokenIdentity(f"parks: {len(park):,} pieces in their books, and {len(state.item):,} items")
    astray = np.flatnonzero(items.holder[state.item] != parks.account[park])
    if len(astray):
        raise BrokenIdentity(f"parks: {world.store.parties.name(int(parks.account[park[astray[0]]]))} has a piece "
                             "that somebody else holds")
    return np.bincount(items.good[state.item], minlength=len(world.durables))
