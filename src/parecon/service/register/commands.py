"""What can be done to the register of collectables beside deaths, offers and closings, which have modules of their own.

Each command asks policy who may, loads rows as columns, lets the law decide them together, and writes what
it answers: entries, events and payments in one transaction. Nothing else writes to the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from parecon.base.postings import Amounts
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import Acts, Deed
from parecon.secondhand.collectables.acts import Refusal as Unlawful
from parecon.secondhand.collectables.decide import Moment, buy_back_price, immediate
from parecon.secondhand.collectables.law import Standing
from parecon.secondhand.collectables.register import Register
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import month_of
from parecon.service.desk.models import Item
from parecon.service.ledger.law import Refusal as Unpaid
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting, books, stores
from parecon.service.register.columns import EXCHANGE, Table
from parecon.service.register.models import (
    MUSEUMS,
    SHELF,
    Entry,
    Event,
    Kind,
    What,
    well_described,
)
from parecon.service.rows import by_number

MOST_MCR = 10**15  # no price is higher: so that whatever is shared and restated stays exact
WHAT = {Deed.REGISTER: What.REGISTERED, Deed.HAND_BACK: What.HANDED_BACK, Deed.GIVE: What.GIVEN}
Pair = tuple[Any, Entry]


class Classify(NamedTuple):
    """A new kind: what visits are worth to all together, a thing to one collector, and how many want a museum."""

    act: str
    name: str
    description: str
    schedule_mcr: int
    visitors_worth_mcr: int
    collector_worth_mcr: int
    in_favour_permille: int


class Enter(NamedTuple):
    """A thing of a member that goes on the register; `label` where it was handed in at a desk."""

    act: str
    kind: int
    title: str
    description: str
    paid_mcr: int
    label: str = ""


class EnterAgain(NamedTuple):
    """A thing that was lost from the register and is found."""

    act: str
    entry: int


class HandBack(NamedTuple):
    """A thing handed back to the federation, which pays for it."""

    act: str
    entry: int


class Give(NamedTuple):
    """A thing given to another member, by pseudonym."""

    act: str
    entry: int
    to: str


# --- Kinds and entries ------------------------------------------------------------------------------------------

def classify(acts: Sequence[Classify], actor: Actor) -> list[Answer]:
    """Enters kinds, each classified by the law as personal, traded or museum pieces: by the federation's registrar."""
    return once("register.classify", acts, actor, lambda rows: _classified(rows, actor))


def _classified(rows: list[Classify], actor: Actor) -> list[Answer]:
    if not acting.keeps_all(actor):
        return [Answer(Refusal.NOT_ALLOWED)] * len(rows)
    columns = [np.array([row[place] for row in rows if _can_be_a_kind(row)], np.int64) for place in (3, 4, 5, 6)]
    schedule, visitors, collector, in_favour = columns
    museum = rules.museum_piece(visitors, collector, in_favour, acting.the_law()["museum_rule"])
    standing = iter(rules.classified(schedule, museum).tolist())
    taken, answers = set(Kind.objects.values_list("name", flat=True)), []
    for row in rows:
        of = next(standing) if _can_be_a_kind(row) else None
        answers.append(Answer(Refusal.BAD_FORM) if of is None or row.name in taken else
                       Answer(Refusal.ACCEPTED, _kind(row, of, actor)))
        taken.add(row.name)
    return answers


def _can_be_a_kind(row: Classify) -> bool:
    amounts = all(0 <= amount <= MOST_MCR for amount in row[3:6])
    return well_described(row.name, row.description) and amounts and 0 <= row.in_favour_permille <= rules.PERMILLE


def _kind(row: Classify, standing: int, actor: Actor) -> int:
    return Kind.objects.create(standing=standing, price_mcr=row.schedule_mcr, first_schedule_mcr=row.schedule_mcr,
                               made_us=actor.at_us, **row._asdict()).number


