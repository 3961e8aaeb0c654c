"""Who may do what, in one place: roles are mandates, dated, of a council, and reach all that belongs to it.

Members act for their own household without any mandate. Everything else is refused unless a line here says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import connection

from parecon.service.answers import Refusal
from parecon.service.clock import date_of
from parecon.service.people.models import Council, Household, Mandate, Member, Role


class Power(Enum):
    """What a mandate can allow."""

    ARRANGE_PEOPLE = "add, invite, move and erase members, give and recall mandates, arrange councils"
    SERVE_AT_DESK = "receive, inspect, shelve, hand over and send items, and act for members who come to the desk"
    ANNOUNCE = "announce schedules, close months and years"
    PAY = "pay allowances and others, correct entries"
    KEEP_REGISTER = "classify collectables, record deaths, pass things on"
    KEEP_PARK = "take pieces in and out of a park's use, close its month"
    SEE_BOOKS = "see everybody's statements and verify the ledger"


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
    """Who does something, and when: the member who presses the button, and whose card lay on the desk, if any."""

    member: Member
    at_us: int
    on_behalf_of: Member | None = None

    @property
    def household(self) -> Household:
        """For which household it is done."""
        return (self.on_behalf_of or self.member).household


def may(actor: Actor, power: Power, council: Council) -> bool:
    """Whether a mandate of the member, of this council or one it belongs to, allows it at that time."""
    if not actor.member.is_active:
        return False
    mandates = (each for each in in_force(actor.member, actor.at_us) if power in POWERS[Role(each.role)])
    councils = {each.council_id for each in mandates}
    return bool(councils) and not councils.isdisjoint(above(council, date_of(actor.at_us)))


def in_force(member: Member, at_us: int) -> list[Mandate]:
    """A member's mandates at a time: begun, not over and not recalled."""
    return [each for each in member.mandates.select_related("council") if each.from_us <= at_us < each.until_us
            and (each.recalled_us is None or at_us < each.recalled_us)]


def acting_for(actor: Actor, household: Household, council: Council) -> Refusal:
    """Whether somebody may act for a household: its members, or a clerk of the council for whoever is at the desk."""
    own = actor.member.is_active and actor.member.household_id == household.pk
    return Refusal.ACCEPTED if own or may(actor, Power.SERVE_AT_DESK, council) else Refusal.NOT_ALLOWED


def above(council: Council, on: date) -> set[int]:
    """The council and all that it belongs to on a day, directly or through others, by number."""
    return _reached(council, on, "council_id", "parent_id")


def below(council: Council, on: date) -> set[int]:
    """The council and all that belong to it on a day, directly or through others, by number."""
    return _reached(council, on, "parent_id", "council_id")


def _reached(council: Council, on: date, start: str, end: str) -> set[int]:
    statement = (f"WITH RECURSIVE reached(number) AS (SELECT CAST(%s AS bigint) UNION SELECT a.{end} "  # noqa: S608
                 f"FROM people_affiliation a JOIN reached r ON a.{start} = r.number "
                 "WHERE a.from_on <= %s AND (a.until_on IS NULL OR a.until_on > %s)) SELECT number FROM reached")
    with connection.cursor() as cursor:
        cursor.execute(statement, [council.pk, on, on])
        return {number for (number,) in cursor.fetchall()}
