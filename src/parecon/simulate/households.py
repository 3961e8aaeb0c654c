"""What households do about durables in a simulated month: part, ask, buy, wait, give up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.draws import key
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Refusal, Requests
from parecon.secondhand.behaviour import Want, parts_share, used_share, wants, wants_shares
from parecon.secondhand.decide import buy_new
from parecon.simulate.exchange import bring, inspected, unfit
from parecon.simulate.homes import (
    MANY_AT_ONCE,
    Rows,
    Thoughts,
    dispose,
    leave_home,
    of_slot,
    place,
    think_again,
    think_soon,
)
from parecon.simulate.world import MANY, NEVER, NONE, grade_edges, grades

if TYPE_CHECKING:
    from parecon.simulate.world import World


def thinking(world: World) -> Thoughts:
    """Households for whom it is time to think of a good, or for whom what they have has come to its end."""
    return _thoughts(world, np.flatnonzero(world.homes.due_month.reshape(-1) == world.clock.month))


def _thoughts(world: World, slot: Rows) -> Thoughts:
    household, good = of_slot(world, slot)
    item = world.homes.item.reshape(-1)[slot]
    broke = world.homes.fails_month.reshape(-1)[slot] <= world.clock.month
    return Thoughts(slot, household, good, item, broke, np.zeros(len(slot), bool))


def stirring(world: World) -> Thoughts:
    """Those of the households that think of a good who do something: something broke, they part, or they want.

    All others will think of it again some day. Same as `plain_stirring`, and much quicker where there are many.
    """
    homes = world.homes
    if homes.due_month.size < MANY:
        return plain_stirring(world)
    from parecon.simulate.kernels import kernel

    purposes = np.array([key(world.seed, stream, world.clock.month) for stream in ("parts", "wants", "pause")])
    slot = kernel("stir")(homes.due_month.reshape(-1), homes.fails_month.reshape(-1), world.clock.month,
                          len(world.durables), homes.group, _leaving_share(world), _stirred_share(world),
                          world.lives.pause_months, purposes)
    return _thoughts(world, slot)


def plain_stirring(world: World) -> Thoughts:
    """The same in plain columns."""
    thoughts = thinking(world)
    had_none = _stirred_share(world)[thoughts.good, world.homes.group[thoughts.household]]
    stirs = thoughts.broke | np.where(
        thoughts.item == NONE, world.lots("wants", thoughts.slot) < had_none,
        world.lots("parts", thoughts.slot) < _leaving_share(world)[thoughts.good])
    think_again(world, thoughts.slot[~stirs])
    return _thoughts(world, thoughts.slot[stirs])


def _leaving_share(world: World) -> Floats:
    """How many of those who think of a working item part with it, for the credit or anyway: [good]."""
    anyway = world.law("secondhand.behaviour")["parts_anyway_share"]
    return np.maximum(_parting_share(world), anyway)


def _stirred_share(world: World) -> Floats:
    """How many of those who think of a good that they have not do something about it: [good, fifth]."""
    asks, buys = wants_shares(world.wanted_share, drawn_to_used(world)[:, None],
                              world.law("secondhand.behaviour")["instead_share"])
    return np.ascontiguousarray(asks + buys)


def wear_out(world: World, thoughts: Thoughts) -> None:
    """What broke is scrapped; some bring it to the store first, where the inspection refuses it."""
    rows = np.flatnonzero(thoughts.broke)
    brings = rows[world.lots("brings broken", thoughts.slot[rows])
                  < world.law("secondhand.behaviour")["brings_broken_share"]]
    worst = len(world.law("secondhand")["grade_permille"])
    bring(world, thoughts, brings, np.full(len(brings), worst, np.int8))
    dispose(world, thoughts, rows)


@dataclass(frozen=True)
class Leaving:
    """Rows of the thoughts in which a household parts with what works: [row]; `anyway` whatever it is credited."""

    rows: Rows
    anyway: npt.NDArray[np.bool_]


def parting(world: World, thoughts: Thoughts) -> Leaving:
    """Some part with what works: for the credit, or in any case."""
    people = world.law("secondhand.behaviour")
    owners = np.flatnonzero(thoughts.item != NONE)
    lot, good = world.lots("parts", thoughts.slot[owners]), thoughts.good[owners]
    anyway = lot < people["parts_anyway_share"]
    parts = anyway | (lot < _parting_share(world)[good])
    return Leaving(owners[parts], anyway[parts])


def _parting_share(world: World) -> Floats:
    """How many of those who think of a working item part with it at this year's credit: [good]."""
    spread = world.law("secondhand")["spread_permille"] / rules.PERMILLE
    return parts_share(world.exchange.index * (1 - spread / 2), world.law("secondhand.behaviour"))


def bring_in(world: World, thoughts: Thoughts, leaving: Leaving) -> None:
    """What is parted with is brought to the stores; what nobody takes is kept, or recycled by who parts anyway."""
    rows, anyway = leaving.rows, leaving.anyway
    refused = unfit(world, thoughts, rows)
    surprised = (world.lots("brings unfit", thoughts.slot[rows])
                 < world.law("secondhand.behaviour")["brings_unfit_share"])
    to_store = ~refused | surprised
    reason = bring(world, thoughts, rows[to_store], inspected(world, thoughts, rows[to_store]))
    taken = np.zeros(len(rows), bool)
    taken[to_store] = reason == Refusal.ACCEPTED
    leave_home(world, thoughts, rows[taken])
    dispose(world, thoughts, rows[anyway & ~taken])
    thoughts.parted[rows[anyway | taken]] = True


