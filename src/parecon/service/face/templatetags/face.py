"""Tags of templates: credits, months, times, sentences of the law, and squares to scan."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import segno
from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from parecon.base.postings import MCR_A_CREDIT
from parecon.service.answers import Answer
from parecon.service.clock import SECOND_US, begin_us, date_of

register = template.Library()
HUNDREDTH = Decimal("0.01")


@register.filter(name="credits")
def as_credits(amount_mcr: int | None) -> str:
    """Milli-credits as people read them: two digits after the point, more only where there are more.

    >>> as_credits(1_234_500), as_credits(-7), as_credits(1000)
    ('1,234.50 credits', '−0.007 credits', '1.00 credit')
    """
    if amount_mcr is None:
        return "–"
    exact = Decimal(abs(amount_mcr)) / MCR_A_CREDIT
    digits = 2 if exact == exact.quantize(HUNDREDTH) else 3
    number = formats.number_format(exact, digits, use_l10n=True, force_grouping=True)
    sign = "−" if amount_mcr < 0 else ""
    words = ngettext("%(number)s credit", "%(number)s credits", 1 if abs(amount_mcr) == MCR_A_CREDIT else 2)
    return words % {"number": f"{sign}{number}"}


@register.filter
def month(number: int | None) -> str:
    """A month of the clock, as people say it.

    >>> month(25)
    'February 2002'
    """
    return "–" if number is None else formats.date_format(date_of(begin_us(number)), "YEAR_MONTH_FORMAT")


@register.filter
def when(at: int | date | None) -> str:
    """A time of the books, or a day, as people say it; times in UTC, from 00:00 to 23:59.

    >>> when(begin_us(25))
    'Feb. 1, 2002, 00:00'
    """
    if at is None:
        return "–"
    if isinstance(at, date):
        return formats.date_format(at, "DATE_FORMAT")
    time = datetime.fromtimestamp(at // SECOND_US, UTC)
    return f"{formats.date_format(time, 'DATE_FORMAT')}, {time:%H:%M}"


@register.filter
def sentence(said: Answer | str) -> str:
    """What came of an act, or any sentence of the law, in the reader's language."""
    return gettext(said.sentence if isinstance(said, Answer) else said)


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A square that telephones and scanners read, as a drawing in the page; `label` is what is read aloud.

    >>> qr("4F7K-2M91", "Ana's card")[:73]
    '<svg role="img" aria-label="Ana&#x27;s card" viewBox="0 0 25 25" class="q'
    """
    drawn: Any = segno.make(text, error="m", micro=False)
    square = drawn.svg_inline(border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return format_html('<svg role="img" aria-label="{}"{}', label or text,
                       mark_safe(square.removeprefix("<svg")))  # noqa: S308 - drawn by segno, without the text
