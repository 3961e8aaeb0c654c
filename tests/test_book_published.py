"""The published results: means over twenty economies of our own lie within the published ranges.

Published in Hahnel, Democratic Economic Planning (2021), ch. 9, and by the author of its program for
the small set. Both years are planned to 3 %, as there; endowments are 1000 of each kind at both sizes.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import parecon
from parecon import Plan
from parecon.planning.rules import State
from parecon.planning.years import increasing_returns, next_year, real_growth

SIZES = {"small": (3_000, 3_000, 10), "book": (30_000, 30_000, 100)}
SEEDS = range(1, 21)

# size, returns, what, least and most of any published experiment
PUBLISHED = [
    ("book", "decreasing", "rounds to 5 %", 11, 13),
    ("book", "decreasing", "rounds to 3 %", 18, 22),
    ("book", "decreasing", "year two, rounds to 5 %", 5, 8),
    ("book", "decreasing", "growth, %", 2.178, 2.659),
    ("book", "increasing", "year two, rounds to 5 %", 5, 8),
    ("book", "increasing", "growth, %", 1.659, 2.101),
    ("small", "decreasing", "rounds to 5 %", 9, 13),
    ("small", "decreasing", "rounds to 3 %", 15, 23),
    ("small", "decreasing", "year two, rounds to 5 %", 5, 7),
    ("small", "increasing", "rounds to 5 %", 7, 9),
    ("small", "increasing", "rounds to 3 %", 10, 15),
]
# size, returns, what, published mean where no range is published
PUBLISHED_MEANS = [
    ("small", "decreasing", "growth, %", 2.313),
    ("small", "increasing", "growth, %", 1.798),
    ("small", "increasing", "year two, rounds to 5 %", 5.10),
]
# size, rule, mean rounds to 10, 5 and 3 %: found with another implementation on other draws
OTHER_RULES = [
    ("book", "book-printed", (6.5, 10.9, 19.1)),
    ("book", "proportional", (6.7, 10.3, 14.3)),
    ("book", "anderson", (5.4, 8.2, 9.0)),
    ("small", "book-printed", (6.1, 9.9, 18.7)),
    ("small", "proportional", (5.9, 9.4, 14.0)),
    ("small", "anderson", (4.9, 7.5, 8.1)),
]


@cache
def two_years(size: str, returns: str) -> dict[str, list[float]]:
    """What the book reports of its two-year experiments: a number for each seed."""
    results: list[dict[str, float]] = []
    for seed in SEEDS:
        economy = parecon.book(*SIZES[size], seed=seed)
        first = to_three_percent(increasing_returns(economy, seed) if returns == "increasing" else economy)
        year = next_year(first, seed)
        second = to_three_percent(year.economy, state=year.state)
        results.append({"rounds to 5 %": rounds_to(first, 0.05), "rounds to 3 %": rounds_to(first, 0.03),
                        "year two, rounds to 5 %": rounds_to(second, 0.05),
                        "growth, %": 100 * real_growth(first, second)})
    return {what: [each[what] for each in results] for what in results[0]}


def to_three_percent(economy: parecon.Economy, rule: str = "book-2021", state: State | None = None) -> Plan:
    plan = parecon.plan(economy, rule, threshold=0.03, state=state)
    assert plan.converged
    return plan


def rounds_to(plan: Plan, level: float) -> int:
    rounds = plan.rounds_to()[f"{level:.2f}"]
    assert rounds is not None
    return rounds


@pytest.mark.parametrize(("size", "returns", "what", "least", "most"), PUBLISHED)
def test_means_lie_in_the_published_ranges(size: str, returns: str, what: str, least: float, most: float) -> None:
    assert least <= np.mean(two_years(size, returns)[what]) <= most


@pytest.mark.parametrize(("size", "returns", "what", "mean"), PUBLISHED_MEANS)
def test_means_without_a_range_are_within_a_tenth(size: str, returns: str, what: str, mean: float) -> None:
    assert np.mean(two_years(size, returns)[what]) == pytest.approx(mean, rel=0.1)


@pytest.mark.parametrize(("size", "rule", "expected"), OTHER_RULES)
def test_other_rules_take_the_rounds_found_elsewhere(size: str, rule: str, expected: tuple[float, ...]) -> None:
    plans = [to_three_percent(parecon.book(*SIZES[size], seed=seed), rule) for seed in SEEDS[:10]]
    means = [np.mean([rounds_to(plan, level) for plan in plans]) for level in (0.10, 0.05, 0.03)]
    assert means == pytest.approx(expected, abs=1.0)
