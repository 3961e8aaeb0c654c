"""Why a price moved: the parts add up to the whole, and the first cause is the one a person would name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from informed import noisy
from parecon.base.errors import BadInput
from parecon.economy.generate import book
from parecon.planning.belief import believe
from parecon.planning.clearing import Market
from parecon.planning.procedure import Plan, plan
from parecon.planning.round import Councils
from parecon.planning.why import _causes, beliefs, reasons, why


@pytest.fixture(scope="module")
def settled() -> Plan:
    return plan(book(300, 300, 3, seed=2), threshold=0.01)


def test_the_parts_of_a_change_add_up_to_it(settled: Plan) -> None:
    belief = next(beliefs(settled))
    for good in range(len(settled.economy.goods)):
        assert _causes(belief, good).sum() == pytest.approx(1)


def test_the_slopes_behind_it_are_those_of_the_model(settled: Plan) -> None:
    """Finite differences of the model's own gaps, good by good."""
    belief, _ = believe(Councils(settled.economy).answer(np.log(settled.economy.goods.start_price), None), {})
    market = Market(belief)
    here = market.at(belief.latest.log_price)
    slope, small = market.slope(here), 1e-6
    for good in range(len(here.gap)):
        nudge = np.zeros(len(here.gap))
        nudge[good] = small
        moved = (market.at(here.log_price + nudge).gap - market.at(here.log_price - nudge).gap) / (2 * small)
        assert slope[:, good] == pytest.approx(moved, abs=1e-6)


def test_what_everybody_suddenly_wants_is_dearer_because_it_is_short(settled: Plan) -> None:
    consumers = settled.economy.consumers
    taste = np.array(consumers.taste)
    taste[:, 1] *= 5
    eager = replace(settled.economy, consumers=replace(consumers, taste=taste),
                    goods=replace(settled.economy.goods, start_price=settled.price))
    reason = why(plan(eager, threshold=0.01), "private-2")
    assert reason.price_after > reason.price_before
    assert reason.causes[0].good == "private-2"
    assert reason.causes[0].demand_over_supply > 2
    assert all(answer.does == "makes" and answer.change > 0 for answer in reason.answers)
    assert "because demand for private 2" in str(reason)
    whole = reason.price_after / reason.price_before
    assert reason.causes[0].factor == pytest.approx(whole ** reason.causes[0].share_of_change)


def test_reasons_name_the_prices_that_moved_most(settled: Plan) -> None:
    rows = list(reasons(settled))
    second = [row for row in rows if row[0] == 2]
    change = np.abs(np.log(settled.history.price[1] / settled.history.price[0]))
    assert second[0][1] == int(change.argmax())
    assert {row[0] for row in rows} == set(range(2, settled.rounds + 1))


@pytest.mark.parametrize(("good", "number", "expected"), [
    ("caviar", 2, "good: found caviar, expected the code of a good"),
    ("private-1", 1, "round: found 1, expected one from 2"),
    ("private-1", 99, "round: found 99, expected one from 2"),
])
def test_asking_for_what_is_not_there(settled: Plan, good: str, number: int, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        why(settled, good, number)


def test_a_rule_that_looks_at_each_good_alone_needs_no_reasons(settled: Plan) -> None:
    alone = plan(settled.economy, "book-2021", max_rounds=2)
    assert not list(reasons(alone))
    with pytest.raises(BadInput, match="rule: found book-2021"):
        why(alone, "private-1")


def test_a_good_that_nobody_wants_has_no_causes_and_that_is_said() -> None:
    economy = book(300, 100, 3)
    taste = np.array(economy.consumers.taste)
    taste[:, 0] = 0
    reason = why(plan(replace(economy, consumers=replace(economy.consumers, taste=taste)), max_rounds=3), "private-1")
    assert reason.causes == ()
    assert reason.price_after < reason.price_before
    assert "offered and not wanted" in str(reason)


def test_the_factors_that_are_told_multiply_to_the_whole_change(settled: Plan) -> None:
    reason = why(settled, "private-1")
    told = [float(line.split()[1]) for line in str(reason).splitlines() if line.startswith("  x ")]
    assert len(told) == len(reason.causes) + 1
    assert np.prod(told) == pytest.approx(reason.price_after / reason.price_before, rel=0.02)


def test_councils_that_may_not_say_the_same_again_are_not_asked_for_reasons() -> None:
    councils = noisy(book(300, 100, 3))
    made = plan(councils.economy, councils=councils, max_rounds=3)
    assert list(reasons(made)) == []
    with pytest.raises(BadInput, match="councils: found Noisy, expected those that propose the same"):
        why(made, "private-1")
