"""Stopping and going on: what a plan has come to, kept after its rounds, and read again to the bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.base.folders import replacing
from parecon.planning.procedure import Checkpoint, History

COLUMNS = ("price", "supply", "demand", "imbalance")
ARRAY = "array "


def save(file: Path, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint to a file, whole or not at all.

    A rule's state may hold arrays, numbers and words, in lists and dictionaries as it likes. Names that
    begin with an underscore are left out: what a rule can do without after a stop.
    """
    arrays: list[npt.NDArray[Any]] = []
    state = json.dumps(_without_arrays(checkpoint.state, arrays))
    columns = {name: np.array(getattr(checkpoint.history, name)) for name in COLUMNS}
    numbered = {ARRAY + str(number): array for number, array in enumerate(arrays)}
    with replacing(file) as new:
        np.savez(new, allow_pickle=False, announced=checkpoint.price, state=np.array(state), **columns, **numbered)


def _without_arrays(value: Any, arrays: list[npt.NDArray[Any]]) -> Any:
    """The value with each array in it replaced by its number in `arrays`, to which it is added."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {ARRAY: len(arrays) - 1}
    if isinstance(value, dict):
        return {name: _without_arrays(each, arrays) for name, each in value.items() if not name.startswith("_")}
    if isinstance(value, list | tuple):
        return [_without_arrays(each, arrays) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def load(file: Path) -> Checkpoint:
    """The checkpoint in a file, the same to the bit as it was saved. Raises BadInput if it is none."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            history = History(*(list(kept[name]) for name in COLUMNS))
            return Checkpoint(history, kept["announced"], _with_arrays(json.loads(kept["state"].item()), kept))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise BadInput(file, "checkpoint", error, "what an earlier run kept here") from None


def _with_arrays(value: Any, kept: Mapping[str, npt.NDArray[Any]]) -> Any:
    """The value with each array back in its place."""
    if isinstance(value, list):
        return [_with_arrays(each, kept) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {ARRAY}:
        return kept[ARRAY + str(value[ARRAY])]
    return {name: _with_arrays(each, kept) for name, each in value.items()}
