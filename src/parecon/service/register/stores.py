"""Collectables found among the used goods of a store: they leave the store's shelf and go on the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from django.db.models import F

from parecon.secondhand.collectables.acts import Refusal as Unlawful
from parecon.secondhand.collectables.decide import found_in_store
from parecon.secondhand.collectables.law import PPM, Standing
from parecon.secondhand.lifecycle import Deed as AtDesk
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import month_of
from parecon.service.desk import deeds
from parecon.service.desk.models import Federation, Item, Quote, Store
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting, books
from parecon.service.register.columns import EXCHANGE, Table
from parecon.service.register.models import Entry, Event, Kind, What, well_described
from parecon.service.rows import by_number


class Find(NamedTuple):
    """An item on a store's shelf, by its label, that is a collectable of a kind."""

    act: str
    label: str
    kind: int
    title: str
    description: str


def find_in_store(acts: Sequence[Find], actor: Actor) -> list[Answer]:
    """Puts items from stores' shelves on the register and pays the exchange what they cost it."""
    return once("register.find", acts, actor, lambda rows: _found(rows, actor))


def _found(rows: list[Find], actor: Actor) -> list[Answer]:
    if not acting.keeps_all(actor):
        return [Answer(Refusal.NOT_ALLOWED)] * len(rows)
    kinds: dict[int, Kind] = by_number(Kind.objects.all(), [row.kind for row in rows])
    items = to_be_entered(row.label for row in rows)
    answers = [Answer(_cannot_be(row, rows[:place], kinds, items)) for place, row in enumerate(rows)]
    good = [row for row, answer in zip(rows, answers, strict=True) if answer.done]
    decided = iter(_registered(good, [_new(row, kinds[row.kind], items[row.label], actor) for row in good], actor))
    return [next(decided) if answer.done else answer for answer in answers]


def _cannot_be(row: Find, before: list[Find], kinds: dict[int, Kind], items: dict[str, Item]) -> Refusal:
    if not well_described(row.title, row.description):
        return Refusal.BAD_FORM
    if row.kind not in kinds or row.label not in items:
        return Refusal.NO_SUCH_THING
    item, again = items[row.label], row.label in {each.label for each in before}
    of_store = Store.objects.filter(council__party=item.holder).exists()
    return Refusal.ACCEPTED if of_store and not again and can_be_sent(item, State.SHELF) else Refusal.NOT_NOW


def to_be_entered(labels: Iterable[str]) -> dict[str, Item]:
    """Items of desks by their labels, those that have no entry yet."""
    return {each.label: each for each in Item.objects.filter(label__in=list(labels), entry=None)}


def can_be_sent(item: Item, state: State) -> bool:
    """Whether an item can go on the register from this state, or was sent there by its desk before."""
    return item.state == State.REGISTER or (item.state == state and deeds.possible(item, AtDesk.TO_REGISTER))


def send(pairs: Sequence[tuple[str, Item]], by: str, at_us: int) -> None:
    """Lets the desk know that items, each with the name of its act, are on the register now."""
    deeds.record([deeds.Step(f"{act}/desk", item, AtDesk.TO_REGISTER, changes={"shelved_us": None})
                  for act, item in pairs if item.state != State.REGISTER], by, at_us)


def _new(row: Find, kind: Kind, item: Item, actor: Actor) -> Entry:
    cost = _cost_mcr(item)
    return Entry(act=row.act, kind=kind, title=row.title, description=row.description, item=item,
                 paid_mcr=cost, paid_at_entry_mcr=cost, schedule_at_entry_mcr=kind.schedule_mcr,
                 entered_us=actor.at_us, holder=item.holder,
                 standing=Standing.UNREGISTERED, paid_level_ppm=PPM)


def _cost_mcr(item: Item) -> int:
    """What the exchange paid for an item, the last time that it took it in."""
    accepted = Quote.objects.filter(item=item).exclude(accepted_us=None).order_by(F("accepted_us").desc(), "-number")
    return accepted.values_list("credit_mcr", flat=True).first() or 0


def _registered(rows: list[Find], entries: list[Entry], actor: Actor) -> list[Answer]:
    if not rows:
        return []
    table, stores = Table.of(entries), [entry.holder for entry in entries]
    held_by = np.array([table.parties.row(store) for store in stores], np.int32)
    cost = np.array([entry.paid_mcr for entry in entries], np.int64)
    outcome, after = found_in_store(np.arange(len(entries)), cost, held_by, table.register(),
                                    table.columns_of_kinds(), EXCHANGE)
    table.write(after, month_of(actor.at_us))
    exchange = Federation.objects.get().exchange_account
    account = dict.fromkeys(held_by.tolist(), exchange) | {EXCHANGE: books.shelf_account(actor.at_us)}
    moving = [f"{rows[place].act}/credit" for place in outcome.accepted if cost[place]]
    books.paid(books.lines(outcome.postings, account, moving), actor.at_us)
    _told([(rows[place], entries[place], stores[place]) for place in outcome.accepted], actor)
    return [Answer(Unlawful(reason), entry.pk or 0) for reason, entry in zip(outcome.reason, entries, strict=True)]


def _told(done: list[tuple[Find, Entry, str]], actor: Actor) -> None:
    by, at_us = actor.member.party, actor.at_us
    send([(row.act, entry.item) for row, entry, _ in done if entry.item], by, at_us)
    Event.objects.bulk_create([Event(act=row.act, entry=entry, what=What.FROM_DESK, giver=store, taker=entry.holder,
                                     amount_mcr=entry.paid_mcr, by=by, at_us=at_us) for row, entry, store in done])
