"""Used goods between areas in a simulated month: what is carried, and what those who move do with their things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.draws import key, uniform
from parecon.base.outcome import Moves, Outcome
from parecon.base.postings import Amounts, Postings
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose, Refusal
from parecon.secondhand.areas import behaviour, law
from parecon.secondhand.areas.transfers import Routes, routes, transfers
from parecon.secondhand.decide import market, paired
from parecon.simulate.exchange import bring, pay, shelved
from parecon.simulate.homes import Thoughts, leave_home
from parecon.simulate.households import ask

if TYPE_CHECKING:
    from parecon.simulate.world import World

ROOM = "secondhand.areas"


@dataclass(frozen=True)
class Map:
    """Where the areas of a world are, and what it costs to carry goods between them; the same all the time."""

    distance_km: Floats
    cost_mcr: Amounts
    destination_share: Floats


def drawn(world: World) -> Map:
    """The map of a world, by lot."""
    rule, areas = world.law(ROOM), world.store.parties.areas
    place = law.places(uniform(key(world.seed, "places"), np.arange(2 * areas)).reshape(areas, 2), rule["map_side_km"])
    distance = law.distances_km(place, rule)
    households = np.bincount(world.homes.area, minlength=areas)
    return Map(distance, law.carrying_cost_mcr(distance, world.durables.weight_kg, rule),
               behaviour.destinations_share(distance, households, rule))


def worth_using(world: World) -> Routes:
    """Pairs of areas between which a typical item of each good is worth carrying, at this year's schedule."""
    typical = world.exchange.announced.typical_mcr
    return routes(world.map.cost_mcr, law.most_worth_paying_mcr(typical, world.law(ROOM)))


def carry(world: World) -> npt.NDArray[np.bool_]:
    """What one area's shelves have left over goes where requests are left, the cheapest pairs of areas first.

    Returns in which markets something came: [area and good].
    """
    exchange, goods, areas = world.exchange, len(world.durables), world.store.parties.areas
    shelf, asked = shelved(world), exchange.requests
    if world.clock.month_of_year == 0 or exchange.routes is None:
        exchange.routes = worth_using(world)
    stand, lack = (np.bincount(market(table.area, table.good, goods), minlength=areas * goods)
                   .reshape(areas, goods) for table in (shelf, asked))
    sent = transfers(stand, lack, exchange.routes)
    origin, destination = (np.repeat(side, sent.count) for side in (sent.origin, sent.destination))
    good = np.repeat(sent.good, sent.count)
    row, found = paired(market(origin, good, goods), market(shelf.area, shelf.good, goods), areas * goods)
    stores = world.store.parties.store(destination[row])
    world.store.apply(Outcome(np.zeros(len(row), np.int8), Postings.together([]),
                              Moves.of(shelf.row[found], shelf.store[found], stores)))
    pay(world, int(sent.cost_mcr.sum()), Purpose.TRANSPORT)
    world.record.count("carried", good)
    came = np.zeros(areas * goods, bool)
    came[market(destination, good, goods)] = True
    return came


# --- Those who move ---------------------------------------------------------------------------------------------

def move_house(world: World) -> None:
    """Households that move to another area take their things along, or sell them here and ask for others there."""
    rule, homes, goods = world.law(ROOM), world.homes, len(world.durables)
    who = behaviour.moving(key(world.seed, "moves", world.clock.month), len(homes.area), rule)
    where = behaviour.destination(world.lots("destination", who), homes.area[who], world.map.destination_share)
    slot = (who[:, None] * goods + np.arange(goods)).ravel()
    things = np.flatnonzero(homes.item.reshape(-1)[slot] >= 0)
    slot, to = slot[things], np.repeat(where, goods)[things]
    household = (slot // goods).astype(np.int32)
    thoughts = Thoughts(slot, household, (slot - household * goods).astype(np.int8), homes.item.reshape(-1)[slot],
                        np.zeros(len(slot), bool), np.zeros(len(slot), bool))
    shipping = law.removal_mcr(world.map.distance_km[homes.area[household], to],
                               world.durables.weight_kg[thoughts.good], rule)
    sells = np.flatnonzero(_sells(world, thoughts, to, shipping))
    reason = bring(world, thoughts, sells, world.store.items.grade[thoughts.item[sells]])
    sold = sells[reason == Refusal.ACCEPTED]
    leave_home(world, thoughts, sold)
    _removed(world, thoughts, np.delete(np.arange(len(slot)), sold), shipping)
    _arrive(world, who, where)
    ask(world, slot[sold])
    world.record.count("sold_on_moving", thoughts.good[sold])
    world.record.count("taken_along", np.delete(thoughts.good, sold))


def _sells(world: World, thoughts: Thoughts, to: npt.NDArray[np.int32], shipping: Amounts) -> npt.NDArray[np.bool_]:
    """Whether it pays to sell each thing here and buy one there, at the stores' quotes; without quotes nobody does."""
    if world.law("secondhand")["mode"] == "spot":
        return np.zeros(len(thoughts.slot), bool)
    rule, exchange, items = world.law(ROOM), world.exchange, world.store.items
    announced, good = exchange.announced, thoughts.good
    about = (good, world.clock.month - items.made_month[thoughts.item], items.grade[thoughts.item])
    fit = rules.eligible(announced.of(announced.worth_mcr, *about), about[1], announced.life_months[good],
                         world.law("secondhand")["least_worth_mcr"],
                         world.law("secondhand")["least_remaining_months"]) == Refusal.ACCEPTED
    credit = np.where(fit, announced.of(announced.credit_mcr, *about), 0)
    goods, shelf = len(world.durables), shelved(world)
    stand = np.bincount(market(shelf.area, shelf.good, goods), minlength=goods * world.store.parties.areas)
    waiting = behaviour.waiting_mcr(behaviour.chance_on_shelf(stand[to * goods + good]),
                                    world.durables.new_price_mcr[good], rule)
    return behaviour.sells_here(shipping, credit, announced.of(announced.price_mcr, *about), law.hassle_mcr(rule),
                                waiting)


def _removed(world: World, thoughts: Thoughts, rows: npt.NDArray[np.intp], shipping: Amounts) -> None:
    """What taking things along costs: paid to removers, who are paid by society; what cannot be paid stays owed."""
    society = world.exchange.houses.society
    world.store.post(Postings.of(thoughts.household[rows], society, shipping[rows], Purpose.REMOVAL))


def _arrive(world: World, who: npt.NDArray[np.intp], where: npt.NDArray[np.int32]) -> None:
    """Households are at home in their new area, and their requests wait there."""
    world.homes.area[who] = where
    world.exchange.requests.area[:] = world.homes.area[world.exchange.requests.member]
