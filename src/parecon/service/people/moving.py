"""Households that move to other councils, and members who join and leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.people.households import NewHousehold, made_households
from parecon.service.people.leaving import what_is_left
from parecon.service.people.models import Council, CouncilKind, Member, Residence
from parecon.service.people.policy import Actor, home, may_arrange, may_move
from parecon.service.people.record import once, possible


class Move(NamedTuple):
    """That a household belongs to another consumer council from a day; both by number."""

    act: str
    household: int
    council: int
    on: date


class Join(NamedTuple):
    """That a member belongs to another household from now on; both by number."""

    act: str
    member: int
    household: int


class Leave(NamedTuple):
    """That a member has a household of their own from now on, in the same council, with an account of its own."""

    act: str
    member: int


def move_house(acts: Sequence[Move], actor: Actor) -> list[Answer]:
    """Ends residences on a day and begins others on it: [act]; answers with the numbers of the households."""
    return once("move house", acts, actor, lambda rows: [_moved(row, actor) for row in rows])


def _moved(row: Move, actor: Actor) -> Answer:
    last = Residence.objects.select_related("council").filter(
        household__pk__in=possible([row.household]), until_on=None).first()
    new = Council.objects.filter(pk=row.council, kind=CouncilKind.CONSUMER, closed_on=None).first()
    if last is None or new is None:
        return Answer(Refusal.NO_SUCH_THING)
    if not may_move(actor, row.household, last.council, new):
        return Answer(Refusal.NOT_ALLOWED)
    if row.on <= last.from_on or new.pk == last.council_id:
        return Answer(Refusal.BAD_FORM)
    Residence.objects.filter(pk=last.pk).update(until_on=row.on)
    Residence.objects.create(household_id=row.household, council=new, from_on=row.on)
    return Answer(Refusal.ACCEPTED, row.household)


def join_households(acts: Sequence[Join], actor: Actor) -> list[Answer]:
    """Brings members into other households: [act]; whoever leaves a household empty first brings its account to 0."""
    return once("join household", acts, actor, lambda rows: [_joined(row, actor) for row in rows])


def _joined(row: Join, actor: Actor) -> Answer:
    member = Member.objects.filter(pk=row.member, is_active=True).first()
    if member is None or not possible([row.household]) or home(row.household, date_of(actor.at_us)) is None:
        return Answer(Refusal.NO_SUCH_THING)
    reason = may_arrange(actor, member, row.household) or what_is_left(member, actor.at_us)
    if reason or member.household_id == row.household:
        return Answer(reason or Refusal.NOT_AS_SHOWN)
    _brought_into(member, row.household, actor)
    return Answer(Refusal.ACCEPTED, member.pk)


def leave_households(acts: Sequence[Leave], actor: Actor) -> list[Answer]:
    """Gives members households of their own: [act]; answers with the numbers of the members."""
    return once("leave household", acts, actor, lambda rows: [_left(row, actor) for row in rows])


def _left(row: Leave, actor: Actor) -> Answer:
    member = Member.objects.filter(pk=row.member, is_active=True).first()
    council = home(member.household_id, date_of(actor.at_us)) if member else None
    if member is None or council is None:
        return Answer(Refusal.NO_SUCH_THING)
    reason = may_arrange(actor, member)
    if reason or member.household.members.filter(is_active=True).count() == 1:
        return Answer(reason or Refusal.NOT_AS_SHOWN)
    own = made_households([NewHousehold(row.act, council.pk, (), date_of(actor.at_us))], actor.at_us)[0]
    if own.done:
        _brought_into(member, own.number, actor)
    return own._replace(number=member.pk if own.done else 0)


def _brought_into(member: Member, household: int, actor: Actor) -> None:
    before = member.household_id
    Member.objects.filter(pk=member.pk).update(household_id=household)
    close_if_empty(before, date_of(actor.at_us))


def close_if_empty(household: int, on: date) -> None:
    """A household without members lives nowhere from a day on; its account and its entries stay."""
    if not Member.objects.filter(household_id=household, is_active=True).exists():
        not_over = Residence.objects.not_over(on).filter(household_id=household)
        not_over.update(until_on=on)  # also where they had meant to move
