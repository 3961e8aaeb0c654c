"""The economies that come with the program: what each is, and how large, known without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parecon.economy.model import Economy

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Bundled:
    """A bundled economy in one sentence, with its counts of councils and goods."""

    name: str
    sentence: str
    worker_councils: int
    consumer_councils: int
    goods: int


BUNDLED = (
    Bundled("village", "A village of twelve workplaces and three wards, small enough to check by hand.", 12, 3, 14),
)
NAMES = tuple(entry.name for entry in BUNDLED)


def load(name: str, seed: int) -> Economy:
    """The bundled economy of this name; `seed` matters only where workplaces are drawn by lot.

    >>> len(load("village", seed=1).workers)
    12
    """
    from parecon.economy.folder import read_folder
    return read_folder(DATA / name)
