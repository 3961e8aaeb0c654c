"""What desks offered and charged: each quote and each price, decided again from the schedule that was in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.audit.lives import Lives
from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand.acts import HandIns
from parecon.secondhand.decide import Announced, quote
from parecon.secondhand.durables import Durables
from parecon.secondhand.durables import schedule as worth_of
from parecon.service.clock import month_of
from parecon.service.desk import columns
from parecon.service.desk.models import Quote, QuoteKind, Request, Schedule
from parecon.service.desk.offers import KINDS
from parecon.service.desk.rules import law_of

SAID = ("reason", "worth_mcr", "credit_mcr", "cost_mcr", "plain_mcr", "until_month", "new_price_mcr")
ASKED = ("number", "act", "schedule_id", "kind", "item__good", "age_months", "grade", "made_us")


@dataclass(frozen=True)
class InForce:
    """A schedule as it was announced, with its law, its goods, and worths at an index of 1."""

    row: Schedule
    law: Law
    durables: Durables
    announced: Announced
    plain_mcr: Amounts


class Schedules:
    """All schedules that were ever announced, by number and by the time at which they were in force."""

    def __init__(self) -> None:
        rows = list(Schedule.objects.select_related("catalogue").order_by("year"))
        self.by_number = {row.pk: _in_force(row) for row in rows}
        self.by_year = {each.row.year: each for each in self.by_number.values()}

    def at(self, at_us: int) -> InForce:
        """The one in force at a time: of its year, or the last that was announced for a year before it."""
        year, known = month_of(at_us) // MONTHS_A_YEAR, list(self.by_year.values())
        before = [each for each in known if each.row.year <= year and each.row.announced_us <= at_us]
        return before[-1] if before else known[0]


def _in_force(row: Schedule) -> InForce:
    goods, law = columns.durables(row.catalogue), law_of(row)
    return InForce(row, law, goods, columns.announced(row), worth_of(goods, np.ones(len(goods)), law))


# --- Quotes ---------------------------------------------------------------------------------------------------------

def quoted(schedules: Schedules, lives: Lives) -> int:
    """How many quotes there are, all as the law makes them. Raises Different at the first that is not."""
    rows = list(Quote.objects.order_by("number").values_list(*ASKED, *SAID))
    wrong: list[tuple[int, Different]] = []
    for number, said in schedules.by_number.items():
        some = [row for row in rows if row[2] == number]
        wrong += _differing(some, said) if some else []
    if wrong:
        raise min(wrong, key=lambda each: each[0])[1]
    for row in rows:
        _is_of_its_event(row, schedules, lives)
    return len(rows)


def _differing(rows: list[tuple[Any, ...]], said: InForce) -> list[tuple[int, Different]]:
    """The first quote of a schedule that differs, by number, if there is one."""
    table = {name: [row[place] for row in rows] for place, name in enumerate((*ASKED, *SAID))}
    good, age, grade = (np.array(table[name], np.int16) for name in ("item__good", "age_months", "grade"))
    nobody = np.zeros(len(rows), np.int32)
    offer = quote(HandIns(nobody, np.arange(len(rows), dtype=np.int32), nobody, nobody, good.astype(np.int8), age,
                          grade.astype(np.int8)), said.announced, 0, said.law)
    estimate = np.array(table["kind"]) == str(QuoteKind.ESTIMATE)
    months = np.array([month_of(each) for each in table["made_us"]])
    expected = {"reason": offer.reason, "worth_mcr": said.announced.of(said.announced.worth_mcr, good, age, grade),
                "credit_mcr": offer.credit_mcr, "cost_mcr": np.where(estimate, 0, offer.cost_mcr),
                "plain_mcr": said.announced.of(said.plain_mcr, good, age, grade),
                "until_month": offer.until_month + months, "new_price_mcr": said.durables.new_price_mcr[good]}
    first = [(int(np.argmax(differs)), name) for name in SAID
             if (differs := np.array(table[name], np.int64) != expected[name]).any()]
    return [(table["number"][row], Different(f"quote {table['number'][row]}, {name}", table[name][row],
                                             int(expected[name][row]))) for row, name in sorted(first)[:1]]


def _is_of_its_event(row: tuple[Any, ...], schedules: Schedules, lives: Lives) -> None:
    """A quote is made of what the event found, under the schedule in force, and promises what the law's mode says."""
    number, act, schedule, kind, good, age, grade, made_us = row[:len(ASKED)]
    event = lives.by_act.get(act)
    if event is None:
        raise Different(f"quote {number}", "no inspection", "the event of which it was made")
    found, expected = (good, age, grade), (event.good, max(0, month_of(made_us) - event.made_month), event.grade)
    if found != expected:
        raise Different(f"quote {number}, good, age and grade", found, expected)
    mode = str(KINDS[schedules.by_number[schedule].law["mode"]])
    if kind not in {str(QuoteKind.ESTIMATE), mode}:
        raise Different(f"quote {number}, kind", kind, mode)
    if lives.is_straight and schedules.at(made_us).row.pk != schedule:
        raise Different(f"quote {number}, schedule", schedule, schedules.at(made_us).row.pk)


# --- Prices ---------------------------------------------------------------------------------------------------------

def priced(schedules: Schedules, lives: Lives) -> int:
    """How many prices were charged or held, all as announced. Raises Different at the first that is not."""
    rows = list(Request.objects.exclude(price_mcr=None).order_by("number").values_list(
        "number", "act", "item_id", "schedule_id", "price_mcr", "plain_mcr"))
    for number, act, item, schedule, price_mcr, plain_mcr in rows:
        kept = lives.by_act.get(f"{act}/hold")
        if kept is None or kept.item != item:
            raise Different(f"request {number}", f"item {item} without being kept", "an item that was kept for it")
        said = schedules.by_number[schedule]
        about = (np.array([kept.good]), np.array([max(0, month_of(kept.at_us) - kept.made_month)]),
                 np.array([kept.grade or 0]))
        for name, found, table in (("price_mcr", price_mcr, said.announced.price_mcr),
                                   ("plain_mcr", plain_mcr, said.plain_mcr)):
            held_to(f"request {number}, {name}", found, int(said.announced.of(table, *about)[0]))
        if lives.is_straight:
            held_to(f"request {number}, schedule", schedule, schedules.at(kept.at_us).row.pk)
    return len(rows)
