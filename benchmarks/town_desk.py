"""The desk's rows of a large federation, written in bulk: by lot, and as the law's own table of lives has them.

By commands a hundred thousand things would take an hour. What is kept for a request is set aside in the ledger by the
ledger's commands, so that it can be handed over and cancelled as any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.town import Town

A_DAY_US = 86_400_000_000
SHARES = {"SHELF": 80, "HELD": 5, "IN_TRANSFER": 1, "REPAIR": 2, "RECYCLED": 20, "REGISTER": 1, "RETURNED": 30,
          "GRADED": 3, "HANDED_IN": 3, "ANNOUNCED": 4}  # of a thousand things; the others are with members
LIVES = {"ANNOUNCED": (1,), "HANDED_IN": (1, 3), "GRADED": (1, 3, 4), "SHELF": (1, 3, 4, 5), "HELD": (1, 3, 4, 5, 7),
         "IN_TRANSFER": (1, 3, 4, 5, 9), "REPAIR": (1, 3, 4, 5, 13), "RECYCLED": (1, 3, 4, 5, 15),
         "REGISTER": (1, 3, 4, 5, 16), "RETURNED": (1, 3, 4, 6), "OUT": (1, 3, 4, 5, 7, 11)}  # by lifecycle.Deed
DONE = {1: "announce", 3: "hand in", 4: "inspect", 5: "accept", 6: "take back", 7: "ask", 11: "hand over"}
TITLES = ("red, hardly used", "with all that belongs to it", "", "repaired in spring", "")


def written(town: Town) -> None:
    """All of them, in an open transaction."""
    town.items.extend(_items(town))
    _lives(town)
    _quotes(town)
    _requests(town)
    _transfers(town)
    _years_closed(town)
    _photos(town)
    _numbers_go_on()
    _analysed()


def _items(town: Town) -> Iterator[Any]:
    """Things by lot; of one good in five no store has any on its shelf in every third store, so that some wait."""
    from parecon.secondhand.lifecycle import State
    from parecon.service.desk.columns import in_force
    from parecon.service.desk.labels import label
    from parecon.service.desk.models import Item

    count, goods = town.size.items, len(in_force(town.now_us).durables)
    shares = [round(count * each / 1000) for each in SHARES.values()]
    names = np.repeat([*SHARES, "OUT"], [*shares, count - sum(shares)])
    good, age, grade = (town.draw.integers(least, most, count) for least, most in ((0, goods), (6, 40), (0, 3)))
    for row, name in enumerate(names.tolist()):
        store, home = town.stores[row % len(town.stores)], town.households[_home(town, row, name)]
        which = (int(good[row]) + (name == "SHELF" and _is_empty(row % len(town.stores), int(good[row])))) % goods
        is_members = name in {"ANNOUNCED", "HANDED_IN", "GRADED", "RETURNED", "OUT"}
        there = None if name in {"OUT", "RETURNED"} else store.pk
        shelved = town.now_us - (count - row) * 10**9 if name in {"SHELF", "HELD", "IN_TRANSFER"} else None
        yield Item(number=row + 1, label=label(), good=which, made_month=town.month - int(age[row]),
                   grade=int(grade[row]), state=State[name].value, store_id=there, title=TITLES[row % len(TITLES)],
                   holder=home[1] if is_members else store.council.party, description="", shelved_us=shelved)


def _is_empty(store: int, good: int) -> bool:
    return store % 3 == 0 and good % 5 == 0


def _home(town: Town, row: int, name: str) -> int:
    """Whose thing it is or was, or for whom it is kept: a household that lives at the store where it is."""
    stores, houses = len(town.stores), len(town.households)
    lived = houses // stores - 1  # the first of each store is a clerk's
    return (row % stores) + stores * (1 + (row // stores * (1 if name == "HELD" else 7)) % lived)


def _lives(town: Town) -> None:
    """Every thing's events, by the table of the law, and that each was done."""
    from parecon.secondhand.lifecycle import Deed, State, after
    from parecon.service.desk.models import Event, Item
    from parecon.service.people.models import Done

    columns = "number label good made_month grade state holder store_id title description shelved_us"
    _copied(Item, columns, ([getattr(each, name) for name in columns.split()] for each in town.items))
    events: list[Any] = []
    done: list[Any] = []
    for row, item in enumerate(town.items):
        store, home, state = row % len(town.stores), town.households[_home(town, row, State(item.state).name)], None
        for step, deed in enumerate(LIVES[State(item.state).name]):
            follows, act = after(state, Deed(deed)), f"d/{item.number}/{deed}"
            assert follows is not None
            at_us = town.now_us - (len(town.items) - row) * 400_000_000 - (9 - step) * A_DAY_US
            events.append((len(events) + 1, act, deed, None if state is None else int(state), int(follows), item.good,
                           item.made_month, item.grade, town.clerks[store], home[1], "", at_us, item.number,
                           town.stores[store].pk))
            if deed in DONE:
                done.append((act, DONE[deed], item.number, town.clerks[store], home[1], f"{len(done):064x}", at_us))
            state = follows
    _copied(Event, "number act deed before after good made_month grade by household note at_us item_id store_id",
            events)
    _copied(Done, "act what number by on_behalf_of content_hash at_us", done)


