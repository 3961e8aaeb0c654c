"""Keeping what a long computation has come to, as often as costs little of its time."""

from __future__ import annotations

import time
from collections.abc import Callable

SHARE_OF_TIME = 20  # keeping takes at most one part in so many of the time


class Keeper:
    """Decides when what a computation has come to is written down: now, or with something later.

    Nothing is kept in the first `after_seconds`. Then steps that are quicker than the writing are kept now and
    then; `keep_latest` writes down the last one that was not.

    >>> kept = []
    >>> keeper = Keeper()
    >>> for step in (1, 2):
    ...     keeper.offer(lambda step=step: kept.append(step))
    >>> keeper.keep_latest()
    >>> kept[0], kept[-1]
    (1, 2)
    """

    def __init__(self, after_seconds: float = 0.0) -> None:
        self.latest: Callable[[], None] | None = None
        self.next_keeping = time.monotonic() + after_seconds

    def offer(self, keep: Callable[[], None]) -> None:
        """Takes what would write down the step that is just over, and calls it if it is time to."""
        self.latest = keep
        if time.monotonic() >= self.next_keeping:
            began = time.monotonic()
            self.keep_latest()
            self.next_keeping = time.monotonic() + SHARE_OF_TIME * (time.monotonic() - began)

    def keep_latest(self) -> None:
        """Writes the latest step down, unless it already is."""
        if self.latest is not None:
            self.latest()
            self.latest = None
