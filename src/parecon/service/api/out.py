"""Files of rows that go out: statements, things, households, entries; each cell harmless in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch
from django.http import StreamingHttpResponse

from parecon.base.clock import MONTHS_A_YEAR
from parecon.service.api.cells import written
from parecon.service.api.telling import month_read, month_written, things
from parecon.service.clock import FIRST_YEAR, SECOND_US, begin_us, date_of, month_of
from parecon.service.desk import words
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Item, Store
from parecon.service.ledger import books
from parecon.service.ledger.books import credits_of
from parecon.service.ledger.models import Account, Entry
from parecon.service.people import seen
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor

AT_ONCE = 500
THING = ("label", "good", "title", "description", "made", "grade", "state", "store", "price")
ENTRY = ("number", "act", "debit_id", "credit_id", "amount_mcr", "purpose", "group", "corrects_id", "made_at_us")


def as_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Rows as a file that is sent while it is read."""
    return StreamingHttpResponse(written(heading, rows), content_type="text/csv; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff"})


def statement(account: Account, month: str | None, at_us: int) -> StreamingHttpResponse:
    """An account in a month: each entry, what it changed and what stood there after it."""
    which = month_of(at_us) if month is None else month_read(month)
    which = min(max(which, 0), (9998 - FIRST_YEAR) * MONTHS_A_YEAR)
    told = books.statement(account.number, begin_us(which), begin_us(which + 1))
    return as_file(f"statement-{month_written(which)}", ("entry", "at", "purpose", "change", "after"), (
        (line.entry.number, at(line.entry.made_at_us), words.purpose_name(line.entry.purpose),
         credits_of(line.change_mcr), credits_of(line.after_mcr)) for line in told.lines))


def own_things(party: str, now: InForce) -> StreamingHttpResponse:
    """What a household has announced, brought or got."""
    return as_file("things", THING, _things(Item.objects.filter(holder=party), now))


def items(stores: Sequence[Store], now: InForce) -> StreamingHttpResponse:
    """All things at some stores, also announced or on their way there."""
    return as_file("items", THING, _things(Item.objects.filter(store__in=stores), now))


def _things(found: Any, now: InForce) -> Iterator[tuple[Any, ...]]:
    """Things by number, some at a time."""
    last = 0
    while rows := list(found.filter(number__gt=last).select_related("store__council").order_by("number")[:AT_ONCE]):
        yield from (tuple(told[name] for name in THING) for told in things(now, rows))
        last = rows[-1].pk


def households(actor: Actor) -> StreamingHttpResponse:
    """The households that an organiser's mandate reaches, a member a line."""
    lived = Prefetch("household__residences", seen.lived_in(date_of(actor.at_us)), to_attr="lived_in")
    found = Member.objects.filter(household__in=seen.households(actor), is_active=True).select_related(
        "household").prefetch_related(lived).order_by("household_id", "number")
    return as_file("households", ("household", "name", "council", "since", "member", "card", "email", "language"), (
        (each.household.party, each.household.name, *_home(each), each.name, each.card, each.email, each.language)
        for each in found.iterator(chunk_size=AT_ONCE)))


def _home(member: Member) -> tuple[str, str]:
    lives: Any = getattr(member.household, "lived_in", [])
    return (lives[0].council.code, lives[0].from_on.isoformat()) if lives else ("", "")


def entries() -> StreamingHttpResponse:
    """All entries of the ledger, by account numbers, amounts in credits."""
    found = Entry.objects.order_by("number").values_list(*ENTRY)
    return as_file("entries", ("entry", "act", "debit", "credit", "credits", "purpose", "group", "corrects", "at"), (
        (number, act, debit, credit, credits_of(amount), words.purpose_name(purpose), group, corrects, at(made_us))
        for number, act, debit, credit, amount, purpose, group, corrects, made_us
        in found.iterator(chunk_size=AT_ONCE)))


def at(us: int) -> str:
    """A time as everybody's programs read it.

    >>> at(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(us // SECOND_US, UTC).isoformat()
