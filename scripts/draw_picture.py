"""Draws the picture of README.md: how a year is planned, and the rounds of one real plan by two rules.

python scripts/draw_picture.py docs/picture.svg
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import parecon

RULES = ("predictive", "book-2021")
LEFT, RIGHT, TOP, BOTTOM = 500, 850, 96, 340  # of the figure
MOST, LEAST = 2.0, 0.01  # the figure's imbalances, drawn on a logarithmic scale
STYLE = """
  text { font: 15px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 17px } .small { font-size: 13px } .faint { fill: #57606a }
  .page { fill: #ffffff; stroke: #d0d7de } .box { fill: #f3f6fa; stroke: #8c96a1; stroke-width: 1.5 }
  .arrow { fill: none; stroke: #57606a; stroke-width: 2; marker-end: url(#tip) } #tip path { fill: #57606a }
  .grid { stroke: #d8dee4 } .threshold { stroke: #57606a; stroke-dasharray: 5 4 }
  .predictive { stroke: #0a6c74; fill: #0a6c74 } .book-2021 { stroke: #b04a1a; fill: #b04a1a }
  polyline.predictive, polyline.book-2021 { fill: none; stroke-width: 2.5 }
  text.predictive, text.book-2021 { stroke: none; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #a3acb7 } .page { fill: #0d1117; stroke: #30363d }
    .box { fill: #1b222c; stroke: #6e7781 } .arrow { stroke: #a3acb7 } #tip path { fill: #a3acb7 }
    .grid { stroke: #2b323b } .threshold { stroke: #a3acb7 }
    .predictive { stroke: #4cc3cc; fill: #4cc3cc } .book-2021 { stroke: #f0935a; fill: #f0935a }
  }"""
BOXES = (
    (40, 88, "Councils propose", "workers what they would make and use,", "consumers what they would like"),
    (40, 212, "The board measures", "of every good: how far is supply", "from demand, as a share of their mean?"),
    (40, 336, "All goods close: a plan", "otherwise the board's rule announces", "new prices, and a new round begins"),
)


def main() -> None:
    """Plans an economy of the book's size by both rules and draws the rounds."""
    economy = parecon.book(seed=1)
    worst = {rule: parecon.plan(economy, rule).worst_imbalance for rule in RULES}
    Path(sys.argv[1]).write_text(picture(worst), encoding="utf-8")


def picture(worst: dict[str, list[float]]) -> str:
    """The picture as SVG, from the worst imbalance of each round of each rule."""
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 440" width="900" height="440" role="img">',
        "<title>Councils propose, the board measures, new prices are announced, until every good is in balance</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto">',
        '<path d="M0 0L10 5L0 10z"/></marker></defs>',
        '<rect class="page" x="0.5" y="0.5" width="899" height="439" rx="12"/>',
        *procedure(), *figure(worst), "</svg>", ""]
    return "\n".join(lines)


def procedure() -> Iterator[str]:
    """The three steps of a round, and the way back."""
    yield text(40, 48, "How a year is planned", "title")
    for x, y, heading, *sentence in BOXES:
        yield f'<rect class="box" x="{x}" y="{y}" width="330" height="80" rx="9"/>'
        yield text(x + 18, y + 27, heading, "title")
        yield from (text(x + 18, y + 48 + 18 * row, line, "small faint") for row, line in enumerate(sentence))
    for y in (168, 292):
        yield f'<path class="arrow" d="M205 {y}V{y + 40}"/>'
    yield '<path class="arrow" d="M370 376H412V128H376"/>'
    yield text(0, 0, "one round", "small faint", 'transform="translate(430 252) rotate(-90)" text-anchor="middle"')


def figure(worst: dict[str, list[float]]) -> Iterator[str]:
    """The worst good of every round, on a logarithmic scale."""
    rounds = max(len(each) for each in worst.values())
    yield text(LEFT - 20, 48, "The worst good, round by round", "title")
    yield text(LEFT - 20, 70, "a real run: 60,000 councils, 500 goods", "small faint")
    for level in (1.0, 0.3, 0.1, 0.02):
        yield f'<path class="grid" d="M{LEFT} {down(level)}H{RIGHT}"/>'
        yield text(LEFT - 8, down(level) + 5, f"{100 * level:.0f} %", "small faint", 'text-anchor="end"')
    yield f'<path class="threshold" d="M{LEFT} {down(0.05)}H{RIGHT}"/>'
    yield text(LEFT - 8, down(0.05) + 5, "5 %", "small", 'text-anchor="end"')
    for number in range(1, rounds + 1):
        yield text(along(number, rounds), BOTTOM + 22, str(number), "small faint", 'text-anchor="middle"')
    yield text((LEFT + RIGHT) / 2, BOTTOM + 44, "round", "small faint", 'text-anchor="middle"')
    for rule, each in reversed(worst.items()):
        points = [(along(number, rounds), down(value)) for number, value in enumerate(each, start=1)]
        yield f'<polyline class="{rule}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'
        yield from (f'<circle class="{rule}" cx="{x}" cy="{y}" r="4"/>' for x, y in points)
    yield from legend(worst, rounds)


def legend(worst: dict[str, list[float]], rounds: int) -> Iterator[str]:
    """What the two lines are, beside their ends."""
    found, book = worst[RULES[0]], worst[RULES[1]]
    yield text(along(len(found), rounds) + 12, down(found[-1]) - 1, f"predictive rule: {len(found)} rounds",
               RULES[0])
    yield text(along(4, rounds) + 12, down(book[3]) - 12, f"the book's rule: {len(book)} rounds", RULES[1])


def along(number: int, rounds: int) -> float:
    """How far to the right a round stands."""
    return round(LEFT + 14 + (RIGHT - LEFT - 28) * (number - 1) / (rounds - 1), 1)


def down(imbalance: float) -> float:
    """How far down an imbalance stands."""
    return round(TOP + (BOTTOM - TOP) * math.log(MOST / imbalance) / math.log(MOST / LEAST), 1)


def text(x: float, y: float, words: str, kind: str, more: str = "") -> str:
    """Words at a place, in a style."""
    return f'<text x="{x}" y="{y}" class="{kind}" {more}>{words}</text>'.replace(" >", ">")


if __name__ == "__main__":
    main()
