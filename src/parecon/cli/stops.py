"""Ctrl-C and SIGTERM: the first one stops a command, and none that follows disturbs what it does until its end."""

from __future__ import annotations

import signal

STOPS = (signal.SIGINT, signal.SIGTERM)


def heed_one() -> None:
    """From now on the first stop raises KeyboardInterrupt, and no later one does anything."""
    heeded: list[int] = []

    def stop(number: int, _: object) -> None:
        if not heeded:
            heeded.append(number)
            raise KeyboardInterrupt

    for each in STOPS:
        signal.signal(each, stop)


def heed_none() -> None:
    """From now on no stop does anything: what was asked for is done, or the command is ending."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)


def was_stop(error: BaseException | None) -> bool:
    """Whether this is a stop, or what compiled code that met one makes of it.

    >>> was_stop(KeyboardInterrupt()), was_stop(SystemError())
    (True, False)
    """
    return error is not None and (isinstance(error, KeyboardInterrupt) or was_stop(error.__cause__))
