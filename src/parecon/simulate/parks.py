"""Parks in a simulated month: things that households of a neighbourhood use in common, instead of owning them.

Who owns what is what homes hold. Whoever would share and is served well leaves its own to the park, or hands it in
at the exchange where the park needs no other; gets none anew when it breaks; and does not think of getting one.
Whoever is refused too often asks for a used one or buys new, like others. What parks buy counts as made.
"""

from __future__ import annotations

from dataclasses import fields, replace
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
from parecon.secondhand.parks.sharing import Sharing, impatient, newcomers, ready, served
from parecon.secondhand.parks.stock import next_period
from parecon.simulate.exchange import bring, inspected, unfit
from parecon.simulate.homes import Rows, Thoughts, empty, think_again
from parecon.simulate.households import ask, buy, drawn_to_used
from parecon.simulate.neighbourhoods import ROOM, Cells, State, owns, shared, waits
from parecon.simulate.store import BrokenIdentity
from parecon.simulate.world import NEVER, NONE

if TYPE_CHECKING:
    from parecon.simulate.world import World


def share(world: World, thoughts: Thoughts) -> Thoughts:
    """A month of parks; what is left are the thoughts of those who do not share the good that they think of."""
    state: State = world.others[ROOM]
    sharing = _at_home(world, state)
    well = served(sharing)
    sharing, passes = _settled(world, sharing, well, thoughts)
    leaving, column = _leaving(world, well)
    gave, taken = _given(world, sharing, well, leaving, column)
    handed_in = _handed_in(world, leaving, ~taken)
    relies = _relies(world, sharing, well, owns(world))
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
    column[shared(world)] = np.arange(len(world.uses))
    good = column[thoughts.good]
    row = np.flatnonzero(good != NONE)
    who, slot, good, broke = thoughts.household[row], thoughts.slot[row], good[row], thoughts.broke[row]
    would = sharing.wants | owns(world) | waits(world)
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


def _relies(world: World, sharing: Sharing, well: Cells, have: Cells) -> Cells:
    """Who has none of its own, a use for one, and turns to the park; who has become used to it asks on for a while."""
    would = newcomers(have.shape, world.seed, world.law(ROOM)) & well | sharing.wants
    return ~have & sharing.would_share & would


def _only(thoughts: Thoughts, chosen: npt.NDArray[np.bool_]) -> Thoughts:
    return Thoughts(*(getattr(thoughts, each.name)[chosen] for each in fields(Thoughts)))


# --- What is left to parks, and what parks buy ------------------------------------------------------------------

def _leaving(world: World, well: Cells) -> tuple[Thoughts, npt.NDArray[np.intp]]:
    """Things that their owners are ready to do without from now on, and the column of each among goods shared."""
    who, column = np.nonzero(owns(world) & well & ready(well.shape, world.seed, world.clock.month, world.law(ROOM)))
    good, none = shared(world)[column], np.zeros(len(who), bool)
    slot = who * len(world.durables) + good
    return Thoughts(slot, who.astype(np.int32), good.astype(np.int8), world.homes.item.reshape(-1)[slot], none,
                    none.copy()), column


def _given(world: World, sharing: Sharing, well: Cells, leaving: Thoughts,
           column: npt.NDArray[np.intp]) -> tuple[Given, npt.NDArray[np.bool_]]:
    """What parks take of it, worn as its age says, goes to them and is paid for; and which it is: [thing].

    They reckon with members who do without whether or not the park takes their thing: the exchange would.
    """
    leaves, surely, worn = (np.zeros(well.shape, kind) for kind in (bool, bool, np.int64))
    age = world.clock.month - world.store.items.made_month[leaving.item].astype(np.int64)
    at = (leaving.household, column)
    leaves[at], surely[at] = True, _goes_on(world, leaving)
    worn[at] = age * rules.WHOLE_PPM // world.durables.life_months[leaving.good]
    gave = given(sharing, leaves, _relies(world, sharing, well, owns(world) & ~surely), worn, world.uses,
                 world.law(ROOM))
    world.store.post(gave.postings)
    taken = gave.taken[at]
    giver = leaving.household[taken]
    move(world.store.items.holder,
         Moves.of(leaving.item[taken], giver, sharing.parks.account[sharing.parks.park_of[giver]]))
    world.record.count("given_to_parks", leaving.good[taken])
    _leave_home(world, leaving.slot[taken])
    return gave, taken


def _goes_on(world: World, leaving: Thoughts) -> npt.NDArray[np.bool_]:
    """Whether each thing can be handed in where the park has no need of it: [thing].

    What is too old for that is used at home to its end; all is where prices are found by the month, for then
    nothing stands on shelves.
    """
    if world.law("secondhand")["mode"] == "spot":
        return np.zeros(len(leaving.slot), bool)
    return ~unfit(world, leaving, np.arange(len(leaving.slot)))


def _handed_in(world: World, leaving: Thoughts, left: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """What parks do not need is brought to the exchange: the goods of what it takes; the rest stays at home."""
    rows = np.flatnonzero(left & _goes_on(world, leaving))
    reason = bring(world, leaving, rows, inspected(world, leaving, rows))
    gone = rows[reason == Refusal.ACCEPTED]
    _leave_home(world, leaving.slot[gone])
    return leaving.good[gone]


def _leave_home(world: World, slot: Rows) -> None:
    empty(world, slot)
    think_again(world, slot)


def _bought(world: World, sharing: Sharing, told: Used) -> npt.NDArray[np.int32]:
    """The items that parks have bought new: paid already, and worn by the parks' own books."""
    items, good = world.store.items, shared(world)[told.bought_pool % len(world.uses)]
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
    seeks = sharing.wants & sharing.would_share & ~well & ~owns(world) & ~waits(world)
    who, column = np.nonzero(seeks & impatient(well.shape, world.seed, world.clock.month, world.law(ROOM)))
    good = shared(world)[column]
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
    columns = {"owned": owns(world).sum(axis=0), "relying": relies.sum(axis=0),
               "in_parks": np.bincount(pool, minlength=goods),
               "wishes": told.wishes, "refused": told.refused, "hours": np.bincount(pool, told.hours, goods),
               "given": gave.taken.sum(axis=0), "bought": np.bincount(told.bought_pool % goods, minlength=goods),
               "handed_in": np.bincount(handed_in, minlength=len(world.durables))[shared(world)]}
    for row, good in enumerate(shared(world).tolist()):
        world.record.note(ROOM, {"year": month.year, "month": month.month, "good": good}
                          | {name: int(column[row]) for name, column in columns.items()})


def close_year(world: World) -> None:
    """What each park has gained or lost this year all its members share; its account then is minus what it has."""
    parks = world.others[ROOM].sharing.parks
    world.store.post(share_result(parks, world.store.balance_mcr))
    left = share_result(parks, world.store.balance_mcr)
    if len(left):
        raise BrokenIdentity(f"parks: {left.total_mcr:,} mcr are left to share when all was shared")
