"""Figures made of lines by round or time, and the axes that all figures share.

What is given is ready to be drawn; what comes back is a `Build` for `style.drawn`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from parecon.report.style import TEXT, Build, Space, inline

HEIGHT, NARROW_HEIGHT = 300, 230  # pixels
LINE_HEIGHT = 15.0  # pixels between two labels that must not touch
PERCENT_LABEL = "format(datum.value * 100, ',~r') + '\\u202f%'"
NUMBER_LABEL = "replace(format(datum.value, ',~r'), regexp(',', 'g'), '\\u202f')"
LOG_MARKS = [digit * 10.0 ** power for power in range(-6, 9) for digit in (1, 2, 5)]
LETTERS, NARROW_LETTERS = 24, 18  # of a name at the end of a line
BECAUSE_OF = " ← "  # between a name and its cause
LEAST_LETTERS = 7  # left of a name that makes room for its cause
MANY_POINTS = 25  # from here on a line is drawn without its points


@dataclass(frozen=True)
class Line:
    """One line: what it is called, its value in each round (or year) from the first, its colour and weight."""

    label: str
    values: Sequence[float | None]
    colour: str
    weight: float = 2.0


@dataclass(frozen=True)
class Axis:
    """An axis: title with unit, where it starts and ends, its marks, and whether equal steps are equal ratios."""

    title: str
    low: float
    high: float
    marks: Sequence[float]
    log: bool = False
    percent: bool = True

    def position(self, value: float) -> float:
        """How far along the axis a value is: 0 at the low end, 1 at the high end."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        return math.log(value / self.low) / math.log(self.high / self.low)

    def value(self, position: float) -> float:
        """The value at a position, the inverse of `position`."""
        if not self.log:
            return self.low + position * (self.high - self.low)
        return self.low * (self.high / self.low) ** position

    def scale(self) -> alt.Scale:
        """The axis as Vega-Lite's scale."""
        return alt.Scale(type="log" if self.log else "linear", domain=[self.low, self.high], zero=False, nice=False)

    def drawn(self, **more: Any) -> alt.Axis:
        """The axis as Vega-Lite's axis; `more` are its further settings."""
        words = PERCENT_LABEL if self.percent else NUMBER_LABEL
        return alt.Axis(**{"title": self.title, "values": list(self.marks), "labelExpr": words, **more})


