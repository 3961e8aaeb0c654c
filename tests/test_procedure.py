"""What a price rule of one's own may and may not do, and what cannot be asked of a plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.generate import book
from parecon.planning.law import relative_imbalance
from parecon.planning.procedure import plan

TINY = book(60, 20, 2, seed=1)


@pytest.mark.parametrize(("answer", "expected"), [
    (lambda price: (price * np.nan, {}), "price of private-1: found nan, expected a number above 0"),
    (lambda price: (-price, {}), "private-1: found -699.9"),
    (lambda price: (price * 0, {}), "found 0.0, expected a number above 0"),
    (lambda price: (price[:-1], {}), "its prices: found shape (9,), expected one for each of 10 goods"),
    (lambda price: price, "its answer: found ndarray, expected a pair"),
    (lambda _: None, "its answer: found NoneType, expected a pair"),
])
def test_a_rule_that_announces_nonsense_is_refused_by_name(answer: Any, expected: str) -> None:
    def mistaken(latest: Any, _: Any) -> Any:
        return answer(latest.price)

    with pytest.raises(BadInput, match="rule mistaken: ") as refused:
        plan(TINY, mistaken)
    assert expected in str(refused.value)


def test_a_rule_may_look_at_proposals_but_not_change_them() -> None:
    def cheating(latest: Any, state: Any) -> Any:
        latest.proposals.cost_share[:] *= 0.9
        return latest.price, state

    with pytest.raises(ValueError, match="read-only"):
        plan(TINY, cheating)


def test_what_is_not_a_number_is_not_in_balance() -> None:
    assert np.isnan(relative_imbalance(np.array([np.nan]), np.array([1.0]))).all()


@pytest.mark.parametrize(("asked", "expected"), [
    ({"threshold": 0.0}, "threshold: found 0.0"), ({"threshold": float("nan")}, "threshold: found nan"),
    ({"max_rounds": 0}, "max_rounds: found 0"), ({"rule": "tatonnement"}, "name: found tatonnement"),
])
def test_what_cannot_be_asked(asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        plan(TINY, **asked)


def test_a_name_is_not_an_economy() -> None:
    with pytest.raises(BadInput, match="economy: found str, expected an economy"):
        plan("village")  # type: ignore[arg-type]
