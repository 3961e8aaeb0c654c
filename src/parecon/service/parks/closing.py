"""A park's month and year: pieces age and keep is paid; what is left over, or lacks, all members share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.parks.decide import Decided, share_result, stock_mcr
from parecon.secondhand.parks.keeping import close_month as closed_month
from parecon.service.answers import Answer, Refusal
from parecon.service.parks.acts import CloseMonth, ShareResult
from parecon.service.parks.columns import Loaded, load, rows
from parecon.service.parks.models import Booking, Deed, MonthClosed, Park, ResultShared
from parecon.service.parks.slots import first_slot_of_month, month_at, slot_at
from parecon.service.parks.store import Told, pay, tell, tell_of_orphans, write
from parecon.service.people.policy import Actor, Power, may
from parecon.service.people.record import once

MOST_MONTH = 30_000


class Result(NamedTuple):
    """What a park would share now: what its pieces are worth, what it has made or lost, and among how many."""

    worth_mcr: int
    result_mcr: int
    households: int


def close_month(acts: Sequence[CloseMonth], actor: Actor) -> list[Answer]:
    """Keepers close a month that is over: pieces are a month older and so much more used, and keep is paid."""
    return once("park month", acts, actor, lambda fresh: [_close_month(act, actor) for act in fresh])


def share(acts: Sequence[ShareResult], actor: Actor) -> list[Answer]:
    """Stewards share the result of a year whose months are closed: one group of postings, whatever members have."""
    return once("park result", acts, actor, lambda fresh: [_share(act, actor) for act in fresh])


def result(park: Park, at_us: int) -> Result:
    """What would be shared if the year were closed now."""
    return _result(load([park.pk], [], [], at_us, members=True))


def next_month(park: Park) -> int:
    """The first month of a park that is not closed."""
    last: int | None = park.months.order_by("-month").values_list("month", flat=True).first()
    return month_at(park.began_us, park.zone) if last is None else last + 1


def year_to_share(park: Park) -> int | None:
    """The latest year of a park whose months are closed and whose result is not shared, if there is one."""
    year = next_month(park) // MONTHS_A_YEAR - 1
    begun = (year + 1) * MONTHS_A_YEAR > month_at(park.began_us, park.zone)
    return year if begun and not ResultShared.objects.filter(park=park, year__gte=year).exists() else None


# --- A month ----------------------------------------------------------------------------------------------------

def _close_month(act: CloseMonth, actor: Actor) -> Answer:
    park = _park(act.park)
    reason = _month_cannot_close(park, act, actor)
    if park is None or reason:
        return Answer(reason)
    found = load([park.pk], [], [], actor.at_us)
    end = first_slot_of_month(act.month + 1, park.began_us, park.zone)
    used = Booking.objects.filter(piece__park=park, worn_month=None, start__lt=end).exclude(fetched_us=None)
    hours, months = _hours(found, used), _months(found, park, end)
    life_months, life_hours = (np.array([getattr(each, name) for each in found.things], np.int64)
                               for name in ("life_months", "life_hours"))
    after, postings = closed_month(found.parks, months, hours, life_months, life_hours, found.society, found.now,
                                   found.law)
    used.update(worn_month=act.month)
    decided = Decided(np.zeros(1, np.int8), postings, after)
    write(found, decided, [act.act], actor)
    made = MonthClosed.objects.create(
        park=park, month=act.month, hours=int(hours.sum()),
        pieces=int((found.parks.pieces.in_use & (months > 0)).sum()),
        keep_mcr=int(postings.amount_mcr[postings.credit == found.society].sum()), closed_us=actor.at_us)
    tell(Deed.CLOSE_MONTH, [Told(act.act, park.pk, None, None, "")], actor)
    tell_of_orphans(found, decided, [act.act], set(), actor)
    return Answer(Refusal.ACCEPTED, made.pk)


def _month_cannot_close(park: Park | None, act: CloseMonth, actor: Actor) -> IntEnum:
    """Why a month cannot be closed: months close in their order, each once it is over."""
    if park is None:
        return Refusal.NO_SUCH_THING
    if not may(actor, Power.KEEP_PARK, park.council):
        return Refusal.NOT_ALLOWED
    month = next_month(park)
    if act.month < month:
        return Refusal.OVER
    over = abs(act.month) < MOST_MONTH and month_at(actor.at_us, park.zone) > act.month
    return Refusal.ACCEPTED if over and act.month == month else Refusal.STILL_OPEN


def _hours(found: Loaded, used: Sequence[Booking]) -> npt.NDArray[np.int64]:
    """For how many hours each piece was booked and fetched that were not counted yet: [piece]."""
    hours = np.zeros(len(found.pieces), np.int64)
    piece_row = rows(found.pieces)
    for each in used:
        hours[piece_row[each.piece_id]] += each.slots
    return hours


def _months(found: Loaded, park: Park, end: int) -> npt.NDArray[np.int64]:
    """Which pieces the park had before the month was over: 1, others 0; [piece]."""
    return np.array([int(slot_at(each.since_us, park.began_us) < end) for each in found.pieces], np.int64)


# --- A year -----------------------------------------------------------------------------------------------------

def _share(act: ShareResult, actor: Actor) -> Answer:
    park = _park(act.park)
    reason = _year_cannot_close(park, act, actor)
    if park is None or reason:
        return Answer(reason)
    found = load([park.pk], [], [], actor.at_us, members=True)
    told = _result(found)
    pay(found, share_result(found.parks, found.balance_mcr), act.act, actor.at_us)
    made = ResultShared.objects.create(park=park, year=act.year, worth_mcr=told.worth_mcr, result_mcr=told.result_mcr,
                                       households=told.households, shared_us=actor.at_us)
    tell(Deed.SHARE_RESULT, [Told(act.act, park.pk, None, None, "")], actor)
    return Answer(Refusal.ACCEPTED, made.pk)


def _year_cannot_close(park: Park | None, act: ShareResult, actor: Actor) -> IntEnum:
    """Why a year's result cannot be shared: all its months are closed first, and it is shared once."""
    if park is None:
        return Refusal.NO_SUCH_THING
    if not may(actor, Power.ANNOUNCE, park.council):
        return Refusal.NOT_ALLOWED
    if abs(act.year) * MONTHS_A_YEAR >= MOST_MONTH or next_month(park) < (act.year + 1) * MONTHS_A_YEAR:
        return Refusal.STILL_OPEN
    before_it_began = (act.year + 1) * MONTHS_A_YEAR <= month_at(park.began_us, park.zone)
    shared = ResultShared.objects.filter(park=park, year__gte=act.year).exists()
    return Refusal.OVER if before_it_began or shared else Refusal.ACCEPTED


def _result(found: Loaded) -> Result:
    """What the only park of the columns would share."""
    worth = int(stock_mcr(found.parks)[0])
    balance = int(found.balance_mcr[found.parks.account[0]])
    return Result(worth, balance + worth, int((found.parks.park_of == 0).sum()))


def _park(number: int) -> Park | None:
    return Park.objects.filter(pk=number).select_related("council").first() if 0 < number < 2**63 else None
