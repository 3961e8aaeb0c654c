"""The ends of months and years: what each noted is counted again from the rows, and decided again by the law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.audit.entries import Entries
from parecon.audit.lives import Lives
from parecon.audit.offers import InForce, Schedules
from parecon.audit.postings import Posting
from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.errors import BrokenIdentity
from parecon.base.postings import Amounts
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.acts import Refusal as Unfit
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.secondhand.year_end import Books, Traded, cleared_month, kept_shelves, year_end
from parecon.service.desk.closing import settlement
from parecon.service.desk.columns import federation
from parecon.service.desk.models import MonthClosed, Quote, QuoteKind, Request, YearClosed
from parecon.service.desk.rules import law_after
from parecon.service.desk.year import PARTS, Counts, Preview, Trade, as_trades, residents, shares_of
from parecon.service.ledger.models import Entry
from parecon.service.people.models import Done

NEVER_US = 2**63 - 1


# --- Months ---------------------------------------------------------------------------------------------------------

def months_closed(schedules: Schedules, lives: Lives) -> int:
    """How many months are closed, all as they had to be. Raises Different at the first that is not."""
    wanted, brought = _Wanted(), _Brought(lives)
    act = dict(Done.objects.filter(what="close month").values_list("number", "act"))
    before = [np.zeros(1, np.int64), np.zeros(1, np.int64)]
    rows = list(MonthClosed.objects.order_by("month"))
    for row in rows:
        said = schedules.by_year[row.month // MONTHS_A_YEAR]
        index, _ = cleared_month(np.array(said.row.index), np.array(row.wanted), np.array(row.brought), said.law)
        held_to(f"month {row.month}, index", row.index, index.tolist())
        if lives.is_straight:
            now = [wanted.until(row.closed_us, said), brought.until(row.closed_us, said)]
            for name, count, earlier in zip(("wanted", "brought"), now, before, strict=True):
                held_to(f"month {row.month}, {name}", getattr(row, name), (count - earlier).tolist())
            before = now
            stock = lives.in_stores(row.closed_us, row.month, act.get(row.month, ""))
            worth = stock.worth_mcr(said.announced)
            _, cost = kept_shelves(worth, np.zeros(len(worth), bool), said.law)
            held_to(f"month {row.month}, holding_mcr", row.holding_mcr, cost)
    return len(rows)


class _Wanted:
    """All requests ever made: how many counted at a time."""

    def __init__(self) -> None:
        rows = list(Request.objects.values_list("good", "since_us", "state", "ended_us"))
        self.good, self.since_us = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
        self.unpaid_us = np.array([row[3] if row[2] == RequestState.UNPAID else NEVER_US for row in rows], np.int64)

    def until(self, at_us: int, said: InForce) -> Counts:
        """Every request, less those found unpaid: [good]."""
        counts = (self.since_us <= at_us) & (self.unpaid_us > at_us)
        return np.bincount(self.good[counts], minlength=len(said.durables))


class _Brought:
    """All findings of inspections: how many counted as supply at a time."""

    def __init__(self, lives: Lives) -> None:
        rows = list(Quote.objects.exclude(kind=QuoteKind.ESTIMATE).order_by("item_id", "number").values_list(
            "item_id", "item__good", "grade", "reason", "made_us", "accepted_us", "act"))
        self.item, self.good, self.grade, self.reason, self.made_us = (
            np.array([row[place] for row in rows], np.int64) for place in range(5))
        self.accepted_us = np.array([NEVER_US if row[5] is None else row[5] for row in rows], np.int64)
        again = {event.act for event in lives.events if event.deed == Deed.INSPECT and event.before == State.GRADED}
        self.appeal = np.array([row[6] in again for row in rows], bool)

    def until(self, at_us: int, said: InForce) -> Counts:
        """What was brought and counts, the last finding of several: [good]."""
        made = self.made_us <= at_us
        replaced = np.zeros(len(made), bool)
        replaced[:-1] = (self.item[1:] == self.item[:-1]) & self.appeal[1:] & made[1:]
        counts = made & ~replaced & rules.supplied(
            self.accepted_us <= at_us, self.grade < len(said.law["grade_permille"]),
            self.reason != Unfit.NOT_LISTED, said.law["supply_reading"])
        return np.bincount(self.good[counts], minlength=len(said.durables))


# --- Years ----------------------------------------------------------------------------------------------------------

def years_closed(schedules: Schedules, lives: Lives, entries: Entries) -> dict[str, Posting]:
    """What the ends of all closed years brought with them, by the name of the entry.

    Raises Different at the first result, share or next schedule that is not as the law makes it.
    """
    answered: dict[str, Posting] = {}
    before, moved = np.zeros(max(Purpose) + 1, np.int64), _Moved(entries)
    for row in YearClosed.objects.order_by("year"):
        if not lives.is_straight:
            answered |= as_they_stand(row)
            continue
        preview, turnover = _ended(row, schedules, lives, moved, before)
        _is_as_posted(row, preview, schedules)
        before = before + turnover
        answered |= {line.act: Posting(line.debit, line.credit, line.amount_mcr, line.purpose)
                     for line in settlement(preview, row.act)}
    return answered


def as_they_stand(*rows: YearClosed) -> dict[str, Posting]:
    """The entries of years' ends, of some or of all, where they cannot be counted again."""
    groups = [f"year:{row.year}" for row in rows or YearClosed.objects.all()]
    kept = Entry.objects.filter(group__in=groups).values_list("act", "debit_id", "credit_id", "amount_mcr", "purpose")
    return {act: Posting(*content) for act, *content in kept}


