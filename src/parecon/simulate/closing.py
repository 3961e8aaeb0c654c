"""The exchange's year's end in a simulation: the law decides all of it, the store carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parecon.base.postings import post_run
from parecon.secondhand import year_end
from parecon.secondhand.year_end import Books, Stock, Traded, YearEnd
from parecon.simulate.store import BrokenIdentity

if TYPE_CHECKING:
    from parecon.simulate.world import World


def close_year(world: World) -> None:
    """Next year's schedules are made, the shelves valued by them, and what is left over borne as the law says."""
    exchange, law = world.exchange, world.law("secondhand")
    ended = year_end.year_end(_books(world), _stock(world), world.durables, world.store.parties.households,
                              world.clock.year, law, law, world.scenario.source)
    exchange.index, exchange.announced, exchange.shelves_mcr = ended.index, ended.announced, ended.shelves_mcr
    _settle(world, ended)
    world.record.close_year(world, {"wanted": ended.wanted, "offered": ended.offered}, ended.result, ended.left_mcr,
                            ended.spread)
    _begin_year(world)


def _books(world: World) -> Books:
    """What the year left behind."""
    exchange = world.exchange
    months = np.array(exchange.month_index), np.array(exchange.month_traded)
    traded = Traded(exchange.bought, exchange.handed_in, *months)
    return Books(exchange.index, exchange.demand, exchange.supply, exchange.turnover_mcr, exchange.shelves_mcr,
                 int(world.store.balance_mcr[exchange.houses.exchange]), traded)


def _stock(world: World) -> Stock:
    """What stands on the shelves."""
    items, row = world.store.items, world.exchange.shelf
    return Stock(items.good[row], world.clock.month - items.made_month[row], items.grade[row])


def _settle(world: World, ended: YearEnd) -> None:
    """Trades are trued up, and all share what is left; the account then is minus the worth of the shelves."""
    exchange, balance = world.exchange, world.store.balance_mcr
    if ended.true_up is not None:
        world.store.post(ended.true_up.postings(exchange.bought, exchange.handed_in, exchange.houses.exchange))
    post_run(balance, exchange.houses.exchange, 0, ended.share_mcr)
    rest = int(balance[exchange.houses.exchange]) + int(ended.shelves_mcr.sum())
    if rest:
        raise BrokenIdentity(f"exchange: its account and the worth of its shelves sum to {rest:,} mcr instead of 0")


def _begin_year(world: World) -> None:
    """Nothing has been wanted, offered or moved yet in the year that begins."""
    exchange, goods = world.exchange, len(world.durables)
    exchange.demand, exchange.supply = np.zeros(goods, np.int64), np.zeros(goods, np.int64)
    exchange.turnover_mcr = np.zeros_like(exchange.turnover_mcr)
    exchange.bought, exchange.handed_in = year_end.NO_TRADES, year_end.NO_TRADES
    exchange.month_index, exchange.month_traded, exchange.noted = [], [], None
