"""How months and years of the exchange end: the law decides, once each and in order; a year's end is shown first.

What a month or a year had is what there is in all, less what the closings before it had: nothing is counted
twice or left out, whatever a clock says.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.errors import BrokenIdentity
from parecon.base.postings import Postings
from parecon.secondhand.acts import Purpose
from parecon.secondhand.acts import Refusal as Unfit
from parecon.secondhand.lifecycle import Deed
from parecon.secondhand.year_end import cleared_month, kept_shelves
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import month_of
from parecon.service.desk import columns, founding, money
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.models import Item, MonthClosed, Quote, Request, Schedule, YearClosed
from parecon.service.desk.rules import law_of
from parecon.service.desk.year import (
    IN_STORES,
    Preview,
    counted,
    month_to_close,
    preview_year,
    stock,
    trades_of_a_year,
)
from parecon.service.ledger.commands import Line
from parecon.service.ledger.models import Balance
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import once
from parecon.service.rows import parts


class CloseMonth(NamedTuple):
    """A month is over, counted as in clock.py: its costs are paid, what it wanted and was brought is noted."""

    act: str
    month: int


class CloseYear(NamedTuple):
    """A year is over, 0 is 2000: everybody's settlement, as it was `shown` (the mark of a preview), is posted."""

    act: str
    year: int
    shown: str


# --- Months ---------------------------------------------------------------------------------------------------------

def close_month(rows: Sequence[CloseMonth], actor: Actor) -> list[Answer]:
    """Closes months, each once and in order; the numbers are the months'."""
    return once("close month", rows, actor, lambda fresh: [_month_closed(row, actor) for row in fresh])


