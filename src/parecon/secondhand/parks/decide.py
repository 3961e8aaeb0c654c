"""The parks' only door: acts and what there is, to reasons, postings and what there is then.

All functions are pure: they return new `Parks` and leave the old ones. A batch is decided row by row in
its order, so that it equals its rows one after the other, and no piece is promised twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import first_reason
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, shared_out
from parecon.secondhand.parks.acts import Cancellations, Purpose, Refusal, Returns, Wishes
from parecon.secondhand.parks.law import worth_mcr
from parecon.secondhand.parks.stock import FREE, Bookings, Parks, Status

PLAIN_BELOW = 200  # acts: fewer are decided sooner than the compiled form is loaded
TAKEN_REASON, CREDIT_REASON, OPEN_REASON = (int(each) for each in (
    Refusal.ALL_TAKEN, Refusal.NOT_ENOUGH_CREDIT, Refusal.TOO_MANY_OPEN))


@dataclass(frozen=True)
class Decided:
    """What a batch of acts leads to: `reason` [act], the postings to carry out, and the parks afterwards."""

    reason: npt.NDArray[np.int8]
    postings: Postings
    parks: Parks


def book(wishes: Wishes, parks: Parks, balance_mcr: Amounts, now: int, law: Law) -> Decided:
    """Bookings, first come, first served: the first piece of the good that is free all the time, or a reason.

    `now` is the slot that has begun; `balance_mcr` [account] is not changed. The fee is paid at once, from
    credits that the member has. Accepted bookings are the last rows of the new `parks.bookings`.
    """
    reason = _impossible(wishes, parks, now, law)
    pool = np.where(reason == 0, wishes.park * parks.goods + wishes.good, 0).astype(np.int64)
    reason[(reason == 0) & (parks.kept()[pool] == 0)] = Refusal.NOT_KEPT
    fee = np.where(reason == 0, wishes.slots * parks.hour_fee_mcr[np.where(reason == 0, wishes.good, 0)], 0)
    usable = np.flatnonzero(parks.pieces.in_use).astype(np.int32)
    by_pool = usable[np.argsort(parks.pieces.pool[usable], kind="stable")]
    start = np.searchsorted(parks.pieces.pool[by_pool], np.arange(parks.pools + 1))
    still_open = parks.bookings.member[parks.bookings.status == Status.OPEN]
    calendar, piece = parks.calendar.copy(), np.full(len(wishes), FREE, np.int32)
    _first_come(len(wishes))(
        wishes.member, pool, wishes.start, wishes.slots, fee, reason, start, by_pool, calendar, balance_mcr.copy(),
        np.bincount(still_open, minlength=len(parks.park_of)), law["most_open_bookings"], len(parks.bookings), piece)
    done = np.flatnonzero(reason == 0)
    postings = Postings.of(wishes.member[done], parks.account[wishes.park[done]], fee[done], Purpose.FEE)
    added = Bookings(wishes.member[done], piece[done], wishes.start[done], wishes.slots[done], fee[done],
                     np.full(len(done), Status.OPEN, np.int8), np.zeros(len(done), bool))
    return Decided(reason, postings, replace(parks, calendar=calendar, bookings=_appended(parks.bookings, added)))


def _impossible(wishes: Wishes, parks: Parks, now: int, law: Law) -> npt.NDArray[np.int8]:
    """Reasons that do not depend on what others book: [act]."""
    members, (_, slots) = len(parks.park_of), parks.calendar.shape
    known = (wishes.member >= 0) & (wishes.member < members) & (wishes.park >= 0)
    at_home = known & (parks.park_of[np.where(known, wishes.member, 0)] == wishes.park)
    end = wishes.start.astype(np.int64) + wishes.slots
    return first_reason(
        (~at_home, Refusal.NOT_A_MEMBER), ((wishes.good < 0) | (wishes.good >= parks.goods), Refusal.NOT_KEPT),
        (wishes.slots < 1, Refusal.NO_TIME), (wishes.slots > law["longest_booking_hours"], Refusal.TOO_LONG),
        ((wishes.start < now) | (end > slots), Refusal.NOT_IN_CALENDAR))


def first_come(member: Ints, pool: Ints, start: Ints, slots: Ints, fee_mcr: Ints, reason: Ints, pool_start: Ints,
               by_pool: Ints, calendar: Ints, balance_mcr: Ints, still_open: Ints, most_open: int, booking: int,
               piece: Ints) -> None:
    """Serves wishes one by one: fills `reason` and `piece` [act] and books in the calendar, balances and counts.

    Plain Python for few acts; compiled for many, from this very function.
    """
    for act in range(len(member)):
        if reason[act] != 0:
            continue
        who, first, last = member[act], start[act], start[act] + slots[act]
        if still_open[who] >= most_open:
            reason[act] = OPEN_REASON
            continue
        for place in range(pool_start[pool[act]], pool_start[pool[act] + 1]):
            row, slot = by_pool[place], first
            while slot < last and calendar[row, slot] == FREE:
                slot += 1
            if slot == last:
                piece[act] = row
                break
        if piece[act] == FREE:
            reason[act] = TAKEN_REASON
        elif fee_mcr[act] > balance_mcr[who]:
            reason[act] = CREDIT_REASON
        else:
            for slot in range(first, last):
                calendar[piece[act], slot] = booking
            balance_mcr[who] -= fee_mcr[act]
            still_open[who] += 1
            booking += 1


def _first_come(acts: int) -> Any:
    return first_come if acts < PLAIN_BELOW else compiled()


@cache
def compiled() -> Any:
    """`first_come`, compiled at first need and kept on disk."""
    from parecon.base.compiling import nb, types

    narrow, wide, short = (types.Array(of, 1, "C") for of in (types.int32, types.int64, types.int8))
    calendar = types.Array(types.int32, 2, "C")
    return nb.njit((narrow, wide, narrow, narrow, wide, short, wide, narrow, calendar, wide, wide, types.int64,
                    types.int64, narrow), cache=True)(first_come)


def _appended(bookings: Bookings, more: Bookings) -> Bookings:
    return Bookings(*(np.concatenate([getattr(bookings, name), getattr(more, name)])
                      for name in Bookings.__dataclass_fields__))


def unfit(member: Ints, booking: Ints, parks: Parks) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.intp]]:
    """Why a booking cannot be ended by this member, [act], and the booking (0 where there is none)."""
    all_of = parks.bookings
    there = (booking >= 0) & (booking < len(all_of))
    row = np.where(there, booking, 0).astype(np.intp)
    if not len(all_of):
        return np.full(len(row), Refusal.NO_SUCH_BOOKING, np.int8), row
    mine = all_of.member[row] == member
    status = all_of.status[row]
    return first_reason((~there, Refusal.NO_SUCH_BOOKING), (~mine, Refusal.NOT_YOURS),
                        (status == Status.LAPSED, Refusal.LAPSED), (status != Status.OPEN, Refusal.ALREADY_DONE)), row


def done_again(reason: npt.NDArray[np.int8], row: Ints) -> None:
    """Whoever comes second with a booking that an earlier row of the batch has ended is told so."""
    done = np.flatnonzero(reason == 0)
    first = np.unique(row[done], return_index=True)[1]
    again = np.ones(len(done), bool)
    again[first] = False
    reason[done[again]] = Refusal.ALREADY_DONE


def undeliverable(parks: Parks, now: int) -> npt.NDArray[np.bool_]:
    """Bookings that have begun and whose piece is not there: out with somebody who is late, or broken; [booking]."""
    of = parks.bookings
    still_open, gone = of.status == Status.OPEN, ~parks.pieces.in_use
    gone[of.piece[still_open & of.fetched]] = True
    missing: npt.NDArray[np.bool_] = still_open & ~of.fetched & (of.start <= now) & gone[of.piece]
    return missing


def cancel(acts: Cancellations, parks: Parks, now: int, law: Law) -> Decided:
    """Bookings given up before they begin: the fee comes back, less a part where there is too little notice.

    Whoever comes for a piece that is not there may give up later too, and gets the whole fee back.
    """
    reason, row = unfit(acts.member, acts.booking, parks)
    if len(parks.bookings):
        begun = (parks.bookings.start[row] <= now) & ~undeliverable(parks, now)[row]
        reason[(reason == 0) & begun] = Refusal.HAS_BEGUN
    done_again(reason, row)
    gone = row[reason == 0]
    notice = parks.bookings.start[gone].astype(np.int64) - now
    late = (notice > 0) & (notice < law["cancel_notice_hours"])
    kept = np.where(late, parks.bookings.fee_mcr[gone] * law["late_cancel_permille"] // 1000, 0)
    postings = refunds(parks, gone, parks.bookings.fee_mcr[gone] - kept)
    return Decided(reason, postings, ended(parks, gone, Status.CANCELLED))


def give_back(acts: Returns, parks: Parks, now: int, law: Law) -> Decided:
    """Pieces brought back at slot `now`: what is left of the time is free for others; late hours cost more.

    The late fee is a debt like any other: it is charged whatever the member's balance. A piece that
    does not work any more is taken out of use; who has booked it for later gets the fee back.
    """
    reason, row = unfit(acts.member, acts.booking, parks)
    if len(parks.bookings):
        yours = (reason == Refusal.ACCEPTED) | (reason == Refusal.ALREADY_DONE)
        reason[yours & (parks.bookings.start[row] > now)] = Refusal.NOT_BEGUN  # also if its piece breaks in this batch
    done_again(reason, row)
    back = row[reason == 0]
    piece = parks.bookings.piece[back]
    hours_late = np.maximum(now - parks.bookings.start[back].astype(np.int64) - parks.bookings.slots[back], 0)
    hour_fee = parks.bookings.fee_mcr[back] // parks.bookings.slots[back]
    late = Postings.of(parks.bookings.member[back], parks.account[parks.park_of_piece(piece)],
                       hours_late * hour_fee * law["late_return_permille"] // 1000, Purpose.LATE_RETURN)
    in_use = parks.pieces.in_use.copy()
    in_use[piece[~acts.works[reason == 0]]] = False
    after, back_to_others = withdrawn(ended(parks, back, Status.RETURNED), in_use, now)
    return Decided(reason, Postings.together([late, back_to_others]), after)


def withdrawn(parks: Parks, in_use: npt.NDArray[np.bool_], now: int) -> tuple[Parks, Postings]:
    """Only pieces `in_use` [piece] stay in use; who has booked another for later gets the fee back."""
    of = parks.bookings
    orphans = np.flatnonzero((of.status == Status.OPEN) & (of.start > now) & ~in_use[of.piece])
    parks = replace(parks, pieces=replace(parks.pieces, in_use=in_use))
    return ended(parks, orphans, Status.CANCELLED), refunds(parks, orphans, of.fee_mcr[orphans])


def refunds(parks: Parks, rows: Ints, amount_mcr: Amounts) -> Postings:
    """Fees that come back to who paid them, for bookings by row."""
    account = parks.account[parks.park_of_piece(parks.bookings.piece[rows])]
    return Postings.of(account, parks.bookings.member[rows], amount_mcr, Purpose.FEE_BACK)


def ended(parks: Parks, rows: Ints, status: Status) -> Parks:
    """The parks with these bookings ended and their slots free again."""
    state, calendar = parks.bookings.status.copy(), parks.calendar.copy()
    state[rows] = status
    slots = parks.bookings.slots[rows]
    piece = np.repeat(parks.bookings.piece[rows], slots)
    slot = np.arange(int(slots.sum())) - np.repeat(np.cumsum(slots) - slots, slots)
    calendar[piece, slot + np.repeat(parks.bookings.start[rows], slots)] = FREE
    return replace(parks, calendar=calendar, bookings=replace(parks.bookings, status=state))


def share_result(parks: Parks, balance_mcr: Amounts) -> Postings:
    """What each park has made or lost since it last shared, handed to or asked from its members in equal parts.

    A park begins with nothing and owes what its pieces cost; so its balance and what its pieces are worth
    together are the result, to the last milli-credit. A park without members keeps it.
    """
    by_park = np.argsort(parks.park_of, kind="stable")
    first = np.searchsorted(parks.park_of[by_park], np.arange(len(parks.account) + 1))
    result = balance_mcr[parks.account] + stock_mcr(parks)
    return Postings.together(
        Postings.signed(members, int(account), shared_out(int(each), np.ones(len(members), int)), Purpose.SHARED_RESULT)
        for account, each, one, other in zip(parks.account, result, first[:-1], first[1:], strict=True)
        if len(members := by_park[one:other]))


def stock_mcr(parks: Parks) -> Amounts:
    """What the pieces in use of each park are worth in its books: [park]."""
    worth = np.where(parks.pieces.in_use, worth_mcr(parks.pieces.new_price_mcr, parks.pieces.worn_ppm), 0)
    stock = np.zeros(len(parks.account), np.int64)
    np.add.at(stock, parks.park_of_piece(np.arange(len(parks.pieces))), worth)
    return stock
