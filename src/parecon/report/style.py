"""One theme for every figure, and how a figure becomes part of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from parecon.report.html import Markup

# Colours that people with any common colour blindness can tell apart (Okabe and Ito 2008, darkened where
# needed to be seen on white as well as on a dark page). Text and lines take the colour of the page's text.
BLUE, ORANGE, GREEN, PURPLE, BROWN, SKY, GREY = ("#0072b2", "#d55e00", "#009e73", "#b3589a", "#9a7b00", "#3d9bd1",
                                               "#8b9198")
CLASS_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, BROWN, SKY, GREY)
TEXT = "currentColor"
# These three have the same widths, so that text measured here fits wherever it is shown.
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
WIDE, WHOLE, NARROW = 600, 1120, 340  # pixels: beside its numbers, across the page, on a phone
FIRST_MARGIN = 160  # a first guess at what axes and labels take; the second drawing is exact


@dataclass(frozen=True)
class Space:
    """The room a chart has: the width of its plotting area in pixels, and whether it is for a phone."""

    width: float
    narrow: bool


Build = Callable[[Space], alt.TopLevelMixin]

CONFIG: dict[str, Any] = {
    "aria": False, "background": "transparent", "font": FONT, "padding": 4,
    "view": {"stroke": None},
    "axis": {"labelColor": TEXT, "titleColor": TEXT, "labelFontSize": 12, "titleFontSize": 12,
             "titleFontWeight": "normal", "titlePadding": 8, "labelPadding": 5, "gridColor": TEXT,
             "gridOpacity": 0.14, "domain": False, "tickColor": TEXT, "tickOpacity": 0.4, "ticks": False},
    "title": {"color": TEXT, "fontSize": 13, "fontWeight": "bold", "anchor": "start", "frame": "group", "offset": 8},
    "legend": {"labelColor": TEXT, "labelFontSize": 12, "title": None, "orient": "top", "symbolType": "square"},
    "text": {"color": TEXT, "fontSize": 12},
    "concat": {"spacing": 18},
}


def css() -> str:
    """The style sheet of the page."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def inline(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Rows as the data of a chart. As one string they are not copied each time charts are put together."""
    return alt.Data(values=json.dumps(rows), format=alt.JsonDataFormat(type="json"))


def drawn(said: str, build: Build, width: int = WIDE) -> Markup:
    """A figure as inline SVG, drawn once for a desk and once for a phone; style shows the one that fits.

    `build(space)` makes the chart for a plotting area of that width; `said` tells people who cannot
    see it what it shows; `width` is what it measures on a desk, in pixels.
    """
    with debug_mode(arg=False):  # charts made by this package need not be checked against the schema each time
        both = (("wide", _fitted(build, width, narrow=False)), ("narrow", _fitted(build, NARROW, narrow=True)))
    return Markup("".join(f'<div class="{size}">{_inline(svg, said, size)}</div>' for size, svg in both))


def _fitted(build: Build, width: float, *, narrow: bool) -> str:
    """The chart drawn so that, with its axes and labels, it is `width` pixels wide."""
    guess = width - FIRST_MARGIN
    margin = _width(_svg(build(Space(guess, narrow)))) - guess
    return _svg(build(Space(max(width - margin, width / 4), narrow)))


def _svg(chart: alt.TopLevelMixin) -> str:
    return vl_convert.vegalite_to_svg({**chart.to_dict(validate=False), "config": CONFIG})


def _width(svg: str) -> float:
    found = re.search(r'width="([\d.]+)"', svg)
    assert found, "an SVG says how wide it is"
    return float(found[1])


def _inline(svg: str, said: str, size: str) -> str:
    """The SVG as part of a page: no namespaces, ids of its own, and words for those who cannot see it."""
    found = re.match(r'<svg[^>]*?(width="[\d.]+" height="[\d.]+" viewBox="[^"]*")[^>]*>', svg)
    assert found, "an SVG starts with its size"
    body = re.sub(r"\bclip(\d+)\b(?=[\")])", rf"{size}-clip\1", svg[found.end():])
    return f'<svg role="img" aria-label="{escape(said)}" {found[1]}>{body}'
