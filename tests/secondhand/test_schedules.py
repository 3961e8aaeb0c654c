"""The law of schedules: worth falls with age and condition, quotes bracket it, adjustment seeks the balance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.errors import BadInput
from parecon.base.parameters import declared, in_force, parameters
from parecon.secondhand import law
from parecon.secondhand.acts import Refusal
from parecon.secondhand.durables import read_durables, schedule
from parecon.secondhand.law import Form

CASES = """
what                                       | form          | years | rate, beta | age months | grade | index | worth
a washing machine, new                     | geometric     | 10    | 0.20       | 0          | A     | 1.00  | 950
it loses a fifth in a year                 | geometric     | 10    | 0.20       | 12         | A     | 1.00  | 800
and a fifth of the rest in the next        | geometric     | 10    | 0.20       | 24         | A     | 1.00  | 640
half a year is the root of a year          | geometric     | 10    | 0.36       | 6          | A     | 1.00  | 800
its life is over                           | geometric     | 10    | 0.20       | 120        | A     | 1.00  | 0
a table, a quarter of its life             | straight line | 10    |            | 30         | A     | 1.00  | 750
half of its life                           | straight line | 10    |            | 60         | A     | 1.00  | 500
the last month                             | straight line | 10    |            | 119        | A     | 1.00  | 8.333
scratched: 850 permille                    | straight line | 10    |            | 60         | B     | 1.00  | 425
worn: 650 permille                         | straight line | 10    |            | 60         | C     | 1.00  | 325
barely: 400 permille                       | straight line | 10    |            | 60         | D     | 1.00  | 200
many want one: a quarter dearer            | straight line | 10    |            | 60         | A     | 1.25  | 625
nobody wants one: a quarter cheaper        | straight line | 10    |            | 60         | A     | 0.75  | 375
never more than 950 permille of a new one  | straight line | 10    |            | 12         | A     | 1.25  | 950
a roof, half of its life: 60/(120-30)      | hyperbolic    | 10    | 0.50       | 60         | A     | 1.00  | 666.667
near its end: 12/(120-54)                  | hyperbolic    | 10    | 0.50       | 108        | A     | 1.00  | 181.818
a beta of 0 is the straight line           | hyperbolic    | 10    | 0.00       | 30         | A     | 1.00  | 750
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in CASES.strip().splitlines()[1:]]
FORMS = {"geometric": Form.GEOMETRIC, "straight line": Form.STRAIGHT_LINE, "hyperbolic": Form.HYPERBOLIC}
RANGES = {"max_examples": 100, "deadline": None}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_an_item_of_1000_credits_new_is_worth(row: list[str]) -> None:
    _, form, life, number, age, grade, index, worth = row
    life_months = np.array([int(life) * 12])
    number = np.array([float(number or 0)])
    share = law.remaining_share(np.array([FORMS[form]]), life_months, number, number, np.zeros((1, 121)))
    table = law.announced(np.array([1_000_000]), share, [1000, 850, 650, 400], np.array([float(index)]), 950)
    assert table[0, int(age), "ABCD".index(grade)] == round(float(worth) * 1000)


# --- Whatever is drawn ------------------------------------------------------------------------------------------

@st.composite
def announcements(draw):
    """New price, life, worth by age and grade, and the spread, of one good drawn at random."""
    price = np.array([draw(st.integers(1, 10**12))])
    life = np.array([draw(st.integers(1, 360))])
    ages = int(life[0]) + draw(st.integers(1, 24))
    profile = [1.0, *sorted(draw(st.lists(st.floats(0, 1), min_size=1, max_size=6)), reverse=True)]
    seen = law.interpolated(np.linspace(0, ages, len(profile)), np.array(profile), np.arange(ages))
    share = law.remaining_share(
        np.array([draw(st.sampled_from(Form))]), life, np.array([draw(st.floats(0, 1))]),
        np.array([draw(st.floats(0, 0.99))]), seen[None])
    grades = sorted(draw(st.lists(st.integers(0, 1000), min_size=4, max_size=4)), reverse=True)
    reduction, spread = draw(st.integers(0, 900)), draw(st.integers(0, 1000))
    worth = law.announced(price, share, grades, np.array([draw(st.floats(0, 1e30))]),
                          law.most_permille(reduction, spread))
    return int(price[0]), int(life[0]), worth[0], reduction, spread


