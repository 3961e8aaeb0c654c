"""Whether a live desk and a simulated town stand alike: every balance to the milli-credit, every thing, every year."""

from __future__ import annotations

from collections.abc import Mapping

from parecon.audit.difference import held_to
from parecon.audit.town import Town
from parecon.secondhand.lifecycle import State
from parecon.service.desk.models import Item, Schedule, YearClosed
from parecon.service.ledger.models import Balance
from parecon.simulate.world import World

AT_HOME = (State.OUT, State.RETURNED)


def same_standing(world: World, town: Town) -> None:
    """Raises Different at the first account that has another balance, or credits that are held for something."""
    stands = {number: (posted, held) for number, posted, held in
              Balance.objects.values_list("account_id", "posted_mcr", "held_mcr")}
    houses = world.exchange.houses
    rows = dict(enumerate(town.account)) | {houses.society: town.society, houses.exchange: town.exchange}
    for row, number in rows.items():
        held_to(f"account {number}, {world.store.parties.name(row)}, posted and held in mcr", stands.pop(number, None),
                (int(world.store.balance_mcr[row]), 0))
    held_to("accounts of nobody in the simulation", stands, {})


def same_things(world: World, town: Town, things: Mapping[int, int]) -> None:
    """Raises Different at the first thing on a shelf, in its order, or at home that is not the same."""
    items, parties = world.store.items, world.store.parties
    about = ("number", "good", "grade", "made_month", "holder")
    shelf = Item.objects.exclude(state__in=AT_HOME).exclude(state=State.RECYCLED).order_by("shelved_us", "number")
    found = list(shelf.values_list(*about, "state"))
    rows = world.exchange.shelf.tolist()
    held_to("how many things stand on shelves", len(found), len(rows))
    for row, thing in zip(rows, found, strict=True):
        keeper = town.keeper[int(items.holder[row]) - parties.households]
        held_to(f"thing {thing[0]} on a shelf", thing, (
            things[row], int(items.good[row]), int(items.grade[row]), int(items.made_month[row]), keeper, State.SHELF))
    at_home = dict(Item.objects.filter(state__in=AT_HOME).values_list("number", "holder"))
    for row, number in things.items():
        if items.holder[row] < parties.households:
            held_to(f"thing {number} at home", at_home.get(number), town.party[int(items.holder[row])])


def same_year(world: World, year: int) -> None:
    """Raises Different where the year's result, or what is announced for the next, is not the same."""
    closed, announced = YearClosed.objects.get(year=year), Schedule.objects.get(year=year + 1)
    federation = world.record.years[-1]["federation"]
    for part, found in closed.result.items():
        if part in federation:
            held_to(f"result of year {year}, {part}", found, federation[part])
    held_to(f"what all share in year {year}, in mcr", closed.shared_mcr, federation["shared_by_all_mcr"])
    held_to(f"index of year {year + 1}", announced.index, world.exchange.index.tolist())
    held_to(f"shelves before year {year + 1}, in mcr", announced.shelves_mcr, world.exchange.shelves_mcr.tolist())
