"""How the claims book says quotations, sentences with figures, and measured amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from parecon.base.measures import said
from parecon.report.html import Markup, prose, text
from parecon.report.numbers import MINUS, NOTHING, THIN, number

SINGLE = "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"
UNITS = {"percent": "%", "share": "share", "credits": "credits", "years": "years", "months": "months", "km": "km",
         "kg": "kg", "mcr": "milli-credits", "permille": "per mille", "ppm": "parts per million"}
"""How the unit at the end of a name is said."""


def quoted(words: str) -> Markup:
    """A quotation in quotation marks, those within it made single.

    >>> print(quoted("used goods"))
    “used goods”
    """
    single = re.sub(r'["“]([^"”]*)["”]', f"{SINGLE[0]}\\1{SINGLE[1]}", words)
    return text(f"“{single}”")


def first_sentence(words: str) -> str:
    """The first of several sentences.

    >>> first_sentence("It holds at 2.5 %. Above that it does not.")
    'It holds at 2.5 %.'
    """
    return re.split(r"(?<=\.)\s+(?=[A-Z])", words, maxsplit=1)[0]


def amount(value: float, unit: str) -> str:
    """A measured number as people write it, a share in per cent.

    >>> amount(0.0312, "share of turnover").replace(THIN, " "), amount(3.21, "years")
    ('3.12 %', '3.21')
    """
    factor, sign, _ = said(unit)
    return f"{number(factor * value)}{THIN}{sign}".rstrip(THIN)


def level(value: float, unit: str) -> str:
    """A threshold: every digit that was chosen and no more.

    >>> level(0.05, "share of turnover").replace(THIN, " "), level(10000, "years").replace(THIN, " ")
    ('5 %', '10 000')
    """
    factor, sign, _ = said(unit)
    exact = f"{factor * value:,.10g}".replace(",", THIN).replace("-", MINUS)
    return f"{number(factor * value, 2) if 'e' in exact else exact}{THIN}{sign}".rstrip(THIN)


def interval(figures: Mapping[str, Any], unit: str) -> str:
    """The ends of an interval; a dash where nothing was measured."""
    if figures["low"] is None:
        return NOTHING
    return f"{amount(figures['low'], unit)} to {amount(figures['high'], unit)}"


def with_figures(words: object) -> Markup:
    """Prose, with a true minus sign before negative figures and a capital at its start.

    >>> print(with_figures("a loss of -3").replace(MINUS, "minus "))
    A loss of minus 3
    """
    if isinstance(words, Markup):
        return words
    signed = re.sub(r"(?<![\w.)])-(?=\d)", MINUS, str(words))
    return prose(signed[:1].upper() + signed[1:])


def named(name: str) -> str:
    """What was measured in words, its unit at the end set apart.

    >>> named("years_without_loss_percent")
    'years without loss (%)'
    """
    words, _, last = name.replace("_", " ").rpartition(" ")
    return f"{words} ({UNITS[last]})" if words and last in UNITS else f"{words} {last}".strip()
