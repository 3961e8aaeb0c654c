"""The demonstration's federation: its councils, members and mandates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice, product

import numpy as np

from parecon.base.draws import key, uniform
from parecon.service.answers import Answer
from parecon.service.clock import DAY_US, SECOND_US, date_of
from parecon.service.demo.names import FIRST, HILLSIDE, LAST, RIVERSIDE
from parecon.service.desk.founding import StoreAt, found
from parecon.service.desk.models import Federation, Store
from parecon.service.people.founding import FirstOrganiser, add_first_organiser
from parecon.service.people.households import NewHousehold, Person, add_households
from parecon.service.people.mandates import NewMandate, give_mandates
from parecon.service.people.models import Council, Household, Member, Role
from parecon.service.people.policy import Actor

SEED = 4
MEMBERS = 200
SIZES = (2, 3, 1, 4, 2, 1, 3, 2)  # of households, round and round
CHANGES = {"secondhand": {"least_worth_mcr": 60_000, "least_remaining_months": 12}}  # as if it had been voted


@dataclass(frozen=True)
class People:
    """Who there is: the federation, its stores and households by the code of their council, and who holds mandates."""

    federation: Federation
    stores: dict[str, Store]
    households: dict[str, list[Household]]
    first: dict[str, Member]
    clerks: dict[str, list[Member]]
    organiser: Member
    steward: Member
    treasurer: Member
    registrar: Member
    auditor: Member
    keeper: Member
    began_us: int
    until_us: int


def begins_us(at_us: int) -> int:
    """The beginning of the year before this one."""
    return int(datetime(date_of(at_us).year - 1, 1, 1, tzinfo=UTC).timestamp()) * SECOND_US


def founded(at_us: int) -> People:
    """Founds it, with households in both councils and a mandate of every kind."""
    began = begins_us(at_us)
    federation = found("Two Banks federation", [StoreAt(*RIVERSIDE), StoreAt(*HILLSIDE)], began, changes=CHANGES)
    stores = {store.council.code: store for store in Store.objects.select_related("council")}
    until = at_us + 2 * 365 * DAY_US
    people = _people()
    done = add_first_organiser(FirstOrganiser("demo/organiser", federation.council.pk, stores["riverside"].council.pk,
                                              next(people), until), began)
    organiser = Member.objects.get(pk=done.number)
    households = _households(people, stores, Actor(organiser, began))
    return _with_mandates(federation, stores, households, organiser, until, began)


def _people() -> Iterator[Person]:
    """People with names, no two alike, in an order by lot."""
    names = [f"{first} {last}" for first, last in product(FIRST, LAST)]
    order = np.argsort(uniform(key(SEED, "names"), np.arange(len(names))), kind="stable")
    return (Person(names[row]) for row in order.tolist())


def _households(people: Iterator[Person], stores: dict[str, Store], by: Actor) -> dict[str, list[Household]]:
    """Households of several sizes, by turns in either council, until all members have one."""
    rows, left, sizes = [], MEMBERS - 1, cycle(SIZES)
    for number, store in enumerate(cycle(stores.values())):
        size = min(next(sizes), left)
        rows.append(NewHousehold(f"demo/household/{number}", store.council.pk, tuple(islice(people, size)),
                                 date_of(by.at_us)))
        left -= size
        if not left:
            break
    found = Household.objects.in_bulk([answer.number for answer in all_done(add_households(rows, by))])
    named: dict[str, list[Household]] = {code: [] for code in stores}
    for number, row in zip(found, rows, strict=True):
        named[Council.objects.get(pk=row.council).code].append(found[number])
    return named


def _with_mandates(federation: Federation, stores: dict[str, Store], households: dict[str, list[Household]],
                   organiser: Member, until_us: int, began: int) -> People:
    heads = {code: [homes.members.order_by("pk")[0] for homes in households[code]] for code in stores}
    clerks = {code: heads[code][1:3] for code in stores}
    steward, treasurer, registrar, auditor = heads["hillside"][3:7]
    roles = {Role.STEWARD: steward, Role.TREASURER: treasurer, Role.REGISTRAR: registrar, Role.AUDITOR: auditor}
    rows = [NewMandate(f"demo/mandate/{role}", member.pk, federation.council.pk, str(role), began, until_us)
            for role, member in roles.items()]
    rows += [NewMandate(f"demo/clerk/{member.pk}", member.pk, stores[code].council.pk, str(Role.CLERK), began,
                        until_us)
             for code in stores for member in clerks[code]]
    all_done(give_mandates(rows, Actor(organiser, began)))
    first = {code: heads[code][0] for code in stores}
    return People(federation, stores, households, first, clerks, organiser, steward, treasurer, registrar, auditor,
                  heads["riverside"][3], began, until_us)


def all_done(answers: list[Answer]) -> list[Answer]:
    """The same answers, none of which may be a refusal."""
    refused = [answer.sentence for answer in answers if not answer.done]
    assert not refused, refused[0]
    return answers
