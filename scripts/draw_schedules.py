"""Draws the picture of docs/second-hand.md: what a used good is worth by age and condition.

python scripts/draw_schedules.py docs/_static/schedules.svg
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.secondhand.durables import read_durables, schedule
from parecon.secondhand.law import PERMILLE

GOOD, CREDITS = "major-appliances", 750  # of the left figure; CREDITS is the top of its scale
OTHERS = {"furniture": 126, "computers": 42, "cars": 50, "telephones": 50}  # codes, and where names stand
BEFORE = ("telephones",)  # whose name stands on the left of its curve
GRADES = "ABCD"
YEARS, LEFT, RIGHT, TOP, BOTTOM = 16, (70, 520), (390, 840), 96, 340
STYLE = """
  text { font: 15px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 17px } .small { font-size: 13px } .faint { fill: #57606a }
  .page { fill: #ffffff; stroke: #d0d7de } .grid { stroke: #d8dee4 }
  .limit { stroke: #57606a; stroke-dasharray: 5 4 }
  polyline { fill: none; stroke: #0a6c74; stroke-width: 2.5 } .other { stroke: #b04a1a }
  .refused { stroke-width: 1; stroke-opacity: 0.6 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #a3acb7 } .page { fill: #0d1117; stroke: #30363d } .grid { stroke: #2b323b }
    .limit { stroke: #a3acb7 } polyline { stroke: #4cc3cc } .other { stroke: #f0935a }
  }"""


def main() -> None:
    """Draws the schedules of the catalogue under the law as it is."""
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The picture as SVG."""
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 400" width="900" height="400" role="img">',
        "<title>What a washing machine is worth by age and condition, and what age leaves of other goods</title>",
        f"<style>{STYLE}</style>",
        '<rect class="page" x="0.5" y="0.5" width="899" height="399" rx="12"/>',
        *one_good(), *other_goods(), "</svg>", ""]
    return "\n".join(lines)


def one_good() -> Iterator[str]:
    """One good in four grades, thick where it is taken in."""
    law, durables = parameters("secondhand"), read_durables()
    row = durables.code.index(GOOD)
    worth = schedule(durables, np.ones(len(durables)), law)[row] / PERMILLE
    oldest = int(durables.life_months[row]) - law["least_remaining_months"]
    least = law["least_worth_mcr"] / PERMILLE
    yield text(LEFT[0] - 30, 40, f"A washing machine: {CREDITS} credits new", "title")
    yield text(LEFT[0] - 30, 62, f"worth in credits by grade; taken in above {least:.0f},", "small faint")
    yield text(LEFT[0] - 30, 80, f"with more than {law['least_remaining_months'] // 12} years of its life left",
               "small faint")
    yield from axes(0, [(f"{level}", level / CREDITS) for level in range(0, CREDITS + 1, 150)])
    for grade, name in enumerate(GRADES):
        of_grade = worth[:YEARS * 12 + 1, grade]
        taken = (of_grade > least) & (np.arange(len(of_grade)) < oldest)
        yield polyline(0, of_grade / CREDITS, "refused")
        yield polyline(0, of_grade[taken] / CREDITS, "")
        yield text(LEFT[0] - 26, down(of_grade[0] / CREDITS) + 5, name, "")
    yield f'<path class="limit" d="M{LEFT[0]} {down(least / CREDITS)}H{RIGHT[0]}"/>'
    yield f'<path class="limit" d="M{along(0, oldest)} {TOP}V{BOTTOM}"/>'


def other_goods() -> Iterator[str]:
    """What age leaves of other goods, in the best grade."""
    durables = read_durables()
    left = durables.remaining_share(parameters("secondhand"))
    yield text(LEFT[1] - 30, 40, "Other goods: what age leaves", "title")
    yield text(LEFT[1] - 30, 62, "of the worth of a new one, in %;", "small faint")
    yield text(LEFT[1] - 30, 80, "nothing once the life of the good is over", "small faint")
    yield from axes(1, [(f"{percent}", percent / 100) for percent in range(0, 101, 20)])
    for code, month in OTHERS.items():
        share = left[durables.code.index(code), :YEARS * 12 + 1]
        yield polyline(1, share, "other")
        x, y = along(1, month), down(share[month])
        yield text(x - 8, y + 8, code, "small", 'text-anchor="end"') if code in BEFORE else (
            text(x + 6, y - 5, code, "small"))


def axes(panel: int, levels: list[tuple[str, float]]) -> Iterator[str]:
    """Lines across with what they stand for, and the years below."""
    for words, share in levels:
        yield f'<path class="grid" d="M{LEFT[panel]} {down(share)}H{RIGHT[panel]}"/>'
        yield text(RIGHT[panel] + 6, down(share) + 5, words, "small faint")
    for year in range(0, YEARS + 1, 2):
        yield text(along(panel, 12 * year), BOTTOM + 20, str(year), "small faint", 'text-anchor="middle"')
    yield text((LEFT[panel] + RIGHT[panel]) / 2, BOTTOM + 42, "age in years", "small faint", 'text-anchor="middle"')


def polyline(panel: int, share: Floats, kind: str) -> str:
    """A curve by months of age, from 0."""
    points = " ".join(f"{along(panel, month)},{down(float(each))}" for month, each in enumerate(share))
    return f'<polyline class="{kind}" points="{points}"/>'


def along(panel: int, months: int) -> float:
    """How far to the right an age stands."""
    return round(LEFT[panel] + (RIGHT[panel] - LEFT[panel]) * months / (12 * YEARS), 1)


def down(share: float) -> float:
    """How far down a share of the scale stands."""
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def text(x: float, y: float, words: str, kind: str, more: str = "") -> str:
    """Words at a place, in a style."""
    return f'<text x="{x}" y="{y}" class="{kind}" {more}>{words}</text>'.replace(" >", ">")


if __name__ == "__main__":
    main()
