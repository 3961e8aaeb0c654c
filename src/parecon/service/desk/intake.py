"""How things come to the desks: announced, handed in, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from parecon.secondhand.lifecycle import Deed
from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns, offers
from parecon.service.desk.acting import Permits, in_turns
from parecon.service.desk.columns import InForce
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.known import fits, households_of, known_items, known_stores
from parecon.service.desk.labels import label
from parecon.service.desk.models import Item, Quote
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.rows import by_number


class Announce(NamedTuple):
    """A household means to bring a thing: a good of the catalogue, made in a month, in a grade by its own word."""

    act: str
    household: int
    good: int
    made_month: int
    grade: int
    store: int
    title: str = ""
    description: str = ""


class Withdraw(NamedTuple):
    """A thing that was announced will not be brought."""

    act: str
    item: int


class HandIn(NamedTuple):
    """A thing is brought to a store's desk: announced before, or held by a household that got it here."""

    act: str
    item: int
    store: int


class TakeBack(NamedTuple):
    """A household takes its thing back."""

    act: str
    item: int


# --- Announced, withdrawn, handed in, taken back --------------------------------------------------------------------

def announce(rows: Sequence[Announce], actor: Actor) -> list[Answer]:
    """Announces things, each with an estimate by what the household says of it; the numbers are the items'."""
    return once("announce", rows, actor, lambda fresh: _announced(fresh, actor))


def _announced(rows: list[Announce], actor: Actor) -> list[Answer]:
    now, permits = columns.in_force(actor.at_us), Permits(actor)
    stores = known_stores()
    households: dict[int, Household] = by_number(Household.objects.all(), [row.household for row in rows])
    answers: list[Answer] = []
    for row in rows:
        home, at = households.get(row.household), stores.get(row.store)
        if home is None or at is None:
            answers.append(Answer(Refusal.NO_SUCH_THING))
        elif not permits.acts_for(home, at):
            answers.append(Answer(Refusal.NOT_ALLOWED))
        else:
            answers.append(Answer(Refusal.ACCEPTED if _announceable(row, now) else Refusal.BAD_FORM))
    good = [row for row, answer in zip(rows, answers, strict=True) if answer.done]
    items = [Item(label=label(), good=row.good, made_month=row.made_month, grade=row.grade,
                  holder=households[row.household].party, store=stores[row.store], title=row.title.strip(),
                  description=row.description.strip()) for row in good]
    record([Step(row.act, item, Deed.ANNOUNCE, item.holder) for row, item in zip(good, items, strict=True)],
           actor.member.party, actor.at_us)
    homes = [households[row.household] for row in good]
    acts = [row.act for row in good]
    Quote.objects.bulk_create(offers.quotes_for(acts, items, homes, now, actor.at_us, estimate=True))
    number = iter(items)
    return [answer._replace(number=next(number).pk) if answer.done else answer for answer in answers]


def _announceable(row: Announce, now: InForce) -> bool:
    return (fits(row.good, 0, len(now.durables) - 1) and offers.can_be(row.grade, row.made_month, now)
            and len(row.title) <= lengths.TITLE and len(row.description) <= lengths.DESCRIPTION)


def withdraw(rows: Sequence[Withdraw], actor: Actor) -> list[Answer]:
    """Takes announcements back."""
    return _by_household("withdraw", rows, Deed.WITHDRAW, actor)


def take_back(rows: Sequence[TakeBack], actor: Actor) -> list[Answer]:
    """Gives things back to the households that brought them; that is free, whatever their inspection cost."""
    return _by_household("take back", rows, Deed.TAKE_BACK, actor)


def _by_household(what: str, rows: Sequence[Any], deed: Deed, actor: Actor) -> list[Answer]:
    """What a household does to its own thing, and after which it has it at home."""
    def decided(some: list[Any]) -> list[Answer]:
        items = known_items([row.item for row in some])
        homes = households_of(items.values())
        permits, steps, answers = Permits(actor), [], []
        for row in some:
            item = items.get(row.item)
            reason = _unfit(item, deed, homes, permits)
            if item is not None and reason == Refusal.ACCEPTED:
                steps.append(Step(row.act, item, deed, item.holder, changes={"store_id": None}))
            answers.append(Answer(reason, row.item if reason == Refusal.ACCEPTED else 0))
        record(steps, actor.member.party, actor.at_us)
        return answers

    return once(what, rows, actor, lambda fresh: in_turns(fresh, lambda row: row.item, decided))


def _unfit(item: Item | None, deed: Deed, homes: dict[str, Household], permits: Permits) -> Refusal:
    """Why a household's thing cannot be treated so by the actor, if so."""
    if item is None:
        return Refusal.NO_SUCH_THING
    if item.holder not in homes or item.store is None:
        return Refusal.NOT_NOW
    if not permits.acts_for(homes[item.holder], item.store):
        return Refusal.NOT_ALLOWED
    return Refusal.ACCEPTED if possible(item, deed) else Refusal.NOT_NOW


def hand_in(rows: Sequence[HandIn], actor: Actor) -> list[Answer]:
    """Receives things at the desks of stores; they stay the households' until an offer is accepted."""
    return once("hand in", rows, actor, lambda fresh: in_turns(fresh, lambda row: row.item,
                                                               lambda some: _received(some, actor)))


def _received(rows: list[HandIn], actor: Actor) -> list[Answer]:
    items, stores, permits = known_items([row.item for row in rows]), known_stores(), Permits(actor)
    homes = households_of(items.values())
    steps, answers = [], []
    for row in rows:
        item, at, reason = items.get(row.item), stores.get(row.store), Refusal.ACCEPTED
        if item is None or at is None:
            reason = Refusal.NO_SUCH_THING
        elif not permits.serves(at):
            reason = Refusal.NOT_ALLOWED
        elif item.holder not in homes or not possible(item, Deed.HAND_IN):
            reason = Refusal.NOT_NOW
        else:
            steps.append(Step(row.act, item, Deed.HAND_IN, item.holder, changes={"store_id": at.pk}))
        answers.append(Answer(reason, 0 if reason else row.item))
    record(steps, actor.member.party, actor.at_us)
    return answers
