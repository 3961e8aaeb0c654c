"""What a federation decides anew from year to year: parameters of the exchange, in force with the next schedule.

The schedule of a year carries its law and never changes; so nothing that was announced is different afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from parecon.base.errors import BadInput
from parecon.base.parameters import Law, in_force
from parecon.secondhand.durables import schedule as worth_of
from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns
from parecon.service.desk.models import Decision, Schedule
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import fits, once

SOURCE = "the federation's decisions"
VOTED = (
    "spread_permille", "grade_permille", "reduction_permille", "least_worth_mcr", "least_remaining_months",
    "inspection_cost_permille", "holding_cost_permille", "quote_months", "fetch_days", "return_days", "appeal_reading",
    "adjustment_response", "adjustment_most", "working_stock_months", "supply_reading",
)
"""What can be decided anew. The mode cannot: an offer says which mode it was made in, and may outlive the year."""


class Decide(NamedTuple):
    """Parameters are other ones with the next schedule that is announced: name and value of each; and why."""

    act: str
    values: tuple[tuple[str, Any], ...]
    why: str


def decide(rows: Sequence[Decide], actor: Actor) -> list[Answer]:
    """Puts decisions of the federation on record; the numbers are the years (0 is 2000) from which they hold."""
    return once("decide", rows, actor, lambda fresh: [_decided(row, actor) for row in fresh])


def _decided(row: Decide, actor: Actor) -> Answer:
    if not policy.may(actor, Power.ANNOUNCE, columns.federation().council):
        return Answer(Refusal.NOT_ALLOWED)
    last = Schedule.objects.select_related("catalogue").latest("year")
    if not fits(row.why, lengths.WHY) or wrong(row.values, last):
        return Answer(Refusal.BAD_FORM)
    Decision.objects.bulk_create([
        Decision(act=row.act, year=last.year + 1, name=name, value=value, why=row.why.strip(), by=actor.member.party,
                 at_us=actor.at_us) for name, value in row.values])
    return Answer(Refusal.ACCEPTED, last.year + 1)


def wrong(values: tuple[tuple[str, Any], ...], last: Schedule) -> BadInput | None:
    """Why these values cannot be decided, if so: what the law refuses, alone or all together, or what is so already."""
    following, decided = law_after(last), dict(values)
    if not values or len(decided) < len(values):
        return BadInput(".", "rules", len(values), "each rule once, and one at least")
    for name, value in values:
        if name not in VOTED:
            return BadInput(".", name, "no rule that can be decided anew", f"one of {', '.join(VOTED)}")
        if value == following[name] and type(value) is type(following[name]):
            return BadInput(".", name, value, "another value than the one that is decided")
    try:
        law = in_force("secondhand", dict(following) | decided, ".")
        worth_of(columns.durables(last.catalogue), np.array(last.index), law, ".")
    except BadInput as error:
        return error
    return None


def law_of(schedule: Schedule) -> Law:
    """The law under which a schedule was announced."""
    return in_force("secondhand", schedule.law, "the schedule")


def law_after(schedule: Schedule) -> Law:
    """The law under which the schedule after this one is announced: this one's, and what was decided for then."""
    decided = Decision.objects.filter(year=schedule.year + 1).order_by("number").values_list("name", "value")
    return in_force("secondhand", schedule.law | dict(decided), SOURCE)
