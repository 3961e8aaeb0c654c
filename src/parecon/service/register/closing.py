"""The month's closing: computed and shown first, then posted once.

Things on the federation's shelf pass on to relatives and to the highest offers, at the price at which as many
want them as there are; what that brings beyond their cost goes to all households alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import Min, Q

from parecon.base.columns import Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings
from parecon.secondhand.collectables import closing as law_of_closings
from parecon.secondhand.collectables.acts import Answers, Requests
from parecon.secondhand.collectables.decide import Moment
from parecon.secondhand.collectables.law import PPM, waits_for_relatives
from parecon.secondhand.collectables.register import Kinds, Register
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import begin_us, date_of, month_of
from parecon.service.ledger.commands import Line
from parecon.service.ledger.law import Kind as AccountKind
from parecon.service.ledger.models import Account, Balance
from parecon.service.people.models import Residence
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting, books
from parecon.service.register.columns import CHANGED_BY_THE_LAW, EXCHANGE, Parties, Table, as_columns, update
from parecon.service.register.models import SHELF, Closing, Entry, Event, Kind, Offer, OfferState, What, last_event
from parecon.service.register.offers import LOTS


class CloseMonth(NamedTuple):
    """The closing of a month as it was shown; `seen` is the shown one's mark."""

    act: str
    month: int
    seen: str


class Sale(NamedTuple):
    """A thing that passes on: the offer that gets it, at which price."""

    offer: Offer
    entry: Entry
    price_mcr: int


@dataclass(frozen=True)
class Preview:
    """What a closing leads to: sales, the reason of every offer (None: a no), new prices and schedules, payments.

    `passing` are the things that were on the shelf, sold or not; `waiting` those left for their relatives; `stands_for`
    names the household of each member who offers.
    """

    month: int
    offers: list[Offer]
    reasons: list[int | None]
    sales: list[Sale]
    waiting: list[Entry]
    passing: list[Entry]
    kinds: list[Kind]
    after: Kinds
    postings: Postings
    parties: list[str]
    stands_for: Mapping[str, str]
    households: int
    shared_mcr: int
    law: Law

    @property
    def mark(self) -> str:
        """By which one knows whether what is posted is what was shown."""
        told = [self.month, self.reasons, [offer.pk for offer in self.offers], [entry.pk for entry in self.waiting],
                [(sale.offer.pk, sale.entry.pk, sale.price_mcr) for sale in self.sales],
                self.after.schedule_mcr.tolist(), self.after.price_mcr.tolist(), self.households, self.shared_mcr]
        return sha256(dumps(told).encode()).hexdigest()


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

@dataclass(frozen=True)
class Before:
    """How things stand before a closing: all offers, what is on the shelf, all kinds, the law; who shares.

    `stands_for` is the household of each person concerned, `free_mcr` says what parties have that is not held.
    """

    month: int
    offers: list[Offer]
    shelf: list[Entry]
    kinds: list[Kind]
    stands_for: Mapping[str, str]
    sharing: list[str]
    free_mcr: Callable[[Parties], Amounts]
    law: Law


def preview(month: int) -> Preview:
    """What the closing of a month leads to as things stand; nothing is written."""
    offers = list(Offer.objects.filter(state=OfferState.OPEN).select_related("kind", "entry").order_by("number"))
    shelf = list(Entry.objects.filter(holder=SHELF).select_related("kind").order_by("number"))
    household = books.households_of([*(each.member for each in offers), *(each.first_refusal for each in shelf)])
    return follows(Before(month, offers, shelf, list(Kind.objects.order_by("number")), household,
                          households_that_share(month), _free_mcr, acting.the_law()))


def follows(before: Before) -> Preview:
    """What the law makes of things as they stand before a closing."""
    month, law, offers = before.month, before.law, before.offers
    passing, waiting = _passing(before)
    table, weight = _table(before, passing)
    asked = [each for each in offers if each.entry_id is None]
    said = [each for each in offers if each.entry_id and each.most_mcr is not None]
    kinds, household = as_columns(table.kinds), table.stands_for
    closing, after = law_of_closings.close(
        _requests(asked, table), _answers(said, table), table.register(), kinds, before.free_mcr(table.parties), weight,
        EXCHANGE, Moment(month), law)
    reason = dict(zip([each.pk for each in asked + said],
                      [*closing.outcome.reason.tolist(), *closing.answered.tolist()], strict=True))
    sales = _sales([each for each in asked if not reason[each.pk]], [each for each in said if not reason[each.pk]],
                   passing, after, lambda offer: table.parties.row(household[offer.member]))
    return Preview(month, offers, [reason.get(each.pk) for each in offers], sales, waiting, passing, table.kinds,
                   law_of_closings.next_schedule(closing.kinds, after, EXCHANGE, month, law),
                   closing.outcome.postings, table.parties.names, household, int(weight.sum()), closing.shared_mcr, law)


