"""What a year of the exchange had, read from the rows, and its end as the law makes it: looked at, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Q, QuerySet, Sum

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.acts import Refusal as Unfit
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.secondhand.settlement import Trades
from parecon.secondhand.year_end import Books, Stock, Traded, YearEnd, cleared_month, year_end
from parecon.service.clock import last_day, month_of
from parecon.service.desk import columns
from parecon.service.desk.models import Event, Item, MonthClosed, Quote, QuoteKind, Request, Schedule, YearClosed
from parecon.service.desk.rules import SOURCE, law_after, law_of
from parecon.service.ledger import store
from parecon.service.ledger.models import Balance, Entry
from parecon.service.people.models import Residence

IN_STORES = (State.SHELF, State.HELD, State.IN_TRANSFER, State.REPAIR)  # the exchange's own, wherever it stands
PARTS = {"paid_mcr": (Purpose.PASSED_ON, 1), "credited_mcr": (Purpose.HAND_IN, -1),
         "inspection_mcr": (Purpose.INSPECTION, -1), "holding_mcr": (Purpose.HOLDING, -1),
         "transport_mcr": (Purpose.TRANSPORT, -1)}  # of a result: for what, and whether the exchange gets or gives
Counts = npt.NDArray[np.int64]


class Share(NamedTuple):
    """What a household is given at a year's end (below 0: asked for): for what it bought, for what it brought, of all.

    `party` is its pseudonym, `account` its account's number.
    """

    party: str
    account: int
    bought_mcr: int
    brought_mcr: int
    shared_mcr: int

    @property
    def total_mcr(self) -> int:
        """All of it together."""
        return self.bought_mcr + self.brought_mcr + self.shared_mcr


class Trade(NamedTuple):
    """A thing that a household got or brought: the row's number, for how much, and its worth at an index of 1."""

    number: int
    party: str
    good: int
    provisional_mcr: int
    plain_mcr: int


@dataclass(frozen=True)
class Preview:
    """A year's end as it would be posted now: `ended` is the law's, `shares` says what becomes of each household.

    `months_open` are how many months must be closed before; `index` [good] is this year's, `code` [good] the goods,
    `next_law` what the next schedule is announced under.
    """

    year: int
    months_open: int
    code: tuple[str, ...]
    index: list[float]
    next_law: Law
    ended: YearEnd
    shares: list[Share]

    @property
    def mark(self) -> str:
        """By which a preview is known again: another one as soon as anything that would be posted is different."""
        ended = self.ended
        said = [self.year, dict(self.next_law), ended.index.tolist(), ended.shelves_mcr.tolist(), vars(ended.result),
                self.shares]
        return sha256(dumps(said).encode()).hexdigest()


# --- Counted --------------------------------------------------------------------------------------------------------

def stock(items: Sequence[tuple[int, int, int | None]], month: int) -> Stock:
    """Things in stores as the law sees them in a month: their good, when they were made, their grade."""
    good, made, grade = (np.array([item[place] or 0 for item in items], np.int64) for place in range(3))
    return Stock(good, columns.ages(made, month), grade)


def month_to_close() -> int:
    """Which month is closed next: the one after the last, or the one in which the federation was founded."""
    last = MonthClosed.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None:
        return int(last) + 1
    first = Schedule.objects.earliest("year")
    return max(first.year * MONTHS_A_YEAR, month_of(first.announced_us))


def counted(schedule: Schedule) -> tuple[Counts, Counts]:
    """What was wanted, and what was brought, since the last month was closed: [good] each.

    Wanted is every request, less those found unpaid since, also if they were made before: see `cleared_month`.
    """
    law, goods = law_of(schedule), len(schedule.index)
    wanted, brought = np.zeros(goods, np.int64), _brought(law, goods)
    for good, number in Request.objects.exclude(state=RequestState.UNPAID).values_list("good").annotate(
            Count("number")):
        wanted[good] += number
    before = _noted(MonthClosed.objects.all(), goods)
    return wanted - before[0], brought - before[1]


def _noted(months: QuerySet[MonthClosed], goods: int) -> tuple[Counts, Counts]:
    """What closed months wanted and were brought, together: [good] each."""
    rows = list(months.values_list("wanted", "brought"))
    wanted, brought = (np.array([row[side] for row in rows], np.int64).reshape(-1, goods).sum(axis=0)
                       for side in (0, 1))
    return wanted, brought


def _brought(law: Law, goods: int) -> Counts:
    """What was ever brought and counts as supply: [good]; of an inspection and its appeals, the last counts."""
    found = Quote.objects.exclude(kind=QuoteKind.ESTIMATE).order_by("item_id", "number").values_list(
        "item_id", "act", "item__good", "grade", "reason", "accepted_us")
    again = set(Event.objects.filter(deed=Deed.INSPECT, before=State.GRADED).values_list("act", flat=True))
    rows = list(found.iterator())
    item, good, grade, reason = (np.array([row[place] for row in rows], np.int64) for place in (0, 2, 3, 4))
    accepted = np.array([row[5] is not None for row in rows], bool)
    appeal = np.array([row[1] in again for row in rows], bool)
    last = np.ones(len(rows), bool)
    last[:-1] = ~((item[1:] == item[:-1]) & appeal[1:])
    counts = last & rules.supplied(accepted, grade < len(law["grade_permille"]), reason != Unfit.NOT_LISTED,
                                   law["supply_reading"])
    return np.bincount(good[counts], minlength=goods)