class _Moved:
    """What the exchange's account was given (above 0) and gave: [entry], with what for and the entry's number."""

    def __init__(self, entries: Entries) -> None:
        exchange = federation().exchange_account
        self.entries, self.purpose = entries, entries.purpose
        self.amount_mcr: Amounts = entries.amount_mcr * (
            (entries.credit == exchange).astype(np.int64) - (entries.debit == exchange))

    def before(self, row: YearClosed) -> slice:
        """The entries that were made before a year was closed."""
        return slice(0, self.entries.before(f"year:{row.year}", row.closed_us))


def _ended(row: YearClosed, schedules: Schedules, lives: Lives, moved: _Moved, before: Amounts,
           ) -> tuple[Preview, Amounts]:
    """The end of a year as the law makes it of the rows, and what moved in it: [purpose]."""
    said, year = schedules.by_year[row.year], row.year
    entries = moved.before(row)
    turnover = np.zeros(max(Purpose) + 1, np.int64)
    for purpose, sign in PARTS.values():
        turnover[purpose] = sign * int(moved.amount_mcr[entries][moved.purpose[entries] == purpose].sum())
    turnover -= before
    trades = _trades(year)
    sharing = residents(year)
    everybody = list(dict.fromkeys([*sharing, *(trade.party for side in trades for trade in side)]))
    place = {party: number for number, party in enumerate(everybody)}
    bought, brought = (as_trades(side, place) for side in trades)
    stock = lives.in_stores(row.closed_us, (year + 1) * MONTHS_A_YEAR - 1, row.act)
    books = _books(said, turnover, int(moved.amount_mcr[entries].sum()), bought, brought)
    following = law_after(said.row)
    try:
        ended = year_end(books, stock, said.durables, len(sharing), year, said.law, following)
    except BrokenIdentity as error:
        raise Different(f"year {year}", error, "an account that is the sum of its parts") from None
    return Preview(year, 0, said.durables.code, said.row.index, following, ended,
                   shares_of(everybody, ended, (bought, brought))), turnover


def _trades(year: int) -> tuple[list[Trade], list[Trade]]:
    """What was settled at a year's end: bought, and brought."""
    bought = Request.objects.filter(settled_year=year).order_by("number")
    brought = Quote.objects.filter(settled_year=year).order_by("accepted_us", "number")
    return ([Trade(*row) for row in bought.values_list("number", "household__party", "good", "price_mcr", "plain_mcr")],
            [Trade(*row) for row in brought.values_list("number", "household__party", "item__good", "credit_mcr",
                                                        "plain_mcr")])


def _books(said: InForce, turnover: Amounts, balance_mcr: int, bought: Any, brought: Any) -> Books:
    first, goods, index = said.row.year * MONTHS_A_YEAR, len(said.durables), np.array(said.row.index)
    months = list(MonthClosed.objects.filter(month__gte=first, month__lt=first + MONTHS_A_YEAR).order_by("month"))
    demand, supply = (_summed([getattr(each, name) for each in months], goods) for name in ("wanted", "brought"))
    cleared = [cleared_month(index, np.array(each.wanted), np.array(each.brought), said.law) for each in months]
    by_month = [np.array([each[side] for each in cleared]) for side in (0, 1)]
    return Books(index, demand, supply, turnover, np.array(said.row.shelves_mcr, np.int64), balance_mcr,
                 Traded(bought, brought, *by_month))


def _summed(columns: Sequence[Sequence[int]], goods: int) -> Counts:
    return np.array(columns, np.int64).reshape(-1, goods).sum(axis=0)


def _is_as_posted(row: YearClosed, preview: Preview, schedules: Schedules) -> None:
    ended, said = preview.ended, schedules.by_year[row.year + 1]
    following = said.row
    for name, found, expected in (
            ("result", row.result, vars(ended.result)), ("wanted", row.wanted, ended.wanted.tolist()),
            ("offered", row.offered, ended.offered.tolist()), ("shared_mcr", row.shared_mcr, ended.left_mcr),
            ("households", row.households, len(ended.share_mcr))):
        held_to(f"year {row.year}, {name}", found, expected)
    held_to(f"schedule of year {following.year}, law", dict(said.law), dict(preview.next_law))
    held_to(f"schedule of year {following.year}, index", following.index, ended.index.tolist())
    held_to(f"schedule of year {following.year}, shelves_mcr", following.shelves_mcr, ended.shelves_mcr.tolist())
