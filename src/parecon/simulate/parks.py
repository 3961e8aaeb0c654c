"""Parks in a simulated month: things that households of a neighbourhood use in common, instead of owning them.

Who owns what is what homes hold. Whoever would share and is served well leaves its own to the park, or hands it in
at the exchange where the park needs no other; gets none anew when it breaks; and does not think of getting one.
Whoever is refused too often asks for a used one or buys new, like others. What parks buy counts as made.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import Moves, move
from parecon.secondhand.acts import Refusal
from parecon.secondhand.behaviour import Want, wants
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.behaviour import Given, Used, given, use
from parecon.secondhand.parks.decide import share_result
from parecon.secondhand.parks.sharing import Sharing, begin, impatient, newcomers, ready, served
from parecon.secondhand.parks.stock import next_period
from parecon.secondhand.parks.uses import Uses, as_catalogued, read_uses
from parecon.simulate.exchange import bring, inspected, unfit
from parecon.simulate.homes import Thoughts, leave_home, think_again
from parecon.simulate.households import ask, buy, drawn_to_used
from parecon.simulate.scenario import Scenario
from parecon.simulate.store import BrokenIdentity
from parecon.simulate.world import NEVER, NONE

if TYPE_CHECKING:
    from parecon.simulate.world import World

ROOM = "secondhand.parks"
Cells = npt.NDArray[np.bool_]  # [household, shared good]


@dataclass
class State:
    """What households think of parks, the item that each piece of a park is, [piece], and where each park is, [park]."""

    sharing: Sharing
    item: npt.NDArray[np.int32]
    area: npt.NDArray[np.int64]


# --- Before the first month -------------------------------------------------------------------------------------

def used_goods(world: World) -> Uses:
    """The goods of the world that can be shared, and how they are used."""
    return as_catalogued(read_uses(), world.durables, world.law(ROOM))


def neighbourhoods(scenario: Scenario, area: Ints) -> npt.NDArray[np.int64]:
    """The area of each park: as many as an area has neighbourhoods, one at least; none where there are no parks."""
    if ROOM not in scenario.institutions:
        return np.zeros(0, np.int64)
    households = np.bincount(area, minlength=scenario.laws["simulate"]["areas"])
    parks = np.maximum(1, np.rint(households / scenario.laws[ROOM]["households_a_park"]).astype(np.int64))
    return np.repeat(np.arange(len(parks)), parks)


def opened(world: World) -> State:
    """Parks before the first month: every household belongs to one of its area, and none has a piece yet."""
    area = world.homes.area
    area_of_park = neighbourhoods(world.scenario, area)
    households, parks = np.bincount(area), np.bincount(area_of_park)
    order = np.argsort(area, kind="stable")
    rank = np.empty(len(area), np.int64)
    rank[order] = np.arange(len(area)) - np.repeat(np.cumsum(households) - households, households)
    park = np.searchsorted(area_of_park, area) + rank * parks[area] // households[area]
    sharing = begin(_owns(world), park.astype(np.int32), world.store.parties.park(np.arange(len(area_of_park))),
                    world.uses, world.seed, world.law(ROOM))
    return State(sharing, np.zeros(0, np.int32), area_of_park)


def _shared(world: World) -> npt.NDArray[np.intp]:
    """Which goods of the world can be shared: [shared good]."""
    return np.array([world.durables.code.index(code) for code in world.uses.code], np.intp)


def _owns(world: World) -> Cells:
    return world.homes.item[:, _shared(world)] != NONE


def _waits(world: World) -> Cells:
    """Who has asked for a used one: nobody else is due never."""
    return world.homes.due_month[:, _shared(world)] == NEVER


# --- A month ----------------------------------------------------------------------------------------------------

def share(world: World, thoughts: Thoughts) -> Thoughts:
    """A month of parks; what is left are the thoughts of those who do not share the good that they think of."""
    state: State = world.others[ROOM]
    sharing = _at_home(world, state)
    well = served(sharing)
    sharing, passes = _settled(world, sharing, well, thoughts)
    leaving, at = _leaving(world, well)
    gave, taken = _given(world, sharing, well, leaving, at)
    handed_in = _handed_in(world, leaving, np.flatnonzero(~taken))
    relies = _relies(world, sharing, well, _owns(world))
    sharing, told = use(sharing, gave, relies, world.uses, world.store.balance_mcr, world.exchange.houses.society,
                        world.seed, world.clock.month, world.law(ROOM))
    world.store.post(told.postings)
    item = np.concatenate([state.item, leaving.item[taken], _bought(world, sharing, told)])
    _note(world, sharing, told, relies, gave, handed_in)
    world.others[ROOM] = _without_worn_out(world, State(sharing, item, state.area))
    _seek(world, sharing, well)
    return _only(thoughts, ~passes)


def _at_home(world: World, state: State) -> Sharing:
    """Whoever has moved to another area belongs to one of its parks from now on, by lot."""
    parks, park = state.sharing.parks, state.sharing.parks.park_of.copy()
    moved = np.flatnonzero(state.area[park] != world.homes.area)
    first, last = (np.searchsorted(state.area, world.homes.area[moved], side) for side in ("left", "right"))
    park[moved] = first + (world.lots("park", moved) * (last - first)).astype(np.int64)
    return replace(state.sharing, parks=replace(parks, park_of=park))


def _settled(world: World, sharing: Sharing, well: Cells, thoughts: Thoughts) -> tuple[Sharing, npt.NDArray[np.bool_]]:
    """Who would own one without a park, after the thoughts of this month; and which thoughts pass: [thought].

    Those who share have no thoughts of getting or parting with the good: their use of it begins and ends as often
    as others come to want one, or do not replace theirs. All others will have one, wait for one, or want none.
    """
    column = np.full(len(world.durables), NONE)
    column[_shared(world)] = np.arange(len(world.uses))
    good = column[thoughts.good]
    row = np.flatnonzero(good != NONE)
    who, slot, good, broke = thoughts.household[row], thoughts.slot[row], good[row], thoughts.broke[row]
    would = sharing.wants | _owns(world) | _waits(world)
    had_none, wanted = (thoughts.item[row] == NONE) & ~broke, would[who, good]
    passing = sharing.would_share[who, good] & (well[who, good] | wanted & had_none)
    ends = world.lots("use ends", slot) < _ending_share(world, thoughts.good[row], broke, had_none)
    begins = had_none & (world.lots("use begins", slot)
                         < world.wanted_share[thoughts.good[row], world.homes.group[who]])
    would[who, good] = passing & np.where(wanted, ~ends, begins)
    think_again(world, slot[passing])
    passes = np.zeros(len(thoughts.slot), bool)
    passes[row[passing]] = True
    return replace(sharing, wants=would), passes


def _ending_share(world: World, good: Ints, broke: Cells, had_none: Cells) -> npt.NDArray[np.float64]:
    """How many of those who think of a good have no use for it any more, by whether theirs broke, or they had none."""
    people = world.law("secondhand.behaviour")
    return np.where(broke, 1 - people["replaces_share"],
                    np.where(had_none, world.lost_a_month[good] * people["considers_months"], 0.0))


def _relies(world: World, sharing: Sharing, well: Cells, owns: Cells) -> Cells:
    """Who has none of its own, a use for one, and turns to the park; who has become used to it asks on for a while."""
    would = newcomers(*owns.shape, world.seed, world.law(ROOM)) & well | sharing.wants
    return ~owns & sharing.would_share & would


def _only(thoughts: Thoughts, chosen: npt.NDArray[np.bool_]) -> Thoughts:
    return Thoughts(*(getattr(thoughts, each.name)[chosen] for each in fields(Thoughts)))


# --- What is left to parks, and what parks buy ------------------------------------------------------------------

def _leaving(world: World, well: Cells) -> tuple[Thoughts, npt.NDArray[np.intp]]:
    """Things that their owners will do without from now on, of those that the exchange would take; and of which column.

    What is too old for that is used at home to its end.
    """
    who, column = np.nonzero(_owns(world) & well & ready(world.seed, world.clock.month, *well.shape, world.law(ROOM)))
    good, none = _shared(world)[column], np.zeros(len(who), bool)
    slot = who * len(world.durables) + good
    leaving = Thoughts(slot, who.astype(np.int32), good.astype(np.int8), world.homes.item.reshape(-1)[slot], none,
                       none.copy())
    fit = ~unfit(world, leaving, np.arange(len(who)))
    return _only(leaving, fit), column[fit]


def _given(world: World, sharing: Sharing, well: Cells, leaving: Thoughts,
           column: npt.NDArray[np.intp]) -> tuple[Given, npt.NDArray[np.bool_]]:
    """What parks take of it, worn as its age says, goes to them and is paid for; and which it is: [thing]."""
    leaves, worn = np.zeros(well.shape, bool), np.zeros(well.shape, np.int64)
    age = world.clock.month - world.store.items.made_month[leaving.item].astype(np.int64)
    leaves[leaving.household, column] = True
    worn[leaving.household, column] = age * rules.WHOLE_PPM // world.durables.life_months[leaving.good]
    gave = given(sharing, leaves, _relies(world, sharing, well, _owns(world) & ~leaves), worn, world.uses,
                 world.law(ROOM))
    world.store.post(gave.postings)
    taken = gave.taken[leaving.household, column]
    item, giver = leaving.item[taken], leaving.household[taken]
    move(world.store.items.holder, Moves.of(item, giver, sharing.parks.account[sharing.parks.park_of[giver]]))
    world.record.count("given_to_parks", leaving.good[taken])
    _leave_home(world, leaving, np.flatnonzero(taken))
    return gave, taken


def _handed_in(world: World, leaving: Thoughts, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int8]:
    """What parks do not need is brought to the exchange: the goods of what it takes; the rest stays at home.

    Where prices are found by the month, nothing stands on shelves, and all of it stays.
    """
    if world.law("secondhand")["mode"] == "spot":
        rows = rows[:0]
    reason = bring(world, leaving, rows, inspected(world, leaving, rows))
    gone = rows[reason == Refusal.ACCEPTED]
    _leave_home(world, leaving, gone)
    return leaving.good[gone]


def _leave_home(world: World, leaving: Thoughts, rows: npt.NDArray[np.intp]) -> None:
    kept = leaving.item.copy()
    leave_home(world, leaving, rows)
    leaving.item[:] = kept  # the park's pieces are told by it
    think_again(world, leaving.slot[rows])


def _bought(world: World, sharing: Sharing, told: Used) -> npt.NDArray[np.int32]:
    """The items that parks have bought new: paid already, and worn by the parks' own books."""
    items, good = world.store.items, _shared(world)[told.bought_pool % len(world.uses)]
    rows = items.rows(len(good))
    items.good[rows], items.grade[rows] = good, 0
    items.made_month[rows], items.fails_month[rows] = world.clock.month, NEVER
    items.holder[rows] = sharing.parks.account[told.bought_pool // len(world.uses)]
    world.record.count("bought_new", good)
    return rows


def _without_worn_out(world: World, state: State) -> State:
    """Pieces that are worn out go to recycling."""
    over = ~state.sharing.parks.pieces.in_use
    world.record.count("scrapped_in_parks", world.store.items.good[state.item[over]])
    world.store.scrap(state.item[over])
    parks = next_period(state.sharing.parks)
    return State(replace(state.sharing, parks=parks), state.item[~over], state.area)


def _seek(world: World, sharing: Sharing, well: Cells) -> None:
    """Who relied on a park and is refused too often gets one sooner or later: a used one if it is drawn to those."""
    seeks = sharing.wants & sharing.would_share & ~well & ~_owns(world) & ~_waits(world)
    who, column = np.nonzero(seeks & impatient(world.seed, world.clock.month, *well.shape, world.law(ROOM)))
    good = _shared(world)[column]
    slot = who * len(world.durables) + good
    want = wants(world.lots("seeks", slot), np.ones(len(slot)), drawn_to_used(world)[good],
                 world.law("secondhand.behaviour")["instead_share"])
    ask(world, slot[want == Want.USED])
    buy(world, slot[want == Want.NEW])


# --- The books --------------------------------------------------------------------------------------------------

def _note(world: World, sharing: Sharing, told: Used, relies: Cells, gave: Given,
          handed_in: npt.NDArray[np.int8]) -> None:
    """Writes the month down, good by good, before pieces that are worn out go."""
    goods, month = len(world.uses), world.clock
    pool = sharing.parks.pieces.pool % goods
    columns = {"owned": _owns(world).sum(axis=0), "relying": relies.sum(axis=0),
               "in_parks": np.bincount(pool, minlength=goods),
               "wishes": told.wishes, "refused": told.refused, "hours": np.bincount(pool, told.hours, goods),
               "given": gave.taken.sum(axis=0), "bought": np.bincount(told.bought_pool % goods, minlength=goods),
               "handed_in": np.bincount(handed_in, minlength=len(world.durables))[_shared(world)]}
    for row, good in enumerate(_shared(world).tolist()):
        world.record.note(ROOM, {"year": month.year, "month": month.month, "good": good}
                          | {name: int(column[row]) for name, column in columns.items()})


def in_parks(world: World) -> npt.NDArray[np.int64]:
    """How many pieces of each good parks have: [good]. Raises BrokenIdentity where somebody else holds one."""
    state: State | None = world.others.get(ROOM)
    if state is None:
        return np.zeros(len(world.durables), np.int64)
    parks, items = state.sharing.parks, world.store.items
    park = parks.pieces.pool // max(1, parks.goods)
    if len(park) != len(state.item):
        raise BrokenIdentity(f"parks: {len(park):,} pieces in their books, and {len(state.item):,} items")
    astray = np.flatnonzero(items.holder[state.item] != parks.account[park])
    if len(astray):
        raise BrokenIdentity(f"parks: {world.store.parties.name(int(parks.account[park[astray[0]]]))} has a piece "
                             "that somebody else holds")
    return np.bincount(items.good[state.item], minlength=len(world.durables))


def close_year(world: World) -> None:
    """What each park has gained or lost this year all its members share; its account then is minus what it has."""
    parks = world.others[ROOM].sharing.parks
    world.store.post(share_result(parks, world.store.balance_mcr))
    left = share_result(parks, world.store.balance_mcr)
    if len(left):
        raise BrokenIdentity(f"parks: {left.total_mcr:,} mcr are left to share when all was shared")