def enter(acts: Sequence[Enter], actor: Actor) -> list[Answer]:
    """Puts things on the register, of the member on whose behalf the registrar acts."""
    return once("register.enter", acts, actor, lambda rows: _entered(rows, actor))


def _entered(rows: list[Enter], actor: Actor) -> list[Answer]:
    refused = acting.registers(actor)
    if refused:
        return [Answer(refused)] * len(rows)
    kinds: dict[int, Kind] = by_number(Kind.objects.all(), [row.kind for row in rows])
    items = stores.to_be_entered(row.label for row in rows if row.label)
    answers = [Answer(_cannot_enter(row, kinds, items, actor)) for row in rows]
    good = [place for place, answer in enumerate(answers) if answer.done and _is_first(rows, place)]
    made = [(rows[place], _new(rows[place], kinds[rows[place].kind], items.get(rows[place].label), actor))
            for place in good]
    decided = dict(zip(good, _immediate(Deed.REGISTER, made, actor), strict=True))
    stores.send([(row.act, entry.item) for row, entry in made if entry.item and entry.pk], actor.member.party,
                actor.at_us)
    return [decided.get(place, answer if not answer.done else Answer(Refusal.NOT_NOW))
            for place, answer in enumerate(answers)]


def _is_first(rows: list[Enter], place: int) -> bool:
    """Whether no row before brings the same item of a desk."""
    return not rows[place].label or rows[place].label not in {row.label for row in rows[:place]}


def _cannot_enter(row: Enter, kinds: dict[int, Kind], items: dict[str, Item], actor: Actor) -> Refusal:
    if not well_described(row.title, row.description) or not 0 <= row.paid_mcr <= MOST_MCR:
        return Refusal.BAD_FORM
    item = items.get(row.label)
    if row.kind not in kinds or (row.label and item is None):
        return Refusal.NO_SUCH_THING
    if item and item.holder != acting.person(actor).household.party:
        return Refusal.NO_SUCH_THING
    return Refusal.ACCEPTED if not item or stores.can_be_sent(item, State.GRADED) else Refusal.NOT_NOW


def _new(row: Enter, kind: Kind, item: Item | None, actor: Actor) -> Entry:
    return Entry(act=row.act, kind=kind, title=row.title, description=row.description, item=item,
                 schedule_at_entry_mcr=kind.schedule_mcr, entered_us=actor.at_us,
                 standing=Standing.UNREGISTERED, holder=acting.person(actor).party, paid_mcr=row.paid_mcr,
                 paid_at_entry_mcr=row.paid_mcr, paid_level_ppm=_moment(actor).level_ppm)


def enter_again(acts: Sequence[EnterAgain], actor: Actor) -> list[Answer]:
    """Puts things back on the register that were lost from it, for the member who has them."""
    return once("register.enter_again", acts, actor,
                lambda rows: _each_entry(Deed.REGISTER, rows, actor, acting.registers(actor)))


# --- What holders do --------------------------------------------------------------------------------------------

def hand_back(acts: Sequence[HandBack], actor: Actor) -> list[Answer]:
    """Takes things back from the member who brings them to a desk, and pays what the law says."""
    return once("register.hand_back", acts, actor,
                lambda rows: _each_entry(Deed.HAND_BACK, rows, actor, acting.receives(actor)))


def give(acts: Sequence[Give], actor: Actor) -> list[Answer]:
    """Gives things to other members; gifts are remembered, and at the giver's death the law may look back on them."""
    return once("register.give", acts, actor, lambda rows: _given(rows, actor))


def _given(rows: list[Give], actor: Actor) -> list[Answer]:
    takers = acting.living(row.to for row in rows)
    there = [row for row in rows if row.to in takers]
    answers = dict(zip((row.act for row in there), _each_entry(Deed.GIVE, there, actor, acting.acts_for(actor)),
                       strict=True))
    return [answers.get(row.act, Answer(Refusal.NO_SUCH_THING)) for row in rows]


