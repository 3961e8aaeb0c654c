"""How numbers are written on a page, and where axes and labels stand in its figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from parecon.report.figures import apart, even_axis, ratio_axis, shortened
from parecon.report.numbers import THIN, change, money_unit, number

NUMBERS = [(0, "0"), (1, "1.00"), (999.6, "1 000"), (1234567, "1 230 000"), (-0.05, "−0.0500"),
           (0.00001234, "1.23 × 10⁻⁵"), (5e13, "5.00 × 10¹³"),
           (float("nan"), "–"), (float("inf"), "–"), (112.4, "112"), (9.999, "10.0")]


@pytest.mark.parametrize(("value", "written"), NUMBERS)
def test_numbers_have_three_significant_digits(value, written):
    assert number(value).replace(THIN, " ") == written


CHANGES = [(1, "0 %"), (1.0499, "+5.0 %"), (0.25, "−75 %"), (3, "× 3.0"), (-1, "–")]


@pytest.mark.parametrize(("ratio", "written"), CHANGES)
def test_changes_are_signed(ratio, written):
    assert change(ratio).replace(THIN, " ") == written


def test_money_is_written_in_the_unit_that_reads_best():
    assert money_unit("million USD of 2017", [0.07]) == (1e6, "USD of 2017")
    assert money_unit("million USD of 2017", [9.6e6]) == (1e-3, "billion USD of 2017")
    assert money_unit("million USD of 2017", [5e9]) == (1e-6, "trillion USD of 2017")
    assert money_unit("credits", []) == (1.0, "credits")


def spans() -> Iterator[tuple[float, float]]:
    draw = np.random.default_rng(1)
    for _ in range(200):
        low = draw.normal() * 10 ** draw.uniform(-6, 9)
        yield low, low + draw.exponential() * 10 ** draw.uniform(-6, 9)


@pytest.mark.parametrize("zero", [True, False])
def test_even_axis_holds_its_values_and_few_marks(zero):
    for low, high in [*spans(), (0.0, 0.0), (5.0, 5.0), (-2.0, -2.0)]:
        axis = even_axis("", [low, high], zero=zero)
        assert axis.low <= low <= high <= axis.high
        assert 1 <= len(axis.marks) <= 7
        hair = 1e-6 * (axis.high - axis.low)
        assert axis.low - hair <= axis.marks[0] <= axis.marks[-1] <= axis.high + hair


def test_ratio_axis_holds_its_values_and_the_start():
    for least, most in [(0.9, 1.1), (0.01, 50.0), (1.0, 1.0), (2.0, 900.0), (1e-4, 0.5)]:
        axis = ratio_axis("", [least, most])
        assert axis.low < min(least, 1.0)
        assert max(most, 1.0) < axis.high
        assert all(axis.low <= mark <= axis.high for mark in axis.marks)
        assert axis.value(axis.position(most)) == pytest.approx(most)


def test_labels_are_moved_apart_and_stay_in_order_and_inside():
    draw = np.random.default_rng(2)
    for _ in range(100):
        places = np.sort(draw.random(draw.integers(1, 15)))
        moved = np.array(apart(places.tolist(), 0.05))
        assert np.all(np.diff(moved) > 0.05 - 1e-9)
        assert moved.min() > -1e-9
        assert moved.max() < 1 + 1e-9


def test_labels_that_have_room_are_not_moved():
    assert apart([0.1, 0.5, 0.9], 0.05) == pytest.approx([0.1, 0.5, 0.9])


def test_shortened_labels_stay_different():
    assert len(set(shortened(["a long name of a good"] * 5, 8))) == 5
