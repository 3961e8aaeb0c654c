"""What is compiled says the same as its plain form, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from parecon.simulate import homes, households
from parecon.simulate import world as worlds
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import audited, begin, plain_audited
from parecon.simulate.year import month


@pytest.fixture(scope="module")
def region():
    world = begin(read_scenario("region", {"simulate.households": "20000", "simulate.areas": "7"}), 3)
    for _ in range(4):
        month(world)
    return world


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    monkeypatch.setattr(homes, "MANY_AT_ONCE", 1)
    monkeypatch.setattr(households, "MANY_AT_ONCE", 1)
    monkeypatch.setattr(households, "MANY", 1)
    monkeypatch.setattr(worlds, "MANY", 1)


def test_thoughts_that_lead_to_something(region):
    before = region.homes.due_month.copy()
    plain, due = households.plain_stirring(region), region.homes.due_month.copy()
    region.homes.due_month[:] = before
    quick = households.stirring(region)
    assert len(plain.slot) > 500
    assert all(np.array_equal(getattr(plain, name), getattr(quick, name)) for name in plain.__dataclass_fields__)
    assert np.array_equal(region.homes.due_month, due)
    region.homes.due_month[:] = before


def test_when_homes_think_again(region):
    before, slots = region.homes.due_month.copy(), np.arange(0, region.homes.due_month.size, 3)
    homes.plain_think_again(region, slots)
    plain = region.homes.due_month.copy()
    region.homes.due_month[:] = before
    homes.think_again(region, slots)
    assert np.array_equal(region.homes.due_month, plain)
    region.homes.due_month[:] = before


def test_what_comes_into_homes(region):
    slots = np.flatnonzero(region.homes.item.reshape(-1) < 0)[::5].copy()
    _, good = homes.of_slot(region, slots)
    rows = region.store.items.rows(len(slots))
    kept = {name: column.copy() for name, column in region.state().items()}
    households.plain_deliver(region, slots, good, rows)
    plain = {name: column.copy() for name, column in region.state().items()}
    again = worlds.World.restored(region.scenario, region.seed, kept)
    households.deliver(again, slots, good, rows)
    found = again.state()
    assert [name for name in plain if not np.array_equal(plain[name], found[name])] == []


def test_the_audit_of_homes():
    world = begin(read_scenario("town", {"simulate.households": "700"}), 3)
    owned, astray = audited(world.homes, world.store.items)
    assert astray is None
    assert owned.tolist() == plain_audited(world.homes, world.store.items)[0].tolist()
    first = np.flatnonzero(world.homes.item[:, 0] >= 0)[2]
    world.store.items.holder[world.homes.item[first, 0]] = 0
    assert audited(world.homes, world.store.items)[1] == plain_audited(world.homes, world.store.items)[1] == first


def test_a_year_is_the_same_compiled_and_plain(monkeypatch):
    def a_year():
        world = begin(read_scenario("region", {"simulate.households": "3000", "simulate.areas": "3"}), 5)
        for _ in range(12):
            month(world)
        return world.state()

    quick = a_year()
    for module in (homes, households):
        monkeypatch.setattr(module, "MANY_AT_ONCE", 10**9)
    monkeypatch.setattr(households, "MANY", 10**9)
    plain = a_year()
    assert [name for name in plain if not np.array_equal(plain[name], quick[name])] == []
