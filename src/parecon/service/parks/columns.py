"""Rows of the database as the columns that the law of parks decides on, and back.

Only what matters is loaded: the parks that acts touch, their pieces, and bookings that still run. Slots are counted
from the same distance before now for each park, so that one `now` serves all parks of a batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from parecon.base.parameters import Law, in_force
from parecon.base.postings import Amounts
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.stock import FREE, Bookings, Parks, Pieces, Status, as_of
from parecon.service.desk.models import Federation
from parecon.service.ledger import store
from parecon.service.ledger.law import Kind, Standing
from parecon.service.ledger.models import Account
from parecon.service.parks.models import OPEN, Booking, Membership, Park, Piece, Thing
from parecon.service.parks.slots import slot_at
from parecon.service.people.models import Household

NONE = -1
ROOM = "secondhand.parks"


@dataclass(frozen=True)
class Loaded:
    """The law's columns, and which row of the database each of their rows is.

    `shift` [park] is what is added to a slot of the park to make it a slot of the columns; `account` [account of the
    columns] the number of the ledger's; households come first, then parks, then society. `balance_mcr` is what can
    be spent of each.
    """

    law: Law
    parks: Parks
    now: int
    balance_mcr: Amounts
    account: list[int]
    households: list[Household]
    places: list[Park]
    things: list[Thing]
    pieces: list[Piece]
    bookings: list[Booking]
    shift: list[int]

    @property
    def society(self) -> int:
        """The row of society's account."""
        return len(self.account) - 1


def law_in_force() -> Law:
    """The law of parks, with what the federation has voted otherwise."""
    federation = Federation.objects.first()
    return in_force(ROOM, federation.changes.get(ROOM, {}) if federation else {}, "what was voted")


def load(parks: Collection[int], households: Collection[int], bookings: Collection[int], at_us: int, *,
         members: bool = False) -> Loaded:
    """What acts on these need, by their numbers, with all members of the parks if wanted; others are left out."""
    law = law_in_force()
    running = _bookings(parks, households, bookings)
    places = list(Park.objects.filter(pk__in={*parks, *(each.piece.park_id for each in running)}).order_by("pk"))
    pieces = list(Piece.objects.filter(park__in=places).order_by("pk"))
    things = list(Thing.objects.order_by("pk"))
    belong = Membership.objects.filter(park__in=parks if members else [], until_us=None)
    people = list(Household.objects.filter(pk__in={
        *households, *(each.household_id for each in running), *belong.values_list("household_id", flat=True),
    }).order_by("pk"))
    now = law["calendar_hours"]
    shift = [now - slot_at(at_us, each.began_us) for each in places]
    accounts = _accounts(people, places)
    standing = store.accounts(accounts).standing
    balance = np.array([_spendable(standing.get(each)) for each in accounts], np.int64)
    columns, begun = with_calendar(_parks(people, places, pieces, things, law),
                                    _columns(running, people, places, pieces, shift), now, law)
    return Loaded(law, columns, begun, balance, accounts, people, places, things, pieces, running,
                  [each + begun - now for each in shift])


def has_booked(household: Household, at_us: int) -> bool:
    """Whether a household has a piece of a park, or booked one for a time that is not over."""
    found = load((), [household.pk], (), at_us)
    return bool((found.parks.bookings.status == Status.OPEN).any())


def _bookings(parks: Collection[int], households: Collection[int], named: Collection[int]) -> list[Booking]:
    """Bookings that still run, of these parks and households, and those that are named."""
    runs = Q(piece__park__in=parks) | Q(household__in=households)
    return list(Booking.objects.filter(Q(status=OPEN) & runs | Q(pk__in=named)).select_related("piece").order_by("pk"))


def _accounts(people: list[Household], places: list[Park]) -> list[int]:
    """The ledger's accounts of households, parks and society: NONE for a household that has none."""
    found = dict(Account.objects.filter(party__in=[each.party for each in people],
                                        kind=Kind.MEMBER).values_list("party", "number"))
    federation = Federation.objects.first()
    society = federation.society_account if federation else NONE
    return [*(found.get(each.party, NONE) for each in people), *(each.account for each in places), society]


def _spendable(standing: Standing | None) -> int:
    """What stands on an account and is not held; nothing where there is no account."""
    return 0 if standing is None else standing.posted_mcr - standing.held_mcr


def _parks(people: list[Household], places: list[Park], pieces: list[Piece], things: list[Thing], law: Law) -> Parks:
    """The columns of parks, without a calendar yet."""
    park_row, thing_row = rows(places), rows(things)
    member = dict(Membership.objects.filter(household__in=people, until_us=None).values_list("household_id", "park_id"))
    park_of = column(park_row.get(member.get(each.pk, NONE), NONE) for each in people)
    price, months, hours = (np.array([getattr(each, name) for each in things], np.int64)
                            for name in ("new_price_mcr", "life_months", "life_hours"))
    pool = [park_row[each.park_id] * len(things) + thing_row[each.thing_id] for each in pieces]
    kept = Pieces(column(pool), np.array([each.new_price_mcr for each in pieces], np.int64),
                  np.array([each.worn_ppm for each in pieces], np.int64),
                  np.array([each.in_use for each in pieces], bool))
    account = len(people) + np.arange(len(places), dtype=np.int32)
    nothing = np.zeros((len(pieces), 0), np.int32)
    return Parks(park_of, account, rules.hour_fee_mcr(price, months, hours, law), kept, nothing, _none())


def _none() -> Bookings:
    return Bookings(*(np.zeros(0, kind) for kind in (np.int32, np.int32, np.int32, np.int32, np.int64, np.int8, bool)))


def _columns(bookings: list[Booking], people: list[Household], places: list[Park], pieces: list[Piece],
             shift: list[int]) -> Bookings:
    """Bookings as columns; slots are the columns'."""
    household_row, piece_row, park_row = rows(people), rows(pieces), rows(places)
    start = [each.start + shift[park_row[each.piece.park_id]] for each in bookings]
    return Bookings(
        column(household_row[each.household_id] for each in bookings),
        column(piece_row[each.piece_id] for each in bookings), column(start), column(each.slots for each in bookings),
        np.array([each.fee_mcr for each in bookings], np.int64),
        np.array([each.status for each in bookings], np.int8),
        np.array([each.fetched_us is not None for each in bookings], bool))


def with_calendar(parks: Parks, bookings: Bookings, now: int, law: Law) -> tuple[Parks, int]:
    """The parks with a calendar from the first slot of any booking that runs to the last one; and now in its slots."""
    bookings = as_of(bookings, now)
    runs = np.flatnonzero(bookings.status == Status.OPEN)
    back = int(min(bookings.start[runs].min(initial=now), now))
    bookings, now = replace(bookings, start=(bookings.start - back).astype(np.int32)), now - back
    end = bookings.start[runs].astype(np.int64) + bookings.slots[runs]
    slots = max(now + law["calendar_hours"], int(end.max(initial=0)))
    calendar = np.full((len(parks.pieces), slots), FREE, np.int32)
    for row in runs.tolist():
        first = bookings.start[row]
        calendar[bookings.piece[row], first:first + bookings.slots[row]] = row
    return replace(parks, calendar=calendar, bookings=bookings), now


def rows(of: Iterable[Park | Piece | Thing | Household | Booking]) -> dict[int, int]:
    """The row of each, by its number in the database."""
    return {each.pk: row for row, each in enumerate(of)}


def column(values: Iterable[int]) -> npt.NDArray[np.int32]:
    """A column of whole numbers."""
    return np.array(list(values), np.int32)
