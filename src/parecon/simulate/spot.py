"""The exchange with prices that clear every month: offers and requests meet in each area, at one price a good.

Nobody waits and nothing stands on shelves: an owner names the least share of the item's worth that is
enough, a buyer the most that is acceptable, and the price of a good in an area is the one at which as many
sell as buy. What buyers pay goes to sellers, less the costs; the federation keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.outcome import Moves, Outcome
from parecon.base.postings import Amounts, Postings
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose, Refusal
from parecon.secondhand.behaviour import Want, limit_index, wants
from parecon.secondhand.decide import affordable, cleared_market, market
from parecon.secondhand.settlement import borne_by_sellers, spot, spot_price
from parecon.simulate.exchange import by_purpose, inspected, unfit
from parecon.simulate.homes import Rows, Thoughts, dispose, leave_home, place, think_again
from parecon.simulate.households import buy, would_buy

if TYPE_CHECKING:
    from parecon.simulate.world import World


def trade(world: World, thoughts: Thoughts) -> None:
    """A month's market: who parts and who wants meet; who wanted and got nothing buys new, or does without."""
    offers, least, anyway = _offers(world, thoughts)
    seekers = np.flatnonzero(thoughts.item < 0)
    lot = world.lots("wants", thoughts.slot[seekers])
    baseline = would_buy(world, thoughts, seekers)
    most = _most(world, lot, baseline)
    sold, bought, index = _cleared(world, thoughts, offers, least, seekers, most)
    think_again(world, thoughts.slot)
    _exchange_hands(world, thoughts, offers[sold], seekers[bought], index)
    kept = np.delete(np.arange(len(offers)), sold)
    _without_a_buyer(world, thoughts, offers[kept[anyway[kept]]])
    left = np.delete(np.arange(len(seekers)), bought)
    _otherwise(world, thoughts, seekers[left], lot[left], baseline[left])
    listed = world.exchange.announced.listed
    wanted = np.bincount(thoughts.good[seekers[most > 1]], minlength=len(world.durables))
    world.exchange.demand += np.where(listed, wanted, 0)
    world.exchange.supply += np.bincount(thoughts.good[offers[least < 1]], minlength=len(world.durables))


