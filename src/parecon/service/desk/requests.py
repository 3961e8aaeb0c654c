"""How things go from the exchange to members: asked for, kept, fetched, given up, brought back."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from parecon.base.parameters import Law
from parecon.secondhand.acts import Refusal as Unserved
from parecon.secondhand.law import returnable
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.service import lengths, rows
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import DAY_US
from parecon.service.desk import clearing, columns, money, transfers
from parecon.service.desk.acting import Permits, in_turns
from parecon.service.desk.columns import InForce
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.known import end_of_the_line, fits, known_items, known_stores
from parecon.service.desk.models import Item, Request, Store
from parecon.service.desk.rules import law_of
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import HoldState
from parecon.service.ledger.models import Entry
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.rows import by_number


class Ask(NamedTuple):
    """A household asks for a good, to be fetched at a store; for one certain item, if `wanted` names it.

    What `waits` is decided with all others at the next closing, also where one stands on the shelf now.
    """

    act: str
    household: int
    good: int
    store: int
    wanted: int | None = None
    waits: bool = False


class Cancel(NamedTuple):
    """A request is given up."""

    act: str
    request: int


class HandOver(NamedTuple):
    """What was kept for a request is fetched."""

    act: str
    request: int


class BringBack(NamedTuple):
    """A buyer brings back what is not as it was described; the grade that it has in truth, if it has another."""

    act: str
    request: int
    why: str
    grade: int | None = None


# --- Asked for ------------------------------------------------------------------------------------------------------

def ask(asked: Sequence[Ask], actor: Actor) -> list[Answer]:
    """Asks for used goods: kept at once, or waiting in line; the numbers are the requests'."""
    return once("ask", asked, actor, lambda fresh: _asked(fresh, actor))


def _asked(asked: list[Ask], actor: Actor) -> list[Answer]:
    now, permits, stores = columns.in_force(actor.at_us), Permits(actor), known_stores()
    homes: dict[int, Household] = by_number(Household.objects.all(), [row.household for row in asked])
    reasons = [_unaskable(row, homes, stores, permits, now) for row in asked]
    made = {row.act: Request(act=row.act, household=homes[row.household], good=row.good, store=stores[row.store],
                             since_us=actor.at_us)
            for row, reason in zip(asked, reasons, strict=True) if not reason}
    answers: list[Answer] = []
    waiting: list[Request] = []
    for row, reason in zip(asked, reasons, strict=True):
        if reason or row.waits:
            waiting += [] if reason else [made[row.act]]
            answers.append(Answer(reason))
            continue
        Request.objects.bulk_create(waiting)  # those who asked before come first
        waiting = []
        answers.append(Answer(_served(row, made[row.act], now, actor)))
    Request.objects.bulk_create(waiting)
    return [answer if answer.reason else answer._replace(number=made[row.act].pk)
            for row, answer in zip(asked, answers, strict=True)]


def _unaskable(row: Ask, homes: dict[int, Household], stores: dict[int, Store], permits: Permits,
               now: InForce) -> IntEnum:
    if row.household not in homes or row.store not in stores:
        return Refusal.NO_SUCH_THING
    if not permits.acts_for(homes[row.household], stores[row.store]):
        return Refusal.NOT_ALLOWED
    if row.wanted is not None:
        return Refusal.BAD_FORM if row.waits else Refusal.ACCEPTED
    if not fits(row.good, 0, len(now.durables) - 1):
        return Refusal.BAD_FORM
    return Refusal.ACCEPTED if now.announced.listed[row.good] else Unserved.NOT_LISTED


def _served(row: Ask, request: Request, now: InForce, actor: Actor) -> IntEnum:
    """A request decided at once, after all that wait for the same: kept, or in line; for a certain item, or not."""
    if row.wanted is not None:
        return _served_with(row.wanted, request, now, actor)
    market = request.store_id, request.good
    clearing.serve_markets([market], actor.at_us, actor.member.party)
    shelf = list(Item.objects.filter(state=State.SHELF, store=market[0], good=market[1])
                 .order_by("shelved_us", "number"))
    if shelf:
        clearing.clear([request], shelf, now, actor.member.party, actor.at_us)
    if request.state == RequestState.UNPAID:
        return Unserved.NOT_ENOUGH_CREDIT
    if not request.pk:
        request.save(force_insert=True)
    return Refusal.ACCEPTED


