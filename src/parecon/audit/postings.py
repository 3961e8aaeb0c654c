"""The entries of the ledger beside what the law answers to the acts of desks: one follows from the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum
from typing import Any, NamedTuple

from parecon.audit.difference import Different
from parecon.audit.entries import Entries
from parecon.audit.lives import Lives
from parecon.secondhand.acts import Purpose
from parecon.secondhand.collectables.acts import Purpose as OfCollectables
from parecon.secondhand.lifecycle import Deed, RequestState
from parecon.secondhand.parks.acts import Purpose as OfParks
from parecon.service.clock import month_of
from parecon.service.desk.columns import federation
from parecon.service.desk.models import MonthClosed, Quote, QuoteKind, Request, Schedule, Transfer
from parecon.service.desk.paying import BY_MANDATE
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account, Entry
from parecon.service.people.models import Done
from parecon.service.register.books import SHELF
from parecon.service.register.models import Event as Registered
from parecon.service.register.models import What

NOBODY = "nobody on record"
INSTITUTIONS: dict[str, type[IntEnum]] = {"exchange": Purpose, "register": OfCollectables, "parks": OfParks}


class Posting(NamedTuple):
    """What an entry says: accounts by number, the amount, what for, and the act of the entry it takes back, if any."""

    debit: int
    credit: int
    amount_mcr: int
    purpose: int
    takes_back: str = ""


class Mandated(NamedTuple):
    """Payments that only a mandate explains: of which institution, what for, by whom, how many, how much in all."""

    institution: str
    purpose: str
    by: str
    entries: int
    amount_mcr: int


class Parties:
    """The accounts of the exchange's parties."""

    def __init__(self) -> None:
        of = federation()
        self.society, self.exchange = of.society_account, of.exchange_account
        self.household = dict(Account.objects.filter(kind=Kind.MEMBER).values_list("party", "number"))


# --- What the law answers -------------------------------------------------------------------------------------------

def expected(lives: Lives, parties: Parties) -> dict[str, Posting]:
    """What every act at a desk brings with it, but for the ends of years: by the name of the entry."""
    several = (_inspections(parties), _hand_ins(lives, parties), _passed_on(lives, parties), _carried(parties),
               _kept(parties), _new(parties), _registered(parties))
    return {name: posting for some in several for name, posting in some}


def _inspections(parties: Parties) -> Iterable[tuple[str, Posting]]:
    for act, cost in Quote.objects.exclude(kind=QuoteKind.ESTIMATE).filter(cost_mcr__gt=0).values_list("act",
                                                                                                       "cost_mcr"):
        yield f"{act}/inspect", Posting(parties.exchange, parties.society, cost, Purpose.INSPECTION)


def _hand_ins(lives: Lives, parties: Parties) -> Iterable[tuple[str, Posting]]:
    """The credit of every offer that was accepted, in time, by the event that took the thing in."""
    taken = {(event.item, event.at_us, event.household): event for event in lives.events if event.deed == Deed.ACCEPT}
    for number, item, at_us, reason, until, credit, party in Quote.objects.exclude(accepted_us=None).order_by(
            "number").values_list("number", "item_id", "accepted_us", "reason", "until_month", "credit_mcr",
                                  "household__party"):
        event = taken.pop((item, at_us, party), None)
        if event is None or reason or month_of(at_us) > until:
            raise Different(f"quote {number}, accepted", at_us, "nothing: no thing was taken in by it")
        if credit:
            yield f"{event.act}/credit", Posting(parties.exchange, parties.household[party], credit, Purpose.HAND_IN)
    for event in taken.values():
        raise Different(f"event {event.number}", "a thing taken in", "an offer that was accepted")


def _passed_on(lives: Lives, parties: Parties) -> Iterable[tuple[str, Posting]]:
    """The price of every thing that was fetched; and given back, where it was brought back."""
    fetched = {(event.item, event.at_us, event.household): event for event in lives.events
               if event.deed == Deed.HAND_OVER}
    back = _brought_back(lives)
    for number, item, ended_us, price, party, state in Request.objects.filter(
            state__in=(RequestState.SERVED, RequestState.BROUGHT_BACK)).order_by("number").values_list(
            "number", "item_id", "ended_us", "price_mcr", "household__party", "state"):
        event = fetched.pop((item, ended_us, party), None)
        if event is None:
            raise Different(f"request {number}", "served", "nothing: no thing was handed over for it")
        if price:
            paid = Posting(parties.household[party], parties.exchange, price, Purpose.PASSED_ON)
            yield f"{event.act}/paid", paid
            if state == RequestState.BROUGHT_BACK:
                yield f"{back.pop(event.act, NOBODY)}/back", Posting(paid.credit, paid.debit, price,
                                                                     Purpose.PASSED_ON, f"{event.act}/paid")
    for event in fetched.values():
        raise Different(f"event {event.number}", "a thing handed over", "a request that was served")


def _brought_back(lives: Lives) -> dict[str, str]:
    """By what act things were brought back, by the act that had handed them over."""
    back, last = {}, {}
    for event in lives.events:
        if event.deed == Deed.HAND_OVER:
            last[event.item] = event.act
        elif event.deed == Deed.BRING_BACK:
            back[last[event.item]] = event.act
    return back


