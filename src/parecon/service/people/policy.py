"""Who may do what, in one place: roles are mandates, dated, of a council, and reach all that belongs to it.

Members act for their own household without any mandate. Everything else is refused unless a line here says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from parecon.service.answers import Refusal
from parecon.service.clock import date_of
from parecon.service.people.models import Council, Household, Mandate, Member, Residence, Role


class Power(Enum):
    """What a mandate can allow."""

    ARRANGE_PEOPLE = _("add, invite, move and erase members, give and recall mandates, arrange councils")
    SERVE_AT_DESK = _("receive, inspect, shelve, hand over and send items, and act for members who come to the desk")
    ANNOUNCE = _("announce schedules, close months and years")
    PAY = _("pay allowances and others, correct entries")
    KEEP_REGISTER = _("classify collectables, record deaths, pass things on")
    KEEP_PARK = _("take pieces in and out of a park's use, close its month")
    SEE_BOOKS = _("see everybody's statements and verify the ledger")


POWERS = {
    Role.ORGANISER: {Power.ARRANGE_PEOPLE},
    Role.CLERK: {Power.SERVE_AT_DESK},
    Role.STEWARD: {Power.ANNOUNCE, Power.SEE_BOOKS},
    Role.TREASURER: {Power.PAY, Power.SEE_BOOKS},
    Role.REGISTRAR: {Power.KEEP_REGISTER},
    Role.KEEPER: {Power.KEEP_PARK},
    Role.AUDITOR: {Power.SEE_BOOKS},
}


@dataclass(frozen=True)
class Actor:
    """Who does something, and when: the member who presses the button, and whose card lay on the desk, if any.

    A program that acts for a member may less than the member: by some mandates alone (`by_mandates`, by number; by
    all that are in force where nothing is said), or not for the own household. What the member may not, it never may.
    """

    member: Member
    at_us: int
    on_behalf_of: Member | None = None
    by_mandates: frozenset[int] | None = None
    for_household: bool = True

    @property
    def household(self) -> Household:
        """For which household it is done."""
        return (self.on_behalf_of or self.member).household


def may(actor: Actor, power: Power, council: Council) -> bool:
    """Whether a mandate of the member, of this council or one it belongs to, allows it at that time."""
    councils = _mandated(actor, power)
    return bool(councils) and not councils.isdisjoint(above(council, date_of(actor.at_us)))


def reach(actor: Actor, power: Power) -> set[int]:
    """All councils, by number, in which the member's mandates allow it at that time: for lists and many at once."""
    councils = _mandated(actor, power)
    return _reached(councils, date_of(actor.at_us), "parent_id", "council_id") if councils else set()


def _mandated(actor: Actor, power: Power) -> set[int]:
    roles = [role for role, powers in POWERS.items() if power in powers]
    found = in_force(actor.member, actor.at_us).filter(role__in=roles)
    if actor.by_mandates is not None:
        found = found.filter(pk__in=actor.by_mandates)
    return set(found.values_list("council_id", flat=True))


def is_own(actor: Actor, household: int) -> bool:
    """Whether a household, by number, is the member's own, and they act for it."""
    return actor.for_household and actor.member.is_active and actor.member.household_id == household


def in_force(member: Member, at_us: int) -> QuerySet[Mandate]:
    """A member's mandates at a time: begun, not over and not recalled; none of someone who left."""
    return running(at_us).filter(member=member, member__is_active=True)


def running(at_us: int) -> QuerySet[Mandate]:
    """All mandates in force at a time; what was recalled stays so, also where a clock is set back."""
    return Mandate.objects.filter(recalled_us=None, from_us__lte=at_us, until_us__gt=at_us)


def acting_for(actor: Actor, household: Household, council: Council) -> Refusal:
    """Whether somebody may act for a household: its members, or a clerk of the council for whoever is at the desk."""
    own = is_own(actor, household.pk)
    return Refusal.ACCEPTED if own or may(actor, Power.SERVE_AT_DESK, council) else Refusal.NOT_ALLOWED


def sees_park_account(actor: Actor, park: Council) -> bool:
    """Whether somebody may read a park's account without belonging to it: auditors, stewards and its keepers."""
    return any(may(actor, power, park) for power in (Power.SEE_BOOKS, Power.ANNOUNCE, Power.KEEP_PARK))


def home(household: int, on: date) -> Council | None:
    """The consumer council to which a household belongs on a day, or will first belong after it."""
    not_over = Residence.objects.not_over(on).filter(household_id=household)
    found = not_over.select_related("council").order_by("from_on").first()
    return found.council if found else None


def may_arrange(actor: Actor, member: Member, household: int | None = None) -> Refusal:
    """Whether an organiser may arrange what concerns a member, who may join another household, by number.

    The mandate must reach where they live, and every council of which the member has a mandate: nobody comes by
    a wider mandate than their own by inviting themselves in another's place.
    """
    if member.pk == actor.member.pk:
        return Refusal.NOT_BY_ONESELF
    on = date_of(actor.at_us)
    homes = {home(each, on) for each in {member.household_id, household or member.household_id}}
    mandates = member.mandates.filter(until_us__gt=actor.at_us, recalled_us=None).values_list("council_id", flat=True)
    councils = {council.pk if council else 0 for council in homes} | set(mandates)
    return Refusal.ACCEPTED if councils <= reach(actor, Power.ARRANGE_PEOPLE) else Refusal.NOT_ALLOWED


def reach_over(actor: Actor) -> bool:
    """Whether an organiser's mandate reaches whoever's card lies on the desk."""
    return actor.on_behalf_of is not None and may_arrange(actor, actor.on_behalf_of) == Refusal.ACCEPTED


def at_desk(clerk: Actor, member: Member) -> Refusal:
    """Whether a clerk may serve a member at the desk: one who lives where the mandate reaches, of another household."""
    if member.household_id == clerk.member.household_id:
        return Refusal.NOT_BY_ONESELF
    council = home(member.household_id, date_of(clerk.at_us))
    return Refusal.ACCEPTED if council and may(clerk, Power.SERVE_AT_DESK, council) else Refusal.NOT_ALLOWED


def may_move(actor: Actor, household: int, origin: Council, destination: Council) -> bool:
    """Whether somebody may have a household move: its members themselves, also at a desk; or an organiser of both."""
    councils = {origin.pk, destination.pk}
    if actor.on_behalf_of and actor.household.pk == household:
        return not councils.isdisjoint(reach(actor, Power.SERVE_AT_DESK))
    return is_own(actor, household) or councils <= reach(actor, Power.ARRANGE_PEOPLE)


def above(council: Council, on: date) -> set[int]:
    """The council and all that it belongs to on a day, directly or through others, by number."""
    return _reached({council.pk}, on, "council_id", "parent_id")


def below(council: Council, on: date) -> set[int]:
    """The council and all that belong to it on a day, directly or through others, by number."""
    return _reached({council.pk}, on, "parent_id", "council_id")


def _reached(councils: Collection[int], on: date, start: str, end: str) -> set[int]:
    first = " UNION ".join(["SELECT CAST(%s AS bigint)"] * len(councils))
    statement = (f"WITH RECURSIVE begins(number) AS ({first}), reached(number) AS (SELECT number FROM begins "  # noqa: S608
                 f"UNION SELECT a.{end} FROM people_affiliation a JOIN reached r ON a.{start} = r.number "
                 "WHERE a.from_on <= %s AND (a.until_on IS NULL OR a.until_on > %s)) SELECT number FROM reached")
    with connection.cursor() as cursor:
        cursor.execute(statement, [*councils, on, on])
        return {number for (number,) in cursor.fetchall()}
