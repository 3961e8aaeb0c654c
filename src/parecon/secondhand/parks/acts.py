"""What members do at a park, as columns: one row an act; and how an act is refused.

Every act is immediate: it is decided on the state that earlier acts left. Slots are hours, counted from
when the calendar of the park began.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt


class Refusal(IntEnum):
    """Why an act is not done; 0 where it is."""

    ACCEPTED = 0
    NOT_A_MEMBER = 1
    NOT_KEPT = 2
    NO_TIME = 3
    TOO_LONG = 4
    NOT_IN_CALENDAR = 5
    TOO_MANY_OPEN = 6
    ALL_TAKEN = 7
    NOT_ENOUGH_CREDIT = 8
    NO_SUCH_BOOKING = 9
    NOT_YOURS = 10
    ALREADY_DONE = 11
    HAS_BEGUN = 12
    NOT_BEGUN = 13
    NOT_WORKING = 14
    NOT_NEEDED = 15
    LAPSED = 16
    TOO_EARLY = 17
    OUT_ALREADY = 18
    NOT_THERE = 19
    NO_SUCH_PIECE = 20
    OUT_OF_USE = 21
    IN_USE = 22
    WORN_OUT = 23


SENTENCES = {
    Refusal.ACCEPTED: "done",
    Refusal.NOT_A_MEMBER: "the household does not belong to this park",
    Refusal.NOT_KEPT: "the park has no such thing",
    Refusal.NO_TIME: "a booking lasts an hour at least",
    Refusal.TOO_LONG: "the booking is longer than members have agreed",
    Refusal.NOT_IN_CALENDAR: "the time is over, or farther ahead than can be booked",
    Refusal.TOO_MANY_OPEN: "bring back or cancel something first: so many bookings at once are not allowed",
    Refusal.ALL_TAKEN: "all pieces are taken at that time; another time may be free",
    Refusal.NOT_ENOUGH_CREDIT: "the member's credits do not cover the fee",
    Refusal.NO_SUCH_BOOKING: "there is no such booking",
    Refusal.NOT_YOURS: "the booking is another member's",
    Refusal.ALREADY_DONE: "the booking was cancelled or the piece brought back before",
    Refusal.HAS_BEGUN: "the booking has begun; bring the piece back instead",
    Refusal.NOT_BEGUN: "the booking has not begun; cancel it instead",
    Refusal.NOT_WORKING: "the piece does not work, is not safe or is worth nothing",
    Refusal.NOT_NEEDED: "the park has as many of these as its members need",
    Refusal.LAPSED: "the piece was never fetched, and the time that was booked is over",
    Refusal.TOO_EARLY: "the time that was booked has not begun",
    Refusal.OUT_ALREADY: "the piece was handed out for this booking before",
    Refusal.NOT_THERE: "the piece is broken or was not brought back in time; cancel now, and the whole fee comes back",
    Refusal.NO_SUCH_PIECE: "there is no such piece",
    Refusal.OUT_OF_USE: "the piece was taken out of use before",
    Refusal.IN_USE: "the piece is in use already",
    Refusal.WORN_OUT: "the piece is worn out",
}


class Purpose(IntEnum):
    """What a posting is for."""

    FEE = 60
    FEE_BACK = 61
    LATE_RETURN = 62
    CONTRIBUTION = 63
    PURCHASE = 64
    KEEP = 65
    SHARED_RESULT = 66


@dataclass(frozen=True)
class Wishes:
    """Bookings asked for: [act]; the member, the park, the good, the first slot and how many slots."""

    member: npt.NDArray[np.int32]
    park: npt.NDArray[np.int32]
    good: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.member)

    def rows(self, chosen: npt.NDArray[np.intp]) -> Wishes:
        """Some of them, in the order given."""
        return Wishes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Cancellations:
    """Bookings that a member does not want any more: [act]."""

    member: npt.NDArray[np.int32]
    booking: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Returns:
    """Pieces brought back: [act]; which booking, and whether the piece still works."""

    member: npt.NDArray[np.int32]
    booking: npt.NDArray[np.int32]
    works: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fetchings:
    """Pieces that members take out at the time they booked: [act]."""

    member: npt.NDArray[np.int32]
    booking: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Contributions:
    """Pieces that members bring to the park: [act]; what a new one costs, how worn this one is, and whether it works.

    `worn_ppm` is in millionths of a life.
    """

    member: npt.NDArray[np.int32]
    park: npt.NDArray[np.int32]
    good: npt.NDArray[np.int32]
    new_price_mcr: npt.NDArray[np.int64]
    worn_ppm: npt.NDArray[np.int64]
    works: npt.NDArray[np.bool_]
