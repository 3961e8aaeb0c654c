"""How a federation gets its first organiser, or one when nobody organises any more: from the machine it runs on."""

from __future__ import annotations

from typing import NamedTuple

from django.core.management.base import CommandError

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.ledger import store
from parecon.service.people.households import NewHousehold, Person, can_be, made_households
from parecon.service.people.law import card_read
from parecon.service.people.models import Council, CouncilKind, Mandate, Member, Role
from parecon.service.people.policy import Actor, above, running
from parecon.service.people.record import once

FROM_THE_MACHINE = "machine"  # in place of whoever gave a mandate


class FirstOrganiser(NamedTuple):
    """A new member of a consumer council who organises in a federation of councils up to a time; both by number."""

    act: str
    federation: int
    council: int
    member: Person
    until_us: int


def add_first_organiser(act: FirstOrganiser, at_us: int) -> Answer:
    """Adds a member who may add all others, where nobody organises; answers with the member's number."""
    nobody = Actor(Member(party=FROM_THE_MACHINE), at_us)
    return once("add first organiser", [act], nobody, lambda _: [_added(act, at_us)])[0]


def _added(act: FirstOrganiser, at_us: int) -> Answer:
    top = Council.objects.filter(pk=act.federation).first()
    council = Council.objects.filter(pk=act.council, kind=CouncilKind.CONSUMER).first()
    if top is None or council is None:
        return Answer(Refusal.NO_SUCH_THING)
    if is_organised(top, at_us):
        return Answer(Refusal.NOT_ALLOWED)
    if not can_be(act.member) or act.until_us <= at_us:
        return Answer(Refusal.BAD_FORM)
    household = made_households([NewHousehold(act.act, council.pk, (act.member,), date_of(at_us))], at_us)[0]
    if not household.done:
        return household
    member = Member.objects.get(household_id=household.number)
    _appointed(member, top, at_us, act.until_us)
    return Answer(Refusal.ACCEPTED, member.pk)


def of_card(card: str) -> Member:
    """The member whose card has a number, for whoever sits at the machine. Raises CommandError where there is none."""
    member = Member.objects.filter(card=card_read(card) or "", is_active=True).first()
    if member is None:
        raise CommandError("no card has this number")
    return member


def appoint(member: Member, council: Council, at_us: int, until_us: int) -> Refusal:
    """Makes somebody who is a member already an organiser, where nobody organises any more."""
    with store.writing():
        if is_organised(council, at_us):
            return Refusal.NOT_ALLOWED
        if not member.is_active or until_us <= at_us:
            return Refusal.BAD_FORM
        _appointed(member, council, at_us, until_us)
        return Refusal.ACCEPTED


def is_organised(council: Council, at_us: int) -> bool:
    """Whether somebody organises in a council, or from above."""
    councils = above(council, date_of(at_us))
    return running(at_us).filter(role=Role.ORGANISER, council_id__in=councils, member__is_active=True).exists()


def _appointed(member: Member, council: Council, at_us: int, until_us: int) -> None:
    Mandate.objects.create(member=member, council=council, role=Role.ORGANISER, from_us=at_us, until_us=until_us,
                           given_by=FROM_THE_MACHINE)
