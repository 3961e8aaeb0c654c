"""What is done at the door and in the rooms of a park: pieces come, are handed out, break, are mended, age.

Pure functions like those of `decide`, and batches too are decided row by row in their order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import first_reason
from parecon.base.parameters import Law
from parecon.base.postings import Postings
from parecon.secondhand.parks import law as rules
from parecon.secondhand.parks.acts import Contributions, Fetchings, Purpose, Refusal
from parecon.secondhand.parks.decide import Decided, done_again, undeliverable, unfit, withdrawn
from parecon.secondhand.parks.law import worth_mcr
from parecon.secondhand.parks.stock import Parks, Pieces, Status, with_pieces

NOTHING = Postings.of([], [], [], 0)


def contribute(acts: Contributions, parks: Parks, needed: Ints, law: Law) -> Decided:
    """Pieces that members bring: credited with what they are worth in the park's books, or refused with a reason.

    `needed` [pool] is how many pieces each park wants of each good; whoever brings more than that is told so.
    """
    inside = (acts.member >= 0) & (acts.member < len(parks.park_of)) & (acts.park >= 0)
    at_home = inside & (parks.park_of[np.where(inside, acts.member, 0)] == acts.park)
    listed = (acts.good >= 0) & (acts.good < parks.goods)
    worth = worth_mcr(acts.new_price_mcr, acts.worn_ppm)
    reason = first_reason((~at_home, Refusal.NOT_A_MEMBER), (~listed, Refusal.NOT_KEPT),
                          (~acts.works | (worth <= 0), Refusal.NOT_WORKING))
    fit = np.flatnonzero(reason == 0)
    pool = (acts.park[fit] * parks.goods + acts.good[fit]).astype(np.int32)
    reason[fit[_ranks(pool) >= needed[pool] - parks.kept()[pool]]] = Refusal.NOT_NEEDED
    done = np.flatnonzero(reason == 0)
    postings = Postings.of(parks.account[acts.park[done]], acts.member[done],
                           worth[done] * law["credited_permille"] // 1000, Purpose.CONTRIBUTION)
    brought = Pieces((acts.park[done] * parks.goods + acts.good[done]).astype(np.int32), acts.new_price_mcr[done],
                     acts.worn_ppm[done], np.ones(len(done), bool))
    return Decided(reason, postings, with_pieces(parks, brought))


def take_out(acts: Fetchings, parks: Parks, now: int) -> Decided:
    """Pieces handed out at the time that was booked, each once, if they are there."""
    reason, row = unfit(acts.member, acts.booking, parks)
    of = parks.bookings
    if len(of):
        early, out, missing = of.start[row] > now, of.fetched[row], undeliverable(parks, now)[row]
        reason[reason == 0] = first_reason((early, Refusal.TOO_EARLY), (out, Refusal.OUT_ALREADY),
                                           (missing, Refusal.NOT_THERE))[reason == 0]
    done_again(reason, row)
    reason[reason == Refusal.ALREADY_DONE] = np.where(
        _is_open(parks, row[reason == Refusal.ALREADY_DONE]), Refusal.OUT_ALREADY, Refusal.ALREADY_DONE)
    fetched = of.fetched.copy()
    fetched[row[reason == 0]] = True
    return Decided(reason, NOTHING, replace(parks, bookings=replace(of, fetched=fetched)))


def _is_open(parks: Parks, row: Ints) -> npt.NDArray[np.bool_]:
    return np.asarray(parks.bookings.status[row] == Status.OPEN)


def withdraw(piece: Ints, parks: Parks, now: int) -> Decided:
    """Pieces taken out of use, broken or not needed any more; who has booked one for later gets the fee back."""
    reason = _unknown(piece, parks)
    known = np.flatnonzero(reason == 0)
    reason[known[~parks.pieces.in_use[piece[known]]]] = Refusal.OUT_OF_USE
    in_use = parks.pieces.in_use.copy()
    in_use[piece[_first(piece, reason, Refusal.OUT_OF_USE)]] = False
    after, postings = withdrawn(parks, in_use, now)
    return Decided(reason, postings, after)


def put_back(piece: Ints, parks: Parks) -> Decided:
    """Pieces that were mended are in use again, as worn as they were."""
    reason = _unknown(piece, parks)
    known = np.flatnonzero(reason == 0)
    reason[known] = first_reason((parks.pieces.in_use[piece[known]], Refusal.IN_USE),
                                 (parks.pieces.worn_ppm[piece[known]] >= rules.WHOLE_PPM, Refusal.WORN_OUT))
    in_use = parks.pieces.in_use.copy()
    in_use[piece[_first(piece, reason, Refusal.IN_USE)]] = True
    return Decided(reason, NOTHING, replace(parks, pieces=replace(parks.pieces, in_use=in_use)))


def _unknown(piece: Ints, parks: Parks) -> npt.NDArray[np.int8]:
    return first_reason(((piece < 0) | (piece >= len(parks.pieces)), Refusal.NO_SUCH_PIECE))


def _first(piece: Ints, reason: npt.NDArray[np.int8], otherwise: Refusal) -> npt.NDArray[np.intp]:
    """The acts that are done: the first on each piece; later ones of the batch are told what it led to."""
    done = np.flatnonzero(reason == 0)
    later = np.setdiff1d(done, done[np.unique(piece[done], return_index=True)[1]])
    reason[later] = otherwise
    return np.flatnonzero(reason == 0)


def close_month(parks: Parks, months: Ints, hours: Ints, life_months: Ints, life_hours: Ints, society: int, now: int,
                law: Law) -> tuple[Parks, Postings]:
    """Pieces in use are `months` older and `hours` more used, [piece]; parks pay society for keeping them so long.

    `life_months` and `life_hours` [good] are what a piece lasts. What is worn out then is out of use, and who has
    booked it for later gets the fee back.
    """
    pieces, good = parks.pieces, parks.pieces.pool % max(1, parks.goods)
    wear = rules.wear_ppm(months, hours, life_months[good], life_hours[good])
    worn = pieces.worn_ppm + np.where(pieces.in_use, wear, 0)
    by_park = np.zeros(len(parks.account), np.int64)
    np.add.at(by_park, parks.park_of_piece(np.arange(len(good))),
              np.where(pieces.in_use, months * rules.keep_mcr(pieces.new_price_mcr, law), 0))
    aged = replace(parks, pieces=replace(pieces, worn_ppm=worn))
    after, postings = withdrawn(aged, pieces.in_use & (worn < rules.WHOLE_PPM), now)
    return after, Postings.together([Postings.of(parks.account, society, by_park, Purpose.KEEP), postings])


def _ranks(group: Ints) -> npt.NDArray[np.int64]:
    """How many earlier rows have the same value: [row]."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(begins, np.diff(np.append(begins, len(group))))
    return rank