# --- Traded ---------------------------------------------------------------------------------------------------------

def trades_of_a_year() -> tuple[list[Trade], list[Trade]]:
    """What was bought and kept, and what was brought, since the last year's end."""
    bought = Request.objects.filter(state=RequestState.SERVED, settled_year=None).order_by("number")
    brought = Quote.objects.exclude(accepted_us=None).filter(settled_year=None).order_by("accepted_us", "number")
    return ([Trade(*row) for row in bought.values_list(
                "number", "household__party", "good", "price_mcr", "plain_mcr")],
            [Trade(*row) for row in brought.values_list(
                "number", "household__party", "item__good", "credit_mcr", "plain_mcr")])


def as_trades(trades: list[Trade], row: dict[str, int]) -> Trades:
    """Trades as the law sees them, parties by their rows."""
    good, charged, plain = (np.array([trade[place] for trade in trades], np.int64) for place in (2, 3, 4))
    return Trades(np.array([row[trade.party] for trade in trades], np.int32), good.astype(np.int32), charged, plain)


def _turnover() -> Amounts:
    """What moved since the last year's end: [purpose], what the law's result is made of; all there is, less before."""
    exchange, moved = columns.federation().exchange_account, np.zeros(max(Purpose) + 1, np.int64)
    side = {1: Q(credit_id=exchange), -1: Q(debit_id=exchange)}
    sums = {sign: dict(Entry.objects.filter(which).values_list("purpose").annotate(Sum("amount_mcr")))
            for sign, which in side.items()}
    for part, (purpose, sign) in PARTS.items():
        before = sum(result[part] for result in YearClosed.objects.values_list("result", flat=True))
        moved[purpose] = sums[sign].get(purpose, 0) - sums[-sign].get(purpose, 0) - before
    return moved


# --- The year's end -------------------------------------------------------------------------------------------------

def preview_year(year: int) -> Preview:
    """The end of a year as it would be posted now; nothing is written. Raises `Schedule.DoesNotExist` without one."""
    with store.writing():  # so that nothing is written between two things that are read here
        schedule = Schedule.objects.select_related("catalogue").get(year=year)
        bought, brought = trades_of_a_year()
        sharing = residents(year)
        everybody = list(dict.fromkeys([*sharing, *(trade.party for trade in [*bought, *brought])]))
        row = {party: place for place, party in enumerate(everybody)}
        trades = as_trades(bought, row), as_trades(brought, row)
        goods, following = columns.durables(schedule.catalogue), law_after(schedule)
        ended = year_end(_books(schedule, *trades), _stock(year), goods, len(sharing), year, law_of(schedule),
                         following, SOURCE)
        left = (year + 1) * MONTHS_A_YEAR - month_to_close()
        return Preview(year, max(0, left), goods.code, schedule.index, following, ended,
                       shares_of(everybody, ended, trades))


def residents(year: int) -> list[str]:
    """The households that share in a year: those that belonged to a council on its last day and have an account."""
    there = Residence.objects.on(last_day((year + 1) * MONTHS_A_YEAR - 1))
    found = list(dict.fromkeys(there.order_by("household").values_list("household__party", flat=True)))
    accounts = columns.accounts(found)
    return [party for party in found if party in accounts]


def _stock(year: int) -> Stock:
    """What stands in stores, as old as it was in the last month of the year."""
    rows = Item.objects.filter(state__in=IN_STORES).order_by("number").values_list("good", "made_month", "grade")
    return stock(list(rows), (year + 1) * MONTHS_A_YEAR - 1)


def _books(schedule: Schedule, bought: Trades, brought: Trades) -> Books:
    index, goods, law = np.array(schedule.index), len(schedule.index), law_of(schedule)
    first = schedule.year * MONTHS_A_YEAR
    months = MonthClosed.objects.filter(month__gte=first, month__lt=first + MONTHS_A_YEAR).order_by("month")
    demand, supply = _noted(months, goods)
    cleared = [cleared_month(index, np.array(each.wanted), np.array(each.brought), law) for each in months]
    by_month = [np.array([each[side] for each in cleared or [(index, np.zeros(goods, np.int64))]]) for side in (0, 1)]
    balance = Balance.objects.get(account=columns.federation().exchange_account)
    return Books(index, demand, supply, _turnover(), np.array(schedule.shelves_mcr, np.int64), balance.posted_mcr,
                 Traded(bought, brought, *by_month))


def shares_of(everybody: list[str], ended: YearEnd, trades: tuple[Trades, Trades]) -> list[Share]:
    """What becomes of each household: those that share first, then others that traded and have left."""
    account, each = columns.accounts(everybody), np.zeros((3, len(everybody)), np.int64)
    if ended.true_up is not None:
        for side, (rows, amount) in enumerate(zip(trades, (ended.true_up.buyers_mcr, ended.true_up.sellers_mcr),
                                                  strict=True)):
            np.add.at(each[side], rows.party, amount)
    each[2, :len(ended.share_mcr)] = ended.share_mcr
    return [Share(party, account[party], *amounts)
            for party, amounts in zip(everybody, each.T.tolist(), strict=True)]