def _served_with(wanted: int, request: Request, now: InForce, actor: Actor) -> IntEnum:
    item = known_items([wanted]).get(wanted)
    if item is None:
        return Refusal.NO_SUCH_THING
    if item.store is None or not possible(item, Deed.RESERVE):
        return Refusal.NOT_NOW
    clearing.serve_markets([(item.store_id, item.good)], actor.at_us, actor.member.party)
    item.refresh_from_db(fields=["state"])
    if not possible(item, Deed.RESERVE):
        return Refusal.OTHERS_WAIT
    goes_to, stands_at = request.store, item.store
    far = goes_to.pk != stands_at.pk
    if far and not transfers.worth_it(item, goes_to, now):
        return Refusal.TOO_FAR
    request.good, request.wanted, request.store = item.good, item, stands_at  # served where it stands
    clearing.clear([request], [item], now, actor.member.party, actor.at_us)
    if request.state == RequestState.UNPAID:
        return Unserved.NOT_ENOUGH_CREDIT
    if far:
        request.store, request.fetch_until_us = goes_to, None
        transfers.carry([(f"{request.act}/far", item, goes_to)], now, actor)
    Request.objects.filter(pk=request.pk).update(store=goes_to, wanted=item, fetch_until_us=request.fetch_until_us)
    return Refusal.ACCEPTED


# --- Given up, fetched, brought back --------------------------------------------------------------------------------

def cancel(asked: Sequence[Cancel], actor: Actor) -> list[Answer]:
    """Gives requests up; what was kept stands on its shelf again, in its old place, for whoever waits next."""
    def decided(some: list[Cancel]) -> list[Answer]:
        found, permits = known_requests([row.request for row in some]), Permits(actor)
        reasons = [_uncancellable(found.get(row.request), permits) for row in some]
        ended = [(row.act, found[row.request]) for row, reason in zip(some, reasons, strict=True) if not reason]
        clearing.let_go(ended, RequestState.CANCELLED, actor.member.party, actor.at_us)
        return _answers(some, reasons)

    return once("cancel", asked, actor, lambda fresh: in_turns(fresh, lambda row: row.request, decided))


def _uncancellable(request: Request | None, permits: Permits) -> Refusal:
    if request is None:
        return Refusal.NO_SUCH_THING
    if not permits.acts_for(request.household, request.store):
        return Refusal.NOT_ALLOWED
    return Refusal.ACCEPTED if request.state in {RequestState.WAITS, RequestState.HELD} else Refusal.NOT_NOW


def hand_over(asked: Sequence[HandOver], actor: Actor) -> list[Answer]:
    """Hands over what was kept: what was set aside is paid, and the thing is the household's."""
    def decided(some: list[HandOver]) -> list[Answer]:
        found, permits = known_requests([row.request for row in some]), Permits(actor)
        reasons = [_not_to_be_fetched(found.get(row.request), permits) for row in some]
        _handed_over([(row.act, found[row.request]) for row, reason in zip(some, reasons, strict=True) if not reason],
                     actor)
        return _answers(some, reasons)

    return once("hand over", asked, actor, lambda fresh: in_turns(fresh, lambda row: row.request, decided))


def _not_to_be_fetched(request: Request | None, permits: Permits) -> Refusal:
    if request is None:
        return Refusal.NO_SUCH_THING
    if not permits.serves(request.store):
        return Refusal.NOT_ALLOWED
    if request.state != RequestState.HELD or request.item is None or not possible(request.item, Deed.HAND_OVER):
        return Refusal.NOT_NOW
    over = request.fetch_until_us is not None and permits.actor.at_us > request.fetch_until_us
    return Refusal.OVER if over else Refusal.ACCEPTED


