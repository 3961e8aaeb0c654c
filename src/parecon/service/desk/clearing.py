"""Requests served from shelves, always by the law's clearing; what is set aside for them, and what is freed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import QuerySet

from parecon.base.postings import Amounts
from parecon.secondhand.acts import Refusal as Unserved
from parecon.secondhand.acts import Requests
from parecon.secondhand.decide import serve
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.service import rows
from parecon.service.answers import Answer
from parecon.service.clock import DAY_US, month_of
from parecon.service.desk import columns, money, notices
from parecon.service.desk.columns import InForce, Parties
from parecon.service.desk.deeds import Step, record
from parecon.service.desk.known import known_stores
from parecon.service.desk.models import Item, Request
from parecon.service.ledger import commands as ledger
from parecon.service.ledger import store as books
from parecon.service.ledger.commands import Line
from parecon.service.ledger.law import HoldState
from parecon.service.ledger.models import Balance
from parecon.service.rows import parts

BY_THE_CLOCK = "clock"  # who did it, where nobody did: the time was over, or a closing came
Market = tuple[int, int]  # store and good
WRITTEN = ("state", "item_id", "schedule_id", "price_mcr", "plain_mcr", "hold", "fetch_until_us", "ended_us")


def serve_waiting(stores: Sequence[int], at_us: int, by: str = BY_THE_CLOCK) -> list[Request]:
    """The closing: all requests that wait at these stores are decided together; those decided now, served or unpaid.

    Whoever waited longest gets what stood there longest. Done again it changes nothing.
    """
    with books.writing():
        waiting = Request.objects.filter(state=RequestState.WAITS, store__in=stores)
        return _cleared(waiting, Item.objects.filter(state=State.SHELF, store__in=stores), at_us, by)


def serve_markets(markets: Iterable[Market], at_us: int, by: str) -> list[Request]:
    """The same for some markets alone: goods at stores."""
    decided = []
    for store, good in sorted(set(markets)):
        waiting = Request.objects.filter(state=RequestState.WAITS, store=store, good=good)
        decided += _cleared(waiting, Item.objects.filter(state=State.SHELF, store=store, good=good), at_us, by)
    return decided


def _cleared(waiting: QuerySet[Request], shelf: QuerySet[Item], at_us: int, by: str) -> list[Request]:
    if not waiting.exists() or not shelf.exists():  # as mostly in a market: one side is empty
        return []
    asked = list(waiting.order_by("number").select_related("household", "store__council"))
    decided = clear(asked, list(shelf.order_by("shelved_us", "number")), columns.in_force(at_us), by, at_us)
    notices.of_requests(decided, at_us)
    return decided


def clear(asked: list[Request], shelf: list[Item], now: InForce, by: str, at_us: int) -> list[Request]:
    """Serves requests from a shelf, both in their order, as the law decides; those decided, served or unpaid.

    A request that is not kept yet is kept if it is served.
    """
    parties, area = Parties(), {number: at.area for number, at in known_stores().items()}
    member = parties.rows(request.household.party for request in asked)
    table = Requests(member, np.array([request.good for request in asked], np.int8),
                     np.array([area[request.store_id] for request in asked], np.int16),
                     np.array([month_of(request.since_us) for request in asked], np.int16))
    stands = columns.shelf(shelf, area, now)
    outcome, served_by = serve(table, stands, len(area), len(now.durables), available(parties), columns.HOUSES,
                               now.law)
    served = [(asked[row], shelf[served_by[row]], int(stands.price_mcr[served_by[row]]))
              for row in np.flatnonzero(outcome.reason == Unserved.ACCEPTED)]
    unpaid = [asked[row] for row in np.flatnonzero(outcome.reason == Unserved.NOT_ENOUGH_CREDIT)]
    for request in unpaid:
        request.state, request.ended_us = RequestState.UNPAID, at_us
    _reserve(served, now, by, at_us)
    rows.update([request for request in unpaid if request.pk], *WRITTEN)
    return [request for request, *_ in served] + unpaid


def available(parties: Parties) -> Amounts:
    """What each party can spend: posted, less what is held: [party], in mcr; nothing where it has no account."""
    numbers = parties.accounts()
    stands = {account: posted - held for some in parts(numbers[2:]) for account, posted, held in
              Balance.objects.filter(account__in=some).values_list("account_id", "posted_mcr", "held_mcr")}
    return np.array([0, 0, *(stands.get(number, 0) for number in numbers[2:])], np.int64)


def _reserve(served: list[tuple[Request, Item, int]], now: InForce, by: str, at_us: int) -> None:
    """Items and their prices are kept for requests until the day by which they are to be fetched."""
    plain = columns.of(now, now.plain_mcr, [item for _, item, _ in served]).tolist() if served else []
    until_us = fetch_until(now, at_us)
    for (request, item, price), plain_mcr in zip(served, plain, strict=True):
        request.state, request.item, request.schedule = RequestState.HELD, item, now.schedule
        request.price_mcr, request.plain_mcr, request.fetch_until_us = price, plain_mcr, until_us
        request.hold = f"{request.act}/hold" if price else ""
    kept = [request for request, *_ in served]
    Request.objects.bulk_create([request for request in kept if not request.pk])
    rows.update([request for request in kept if request.pk], *WRITTEN)
    money.made(set_aside([request for request in kept if request.hold], until_us, at_us))
    record([Step(f"{request.act}/hold", item, Deed.RESERVE, request.household.party) for request, item, _ in served],
           by, at_us)


def fetch_until(now: InForce, at_us: int) -> int:
    """The last moment at which what is kept from now on can be fetched."""
    return at_us + int(now.law["fetch_days"]) * DAY_US


def set_aside(priced: Sequence[Request], until_us: int, at_us: int) -> list[Answer]:
    """Holds the prices of requests on their households' accounts: [request], each with the name of its hold."""
    account = columns.accounts([request.household.party for request in priced])
    exchange = columns.federation().exchange_account
    asked = [Line(request.hold, account[request.household.party], exchange, request.price_mcr or 0,
                  columns.PASSED_ON) for request in priced]
    return ledger.hold_batch(asked, until_us, at_us) if asked else []


def let_go(ended: Sequence[tuple[str, Request]], state: RequestState, by: str, at_us: int) -> None:
    """Requests end, each by an act: what was set aside is free again, items stand where they stood in the line.

    What is on its way goes on, to the shelf. Whoever waits next is served.
    """
    how = HoldState.EXPIRED if state == RequestState.EXPIRED else HoldState.VOIDED
    freed = [(f"{act}/free", request.hold) for act, request in ended if request.hold]
    money.made(ledger.resolve_batch(freed, how, at_us) if freed else [])
    steps = [Step(act, request.item, Deed.RELEASE, request.household.party) for act, request in ended
             if request.item is not None and request.item.state == State.HELD]
    record(steps, by, at_us)
    for _, request in ended:
        request.state, request.ended_us, request.fetch_until_us = state, at_us, None
    rows.update([request for _, request in ended], *WRITTEN)
    serve_markets({(step.item.store_id, step.item.good) for step in steps}, at_us, by)
