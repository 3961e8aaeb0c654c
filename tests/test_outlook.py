"""The verdicts: each told from the others by what prices do, on paths made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from parecon.economy.generate import book
from parecon.planning.outlook import outlook
from parecon.planning.procedure import plan

ROUNDS = 80


def path(kind: str) -> tuple[list[float], list[np.ndarray]]:
    """Worst imbalances and prices of two goods over eighty rounds."""
    time = np.arange(ROUNDS)
    log_price = {
        "cycle": np.stack([0.2 * np.sin(2 * np.pi * time / 5), 0.1 * np.cos(2 * np.pi * time / 5)], 1),
        "stalled": np.zeros((ROUNDS, 2)),
        "diverged": np.stack([time * 0.02, -time * 0.02], 1),
    }[kind]
    worst = {"cycle": 0.4 + 0.1 * np.cos(2 * np.pi * time / 5), "stalled": np.full(ROUNDS, 0.4),
             "diverged": 0.4 + 0.02 * time}[kind]
    return list(np.round(worst, 12)), list(np.exp(log_price))


@pytest.mark.parametrize("kind", ["cycle", "stalled", "diverged"])
def test_each_way_of_not_settling_is_told_from_the_others(kind: str) -> None:
    worst, prices = path(kind)
    assert outlook(worst, prices, 0.05, 1000).verdict == kind


def test_a_cycle_says_its_length() -> None:
    worst, prices = path("cycle")
    assert "every 5 rounds" in outlook(worst, prices, 0.05, 1000).why


@pytest.mark.parametrize(("worst", "prices", "verdict"), [
    ([0.5, 0.04], [1.0, 1.0], "converged"),
    ([0.5, 0.05], [1.0, 1.0], "going on"),
    ([0.5, float("nan")], [1.0, 1.0], "diverged"),
    ([0.5, 2.0], [1.0, 1e30], "diverged"),
    ([0.5] * 100, [1.0] * 100, "out of rounds"),
])
def test_cases(worst: list[float], prices: list[float], verdict: str) -> None:
    assert outlook(worst, [np.array([each]) for each in prices], 0.05, 100).verdict == verdict


def test_the_books_rule_never_gets_below_its_floor_and_the_plan_says_so() -> None:
    """The floor on the book's step keeps prices swinging: at .1 % there is no plan, only a limit cycle."""
    outcome = plan(book(3000, 3000, 10, seed=1), "book-2021", threshold=0.001, max_rounds=400)
    assert outcome.outlook.verdict == "cycle"
    assert outcome.rounds < 400
