"""Stopping and going on: what a plan has come to, kept after its rounds, and read again to the bit."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from parecon.base.errors import BadInput
from parecon.base.folders import replacing
from parecon.planning.procedure import Checkpoint, History
from parecon.planning.round import Round

COLUMNS = ("price", "supply", "demand", "imbalance")
STATE = "state "
SHARE_OF_TIME = 20  # keeping takes at most one part in so many of the time


class Keeper:
    """Keeps a plan's latest checkpoint in a file, round by round: what `plan` calls after each.

    Rounds that are quicker than the writing are kept now and then, so that keeping takes little of
    the time; `keep_latest` writes down what was not.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.latest: tuple[int, Checkpoint] | None = None
        self.kept_rounds = 0
        self.next_keeping = 0.0

    def on_round(self, latest: Round, checkpoint: Checkpoint | None) -> None:
        """Takes the checkpoint after a round; the last round of a plan has none and changes nothing."""
        if checkpoint is None:
            return
        self.latest = latest.number, checkpoint
        if time.monotonic() >= self.next_keeping:
            began = time.monotonic()
            self.keep_latest()
            self.next_keeping = time.monotonic() + SHARE_OF_TIME * (time.monotonic() - began)

    def keep_latest(self) -> None:
        """Writes the latest checkpoint down, unless it already is."""
        if self.latest is not None and self.latest[0] > self.kept_rounds:
            save(self.file, *self.latest)
            self.kept_rounds = self.latest[0]


def save(file: Path, rounds: int, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint with its first `rounds` rounds to a file, whole or not at all."""
    columns = {name: np.array(getattr(checkpoint.history, name)[:rounds]) for name in COLUMNS}
    state = {STATE + name: value for name, value in checkpoint.state.items()}
    with replacing(file) as new:
        np.savez(new, allow_pickle=False, announced=checkpoint.price, **columns, **state)


def load(file: Path) -> Checkpoint:
    """The checkpoint in a file, the same to the bit as it was saved. Raises BadInput if it is none."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            history = History(*(list(kept[name]) for name in COLUMNS))
            state = {name.removeprefix(STATE): _as_it_was(kept[name]) for name in kept if name.startswith(STATE)}
            return Checkpoint(history, kept["announced"], state)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise BadInput(file, "checkpoint", error, "what an earlier run kept here") from None


def _as_it_was(value: np.ndarray) -> Any:
    """Arrays as arrays, single numbers and words as themselves."""
    return value if value.ndim else value.item()