def _quotes(town: Town) -> None:
    """An estimate for every thing, and the offer of its inspection."""
    from parecon.secondhand.lifecycle import State
    from parecon.service.desk.columns import in_force, of
    from parecon.service.desk.models import Quote

    now = in_force(town.now_us)
    worth, credit, plain = (of(now, table, town.items).tolist() for table in (
        now.announced.worth_mcr, now.announced.credit_mcr, now.plain_mcr))
    findings = json.dumps([["Is it clean?", "yes"], ["Does it do what it is for?", "yes"]])
    rows: list[Any] = []
    for row, item in enumerate(town.items):
        name = State(item.state).name
        home = town.households[_home(town, row, name)][0]
        for kind in ("estimate", "year") if 4 in LIVES[name] else ("estimate",):
            accepted = town.now_us - A_DAY_US if kind == "year" and 5 in LIVES[name] else None
            rows.append((len(rows) + 1, f"q/{item.number}/{kind}", kind, int(now.durables.new_price_mcr[item.good]),
                         town.month - item.made_month, item.grade, 0, worth[row], credit[row], 0, plain[row],
                         town.month + 3, findings if kind == "year" else "[]", "", town.now_us - 9 * A_DAY_US, accepted,
                         None, home, item.number, None, now.schedule.pk))
    _copied(Quote, "number act kind new_price_mcr age_months grade reason worth_mcr credit_mcr cost_mcr plain_mcr "
            "until_month findings why made_us accepted_us settled_year household_id item_id revises_id schedule_id",
            rows)


