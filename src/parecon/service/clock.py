"""The wall clock: what time it is, in the units that the books and the law count in.

The books count microseconds since 1970 in UTC. The law counts months; here month 0 is January 2000.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from parecon.base.clock import MONTHS_A_YEAR

FIRST_YEAR = 2000
SECOND_US = 1_000_000
DAY_US = 24 * 3600 * SECOND_US


def now_us() -> int:
    """What time it is."""
    return time.time_ns() // 1000


def month_of(at_us: int) -> int:
    """The month of a time.

    >>> month_of(0), month_of(begin_us(25)), month_of(begin_us(25) - 1)
    (-360, 25, 24)
    """
    at = datetime.fromtimestamp(at_us // SECOND_US, UTC)
    return (at.year - FIRST_YEAR) * MONTHS_A_YEAR + at.month - 1


def begin_us(month: int) -> int:
    """When a month begins.

    >>> date_of(begin_us(25)).isoformat()
    '2002-02-01'
    """
    year, rest = divmod(month, MONTHS_A_YEAR)
    return int(datetime(FIRST_YEAR + year, rest + 1, 1, tzinfo=UTC).timestamp()) * SECOND_US


def date_of(at_us: int) -> date:
    """The day of a time, in UTC."""
    return datetime.fromtimestamp(at_us // SECOND_US, UTC).date()


def last_day(month: int) -> date:
    """The last day of a month.

    >>> last_day(25).isoformat()
    '2002-02-28'
    """
    return date_of(begin_us(month + 1) - 1)
