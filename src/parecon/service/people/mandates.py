"""Mandates: given for a time by whoever organises there, recalled or resigned at once, never given to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.people.models import Council, Mandate, Member, Role
from parecon.service.people.policy import Actor, Power, above, reach, running
from parecon.service.people.record import once, possible


class NewMandate(NamedTuple):
    """That a member is to have a role in a council, both by number, from a time up to another (microseconds)."""

    act: str
    member: int
    council: int
    role: str
    from_us: int
    until_us: int


class Recall(NamedTuple):
    """That a mandate, by number, is to end now."""

    act: str
    mandate: int


def give_mandates(acts: Sequence[NewMandate], actor: Actor) -> list[Answer]:
    """Gives mandates in councils that the organiser's own mandate reaches: [act]; answers with their numbers."""
    return once("give mandate", acts, actor, lambda rows: _given(rows, actor))


def _given(rows: list[NewMandate], actor: Actor) -> list[Answer]:
    members = set(Member.objects.filter(pk__in=possible(row.member for row in rows), is_active=True)
                  .values_list("pk", flat=True))
    councils = set(Council.objects.filter(pk__in=possible(row.council for row in rows), closed_on=None)
                   .values_list("pk", flat=True))
    reached = reach(actor, Power.ARRANGE_PEOPLE)
    reasons = [_not_given(row, members, councils, reached, actor) for row in rows]
    numbers = iter(Mandate.objects.bulk_create([
        Mandate(member_id=row.member, council_id=row.council, role=row.role, from_us=row.from_us,
                until_us=row.until_us, given_by=actor.member.party)
        for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]))
    return [Answer(reason, 0 if reason else next(numbers).pk) for reason in reasons]


def _not_given(row: NewMandate, members: set[int], councils: set[int], reached: set[int], actor: Actor) -> Refusal:
    if row.council not in councils or row.member not in members:
        return Refusal.NO_SUCH_THING
    if row.council not in reached:
        return Refusal.NOT_ALLOWED
    if row.member == actor.member.pk:
        return Refusal.NOT_BY_ONESELF
    well = row.role in Role.values and max(row.from_us, actor.at_us) < row.until_us and possible([row.until_us])
    return Refusal.ACCEPTED if well else Refusal.BAD_FORM


def end_mandates(acts: Sequence[Recall], actor: Actor) -> list[Answer]:
    """Ends mandates at once: [act]; whoever organises there recalls them, whoever has one resigns."""
    return once("end mandate", acts, actor, lambda rows: [_ended(row, actor) for row in rows])


def _ended(row: Recall, actor: Actor) -> Answer:
    mandate = Mandate.objects.select_related("council").filter(pk=row.mandate).first()
    if mandate is None:
        return Answer(Refusal.NO_SUCH_THING)
    if mandate.member_id != actor.member.pk and mandate.council_id not in reach(actor, Power.ARRANGE_PEOPLE):
        return Answer(Refusal.NOT_ALLOWED)
    if mandate.recalled_us is not None or mandate.until_us <= actor.at_us:
        return Answer(Refusal.OVER)
    if leaves_nobody([mandate], actor.at_us):
        return Answer(Refusal.LAST_ORGANISER)
    Mandate.objects.filter(pk=mandate.pk).update(recalled_us=actor.at_us, recalled_by=actor.member.party)
    return Answer(Refusal.ACCEPTED, mandate.pk)


def leaves_nobody(ending: Sequence[Mandate], at_us: int) -> bool:
    """Whether, with these mandates ended, nobody organises in one of their councils: not there, not from above."""
    others = running(at_us).filter(role=Role.ORGANISER, member__is_active=True).exclude(
        pk__in=[each.pk for each in ending])
    organised = set(others.values_list("council_id", flat=True))
    return any(each.role == Role.ORGANISER and organised.isdisjoint(above(each.council, date_of(at_us)))
               for each in ending if each.from_us <= at_us)
