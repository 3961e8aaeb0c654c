"""What a price rule of one's own may and may not do, and what cannot be asked of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.generate import book
from parecon.planning.behaviour import Proposals
from parecon.planning.consumers import Asked
from parecon.planning.law import relative_imbalance
from parecon.planning.procedure import plan
from parecon.planning.round import Councils
from parecon.planning.rounds import Recipes, Totals

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


def test_a_rule_may_look_at_all_of_a_round_but_change_nothing() -> None:
    latest = Councils(TINY).answer(np.log(TINY.goods.start_price), None)
    columns = dict(arrays(latest))
    assert set(columns) >= {"log_price", "price", "supply", "imbalance", "fixed_supply", "proposals.log_receipts",
                            "proposals.cost_share", "proposals.totals.sold", "asked.spending"}
    del columns["proposals.receipts"]  # worked out anew whenever it is asked for
    assert [name for name, column in columns.items() if column.flags.writeable] == []


def test_shares_that_do_not_change_are_the_same_column_in_every_round() -> None:
    """By this the board knows that nothing need be added up again: for a nation that is a gigabyte."""
    councils = Councils(TINY)
    first = councils.answer(np.log(TINY.goods.start_price), None)
    assert councils.answer(first.log_price, first, 2).proposals.cost_share is first.proposals.cost_share


def arrays(of: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every array that somebody who is given this can reach, by name."""
    names = getattr(of, "_fields", None) or [each for each in dir(of) if not each.startswith("_")]
    for name in names:
        value = getattr(of, name)
        if isinstance(value, np.ndarray):
            yield before + name, value
        elif isinstance(value, (Proposals, Asked, Recipes, Totals)):
            yield from arrays(value, f"{before}{name}.")


@pytest.mark.parametrize(("price", "expected"), [
    (np.ones(3), "start_price: its prices: found shape \\(3,\\), expected one for each of 10 goods"),
    (1.0, "start_price: its prices: found shape"), (np.full(10, np.nan), "price of private-1: found nan"),
    (np.arange(10.0), "start_price: price of private-1: found 0.0, expected a number above 0"),
])
def test_a_plan_begins_at_a_price_above_0_for_each_good(price: Any, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        plan(TINY, start_price=price)


def test_a_checkpoint_stays_as_it_was_however_often_it_is_gone_on_with() -> None:
    kept: list[Any] = []
    whole = plan(TINY, "book-2021", on_round=lambda _, checkpoint: kept.append(checkpoint))
    assert [len(each.history) for each in kept[:-1]] == list(range(1, whole.rounds))
    for _ in range(2):
        assert plan(TINY, "book-2021", resume=kept[0]).worst_imbalance == whole.worst_imbalance


@pytest.mark.parametrize("nobody", ["wants", "makes"])
def test_the_board_never_hears_the_same_prices_twice_in_a_row(nobody: str) -> None:
    """Not even where it finds no better ones: a round is an evening in every council."""
    goods, consumers = TINY.goods, TINY.consumers
    hard = (replace(TINY, consumers=replace(consumers, income=consumers.income * 0)) if nobody == "wants" else
            replace(TINY, goods=replace(goods, endowment=goods.endowment * 1e-9)))
    price = np.array(plan(hard, max_rounds=40, threshold=1e-6).history.price)
    assert np.abs(np.diff(np.log(price), axis=0)).max(axis=1).min() > 0


def test_what_is_not_a_number_is_not_in_balance() -> None:
    assert np.isnan(relative_imbalance(np.array([np.nan]), np.array([1.0]))).all()


@pytest.mark.parametrize(("asked", "expected"), [
    ({"threshold": 0.0}, "threshold: found 0.0"), ({"threshold": 2.0}, "threshold: found 2.0, expected a share"),
    ({"threshold": float("nan")}, "threshold: found nan"),
    ({"max_rounds": 0}, "max_rounds: found 0"), ({"rule": "tatonnement"}, "name: found tatonnement"),
])
def test_what_cannot_be_asked(asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        plan(TINY, **asked)


def test_a_name_is_not_an_economy() -> None:
    with pytest.raises(BadInput, match="economy: found str, expected an economy"):
        plan("village")  # type: ignore[arg-type]