def _each_entry(deed: Deed, rows: list[Any], actor: Actor, refused: Refusal) -> list[Answer]:
    """The same deed on entries by number: those that are not there are refused, the others decided together."""
    if refused:
        return [Answer(refused)] * len(rows)
    found: dict[int, Entry] = by_number(Entry.objects.select_related("kind"), [row.entry for row in rows])
    there = [(row, found[row.entry]) for row in rows if row.entry in found]
    answers = dict(zip((row.act for row, _ in there), _immediate(deed, there, actor), strict=True))
    return [answers.get(row.act, Answer(Refusal.NO_SUCH_THING)) for row in rows]


def _immediate(deed: Deed, pairs: list[Pair], actor: Actor) -> list[Answer]:
    """Immediate acts of one person, decided by the law and written."""
    who, to = acting.person(actor), [getattr(row, "to", "") for row, _ in pairs]
    account = books.accounts_of([who.household.party]).get(who.household.party)
    if not pairs or account is None:
        return [Answer(Unpaid.NO_SUCH_ACCOUNT)] * len(pairs)
    entries = list(dict.fromkeys(entry for _, entry in pairs)) if pairs[0][1].pk else [entry for _, entry in pairs]
    table, place = Table.of(entries, [who.party, *to]), {id(entry): row for row, entry in enumerate(entries)}
    row_of, kinds, before = table.parties.row, table.columns_of_kinds(), table.register()
    acts = Acts.of(deed, row_of(who.party), [place[id(entry)] for _, entry in pairs], [row_of(name) for name in to])
    law = acting.the_law()
    outcome, after = immediate(acts, before, kinds, EXCHANGE, _moment(actor), law)
    paid = np.where(_bought(acts, outcome.reason, before, after),
                    buy_back_price(before, acts.item, kinds, _moment(actor), law), 0)
    table.write(after, _moment(actor).month)
    moving = [f"{row.act}/credit" for (row, _), amount in zip(pairs, paid, strict=True) if amount]
    books.paid(books.lines(outcome.postings, {EXCHANGE: books.shelf_account(actor.at_us), row_of(who.party): account},
                           moving), actor.at_us)
    _told(deed, pairs, outcome.reason, paid, actor)
    return [Answer(Unlawful(reason), entry.pk or 0) for reason, (_, entry) in zip(outcome.reason, pairs, strict=True)]


def _bought(acts: Acts, reason: np.ndarray, before: Register, after: Register) -> np.ndarray:
    """For which acts the federation pays: what was handed back, and what a museum took as soon as it was entered."""
    moved = (acts.deed == Deed.REGISTER) & (before.holder[acts.item] != after.holder[acts.item])
    return (reason == Unlawful.ACCEPTED) & ((acts.deed == Deed.HAND_BACK) | moved)


def _told(deed: Deed, pairs: list[Pair], reason: np.ndarray, paid: Amounts, actor: Actor) -> None:
    """Writes what was done to each entry."""
    who, behalf = acting.person(actor).party, actor.on_behalf_of.party if actor.on_behalf_of else ""
    household = acting.person(actor).household.party
    Event.objects.bulk_create([
        Event(act=row.act, entry=entry, what=WHAT[deed], giver=who, taker=_taker(deed, row, entry, who),
              amount_mcr=int(amount), household=household, by=actor.member.party, on_behalf_of=behalf,
              at_us=actor.at_us)
        for (row, entry), no, amount in zip(pairs, reason, paid, strict=True) if no == Unlawful.ACCEPTED])


def _taker(deed: Deed, row: Any, entry: Entry, who: str) -> str:
    if deed == Deed.GIVE:
        return str(row.to)
    museum = entry.standing == Standing.MUSEUM
    if deed == Deed.HAND_BACK:
        return MUSEUMS if museum else SHELF
    return entry.holder if entry.holder == MUSEUMS else who


def _moment(actor: Actor) -> Moment:
    return Moment(month_of(actor.at_us))
