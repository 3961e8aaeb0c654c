"""Draws by lot: a pure function of seed, stream and period, whatever else was drawn before.

Two runs with one seed differ only where their settings differ, and a change in one place does
not shift the draws of another.
"""

from __future__ import annotations

import zlib

import numpy as np


def lots(seed: int, stream: str, period: int = 0) -> np.random.Generator:
    """A generator for one purpose: same seed, stream and period, same draws.

    >>> lots(1, "recipes").random() == lots(1, "recipes").random()
    True
    """
    key = np.array([seed & (2**64 - 1), zlib.crc32(stream.encode()) << 32 | period], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
