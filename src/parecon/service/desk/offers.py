"""What is offered for things: by their household's word, after an inspection, and taken."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext

from parecon.base.postings import Postings
from parecon.secondhand import decide
from parecon.secondhand.acts import Purpose
from parecon.secondhand.acts import Refusal as Unfit
from parecon.secondhand.law import after_appeal
from parecon.secondhand.lifecycle import Deed, State
from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns, money
from parecon.service.desk.acting import Permits, in_turns
from parecon.service.desk.checklists import barred
from parecon.service.desk.columns import InForce, Parties
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.known import end_of_the_line, fits, households_of, known_items, latest_quotes
from parecon.service.desk.models import Event, Item, Quote, QuoteKind
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.rows import by_number, parts

KINDS = {"guaranteed": QuoteKind.YEAR, "true-up": QuoteKind.ADJUSTING}
OLDEST_MONTHS = 12 * 150  # of what a desk takes: older things have no worth by any schedule
Findings = tuple[tuple[str, str], ...]


class Inspect(NamedTuple):
    """What an inspection finds: the grade, when it was made, the checklist's answers, and why it differs."""

    act: str
    item: int
    grade: int
    made_month: int
    findings: Findings = ()
    why: str = ""


class Accept(NamedTuple):
    """A household takes what is offered."""

    act: str
    quote: int


# --- Offered ---------------------------------------------------------------------------------------------------------

def can_be(grade: Any, made_month: Any, now: InForce) -> bool:
    """Whether a grade and a month are such: the month up to this one, the grade one of the law's or 'does not work'."""
    return (fits(grade, 0, now.announced.worth_mcr.shape[2])
            and fits(made_month, now.month - OLDEST_MONTHS, now.month))


def quotes_for(acts: list[str], items: list[Item], homes: list[Household], now: InForce, at_us: int, *,
               estimate: bool) -> list[Quote]:
    """What the law offers for things as they are now said to be: [item]; an estimate costs nothing."""
    parties = Parties()
    member, holder = parties.rows(each.party for each in homes), parties.rows(each.holder for each in items)
    store = parties.rows(item.store.council.party for item in items if item.store is not None)
    handed = columns.hand_ins(member, items, holder, store, [item.grade or 0 for item in items], now.month)
    offer = decide.quote(handed, now.announced, now.month, now.law)
    worth, plain = (columns.of(now, table, items) for table in (now.announced.worth_mcr, now.plain_mcr))
    cost = np.zeros_like(offer.cost_mcr) if estimate else offer.cost_mcr
    kind = QuoteKind.ESTIMATE if estimate else KINDS[now.law["mode"]]
    told = zip(acts, items, homes, handed.age_months.tolist(), offer.reason.tolist(), worth.tolist(),
               offer.credit_mcr.tolist(), cost.tolist(), plain.tolist(), offer.until_month.tolist(), strict=True)
    return [Quote(act=act, item=item, household=home, schedule=now.schedule, kind=kind, age_months=age, reason=reason,
                  new_price_mcr=int(now.durables.new_price_mcr[item.good]), grade=item.grade, worth_mcr=worth_mcr,
                  credit_mcr=credit, cost_mcr=cost_mcr, plain_mcr=plain_mcr, until_month=until, made_us=at_us)
            for act, item, home, age, reason, worth_mcr, credit, cost_mcr, plain_mcr, until in told]


# --- Inspected ------------------------------------------------------------------------------------------------------

def inspect(rows: Sequence[Inspect], actor: Actor) -> list[Answer]:
    """Notes what inspections found and makes the offers; the numbers are the quotes'. Nobody inspects their own."""
    return once("inspect", rows, actor, lambda fresh: in_turns(fresh, lambda row: row.item,
                                                               lambda some: _inspected(some, actor, appeal=False)))


def appeal(rows: Sequence[Inspect], actor: Actor) -> list[Answer]:
    """Notes what second inspections found, each by somebody else than the first; the law says which grade stands."""
    return once("appeal", rows, actor, lambda fresh: in_turns(fresh, lambda row: row.item,
                                                              lambda some: _inspected(some, actor, appeal=True)))