def _carried(parties: Parties) -> Iterable[tuple[str, Posting]]:
    for act, cost in Transfer.objects.filter(cost_mcr__gt=0).values_list("act", "cost_mcr"):
        yield f"{act}/carry", Posting(parties.exchange, parties.society, cost, Purpose.TRANSPORT)


def _kept(parties: Parties) -> Iterable[tuple[str, Posting]]:
    cost = dict(MonthClosed.objects.filter(holding_mcr__gt=0).values_list("month", "holding_mcr"))
    for act, month in Done.objects.filter(what="close month").values_list("act", "number"):
        if month in cost:
            yield f"{act}/holding", Posting(parties.exchange, parties.society, cost[month], Purpose.HOLDING)


def _new(parties: Parties) -> Iterable[tuple[str, Posting]]:
    """New goods: whoever bought one paid a price of the catalogue."""
    prices = {price for row in Schedule.objects.select_related("catalogue")
              for price in row.catalogue.columns["new_price_mcr"]}
    households = set(parties.household.values())
    made = {act: row for act, *row in Entry.objects.filter(purpose=Purpose.NEW_GOOD).values_list(
        "act", "debit_id", "amount_mcr", "number")}
    for act, number in Done.objects.filter(what="buy new").values_list("act", "number"):
        debit, amount, entry = made.get(f"{act}/paid", (0, 0, 0))
        if entry and (debit not in households or amount not in prices or entry != number):
            raise Different(f"entry {entry}", f"{amount} mcr for a new good", "a catalogue's price, by a household")
        yield f"{act}/paid", Posting(debit, parties.society, amount, Purpose.NEW_GOOD)


def _registered(parties: Parties) -> Iterable[tuple[str, Posting]]:
    """Collectables found in a store: the register pays the exchange what the thing cost it."""
    paid = dict(Quote.objects.exclude(accepted_us=None).order_by("accepted_us", "number").values_list(
        "item_id", "credit_mcr"))
    shelf = Account.objects.filter(party=SHELF, kind=Kind.EXCHANGE).values_list("number", flat=True).first() or 0
    for number, act, item, amount in Registered.objects.filter(what=What.FROM_DESK).order_by("number").values_list(
            "number", "act", "entry__item", "amount_mcr"):
        if amount != paid.get(item, 0):
            raise Different(f"event {number} of the register, amount_mcr", amount, paid.get(item, 0))
        if amount:
            yield f"{act}/credit", Posting(shelf, parties.exchange, amount, Purpose.PASSED_ON)


# --- What stands in the books ---------------------------------------------------------------------------------------

def matched(entries: Entries, answered: dict[str, Posting], passed: Collection[int] = ()) -> list[Mandated]:
    """The payments that mandates made; all others are what the law answers. Raises Different at one that is not.

    `passed` are purposes for which what nothing answers is let pass, where an answer could not be found out.
    """
    done, rest = dict(Done.objects.values_list("act", "by")), dict(answered)
    by_law, found = _BY_LAW - set(passed), zip(*(column.tolist() for column in (
        entries.debit, entries.credit, entries.amount_mcr, entries.purpose)), entries.takes_back, strict=True)
    mandated: dict[tuple[int, str], list[int]] = {}
    for place, (act, content) in enumerate(zip(entries.act, found, strict=True)):
        said, purpose = rest.pop(act, None), content[3]
        if said is not None and content != said:
            raise Different(f"entry {place + 1}, {act}", _told(Posting(*content)), _told(said))
        if said is None and purpose in by_law:
            raise Different(f"entry {place + 1}, {act}", _told(Posting(*content)),
                            "no such entry: no act brings it with it")
        if said is None:
            mandated.setdefault((purpose, _by(act, done)), []).append(content[2])
    for act, said in rest.items():
        raise Different(f"entry {act}", "none", _told(said))
    return [Mandated(*_called(purpose), by, len(amounts), sum(amounts))
            for (purpose, by), amounts in sorted(mandated.items())]


_BY_LAW = frozenset(each.value for purposes in INSTITUTIONS.values() for each in purposes) - {
    each.value for each in BY_MANDATE}


def _by(act: str, done: dict[str, str]) -> str:
    """Who did the act that brought an entry with it, or another of which its name is made."""
    while act not in done and "/" in act:
        act = act.rpartition("/")[0]
    return done.get(act, NOBODY)


def _called(purpose: int) -> tuple[str, str]:
    for institution, purposes in INSTITUTIONS.items():
        if purpose in {each.value for each in purposes}:
            return institution, purposes(purpose).name.lower().replace("_", " ")
    return "others", str(purpose)


def _told(posting: Posting) -> Any:
    institution, purpose = _called(posting.purpose)
    back = f", taking back {posting.takes_back}" if posting.takes_back else ""
    return (f"{posting.amount_mcr} mcr from account {posting.debit} to {posting.credit} for {purpose} "
            f"({institution}){back}")
