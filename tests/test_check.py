"""What cannot be is refused wherever the economy came from, and in time even for a nation."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.bundled import BUNDLED
from parecon.economy.check import check
from parecon.economy.generate import book
from parecon.economy.model import Economy
from parecon.economy.read import read


def with_column(economy: Economy, part: str, column: str, row: int, value: Any) -> Economy:
    """The economy with one value of one column changed."""
    values = np.array(getattr(getattr(economy, part), column))
    values[row] = value
    return replace(economy, **{part: replace(getattr(economy, part), **{column: values})})


WRONG = [
    ("goods", "start_price", [0, -1, np.nan, np.inf]), ("goods", "endowment", [-1, np.nan, np.inf]),
    ("goods", "given_demand", [-1, np.nan, np.inf]), ("goods", "kind", [-1, 7]),
    ("workers", "product", [-1, 14]), ("workers", "input_good", [-1, 14]),
    ("workers", "input_exponent", [0, -1, np.nan, np.inf]), ("workers", "log_scale", [-np.inf, np.nan, np.inf]),
    ("workers", "effort_exponent", [-1, np.nan, np.inf, 2]),
    ("workers", "effort_disutility_exponent", [0, 0.1, -1, np.nan, np.inf]),
    ("workers", "effort_disutility_scale", [0, -1, np.nan, np.inf]),
    ("workers", "receipt_rate", [0, -1, np.nan, np.inf]), ("workers", "capacity", [0, -1, np.nan]),
    ("workers", "establishments", [0, -1, np.nan, np.inf]),
    ("consumers", "income", [-1, np.nan, np.inf]), ("consumers", "effort_rating", [0, -1, np.nan, np.inf]),
    ("consumers", "members", [0, -1, np.nan, np.inf]), ("consumers", "taste", [-1, np.nan, np.inf, 0]),
    ("consumers", "taste_good", [-1, 14, 1]),
    ("communities", "pollutant", [-1, 14]), ("communities", "benefit", [0, -1, np.nan, np.inf]),
    ("communities", "benefit_exponent", [0, -1, np.nan, 2]), ("communities", "damage_exponent", [0, np.nan, np.inf]),
    ("units", "parent", [0, -2, 7, 1]), ("units", "unit", [-1, 7]), ("units", "side", [-1, 2]),
    ("units", "council", [-1, 3]), ("units", "until_day", [-(2**62)]),
]


@pytest.mark.parametrize(("part", "column", "value"), [(p, c, v) for p, c, values in WRONG for v in values])
def test_a_value_that_cannot_be_is_refused(part: str, column: str, value: float) -> None:
    village = read("village")
    assert check(village, "village") is village
    with pytest.raises(BadInput):
        check(with_column(village, part, column, 0, value), "village")


@pytest.mark.parametrize(("column", "value"), [("mixture", -1), ("mixture", np.nan), ("mixture", 0), ("taste", 0)])
def test_a_mixture_that_cannot_be_is_refused(column: str, value: float) -> None:
    economy = read("us-2017-71")
    check(economy, "us")
    with pytest.raises(BadInput, match=r"row 2 \((q2|second fifth)[,)]"):
        check(with_column(economy, "consumers", column, 1, value), "us")


def test_an_economy_of_nobody_is_refused() -> None:
    nobody = book(30, 30, kinds=2)
    empty = replace(nobody, consumers=replace(nobody.consumers, income=np.zeros(0)))
    with pytest.raises(BadInput, match="consumers: found no rows"):
        check(empty, "book")


def test_the_first_wrong_row_is_named() -> None:
    village = with_column(with_column(read("village"), "workers", "capacity", 9, 0), "workers", "capacity", 3, -2)
    with pytest.raises(BadInput) as error:
        check(village, "here")
    assert str(error.value) == "here: workers row 4 (farm-hill), column capacity: found -2.0, expected a number above 0"


def test_a_capacity_may_be_unbounded_and_an_endowment_replaces_a_maker() -> None:
    village = read("village")
    assert np.isinf(village.workers.capacity).all()
    nobody_bakes = replace(village, workers=replace(
        village.workers, product=np.where(village.workers.product == 0, 1, village.workers.product)))
    with pytest.raises(BadInput, match=r"\(bread\): found a good wanted by consumers that nobody makes"):
        check(nobody_bakes, "village")
    check(with_column(nobody_bakes, "goods", "endowment", 0, 1), "village")


@pytest.mark.parametrize("name", [entry.name for entry in BUNDLED if not entry.name.endswith("establishments")])
def test_bundled_economies_pass(name: str) -> None:
    check(read(name), name)


def test_ten_million_inputs_are_checked_in_a_fraction_of_a_second() -> None:
    councils, inputs = 500_000, 20
    economy = book(300, 300, kinds=100)
    same = {column: np.broadcast_to(getattr(economy.workers, column)[0], councils) for column in (
        "log_scale", "effort_exponent", "effort_disutility_exponent", "effort_disutility_scale", "receipt_rate",
        "capacity", "establishments")}
    many = replace(economy, workers=replace(
        economy.workers, product=np.arange(councils) % 300, input_start=np.arange(councils + 1) * inputs,
        input_good=np.arange(councils * inputs, dtype=np.int32) % 500,
        input_exponent=np.full(councils * inputs, 0.04), **same))
    start = time.process_time()
    check(many, "nation")
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(("sizes", "words"), [
    ((10, 10, 0), "kinds: value: found 0, expected a whole number from 1 to 715827882"),
    ((2, 10, 5), "worker_councils: value: found 2, expected a whole number from 15 to 2147483647"),
    ((14, 10, 5), "worker_councils: value: found 14, expected a whole number from 15 to 2147483647"),
    ((15, 0, 5), "consumer_councils: value: found 0, expected a whole number from 1 to 2147483647"),
])
def test_an_economy_of_which_nobody_makes_some_good_is_not_drawn(sizes: tuple[int, int, int], words: str) -> None:
    with pytest.raises(BadInput) as error:
        book(*sizes)
    assert str(error.value) == words


@pytest.mark.parametrize("sizes", [(3, 1, 1), (15, 1, 5)])
def test_the_smallest_economies_that_can_be_drawn_pass(sizes: tuple[int, int, int]) -> None:
    check(book(*sizes), "book")
