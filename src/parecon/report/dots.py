"""A figure of the runs of an experiment: each run a dot, their mean with its interval, and the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import altair as alt

from parecon.report.bars import marked
from parecon.report.figures import Axis
from parecon.report.style import BLUE, ORANGE, TEXT, Build, Space, inline

DOT, NARROW_DOT = 9, 7  # pixels from one dot to the next
LEAST_HEIGHT, MOST_HEIGHT = 60, 170  # pixels that the dots take; where there are more they overlap
MEAN_AT, MEAN_ROOM = 12, 26  # pixels: where the mean stands, and from where on the dots do
LABEL_ROOM = 20  # pixels above the dots, for the name of the threshold
LETTERS, NARROW_LETTERS = 84, 46  # of a line of the axis title


def dots(values: Sequence[float], mean: tuple[float, float, float], threshold: float, said: str, axis: Axis) -> Build:
    """The runs as dots piled up along an axis, `mean` (value, low, high) below them, `threshold` across them.

    `said` is written at the threshold.
    """
    def build(space: Space) -> alt.TopLevelMixin:
        rows, height = _piled(values, axis, space)
        x = alt.X("value:Q", scale=axis.scale(), axis=_across(axis, space))
        y = alt.Y("height:Q", scale=alt.Scale(domain=[0, height], nice=False), axis=None)
        size = (NARROW_DOT if space.narrow else DOT) - 1
        runs = alt.Chart(inline(rows)).mark_circle(size=size**2, color=BLUE, opacity=0.75).encode(x, y)
        return alt.layer(*_level(threshold, said, axis), runs, *_mean(mean, y)).properties(
            width=space.width, height=height)
    return build


def _piled(values: Sequence[float], axis: Axis, space: Space) -> tuple[list[dict[str, float]], float]:
    """Where each run's dot stands, those that would touch above each other, and how high the figure is."""
    step = NARROW_DOT if space.narrow else DOT
    places = [round(axis.position(value) * space.width / step) for value in values]
    below = [places[:k].count(place) for k, place in enumerate(places)]
    highest = max(below) + 1
    rise = min(step, MOST_HEIGHT / highest)
    rows = [{"value": axis.value(place * step / space.width), "height": MEAN_ROOM + (level + 0.5) * rise}
            for place, level in zip(places, below, strict=True)]
    return rows, MEAN_ROOM + max(highest * rise, LEAST_HEIGHT) + LABEL_ROOM


def _across(axis: Axis, space: Space) -> alt.Axis:
    title = wrap(axis.title, NARROW_LETTERS if space.narrow else LETTERS)
    return marked(axis, axis, space, title=title)


def _level(threshold: float, said: str, axis: Axis) -> tuple[alt.Chart, alt.Chart]:
    """The threshold as a dashed line with its name, on the side where there is room."""
    left = axis.position(threshold) > 0.5
    chart = alt.Chart(inline([{"value": threshold, "said": said}])).encode(alt.X("value:Q"))
    line = chart.mark_rule(color=TEXT, strokeDash=[5, 4], opacity=0.8)
    name = chart.mark_text(align="right" if left else "left", dx=-6 if left else 6, baseline="top").encode(
        y=alt.value(0), text="said:N")
    return line, name


def _mean(mean: tuple[float, float, float], y: alt.Y) -> tuple[alt.Chart, alt.Chart]:
    """The mean as a mark, and its interval as a bar."""
    value, low, high = mean
    row: list[dict[str, Any]] = [{"value": value, "low": low, "high": high, "height": MEAN_AT}]
    chart = alt.Chart(inline(row)).encode(y)
    bar = chart.mark_rule(color=ORANGE, strokeWidth=5, opacity=0.45).encode(alt.X("low:Q"), alt.X2("high:Q"))
    point = chart.mark_point(color=ORANGE, filled=True, shape="diamond", size=90, opacity=1).encode(alt.X("value:Q"))
    return bar, point
