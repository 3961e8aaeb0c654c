"""The exchange's year's end: next year's schedules, the result, and who bears it under each reading of the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parecon.base.columns import Floats
from parecon.base.postings import Amounts, post_run, shared_out
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.settlement import Result, relative_spread, shared_by_all, trued_up, year_index
from parecon.simulate.exchange import announce, no_trades, worth_now
from parecon.simulate.store import BrokenIdentity

COSTS = (Purpose.INSPECTION, Purpose.HOLDING, Purpose.TRANSPORT)

if TYPE_CHECKING:
    from parecon.simulate.world import World


def close_year(world: World) -> None:
    """Next year's schedules are made, the shelves valued by them, and what is left over borne as the law says."""
    exchange, law = world.exchange, world.law("secondhand")
    wanted = np.maximum(0.0, exchange.demand)  # below 0 where only requests of last year could not be paid
    offered = _offered(world, wanted)
    if law["mode"] != "spot":
        exchange.index = rules.adjusted(exchange.index, wanted, offered, law["adjustment_response"],
                                        law["adjustment_most"])
    exchange.announced = announce(world, exchange.index)
    before, after = exchange.shelves_mcr, _worth_of_shelves(world)
    exchange.shelves_mcr = after
    result = _result(exchange.turnover_mcr, int(before.sum()), int(after.sum()))
    if result.total_mcr != int(world.store.balance_mcr[exchange.houses.exchange]) + int(after.sum()):
        raise BrokenIdentity("exchange: its result is not the sum of its parts")
    spread = _true_up(world, after - before) if law["mode"] == "true-up" else 0.0
    shared = _share(world)
    world.record.close_year(world, {"wanted": wanted, "offered": offered}, result, shared, spread)
    _begin_year(world)


def _offered(world: World, wanted: Floats) -> Floats:
    """What counts as offered this year: [good]."""
    exchange = world.exchange
    stock = np.bincount(world.store.items.good[exchange.shelf], minlength=len(exchange.supply))
    return rules.offered(exchange.supply, stock, wanted, world.law("secondhand")["working_stock_months"])


def _worth_of_shelves(world: World) -> Amounts:
    """What stands on the shelves is worth, by next year's schedules: [good]."""
    exchange = world.exchange
    total = np.zeros(len(exchange.supply), np.int64)
    np.add.at(total, world.store.items.good[exchange.shelf], worth_now(world, exchange.shelf))
    return total


def _result(turnover_mcr: Amounts, before_mcr: int, after_mcr: int) -> Result:
    """What the exchange gained or lost this year, before anybody bears it."""
    moved = turnover_mcr.tolist()
    return Result(moved[Purpose.PASSED_ON], moved[Purpose.HAND_IN], moved[Purpose.INSPECTION],
                  moved[Purpose.HOLDING], moved[Purpose.TRANSPORT], before_mcr, after_mcr)


def _true_up(world: World, gained_mcr: Amounts) -> float:
    """Everyone who bought or handed in is settled to the year's clearing prices; how far off the day's prices were."""
    exchange = world.exchange
    index = year_index(np.array(exchange.month_index), np.array(exchange.month_traded))
    costs = sum(int(exchange.turnover_mcr[purpose]) for purpose in COSTS)
    traded = np.bincount(exchange.bought.market, exchange.bought.worth_mcr, len(index)).astype(np.int64)
    by_good = shared_out(costs, traded if traded.any() else np.ones(len(index), np.int64))
    settled = trued_up(exchange.bought, exchange.handed_in, index, by_good, gained_mcr)
    world.store.post(settled.postings(exchange.bought, exchange.handed_in, exchange.houses.exchange))
    return relative_spread(settled.buyers_mcr, exchange.bought.provisional_mcr)


def _share(world: World) -> int:
    """What is left over goes to all households alike; the account then is minus the worth of the shelves.

    That is the whole result where prices are guaranteed, and nothing where they are continuous, but for costs
    beyond all that buyers paid.
    """
    exchange, households = world.exchange, world.store.parties.households
    owed = int(exchange.shelves_mcr.sum())
    left = int(world.store.balance_mcr[exchange.houses.exchange]) + owed
    post_run(world.store.balance_mcr, exchange.houses.exchange, 0,
             shared_by_all(left, households, world.clock.year))
    rest = int(world.store.balance_mcr[exchange.houses.exchange]) + owed
    if rest:
        raise BrokenIdentity(f"exchange: its account and the worth of its shelves sum to {rest:,} mcr instead of 0")
    return left


def _begin_year(world: World) -> None:
    """Nothing has been wanted, offered or moved yet in the year that begins."""
    exchange, goods = world.exchange, len(world.durables)
    exchange.demand, exchange.supply = np.zeros(goods, np.int64), np.zeros(goods, np.int64)
    exchange.turnover_mcr = np.zeros_like(exchange.turnover_mcr)
    exchange.bought, exchange.handed_in = no_trades(), no_trades()
    exchange.month_index, exchange.month_traded, exchange.noted = [], [], None
