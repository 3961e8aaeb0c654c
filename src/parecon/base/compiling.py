"""numba as the kernels use it: import it from here, and threads and memory are set up for passes over columns."""

from __future__ import annotations

import ctypes
import os

# Threads that have nothing to do sleep: spinning for work takes ten times as long on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numba as nb
from numba import types

__all__ = ["nb", "types"]

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # as glibc's malloc.h numbers them
KEPT_BYTES = 32 * 2**20


def keep_freed_memory() -> None:
    """Lets columns of up to 32 MB be used again where they lie, on systems with the GNU C library.

    The system hands out fresh memory page by page, and each page takes longer to get than to fill. A round
    and a month make the same columns over and over.
    """
    allocator = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if allocator:  # other systems' libraries decide this by themselves
        allocator(TRIM_THRESHOLD, 2 * KEPT_BYTES)
        allocator(MMAP_THRESHOLD, KEPT_BYTES)


keep_freed_memory()
