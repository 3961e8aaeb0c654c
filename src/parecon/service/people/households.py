"""Households and who belongs to them: how they are added, with accounts and cards."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from parecon.base.parameters import in_force
from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.people import law
from parecon.service.people.models import Council, CouncilKind, Household, Member, Residence
from parecon.service.people.policy import Actor, Power, home, reach
from parecon.service.people.record import MADE_OF_IT, fits, once, possible, pseudonym

MOST_MEMBERS = 50


class Person(NamedTuple):
    """A member as a form names them; whoever has no e-mail takes part all the same."""

    name: str
    email: str = ""
    language: str = "en"


class NewHousehold(NamedTuple):
    """A household that joins a consumer council, by number, with its members."""

    act: str
    council: int
    members: tuple[Person, ...]
    from_on: date
    name: str = ""


class NewMember(NamedTuple):
    """A person who joins a household, by number, that is there already."""

    act: str
    household: int
    person: Person
    from_on: date


def add_households(acts: Sequence[NewHousehold], actor: Actor) -> list[Answer]:
    """Adds households, their members with a card each, and their accounts: [act]; answers with their numbers."""
    return once("add household", acts, actor, lambda rows: _added(rows, actor))


def _added(rows: list[NewHousehold], actor: Actor) -> list[Answer]:
    reached = reach(actor, Power.ARRANGE_PEOPLE)
    live_in = set(Council.objects.filter(pk__in=possible(row.council for row in rows), kind=CouncilKind.CONSUMER,
                                         closed_on=None).values_list("pk", flat=True))
    reasons = [_not_added(row, live_in, reached) for row in rows]
    accepted = [row for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]
    made = iter(made_households(accepted, actor.at_us))
    return [Answer(reason) if reason else next(made) for reason in reasons]


def _not_added(row: NewHousehold, live_in: set[int], reached: set[int]) -> Refusal:
    if row.council not in reached:
        return Refusal.NOT_ALLOWED if row.council in live_in else Refusal.NO_SUCH_THING
    named = 0 < len(row.members) <= MOST_MEMBERS and all(can_be(person) for person in row.members)
    well = named and row.council in live_in and (not row.name or fits(row.name, lengths.NAME))
    return Refusal.ACCEPTED if well else Refusal.BAD_FORM


def can_be(person: Person) -> bool:
    """Whether a person can be written down so: with a name, an e-mail or none, a language that the pages speak.

    >>> can_be(Person("Ana")), can_be(Person("Ana", "not mail")), can_be(Person(""))
    (True, False, False)
    """
    if not fits(person.name, lengths.NAME) or person.language not in dict(settings.LANGUAGES):
        return False
    try:
        validate_email(person.email or "none@example.org")
    except ValidationError:
        return False
    return True


def made_households(rows: Sequence[NewHousehold], at_us: int) -> list[Answer]:
    """Writes households that are decided: accounts first, so that what the ledger refuses is not written here."""
    floor = floor_mcr()
    parties = [pseudonym("h") for _ in rows]
    accounts = [ledger.open_account(row.act + MADE_OF_IT, party, ledger.Kind.MEMBER, floor, at_us)
                for row, party in zip(rows, parties, strict=True)]
    made = [(row, Household(party=party, name=row.name.strip()))
            for row, party, account in zip(rows, parties, accounts, strict=True) if account.reason == 0]
    Household.objects.bulk_create([household for _, household in made])
    Residence.objects.bulk_create([Residence(household=household, council_id=row.council, from_on=row.from_on)
                                   for row, household in made])
    made_members([(person, household.pk, row.from_on) for row, household in made for person in row.members])
    number = {household.party: household.pk for _, household in made}
    return [Answer(account.reason, number.get(party, 0)) for party, account in zip(parties, accounts, strict=True)]


def floor_mcr() -> int:
    """How far below nothing a household's account may go, as the federation decided."""
    decided = Federation.objects.values_list("changes", flat=True).first() or {}
    floor: int = in_force("secondhand", decided.get("secondhand", {}), "the federation's decisions")["credit_floor_mcr"]
    return floor


def add_members(acts: Sequence[NewMember], actor: Actor) -> list[Answer]:
    """Adds people to households that are there: [act]; answers with their numbers."""
    return once("add member", acts, actor, lambda rows: _members_added(rows, actor))


def _members_added(rows: list[NewMember], actor: Actor) -> list[Answer]:
    reached, on = reach(actor, Power.ARRANGE_PEOPLE), date_of(actor.at_us)
    homes = {number: home(number, on) for number in possible(row.household for row in rows)}
    reasons = [_not_a_member(row, homes.get(row.household), reached) for row in rows]
    made = iter(made_members([(row.person, row.household, row.from_on)
                              for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]))
    return [Answer(reason, 0 if reason else next(made).pk) for reason in reasons]


def _not_a_member(row: NewMember, council: Council | None, reached: set[int]) -> Refusal:
    if council is None or council.pk not in reached:
        return Refusal.NOT_ALLOWED if council else Refusal.NO_SUCH_THING
    return Refusal.ACCEPTED if can_be(row.person) else Refusal.BAD_FORM


def made_members(people: Sequence[tuple[Person, int, date]]) -> list[Member]:
    """Writes members that are decided, each with a card: who, in which household, by number, from which day."""
    cards = new_cards(len(people))
    return Member.objects.bulk_create([_member(*each, card) for each, card in zip(people, cards, strict=True)])


def _member(person: Person, household: int, on: date, card: str) -> Member:
    member = Member(party=pseudonym("p"), card=card, name=person.name.strip(), email=person.email.strip(),
                    language=person.language, household_id=household, joined_on=on)
    member.set_unusable_password()
    return member


def new_cards(count: int) -> list[str]:
    """Numbers of cards that nobody has."""
    cards: set[str] = set()
    while len(cards) < count:
        drawn = {law.card_with_check("".join(secrets.choice(law.CARD_LETTERS) for _ in range(law.CARD_NUMBER)))
                 for _ in range(count - len(cards))}
        cards |= drawn - set(Member.objects.filter(card__in=drawn).values_list("card", flat=True))
    return list(cards)
