"""What the board believes: each council's next proposal, foreseen from those before, whatever prices are announced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from informed import plain
from parecon.base.columns import owners, sums
from parecon.base.parameters import parameters
from parecon.economy.generate import book
from parecon.planning.belief import believe
from parecon.planning.habits import Overstating, Slow, SlowConsumers
from parecon.planning.round import Councils, Round
from parecon.planning.rounds import respond
from parecon.planning.years import increasing_returns

ECONOMY = book(3000, 300, 10)
KEPT = ("effort", "share_moved")  # what a board knows of its councils from the year before


def slow() -> Councils:
    return Councils(ECONOMY, Slow(plain(ECONOMY), 0.7), SlowConsumers(ECONOMY, 0.7))


def heard(councils: Councils, rounds: int, memory: dict[str, Any], seed: int) -> tuple[list[float], dict[str, Any]]:
    """How far off the board is in each round from the second on, as a share of what moved; and what it remembers."""
    draw, latest, believed, off = np.random.default_rng(seed), None, None, []
    for number in range(1, rounds + 1):
        log_price = np.log(ECONOMY.goods.start_price) + draw.normal(0, 0.1, len(ECONOMY.goods))
        now = councils.answer(log_price, latest, number)
        if latest is not None and believed is not None:
            moved = now.proposals.log_receipts - latest.proposals.log_receipts
            wrong = now.proposals.log_receipts - expected(latest, believed.response, log_price)
            off.append(float(np.sqrt(np.mean(wrong**2) / np.mean(moved**2))))
        believed, memory = believe(now, memory)
        latest = now
    return off, memory


def expected(latest: Round, response: Any, log_price: np.ndarray) -> np.ndarray:
    proposals, step = latest.proposals, log_price - latest.log_price
    return respond(proposals.recipes, proposals.cost_share, response, proposals.receipt_rate, step)[0]


def test_after_two_rounds_councils_of_the_book_are_foreseen_and_the_next_year_from_the_first_on() -> None:
    first, memory = heard(Councils(ECONOMY), 4, {}, seed=1)
    assert first[0] < 0.1
    assert first[1] < 0.01
    assert first[2] < 1e-5
    again, _ = heard(Councils(ECONOMY), 2, {name: memory[name] for name in KEPT}, seed=2)
    assert again[0] < 1e-5


def test_slow_councils_are_foreseen_to_go_on_towards_what_they_aimed_at() -> None:
    first, memory = heard(slow(), 4, {}, seed=1)
    assert first[0] > 0.2, "that they are slow nobody can know before they have moved"
    assert first[1] < 0.05
    assert first[2] < 0.05
    assert memory["share_moved"] == pytest.approx(0.7, abs=0.02)
    workers = ECONOMY.workers
    effort = workers.effort_exponent / workers.effort_disutility_exponent
    again, _ = heard(slow(), 2, {"effort": effort, "share_moved": 0.7}, seed=2)
    assert again[0] < 1e-5


def test_a_council_is_believed_to_mind_costs_as_much_as_it_says_it_has_them() -> None:
    """Inputs dearer by a percent weigh as its cost share says; so do those who overstate their needs."""
    overstated = np.where(np.arange(len(ECONOMY.workers)) % 2, 0.1, 0.0)
    latest = Councils(ECONOMY, Overstating(plain(ECONOMY), overstated)).answer(np.log(ECONOMY.goods.start_price), None)
    belief, memory = believe(latest, {})
    response, workers = belief.response, ECONOMY.workers
    share = sums(workers.input_start, workers.input_exponent) * (1 + overstated)
    dearer = response.to_cost * sums(workers.input_start, latest.proposals.cost_share)
    assert dearer / response.to_price == pytest.approx(share)
    assert response.to_price == pytest.approx(1 / (1 - share - parameters("planning")["effort_returns"]))
    assert memory["effort"] == pytest.approx(parameters("planning")["effort_returns"])


def test_costs_beyond_receipts_are_no_guide_and_the_usual_is_believed_instead() -> None:
    economy = increasing_returns(ECONOMY, seed=1)
    _, memory = believe(Councils(economy).answer(np.log(economy.goods.start_price), None), {})
    share = np.bincount(owners(economy.workers.input_start), economy.workers.input_exponent)
    assert (share >= 1).any()
    assert memory["returns"][share >= 1] == pytest.approx(np.median(memory["returns"]), abs=0.02)
