"""How amounts with a unit are said: shares in per cent, the sign at the number, the rest behind it."""

from __future__ import annotations


def said(unit: str) -> tuple[float, str, str]:
    """What to multiply an amount of this unit with, the sign to write at the number, and the words behind it.

    >>> said("share of turnover"), said("percent of things"), said("years")
    ((100.0, '%', 'of turnover'), (1.0, '%', 'of things'), (1.0, '', 'years'))
    """
    first, _, rest = unit.partition(" ")
    if first in {"share", "%", "percent"}:
        return 100.0 if first == "share" else 1.0, "%", rest
    return 1.0, "", unit
