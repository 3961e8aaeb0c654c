"""A federation of a size, for its pages: households, a ledger, items with their lives, quotes and requests.

Councils, households, mandates and every entry of the ledger come about by the service's own commands, so that the
chain of hashes and all balances are real. The rows of the desk are written in bulk: see town_desk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from benchmarks import town_desk

PASSWORD = "a long one for all of them"  # noqa: S105 - of modelled people
YEARS, HOUSES, BATCH = 2, 9 / 20, 10_000
FIRST_CREDIT_MCR = 3_000_000
PURPOSES = ((1, 40_000), (5, 60_000), (4, 50_000), (6, 3_000))  # allowance, passed on, hand-in, inspection: mcr at most


class Size(NamedTuple):
    """How large a federation is."""

    items: int
    entries: int
    members: int
    stores: int
    photos: int


@dataclass(frozen=True)
class Town:
    """What the rows below are made of: who there is, by number and pseudonym, and when everything happened."""

    size: Size
    draw: np.random.Generator
    now_us: int
    month: int
    stores: list[Any]
    households: list[tuple[int, str]]
    clerks: list[str]
    items: list[Any]


def built(size: Size) -> Town:
    """The whole federation, in the database that is in use and empty."""
    from parecon.service.clock import month_of, now_us
    from parecon.service.ledger.store import writing

    now = now_us()
    with writing():
        stores, households, clerks = people(size, now)
    draw = np.random.default_rng(4)
    town = Town(size, draw, now, month_of(now), stores, households, clerks, [])
    _entries(town)
    with writing():
        town_desk.written(town)
    return town


# --- People ---------------------------------------------------------------------------------------------------------

def people(size: Size, now_us: int) -> tuple[list[Any], list[tuple[int, str]], list[str]]:
    """Stores, households by number and pseudonym, and each store's clerk; in an open transaction or not."""
    from parecon.service.clock import date_of
    from parecon.service.desk.founding import StoreAt, announce, found
    from parecon.service.desk.models import Schedule, Store
    from parecon.service.people.founding import FirstOrganiser, add_first_organiser
    from parecon.service.people.households import NewHousehold, Person, add_households
    from parecon.service.people.mandates import NewMandate, give_mandates
    from parecon.service.people.models import Household, Member
    from parecon.service.people.policy import Actor

    began, until = now_us - YEARS * 365 * town_desk.A_DAY_US, now_us + 365 * town_desk.A_DAY_US
    of = found("A federation of many", [StoreAt(f"store-{row}", f"Store {row}", row % 5 * 9.0, row // 5 * 9.0)
                                        for row in range(size.stores)], began)
    first = Schedule.objects.select_related("catalogue").get()
    for year in range(first.year + 1, first.year + YEARS + 1):
        announce(year, first.catalogue, first.index, first.law, began)
    stores = list(Store.objects.select_related("council").order_by("area"))
    organiser = Member.objects.get(pk=add_first_organiser(
        FirstOrganiser("organiser", of.council.pk, stores[0].council.pk, Person("The first"), until), began).number)
    by, houses = Actor(organiser, began), max(2 * size.stores, int(size.members * HOUSES))
    sizes = np.full(houses, size.members // houses) + (np.arange(houses) < size.members % houses)
    done = add_households([NewHousehold(f"house/{row}", stores[row % size.stores].council.pk, tuple(
        Person(f"Member {row} {each}") for each in range(people)), date_of(began))
        for row, people in enumerate(sizes.tolist())], by)
    clerks = [Member.objects.filter(household=done[row].number).order_by("pk")[0] for row in range(size.stores)]
    give_mandates([NewMandate(f"clerk/{row}", clerk.pk, stores[row].council.pk, "clerk", began, until)
                   for row, clerk in enumerate(clerks)], by)
    party = dict(Household.objects.values_list("pk", "party"))
    return stores, [(each.number, party[each.number]) for each in done], [clerk.party for clerk in clerks]


# --- The ledger -----------------------------------------------------------------------------------------------------

def _entries(town: Town) -> None:
    """Credits to begin with, then payments by lot over the years, in batches through the ledger's command."""
    from parecon.service.desk.columns import accounts, federation
    from parecon.service.ledger.commands import Line, post_batch

    of, member = federation(), accounts([party for _, party in town.households])
    number = np.array(list(member.values()))
    began, left = town.now_us - YEARS * 365 * town_desk.A_DAY_US, town.size.entries
    first = [Line(f"first/{each}", of.society_account, each, FIRST_CREDIT_MCR, 1) for each in number.tolist()]
    left -= _posted(post_batch(first, began))
    while left > 0:
        count = min(BATCH, left)
        kind = town.draw.choice(4, count, p=(0.25, 0.35, 0.35, 0.05))
        who = town.draw.choice(number, count)
        debit = np.choose(kind, (of.society_account, who, of.exchange_account, of.exchange_account))
        credit = np.choose(kind, (who, of.exchange_account, who, of.society_account))
        most = np.array([most for _, most in PURPOSES])[kind]
        amount, purpose = town.draw.integers(1, most), np.array([purpose for purpose, _ in PURPOSES])[kind]
        at_us = town.now_us - int((town.now_us - began) * left / town.size.entries)
        left -= _posted(post_batch([Line(f"e/{left}/{row}", *each) for row, each in enumerate(zip(
            debit.tolist(), credit.tolist(), amount.tolist(), purpose.tolist(), strict=True))], at_us))


def _posted(answers: list[Any]) -> int:
    return sum(1 for answer in answers if answer.done)