@given(announcements())
@settings(**RANGES)
def test_worth_never_rises_with_age_or_wear_and_ends_with_the_life(drawn) -> None:
    _, life, worth, _, _ = drawn
    assert (np.diff(worth, axis=0) <= 0).all()
    assert (np.diff(worth, axis=1) <= 0).all()
    assert (worth[life:] == 0).all()
    assert (worth >= 0).all()


@given(announcements())
@settings(**RANGES)
def test_credit_worth_price_and_new_price_stand_in_this_order(drawn) -> None:
    price_new, _, worth, reduction, spread = drawn
    credit, price = law.quotes(worth, spread)
    assert (credit <= worth).all()
    assert (worth <= price).all()
    assert (price <= price_new).all()
    assert (worth * 1000 <= (1000 - reduction) * price_new).all()


@given(st.integers(0, 10**12), st.integers(0, 1000))
def test_quotes_are_exact_with_credit_rounded_down_and_price_up(worth: int, spread: int) -> None:
    credit, price = (int(table[0]) for table in law.quotes(np.array([worth]), spread))
    half = Fraction(spread, 2000)
    assert 0 <= worth * (1 - half) - credit < 1
    assert 0 <= price - worth * (1 + half) < 1


def test_a_schedule_that_rises_with_age_is_no_schedule() -> None:
    with pytest.raises(AssertionError, match="rises"):
        law.announced(np.array([1000]), np.array([[0.5, 0.6]]), [1000], np.ones(1), 950)


def test_grades_that_rise_are_refused_as_what_somebody_wrote() -> None:
    decided = in_force("secondhand", {"grade_permille": [1000, 650, 850, 400]}, "town.toml")
    with pytest.raises(BadInput, match=r"town\.toml: \[secondhand\] grade_permille: found \[1000, 650, 850, 400\]"):
        schedule(read_durables(), np.ones(16), decided, "town.toml")


def test_one_form_for_all_goods_can_be_decided() -> None:
    durables = read_durables()
    decided = in_force("secondhand", {"schedule_form": "straight line"}, "town.toml")
    share = durables.remaining_share(decided)
    halfway = durables.life_months // 2
    expected = 1 - halfway / durables.life_months
    assert np.allclose(share[np.arange(len(durables)), halfway], expected, atol=1e-12)
    assert not np.allclose(durables.remaining_share(parameters("secondhand")), share)


# --- What is taken in -------------------------------------------------------------------------------------------

TAKEN_IN = [
    ("worth more than 240 credits, more than two years left", 240_001, 12, 60, Refusal.ACCEPTED),
    ("worth 240 credits and not more", 240_000, 12, 60, Refusal.WORTH_TOO_LITTLE),
    ("just over two years left", 900_000, 35, 60, Refusal.ACCEPTED),
    ("two years left and not more", 900_000, 36, 60, Refusal.TOO_OLD),
    ("beyond its life", 0, 70, 60, Refusal.TOO_OLD),
]


@pytest.mark.parametrize(("worth", "age", "life", "reason"), [row[1:] for row in TAKEN_IN],
                         ids=[row[0] for row in TAKEN_IN])
def test_what_is_taken_in(worth: int, age: int, life: int, reason: Refusal) -> None:
    found = law.eligible(np.array([worth]), np.array([age], np.int16), np.array([life], np.int16), 240_000, 24)
    assert Refusal(int(found[0])) is reason


