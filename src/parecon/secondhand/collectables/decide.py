"""The door to collectables: acts and what there is, to reasons, postings and moves.

Registering, handing back and giving are immediate: a batch is decided as if its rows had come one after
the other. Deaths are cleared: those of a month are decided together, before the closing (closing.py), at
which things are passed on. Every function leaves what it is given as it is and returns a new register.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import Moves, Outcome, first_reason
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings
from parecon.base.turns import turns
from parecon.secondhand.acts import Purpose as OfExchange
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import Acts, Deed, Fate, Purpose, Refusal
from parecon.secondhand.collectables.law import Flags, Standing
from parecon.secondhand.collectables.register import MUSEUM, NO_ONE, Kinds, Register


@dataclass(frozen=True)
class Moment:
    """When something is decided: the month, and the price level in millionths of a base."""

    month: int
    level_ppm: int = rules.PPM


def immediate(acts: Acts, register: Register, kinds: Kinds, exchange: int, moment: Moment,
              law: Law) -> tuple[Outcome, Register]:
    """Things registered, handed back and given away: reasons, what the federation pays, and the new register.

    `exchange` is the party (and account) of the federation's shelf.
    """
    after = register.copy()
    reason, paid = np.zeros(len(acts), np.int8), np.zeros(len(acts), np.int64)
    for rows in turns(acts.item):
        reason[rows], paid[rows] = _turn(acts.rows(rows), after, kinds, exchange, moment, law)
    postings = Postings.of(exchange, acts.member, paid, Purpose.REPURCHASE)
    return Outcome(reason, postings, after.moves_since(register)), after


def _turn(acts: Acts, after: Register, kinds: Kinds, exchange: int, moment: Moment,
          law: Law) -> tuple[npt.NDArray[np.int8], Amounts]:
    """One turn, in which no item stands twice; the register is changed in place."""
    reason = _refused(acts, after)
    item, done = acts.item, reason == Refusal.ACCEPTED
    entered = item[done & (acts.deed == Deed.REGISTER)]
    after.standing[entered] = kinds.standing[after.kind[entered]]
    given = done & (acts.deed == Deed.GIVE)
    after.holder[item[given]] = acts.to[given]
    after.gifts = after.gifts.more(item[given], acts.member[given], moment.month)
    bought = done & ((acts.deed == Deed.HAND_BACK) | _taken_on_entry(acts, after, law))
    paid = np.zeros(len(acts), np.int64)
    paid[bought] = buy_back_price(after, item[bought], kinds, moment, law)
    _take_in(after, item[bought], paid[bought], exchange)
    return reason, paid


def _refused(acts: Acts, register: Register) -> npt.NDArray[np.int8]:
    standing = register.standing[acts.item]
    known, enters = standing != Standing.UNREGISTERED, acts.deed == Deed.REGISTER
    gives = acts.deed == Deed.GIVE
    return first_reason(
        (register.holder[acts.item] != acts.member, Refusal.NOT_YOURS),
        (enters & known, Refusal.ALREADY_REGISTERED),
        (~enters & ~known, Refusal.NOT_REGISTERED),
        ((acts.deed == Deed.HAND_BACK) & (standing == Standing.PERSONAL), Refusal.ONLY_PERSONAL),
        (gives & (standing == Standing.MUSEUM), Refusal.MUSEUM_PIECE),
        (gives & (acts.to == acts.member), Refusal.TO_ONESELF))


def _taken_on_entry(acts: Acts, register: Register, law: Law) -> Flags:
    """Whether a thing goes to the museum as soon as it is registered: [act]."""
    at_once = law["museum_pieces"] == "bought at once"
    taken: Flags = (acts.deed == Deed.REGISTER) & (register.standing[acts.item] == Standing.MUSEUM) & at_once
    return taken


def buy_back_price(register: Register, item: Ints, kinds: Kinds, moment: Moment, law: Law) -> Amounts:
    """What the federation pays whoever hands these items back: [one of the items]."""
    return rules.repurchase(register.paid_mcr[item], register.paid_level_ppm[item], moment.level_ppm,
                            kinds.schedule_mcr[register.kind[item]], law["repurchase_rule"])


def _take_in(register: Register, item: Ints, cost_mcr: Amounts, exchange: int) -> None:
    """Puts items on the federation's shelf at what they cost; museum pieces go to the museum, their cost to all."""
    if not len(item):
        return
    museum = register.standing[item] == Standing.MUSEUM
    register.holder[item] = np.where(museum, MUSEUM, exchange)
    register.cost_mcr[item] = np.where(museum, 0, cost_mcr)
    gone = np.zeros(len(register), bool)
    gone[item] = True
    register.forget_gifts(gone)