def wanting(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Households without an item ask for a used one, buy new, or do without."""
    good = thoughts.good[rows]
    want = wants(world.lots("wants", thoughts.slot[rows]), would_buy(world, thoughts, rows),
                 drawn_to_used(world)[good], world.law("secondhand.behaviour")["instead_share"])
    ask(world, thoughts.slot[rows[want == Want.USED]])
    buy(world, thoughts.slot[rows[want == Want.NEW]])
    think_again(world, thoughts.slot[rows[want == Want.NOTHING]])


def go_on(world: World, thoughts: Thoughts) -> None:
    """Those who parted want another, or do not; those who keep what they have think of it again some day."""
    wanting(world, thoughts, np.flatnonzero(thoughts.parted))
    think_again(world, thoughts.slot[thoughts.item != NONE])


def would_buy(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.float64]:
    """How many of these would buy new if there were no used goods: whose item broke, who parted, who had none."""
    people = world.law("secondhand.behaviour")
    had_none = world.wanted_share[thoughts.good[rows], world.homes.group[thoughts.household[rows]]]
    return np.where(thoughts.broke[rows], people["replaces_share"],
                    np.where(thoughts.parted[rows], 1 - people["need_over_share"], had_none))


def drawn_to_used(world: World) -> npt.NDArray[np.float64]:
    """How many of those who want a good are drawn to used ones at this year's price: [good]."""
    spread = world.law("secondhand")["spread_permille"] / rules.PERMILLE
    drawn = used_share(world.exchange.index * (1 + spread / 2), world.law("secondhand.behaviour"))
    return np.where(world.exchange.announced.listed, drawn, 0.0)


def ask(world: World, slot: Rows) -> None:
    """Requests for used goods; who asks waits, and does not think of the good until it is served or gives up."""
    household, good = of_slot(world, slot)
    exchange = world.exchange
    fresh = Requests(household, good, world.homes.area[household], np.full(len(slot), world.clock.month, np.int16))
    exchange.requests = Requests.together(exchange.requests, fresh)
    world.witness.asked(world, fresh)
    world.homes.due_month.reshape(-1)[slot] = NEVER
    exchange.demand += np.bincount(good, minlength=len(exchange.demand))
    world.record.count("asked", good)


def buy(world: World, slot: Rows, *, asks_instead: bool = True) -> None:
    """New goods bought under the plan; who cannot pay thinks of it again."""
    household, good = of_slot(world, slot)
    items, exchange = world.store.items, world.exchange
    rows = items.rows(len(slot))
    outcome = buy_new(household, rows, world.durables.new_price_mcr[good], world.store.balance_mcr, exchange.houses,
                      world.law("secondhand"))
    world.store.apply(outcome)
    world.witness.bought(world, household, good, rows, outcome)
    done = outcome.accepted
    deliver(world, slot[done], good[done], rows[done])
    items.returned(np.delete(rows, done))
    (_ask_instead if asks_instead else think_soon)(world, np.delete(slot, done))
    world.record.count("bought_new", good[done])
    world.record.count("could_not_pay", np.delete(good, done))


def _ask_instead(world: World, slot: Rows) -> None:
    """Who cannot pay for a new one asks for a used one, if there are any, or thinks of it again later."""
    listed = world.exchange.announced.listed[of_slot(world, slot)[1]]
    ask(world, slot[listed])
    think_soon(world, slot[~listed])


def deliver(world: World, slot: Rows, good: npt.NDArray[np.int8], rows: npt.NDArray[np.int32]) -> None:
    """New items come into homes: how long each will last, and how well it will be kept, is drawn."""
    if len(slot) < MANY_AT_ONCE:
        plain_deliver(world, slot, good, rows)
        return
    from parecon.simulate.kernels import kernel

    homes, items, month = world.homes, world.store.items, world.clock.month
    purposes = np.array([key(world.seed, stream, month) for stream in ("life", "grade", "pause")])
    kernel("deliver")(homes.due_month.reshape(-1), homes.fails_month.reshape(-1), month, slot, good, rows,
                      homes.item.reshape(-1), items.good, items.grade, items.made_month, items.fails_month,
                      world.lives.life_months, grade_edges(world), world.lives.pause_months, purposes)


def plain_deliver(world: World, slot: Rows, good: npt.NDArray[np.int8], rows: npt.NDArray[np.int32]) -> None:
    """The same in plain columns."""
    items, life = world.store.items, world.lives.life(good, world.lots("life", slot))
    items.good[rows], items.made_month[rows] = good, world.clock.month
    items.fails_month[rows], items.grade[rows] = world.clock.month + life, grades(world, slot)
    place(world, slot, rows)


def give_up(world: World) -> None:
    """Who waited as long as people wait buys new, or does without."""
    exchange, people = world.exchange, world.law("secondhand.behaviour")
    over = world.clock.month - exchange.requests.since_month >= people["patience_months"]
    leaving, exchange.requests = exchange.requests.rows(over), exchange.requests.rows(~over)
    world.witness.gave_up(world, leaving)
    slot = leaving.member.astype(np.intp) * len(world.durables) + leaving.good
    think_again(world, slot)
    buy(world, slot[world.lots("instead", slot) < people["instead_share"]])
    world.record.count("gave_up", leaving.good)