@pytest.mark.parametrize("grade", range(5))
def test_inspections_err_as_often_as_the_law_says_and_by_one_grade(grade: int) -> None:
    lots = (np.arange(10_000) + 0.5) / 10_000
    found = law.inspected(np.full(10_000, grade), lots, 100, 4)
    off = found - grade
    assert (off != 0).sum() == 1000
    assert set(off.tolist()) == {0: {0, 1}, 4: {0, -1}}.get(grade, {-1, 0, 1})
    if 0 < grade < 4:
        assert (off == 1).sum() == (off == -1).sum() == 500


def test_inspection_without_error_finds_what_there_is() -> None:
    grades = np.array([0, 1, 2, 3, 4])
    assert law.inspected(grades, np.zeros(5), 0, 4).tolist() == grades.tolist()


# --- From year to year ------------------------------------------------------------------------------------------

AMOUNT = st.floats(0, 1e9)


@given(st.floats(0.01, 10), st.floats(0, 1e9), st.floats(0, 10), st.floats(0, 0.9))
def test_a_schedule_in_balance_stays(index: float, amount: float, response: float, most: float) -> None:
    same = np.array([amount])
    assert law.adjusted(np.array([index]), same, same, response, most)[0] == index


@given(st.floats(0.01, 10), AMOUNT, AMOUNT, st.floats(0, 10), st.floats(0, 0.9))
def test_a_schedule_moves_towards_what_is_scarce_and_no_further_than_the_law_lets_it(
        index: float, demand: float, supply: float, response: float, most: float) -> None:
    after = law.adjusted(np.array([index]), np.array([demand]), np.array([supply]), response, most)[0]
    assert (after - index) * (demand - supply) >= 0
    assert abs(after / index - 1) <= most + 1e-12
    assert after > 0


def test_adjustment_is_by_the_gap_as_a_share_of_the_mean() -> None:
    demand, supply = np.array([120.0, 80.0, 300.0, 0.0, 5.0, 0.0]), np.array([80.0, 120.0, 100.0, 0.0, 0.0, 5.0])
    after = law.adjusted(np.full(6, 2.0), demand, supply, 0.5, 0.25)
    assert after.tolist() == pytest.approx([2.4, 1.6, 2.5, 2.0, 2.5, 1.5])


def years(response: float, demand_elasticity: float, supply_elasticity: float, start: float) -> np.ndarray:
    """The index over 300 years on a market with demand and supply in straight lines through balance at 1."""
    path = [np.array([start])]
    for _ in range(300):
        gap = path[-1] - 1
        demand = np.maximum(1 - demand_elasticity * gap, 0.0)
        supply = np.maximum(1 + supply_elasticity * gap, 0.0)
        path.append(law.adjusted(path[-1], demand, supply, response, 0.25))
    return np.concatenate(path)


@given(st.floats(0.1, 3), st.floats(0, 3), st.floats(0.05, 1.9))
@settings(max_examples=40, deadline=None)
def test_adjustment_converges_where_response_times_elasticities_is_below_two(
        demand_elasticity: float, supply_elasticity: float, product: float) -> None:
    response = product / (demand_elasticity + supply_elasticity)
    path = years(response, demand_elasticity, supply_elasticity, 1.001)
    assert abs(path[-1] - 1) < 1e-6


@given(st.floats(0.1, 3), st.floats(0, 3), st.floats(2.1, 4))
@settings(max_examples=40, deadline=None)
def test_adjustment_does_not_converge_where_it_is_above_two(
        demand_elasticity: float, supply_elasticity: float, product: float) -> None:
    response = product / (demand_elasticity + supply_elasticity)
    path = years(response, demand_elasticity, supply_elasticity, 1.001)
    assert np.abs(path[-10:] - 1).max() > 0.01


# --- The parameters ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", sorted(declared("secondhand")))
def test_a_parameter_can_be_read_by_a_member(name: str) -> None:
    each = declared("secondhand")[name]
    assert each["unit"]
    assert len(each["source"]) > 5
    assert each["about"].endswith(".")
    assert dict(in_force("secondhand", {name: each["value"]}, "law.toml"))[name] == each["value"]
