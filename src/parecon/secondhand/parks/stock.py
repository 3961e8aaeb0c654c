"""What parks have: their pieces, the calendar of each piece, and the bookings made so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.postings import Amounts

FREE = -1


class Status(IntEnum):
    """How far a booking is."""

    OPEN = 0
    CANCELLED = 1
    RETURNED = 2
    LAPSED = 3
    """never fetched, and its time is over"""


@dataclass(frozen=True)
class Pieces:
    """The pieces of all parks: [piece]; the pool (park x goods + good) each belongs to, and how worn it is.

    `in_use` is false for pieces that are broken or worn out: nobody can book them.
    """

    pool: npt.NDArray[np.int32]
    new_price_mcr: Amounts
    worn_ppm: npt.NDArray[np.int64]
    in_use: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.pool)


@dataclass(frozen=True)
class Bookings:
    """All bookings: [booking]; who, which piece, from which slot, how many slots, at what fee, and how far it is.

    `fetched` is true once the member has taken the piece out.
    """

    member: npt.NDArray[np.int32]
    piece: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]
    fee_mcr: Amounts
    status: npt.NDArray[np.int8]
    fetched: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True)
class Parks:
    """All parks of a place, as columns; decisions make a new one and leave this as it is.

    `park_of` [member] is the park each belongs to, below 0 for none; `account` [park] the row of its account;
    `hour_fee_mcr` [good] what an hour costs. `calendar` [piece, slot] holds the row of the booking
    that has the piece then, or FREE.
    """

    park_of: npt.NDArray[np.int32]
    account: npt.NDArray[np.int32]
    hour_fee_mcr: Amounts
    pieces: Pieces
    calendar: npt.NDArray[np.int32]
    bookings: Bookings

    @property
    def goods(self) -> int:
        """How many kinds of goods parks may keep."""
        return len(self.hour_fee_mcr)

    @property
    def pools(self) -> int:
        """How many pools there are: one for each park and good."""
        return len(self.account) * self.goods

    def kept(self) -> npt.NDArray[np.int64]:
        """How many pieces in use each pool has: [pool]."""
        return np.bincount(self.pieces.pool[self.pieces.in_use], minlength=self.pools)

    def park_of_piece(self, piece: Ints) -> npt.NDArray[np.int32]:
        """The park that each of these pieces belongs to."""
        return (self.pieces.pool[piece] // self.goods).astype(np.int32)


def as_of(bookings: Bookings, now: int) -> Bookings:
    """The bookings as they stand at slot `now`: whoever has not fetched a piece before the time was over has let it be.

    >>> one = [np.array([each]) for each in (0, 0, 3, 2, 800, 0, False)]
    >>> [int(as_of(Bookings(*one), now).status[0]) for now in (4, 5)]
    [0, 3]
    """
    end = bookings.start.astype(np.int64) + bookings.slots
    over = (bookings.status == Status.OPEN) & ~bookings.fetched & (end <= now)
    return replace(bookings, status=np.where(over, Status.LAPSED, bookings.status).astype(np.int8))


def empty(park_of: npt.ArrayLike, account: npt.ArrayLike, hour_fee_mcr: npt.ArrayLike, slots: int) -> Parks:
    """Parks that have members and no pieces yet; the calendar has so many slots.

    >>> len(empty([0, 0, 1], [3, 4], [400], 48).pieces)
    0
    """
    none = np.zeros(0, np.int32)
    pieces = Pieces(none, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool))
    return Parks(np.asarray(park_of, np.int32), np.asarray(account, np.int32), np.asarray(hour_fee_mcr, np.int64),
                 pieces, np.full((0, slots), FREE, np.int32),
                 Bookings(none, none, none, none, np.zeros(0, np.int64), np.zeros(0, np.int8),
                          np.zeros(0, bool)))


def with_pieces(parks: Parks, more: Pieces) -> Parks:
    """The parks with these pieces besides, free at all times.

    >>> more = Pieces(np.array([0], np.int32), np.array([750_000]), np.array([0]), np.array([True]))
    >>> with_pieces(empty([0], [1], [400], 48), more).kept().tolist()
    [1]
    """
    pieces = Pieces(*(np.concatenate([getattr(parks.pieces, name), getattr(more, name)])
                      for name in Pieces.__dataclass_fields__))
    fresh = np.full((len(more), parks.calendar.shape[1]), FREE, np.int32)
    return replace(parks, pieces=pieces, calendar=np.concatenate([parks.calendar, fresh]))


def free_from(parks: Parks, pool: int, slots: int) -> npt.NDArray[np.int64]:
    """How many pieces in use of a pool are free for so many slots from each slot on: [slot of the calendar].

    >>> from dataclasses import replace
    >>> more = Pieces(np.array([0], np.int32), np.array([750_000]), np.array([0]), np.array([True]))
    >>> parks = with_pieces(empty([0], [1], [400], 4), more)
    >>> free_from(replace(parks, calendar=np.array([[FREE, FREE, 7, FREE]], np.int32)), 0, 2).tolist()
    [1, 0, 0, 0]
    """
    chosen = parks.calendar[(parks.pieces.pool == pool) & parks.pieces.in_use]
    taken = np.pad(np.cumsum(chosen != FREE, axis=1), ((0, 0), (1, 0)))
    free = np.zeros(parks.calendar.shape[1], np.int64)
    last = len(free) - slots + 1
    if last > 0:
        free[:last] = (taken[:, slots:] - taken[:, :last] == 0).sum(axis=0)
    return free


def next_period(parks: Parks) -> Parks:
    """The parks at the beginning of the next period: an empty calendar, no bookings, worn-out pieces gone.

    For simulated months; whoever still has a piece then has brought it back.
    """
    pieces = Pieces(*(getattr(parks.pieces, name)[parks.pieces.in_use] for name in Pieces.__dataclass_fields__))
    clean = empty(parks.park_of, parks.account, parks.hour_fee_mcr, parks.calendar.shape[1])
    return with_pieces(clean, pieces)
