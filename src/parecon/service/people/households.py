"""Households and who belongs to them: added, moved to other councils, joined and left."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from parecon.base.parameters import in_force
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.people import law
from parecon.service.people.leaving import what_is_left
from parecon.service.people.models import NAME_LETTERS, Council, CouncilKind, Household, Member, Residence
from parecon.service.people.policy import Actor, Power, home, may_arrange, may_move, reach
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
    well = named and row.council in live_in and (not row.name or fits(row.name, NAME_LETTERS))
    return Refusal.ACCEPTED if well else Refusal.BAD_FORM


def can_be(person: Person) -> bool:
    """Whether a person can be written down so: with a name, an e-mail or none, a language that the pages speak.

    >>> can_be(Person("Ana")), can_be(Person("Ana", "not mail")), can_be(Person(""))
    (True, False, False)
    """
    if not fits(person.name, NAME_LETTERS) or person.language not in dict(settings.LANGUAGES):
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
    people = [(person, household, row.from_on) for row, household in made for person in row.members]
    cards = new_cards(len(people))
    Member.objects.bulk_create([_member(*each, card) for each, card in zip(people, cards, strict=True)])
    number = {household.party: household.pk for _, household in made}
    return [Answer(account.reason, number.get(party, 0)) for party, account in zip(parties, accounts, strict=True)]


def floor_mcr() -> int:
    """How far below nothing a household's account may go, as the federation decided."""
    decided = Federation.objects.values_list("changes", flat=True).first() or {}
    floor: int = in_force("secondhand", decided.get("secondhand", {}), "the federation's decisions")["credit_floor_mcr"]
    return floor


def _member(person: Person, household: Household, on: date, card: str) -> Member:
    member = Member(party=pseudonym("p"), card=card, name=person.name.strip(), email=person.email.strip(),
                    language=person.language, household=household, joined_on=on)
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
    reason = may_arrange(actor, member, row.household) or what_is_left(member)
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
        Residence.objects.filter(household_id=household, until_on=None).update(until_on=on)
