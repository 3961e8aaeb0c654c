"""A park as its events have left it so far, in the columns that the law of parks decides on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand.parks.law import hour_fee_mcr
from parecon.secondhand.parks.stock import Bookings, Parks, Pieces, Status, empty
from parecon.service.parks.columns import with_calendar
from parecon.service.parks.models import Booking, Park, Thing
from parecon.service.parks.slots import month_at, slot_at


@dataclass
class Stands:
    """What has become of a booking: how far it is, when it was fetched and when it ended, which month counted it."""

    status: int = Status.OPEN.value
    fetched_us: int | None = None
    ended_us: int | None = None
    worn_month: int | None = None


@dataclass
class Place:
    """A park: its pieces in the order in which they came, and the bookings of them that run, by number.

    `month` is the next to be closed, `year` the last whose result was shared; `used` are bookings that were fetched
    and whose hours no month has counted.
    """

    park: Park
    needed: Ints
    pieces: Pieces
    month: int
    year: int = -10**6
    number: list[int] = field(default_factory=list)
    since_us: list[int] = field(default_factory=list)
    running: dict[int, Booking] = field(default_factory=dict)
    used: dict[int, Booking] = field(default_factory=dict)

    def now(self, at_us: int) -> int:
        """The slot that has begun."""
        return slot_at(at_us, self.park.began_us)

    def forget_lapsed(self, stands: dict[int, Stands], slot: int) -> None:
        """Leaves out what was never fetched and was over so long ago that no clock is set back to it."""
        over = [number for number, each in self.running.items()
                if each.start + each.slots <= slot and stands[number].fetched_us is None]
        for number in over:
            del self.running[number]


@dataclass(frozen=True)
class Columns:
    """The law's columns of a park at a time: `now` is its slot in them, `shift` what is added to the park's slots.

    `bookings` are the numbers of the bookings by their rows; the park's account comes after those of all households,
    society's comes last.
    """

    parks: Parks
    now: int
    shift: int
    bookings: list[int]

    def row(self, booking: int) -> npt.NDArray[np.int32]:
        """The row of a booking, -1 where it does not run."""
        return np.array([self.bookings.index(booking) if booking in self.bookings else -1], np.int32)


class Households:
    """The households that ever had to do with a park: the row of each, and the park that each belongs to now."""

    def __init__(self, numbers: Iterable[int], law: Law, things: list[Thing]) -> None:
        self.row = {number: row for row, number in enumerate(sorted(set(numbers)))}
        self.belongs: npt.NDArray[np.int64] = np.full(len(self.row), -1, np.int64)
        price, months, hours = (np.array([getattr(each, name) for each in things], np.int64)
                                for name in ("new_price_mcr", "life_months", "life_hours"))
        self.law, self.fee_mcr = law, hour_fee_mcr(price, months, hours, law)
        self.life_months, self.life_hours = months, hours

    def opened(self, park: Park) -> Place:
        """A park that has nothing yet."""
        return Place(park, np.zeros(len(self.fee_mcr), np.int64), empty([], [0], self.fee_mcr, 0).pieces,
                     month_at(park.began_us, park.zone))

    def columns(self, place: Place, stands: dict[int, Stands], at_us: int) -> Columns:
        """A park at a time, with the bookings of it that run."""
        now = self.law["calendar_hours"]
        shift = now - place.now(at_us)
        place.forget_lapsed(stands, place.now(at_us) - now)
        numbers, rows = list(place.running), list(place.running.values())
        piece_row = {number: row for row, number in enumerate(place.number)}
        member, piece, start, slots = (np.array(each, np.int32) for each in (
            [self.row[each.household_id] for each in rows], [piece_row[each.piece_id] for each in rows],
            [each.start + shift for each in rows], [each.slots for each in rows]))
        bookings = Bookings(
            member, piece, start, slots, np.array([each.fee_mcr for each in rows], np.int64),
            np.zeros(len(rows), np.int8),
            np.array([stands[number].fetched_us is not None for number in numbers], bool))
        whole = empty(np.where(self.belongs == place.park.pk, 0, -1), [len(self.row)], self.fee_mcr, 0)
        parks, begun = with_calendar(replace(whole, pieces=place.pieces), bookings, now, self.law)
        return Columns(parks, begun, shift + begun - now, numbers)

    def nothing_mcr(self) -> Amounts:
        """A balance of 0 for every account of the columns."""
        return np.zeros(len(self.row) + 2, np.int64)


def with_open_elsewhere(parks: Parks, member: int, bookings: int) -> Parks:
    """The columns with so many bookings more that a member has in other parks: they count, and take no time here."""
    more = Bookings(*(np.full(bookings, value, getattr(parks.bookings, name).dtype) for name, value in zip(
        Bookings.__dataclass_fields__, (member, 0, 0, 0, 0, Status.OPEN, False), strict=True)))
    together = (np.concatenate([getattr(parks.bookings, name), getattr(more, name)])
                for name in Bookings.__dataclass_fields__)
    return replace(parks, bookings=Bookings(*together))