def _inspected(rows: list[Inspect], actor: Actor, *, appeal: bool) -> list[Answer]:
    now, permits = columns.in_force(actor.at_us), Permits(actor)
    items = known_items([row.item for row in rows])
    homes = households_of(items.values())
    inspectors = _inspectors(items) if appeal else {}
    reasons = [_uninspectable(row, items.get(row.item), homes, permits, inspectors, now) for row in rows]
    fit = [row for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]
    found = _quoted(fit, [items[row.item] for row in fit], homes, now, actor, appeal=appeal)
    number = iter(found)
    return [Answer(reason) if reason else Answer(reason, next(number).pk) for reason in reasons]


def _uninspectable(row: Inspect, item: Item | None, homes: dict[str, Household], permits: Permits,
                   inspectors: dict[int, str], now: InForce) -> Refusal:
    if item is None:
        return Refusal.NO_SUCH_THING
    if item.store is None or item.holder not in homes:
        return Refusal.NOT_NOW
    if not permits.serves(item.store):
        return Refusal.NOT_ALLOWED
    actor = permits.actor
    if item.holder == actor.member.household.party or inspectors.get(item.pk) == actor.member.party:
        return Refusal.NOT_BY_ONESELF
    if not possible(item, Deed.INSPECT) or (item.pk in inspectors and item.state != State.GRADED):
        return Refusal.NOT_NOW
    return _unfound(row, now)


def _unfound(row: Inspect, now: InForce) -> Refusal:
    """Why an inspection cannot have found this, if so."""
    if not can_be(row.grade, row.made_month, now) or len(row.why) > lengths.WHY:
        return Refusal.BAD_FORM
    works = row.grade < now.announced.worth_mcr.shape[2]
    return Refusal.NOT_SAFE if works and barred(row.findings) else Refusal.ACCEPTED


def _inspectors(items: dict[int, Item]) -> dict[int, str]:
    """Who inspected each thing last; nobody ("") where it was not inspected."""
    last = dict.fromkeys(items, "")
    for some in parts(sorted(items)):
        last |= Event.objects.filter(item__in=some, deed=Deed.INSPECT).order_by("number").values_list("item_id", "by")
    return last


def _quoted(rows: list[Inspect], items: list[Item], homes: dict[str, Household], now: InForce, actor: Actor, *,
            appeal: bool) -> list[Quote]:
    """The findings written, the offers made, the inspections paid for."""
    if not rows:
        return []
    before, whose = latest_quotes([item.pk for item in items]), [homes[item.holder] for item in items]
    said = [(item.grade, item.made_month) for item in items]
    grade = np.array([row.grade for row in rows], np.int8)
    if appeal:
        grade = after_appeal(np.array([first for first, _ in said]), grade, now.law["appeal_reading"])
    record([Step(row.act, item, Deed.INSPECT, item.holder, changes={"grade": stands, "made_month": row.made_month})
            for row, item, stands in zip(rows, items, grade.tolist(), strict=True)], actor.member.party, actor.at_us)
    quotes = quotes_for([row.act for row in rows], items, whose, now, actor.at_us, estimate=False)
    for row, item, quote, (old_grade, old_month) in zip(rows, items, quotes, said, strict=True):
        quote.findings = [list(each) for each in row.findings]
        earlier = before.get(item.pk)
        if earlier is not None and (item.grade, item.made_month) != (old_grade, old_month):
            quote.revises, quote.why = earlier, row.why.strip() or _difference(item, old_grade, old_month)
    Quote.objects.bulk_create(quotes)
    _pay_for(quotes, actor.at_us)
    return quotes


def _difference(item: Item, grade: int | None, made_month: int) -> str:
    said = []
    if item.grade != grade:
        said.append(gettext("condition %(found)s instead of %(said)s") % {"found": item.grade, "said": grade})
    if item.made_month != made_month:
        said.append(gettext("%(months)s months older than said") % {"months": made_month - item.made_month})
    return "; ".join(said)


