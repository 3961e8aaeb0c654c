"""What pages of parks show: what there is and what is free when, whose booking comes next, where the credits went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from parecon.secondhand.parks.acts import Purpose
from parecon.secondhand.parks.stock import Status, free_from
from parecon.service.desk.showing import households
from parecon.service.ledger.models import Entry
from parecon.service.parks.columns import Loaded, load, rows
from parecon.service.parks.models import OPEN, Booking, Membership, Park, Thing
from parecon.service.parks.slots import day_of, hours_of, label_of, slot_at, time_of
from parecon.service.people.models import Household

DAYS_AT_ONCE = 7
PURPOSES = {
    Purpose.FEE: _("Fees for bookings"), Purpose.FEE_BACK: _("Fees given back"),
    Purpose.LATE_RETURN: _("Late returns"), Purpose.CONTRIBUTION: _("Things that members brought"),
    Purpose.PURCHASE: _("New things bought"), Purpose.KEEP: _("Keep: room, care and repair"),
    Purpose.SHARED_RESULT: _("Shared among members"),
}


class Kind(NamedTuple):
    """A kind of thing that a park has: how many pieces, how many of them are free now, and what an hour costs."""

    thing: Thing
    pieces: int
    free_now: int
    hour_fee_mcr: int


class Free(NamedTuple):
    """An hour of a day: whether one can book from then on for as long as wanted, and how many pieces are free."""

    slot: int
    label: str
    pieces: int
    is_over: bool


class Shown(NamedTuple):
    """A booking as people read it, and what can be done with it now."""

    booking: Booking
    thing: str
    label: str
    whose: str
    begins: str
    ends: str
    state: str
    has_begun: bool
    is_late: bool


def park_of(household: Household) -> Park | None:
    """The park that a household belongs to."""
    found = Membership.objects.filter(household=household, until_us=None).select_related("park__council").first()
    return found.park if found else None


def here(park: Park, at_us: int) -> Loaded:
    """The park's columns as they are now."""
    return load([park.pk], [], [], at_us)


def kinds(found: Loaded) -> list[Kind]:
    """What a park has pieces of."""
    kept, fee = found.parks.kept().tolist(), found.parks.hour_fee_mcr.tolist()
    return [Kind(thing, kept[row], int(free_from(found.parks, row, 1)[found.now]), fee[row])
            for row, thing in enumerate(found.things) if kept[row]]


def free_hours(found: Loaded, thing: Thing, day: date, slots: int) -> list[Free]:
    """The hours of a day from which a thing can be booked for so many hours, and those from which it cannot."""
    park = found.places[0]
    free = free_from(found.parks, rows(found.things)[thing.pk], slots).tolist()
    told = []
    for hour in hours_of(day, park.began_us, park.zone):
        place = hour.slot + found.shift[0]
        over = not found.now <= place < len(free)
        told.append(Free(hour.slot, hour.label, 0 if over else free[place], over))
    return told


def days_from(park: Park, first: date, at_us: int, hours_ahead: int) -> list[date]:
    """Days that can be looked at, from one on: today or later, and not farther than can be booked."""
    now = slot_at(at_us, park.began_us)
    today, last = (day_of(slot, park.began_us, park.zone) for slot in (now, now + hours_ahead - 1))
    first = min(max(first, today), last)
    return [first + timedelta(days=each) for each in range(DAYS_AT_ONCE) if first + timedelta(days=each) <= last]


def shown(park: Park, bookings: Iterable[Booking], at_us: int) -> list[Shown]:
    """Bookings as people read them, by the clock of the park."""
    told = list(bookings)
    names = households(each.household.party for each in told)
    return [_shown(park, each, names[each.household.party], slot_at(at_us, park.began_us)) for each in told]


def _shown(park: Park, booking: Booking, whose: str, now: int) -> Shown:
    begins, ends = (time_of(slot, park.began_us, park.zone) for slot in (booking.start, booking.start + booking.slots))
    return Shown(booking, str(booking.piece.thing), booking.piece.label, whose, written(begins),
                 written(ends), str(_state(booking, now)), booking.start <= now,
                 booking.status == OPEN and booking.fetched_us is not None and now >= booking.start + booking.slots)


def _state(booking: Booking, now: int) -> object:
    over = booking.start + booking.slots <= now
    if booking.status == OPEN and booking.fetched_us is None:
        return _("never fetched") if over else _("booked")
    return {Status.OPEN: _("out, and late") if over else _("out"), Status.CANCELLED: _("cancelled"),
            Status.RETURNED: _("brought back")}[Status(booking.status)]


def written(at: datetime) -> str:
    """A day and an hour as people say it."""
    return f"{date_format(at.date(), 'D')}, {date_format(at.date(), 'SHORT_DATE_FORMAT')}, {label_of(at)}"


def account(park: Park) -> list[tuple[str, int]]:
    """What came to a park's account (above 0) and left it (below 0), by what for, since it began."""
    total: dict[int, int] = {}
    for side, sign in (("credit", 1), ("debit", -1)):
        entries = Entry.objects.filter(**{f"{side}_id": park.account})
        for purpose, amount in entries.values_list("purpose").annotate(sum=Sum("amount_mcr")):
            total[purpose] = total.get(purpose, 0) + sign * amount
    return [(str(PURPOSES.get(Purpose(purpose), "")) if purpose in set(Purpose) else str(_("Other")), amount)
            for purpose, amount in sorted(total.items())]
