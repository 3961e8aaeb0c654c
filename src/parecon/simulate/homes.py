"""Homes in a simulated month: who thinks of what, what they have, and when they will think of it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.draws import key
from parecon.simulate.world import NEVER, NONE

if TYPE_CHECKING:
    from parecon.simulate.world import World

Rows = npt.NDArray[np.intp]
MANY_AT_ONCE = 5_000  # thoughts: below, what is compiled takes longer to load than it saves


@dataclass
class Thoughts:
    """Households that think of a good this month: [thought], in the order of the register.

    `slot` is household times goods plus good; `item` what they have of it; `broke` whether it broke just now.
    """

    slot: Rows
    household: npt.NDArray[np.int32]
    good: npt.NDArray[np.int8]
    item: npt.NDArray[np.int32]
    broke: npt.NDArray[np.bool_]
    parted: npt.NDArray[np.bool_]

    def without(self) -> Rows:
        """Rows of those who have none."""
        return np.flatnonzero(self.item == NONE)


def of_slot(world: World, slot: Rows) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """The household and the good of each slot."""
    household = (slot // len(world.durables)).astype(np.int32)
    return household, (slot - household * len(world.durables)).astype(np.int8)


def leave_home(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Items that are no longer where they were."""
    empty(world, thoughts.slot[rows])
    thoughts.item[rows] = NONE


def empty(world: World, slot: Rows) -> None:
    """Homes that have no such thing any more."""
    world.homes.item.reshape(-1)[slot] = NONE
    world.homes.fails_month.reshape(-1)[slot] = NEVER


def dispose(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Items that leave a home for recycling."""
    world.store.scrap(thoughts.item[rows])
    world.witness.gone(world, thoughts.item[rows])
    world.record.count("scrapped_at_home", thoughts.good[rows])
    leave_home(world, thoughts, rows)


def place(world: World, slot: Rows, item: Ints) -> None:
    """Items that came into homes."""
    world.homes.item.reshape(-1)[slot] = item
    world.homes.fails_month.reshape(-1)[slot] = world.store.items.fails_month[item]
    think_again(world, slot)


def think_again(world: World, slot: Rows) -> None:
    """Draws when these households will next think of these goods; what breaks makes them think sooner."""
    if len(slot) >= MANY_AT_ONCE:
        _think_again_compiled(world, slot)
    else:
        plain_think_again(world, slot)


def plain_think_again(world: World, slot: Rows) -> None:
    """The same in plain columns."""
    fails = world.homes.fails_month.reshape(-1)[slot]
    pause = world.lives.drawn(world.lives.pause_months, world.lots("pause", slot))
    due = np.minimum(np.minimum(world.clock.month + pause.astype(np.int32), fails), NEVER - 1)
    world.homes.due_month.reshape(-1)[slot] = np.maximum(due, world.clock.month + 1)


def _think_again_compiled(world: World, slot: Rows) -> None:
    from parecon.simulate.kernels import kernel

    homes, month = world.homes, world.clock.month
    kernel("think_again")(homes.due_month.reshape(-1), homes.fails_month.reshape(-1), month, slot,
                          world.lives.pause_months, key(world.seed, "pause", month))


def think_soon(world: World, slot: Rows) -> None:
    """Those who could not do what they wanted will think of it again before long."""
    world.homes.due_month.reshape(-1)[slot] = world.clock.month + world.law("secondhand.behaviour")["retry_months"]
