"""The schedule that a run leaves behind is the one that its exchange announces for the next year."""

import polars as pl
import pytest

from parecon.simulate.published import published
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import begin
from parecon.simulate.year import month


def world_of(mode):
    world = begin(read_scenario("town", {"simulate.households": "300", "secondhand.mode": mode}), 1)
    for _ in range(12):
        month(world)
    return world


@pytest.fixture(scope="module", params=["guaranteed", "true-up"])
def announced(request):
    world = world_of(request.param)
    return world, published(world)


def test_every_good_age_and_grade_is_there_once(announced):
    world, schedule = announced
    sizes = schedule.group_by("good", maintain_order=True).len()
    assert sizes["good"].to_list() == list(world.durables.code)
    assert sizes["len"].to_list() == [4 * (life // 12 + 1) for life in world.durables.life_months.tolist()]
    assert not schedule.select("good", "age_years", "grade").is_duplicated().any()


def test_it_says_what_the_exchange_announces(announced):
    world, schedule = announced
    for row in schedule.sample(100, seed=1).iter_rows(named=True):
        entry = world.durables.code.index(row["good"]), 12 * row["age_years"], "ABCD".index(row["grade"])
        for name in ("worth_mcr", "credit_mcr", "price_mcr"):
            assert row[name] == getattr(world.exchange.announced, name)[entry]


def test_one_never_gets_more_than_it_is_worth_nor_pays_less_and_worth_falls_with_age_and_grade(announced):
    schedule = announced[1]
    assert (schedule["credit_mcr"] <= schedule["worth_mcr"]).all()
    assert (schedule["price_mcr"] >= schedule["worth_mcr"]).all()
    for group in (["good", "age_years"], ["good", "grade"]):
        fall = schedule.with_columns(pl.col("worth_mcr").diff().over(group).alias("fall"))["fall"]
        assert (fall.drop_nulls() <= 0).all()


def test_what_is_worth_too_little_or_too_old_is_not_taken_in(announced):
    world, schedule = announced
    law, taken = world.law("secondhand"), schedule.filter("taken_in")
    assert 0 < len(taken) < len(schedule)
    assert (taken["worth_mcr"] > law["least_worth_mcr"]).all()
    life = dict(zip(world.durables.code, world.durables.life_months.tolist(), strict=True))
    left = [life[good] - 12 * age for good, age in schedule.select("good", "age_years").iter_rows()]
    fit = (schedule["worth_mcr"] > law["least_worth_mcr"]) & (pl.Series(left) > law["least_remaining_months"])
    assert schedule["taken_in"].to_list() == fit.to_list()


def test_prices_that_clear_every_month_are_not_announced():
    schedule = published(world_of("spot"))
    assert schedule["credit_mcr"].null_count() == schedule["price_mcr"].null_count() == len(schedule)
    assert schedule["taken_in"].any()
