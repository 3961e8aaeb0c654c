"""How the exchange's rules are told to people and written by them: what each is called, what it does, its unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import localize_input, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parecon.base.postings import MCR_A_CREDIT

TENTHS = 10  # permille in a per cent


class Told(NamedTuple):
    """A rule in the words of people: its name, what it does, its unit, the same of one, how many of the law's it is."""

    name: str | Promise
    about: str | Promise
    unit: str | Promise = ""
    one: str | Promise = ""
    times: int = 1


PER_CENT, MONTHS, DAYS = (_("per cent"), _("per cent"), TENTHS), (_("months"), _("month")), (_("days"), _("day"))
CREDITS = (_("credits"), _("credit"), MCR_A_CREDIT)
RULES = {
    "spread_permille": Told(
        _("Between what one gets and the next pays"),
        _("It pays for inspecting, keeping and carrying things; half of it lies on either side of a thing's worth."),
        *PER_CENT),
    "grade_permille": Told(
        _("Worth by condition"),
        _("What a thing in each condition is worth beside one like new, from the best to the worst."), *PER_CENT),
    "reduction_permille": Told(
        _("Always below the price of a new one by"),
        _("However scarce a used thing is, its worth stays so far below what a new one costs."), *PER_CENT),
    "least_worth_mcr": Told(
        _("Taken in from a worth of"), _("What is worth no more than this is for flea markets."), *CREDITS),
    "least_remaining_months": Told(
        _("Taken in with more life left than"), _("What has less of its usual life left is not taken in."), *MONTHS),
    "inspection_cost_permille": Told(
        _("What an inspection costs"), _("Society is paid so much of a thing's worth for the work."), *PER_CENT),
    "holding_cost_permille": Told(
        _("What keeping a thing costs each month"), _("Society is paid so much of the worth of what stands on "
                                                      "shelves."), *PER_CENT),
    "quote_months": Told(
        _("How long an offer holds"), _("So long after the month in which it was made it can be accepted."), *MONTHS),
    "fetch_days": Told(
        _("How long a thing is kept for whoever asked for it"), _("Then the next who waits gets it."), *DAYS),
    "return_days": Told(
        _("How long a thing can be brought back"), _("If it turns out not to be as it was described."), *DAYS),
    "appeal_reading": Told(
        _("After a second inspection"), _("Which of the two findings stands.")),
    "adjustment_response": Told(
        _("How strongly schedules follow what was wanted"),
        _("How far the schedule of a kind moves before the next year, as a share of how much more was wanted than "
          "offered.")),
    "adjustment_most": Told(
        _("How far a schedule moves in a year at most"), _("As a share: 0.25 is a quarter up or down.")),
    "working_stock_months": Told(
        _("Stock that stores mean to keep"), _("Only what stands on shelves beyond it counts as left over when "
                                               "schedules are adjusted."), *MONTHS),
    "supply_reading": Told(
        _("What counts as offered"), _("When schedules are adjusted before the next year.")),
}
READINGS = {
    "the second stands": _("the second stands"), "the better stands": _("the better one for the member stands"),
    "what was taken in": _("what was taken in"), "all that works": _("everything that works, also what was not "
                                                                     "taken in"),
}


def written(name: str, value: Any) -> str:
    """A rule's value as people write it into a form, without the unit.

    >>> written("spread_permille", 75), written("grade_permille", [1000, 850]), written("least_worth_mcr", 240_000)
    ('7.5', '100; 85', '240')
    """
    return value if isinstance(value, str) else "; ".join(str(localize_input(each)) for each in _numbers(name, value))


def told(name: str, value: Any) -> str:
    """A rule's value as people read it, with its unit.

    >>> told("spread_permille", 75), told("quote_months", 1), told("appeal_reading", "the second stands")
    ('7.5 per cent', '1 month', 'the second stands')
    """
    if isinstance(value, str):
        return str(READINGS[value])
    numbers, rule = _numbers(name, value), RULES[name]
    said = "; ".join(number_format(each, force_grouping=True) for each in numbers)
    return f"{said} {rule.one if numbers == [1] else rule.unit}".strip()


def _numbers(name: str, value: Any) -> list[Decimal]:
    """Without noughts at the end."""
    every = value if isinstance(value, list) else [value]
    return [Decimal(f"{(Decimal(str(each)) / RULES[name].times).normalize():f}") for each in every]
