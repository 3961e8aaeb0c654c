"""Which pages are visited, how often and by whom: a plan of visits, each at its time, drawn by lot beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from benchmarks.town import PASSWORD, Town

MEMBERS = 100
SHARES = {"home": 12, "kinds of things": 5, "find": 12, "search": 4, "thing": 12, "photograph": 18, "schedule": 3,
          "curve": 3, "my things": 6, "my requests": 6, "statement": 5, "desk today": 4, "scan": 3,
          "thing at the desk": 3, "inspection": 2, "year's account": 2}
WRITES = {"announce": "form to announce", "ask": "form to ask", "cancel": "my requests",
          "hand over": "thing at the desk"}  # and the page that has the form
AT_THE_DESK = {"desk today", "scan", "thing at the desk", "inspection"}
FILLING_IN_S = 3.0  # between a form's page and its sending
CHEAP_MCR = 400_000
AGE_MONTHS, GRADE = 30, 1  # of what is announced
Visit = dict[str, Any]


@dataclass
class Choice:
    """What there is to visit: members and clerks by the store at which they are, things by state and store."""

    town: Town
    cards: list[str]
    members: list[int]  # [visitor]: at which store
    clerks: list[int]  # [store]: which visitor
    things: dict[str, list[list[Any]]]  # by state: [store][thing]
    kept: list[tuple[int, Any]]  # what is kept for others than the visitors: the request's number, the thing
    own: list[int]  # [visitor]: the number of the request for what is kept for them
    cheap: list[list[Any]]  # [store]: things on the shelf that everybody can pay
    goods: list[int]  # what the exchange takes in at the age and in the grade of what is announced
    photos: list[int]
    code: str
    year: int


def choice(town: Town) -> Choice:
    """Visitors, each with a password: members for whom something is kept, and each store's clerk."""
    from django.contrib.auth.hashers import make_password

    from parecon.secondhand.lifecycle import RequestState, State
    from parecon.service.clock import FIRST_YEAR
    from parecon.service.desk.columns import in_force, of
    from parecon.service.desk.models import Photo, Request, YearClosed
    from parecon.service.desk.showing import taken_in
    from parecon.service.people.models import Member

    held = list(Request.objects.filter(state=RequestState.HELD).select_related("household", "item").order_by("number"))
    first = held[:min(MEMBERS, len(held) // 2)]
    people = [each.household.members.order_by("pk")[0] for each in first]
    people += [Member.objects.get(party=party) for party in town.clerks]
    Member.objects.filter(pk__in=[each.pk for each in people]).update(password=make_password(PASSWORD))
    row = {store.pk: place for place, store in enumerate(town.stores)}
    things: dict[str, list[list[Any]]] = {state.name: [[] for _ in row] for state in State}
    for item in town.items:
        if item.store_id is not None:
            things[State(item.state).name][row[item.store_id]].append(item)
    now = in_force(town.now_us)
    price = dict(zip((item.pk for item in town.items), of(now, now.announced.price_mcr, town.items).tolist(),
                     strict=True))
    cheap = [[item for item in some if price[item.pk] < CHEAP_MCR] for some in things["SHELF"]]
    goods = [good for good in range(len(now.durables)) if taken_in(now, good)[AGE_MONTHS, GRADE]]
    return Choice(town, [each.card for each in people], [row[each.store_id] for each in first],
                  list(range(len(first), len(people))), things,
                  [(each.pk, each.item) for each in held[len(first):]], [each.pk for each in first], cheap, goods,
                  list(Photo.objects.values_list("pk", flat=True)), now.durables.code[0],
                  FIRST_YEAR + YearClosed.objects.earliest("year").year)


def plan(of: Choice, rate: float, duration_s: float, written: float) -> list[Visit]:
    """Visits at times by lot, so many a second in the mean; a share of them sends a form whose page is asked before."""
    draw, count = np.random.default_rng(5), int(rate * duration_s)
    writes = int(count * written)
    times = np.sort(draw.uniform(0, duration_s, count - writes))
    chosen = set(draw.choice(np.flatnonzero(times >= FILLING_IN_S), writes, replace=False).tolist())
    kinds, shares = list(SHARES), np.array([*SHARES.values()]) / sum(SHARES.values())
    ways = _ways(of, draw)
    visits: list[Visit] = []
    for number, at in enumerate(times.tolist()):
        if number in chosen:
            page, send = next(ways)
            visits += [page | {"at": at - FILLING_IN_S, "for": number}, send | {"at": at, "from": number}]
        else:
            visits.append(_page(kinds[draw.choice(len(kinds), p=shares)], of, draw) | {"at": at})
    visits.sort(key=lambda visit: visit["at"])
    place = {visit["for"]: row for row, visit in enumerate(visits) if "for" in visit}
    return [visit | {"after": place[visit["from"]]} if "from" in visit else visit for visit in visits]


def _page(kind: str, of: Choice, draw: np.random.Generator) -> Visit:
    """A page of a kind, for a visitor by lot; what it shows too."""
    store, good = int(draw.integers(len(of.clerks))), int(draw.integers(16))
    shelf, here = of.things["SHELF"][store], of.clerks[store]
    thing = shelf[draw.integers(len(shelf))].label
    brought = of.things["HANDED_IN"][store]
    inspected = brought[draw.integers(len(brought))].label
    address: str = {
        "home": "/", "kinds of things": "/find/", "find": f"/find/?good={good}",
        "search": f"/find/?good={good}&store={of.town.stores[store].pk}&most=900&grade=2&word=red",
        "thing": f"/find/{thing}/", "photograph": f"/photos/{of.photos[draw.integers(len(of.photos))]}.jpg",
        "schedule": "/schedule/", "curve": f"/schedule/{of.code}/", "my things": "/things/",
        "my requests": "/requests/", "statement": "/account/", "desk today": "/desk/", "scan": "/desk/scan/",
        "thing at the desk": f"/desk/things/{thing}/", "inspection": f"/desk/things/{inspected}/inspect/",
        "year's account": f"/years/{of.year}/"}[kind]
    who = here if kind in AT_THE_DESK else int(draw.integers(len(of.members)))
    return {"page": kind, "who": who, "address": address} | ({"form": {"typed": thing}} if kind == "scan" else {})


def _ways(of: Choice, draw: np.random.Generator) -> Iterator[tuple[Visit, Visit]]:
    """Forms to send, each once, of all kinds in turn: the page that has it, and the sending."""
    own, kept, turn = iter(enumerate(of.own)), iter(of.kept), 0
    taken: set[int] = set()
    row = {store.pk: place for place, store in enumerate(of.town.stores)}
    while True:
        who = int(draw.integers(len(of.members)))
        yield _announcing(of, who, turn)
        free = [item for item in of.cheap[of.members[who]] if item.pk not in taken]
        if free:
            item = free[draw.integers(len(free))]
            taken.add(item.pk)
            address = f"/find/{item.label}/request/"
            yield _way("ask", who, address, address, {"store": str(item.store_id)})
        for visitor, number in islice(own, 1):
            yield _way("cancel", visitor, "/requests/", f"/requests/{number}/cancel/", {})
        for number, item in islice(kept, 1):
            yield _way("hand over", of.clerks[row[item.store_id]], f"/desk/things/{item.label}/",
                       f"/desk/requests/{number}/hand-over/", {})
        turn += 1


def _announcing(of: Choice, who: int, turn: int) -> tuple[Visit, Visit]:
    made = of.town.month - AGE_MONTHS
    said = {"good": str(of.goods[turn % len(of.goods)]), "grade": str(GRADE)}
    asked = f"/bring/?good={said['good']}&year={2000 + made // 12}&month={made % 12 + 1}&grade={GRADE}"
    store = str(of.town.stores[of.members[who]].pk)
    return _way("announce", who, asked, "/bring/", said | {"made_month": str(made), "title": "as good as new",
                                                          "description": "", "store": store})


def _way(what: str, who: int, page: str, address: str, form: dict[str, str]) -> tuple[Visit, Visit]:
    return ({"page": WRITES[what], "who": who, "address": page},
            {"page": what, "who": who, "address": address, "form": form})


def told(of: Choice, visits: list[Visit], port: int) -> dict[str, Any]:
    """The plan as the visitors read it."""
    return {"port": port, "cards": of.cards, "password": PASSWORD, "visits": visits}
