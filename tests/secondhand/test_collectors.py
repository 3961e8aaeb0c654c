"""Simulated collectors: months lose nothing, lots are as drawn from the distributions they should be from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from parecon.base.draws import key, uniform
from parecon.base.parameters import in_force, parameters
from parecon.base.postings import post
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.behaviour import (
    Lives,
    assessed,
    gives,
    incomes,
    lognormal_sd,
    offers,
    struck_down,
    warmth,
)
from parecon.secondhand.collectables.month import Collectors, month, started
from parecon.secondhand.collectables.register import MUSEUM, Kinds

PEOPLE = parameters("secondhand.collectables.behaviour")


def a_world(seed: int, households: int = 300) -> tuple[Collectors, np.ndarray, np.ndarray, np.ndarray]:
    """Six kinds, one of museum pieces and one of personal things; collectors, incomes, ages, balances."""
    schedule = np.array([2_500_000] * 4 + [0, 4_000_000])
    standing = np.array([1, 1, 1, 1, 0, 2], np.int8)
    kinds = Kinds(schedule, schedule.copy(), standing)
    collectors = started(kinds, np.ones(6), households // 6, households, households, PEOPLE, seed)
    who = np.arange(households)
    income = incomes(uniform(key(seed, "income"), who), 0.15, 30_000_000)
    age = Lives.of(PEOPLE, 7).standing_ages(uniform(key(seed, "age"), who), 300)
    return collectors, income, age, np.append(income, 0)


def lived(seed: int, months: int, **decided: object) -> tuple[list[Mapping[str, int]], Collectors, np.ndarray]:
    """A world after some months: figures of each month, the collectors, the balances."""
    law = in_force("secondhand.collectables", decided, "test")
    collectors, income, age, balance = a_world(seed)
    weight, figures = np.append(np.ones(len(age), np.int64), 0), []
    for _ in range(months):
        one = month(collectors, income, age, balance, weight, law, PEOPLE, seed)
        post(balance, one.postings)
        collectors, age = one.collectors, np.where(one.died, 300, age + 1)
        figures.append(one.figures)
    return figures, collectors, balance


@pytest.mark.parametrize("years", [0, 7])
def test_months_lose_no_thing_and_no_money(years: int) -> None:
    before = a_world(3)
    figures, collectors, balance = lived(3, 60, look_back_years=years)
    register, exchange = collectors.register, collectors.exchange
    assert balance.sum() == before[3].sum()
    assert len(register) == len(before[0].register)
    assert ((register.holder >= MUSEUM) & (register.holder <= exchange)).all()
    assert balance[exchange] == -register.cost_mcr[register.holder == exchange].sum()
    assert (register.holder[register.kind == 5] == MUSEUM).all(), "museum pieces go to the museum and stay there"
    assert (register.holder[register.kind == 4] < exchange).all(), "personal things never come to the shelf"
    assert figures[0]["windfall_mcr"] < 0, "all bear together what the museum pieces cost"
    assert sum(each["passed_on"] for each in figures) > 0
    assert sum(each["deaths"] for each in figures) > 0


def test_the_same_seed_gives_the_same_months() -> None:
    assert lived(4, 15)[0] == lived(4, 15)[0]
    assert lived(4, 15)[0] != lived(5, 15)[0]


@pytest.mark.parametrize("gini", [0.05, 0.3, 0.62])
def test_incomes_have_the_gini_they_should_and_the_same_mean(gini: float) -> None:
    rank = (np.arange(200_000) + 0.5) / 200_000
    income = np.sort(incomes(rank, gini, 30_000_000))
    assert income.mean() == pytest.approx(30_000_000, rel=0.005)
    measured = 1 - 2 * (np.cumsum(income) / income.sum()).mean()
    assert measured == pytest.approx(gini, abs=0.003)
    assert lognormal_sd(0.0) == 0


def test_offers_differ_by_taste_as_much_as_they_should() -> None:
    taste = (np.arange(10_000) + 0.5) / 10_000
    offered = offers(np.full(10_000, 10**9), taste, np.ones(10_000), PEOPLE)
    assert np.log(offered).std() == pytest.approx(PEOPLE["taste_sd"], rel=0.01)
    assert np.median(offered) == pytest.approx(10**9 * PEOPLE["willing_share"], rel=0.01)


def test_people_live_about_as_long_as_people_do() -> None:
    lives = Lives.of(PEOPLE, 7)
    assert 78 < 25 + lives.years[25 * 12] < 88
    assert lives.lives_on[25 * 12] > 0.98
    assert lives.lives_on[90 * 12] < 0.4
    assert (np.diff(lives.lives_on) <= 0).all()
    assert Lives.of(PEOPLE, 0).lives_on.tolist() == [1.0] * len(lives.lives_on)


def test_as_many_die_without_warning_as_should() -> None:
    age, lot = np.full(200_000, 85 * 12), (np.arange(200_000) + 0.5) / 200_000
    died, ill = struck_down(age, np.zeros(200_000, bool), lot, Lives.of(PEOPLE, 7), PEOPLE)
    assert died.sum() / (died.sum() + ill.sum()) == pytest.approx(PEOPLE["sudden_share"], abs=0.005)
    assert not (died & ill).any()


def test_warmth_is_set_by_what_the_ill_gave_to_save_half() -> None:
    warm = warmth((np.arange(10_000) + 0.5) / 10_000, PEOPLE)
    year = PEOPLE["ill_months"] / 12
    share = gives(warm * 0.5, np.ones(10_000), np.full(10_000, year), PEOPLE["enjoyment_share"]).mean()
    assert 0.15 <= share <= 0.20


def test_more_is_worth_a_museum_where_incomes_are_equal() -> None:
    households, kinds = 4000, 40
    lot = uniform(key(1, "assessed"), np.arange(3 * households * kinds)).reshape(3, households, kinds)
    fame = np.exp(np.linspace(0, 10, kinds))
    pieces = []
    for gini in (0.62, 0.05):
        income = incomes(lot[0, :, 0], gini, 30_000_000)
        worth, private, favour = assessed(income, lot[1], lot[2], np.ones(kinds), fame, PEOPLE)
        pieces.append(int(rules.museum_piece(worth, private, favour, "valuations").sum()))
        assert (favour <= 1000).all()
    assert 0 < pieces[0] < pieces[1] < kinds