def _requests(town: Town) -> None:
    """What was asked for: served, kept (and set aside for it in the ledger), and in line where nothing stands."""
    from parecon.secondhand.lifecycle import RequestState, State
    from parecon.service.desk.columns import accounts, federation, in_force, of
    from parecon.service.desk.models import Request
    from parecon.service.ledger.commands import Line, hold_batch, post_batch

    now, until = in_force(town.now_us), town.now_us + 5 * A_DAY_US
    price, kept = of(now, now.announced.price_mcr, town.items).tolist(), []
    rows: list[Any] = []
    for row, item in enumerate(town.items):
        name = State(item.state).name
        if name in {"OUT", "HELD"}:
            home, act = town.households[_home(town, row, name)], f"r/{item.number}"
            state, at_us = ((RequestState.HELD, None) if name == "HELD"
                            else (RequestState.SERVED, town.now_us - A_DAY_US))
            rows.append((len(rows) + 1, act, item.good, state.value, price[row], price[row], f"{act}/hold",
                         until if at_us is None else None, town.now_us - 9 * A_DAY_US, at_us, None, home[0],
                         item.number, now.schedule.pk, town.stores[row % len(town.stores)].pk, None))
            kept += [(act, home[1], price[row])] if at_us is None else []
    goods = len(now.durables)
    for place in range(town.size.items // 50):
        store, good = place % len(town.stores), place % goods
        state = RequestState.WAITS if _is_empty(store, good) else RequestState.CANCELLED
        home = town.households[(store + len(town.stores) * (1 + place)) % len(town.households)]
        rows.append((len(rows) + 1, f"w/{place}", good, state.value, None, None, "", None, town.now_us - A_DAY_US,
                     None if state == RequestState.WAITS else town.now_us, None, home[0], None, None,
                     town.stores[store].pk, None))
    _copied(Request, "number act good state price_mcr plain_mcr hold fetch_until_us since_us ended_us settled_year "
            "household_id item_id schedule_id store_id wanted_id", rows)
    account, of_all = accounts([party for _, party, _ in kept]), federation()
    post_batch([Line(f"{act}/given", of_all.society_account, account[party], mcr, 1) for act, party, mcr in kept],
               town.now_us)
    held = hold_batch([Line(f"{act}/hold", account[party], of_all.exchange_account, mcr, 5)
                       for act, party, mcr in kept], until, town.now_us)
    assert all(answer.done for answer in held)


def _transfers(town: Town) -> None:
    """Things that were carried to another store: one in twenty, long ago; and what is on its way."""
    from parecon.secondhand.lifecycle import State
    from parecon.service.desk.models import Transfer

    stores = len(town.stores)
    rows: list[Any] = []
    for row, item in enumerate(town.items):
        moves = item.state == State.IN_TRANSFER
        if moves or (row % 20 == 7 and item.state == State.OUT):
            origin, destination = town.stores[(row + 1) % stores], town.stores[row % stores]
            arrived = None if moves else town.now_us - 30 * A_DAY_US
            rows.append((len(rows) + 1, f"t/{item.number}", 500, town.now_us - 31 * A_DAY_US, arrived, item.number,
                         origin.pk, destination.pk))
    _copied(Transfer, "number act cost_mcr sent_us arrived_us item_id origin_id destination_id", rows)


def _years_closed(town: Town) -> None:
    from parecon.service.desk.models import Schedule, YearClosed

    for each in list(Schedule.objects.order_by("year"))[:-1]:
        YearClosed.objects.create(
            year=each.year, act=f"year/{each.year}", wanted=each.shelves_mcr, offered=each.shelves_mcr,
            shared_mcr=9_000_000, households=len(town.households), closed_us=town.now_us,
            result=dict.fromkeys(("paid_mcr", "credited_mcr", "inspection_mcr", "holding_mcr", "transport_mcr",
                                  "shelves_before_mcr", "shelves_after_mcr"), 90_000_000))


def _photos(town: Town) -> None:
    """The same picture, as large as a telephone's is when the desk has made it anew, of as many things on shelves."""
    from PIL import Image

    from parecon.service.desk.models import Photo
    from parecon.service.desk.pictures import jpeg

    sent, coarse = BytesIO(), town.draw.integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(coarse).resize((1600, 1200)).save(sent, "JPEG")
    picture = jpeg(sent.getvalue())
    for first in range(0, town.size.photos, 100):
        Photo.objects.bulk_create([Photo(item=item, jpeg=picture, made_us=town.now_us)
                                   for item in town.items[first:min(first + 100, town.size.photos)]])


# --- Written --------------------------------------------------------------------------------------------------------

def _copied(model: Any, columns: str, rows: Iterable[Any]) -> None:
    """Rows of a table, with a value for each of the columns that are named; by the quickest way of each engine."""
    from django.db import connection

    named = [f'"{name}"' for name in columns.split()]
    into = f"{model._meta.db_table} ({', '.join(named)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(named))})", list(rows))


def _numbers_go_on() -> None:
    """What is written next is numbered after what was written with its numbers."""
    from django.core.management.color import no_style
    from django.db import connection

    from parecon.service.desk.models import Event, Item, Quote, Request, Transfer

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Event, Item, Quote, Request, Transfer]):
            cursor.execute(statement)


def _analysed() -> None:
    """The engine counts what is there, as PostgreSQL does by itself after a while."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
