"""The books of a federation, gone through by the law once more: the chain, then everything that desks did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parecon.audit import parks, register_closings
from parecon.audit.closings import as_they_stand, months_closed, years_closed
from parecon.audit.difference import Broken, Different
from parecon.audit.entries import Entries
from parecon.audit.lives import followed
from parecon.audit.offers import Schedules, priced, quoted
from parecon.audit.postings import Mandated, Parties, Posting, expected, matched
from parecon.base.errors import BadInput
from parecon.secondhand.collectables.acts import Purpose as OfCollectables
from parecon.secondhand.parks.acts import Purpose as OfParks
from parecon.service.desk.models import Federation
from parecon.service.ledger import store
from parecon.service.ledger.audit import verify, without_collecting
from parecon.service.ledger.chain import Head
from parecon.service.ledger.models import Account


def replayed(known: Sequence[str]) -> dict[str, Any]:
    """What the books come to where all of it can be accounted for. Raises Different at the first row that cannot.

    The rows gone through by table, the end of the chain, and what was paid by mandate. Where a clock was set back
    no past day can be looked at: `counted_anew` says whether the months and years were counted again.
    """
    heads = [_head(each) for each in known]
    with store.writing(), without_collecting():  # so that nothing is written between two things that are read here
        verdict = verify(heads)
        if verdict.wrong:
            raise Broken(verdict.wrong)
        rows = {"entry": verdict.head.number, "account": Account.objects.count()}
        entries = Entries.read()
        desk = _desk(rows, entries) if Federation.objects.exists() else {"by_mandate": _listed(matched(entries, {}))}
        return {"head": str(verdict.head), "rows": rows} | desk


def _desk(rows: dict[str, int], entries: Entries) -> dict[str, Any]:
    """What desks did."""
    schedules, lives, parties = Schedules(), followed(), Parties()
    rows |= {"schedule": len(schedules.by_number), "event": len(lives.events)}
    rows |= {"quote": quoted(schedules, lives), "price": priced(schedules, lives)}
    rows["month"] = months_closed(schedules, lives)
    answered = expected(lives, parties)
    try:
        answered |= years_closed(schedules, lives, entries)
    except Different:
        # an entry that is wrong is named before the year that it spoils
        matched(entries, answered | as_they_stand(), [*OfParks, *OfCollectables])
        raise
    answered |= _in_common(rows, entries, parties, answered)
    rows["act of the law"] = len(answered)
    return {"by_mandate": _listed(matched(entries, answered)), "counted_anew": lives.is_straight}


def _in_common(rows: dict[str, int], entries: Entries, parties: Parties,
               answered: dict[str, Posting]) -> dict[str, Posting]:
    """What was done in parks and on the register."""
    of_parks, of_register = parks.Replay(entries, parties), register_closings.Replay(entries, parties)
    try:
        rows |= {"event of parks": of_parks.all(), "act of the register": of_register.all()}
    except Different:
        matched(entries, answered | of_parks.answered | of_register.answered, [*OfParks, *OfCollectables])
        raise
    return of_parks.answered | of_register.answered


def _listed(mandated: Sequence[Mandated]) -> list[dict[str, Any]]:
    return [each._asdict() for each in mandated]


def _head(printed: str) -> Head:
    try:
        return Head.read(printed)
    except ValueError:
        raise BadInput("--known", "value", printed, "NUMBER:HASH, as parecon audit prints it") from None


