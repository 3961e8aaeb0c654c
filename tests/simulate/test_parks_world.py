"""Parks among homes: what homes hold is what is owned, nothing is lost between them, and whoever shares owns less."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from parecon.secondhand.durables import read_durables
from parecon.secondhand.parks.uses import as_catalogued, read_uses
from parecon.simulate.headline import measures
from parecon.simulate.homes import place
from parecon.simulate.record import tables
from parecon.simulate.scenario import read_scenario
from parecon.simulate.store import BrokenIdentity
from parecon.simulate.world import World, begin
from parecon.simulate.year import month

ROOM = "secondhand.parks"
NOBODY_SHARES = {f"{ROOM}.willing_share": "0.0"}


def world_of(months=0, seed=1, **changes):
    told = {"simulate.households": "1500", f"{ROOM}.households_a_park": "150", f"{ROOM}.willing_share": "0.6"}
    world = begin(read_scenario("parks", told | changes), seed)
    for _ in range(months):
        month(world)
    return world


@cache
def three_years(**changes):
    """A world after three years, which no test may change."""
    return world_of(36, **changes)


def shared_goods(world):
    return [world.durables.code.index(code) for code in world.uses.code]


def owned(world):
    return (world.homes.item >= 0).sum(axis=0)


def totals(world):
    columns = ("given", "handed_in", "bought", "wishes", "refused", "hours")
    return {name: int(tables(world)["parks"][name].sum()) for name in columns}


class TestTheBooks:
    def test_all_that_happens_happened(self):
        found = totals(three_years())
        assert min(found[name] for name in ("given", "handed_in", "bought", "wishes", "hours")) > 0
        assert sum(counts.sum() for counts in three_years().record.months["scrapped_in_parks"]) > 0

    def test_every_piece_of_a_park_is_an_item_that_the_park_holds(self):
        world = three_years()
        state, items = world.others[ROOM], world.store.items
        parks = state.sharing.parks
        assert len(np.unique(state.item)) == len(state.item) == len(parks.pieces)
        assert np.array_equal(items.holder[state.item], parks.account[parks.park_of_piece(np.arange(len(state.item)))])
        assert np.array_equal(items.good[state.item], np.array(shared_goods(world))[parks.pieces.pool % parks.goods])

    def test_what_was_made_and_not_scrapped_is_at_home_on_shelves_or_in_parks(self):
        world = three_years()
        stand = np.bincount(world.store.items.good[world.exchange.shelf], minlength=len(world.durables))
        kept = np.bincount(world.store.items.good[world.others[ROOM].item], minlength=len(world.durables))
        assert np.array_equal(world.record.standing(), owned(world) + stand + kept)

    def test_after_a_year_the_account_of_each_park_is_minus_the_worth_of_its_pieces(self):
        world = three_years()
        parks = world.others[ROOM].sharing.parks
        left = np.maximum(1_000_000 - parks.pieces.worn_ppm, 0)
        worth = parks.pieces.new_price_mcr * left // 1_000_000
        stock = np.bincount(parks.pieces.pool // parks.goods, worth, len(parks.account)).astype(np.int64)
        assert (world.store.balance_mcr[parks.account] == -stock).all()
        assert stock.all()
        assert world.store.balance_mcr.sum() == 0

    def test_parks_buy_what_counts_as_made(self):
        """What parks bought is among what was bought new: no household got it."""
        world = world_of(1)
        made = world.record.months["bought_new"][0]
        bought = tables(world)["parks"]["bought"].to_numpy()
        assert (made[shared_goods(world)] >= bought).all()
        without = world_of(1, **NOBODY_SHARES).record.months["bought_new"][0]
        assert np.array_equal(np.delete(made, shared_goods(world)), np.delete(without, shared_goods(world)))

    @pytest.mark.parametrize(("tampered", "said"), [
        ("piece", "sports: 1 of"), ("credits", "park 0"), ("holder", "park 0 has a piece that somebody else holds"),
        ("books", "pieces in their books")])
    def test_what_is_tampered_with_stops_the_run_and_is_named(self, tampered, said):
        world = world_of(12)
        state, account = world.others[ROOM], world.others[ROOM].sharing.parks.account[0]
        parks = state.sharing.parks
        mine = np.flatnonzero(parks.pieces.pool // parks.goods == 0)
        if tampered == "credits":
            world.store.balance_mcr[account] += 10**15
        elif tampered == "holder":
            world.store.items.holder[state.item[mine[0]]] = 3
        else:
            lost = np.flatnonzero(world.store.items.good[state.item] == world.durables.code.index("sports"))[0]
            world.others[ROOM] = replace(state, item=np.delete(state.item, lost))
        if tampered == "piece":
            pieces = replace(parks.pieces, **{name: np.delete(getattr(parks.pieces, name), lost)
                                              for name in parks.pieces.__dataclass_fields__})
            world.others[ROOM].sharing = replace(state.sharing, parks=replace(parks, pieces=pieces))
        with pytest.raises(BrokenIdentity, match=said):
            world.check()

    def test_money_that_a_park_keeps_back_stops_the_year(self, monkeypatch):
        from parecon.base.postings import Postings
        from parecon.simulate import parks

        world = world_of(11)
        real, kept = parks.share_result, iter([True])

        def all_but_one(*given):
            shared = real(*given)
            rows = slice(1 if next(kept, False) else 0, None)
            return Postings(shared.debit[rows], shared.credit[rows], shared.amount_mcr[rows], shared.purpose[rows])

        monkeypatch.setattr(parks, "share_result", all_but_one)
        with pytest.raises(BrokenIdentity, match="mcr are left to share"):
            month(world)


class TestBits:
    @pytest.mark.parametrize("mode", ["guaranteed", "spot"])
    def test_a_world_with_parks_goes_on_from_its_state_to_the_bit(self, mode):
        world = world_of(7, **{"secondhand.mode": mode})
        kept = {name: column.copy() for name, column in world.state().items()}
        again = World.restored(world.scenario, 1, kept)
        for each in (world, again):
            for _ in range(7):
                month(each)
        one, other = world.state(), again.state()
        assert one.keys() == other.keys()
        assert [name for name in one if not np.array_equal(one[name], other[name])] == []

    def test_the_same_seed_gives_the_same_bits_and_another_seed_others(self):
        one, same, other = (world_of(5, seed).state() for seed in (1, 1, 2))
        assert all(np.array_equal(one[name], same[name]) for name in one)
        assert not np.array_equal(one["balance_mcr"], other["balance_mcr"])

    def test_parks_that_nobody_would_use_change_nothing(self, tmp_path):
        """Beside the same town without any park: homes, balances and counts, to the bit."""
        file = tmp_path / "without.toml"
        file.write_text('format = 1\nname = "without"\ntitle = "t"\nabout = "a"\nyears = 3\n'
                        'institutions = ["secondhand"]\n[simulate]\nhouseholds = 1500\nareas = 1\ngoods = ["tools", '
                        '"bicycles", "major-appliances", "cameras", "sports", "televisions"]\n', encoding="utf-8")
        town, world = begin(read_scenario(str(file)), 1), three_years(**NOBODY_SHARES)
        for _ in range(36):
            month(town)
        assert np.array_equal(town.homes.item, world.homes.item)
        assert np.array_equal(town.store.balance_mcr[:1500], world.store.balance_mcr[:1500])
        assert all(np.array_equal(town.record.months[name], world.record.months[name]) for name in town.record.months)


class TestPeople:
    def test_with_parks_fewer_own_what_parks_keep_and_less_is_made(self):
        """The same households, seed for seed; all others' goods are as they were but for what moves with prices."""
        goods = shared_goods(three_years())
        fewer = owned(three_years(**NOBODY_SHARES))[goods] - owned(three_years())[goods]
        pieces = np.bincount(three_years().store.items.good[three_years().others[ROOM].item], minlength=6)[goods]
        assert (fewer > pieces).all(), "a piece of a park stands for more than one of a household"
        with_parks, without = (measures(tables(world)) for world in (three_years(), three_years(**NOBODY_SHARES)))
        assert with_parks["emissions_of_new_goods"]["value"] < without["emissions_of_new_goods"]["value"]
        assert with_parks["owned_of_what_parks_keep"]["value"] < without["owned_of_what_parks_keep"]["value"]
        assert without["relied_on_parks_for"]["value"] == 0

    def test_who_relies_on_a_park_does_not_replace_what_breaks(self):
        """Where all break next month, nobody of those who would share and are served gets another; others do."""
        world = world_of(6, **{f"{ROOM}.readiness": "0.0", f"{ROOM}.walk_km": "0.0"})
        good = world.durables.code.index("sports")
        column, sharing = world.uses.code.index("sports"), world.others[ROOM].sharing
        owners = np.flatnonzero(world.homes.item[:, good] >= 0)
        items = world.homes.item[owners, good]
        world.store.items.fails_month[items] = world.clock.month + 1
        place(world, owners * len(world.durables) + good, items)
        for _ in range(2):
            month(world)
        again = (world.homes.item[owners, good] >= 0) | (world.homes.due_month[owners, good] == 2**15 - 1)
        shares = sharing.would_share[owners, column]
        assert shares.sum() > 100
        assert not again[shares].any()
        assert again[~shares].mean() > 0.9

    def test_who_is_refused_too_often_gets_one_again(self):
        """In the month after everybody has been refused everything, those who relied on the park turn to others."""
        world = world_of(24, **{f"{ROOM}.impatience": "1.0"})
        state, goods = world.others[ROOM], shared_goods(world)
        relied = state.sharing.wants & state.sharing.would_share & (world.homes.item[:, goods] < 0)
        waited = world.homes.due_month[:, goods] == 2**15 - 1
        refused = np.ones_like(state.sharing.refused_share)
        world.others[ROOM] = replace(state, sharing=replace(state.sharing, refused_share=refused))
        month(world)
        has = world.homes.item[:, goods] >= 0
        waits = world.homes.due_month[:, goods] == 2**15 - 1
        assert (relied & ~waited).sum() > 50
        assert (has | waits)[relied & ~waited].all()

    def test_who_is_never_ready_keeps_what_works(self):
        found = totals(three_years(**{f"{ROOM}.readiness": "0.0"}))
        assert found["given"] == found["handed_in"] == 0
        assert found["bought"] > 0

    def test_people_belong_to_a_park_of_their_area_also_when_they_have_moved(self, tmp_path):
        file = tmp_path / "towns.toml"
        file.write_text('format = 1\nname = "towns"\ntitle = "t"\nabout = "a"\nyears = 1\ninstitutions = '
                        '["secondhand", "secondhand.areas", "secondhand.parks"]\n[simulate]\nhouseholds = 600\n'
                        'areas = 4\n[secondhand.areas]\nmoving_share_a_year = 0.5\n[secondhand.parks]\n'
                        'households_a_park = 70\n', encoding="utf-8")
        world = begin(read_scenario(str(file)), 1)
        first = world.others[ROOM].sharing.parks.park_of
        for _ in range(12):
            month(world)
        park_of, area = world.others[ROOM].sharing.parks.park_of, world.others[ROOM].area
        assert np.array_equal(area[park_of], world.homes.area)
        assert not np.array_equal(first, park_of)
        assert len(area) > 4

    def test_in_a_world_of_goods_that_nobody_shares_nothing_is_shared(self):
        world = world_of(12, **{"simulate.goods": '["cameras", "televisions"]'})
        assert len(world.others[ROOM].item) == len(world.uses) == 0
        assert "parks" not in tables(world)


def test_a_thing_that_one_household_uses_in_a_park_lasts_as_long_as_at_home():
    durables = read_durables()
    uses = as_catalogued(read_uses(), durables, {"most_by_use_share": 0.9})
    lasts = 1 / (1 / uses.life_months + uses.uses_a_month * uses.hours_each / uses.life_hours)
    life = durables.life_months[[durables.code.index(code) for code in uses.code]]
    assert lasts == pytest.approx(life, rel=0.01)
    assert set(uses.code) == set(read_uses().durable)


def test_the_command_simulates_parks(tmp_path):
    command = [Path(sys.executable).parent / "parecon", "simulate", "parks", "--years", "1", "--json", "--set",
               "simulate.households=600", "--out", tmp_path / "run"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert said["measures"]["pieces_in_parks"]["value"] > 0
    assert (tmp_path / "run" / "parks.parquet").exists()
