"""What is handed to the plan knows nothing of years to come, invents no items, and is written with every run."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from parecon.secondhand.handover import (
    DISPLACEMENT,
    Seen,
    as_always,
    ends_next_year,
    expected,
    smoothed,
    surviving_share,
    used_next_year,
)
from parecon.simulate.handing_over import seen
from parecon.simulate.record import tables
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import begin
from parecon.simulate.year import month

YEARS, LIFE = 7, np.array([60, 156, 204])
COUNTS = arrays.arrays(np.float64, (YEARS, 3), elements=some.integers(0, 10_000).map(float))
GROWTH = arrays.arrays(np.float64, (YEARS, 3), elements=some.floats(0.5, 1.5))
SEEN = some.builds(Seen, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, GROWTH)
BEFORE = as_always(np.array([50.0, 20.0, 5.0]), LIFE)
ALIKE = np.full((YEARS, 3), 100.0)
NONE = np.zeros((YEARS, 3))
SAME = np.ones((YEARS, 3))


def one_good(**counts):
    """Three years of one good in which nothing changes, but for what is said."""
    alike = {"bought_new": 100.0, "passed_on": 40.0, "asked": 60.0, "handed_in": 40.0, "stock": 0.0, "waiting": 5.0,
             "index_growth": 1.0}
    return Seen(**{name: np.full((3, 1), value) for name, value in (alike | counts).items()})


def last_of(count, last):
    """The same as in the years before, but in the last."""
    return np.array([[count], [count], [last]])


class TestWhatIsExpected:
    @given(SEEN, SEEN, some.integers(1, YEARS - 1))
    @settings(deadline=None)
    def test_depends_on_no_later_year(self, one, other, year):
        mixed = Seen(*(np.concatenate([getattr(one, each.name)[:year], getattr(other, each.name)[year:]])
                       for each in fields(Seen)))
        told, told_mixed = (expected(each, BEFORE, LIFE, 3.0) for each in (one, mixed))
        for name in vars(told):
            assert (getattr(told, name)[:year] == getattr(told_mixed, name)[:year]).all()

    @given(SEEN)
    @settings(deadline=None)
    def test_is_never_less_than_nothing_and_no_more_is_passed_on_than_asked_or_there(self, seen):
        told = expected(seen, BEFORE, LIFE, 3.0)
        assert min(column.min() for column in vars(told).values()) >= 0

    @given(COUNTS)
    @settings(deadline=None)
    def test_without_used_goods_the_exchange_adds_nothing(self, bought):
        told = expected(Seen(bought, NONE, NONE, NONE, NONE, NONE, SAME), BEFORE, LIFE, 3.0)
        assert (told.new == told.new_from_vintages).all()

    def test_where_nothing_changes_all_ways_agree(self):
        told = expected(Seen(ALIKE, ALIKE, ALIKE, ALIKE, NONE, NONE, SAME), as_always(ALIKE[0], LIFE), LIFE, 3.0)
        for new in (told.new, told.new_from_vintages, told.new_from_purchases):
            assert new == pytest.approx(ALIKE, rel=1e-2)

    def test_a_boom_comes_back_a_life_later_and_only_who_knows_deliveries_sees_it_come(self):
        life, before = np.array([60]), np.full((20, 1), 100.0)
        before[-4] = 400  # four years before the first that is seen
        calm = Seen(*(np.full((3, 1), value) for value in (100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)))
        told = expected(calm, before, life, 3.0)
        assert told.new_from_purchases[0, 0] == 100
        assert told.ends[0, 0] > 140  # some 0.19 of 300 more than the usual 100
        assert told.new[0, 0] > told.new_from_purchases[0, 0]

    @pytest.mark.parametrize(("change", "fewer_new"), [
        ({"stock": last_of(0.0, 20.0)}, True),  # more to pass on than last year
        ({"waiting": last_of(5.0, 0.0)}, None),  # supply is short: who waits changes nothing
        ({"index_growth": last_of(1.0, 1.25)}, True),  # more is handed in, and still fewer than ask
        ({"index_growth": last_of(1.0, 0.8)}, False),
    ], ids=["stock", "waiting", "dearer", "cheaper"])
    def test_more_used_ones_fewer_new_ones(self, change, fewer_new):
        before, life = np.full((20, 1), 100.0), np.array([60])
        usual, told = (expected(one_good(**with_it), before, life, 3.0) for with_it in ({}, change))
        less = usual.new[-1, 0] - told.new[-1, 0]
        assert less == pytest.approx(DISPLACEMENT * (told.used - usual.used)[-1, 0])
        assert (less > 0, less < 0) == (fewer_new is True, fewer_new is False)


class TestVintages:
    @given(COUNTS)
    @settings(deadline=None)
    def test_no_more_items_end_than_were_delivered(self, delivered):
        ends = ends_next_year(np.concatenate([delivered, np.zeros((60, 3))]), LIFE)
        assert (np.cumsum(ends[YEARS:], axis=0)[-1] <= delivered.sum(axis=0) + 1e-6).all()

    def test_the_mean_life_is_the_published_one(self):
        months = np.arange(12 * 60) / 12
        assert surviving_share(months, LIFE).sum(axis=0) == pytest.approx(LIFE, rel=0.01)

    def test_in_a_standing_stock_as_many_end_as_are_delivered(self):
        assert ends_next_year(as_always(np.full(3, 70.0), LIFE), LIFE)[-1] == pytest.approx(70, rel=5e-3)


@given(COUNTS, some.floats(0.0, 1.0))
def test_a_smoothed_level_stays_within_what_was_seen(count, share):
    level = smoothed(count, share)
    assert (level >= np.minimum.accumulate(count) - 1e-9).all()
    assert (level <= np.maximum.accumulate(count) + 1e-9).all()


def test_nothing_is_passed_on_of_a_good_of_which_nothing_is_handed_in():
    used, supply = used_next_year(Seen(ALIKE, NONE, ALIKE, NONE, NONE, ALIKE, SAME), 3.0)
    assert not used.any()
    assert not supply.any()


@pytest.fixture(scope="module", params=["guaranteed", "spot", "true-up"])
def town(request):
    told = {"simulate.households": "600", "secondhand.mode": request.param}
    world = begin(read_scenario("town", told, 3), 1)
    for _ in range(36):
        month(world)
    return world


class TestInASimulatedTown:
    def test_every_year_and_good_has_its_row(self, town):
        handed, goods = tables(town)["handover"], town.durables.code
        assert handed.select("year", "good").rows() == [(year, good) for year in range(3) for good in goods]
        assert all(np.isfinite(handed[name].to_numpy()).all() for name in handed.columns[2:])

    def test_what_is_counted_is_what_the_months_say(self, town):
        held, count = tables(town), seen(town)
        months = held["months"]["bought_new"].to_numpy().reshape(3, 12, -1)
        assert (count.bought_new == months.sum(axis=1)).all()
        assert (count.stock.ravel() == held["handover"]["stock"].to_numpy()).all()

    def test_schedules_move_as_was_counted(self, town):
        if town.law("secondhand")["mode"] == "spot":
            return
        index = np.array([each["goods"]["next_index"] for each in town.record.years])
        assert index[1:] / index[:-1] == pytest.approx(seen(town).index_growth[1:])


def test_before_the_first_year_is_over_nothing_is_handed_over():
    world = begin(read_scenario("town", {"simulate.households": "50"}, 1), 1)
    month(world)
    assert len(tables(world)["handover"]) == 0
