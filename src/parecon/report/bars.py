"""Figures made of bars: bars, pairs of bars before and after, ranges, a histogram."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import altair as alt

from parecon.report.figures import Axis, shortened
from parecon.report.style import BLUE, GREY, ORANGE, TEXT, Build, Space, inline

BAR_STEP, PAIR_STEP = 22, 27  # pixels from one bar, or pair of bars, to the next
SAID_WIDTH = 46  # pixels that the number at the end of a bar takes
MARK_WIDTH = 48  # pixels that the number at a mark takes
LETTERS, NARROW_LETTERS = 38, 20  # of a name beside a bar


@dataclass(frozen=True)
class Bar:
    """One bar: what it is called, how long it is, what is written at its end, its colour."""

    label: str
    value: float
    said: str
    colour: str = BLUE


@dataclass(frozen=True)
class Pair:
    """Two bars: a thing before and after."""

    label: str
    before: float
    after: float


@dataclass(frozen=True)
class Range:
    """How the values of a class are spread: least, 10 %, median, 90 %, most."""

    label: str
    least: float
    tenth: float
    median: float
    ninetieth: float
    most: float


def bars(some: Sequence[Bar], axis: Axis, base: float = 0.0, marks: Sequence[float] = ()) -> Build:
    """Bars from a base line, each with its number at its end; `marks` are levels drawn across."""
    def build(space: Space) -> alt.TopLevelMixin:
        names, y = _named(some, space)
        rows = [vars(bar) | {"label": name, "base": base} for name, bar in zip(names, some, strict=True)]
        chart = alt.Chart(inline(rows)).encode(y)
        longer = _with_room(axis, some, base, space)
        x = alt.X("value:Q", scale=longer.scale(), axis=marked(axis, longer, space))
        body = chart.mark_bar(size=BAR_STEP - 7).encode(x, alt.X2("base:Q"), color=alt.Color("colour:N", scale=None))
        up = chart.transform_filter("datum.value >= datum.base").mark_text(align="left", dx=5).encode(x, text="said:N")
        down = chart.transform_filter("datum.value < datum.base").mark_text(align="right", dx=-5).encode(
            x, text="said:N")
        return alt.layer(_levels([base], [1, 0]), _levels(marks, [4, 4]), body, up, down).properties(
            width=space.width, height=BAR_STEP * len(some))
    return build


def _with_room(axis: Axis, some: Sequence[Bar], base: float, space: Space) -> Axis:
    """The axis made longer where numbers stand at the ends of bars, so that they stay beside them."""
    left, right = (any(bar.said and (bar.value < base) == below for bar in some) for below in (True, False))
    free = max(space.width - SAID_WIDTH * (left + right), SAID_WIDTH)
    room = SAID_WIDTH * (axis.high - axis.low) / free
    return replace(axis, low=axis.low - room * left, high=axis.high + room * right)


def marked(axis: Axis, drawn: Axis, space: Space, **more: Any) -> alt.Axis:
    """The axis with those marks that have room on it as it is drawn, 0 among them where it is one."""
    span = drawn.position(axis.marks[-1]) - drawn.position(axis.marks[0])
    step = max(1, math.ceil((len(axis.marks) - 1) * MARK_WIDTH / max(span * space.width, 1.0)))
    first = axis.marks.index(0.0) % step if 0.0 in axis.marks else 0
    return axis.drawn(values=list(axis.marks[first::step]), **more)


def _named(some: Sequence[Bar | Pair | Range], space: Space, *, shown: bool = True) -> tuple[list[str], alt.Y]:
    """The names of the rows, cut to what there is room for, and the axis they stand on."""
    names = shortened([one.label for one in some], NARROW_LETTERS if space.narrow else LETTERS)
    return names, alt.Y("label:N", sort=names, axis=alt.Axis(title=None, grid=False, labels=shown, labelLimit=0))


def _levels(values: Sequence[float], dash: list[int]) -> alt.Chart:
    rows = [{"value": value} for value in values]
    return alt.Chart(inline(rows)).mark_rule(color=TEXT, opacity=0.6, strokeDash=dash).encode(x="value:Q")


def pairs(panels: Sequence[tuple[str, Sequence[Pair]]], axis: Axis) -> Build:
    """Bars before and after, one panel a group; a phone shows the first and the last group."""
    def build(space: Space) -> alt.TopLevelMixin:
        shown = [panels[0], panels[-1]] if space.narrow and len(panels) > 2 else list(panels)
        charts = [_pair_panel(title, some, axis, Space(space.width / len(shown), space.narrow), first=not k)
                  for k, (title, some) in enumerate(shown)]
        return alt.hconcat(*charts).resolve_scale(color="shared")
    return build


def _pair_panel(title: str, some: Sequence[Pair], axis: Axis, space: Space, *, first: bool) -> alt.Chart:
    names, y = _named(some, space, shown=first)
    rows = [{"label": name, "when": when, "value": value} for name, pair in zip(names, some, strict=True)
            for when, value in (("before", pair.before), ("after", pair.after))]
    x = alt.X("value:Q", scale=axis.scale(), axis=marked(axis, axis, space))
    colour = alt.Color("when:N", scale=alt.Scale(domain=["before", "after"], range=[GREY, BLUE]))
    chart = alt.Chart(inline(rows)).mark_bar().encode(
        y, x, alt.YOffset("when:N", sort=["before", "after"]), colour)
    heading: dict[str, Any] = {"title": title} if title else {}
    return chart.properties(width=space.width, height=PAIR_STEP * len(some), **heading)


def ranges(some: Sequence[Range], axis: Axis, mark: float) -> Build:
    """How each class is spread: a thin line from least to most, a thick one over the middle 80 %, the median."""
    def build(space: Space) -> alt.TopLevelMixin:
        names, y = _named(some, space)
        rows = [vars(one) | {"label": name} for name, one in zip(names, some, strict=True)]
        chart = alt.Chart(inline(rows)).encode(y)
        x = alt.X("least:Q", scale=axis.scale(), axis=axis.drawn())
        whole = chart.mark_rule(color=BLUE, strokeWidth=1.5).encode(x, alt.X2("most:Q"))
        middle = chart.mark_bar(color=BLUE, size=10, opacity=0.55, cornerRadius=3).encode(
            alt.X("tenth:Q"), alt.X2("ninetieth:Q"))
        median = chart.mark_tick(color=ORANGE, thickness=3, size=20).encode(alt.X("median:Q"))
        return alt.layer(_levels([mark], [1, 0]), whole, middle, median).properties(
            width=space.width, height=(BAR_STEP + 10) * len(some))
    return build


def histogram(edges: Sequence[float], shares: Sequence[float], across: Axis, up: Axis, split: float) -> Build:
    """Bars side by side; those below `split` in orange. `edges` has one more than `shares`."""
    rows = [{"from": low, "to": high, "share": share, "base": 0.0, "colour": ORANGE if high <= split + 1e-9 else BLUE}
            for (low, high), share in zip(pairwise(edges), shares, strict=True)]

    def build(space: Space) -> alt.TopLevelMixin:
        chart = alt.Chart(inline(rows)).mark_bar(binSpacing=1).encode(
            alt.X("from:Q", scale=across.scale(), axis=across.drawn(grid=False)), alt.X2("to:Q"),
            alt.Y("share:Q", scale=up.scale(), axis=up.drawn()), alt.Y2("base:Q"),
            alt.Color("colour:N", scale=None))
        return alt.layer(chart, _levels([split], [1, 0])).properties(
            width=space.width, height=200 if space.narrow else 240)
    return build
