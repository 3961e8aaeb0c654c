"""What a closing of the register leads to: the law's answer to things as they stand, and rows as they are then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings
from parecon.secondhand.collectables import closing as law_of_closings
from parecon.secondhand.collectables.acts import Answers, Requests
from parecon.secondhand.collectables.decide import Moment
from parecon.secondhand.collectables.law import PPM, waits_for_relatives
from parecon.secondhand.collectables.register import Kinds, Register
from parecon.service.register.columns import EXCHANGE, Parties, Table, as_columns
from parecon.service.register.models import Closing, Entry, Kind, Offer, OfferState, What
from parecon.service.register.offers import LOTS


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


# --- Entered into rows ------------------------------------------------------------------------------------------

def what_of(offer: Offer) -> int:
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
