"""Slots and the clock on the wall: hours of a park's calendar as days and hours of its time zone, also on odd days.

A slot is an hour that passes, so that a day on which clocks are changed has 23 or 25 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from parecon.service.clock import FIRST_YEAR, SECOND_US

HOUR_US = 3600 * SECOND_US


class Hour(NamedTuple):
    """A slot as it is called in the park: the day, and the hour as its clock shows it when the slot begins."""

    slot: int
    day: date
    label: str


def slot_at(at_us: int, began_us: int) -> int:
    """The slot that has begun at a time.

    >>> slot_at(HOUR_US * 3 - 1, 0), slot_at(-1, 0)
    (2, -1)
    """
    return (at_us - began_us) // HOUR_US


def time_of(slot: int, began_us: int, zone: str) -> datetime:
    """When a slot begins, by the park's clock.

    >>> time_of(24 * 90, 0, "Europe/Berlin").isoformat()
    '1970-04-01T01:00:00+01:00'
    """
    return datetime.fromtimestamp((began_us + slot * HOUR_US) // SECOND_US, UTC).astimezone(ZoneInfo(zone))


def label_of(begins: datetime) -> str:
    """An hour as it is written; one that comes twice in a night says by which clock.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> label_of(datetime(2026, 10, 25, 2, fold=1, tzinfo=berlin)), label_of(datetime(2026, 10, 26, 2, tzinfo=berlin))
    ('02:00 CET', '02:00')
    """
    twice = begins.replace(fold=0).utcoffset() != begins.replace(fold=1).utcoffset()
    return f"{begins:%H:%M %Z}" if twice else f"{begins:%H:%M}"


def day_of(slot: int, began_us: int, zone: str) -> date:
    """The day on which a slot begins."""
    return time_of(slot, began_us, zone).date()


def hours_of(day: date, began_us: int, zone: str) -> Iterator[Hour]:
    """The slots of a day, in their order.

    >>> [len(list(hours_of(date(2026, *each), 0, "Europe/Berlin"))) for each in ((3, 29), (10, 25), (10, 26))]
    [23, 25, 24]
    """
    first = _first_slot(day, began_us, zone)
    for slot in range(first, _first_slot(day + timedelta(days=1), began_us, zone)):
        yield Hour(slot, day, label_of(time_of(slot, began_us, zone)))


def _first_slot(day: date, began_us: int, zone: str) -> int:
    """The first slot that begins on a day."""
    midnight_us = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()) * SECOND_US
    return -((began_us - midnight_us) // HOUR_US)


def month_at(at_us: int, zone: str) -> int:
    """The month in which a time falls by the park's clock, counted as in clock.py."""
    at = datetime.fromtimestamp(at_us // SECOND_US, UTC).astimezone(ZoneInfo(zone))
    return (at.year - FIRST_YEAR) * 12 + at.month - 1


def first_slot_of_month(month: int, began_us: int, zone: str) -> int:
    """The first slot that begins in a month, counted as in clock.py.

    >>> day_of(first_slot_of_month(25, 0, "Europe/Berlin"), 0, "Europe/Berlin").isoformat()
    '2002-02-01'
    """
    year, rest = divmod(month, 12)
    return _first_slot(date(FIRST_YEAR + year, rest + 1, 1), began_us, zone)


def whole_hour(at_us: int, zone: str) -> int:
    """The last full hour of the clock on the wall, from which a calendar begins."""
    at = datetime.fromtimestamp(at_us // SECOND_US, UTC).astimezone(ZoneInfo(zone))
    return (int(at.timestamp()) - (at.minute * 60 + at.second)) * SECOND_US
