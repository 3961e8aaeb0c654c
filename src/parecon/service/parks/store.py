"""What the law of parks has decided, written down: postings, bookings, pieces and events of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from parecon.base.postings import Postings
from parecon.secondhand.parks.acts import Purpose
from parecon.secondhand.parks.decide import Decided
from parecon.secondhand.parks.stock import Parks, Status
from parecon.service.ledger import commands as ledger
from parecon.service.parks.columns import Loaded
from parecon.service.parks.models import Booking, Deed, Event, Piece
from parecon.service.people.policy import Actor

OWED = {Purpose.LATE_RETURN, Purpose.SHARED_RESULT}  # debts like any other: charged whatever stands on the account


class Told(NamedTuple):
    """An event of an act: in which park, on which piece and booking, for whom; and what a keeper found."""

    act: str
    park: int
    piece: int | None
    booking: int | None
    household: str
    note: str = ""
    works: bool | None = None
    worn_ppm: int | None = None


def pay(found: Loaded, postings: Postings, act: str, at_us: int) -> None:
    """Posts what the law says under the name of an act that is done; what is owed is charged in any case."""
    lines = [ledger.Line(f"{act}/{row}", found.account[debit], found.account[credit], amount, purpose, act,
                         owed=purpose in OWED)
             for row, (debit, credit, amount, purpose) in enumerate(zip(
                 postings.debit.tolist(), postings.credit.tolist(), postings.amount_mcr.tolist(),
                 postings.purpose.tolist(), strict=True), 1)]
    refused = [each.reason.name for each in ledger.post_batch(lines, at_us) if each.reason or each.again]
    assert not refused, f"the law of parks proposed what the ledger refuses: {refused[0]}"


def write(found: Loaded, decided: Decided, acts: Sequence[str], actor: Actor) -> None:
    """Postings, then every booking and piece that the decision has changed; `acts` are those that are done."""
    if not acts:
        return
    pay(found, decided.postings, acts[0], actor.at_us)
    _write_bookings(found, decided.parks, actor.at_us)
    write_pieces(found, decided.parks)


def _write_bookings(found: Loaded, after: Parks, at_us: int) -> None:
    """Bookings that were fetched or have ended."""
    before, changed = found.parks.bookings, []
    rows = len(before)
    now_ended = np.flatnonzero(before.status != after.bookings.status[:rows])
    now_fetched = np.flatnonzero(before.fetched != after.bookings.fetched[:rows])
    for row in now_fetched.tolist():
        found.bookings[row].fetched_us = at_us
    for row in now_ended.tolist():
        found.bookings[row].status, found.bookings[row].ended_us = int(after.bookings.status[row]), at_us
    changed = [found.bookings[row] for row in np.union1d(now_ended, now_fetched).tolist()]
    Booking.objects.bulk_update(changed, ["status", "fetched_us", "ended_us"])


def write_pieces(found: Loaded, after: Parks) -> None:
    """Pieces that are more worn, or came into use or out of it."""
    before, rows = found.parks.pieces, len(found.pieces)
    worn, in_use = after.pieces.worn_ppm[:rows], after.pieces.in_use[:rows]
    changed = np.flatnonzero((before.worn_ppm != worn) | (before.in_use != in_use)).tolist()
    for row in changed:
        found.pieces[row].worn_ppm, found.pieces[row].in_use = int(worn[row]), bool(in_use[row])
    Piece.objects.bulk_update([found.pieces[row] for row in changed], ["worn_ppm", "in_use"])


def tell(deed: Deed, told: Sequence[Told], actor: Actor) -> None:
    """Writes events down."""
    Event.objects.bulk_create([
        Event(act=each.act, park_id=each.park, deed=deed, piece_id=each.piece, booking_id=each.booking,
              by=actor.member.party, household=each.household, works=each.works, worn_ppm=each.worn_ppm,
              note=each.note, at_us=actor.at_us) for each in told])


def tell_of_orphans(found: Loaded, decided: Decided, acts: Sequence[str], named: set[int], actor: Actor) -> None:
    """Events of bookings that ended because their piece is out of use: nobody asked for their end."""
    if not acts:
        return
    status = decided.parks.bookings.status[:len(found.bookings)]
    gone = np.flatnonzero((status == Status.CANCELLED) & (found.parks.bookings.status == Status.OPEN)).tolist()
    told = [Told(f"{acts[0]}/booking-{each.pk}", each.piece.park_id, each.piece_id, each.pk, each.household.party)
            for each in (found.bookings[row] for row in gone) if each.pk not in named]
    tell(Deed.LOSE_PIECE, told, actor)
