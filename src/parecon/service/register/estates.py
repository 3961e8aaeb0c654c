"""Deaths: what becomes of the things of those who died and of what they gave away, as the law decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from parecon.secondhand.collectables.acts import Fate
from parecon.secondhand.collectables.decide import Estates, deaths
from parecon.secondhand.collectables.register import Register
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import month_of
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting
from parecon.service.register.columns import EXCHANGE, Table
from parecon.service.register.models import Death, Entry, Event, Offer, OfferState, What, last_event

WHAT = {
    Fate.STAYS_IN_FAMILY: What.STAYS_IN_FAMILY, Fate.REVERTS: What.REVERTED, Fate.TO_MUSEUM: What.TO_MUSEUM,
    Fate.GIFT_STANDS: What.GIFT_STANDS, Fate.NOT_FOUND: What.NOT_FOUND, Fate.OFF_REGISTER: What.STAYS_IN_FAMILY,
}


class RecordDeath(NamedTuple):
    """That a member died, who comes after, and which of the member's things were not found; people by pseudonym."""

    act: str
    member: str
    heir: str
    not_found: tuple[int, ...] = ()


def record_deaths(acts: Sequence[RecordDeath], actor: Actor) -> list[Answer]:
    """Records deaths and settles what they leave, all of a batch together: by a registrar who inherits nothing."""
    return once("register.death", acts, actor, lambda rows: _recorded(rows, actor))


def _recorded(rows: list[RecordDeath], actor: Actor) -> list[Answer]:
    there = acting.living([row.heir for row in rows]) | acting.without_death(row.member for row in rows)
    dying = [row.member for row in rows]
    answers = [Answer(_cannot_be_recorded(row, there, dying, actor)) for row in rows]
    good = [row for row, answer in zip(rows, answers, strict=True) if answer.done]
    after = last_event()
    made = Death.objects.bulk_create([Death(act=row.act, member=row.member, heir=row.heir, by=actor.member.party,
                                            month=month_of(actor.at_us), at_us=actor.at_us, after=after)
                                      for row in good])
    if good:
        _settle(good, actor)
    number = {each.act: each.number for each in made}
    return [Answer(answer.reason, number.get(row.act, 0)) for row, answer in zip(rows, answers, strict=True)]


def _cannot_be_recorded(row: RecordDeath, there: dict[str, Member], dying: list[str], actor: Actor) -> Refusal:
    if row.member not in there or row.heir not in there or not there[row.heir].is_active:
        return Refusal.NO_SUCH_THING
    if row.heir in dying or dying.count(row.member) > 1:
        return Refusal.BAD_FORM
    refused = acting.keeps_for(actor, there[row.member].household)
    if refused == Refusal.ACCEPTED and there[row.heir].household == actor.member.household:
        return Refusal.NOT_BY_ONESELF
    missing = Entry.objects.filter(pk__in=[each for each in row.not_found if 0 < each < 2**63], holder=row.member)
    return refused or (Refusal.ACCEPTED if missing.count() == len(set(row.not_found)) else Refusal.NO_SUCH_THING)


def _settle(rows: list[RecordDeath], actor: Actor) -> None:
    """Lets the law decide over the estates, and writes the fate of each thing."""
    dead = [row.member for row in rows]
    concerned = Entry.objects.filter(Q(holder__in=dead) | Q(first_refusal__in=dead) | Q(
        pk__in=Entry.objects.filter(gifts__giver__in=dead, gifts__remembered=True).values("pk")))
    table = Table.of(list(concerned.select_related("kind").order_by("number")),
                     [party for row in rows for party in (row.member, row.heir)])
    died, heir = np.zeros(len(table.parties), bool), np.arange(len(table.parties), dtype=np.int32)
    for row in rows:
        died[table.parties.row(row.member)], heir[table.parties.row(row.member)] = True, table.parties.row(row.heir)
    missing = {number for row in rows for number in row.not_found}
    found = np.array([entry.pk not in missing for entry in table.entries], bool)
    before, month = table.register(), month_of(actor.at_us)
    estates, after = deaths(died, heir, found, before, table.columns_of_kinds(), EXCHANGE, month, acting.the_law())
    _tell(rows, table, estates, after, actor)
    table.write(after, month)
    Offer.objects.filter(member__in=dead, state=OfferState.OPEN).update(state=OfferState.WITHDRAWN)


def _tell(rows: list[RecordDeath], table: Table, estates: Estates, after: Register, actor: Actor) -> None:
    """Writes what became of each thing; `table` still says how it was."""
    act = {row.member: row.act for row in rows}
    giver = {gift.entry_id: gift.giver for gift in table.gifts if gift.giver in act}
    Event.objects.bulk_create([
        Event(act=act.get(entry.holder) or act[giver[entry.pk]], entry=entry, what=WHAT[Fate(fate)], giver=entry.holder,
              taker=table.parties.name(holder), by=actor.member.party, at_us=actor.at_us)
        for entry, fate, holder in zip(table.entries, estates.fate.tolist(), after.holder.tolist(), strict=True)
        if fate != Fate.NOT_CONCERNED])
