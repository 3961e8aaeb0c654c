"""The closings of the register, decided again: who got what at which price, and what of it went to all."""

from __future__ import annotations

import numpy as np
from django.db.models import Max

from parecon.audit.difference import Different, held_to, readable
from parecon.audit.entries import Entries
from parecon.audit.postings import Parties, Posting
from parecon.audit.register import DEEDS, Things, at_once, in_turn, same_events
from parecon.base.postings import Amounts
from parecon.service.clock import begin_us, month_of
from parecon.service.ledger.models import Hold
from parecon.service.people.models import Done
from parecon.service.register.closing import households_that_share
from parecon.service.register.columns import Parties as Persons
from parecon.service.register.models import SHELF, Closing, Death, Event, Offer, OfferState, What
from parecon.service.register.outcome import Before, Preview, follows, take_over, what_of

DECIDED = ("reason", "served_id", "price_mcr")
FOREVER_US = 2**63 - 1


class Replay:
    """The whole register, act by act; `things.answered` are the entries that follow, by name."""

    def __init__(self, entries: Entries, parties: Parties) -> None:
        self.entries, self.parties, self.things = entries, parties, Things(parties)
        self.offers: dict[int, list[Offer]] = {}
        for each in Offer.objects.exclude(closing=None).order_by("number"):
            self.offers.setdefault(each.closing_id, []).append(each)
        self.month = min((month_of(each.made_us) for each in self.things.kind_rows), default=0)
        self.holds = _held()

    @property
    def answered(self) -> dict[str, Posting]:
        """The entries that follow from all that was gone through, by name."""
        return self.things.answered

    def all(self) -> int:
        """How many acts and events there are, all as the law has them. Raises Different at the first that is not."""
        rows = in_turn()
        events: dict[str, list[Event]] = {}
        for row in rows:
            if isinstance(row, Event) and row.what not in DEEDS and row.what != What.FROM_DESK:
                events.setdefault(row.act, []).append(row)
        for done in at_once(rows):
            with readable(_place(done)):
                self._again(done, events)
        for some in events.values():
            raise Different(f"event {some[0].number} of the register", What(some[0].what).name.lower(),
                            "a death or a closing of which it comes")
        self.things.as_they_stand()
        self._offers_were_decided()
        return len(rows)

    def _again(self, done: list[Death] | Closing | Event, events: dict[str, list[Event]]) -> None:
        if isinstance(done, list):
            self.things.died(done, events)
        elif isinstance(done, Closing):
            self._closed(done, events.pop(done.act, []))
        elif done.what in DEEDS or done.what == What.FROM_DESK:
            self.things.one(done)

    def _closed(self, closing: Closing, events: list[Event]) -> None:
        """One closing, from how things stood before it."""
        held_to(f"closing of month {closing.month}, month and time", (
            closing.month, closing.closed_us >= begin_us(closing.month + 1)), (self.month, True))
        offers = self.offers.pop(closing.month, [])
        said = [[getattr(each, name) for name in DECIDED] for each in offers]
        for each in offers:
            each.reason = each.served = each.price_mcr = None
        shown = follows(self._before(closing, offers))
        self.things.answered |= self._payments(closing, shown)
        held_to(f"closing of month {closing.month}, passed_on, households and shared_mcr",
                (closing.passed_on, closing.households, closing.shared_mcr),
                (len(shown.sales), shown.households, shown.shared_mcr))
        take_over(shown, closing)
        for offer, found in zip(offers, said, strict=True):
            for name, value in zip(DECIDED, found, strict=True):
                held_to(f"offer {offer.pk}, {name}", value, getattr(offer, name))
        same_events(events, [(closing.act, entry.pk, int(what_of(offer)), SHELF, offer.member, price)
                             for offer, entry, price in shown.sales])
        self.month += 1

    def _before(self, closing: Closing, offers: list[Offer]) -> Before:
        things = self.things
        shelf = [each for _, each in sorted(things.entries.items()) if each.holder == SHELF]
        kinds = [each for each in things.kinds.values() if each.made_us <= closing.closed_us]
        household = {each.member: each.household for each in reversed(offers)}
        for each in offers:
            held_to(f"offer {each.pk}, household", each.household, household[each.member])
        entries = self.entries.before(closing.act, closing.closed_us)

        def free_mcr(parties: Persons) -> Amounts:
            known = {SHELF: things.shelf} | {name: self.parties.household.get(name, -1) for name in household.values()}
            return np.array([self._free_mcr(known[name], entries, closing.closed_us) if name in known else 0
                             for name in parties.names], np.int64)

        return Before(closing.month, offers, shelf, kinds, household, households_that_share(closing.month), free_mcr,
                      closing.law)

    def _free_mcr(self, account: int, entries: int, at_us: int) -> int:
        """What stood on an account after so many entries and was not held at a time."""
        return self.entries.balance_mcr(account, entries) - sum(
            amount for amount, made_us, until_us in self.holds.get(account, ()) if made_us <= at_us < until_us)

    def _payments(self, closing: Closing, shown: Preview) -> dict[str, Posting]:
        account = [self.things.shelf if name == SHELF else self.parties.household.get(name, -1)
                   for name in shown.parties]
        columns = (shown.postings.debit, shown.postings.credit, shown.postings.amount_mcr, shown.postings.purpose)
        return {f"{closing.act}/{row}": Posting(account[debit], account[credit], amount, purpose)
                for row, (debit, credit, amount, purpose) in enumerate(zip(
                    *(each.tolist() for each in columns), strict=True))}

    def _offers_were_decided(self) -> None:
        """Every offer made before others that were decided was decided too, unless it was taken back."""
        last = Offer.objects.filter(state=OfferState.DECIDED).aggregate(last=Max("number"))["last"] or 0
        for number in Offer.objects.filter(state=OfferState.OPEN, number__lt=last).values_list("number", flat=True)[:1]:
            raise Different(f"offer {number}", "open", "decided with those after it")
        back = set(Done.objects.filter(what="register.withdraw").values_list("number", flat=True))
        dead = set(Death.objects.values_list("member", flat=True))
        for number, state, member, closing in Offer.objects.order_by("number").values_list(
                "number", "state", "member", "closing_id"):
            withdrawn = state == OfferState.WITHDRAWN
            if withdrawn and number not in back and member not in dead:
                raise Different(f"offer {number}", "withdrawn", "no such state: nobody took it back")
            held_to(f"offer {number}, decided", closing is not None, state == OfferState.DECIDED)


def _place(done: list[Death] | Closing | Event) -> str:
    if isinstance(done, list):
        return f"death {done[0].pk}"
    return f"closing of month {done.month}" if isinstance(done, Closing) else f"event {done.number} of the register"


def _held() -> dict[int, list[tuple[int, int, int]]]:
    """What was ever held on each account: how much, from when, until when."""
    held: dict[int, list[tuple[int, int, int]]] = {}
    for account, *told, until_us in Hold.objects.values_list("debit_id", "amount_mcr", "made_at_us", "resolved_at_us"):
        held.setdefault(account, []).append((*told, FOREVER_US if until_us is None else until_us))
    return held
