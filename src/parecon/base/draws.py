"""Draws by counter: a uniform number for each id that depends on seed, stream, period and id alone.

Who else draws, in which order or on how many threads, changes nothing; two runs with one seed differ
only where what happens in them differs. The mixing function is SplitMix64 (Steele, Lea and Flood 2014),
applied to a key of seed, stream and period and then to the id.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
TO_UNIT = 2.0**-53


def key(seed: int, stream: str, period: int = 0) -> np.uint64:
    """What one purpose in one period mixes into each id.

    >>> bool(key(1, "inspection", 5) == key(1, "inspection", 6))
    False
    """
    words = np.array([seed & (2**64 - 1), zlib.crc32(stream.encode()) << 32 | period & (2**32 - 1)], np.uint64)
    return np.uint64(mixed(mixed(words[:1]) + words[1:])[0])


def mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Each 64-bit word scrambled so that neighbours have nothing in common: one to one, same shape.

    >>> len(set(mixed(np.arange(1000, dtype=np.uint64)).tolist()))
    1000
    """
    words = words + GOLDEN
    words ^= words >> np.uint64(30)
    words *= FIRST
    words ^= words >> np.uint64(27)
    words *= SECOND
    words ^= words >> np.uint64(31)
    return words


def uniform(purpose: np.uint64, ids: Ints) -> npt.NDArray[np.float64]:
    """A number from 0 up to 1 for each id, for this purpose: shape as `ids`.

    >>> whole = uniform(key(1, "failures", 3), np.arange(10))
    >>> bool(uniform(key(1, "failures", 3), np.array([7]))[0] == whole[7])
    True
    """
    unit: npt.NDArray[np.float64] = (words(purpose, ids) >> np.uint64(11)).astype(np.float64)
    unit *= TO_UNIT
    return unit


def words(purpose: np.uint64, ids: Ints) -> npt.NDArray[np.uint64]:
    """64 bits for each id, for this purpose: what `uniform` and orders by lot are made of."""
    return mixed((np.asarray(ids).astype(np.uint64) * GOLDEN) ^ purpose)


def chosen(purpose: np.uint64, share: float, count: int) -> npt.NDArray[np.int64]:
    """Rows of a register of `count` of which each is chosen with the same chance, independently: ascending.

    The gaps between the chosen are drawn instead of a lot for each, so few chosen cost little.

    >>> len(chosen(key(1, "moves", 3), 0.01, 100_000)), chosen(key(1, "moves"), 0.0, 9).tolist()
    (1026, [])
    """
    if share <= 0 or count == 0:
        return np.zeros(0, np.int64)
    if share >= 1:
        return np.arange(count)
    rows, last, drawn = [], -1, 0
    while last < count:
        batch = int((count - last) * share * 1.1) + 10
        lot = uniform(purpose, np.arange(drawn, drawn + batch))
        gap = 1 + np.minimum(np.log1p(-lot) / np.log1p(-share), count)
        rows.append(last + np.cumsum(gap.astype(np.int64)))
        last, drawn = int(rows[-1][-1]), drawn + batch
    every = np.concatenate(rows)
    return every[every < count]
