"""The book's rule equals an outside program: demplan's rounds exactly, and its prices in every round."""

from __future__ import annotations

import numpy as np
import pytest

import parecon
from oracle import Answer, solve
from parecon import Economy, Plan
from parecon.planning.procedure import first_below
from parecon.planning.years import increasing_returns, next_year, real_growth

SIZES = {"small": (3_000, 3_000, 10), "book": (30_000, 30_000, 100)}  # councils of each side, kinds of each class
SEEDS = range(101, 111)
RELATIVE = 1e-12
CASES = [(size, "decreasing", seed) for size in SIZES for seed in SEEDS]
CASES += [("small", "increasing", seed) for seed in SEEDS] + [("book", "increasing", SEEDS[0])]


def same_way(ours: Plan, theirs: Answer) -> None:
    """Round by round the same prices; so many rounds to 5 % and to 3 %; the same next prices and memory."""
    assert ours.converged
    assert ours.rounds == len(theirs.price)
    assert ours.rounds_to()["0.05"] == first_below(theirs.worst_imbalance, 0.05)
    assert ours.rounds_to()["0.03"] == ours.rounds
    np.testing.assert_allclose(ours.history.price, theirs.price, rtol=RELATIVE)
    np.testing.assert_allclose(ours.worst_imbalance, theirs.worst_imbalance, atol=RELATIVE)
    price, state = ours.announced
    np.testing.assert_allclose(price, theirs.announced[0], rtol=RELATIVE)
    np.testing.assert_allclose(state["earlier"], theirs.announced[1], atol=RELATIVE)


@pytest.mark.parametrize(("size", "returns", "seed"), CASES)
def test_two_years_are_those_of_demplan(size: str, returns: str, seed: int) -> None:
    economy = drawn(size, returns, seed)
    first, first_theirs = parecon.plan(economy, "book-2021", threshold=0.03), solve(economy, 0.03)
    same_way(first, first_theirs)

    year = next_year(first, seed)
    second = parecon.plan(year.economy, "book-2021", threshold=0.03, state=year.state)
    second_theirs = solve(year.economy, 0.03, earlier=first_theirs)
    same_way(second, second_theirs)
    assert real_growth(first, second) == pytest.approx(growth_in_demplan(first_theirs, second_theirs), abs=1e-12)


def drawn(size: str, returns: str, seed: int) -> Economy:
    economy = parecon.book(*SIZES[size], seed=seed)
    return increasing_returns(economy, seed) if returns == "increasing" else economy


def growth_in_demplan(first: Answer, second: Answer) -> float:
    from demplan.prefabs.hahnel.book_2021 import real_gdp_growth

    return real_gdp_growth(first.economy, first.plan, second.economy, second.plan) / 100