def found_in_store(item: Ints, cost_mcr: Amounts, store: Ints, register: Register, kinds: Kinds,
                   exchange: int) -> tuple[Outcome, Register]:
    """Collectables found among the used goods of stores: the exchange passes them on at what they cost it.

    `item`, `cost_mcr` and `store` - the party that holds them and is paid - are [act], each item in one. What
    is of personal value only has no place on the federation's shelf.
    """
    after, standing = register.copy(), kinds.standing[register.kind[item]]
    reason = first_reason(
        (register.holder[item] != store, Refusal.NOT_YOURS),
        (register.standing[item] != Standing.UNREGISTERED, Refusal.ALREADY_REGISTERED),
        (standing == Standing.PERSONAL, Refusal.ONLY_PERSONAL))
    done = reason == Refusal.ACCEPTED
    after.standing[item[done]] = standing[done]
    _take_in(after, item[done], cost_mcr[done], exchange)
    postings = Postings.of(exchange, store[done], cost_mcr[done], OfExchange.PASSED_ON)
    return Outcome(reason, postings, after.moves_since(register)), after


# --- Deaths -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Estates:
    """What the deaths of a closing lead to: the fate of every item, and its moves."""

    fate: npt.NDArray[np.int8]
    moves: Moves


def deaths(died: Flags, heir: Ints, found: Flags, register: Register, kinds: Kinds, exchange: int, month: int,
           law: Law) -> tuple[Estates, Register]:
    """What becomes of the things of those who died, and of what they had given away before.

    `died` and `heir` (the party that comes after) are [party]; `found` [item] is false for a registered thing
    that its holder has handed on unreported. A thing that reverts waits on the shelf for the next closing,
    where the heir may take it before others, or whoever had been given it. What somebody who died might have
    taken before others, the heir may.
    """
    after = register.copy()
    owner = np.maximum(register.holder, 0)
    left_behind = (register.holder >= 0) & died[owner]
    substantial = rules.reverts(register.standing, kinds.price_mcr[register.kind], law["least_reverting_mcr"])
    fate = np.where(left_behind, _fate_of_own(register, found, substantial), Fate.NOT_CONCERNED).astype(np.int8)
    _add_fate_of_gifts(fate, died, substantial, register, month, law)
    to_heir = left_behind & np.isin(fate, (Fate.STAYS_IN_FAMILY, Fate.NOT_FOUND, Fate.OFF_REGISTER))
    after.holder[to_heir] = heir[owner[to_heir]]
    after.standing[fate == Fate.NOT_FOUND] = Standing.UNREGISTERED
    back = np.flatnonzero((fate == Fate.REVERTS) | (fate == Fate.TO_MUSEUM))
    _take_in(after, back, np.zeros(len(back), np.int64), exchange)
    asked = np.flatnonzero((register.first_refusal != NO_ONE) & died[register.first_refusal])
    after.first_refusal[asked] = heir[register.first_refusal[asked]]
    first = np.where(left_behind, heir[owner], register.holder)
    after.first_refusal[back] = np.where(fate[back] == Fate.REVERTS, first[back], NO_ONE)
    after.gifts = after.gifts.kept(~died[after.gifts.giver])
    return Estates(fate, after.moves_since(register)), after


def _fate_of_own(register: Register, found: Flags, substantial: Flags) -> npt.NDArray[np.int64]:
    """What becomes of each thing if its holder dies: [item]."""
    return np.select(
        [register.standing == Standing.UNREGISTERED, ~found, register.standing == Standing.MUSEUM, substantial],
        [Fate.OFF_REGISTER, Fate.NOT_FOUND, Fate.TO_MUSEUM, Fate.REVERTS], Fate.STAYS_IN_FAMILY)


def _add_fate_of_gifts(fate: npt.NDArray[np.int8], died: Flags, substantial: Flags, register: Register, month: int,
                       law: Law) -> None:
    """What becomes of things whose giver died, where their holder lives on: changed in place."""
    gifts = register.gifts.kept(died[register.gifts.giver])
    gifts = gifts.kept(fate[gifts.item] == Fate.NOT_CONCERNED)
    recent = rules.looked_back_on(gifts.month, month, law["look_back_years"])
    stands = np.where(substantial[gifts.item], Fate.GIFT_STANDS, Fate.STAYS_IN_FAMILY)
    fate[gifts.item] = stands
    fate[gifts.item[recent & substantial[gifts.item]]] = Fate.REVERTS
