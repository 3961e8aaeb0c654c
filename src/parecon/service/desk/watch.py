"""The watch report from live books: where private dealing could pay, and signs of it, over the last twelve months.

What members do among themselves the books do not see: no private price, no token, no premises. So the report says
of no good how much of it changes hands privately. It sets what a dealer could earn beside what one must bear, and
counts what the books do show. It names nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats
from parecon.secondhand.lifecycle import Deed, RequestState
from parecon.secondhand.private.watch import SENTENCES, Verdict, frequent, soon_again, worth_by_good
from parecon.secondhand.private.watch import watch as watched
from parecon.service.clock import DAY_US, begin_us, month_of
from parecon.service.desk import columns, showing
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Event, Quote, Request

PRIVATE = "secondhand.private"
DAYS_A_MONTH = 365.25 / MONTHS_A_YEAR


class Good(NamedTuple):
    """What the books show of a good: counts of the year, what a dealer could earn and must bear as shares of worth."""

    name: str
    brought: int
    fetched: int
    mean_worth_mcr: int
    waiting_months: float
    margin_share: float
    bound_share: float
    declined: int
    withdrawn: int
    is_open: bool


class Signs(NamedTuple):
    """Counts of households and things, of no names: who did something unusually often, and what came back soon."""

    bring_often: int
    brought_by_them: int
    brought: int
    fetch_often: int
    fetched_by_them: int
    fetched: int
    do_both: int
    back_soon: int


class Report(NamedTuple):
    """The report: from and to which time, the goods that moved, the signs, and from how many things one counts."""

    from_us: int
    to_us: int
    goods: list[Good]
    signs: Signs
    deals_to_notice: int
    months_to_notice: int
    open_sentence: str


def report(now: InForce, at_us: int) -> Report:
    """The report for the twelve months before a time."""
    law = columns.law(PRIVATE)
    from_us = begin_us(now.month - MONTHS_A_YEAR) + at_us - begin_us(now.month)
    brought = list(Quote.objects.filter(accepted_us__gte=from_us, accepted_us__lt=at_us).values_list(
        "item__good", "worth_mcr", "household_id", "item_id", "accepted_us"))
    ended = list(Request.objects.filter(ended_us__gte=from_us, ended_us__lt=at_us).values_list(
        "good", "state", "household_id", "item_id", "since_us", "ended_us"))
    fetched = [row for row in ended if row[1] == RequestState.SERVED]
    goods = _goods(now, brought, ended, from_us, at_us)
    signs = _signs([row[2] for row in brought], [row[2] for row in fetched], _back_soon(brought))
    return Report(from_us, at_us, goods, signs, law["deals_to_notice"], law["months_to_notice"],
                  SENTENCES[Verdict.OPEN])


def _goods(now: InForce, brought: list[tuple[int, ...]], ended: list[tuple[int, ...]], from_us: int,
           at_us: int) -> list[Good]:
    """Goods of which anything was brought, asked for or declined, those in which a dealer could live first."""
    size = len(now.durables)
    good = np.array([row[0] for row in brought], np.int64)
    unseen = np.zeros(len(good), bool)  # what changes hands privately is in no book
    traded, private, worth = worth_by_good(good, np.array([row[1] for row in brought], np.int64), unseen, size)
    waits = _waiting_months(ended, at_us, size)
    told = watched(traded, private, worth, np.full(size, now.law["spread_permille"]), waits, columns.law(PRIVATE))
    count = [Counter(each) for each in (
        good.tolist(), (row[0] for row in ended if row[1] == RequestState.SERVED), _declined(from_us, at_us),
        (row[0] for row in ended if row[1] == RequestState.CANCELLED))]
    moved = [row for row in range(size) if any(each[row] for each in count) or waits[row] > 0]
    goods = [Good(showing.name(now, row), count[0][row], count[1][row], int(worth[row]), float(waits[row]),
                  float(told.margin_share[row]), float(told.bound_share[row]), count[2][row], count[3][row],
                  bool(count[0][row]) and int(told.verdict[row]) == Verdict.OPEN) for row in moved]
    return sorted(goods, key=lambda each: (not each.is_open, each.bound_share - each.margin_share))


def _waiting_months(ended: list[tuple[int, ...]], at_us: int, size: int) -> Floats:
    """How long those wait who were served, or wait still, on average: [good], months."""
    still = Request.objects.filter(state=RequestState.WAITS).values_list("good", "since_us")
    waits = [(row[0], row[5] - row[4]) for row in ended if row[1] == RequestState.SERVED]
    waits += [(good, max(at_us - since, 0)) for good, since in still]
    good = np.array([each[0] for each in waits], np.int64)
    months = np.array([each[1] for each in waits], np.float64) / (DAYS_A_MONTH * DAY_US)
    return np.asarray(np.bincount(good, months, size) / np.maximum(np.bincount(good, minlength=size), 1))


def _declined(from_us: int, at_us: int) -> Iterable[int]:
    """The goods of things that were offered credits and taken back by whose they are."""
    taken = Event.objects.filter(deed=Deed.TAKE_BACK, at_us__gte=from_us, at_us__lt=at_us, item__quotes__cost_mcr__gt=0,
                                 item__quotes__reason=0)
    return taken.values_list("item__good", "number").distinct().values_list("item__good", flat=True)


def _signs(bringers: list[int], fetchers: list[int], back_soon: int) -> Signs:
    law = columns.law(PRIVATE)
    often, others = (set(frequent(np.array(each, np.int64), law).tolist()) for each in (bringers, fetchers))
    return Signs(len(often), sum(each in often for each in bringers), len(bringers), len(others),
                 sum(each in others for each in fetchers), len(fetchers), len(often & others), back_soon)


def _back_soon(brought: list[tuple[int, ...]]) -> int:
    """How many things were brought by the household that had fetched them shortly before."""
    served = Request.objects.filter(state=RequestState.SERVED, item__in=[row[3] for row in brought])
    fetched = {(item, household): ended for item, household, ended in
               served.order_by("ended_us").values_list("item_id", "household_id", "ended_us")}
    pairs = [(fetched[row[3], row[2]], row[4]) for row in brought if fetched.get((row[3], row[2]), row[4]) < row[4]]
    months = np.array([[month_of(each) for each in pair] for pair in pairs], np.int64).reshape(-1, 2)
    return int(soon_again(months[:, 0], months[:, 1], columns.law(PRIVATE)).sum())
