"""Private exchange in a simulated month: traders buy from who parts and sell to who waits, beside the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import Moves, move
from parecon.base.postings import Amounts, Postings
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.private.behaviour import nothing
from parecon.secondhand.private.law import gini
from parecon.secondhand.private.market import Deals, Offers, PrivateExchange, Trades, Wants, opened, trade_a_month
from parecon.secondhand.private.watch import SENTENCES, Verdict, watch
from parecon.simulate.exchange import unfit
from parecon.simulate.homes import Thoughts, leave_home, place
from parecon.simulate.households import Leaving

if TYPE_CHECKING:
    from parecon.simulate.world import World

ROOM = "secondhand.private"


def begun(world: World) -> PrivateExchange:
    """Private exchange before anybody traded."""
    return opened(world.homes.area, world.law(ROOM), world.seed)


def trade(world: World, thoughts: Thoughts, leaving: Leaving) -> Leaving:
    """What traders buy of what members part with, and sell to members who wait; the rest is left to the exchange."""
    private: PrivateExchange = world.others[ROOM]
    _break(world, private)
    trades = trade_a_month(private, _offers(world, thoughts, leaving), _wants(world), world.law(ROOM), world.seed,
                           world.clock.month)
    _buy(world, thoughts, leaving, trades.bought)
    _sell(world, trades.sold)
    _fine(world, trades)
    _release(world, trades.released_item)
    _note(world, private, trades)
    left = np.ones(len(leaving.rows), bool)
    left[trades.bought.row] = False
    return Leaving(leaving.rows[left], leaving.anyway[left])


def _break(world: World, private: PrivateExchange) -> None:
    """What breaks while traders keep it goes to recycling."""
    item, items = private.stock.item, world.store.items
    over = items.fails_month[item] <= world.clock.month
    world.record.count("scrapped_privately", items.good[item[over]])
    world.store.scrap(item[over].astype(np.int32))
    private.stock = private.stock.only(~over)


def _offers(world: World, thoughts: Thoughts, leaving: Leaving) -> Offers:
    rows, items = leaving.rows, world.store.items
    item, good, household = thoughts.item[rows], thoughts.good[rows], thoughts.household[rows]
    about = (good, world.clock.month - items.made_month[item], items.grade[item])
    announced = world.exchange.announced
    credit = np.where(unfit(world, thoughts, rows), 0, announced.of(announced.credit_mcr, *about))
    return Offers(household, world.homes.area[household], item, good, announced.of(world.plain_worth_mcr, *about),
                  credit)


def _wants(world: World) -> Wants:
    """Who waits for a used good: how long they would still have to, and what the exchange charges for its worth."""
    exchange, requests = world.exchange, world.exchange.requests
    first = _first_of_each(requests.member)
    member, good = requests.member[first], requests.good[first]
    spread = world.law("secondhand")["spread_permille"] / rules.PERMILLE
    price = np.rint(exchange.index * (1 + spread / 2) * rules.PERMILLE).astype(np.int64)
    return Wants(member, requests.area[first], good, waiting_months(world)[good], price[good])


def _first_of_each(member: Ints) -> npt.NDArray[np.intp]:
    """The rows of the first request of each member: nobody meets two traders in a month."""
    return np.sort(np.unique(member, return_index=True)[1])


def waiting_months(world: World) -> npt.NDArray[np.int64]:
    """How long members wait for each good, by last month's queue and what was passed on: [good], whole months."""
    months, longest = world.record.months, world.law("secondhand.behaviour")["patience_months"]
    if not months:
        return np.zeros(len(world.durables), np.int64)
    return np.minimum(months["waiting"][-1] // np.maximum(months["passed_on"][-1], 1), longest)


def _buy(world: World, thoughts: Thoughts, leaving: Leaving, deals: Deals) -> None:
    """Items go from members to traders, for tokens."""
    rows = leaving.rows[deals.row]
    move(world.store.items.holder, Moves.of(deals.item, deals.out_of, deals.to))
    world.record.count("sold_privately", thoughts.good[rows])
    leave_home(world, thoughts, rows)
    thoughts.parted[rows] = True


def _sell(world: World, deals: Deals) -> None:
    """Items go from traders to members who waited for one, whose requests are thereby served."""
    requests, good = world.exchange.requests, world.store.items.good[deals.item]
    move(world.store.items.holder, Moves.of(deals.item, deals.out_of, deals.to))
    slot = deals.to.astype(np.intp) * len(world.durables) + good
    waiting = requests.member.astype(np.intp) * len(world.durables) + requests.good
    world.exchange.requests = requests.rows(~np.isin(waiting, slot))
    place(world, slot, deals.item.astype(np.int32))
    world.record.count("bought_privately", good)


def _fine(world: World, trades: Trades) -> None:
    """Who was found out pays society."""
    world.store.post(Postings.of(trades.fined_household, world.exchange.houses.society, trades.fine_mcr, Purpose.FINE))


def _release(world: World, item: npt.NDArray[np.int64]) -> None:
    """What traders keep when they give up has no home: it goes to recycling."""
    world.record.count("scrapped_privately", world.store.items.good[item])
    world.store.scrap(item.astype(np.int32))


def _note(world: World, private: PrivateExchange, trades: Trades) -> None:
    traders, tokens = private.traders, private.token_mcr
    wealth = np.maximum(world.store.balance_mcr[:len(tokens)], 0) + np.maximum(tokens, 0)
    world.record.note(ROOM, {
        "traders": int(traders.active.sum()), "kept": len(private.stock),
        "bought_mcr": int(trades.bought.worth_mcr.sum()), "sold_mcr": int(trades.sold.worth_mcr.sum()),
        "tokens_mcr": int(np.maximum(tokens, 0).sum()), "most_tokens_mcr": int(tokens.max(initial=0)),
        "mean_allowance_mcr": int(world.allowance_of_each_mcr.mean()), "gini": float(gini(wealth))})


def in_trade(world: World) -> npt.NDArray[np.int64]:
    """How many of each good traders keep: [good]."""
    private = world.others.get(ROOM)
    stock = private.stock if private else nothing()
    return np.bincount(stock.good, minlength=len(world.durables))


def publish(world: World) -> None:
    """The watch report of the year: what is private, what a dealer could earn and must bear, good by good."""
    year = {name: sum(counts[-12:]) for name, counts in world.record.months.items()}
    goods, mean = np.arange(len(world.durables)), _mean_worth(world)
    private = year.get("sold_privately", np.zeros(len(goods), np.int64))
    traded = private + year.get("passed_on", private)
    spread = np.full(len(goods), world.law("secondhand")["spread_permille"])
    report = watch(traded * mean, private * mean, mean, spread, waiting_months(world).astype(float),
                   world.law(ROOM))
    for good in goods:
        world.record.note("watch", {
            "year": world.clock.year, "good": int(good), "private_share": float(report.private_share[good]),
            "margin_share": float(report.margin_share[good]), "bound_share": float(report.bound_share[good]),
            "danger": float(report.danger[good]), "verdict": int(report.verdict[good]),
            "sentence": SENTENCES[Verdict(report.verdict[good])]})


def _mean_worth(world: World) -> Amounts:
    """What a used item of each good is worth at a third of its life, in the second grade: [good]."""
    goods = np.arange(len(world.durables))
    return world.exchange.announced.of(world.plain_worth_mcr, goods, world.durables.life_months // 3,
                                       np.ones_like(goods))
