"""What people do in live parks: each act with the name its form was given."""

from __future__ import annotations

from typing import NamedTuple


class OpenPark(NamedTuple):
    """A council of kind park gets a place, a clock and an account, and its calendar begins."""

    act: str
    council: int
    place: str
    hours: str
    zone: str


class Join(NamedTuple):
    """A household belongs to a park from now on, and to no other."""

    act: str
    park: int
    household: int


class Leave(NamedTuple):
    """A household belongs to its park no longer."""

    act: str
    park: int
    household: int


class AgreeNeed(NamedTuple):
    """How many pieces of a kind of thing members have agreed to keep."""

    act: str
    park: int
    thing: int
    pieces: int


class Book(NamedTuple):
    """A piece of a kind of thing, from a slot for some slots."""

    act: str
    park: int
    thing: int
    start: int
    slots: int


class Cancel(NamedTuple):
    """A booking is not wanted any more."""

    act: str
    booking: int


class TakeOut(NamedTuple):
    """The piece that was booked is fetched."""

    act: str
    booking: int


class GiveBack(NamedTuple):
    """The piece is back; whether it still works, and what there is to say of it."""

    act: str
    booking: int
    works: bool
    note: str = ""


class Contribute(NamedTuple):
    """A household leaves a thing to its park; a keeper says what a new one costs, how worn it is and if it works."""

    act: str
    park: int
    household: int
    thing: int
    new_price_mcr: int
    worn_ppm: int
    works: bool
    title: str = ""


class Withdraw(NamedTuple):
    """A piece is taken out of use."""

    act: str
    piece: int
    note: str = ""


class PutBack(NamedTuple):
    """A piece that was mended is in use again."""

    act: str
    piece: int
    note: str = ""


class CloseMonth(NamedTuple):
    """Pieces are a month older, and keeping them is paid."""

    act: str
    park: int
    month: int


class ShareResult(NamedTuple):
    """What a year has left over, or lacks, all members of the park share."""

    act: str
    park: int
    year: int