def even_axis(title: str, values: Sequence[float], *, percent: bool = True, zero: bool = True,
              room: float = 0.0) -> Axis:
    """An axis with even marks around these values; `room` is left free at the ends for text (a share)."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    high = high if high > low else low + (abs(low) or 1.0)
    span = high - low
    low -= room * span if low < 0 or not zero else 0.0
    high += room * span if high > 0 or not zero else 0.0
    raw = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(s * size for s in (1, 2, 2.5, 5, 10) if s * size >= raw)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Axis(title, low, high, [round(k * step, 12) for k in range(first, last + 1)], percent=percent)


def ratio_axis(title: str, values: Sequence[float]) -> Axis:
    """An axis for ratios around 1: even marks where they are close, equal ratios where they are far apart."""
    low, high = min([*values, 1.0]), max([*values, 1.0])
    if high < 3 * low:
        return even_axis(title, [low, high], zero=False, room=0.06)
    low, high = low / 1.12, high * 1.12
    marks = [mark for mark in LOG_MARKS if low <= mark <= high]
    fewer = marks if len(marks) <= 8 else [m for m in marks if math.isclose(math.log10(m) % 1, 0, abs_tol=1e-9)]
    return Axis(title, low, high, fewer, log=True)


def shortened(labels: Sequence[str], most: int) -> list[str]:
    """Labels cut to about `most` characters, still all different; a cause after an arrow is cut last.

    >>> shortened(["bread", "barley flour", "barley floor"], 8)
    ['bread', 'barley…', 'barley… (2)']
    >>> shortened(["barley flour ← water"], 16)
    ['barley… ← water']
    """
    cut = [_cut(_first_cut(label, most), most) for label in labels]
    seen = [cut[:k].count(label) + 1 for k, label in enumerate(cut)]
    return [label if time == 1 else f"{label} ({time})" for label, time in zip(cut, seen, strict=True)]


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[:most - 1].rstrip(" ,(") + "…"


def _first_cut(label: str, most: int) -> str:
    """The name before the arrow cut as far as its cause needs the room."""
    name, arrow, cause = label.partition(BECAUSE_OF)
    return _cut(name, max(most - len(arrow + cause), LEAST_LETTERS)) + arrow + cause if arrow else label


@dataclass(frozen=True)
class Along:
    """What lines go along: title, where the first value stands, how far it is to the next, and where it starts."""

    title: str
    first: float = 1.0
    step: float = 1.0
    start: float = 1.0

    def at(self, place: int) -> float:
        """Where the value of this place stands, the first being 0."""
        return self.first + place * self.step

    def drawn(self, values: int, space: Space) -> alt.X:
        """The axis across, long enough for so many values."""
        end = max(self.at(values - 1), self.start + 1)
        whole = list(range(math.ceil(self.start), math.floor(end + 1e-9) + 1))
        marks = whole if len(whole) <= (8 if space.narrow else 12) else alt.Undefined
        return alt.X("at:Q", scale=alt.Scale(domain=[self.start, end], nice=False),
                     axis=alt.Axis(title=self.title, values=marks, format="d", tickMinStep=1, grid=False))


ROUNDS = Along("round")


def lines(panels: Sequence[tuple[str, Sequence[Line]]], axis: Axis, marked: float | None = None,
          along: Along = ROUNDS) -> Build:
    """Lines by round, each named at its end; several panels share both axes. `marked` is a level drawn across."""
    last = max(len(line.values) for _, some in panels for line in some)

    def build(space: Space) -> alt.TopLevelMixin:
        each = Space(space.width / (1 if space.narrow else len(panels)), space.narrow)
        drawn = [_panel(title, some, axis, marked, along, last, each) for title, some in panels]
        return alt.vconcat(*drawn) if space.narrow else alt.hconcat(*drawn)
    return build


def _panel(title: str, some: Sequence[Line], axis: Axis, marked: float | None, along: Along, last: int,
           space: Space) -> alt.LayerChart | alt.FacetChart:
    height = NARROW_HEIGHT if space.narrow else HEIGHT
    rows = [{"line": line.label, "at": along.at(r), "value": min(max(v, axis.low), axis.high), "colour": line.colour,
             "weight": line.weight}
            for line in some for r, v in enumerate(line.values) if v is not None]
    x, y = along.drawn(last, space), alt.Y("value:Q", scale=axis.scale(), axis=axis.drawn())
    chart = alt.Chart(inline(rows)).encode(x, y, alt.Color("colour:N", scale=None))
    drawn = chart.mark_line().encode(detail="line:N", strokeWidth=alt.StrokeWidth("weight:Q", scale=None))
    points = [chart.mark_point(size=28, filled=True, opacity=1)] if last <= MANY_POINTS else []
    names = alt.Chart(inline(_ends(some, axis, along, height, space))).mark_text(
        align="left", dx=8, baseline="middle").encode(
        x, y, text="line:N", color=alt.Color("colour:N", scale=None))
    levels = inline([{"value": marked}] if marked else [])
    level = alt.Chart(levels).mark_rule(strokeDash=[5, 4], color=TEXT, opacity=0.7).encode(y)
    heading = {"title": title} if title else {}
    return alt.layer(level, drawn, *points, names).properties(width=space.width, height=height, **heading)


def _ends(some: Sequence[Line], axis: Axis, along: Along, height: float, space: Space) -> list[dict[str, Any]]:
    """Where the name of each line stands: at its end, moved apart so that no two touch."""
    ends = sorted(((axis.position(min(max(v, axis.low), axis.high)), along.at(r), line)
                   for line in some for r, v in [_end(line)] if v is not None), key=lambda end: end[0])
    names = shortened([line.label for _, _, line in ends], NARROW_LETTERS if space.narrow else LETTERS)
    places = apart([place for place, _, _ in ends], LINE_HEIGHT / height)
    return [{"at": at, "value": axis.value(place), "line": name, "colour": line.colour}
            for place, name, (_, at, line) in zip(places, names, ends, strict=True)]


def _end(line: Line) -> tuple[int, float | None]:
    return next(((r, line.values[r]) for r in reversed(range(len(line.values))) if line.values[r] is not None),
                (0, None))


def apart(places: Sequence[float], least: float) -> list[float]:
    """Ascending places moved as little as needed so that neighbours are at least `least` apart, within 0 to 1.

    >>> [round(place, 2) for place in apart([0.5, 0.5, 0.9], 0.2)]
    [0.4, 0.6, 0.9]
    """
    groups: list[list[float]] = []  # each: sum of wished first places, members
    for place in places:
        groups.append([place, 1])
        while len(groups) > 1 and _start(groups[-2], least) + groups[-2][1] * least > _start(groups[-1], least):
            total, members = groups.pop()
            before = groups[-1]
            before[0] += total - members * before[1] * least
            before[1] += members
    return [_start(group, least) + k * least for group in groups for k in range(int(group[1]))]


def _start(group: list[float], least: float) -> float:
    return min(max(group[0] / group[1], 0.0), 1.0 - (group[1] - 1) * least)