def _passing(before: Before) -> tuple[list[Entry], list[Entry]]:
    """The things on the shelf that can pass on, and those that wait for relatives; longest in the register first."""
    month, law, entries = before.month, before.law, before.shelf
    answered = {each.entry_id for each in before.offers}
    waits = waits_for_relatives(
        np.array([month - law["first_refusal_months"] if entry.reverted_month is None else entry.reverted_month
                  for entry in entries], np.int64),
        np.array([entry.pk in answered for entry in entries], bool), month, law["first_refusal_months"])
    return ([entry for entry, later in zip(entries, waits, strict=True) if not later],
            [entry for entry, later in zip(entries, waits, strict=True) if later])


def _table(before: Before, passing: list[Entry]) -> tuple[Table, Ints]:
    """The shelf with all kinds and with households in place of their members; whose share of the windfall is 1."""
    first = (before.stands_for.get(each.first_refusal, each.first_refusal) for each in passing)
    parties = Parties([*before.sharing, *(before.stands_for[each.member] for each in before.offers), *first])
    share = set(before.sharing)
    return (Table(passing, [], before.kinds, parties, before.stands_for),
            np.array([name in share for name in parties.names], np.int64))


def households_that_share(month: int) -> list[str]:
    """Households with an account that live somewhere at a month's end: each has one share of a windfall or a loss."""
    end = date_of(begin_us(month + 1))
    lives = Residence.objects.filter(Q(until_on=None) | Q(until_on__gt=end), from_on__lte=end)
    accounts = Account.objects.filter(kind=AccountKind.MEMBER, party__in=lives.values("household__party"))
    return list(accounts.order_by("number").values_list("party", flat=True))


def _requests(asked: list[Offer], table: Table) -> Requests:
    kind = {each.pk: row for row, each in enumerate(table.kinds)}
    return Requests(_rows(asked, table), np.array([kind[each.kind_id] for each in asked], np.int32),
                    np.array([each.most_mcr for each in asked], np.int64),
                    np.array([each.lot / LOTS for each in asked], np.float64))


def _answers(said: list[Offer], table: Table) -> Answers:
    place = {entry.pk: row for row, entry in enumerate(table.entries)}
    return Answers(_rows(said, table), np.array([place[each.entry_id] for each in said], np.int32),
                   np.array([each.most_mcr for each in said], np.int64))


def _rows(offers: list[Offer], table: Table) -> npt.NDArray[np.int32]:
    """The households of those who offer, as rows of the law's columns."""
    return np.array([table.parties.row(table.stands_for[each.member]) for each in offers], np.int32)


def _free_mcr(parties: Parties) -> Amounts:
    """What every household has that is not held for something else; and what stands on the shelf's account."""
    of_households = Q(account__kind=AccountKind.MEMBER, account__party__in=parties.names)
    known = {party: posted - held for party, posted, held in Balance.objects.filter(
        of_households | Q(account__kind=AccountKind.EXCHANGE, account__party=SHELF))
        .values_list("account__party", "posted_mcr", "held_mcr")}
    return np.array([known.get(name, 0) for name in parties.names], np.int64)


def _sales(asked: list[Offer], said: list[Offer], passing: list[Entry], after: Register,
           row_of: Callable[[Offer], int]) -> list[Sale]:
    """Which thing goes to which of the offers that are served: relatives to theirs, others to any of the kind."""
    place = {entry.pk: row for row, entry in enumerate(passing)}
    rows = [(each, place[each.entry_id]) for each in said]
    left: dict[tuple[int, int], list[int]] = {}
    for row in sorted(set(np.flatnonzero(after.holder != EXCHANGE).tolist()) - {row for _, row in rows}, reverse=True):
        left.setdefault((passing[row].kind_id, int(after.holder[row])), []).append(row)
    rows += [(each, left[each.kind_id, row_of(each)].pop()) for each in asked]
    return [Sale(each, passing[row], int(after.paid_mcr[row])) for each, row in rows]


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
    update(shown.passing, CHANGED_BY_THE_LAW)
    update(shown.offers, ("state", "closing", "reason", "served", "price_mcr", "household"))
    update(shown.kinds, ("schedule_mcr", "price_mcr"))
    Event.objects.bulk_create([
        Event(act=closing.act, entry=entry, what=what_of(offer), giver=SHELF, taker=offer.member, amount_mcr=price,
              by=actor.member.party, at_us=actor.at_us) for offer, entry, price in shown.sales])


def what_of(offer: Offer) -> What:
    """How a thing goes to whom an offer is served: as a relative, or at the price of all others."""
    return What.FIRST_REFUSAL if offer.entry_id else What.PASSED_ON


def take_over(shown: Preview, closing: Closing) -> None:
    """Enters who has what now, what became of each offer, and the new prices."""
    for entry in shown.passing:
        entry.first_refusal, entry.reverted_month = "", None
    for offer, entry, price in shown.sales:
        entry.holder, entry.paid_mcr, entry.paid_level_ppm, entry.cost_mcr = offer.member, price, PPM, 0
        offer.served, offer.price_mcr = entry, price
    for offer, reason in zip(shown.offers, shown.reasons, strict=True):
        offer.state, offer.closing, offer.reason = OfferState.DECIDED, closing, reason
        offer.household = shown.stands_for[offer.member]
    for kind, schedule, price in zip(shown.kinds, shown.after.schedule_mcr.tolist(), shown.after.price_mcr.tolist(),
                                     strict=True):
        kind.schedule_mcr, kind.price_mcr = schedule, price
