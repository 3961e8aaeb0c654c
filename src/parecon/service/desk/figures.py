"""Pictures in the desk's pages: how worth falls with age, what stands where, and what made a year's result.

Each is a drawing in the page, wide enough for a telephone, with a title that is read aloud; beside each stands a
table that says the same. Colours are never the only sign: lines differ by their dashes too, bars by their labels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Ints
from parecon.base.postings import MCR_A_CREDIT, Amounts

WIDE, HIGH = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 348, 12, 200
BAR_LEFT, BAR_RIGHT, ROW = 4, 356, 36
LEGEND_LEFT, LEGEND_BOTTOM = 230, 88
LINES = (("#1f6fb4", "none"), ("#b3541e", "7 3"), ("#2d8a57", "2 3"), ("#8a4fb0", "9 3 2 3"))
GAIN, LOSS, TOTAL = "#2d8a57", "#b3541e", "#1f6fb4"


class Point(NamedTuple):
    """Where a thing stands in its schedule."""

    age_months: int
    worth_mcr: int
    label: str


class Bar(NamedTuple):
    """A bar: what it stands for, how long it is, and its number as people read it."""

    label: str
    amount: int
    text: str


def curves(worth_mcr: Amounts, taken_in: Ints, life_months: int, names: Sequence[str], title: str,
           point: Point | None = None) -> SafeString:
    """What a good is worth by age, a line a grade: `worth_mcr` [age_months, grade], bold where `taken_in` as well."""
    top_mcr = _round_above(int(worth_mcr.max()))
    ages = np.unique(np.append(np.arange(0, life_months + 1, 3), life_months))
    ages = ages[ages < len(worth_mcr)]
    across, down = _scales(life_months, top_mcr)
    lines = []
    for grade in range(worth_mcr.shape[1]):
        colour, dash = LINES[grade % len(LINES)]
        kept = ages[np.asarray(taken_in)[ages, grade] > 0]
        for some, width, faint in ((ages, 1, "0.45"), (kept, 3, "1")):
            path = " ".join(f"{across(age):.1f},{down(worth_mcr[age, grade]):.1f}" for age in some.tolist())
            lines.append(format_html(
                '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}" opacity="{}"/>',
                path, colour, width, dash, faint))
    parts = [_axes(life_months, top_mcr), *lines, _legend(names)]
    if point is not None:
        parts.append(_pointed(across(min(point.age_months, life_months)), down(point.worth_mcr), point.label))
    return _drawing(HIGH, title, parts)


def _scales(life_months: int, top_mcr: int) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """From an age, and from a worth, to its place in the picture."""
    return (lambda age: LEFT + (RIGHT - LEFT) * age / max(life_months, 1),
            lambda worth: BOTTOM - (BOTTOM - TOP) * float(worth) / max(top_mcr, 1))


def _axes(life_months: int, top_mcr: int) -> SafeString:
    across, down = _scales(life_months, top_mcr)
    years = life_months // MONTHS_A_YEAR
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if years / step <= 8)
    along = format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', (
        (f"{across(year * MONTHS_A_YEAR):.1f}", BOTTOM + 16, year) for year in range(0, years + 1, every)))
    up = format_html_join("", (
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" opacity="0.2"/>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>'), (
        (LEFT, RIGHT, f"{down(part):.1f}", f"{down(part):.1f}", LEFT - 6, f"{down(part) + 4:.1f}",
         number_format(part / MCR_A_CREDIT, 0, use_l10n=True, force_grouping=True))
        for part in (0, top_mcr // 4, top_mcr // 2, 3 * top_mcr // 4, top_mcr)))
    words = format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', (LEFT + RIGHT) // 2, BOTTOM + 34,
                        _("age in years (upwards: worth in credits)"))
    return SafeString(along + up + words)


def _legend(names: Sequence[str]) -> SafeString:
    return format_html_join("", (
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="3" stroke-dasharray="{}"/>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>'), (
        (RIGHT - 26, RIGHT, TOP + 10 + 16 * row, TOP + 10 + 16 * row, *LINES[row % len(LINES)],
         RIGHT - 32, TOP + 14 + 16 * row, name) for row, name in enumerate(names)))


def _pointed(x: float, y: float, label: str) -> SafeString:
    end, shift = ("start", 9) if x < (LEFT + RIGHT) / 2 else ("end", -9)
    high = y - 9 if x < LEGEND_LEFT - 80 or y > LEGEND_BOTTOM else LEGEND_BOTTOM
    return format_html(
        '<circle cx="{}" cy="{}" r="6" fill="#c2185b" stroke="#fff" stroke-width="2"/>'
        '<text x="{}" y="{}" text-anchor="{}" font-weight="bold">{}</text>',
        f"{x:.1f}", f"{y:.1f}", f"{x + shift:.1f}", f"{high:.1f}", end, label)


def bars(rows: Sequence[Bar], title: str) -> SafeString:
    """How much there is of each, as bars under each other, their labels above them."""
    most = max((row.amount for row in rows), default=0) or 1
    parts = [_bar(place, row.label, row.text, 0, row.amount / most, TOTAL) for place, row in enumerate(rows)]
    return _drawing(ROW * len(rows) + 4, title, parts)


def waterfall(rows: Sequence[Bar], total: Bar, title: str) -> SafeString:
    """How gains and losses come one after the other to what is left in the end."""
    ends = [0, *accumulate(row.amount for row in rows)]
    low, high = min(*ends, total.amount, 0), max(*ends, total.amount, 0)
    span = (high - low) or 1
    zero = f"{BAR_LEFT + (BAR_RIGHT - BAR_LEFT) * -low / span:.1f}"
    parts = [format_html('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" opacity="0.4"/>',
                         zero, zero, ROW * place + 17, ROW * place + 33)  # beside each bar, not through the words
             for place in range(len(rows) + 1)]
    for place, (row, before) in enumerate(zip(rows, ends, strict=False)):
        begin, end = sorted((before, before + row.amount))
        parts.append(_bar(place, row.label, row.text, (begin - low) / span, (end - begin) / span,
                          GAIN if row.amount >= 0 else LOSS))
    begin, end = sorted((0, total.amount))
    parts.append(_bar(len(rows), total.label, total.text, (begin - low) / span, (end - begin) / span, TOTAL))
    return _drawing(ROW * (len(rows) + 1) + 4, title, parts)


def _bar(place: int, label: str, text: str, begins: float, part: float, colour: str) -> SafeString:
    wide = BAR_RIGHT - BAR_LEFT
    return format_html(
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="12" rx="2" fill="{}"/>',
        BAR_LEFT, ROW * place + 14, label, BAR_RIGHT, ROW * place + 14, text,
        f"{BAR_LEFT + wide * begins:.1f}", ROW * place + 19, f"{max(wide * part, 1):.1f}", colour)


def _drawing(high: int, title: str, parts: Sequence[SafeString]) -> SafeString:
    inside = SafeString("".join(parts))
    return format_html('<svg class="picture" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="12" '
                       'fill="currentColor">{}</svg>', WIDE, high, title, inside)


def _round_above(amount_mcr: int) -> int:
    """The next amount that can be cut into four round parts.

    >>> _round_above(23_750_000), _round_above(90_000)
    (24000000, 100000)
    """
    tenth = 10 ** (len(str(max(amount_mcr, 1))) - 1) // 10 or 1
    return next(part * tenth for part in (10, 12, 16, 20, 24, 32, 40, 48, 60, 80, 100) if part * tenth >= amount_mcr)
