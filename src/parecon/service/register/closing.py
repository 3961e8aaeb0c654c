"""The month's closing: computed and shown first, then posted once.

Things on the federation's shelf pass on to relatives and to the highest offers, at the price at which as many
want them as there are; what that brings beyond their cost goes to all households alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.db.models import Min, Q

from parecon.base.postings import Amounts
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import begin_us, last_day, month_of
from parecon.service.ledger.commands import Line
from parecon.service.ledger.law import Kind as AccountKind
from parecon.service.ledger.models import Account, Balance
from parecon.service.people.models import Residence
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting, books
from parecon.service.register.columns import CHANGED_BY_THE_LAW, Parties
from parecon.service.register.models import SHELF, Closing, Entry, Event, Kind, Offer, OfferState, last_event
from parecon.service.register.outcome import Before, Preview, follows, take_over, what_of
from parecon.service.rows import update


class CloseMonth(NamedTuple):
    """The closing of a month as it was shown; `seen` is the shown one's mark."""

    act: str
    month: int
    seen: str


# --- What is due ------------------------------------------------------------------------------------------------

def due_month() -> int | None:
    """The month that is to be closed next: the first after the last closed one; none before there is a register."""
    last = Closing.objects.order_by("-month").values_list("month", flat=True).first()
    begun = Kind.objects.aggregate(first=Min("made_us"))["first"]
    if last is not None:
        return last + 1
    return month_of(begun) if begun is not None else None


def is_due(month: int, at_us: int) -> Refusal:
    """Whether a month can be closed: it is over, and the one before it is closed."""
    if Closing.objects.filter(month=month).exists():
        return Refusal.OVER
    over = month == due_month() and at_us >= begin_us(month + 1)
    return Refusal.ACCEPTED if over and households_that_share(month) else Refusal.STILL_OPEN


# --- What it leads to -------------------------------------------------------------------------------------------

def preview(month: int) -> Preview:
    """What the closing of a month leads to as things stand; nothing is written."""
    offers = list(Offer.objects.filter(state=OfferState.OPEN).select_related("kind", "entry").order_by("number"))
    shelf = list(Entry.objects.filter(holder=SHELF).select_related("kind").order_by("number"))
    household = books.households_of([*(each.member for each in offers), *(each.first_refusal for each in shelf)])
    return follows(Before(month, offers, shelf, list(Kind.objects.order_by("number")), household,
                          households_that_share(month), _free_mcr, acting.the_law()))


def households_that_share(month: int) -> list[str]:
    """Households with an account that live somewhere on a month's last day: each shares in a windfall or a loss."""
    lives = Residence.objects.on(last_day(month))
    accounts = Account.objects.filter(kind=AccountKind.MEMBER, party__in=lives.values("household__party"))
    return list(accounts.order_by("number").values_list("party", flat=True))


def _free_mcr(parties: Parties) -> Amounts:
    """What every household has that is not held for something else; and what stands on the shelf's account."""
    of_households = Q(account__kind=AccountKind.MEMBER, account__party__in=parties.names)
    known = {party: posted - held for party, posted, held in Balance.objects.filter(
        of_households | Q(account__kind=AccountKind.EXCHANGE, account__party=SHELF))
        .values_list("account__party", "posted_mcr", "held_mcr")}
    return np.array([known.get(name, 0) for name in parties.names], np.int64)


# --- Posted once ------------------------------------------------------------------------------------------------

def close_month(acts: Sequence[CloseMonth], actor: Actor) -> list[Answer]:
    """Closes months as they were shown, each once: by a registrar of the federation."""
    return once("register.close", acts, actor, lambda rows: [_closed(row, actor) for row in rows])


def _closed(row: CloseMonth, actor: Actor) -> Answer:
    refused = Refusal.ACCEPTED if acting.keeps_all(actor) else Refusal.NOT_ALLOWED
    refused = refused or is_due(row.month, actor.at_us)
    if refused:
        return Answer(refused)
    shown = preview(row.month)
    if shown.mark != row.seen:
        return Answer(Refusal.NOT_AS_SHOWN)
    books.paid(_lines(row, shown, actor), actor.at_us)
    closing = Closing.objects.create(month=row.month, act=row.act, passed_on=len(shown.sales), law=dict(shown.law),
                                     shared_mcr=shown.shared_mcr, households=shown.households, closed_us=actor.at_us,
                                     after=last_event())
    _write(shown, closing, actor)
    return Answer(Refusal.ACCEPTED, row.month)


def _lines(row: CloseMonth, shown: Preview, actor: Actor) -> list[Line]:
    """All payments of the closing, as one group of the ledger."""
    account = books.accounts_of(shown.parties) | {SHELF: books.shelf_account(actor.at_us)}
    numbers = {party: account[name] for party, name in enumerate(shown.parties) if name in account}
    names = [f"{row.act}/{number}" for number in range(len(shown.postings))]
    return books.lines(shown.postings, numbers, names, row.act)


def _write(shown: Preview, closing: Closing, actor: Actor) -> None:
    """Writes who has what now, what became of each offer, and the new prices."""
    take_over(shown, closing)
    update(shown.passing, *CHANGED_BY_THE_LAW)
    update(shown.offers, "state", "closing_id", "reason", "served_id", "price_mcr", "household")
    update(shown.kinds, "schedule_mcr", "price_mcr")
    Event.objects.bulk_create([
        Event(act=closing.act, entry=entry, what=what_of(offer), giver=SHELF, taker=offer.member, amount_mcr=price,
              by=actor.member.party, at_us=actor.at_us) for offer, entry, price in shown.sales])