def _month_closed(row: CloseMonth, actor: Actor) -> Answer:
    reason = _month_refused(row.month, actor)
    if reason:
        return Answer(reason)
    schedule = Schedule.objects.select_related("catalogue").get(year=row.month // MONTHS_A_YEAR)
    cost_mcr = _keep_shelves(row, schedule, actor)
    wanted, brought = counted(schedule)
    index, _ = cleared_month(np.array(schedule.index), wanted, brought, law_of(schedule))
    MonthClosed.objects.create(month=row.month, wanted=wanted.tolist(), brought=brought.tolist(), index=index.tolist(),
                               holding_mcr=cost_mcr, closed_us=actor.at_us)
    return Answer(Refusal.ACCEPTED, row.month)


def _month_refused(month: int, actor: Actor) -> IntEnum:
    if not policy.may(actor, Power.ANNOUNCE, columns.federation().council):
        return Refusal.NOT_ALLOWED
    following = month_to_close()
    if month < following:
        return Unfit.ALREADY_DONE
    is_open = month > following or month_of(actor.at_us) <= month
    return Refusal.STILL_OPEN if is_open or not _is_announced(month // MONTHS_A_YEAR) else Refusal.ACCEPTED


def _is_announced(year: int) -> bool:
    return Schedule.objects.filter(year=year).exists()


def _keep_shelves(row: CloseMonth, schedule: Schedule, actor: Actor) -> int:
    """Things without worth go to recycling; keeping the rest is paid for: in mcr."""
    items = list(Item.objects.filter(state__in=IN_STORES).order_by("number"))
    said = columns.announced(schedule)
    worth = stock([(item.good, item.made_month, item.grade) for item in items], row.month).worth_mcr(said)
    over, cost_mcr = kept_shelves(worth, np.zeros(len(items), bool), law_of(schedule))
    gone = [items[place] for place in np.flatnonzero(over) if possible(items[place], Deed.RECYCLE)]
    record([Step(f"{row.act}/{place}", item, Deed.RECYCLE) for place, item in enumerate(gone)], actor.member.party,
           actor.at_us)
    of = columns.federation()
    if cost_mcr:
        paid = Line(f"{row.act}/holding", of.exchange_account, of.society_account, cost_mcr, Purpose.HOLDING)
        money.post([paid], actor.at_us)
    return cost_mcr


# --- Years ----------------------------------------------------------------------------------------------------------

def close_year(rows: Sequence[CloseYear], actor: Actor) -> list[Answer]:
    """Posts years' settlements, each once, exactly as shown, and announces the next schedules; the numbers: years.

    Raises BrokenIdentity, and writes nothing, where the exchange's account would not be minus its shelves' worth.
    """
    return once("close year", rows, actor, lambda fresh: [_year_closed(row, actor) for row in fresh])


def _year_closed(row: CloseYear, actor: Actor) -> Answer:
    reason = _year_refused(row.year, actor)
    if reason:
        return Answer(reason)
    preview = preview_year(row.year)
    if preview.mark != row.shown:
        return Answer(Refusal.NOT_AS_SHOWN)
    money.post(settlement(preview, row.act), actor.at_us)
    _account_is_the_shelves(preview)
    _keep(preview, row.act, actor.at_us)
    return Answer(Refusal.ACCEPTED, row.year)


def _year_refused(year: int, actor: Actor) -> IntEnum:
    if not policy.may(actor, Power.ANNOUNCE, columns.federation().council):
        return Refusal.NOT_ALLOWED
    if YearClosed.objects.filter(year=year).exists():
        return Unfit.ALREADY_DONE
    if not _is_announced(year):
        return Refusal.NO_SUCH_THING
    is_open = month_to_close() < (year + 1) * MONTHS_A_YEAR
    return Refusal.STILL_OPEN if is_open else Refusal.ACCEPTED


def settlement(preview: Preview, act: str) -> list[Line]:
    """What is posted at a year's end, as one linked group of debts that are owed whatever stands on an account."""
    exchange, group = columns.federation().exchange_account, f"year:{preview.year}"
    account = np.array([exchange, *(share.account for share in preview.shares)], np.int64)
    party = np.arange(1, len(account))
    postings = Postings.together(
        [Postings.signed(party, 0, [getattr(share, part) for share in preview.shares], purpose)
         for part, purpose in (("bought_mcr", Purpose.TRUE_UP_OF_BUYERS), ("brought_mcr", Purpose.TRUE_UP_OF_SELLERS),
                               ("shared_mcr", Purpose.SHARED_RESULT))])
    told = (account[postings.debit].tolist(), account[postings.credit].tolist(), postings.amount_mcr.tolist(),
            postings.purpose.tolist())
    return [Line(f"{act}/{place}", debit, credit, amount, purpose, group, owed=True)
            for place, (debit, credit, amount, purpose) in enumerate(zip(*told, strict=True))]


def _account_is_the_shelves(preview: Preview) -> None:
    stands = Balance.objects.get(account=columns.federation().exchange_account).posted_mcr
    rest = stands + int(preview.ended.shelves_mcr.sum())
    if rest:
        raise BrokenIdentity(f"exchange: its account and the worth of its shelves sum to {rest:,} mcr instead of 0")


def _keep(preview: Preview, act: str, at_us: int) -> None:
    """The year is closed, its trades are settled, and the next schedule is announced."""
    year, ended = preview.year, preview.ended
    bought, brought = trades_of_a_year()
    for rows, model in ((bought, Request), (brought, Quote)):
        for some in parts([number for number, *_ in rows]):
            model.objects.filter(pk__in=some).update(settled_year=year)
    YearClosed.objects.create(year=year, act=act, result=vars(ended.result), wanted=ended.wanted.tolist(),
                              offered=ended.offered.tolist(), shared_mcr=ended.left_mcr,
                              households=len(ended.share_mcr), closed_us=at_us)
    catalogue = Schedule.objects.select_related("catalogue").get(year=year).catalogue
    founding.announce(year + 1, catalogue, ended.index.tolist(), preview.next_law, at_us, ended.shelves_mcr.tolist())
