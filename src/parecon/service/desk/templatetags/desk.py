"""Tags of the desk's templates: amounts in tables whose caption says the unit."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils import formats

from parecon.base.postings import MCR_A_CREDIT

register = template.Library()
TEN_MCR = 10  # what two digits after the point can say


@register.filter
def amount(amount_mcr: int | None) -> str:
    """Milli-credits as a number of credits without the word: two digits after the point, three where there are more.

    >>> amount(1_234_567), amount(-5_000)
    ('1,234.567', '−5.00')
    """
    if amount_mcr is None:
        return "–"
    digits = 3 if amount_mcr % TEN_MCR else 2
    number = formats.number_format(Decimal(abs(amount_mcr)) / MCR_A_CREDIT, digits, use_l10n=True, force_grouping=True)
    return f"{'−' if amount_mcr < 0 else ''}{number}"
