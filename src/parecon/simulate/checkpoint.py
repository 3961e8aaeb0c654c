"""Stopping and going on: a world kept in a file after a month, and read again to the bit."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from parecon.base.errors import BadInput
from parecon.base.folders import replacing
from parecon.simulate.scenario import Scenario
from parecon.simulate.world import World


def save(file: Path, world: World) -> None:
    """Writes the state of a world to a file, whole or not at all."""
    with replacing(file) as new:
        np.savez(new, allow_pickle=False, **world.state())


def load(file: Path, scenario: Scenario, seed: int) -> World:
    """The world in a file, the same to the bit as it was saved. Raises BadInput if there is none in it."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            state = {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise BadInput(file, "checkpoint", error, "what an earlier run kept here") from None
    return World.restored(scenario, seed, state)