def _pay_for(quotes: list[Quote], at_us: int) -> None:
    """Society is paid for the work of every inspection."""
    postings = Postings.of(columns.HOUSES.exchange, columns.HOUSES.society, [each.cost_mcr for each in quotes],
                           Purpose.INSPECTION)
    acts = (f"{each.act}/inspect" for each in quotes if each.cost_mcr)
    money.post(money.lines(postings, acts, Parties()), at_us)


# --- Accepted -------------------------------------------------------------------------------------------------------

def accept(rows: Sequence[Accept], actor: Actor) -> list[Answer]:
    """Takes offers: the credit goes to the household, the thing to the store's shelf; the numbers are the items'."""
    return once("accept", rows, actor, lambda fresh: in_turns(fresh, lambda row: row.quote,
                                                              lambda some: _accepted(some, actor)))


def _accepted(rows: list[Accept], actor: Actor) -> list[Answer]:
    offered = Quote.objects.select_related("household", "item__store__council")
    quotes: dict[int, Quote] = by_number(offered, [row.quote for row in rows])
    permits = Permits(actor)
    latest = latest_quotes([quote.item_id for quote in quotes.values()])
    reasons: list[IntEnum] = [_unacceptable(quotes.get(row.quote), latest, permits) for row in rows]
    fit = [place for place, reason in enumerate(reasons) if reason == Refusal.ACCEPTED]
    chosen, parties = [quotes[rows[place].quote] for place in fit], Parties()
    outcome = decide.accept(*_offers(chosen, parties), columns.month_of(actor.at_us), columns.HOUSES)
    for place, reason in zip(fit, outcome.reason.tolist(), strict=True):
        reasons[place] = Unfit(reason) if reason else Refusal.ACCEPTED
    taken = [(rows[fit[row]].act, chosen[row]) for row in outcome.accepted.tolist()]
    _take_in(taken, actor)
    paid = [f"{act}/credit" for act, quote in taken if quote.credit_mcr]
    money.post(money.lines(outcome.postings, paid, parties), actor.at_us)
    return [Answer(reason, 0 if reason else quotes[row.quote].item_id)
            for row, reason in zip(rows, reasons, strict=True)]


def _unacceptable(quote: Quote | None, latest: dict[int, Quote], permits: Permits) -> IntEnum:
    if quote is None:
        return Refusal.NO_SUCH_THING
    item = quote.item
    if item.store is None:
        return Refusal.NOT_NOW
    if not permits.acts_for(quote.household, item.store):
        return Refusal.NOT_ALLOWED
    if quote.kind == QuoteKind.ESTIMATE or not possible(item, Deed.ACCEPT):
        return Refusal.NOT_NOW
    return Refusal.ACCEPTED if latest[item.pk].pk == quote.pk else Unfit.QUOTE_EXPIRED


def _offers(quotes: list[Quote], parties: Parties) -> tuple[Any, decide.Quotes]:
    """Quotes that are to be accepted, as the law sees them: what was brought, and what was offered for it."""
    member, holder, store = (parties.rows(names) for names in (
        [quote.household.party for quote in quotes], [quote.item.holder for quote in quotes],
        [quote.item.store.council.party for quote in quotes if quote.item.store is not None]))
    handed = columns.hand_ins(member, [quote.item for quote in quotes], holder, store,
                              [quote.grade for quote in quotes], 0)
    return handed, decide.Quotes(
        np.array([quote.reason for quote in quotes], np.int8),
        np.array([quote.credit_mcr for quote in quotes], np.int64),
        np.array([quote.cost_mcr for quote in quotes], np.int64),
        np.array([quote.until_month for quote in quotes], np.int16))


def _take_in(taken: list[tuple[str, Quote]], actor: Actor) -> None:
    """Things go to the end of the line on their shelves, in the order of the rows."""
    since = end_of_the_line(actor.at_us)
    record([Step(act, quote.item, Deed.ACCEPT, quote.household.party,
                 changes={"holder": quote.item.store.council.party, "shelved_us": since + row})
            for row, (act, quote) in enumerate(taken) if quote.item.store is not None],
           actor.member.party, actor.at_us)
    for some in parts([quote.pk for _, quote in taken]):
        Quote.objects.filter(pk__in=some).update(accepted_us=actor.at_us)
