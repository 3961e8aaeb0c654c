"""The shapes of figure that several sections of a simulation's page share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Axis, Line, even_axis, lines
from parecon.report.grid import Field, grid
from parecon.report.html import NO_FIGURE, Markup
from parecon.report.numbers import NOTHING
from parecon.report.simulation_read import BY_MONTH, BY_YEAR, Simulated
from parecon.report.style import BLUE, ORANGE, drawn

ROOM = 0.06  # above the highest value of lines, a share of the axis
Said = Callable[[float], tuple[float, str]]
"""Of a value: how strongly it is coloured (from -1, orange, to 1, blue), and what is written."""


def by_good_and_year(run: Simulated, title: str, values: pl.DataFrame, said: Said, axis: str, *,
                     percent: bool = True, base: float = 0.0, goods: pl.DataFrame | None = None) -> Markup:
    """The column `value` of a table by good and year: a field for each, or a bar for each good if there is one year.

    `goods` are those that are shown, where it is not all of the run's that are.
    """
    held = {(good, year): value for good, year, value in values.select("good", "year", "value").iter_rows()}
    named = list((run.shown_goods if goods is None else goods).select("good", "label").iter_rows())
    if run.length > 1:
        rows = [(label, [_field(str(year), held.get((good, year)), said) for year in run.shown_years])
                for good, label in named]
        return drawn(f"{title}. A field for each good and year.", grid(rows, "year"))
    some = [_bar(label, held.get((good, 1)), said, base) for good, label in named]
    across = even_axis(axis, [base, *(bar.value for bar in some)], percent=percent)
    return drawn(f"{title}. A bar for each good.", bars(some, across, base))


def _field(year: str, value: float | None, said: Said) -> Field:
    return Field(year, None, NOTHING) if value is None else Field(year, *said(value))


def _bar(label: str, value: float | None, said: Said, base: float) -> Bar:
    if value is None:
        return Bar(label, base, NOTHING)
    strength, words = said(value)
    return Bar(label, value, words, ORANGE if strength < 0 else BLUE)


def by_year(run: Simulated, title: str, some: Sequence[Line], axis: str, *, percent: bool) -> Markup:
    """Lines by year; nothing where there is one year only, and so no line."""
    if run.length < 2:
        return NO_FIGURE
    return drawn(f"{title}. Lines by year.", lines([("", some)], _axis(axis, some, percent=percent), along=BY_YEAR))


def by_month(title: str, some: Sequence[Line], axis: str, marked: float | None = None) -> Markup:
    """Lines by month, over the years; `marked` is a level drawn across, where it is on the axis."""
    up = _axis(axis, some, percent=False)
    level = marked if marked is not None and marked < up.high else None
    return drawn(f"{title}. Lines by month.", lines([("", some)], up, level, BY_MONTH))


def _axis(title: str, some: Sequence[Line], *, percent: bool) -> Axis:
    known = [value for line in some for value in line.values if value is not None]
    return even_axis(title, known, percent=percent, room=ROOM)