def _handed_over(fetched: list[tuple[str, Request]], actor: Actor) -> None:
    paid = [(f"{act}/paid", request.hold) for act, request in fetched if request.hold]
    money.made(ledger.resolve_batch(paid, HoldState.POSTED, actor.at_us) if paid else [])
    record([Step(act, request.item, Deed.HAND_OVER, request.household.party,
                 changes={"holder": request.household.party, "store_id": None, "shelved_us": None})
            for act, request in fetched if request.item is not None], actor.member.party, actor.at_us)
    for _, request in fetched:
        request.state, request.ended_us = RequestState.SERVED, actor.at_us
    rows.update([request for _, request in fetched], *clearing.WRITTEN)


def bring_back(asked: Sequence[BringBack], actor: Actor) -> list[Answer]:
    """Takes back what was not as described, while the law allows: the price is given back, the thing is shelved."""
    def decided(some: list[BringBack]) -> list[Answer]:
        now, permits = columns.in_force(actor.at_us), Permits(actor)
        found = known_requests([row.request for row in some])
        reasons = [_not_to_be_returned(row, found.get(row.request), permits, now) for row in some]
        for row, reason in zip(some, reasons, strict=True):
            if not reason:
                _brought_back(row, found[row.request], actor)
        return _answers(some, reasons)

    return once("bring back", asked, actor, lambda fresh: in_turns(fresh, lambda row: row.request, decided))


def _not_to_be_returned(row: BringBack, request: Request | None, permits: Permits, now: InForce) -> Refusal:
    if request is None:
        return Refusal.NO_SUCH_THING
    if not permits.serves(request.store):
        return Refusal.NOT_ALLOWED
    if request.household_id == permits.actor.member.household_id:
        return Refusal.NOT_BY_ONESELF
    item = request.item
    if (request.state != RequestState.SERVED or request.ended_us is None or item is None
            or not possible(item, Deed.BRING_BACK) or _bought_again(request)):
        return Refusal.NOT_NOW
    if not may_come_back(request, permits.actor.at_us):
        return Refusal.OVER
    worst = now.announced.worth_mcr.shape[2] - 1
    good = 0 < len(row.why.strip()) <= lengths.WHY and (row.grade is None or fits(row.grade, 0, worst))
    return Refusal.ACCEPTED if good else Refusal.BAD_FORM


def may_come_back(request: Request, at_us: int) -> bool:
    """Whether the law lets a buyer bring back what was fetched for a request, at a time."""
    law, days = bought_under(request), (at_us - (request.ended_us or 0)) / DAY_US
    trued_up = request.settled_year is not None and law["mode"] == "true-up"
    return bool(returnable(np.array([days]), np.array([trued_up]), int(law["return_days"]))[0])


def bought_under(request: Request) -> Law:
    """The law under which what was kept for a request was priced: what it promised holds, also when years change."""
    assert request.schedule is not None, "it was priced"
    return law_of(request.schedule)


def _bought_again(request: Request) -> bool:
    """Whether the thing was sold and bought again since: it goes back for its last price alone."""
    later = Q(ended_us__gt=request.ended_us) | Q(ended_us=request.ended_us, number__gt=request.pk)
    return Request.objects.filter(later, item=request.item, state=RequestState.SERVED).exists()


def _brought_back(row: BringBack, request: Request, actor: Actor) -> None:
    paid = Entry.objects.filter(hold__act=request.hold).values_list("act", flat=True).first() if request.hold else None
    if paid is not None:
        money.made([ledger.correct(f"{row.act}/back", paid, actor.at_us)])
    item = request.item
    assert item is not None
    changes = {"holder": request.store.council.party, "store_id": request.store_id,
               "grade": item.grade if row.grade is None else row.grade,
               "shelved_us": end_of_the_line(actor.at_us)}
    record([Step(row.act, item, Deed.BRING_BACK, request.household.party, row.why.strip(), changes=changes)],
           actor.member.party, actor.at_us)
    request.state = RequestState.BROUGHT_BACK
    rows.update([request], *clearing.WRITTEN)


def known_requests(numbers: Sequence[int]) -> dict[int, Request]:
    """Requests by number, with households, stores and items."""
    return by_number(Request.objects.select_related("household", "store__council", "item"), numbers)


def _answers(asked: Sequence[Cancel | HandOver | BringBack], reasons: Sequence[Refusal]) -> list[Answer]:
    return [Answer(reason, 0 if reason else row.request) for row, reason in zip(asked, reasons, strict=True)]
