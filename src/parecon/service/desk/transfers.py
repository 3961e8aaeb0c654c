"""How things go from store to store: sent, arrived, and what the law would send where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Count, QuerySet

from parecon.base.postings import Amounts, Postings
from parecon.secondhand.acts import Purpose
from parecon.secondhand.areas import law as areas
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.service import rows
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import clearing, columns, money, notices
from parecon.service.desk.acting import Permits, in_turns
from parecon.service.desk.columns import InForce, Parties
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.known import known_items, known_stores
from parecon.service.desk.models import Item, Request, Store, Transfer
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import HoldState
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.rows import parts

ROOM = "secondhand.areas"


class Send(NamedTuple):
    """A thing is sent to another store: from the shelf to the shelf there, or to where a request will fetch it."""

    act: str
    item: int
    destination: int


class Arrive(NamedTuple):
    """A thing that was sent has arrived."""

    act: str
    item: int


# --- What carrying costs --------------------------------------------------------------------------------------------

def costs_mcr(now: InForce) -> Amounts:
    """What carrying one of each good costs between the stores: [area, area, good], in mcr."""
    voted = columns.law(ROOM)
    place = np.array([(at.east_km, at.north_km) for at in Store.objects.order_by("area")])
    return areas.carrying_cost_mcr(areas.distances_km(place, voted), now.durables.weight_kg, voted)


def worth_it(item: Item, destination: Store, now: InForce) -> bool:
    """Whether carrying an item from where it stands to a store costs little enough beside its worth."""
    assert item.store is not None
    cost = costs_mcr(now)[item.store.area, destination.area, item.good]
    worth = columns.of(now, now.announced.worth_mcr, [item])
    return bool(cost < areas.most_worth_paying_mcr(worth, columns.law(ROOM))[0])


# --- Sent and arrived -----------------------------------------------------------------------------------------------

def send(asked: Sequence[Send], actor: Actor) -> list[Answer]:
    """Sends things from the stores where they stand; the exchange pays society for the carriage."""
    def decided(some: list[Send]) -> list[Answer]:
        now, permits, stores = columns.in_force(actor.at_us), Permits(actor), known_stores()
        items = known_items([row.item for row in some])
        goes_to = {request.item_id: request.store_id for request in _promised(items.values())}
        reasons = [_unsendable(row, items.get(row.item), stores, goes_to, permits, now) for row in some]
        carry([(row.act, items[row.item], stores[row.destination])
               for row, reason in zip(some, reasons, strict=True) if not reason], now, actor)
        Request.objects.filter(state=RequestState.HELD, item__in=[
            row.item for row, reason in zip(some, reasons, strict=True) if not reason]).update(fetch_until_us=None)
        return _answers(some, reasons)

    return once("send", asked, actor, lambda fresh: in_turns(fresh, lambda row: row.item, decided))


def _unsendable(row: Send, item: Item | None, stores: dict[int, Store], goes_to: dict[int | None, int],
                permits: Permits, now: InForce) -> IntEnum:
    if item is None or row.destination not in stores:
        return Refusal.NO_SUCH_THING
    if item.store is None:
        return Refusal.NOT_NOW
    if not permits.serves(item.store):
        return Refusal.NOT_ALLOWED
    if not possible(item, Deed.SEND) or goes_to.get(item.pk, row.destination) != row.destination:
        return Refusal.NOT_NOW
    if row.destination == item.store_id:
        return Refusal.BAD_FORM
    return Refusal.ACCEPTED if worth_it(item, stores[row.destination], now) else Refusal.TOO_FAR


def carry(sent: Sequence[tuple[str, Item, Store]], now: InForce, actor: Actor) -> None:
    """Puts items on their way, by an act each, and pays for it."""
    if not sent:
        return
    cost = costs_mcr(now)
    way = [(act, item, item.store, goes_to, int(cost[item.store.area, goes_to.area, item.good]))
           for act, item, goes_to in sent if item.store is not None]
    Transfer.objects.bulk_create([Transfer(act=act, item=item, origin=origin, destination=goes_to, cost_mcr=cost_mcr,
                                           sent_us=actor.at_us) for act, item, origin, goes_to, cost_mcr in way])
    record([Step(act, item, Deed.SEND, changes={"store": goes_to, "holder": goes_to.council.party})
            for act, item, _, goes_to, _ in way], actor.member.party, actor.at_us)
    postings = Postings.of(columns.HOUSES.exchange, columns.HOUSES.society, [each[-1] for each in way],
                           Purpose.TRANSPORT)
    money.post(money.lines(postings, (f"{act}/carry" for act, *_, cost_mcr in way if cost_mcr), Parties()),
               actor.at_us)


def arrive(asked: Sequence[Arrive], actor: Actor) -> list[Answer]:
    """Receives things that were sent: kept for whoever asked for them, else shelved, and whoever waits is served."""
    def decided(some: list[Arrive]) -> list[Answer]:
        items, permits = known_items([row.item for row in some]), Permits(actor)
        reasons = [_not_to_arrive(items.get(row.item), permits) for row in some]
        came = [(row.act, items[row.item]) for row, reason in zip(some, reasons, strict=True) if not reason]
        _arrived(came, actor)
        return _answers(some, reasons)

    return once("arrive", asked, actor, lambda fresh: in_turns(fresh, lambda row: row.item, decided))


def _not_to_arrive(item: Item | None, permits: Permits) -> Refusal:
    if item is None:
        return Refusal.NO_SUCH_THING
    if item.store is None or not possible(item, Deed.ARRIVE):
        return Refusal.NOT_NOW
    return Refusal.ACCEPTED if permits.serves(item.store) else Refusal.NOT_ALLOWED


def _arrived(came: list[tuple[str, Item]], actor: Actor) -> None:
    if not came:
        return
    promised = {request.item_id: request for request in _promised([item for _, item in came])}
    kept = _held_anew([(act, promised[item.pk]) for act, item in came if item.pk in promised], actor)
    record([Step(act, item, Deed.ARRIVE, promised=item.pk in kept) for act, item in came], actor.member.party,
           actor.at_us)
    for some in parts([item.pk for _, item in came]):
        Transfer.objects.filter(item__in=some, arrived_us=None).update(arrived_us=actor.at_us)
    clearing.serve_markets({(item.store_id or 0, item.good) for _, item in came if item.pk not in kept},
                           actor.at_us, actor.member.party)


def _held_anew(kept: list[tuple[str, Request]], actor: Actor) -> set[int | None]:
    """The time to fetch begins when the thing is there: the same price is held until then; the things kept so.

    Where a debt took the credits meanwhile the request is unpaid, and the thing goes to whoever waits next.
    """
    until_us = clearing.fetch_until(columns.in_force(actor.at_us), actor.at_us)
    before = [(f"{act}/free", request.hold) for act, request in kept if request.hold]
    money.made(ledger.resolve_batch(before, HoldState.VOIDED, actor.at_us) if before else [])
    for act, request in kept:
        request.fetch_until_us, request.hold = until_us, f"{act}/hold" if request.hold else ""
    priced = [request for _, request in kept if request.hold]
    for request, answer in zip(priced, clearing.set_aside(priced, until_us, actor.at_us), strict=True):
        if not answer.done:
            request.state, request.ended_us = RequestState.UNPAID, actor.at_us
            request.hold, request.fetch_until_us = "", None
    rows.update([request for _, request in kept], *clearing.WRITTEN)
    notices.of_requests([request for _, request in kept], actor.at_us)
    return {request.item_id for _, request in kept if request.state == RequestState.HELD}


def _promised(items: Iterable[Item]) -> list[Request]:
    """The requests for which these items are kept."""
    numbers = [item.pk for item in items]
    held = Request.objects.filter(state=RequestState.HELD).select_related("household", "store__council")
    return [request for some in parts(numbers) for request in held.filter(item__in=some)]


def _answers(asked: Sequence[Send | Arrive], reasons: Sequence[IntEnum]) -> list[Answer]:
    return [Answer(reason, 0 if reason else row.item) for row, reason in zip(asked, reasons, strict=True)]


# --- What the law would send ----------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Suggestion:
    """So many of a good would be sent from one store to another, and what carrying them all costs, in mcr."""

    origin: Store
    destination: Store
    good: int
    count: int
    cost_mcr: int


def suggested(at_us: int) -> list[Suggestion]:
    """What stands on shelves beyond the requests there and is asked for elsewhere, where carrying it is worth it."""
    from parecon.secondhand.areas.transfers import routes, transfers

    now, stores = columns.in_force(at_us), sorted(known_stores().values(), key=lambda at: at.area)
    most = areas.most_worth_paying_mcr(now.announced.typical_mcr, columns.law(ROOM))
    shelf = _counted(Item.objects.filter(state=State.SHELF), stores, len(now.durables))
    asked = _counted(Request.objects.filter(state=RequestState.WAITS), stores, len(now.durables))
    sent = transfers(shelf, asked, routes(costs_mcr(now), most))
    told = (column.tolist() for column in (sent.origin, sent.destination, sent.good, sent.count, sent.cost_mcr))
    return [Suggestion(stores[origin], stores[destination], good, count, cost)
            for origin, destination, good, count, cost in zip(*told, strict=True)]


def _counted(among: QuerySet[Any], stores: list[Store], goods: int) -> Amounts:
    """How many there are at each store of each good: [area, good]."""
    area, count = {at.pk: at.area for at in stores}, np.zeros((len(stores), goods), np.int64)
    for store, good, number in among.values_list("store", "good").annotate(Count("pk")):
        count[area[store], good] = number
    return count
