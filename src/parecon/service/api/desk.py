"""What programs do at a desk by a clerk's mandate: receive, inspect, hand over, send, repair, recycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Answer
from parecon.service.api.asked import ActOnly, At, Explained, Found, Mended, Returned
from parecon.service.api.door import CARD, READ, WRITTEN, answered, of_household, with_power
from parecon.service.api.telling import asked, month_read, store_at, things
from parecon.service.api.told import Asked, Things
from parecon.service.api.values import Code, Label, Number
from parecon.service.desk import intake, offers, requests, seen, stock, transfers
from parecon.service.desk.models import Item, Request
from parecon.service.desk.pages import in_force
from parecon.service.face.acting import there
from parecon.service.people.policy import Actor, Power

router = Router(tags=["at the desk"])
A_PAGE, A_LIST = 100, 500
STATES = {state.name.lower().replace("_", "-"): state for state in State}


@router.get("/items", response={200: Things, **READ})
def items(request: HttpRequest, store: Code | None = None, state: Code | None = None,
          after: Number | None = None) -> Any:
    """Things at the clerk's stores, also announced or on their way there, by number; a hundred at a time."""
    desks = {each.council.code: each for each in seen.desks(with_power(request, Power.SERVE_AT_DESK))}
    at = list(desks.values()) if store is None else [there(desks.get(store))]
    found = Item.objects.filter(store__in=at, number__gt=after or 0).select_related("store__council")
    if state is not None:
        found = found.filter(state=there(STATES.get(state)))
    rows = list(found.order_by("number")[:A_PAGE + 1])
    page = rows[:A_PAGE]
    return {"things": things(in_force(), page), "next": str(page[-1].pk) if len(rows) > A_PAGE else None}


@router.get("/requests", response={200: list[Asked], **READ})
def kept(request: HttpRequest) -> Any:
    """What is kept at the clerk's stores to be fetched, by when it must be."""
    desks = seen.desks(with_power(request, Power.SERVE_AT_DESK))
    found = Request.objects.filter(state=RequestState.HELD, store__in=desks, fetch_until_us__isnull=False)
    rows = found.select_related("item", "wanted", "store__council").order_by("fetch_until_us", "number")[:A_LIST]
    return [asked(in_force(), each) for each in rows]


# --- What comes in --------------------------------------------------------------------------------------------------

@router.post("/items/{label}/hand-in", response=WRITTEN, openapi_extra=CARD)
def hand_in(request: HttpRequest, label: Label, sent: At) -> Any:
    """Receives a thing at a store."""
    who, item = _at_desk(request, label)
    return answered(intake.hand_in([intake.HandIn(sent.act, item.pk, store_at(sent.store).pk)], who)[0])


@router.post("/items/{label}/inspect", response=WRITTEN)
def inspect(request: HttpRequest, label: Label, sent: Found) -> Any:
    """Notes what an inspection found, and makes the offer; the number is the quote's."""
    return _found(request, label, sent, offers.inspect)


@router.post("/items/{label}/inspect-again", response=WRITTEN)
def inspect_again(request: HttpRequest, label: Label, sent: Found) -> Any:
    """Notes what a second inspection found, by somebody else; the law says which grade stands."""
    return _found(request, label, sent, offers.appeal)


def _found(request: HttpRequest, label: str, sent: Found,
           command: Callable[[list[offers.Inspect], Actor], list[Answer]]) -> Any:
    who, item = _at_desk(request, label)
    findings = tuple((question, answer) for question, answer in sent.findings)
    row = offers.Inspect(sent.act, item.pk, sent.grade - 1, month_read(sent.made), findings, sent.why)
    return answered(command([row], who)[0])


# --- What goes out and about ----------------------------------------------------------------------------------------

@router.post("/items/{label}/send", response=WRITTEN)
def send(request: HttpRequest, label: Label, sent: At) -> Any:
    """Sends a thing to another store."""
    who, item = _at_desk(request, label)
    return answered(transfers.send([transfers.Send(sent.act, item.pk, store_at(sent.store).pk)], who)[0])


@router.post("/items/{label}/arrive", response=WRITTEN)
def arrive(request: HttpRequest, label: Label, sent: ActOnly) -> Any:
    """A thing that was sent is here now."""
    who, item = _at_desk(request, label)
    return answered(transfers.arrive([transfers.Arrive(sent.act, item.pk)], who)[0])


@router.post("/items/{label}/to-repair", response=WRITTEN)
def to_repair(request: HttpRequest, label: Label, sent: Explained) -> Any:
    """Sends a thing to the workshop."""
    who, item = _at_desk(request, label)
    return answered(stock.to_repair([stock.ToRepair(sent.act, item.pk, sent.why)], who)[0])


@router.post("/items/{label}/repaired", response=WRITTEN)
def repaired(request: HttpRequest, label: Label, sent: Mended) -> Any:
    """A thing comes back from the workshop to the shelf."""
    who, item = _at_desk(request, label)
    return answered(stock.repaired([stock.Repaired(sent.act, item.pk, sent.grade - 1, sent.note)], who)[0])


@router.post("/items/{label}/recycle", response=WRITTEN)
def recycle(request: HttpRequest, label: Label, sent: Explained) -> Any:
    """A thing is taken apart for parts and material."""
    who, item = _at_desk(request, label)
    return answered(stock.recycle([stock.Recycle(sent.act, item.pk, sent.why)], who)[0])


@router.post("/requests/{number}/hand-over", response=WRITTEN)
def hand_over(request: HttpRequest, number: Number, sent: ActOnly) -> Any:
    """Hands over what is kept for a request: it is paid with it."""
    who = with_power(request, Power.SERVE_AT_DESK)
    each = there(Request.objects.filter(pk=number, store__in=seen.desks(who)).first())
    return answered(requests.hand_over([requests.HandOver(sent.act, each.pk)], who)[0])


@router.post("/requests/{number}/bring-back", response=WRITTEN, openapi_extra=CARD)
def bring_back(request: HttpRequest, number: Number, sent: Returned) -> Any:
    """The member at the desk brings back what was not as described; the price is given back."""
    with_power(request, Power.SERVE_AT_DESK)
    who = of_household(request)
    each = there(seen.own_request(who.household, number))
    grade = None if sent.grade is None else sent.grade - 1
    return answered(requests.bring_back([requests.BringBack(sent.act, each.pk, sent.why, grade)], who)[0])


def _at_desk(request: HttpRequest, label: str) -> tuple[Actor, Item]:
    """A thing at the clerk's own desks, or that the member at the desk holds."""
    who = with_power(request, Power.SERVE_AT_DESK)
    found = seen.at_desk(seen.desks(who), label)
    if found is None and "Card" in request.headers:
        who = of_household(request)
        found = seen.own(who.household, label)
    return who, there(found)