def _offers(world: World, thoughts: Thoughts) -> tuple[Rows, npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Owners who think of a working item that the exchange takes: the least each wants for it; who parts anyway."""
    people = world.law("secondhand.behaviour")
    owners = np.flatnonzero(thoughts.item >= 0)
    owners = owners[~unfit(world, thoughts, owners)]
    lot = world.lots("parts", thoughts.slot[owners])
    anyway = lot < people["parts_anyway_share"]
    least = np.where(anyway, 0.0, limit_index(lot, people["parts_share"], people["supply_elasticity"]))
    return owners, least, anyway


def _most(world: World, lot: npt.NDArray[np.float64], baseline: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The most that each would pay for a used one, beside what is left of its worth: 0 for those who want none."""
    people = world.law("secondhand.behaviour")
    drawn = lot * people["instead_share"] / np.maximum(baseline, 1e-12)
    liking = people["used_liking"] / (1 + people["used_liking"])
    inside = np.clip(drawn, 1e-9, 1 - 1e-9)
    return np.where(drawn < 1, limit_index(inside, liking, -people["substitution_elasticity"]), 0.0)


def _cleared(world: World, thoughts: Thoughts, offers: Rows, least: npt.NDArray[np.float64], seekers: Rows,
             most: npt.NDArray[np.float64]) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Who sells to whom and at what index: rows of offers, rows of seekers, and the index of each sale."""
    goods, area = len(world.durables), world.homes.area

    def where(rows: Rows) -> npt.NDArray[np.int32]:
        return market(area[thoughts.household[rows]], thoughts.good[rows], goods)

    charge = 1 + world.law("secondhand")["inspection_cost_permille"] / rules.PERMILLE
    sold, bought, index = cleared_market(where(offers), least * charge, where(seekers), most,
                                         world.store.parties.areas * goods)
    sold, bought, index = _found_working(world, thoughts, offers, sold, bought, index)
    item = thoughts.item[offers[sold]]
    paid = _price(world, item, index)
    pays = affordable(thoughts.household[seekers[bought]], paid, world.store.balance_mcr,
                      world.law("secondhand")["credit_floor_mcr"])
    _note_index(world, world.store.items.good[item[pays]], index[pays])
    return sold[pays], bought[pays], index[pays]


def _found_working(world: World, thoughts: Thoughts, offers: Rows, sold: Rows, bought: Rows,
                   index: npt.NDArray[np.float64]) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """The sales that inspections let pass; what they found is what the buyer is told and charged."""
    grade = inspected(world, thoughts, offers[sold])
    works = grade < len(world.law("secondhand")["grade_permille"])
    world.store.items.grade[thoughts.item[offers[sold[works]]]] = grade[works]
    world.record.reasons[Refusal.NOT_WORKING] += np.count_nonzero(~works)
    return sold[works], bought[works], index[works]


def _price(world: World, item: npt.NDArray[np.int32], index: npt.NDArray[np.float64]) -> Amounts:
    """What items cost at these indexes."""
    items, announced = world.store.items, world.exchange.announced
    good = items.good[item]
    worth = announced.of(world.plain_worth_mcr, good, world.clock.month - items.made_month[item], items.grade[item])
    return spot_price(worth, index, world.durables.new_price_mcr[good])


def _note_index(world: World, good: npt.NDArray[np.int8], index: npt.NDArray[np.float64]) -> None:
    """The month's mean index of each good, and how many were traded; a good nobody traded keeps its last."""
    exchange, goods = world.exchange, len(world.durables)
    traded = np.bincount(good, minlength=goods)
    mean = np.bincount(good, index, goods) / np.maximum(traded, 1)
    exchange.index = np.where(traded > 0, mean, exchange.index)
    exchange.month_index.append(exchange.index)
    exchange.month_traded.append(traded)


def _exchange_hands(world: World, thoughts: Thoughts, sold: Rows, bought: Rows, index: npt.NDArray[np.float64]) -> None:
    """Items go from sellers to buyers, and what buyers pay to sellers, less the costs of inspecting them."""
    exchange, item = world.exchange, thoughts.item[sold].copy()
    paid = _price(world, item, index)
    seller, buyer, houses = thoughts.household[sold], thoughts.household[bought], exchange.houses
    cost = int(rules.inspection_cost(paid, world.law("secondhand")["inspection_cost_permille"]).sum())
    owed = -int(world.store.balance_mcr[houses.exchange])  # for inspecting what was refused
    borne, _ = borne_by_sellers(cost + owed, int(paid.sum()))
    outcome = Outcome(np.zeros(len(sold), np.int8), Postings.together([
        Postings.of(buyer, houses.exchange, paid, Purpose.PASSED_ON),
        Postings.of(houses.exchange, seller, spot(paid, borne), Purpose.HAND_IN),
        Postings.of([houses.exchange], [houses.society], [cost], Purpose.INSPECTION)]), Moves.of(item, seller, buyer))
    world.store.apply(outcome)
    exchange.turnover_mcr += by_purpose(outcome.postings)
    leave_home(world, thoughts, sold)
    thoughts.parted[sold] = True
    place(world, thoughts.slot[bought], item)
    good = thoughts.good[sold]
    world.record.count("handed_in", good)
    world.record.count("passed_on", good)
    world.record.count("asked", good)
    world.record.reasons[Refusal.ACCEPTED] += len(sold)
    _replace(world, thoughts, sold)


def _replace(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Those who parted and still need one buy new; they can seek a used one when they think of it again."""
    keeps = world.lots("need over", thoughts.slot[rows]) >= world.law("secondhand.behaviour")["need_over_share"]
    buy(world, thoughts.slot[rows[keeps]], asks_instead=False)


def _without_a_buyer(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Who wanted to be rid of an item in any case, and found nobody, has it recycled."""
    dispose(world, thoughts, rows)
    _replace(world, thoughts, rows)


def _otherwise(world: World, thoughts: Thoughts, rows: Rows, lot: npt.NDArray[np.float64],
               baseline: npt.NDArray[np.float64]) -> None:
    """Who got no used one buys new, or does without, as if there were none."""
    new = wants(lot, baseline, np.zeros(len(rows)), 1.0) == Want.NEW
    buy(world, thoughts.slot[rows[new]], asks_instead=False)
