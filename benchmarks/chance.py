"""Rounds that chance alone costs: every proposal 5 % off, anew each round, at the book's size.

python -m benchmarks.chance

Beside `predictive` stands a board that knows how every council responds (`tests/informed.py`), which no board does.
"""

from __future__ import annotations

import statistics

import numpy as np
from tests.informed import informed, noisy

import parecon
from parecon import Economy
from parecon.planning.rules import Rule

SIZE, ECONOMIES, DRAWS, LEVEL = (30_000, 30_000, 100), range(1, 11), range(8), 0.05
ROW = "{:<11}{:<24}{:<24}{}"


def main() -> None:
    """Prints the rounds to 5 % of both, and how far apart goods are at prices that clear but for chance."""
    print(ROW.format("economy", "predictive", "informed", "worst imbalance at prices that clear but for chance, %"))
    ours: list[int] = []
    theirs: list[int] = []
    left: list[float] = []
    for seed in ECONOMIES:
        economy = parecon.book(*SIZE, seed=seed)
        ours += [_rounds(economy, "predictive", draw) for draw in DRAWS]
        theirs += [_rounds(economy, informed(economy), draw) for draw in DRAWS]
        left += _by_chance(economy)
        now = slice(-len(DRAWS), None)
        print(ROW.format(seed, _shown(ours[now]), _shown(theirs[now]), f"{min(left[now]):.1f} to {max(left[now]):.1f}"),
              flush=True)
    print(ROW.format("mean", f"{statistics.mean(ours):.2f}", f"{statistics.mean(theirs):.2f}", ""))
    print(ROW.format("at most 3", _share(ours, 3), _share(theirs, 3), f"{_share(left, 100 * LEVEL)} within 5 %"))


def _rounds(economy: Economy, rule: str | Rule, draw: int) -> int:
    return parecon.plan(economy, rule, councils=noisy(economy, draw), threshold=LEVEL).rounds


def _by_chance(economy: Economy) -> list[float]:
    """The worst imbalance, in percent, in one round for each draw, at the prices that clear where nobody is off."""
    price = parecon.plan(economy, threshold=1e-6).price
    return [100 * noisy(economy, draw).answer(np.log(price), None).worst for draw in DRAWS]


def _shown(counts: list[int]) -> str:
    return " ".join(str(each) for each in counts)


def _share(values: list[int] | list[float], most: float) -> str:
    return f"{np.mean(np.array(values) <= most):.0%}"


if __name__ == "__main__":
    main()
