"""Sectors split into councils: the parts differ, the whole does not."""

from __future__ import annotations

import numpy as np
import pytest

from parecon.base.columns import owners, sums
from parecon.base.lots import lots
from parecon.economy.councils import WorkerCouncils
from parecon.economy.establishments import ALL_INPUTS, Sectors, Workplaces, by_size, several, split

SECTORS, GOODS = 6, 150
FLOAT32 = 3e-7


def invented(seed: int) -> Sectors:
    """Six sectors with up to 150 inputs of very unequal size, the first two goods needed by all."""
    draw = lots(seed, "sectors")
    share = draw.lognormal(0, 2.5, (SECTORS, GOODS)) * (draw.random((SECTORS, GOODS)) < 0.8)
    share[:, 0] = share.sum(axis=1) / 4
    share *= (draw.uniform(0.5, 0.97, SECTORS) / share.sum(axis=1))[:, None]
    return Sectors(tuple("abcdef"), share, draw.uniform(1e3, 1e6, SECTORS), draw.uniform(0.8, 1.1, SECTORS),
                   draw.uniform(0.5, 60, GOODS), np.arange(GOODS) < 2, 0.8)


def bought(places: Workplaces, workers: WorkerCouncils) -> np.ndarray:
    """What each sector's councils together spend on each good, per credit of the sector's receipts."""
    weight = np.repeat(places.size / np.bincount(places.sector, places.size * places.councils)[places.sector],
                       places.councils)
    owner = owners(workers.input_start)
    total = np.zeros((SECTORS, GOODS))
    np.add.at(total, (workers.product[owner], workers.input_good), weight[owner] * workers.input_exponent)
    return total


SPLITS = [several(n, np.ones(SECTORS)) for n in (1, 2, 7, 30, 3000)] + [
    by_size(np.tile([2000, 900, 0, 60, 9, 3, 0, 0, 1], (SECTORS, 1)), np.tile([2, 7, 14, 30, 70, 150, 350, 700, 2000],
                                                                             (SECTORS, 1)).astype(float))]


@pytest.mark.parametrize("places", SPLITS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_councils_add_up_to_their_sector(places: Workplaces, seed: int) -> None:
    sectors = invented(seed)
    workers = split(sectors, places, seed)
    np.testing.assert_allclose(bought(places, workers), sectors.share, rtol=2 * FLOAT32 * 10)


@pytest.mark.parametrize("places", SPLITS)
def test_every_council_keeps_its_sectors_returns_and_every_input_has_a_buyer(places: Workplaces) -> None:
    sectors = invented(1)
    workers = split(sectors, places, seed=1)
    returns = sums(workers.input_start, workers.input_exponent)
    np.testing.assert_allclose(returns, sectors.share.sum(axis=1)[workers.product], rtol=FLOAT32 * 3)
    assert workers.input_exponent.min() > 0
    has_buyer = np.zeros((SECTORS, GOODS), bool)
    has_buyer[workers.product[owners(workers.input_start)], workers.input_good] = True
    assert (has_buyer == (sectors.share > 0)).all()


@pytest.mark.parametrize("places", SPLITS)
def test_no_council_buys_an_input_twice(places: Workplaces) -> None:
    workers = split(invented(1), places, seed=1)
    pair = owners(workers.input_start) * GOODS + workers.input_good
    assert len(np.unique(pair)) == len(pair)


def test_at_the_sectors_prices_a_council_makes_its_part() -> None:
    sectors, places = invented(1), SPLITS[-1]
    workers = split(sectors, places, seed=1)
    b, start = workers.input_exponent.astype(float), workers.input_start
    returns = sums(start, b)
    mix = sums(start, b * np.log(b / sectors.price[workers.input_good]))
    credited = workers.receipt_rate.astype(float) * sectors.price[workers.product]
    output = np.exp((workers.log_scale + mix + returns * np.log(credited)) / (1 - returns))
    np.testing.assert_allclose(np.bincount(workers.product, output), sectors.output, rtol=1e-5)
    size = np.repeat(places.size, places.councils)
    np.testing.assert_allclose(output / size, (sectors.output / 15_180)[workers.product], rtol=1e-4)


def test_councils_of_a_sector_differ() -> None:
    workers = split(invented(1), several(500, np.ones(SECTORS)), seed=1)
    width = np.diff(workers.input_start)[0]
    recipes = workers.input_good[:500 * width].reshape(500, width)
    assert len(np.unique(np.sort(recipes, axis=1), axis=0)) > 100
    assert width < 25


def test_the_same_seed_gives_the_same_councils_and_another_does_not() -> None:
    places = several(50, np.ones(SECTORS))
    one, same, other = (split(invented(1), places, seed) for seed in (1, 1, 2))
    assert (one.input_good == same.input_good).all()
    assert (one.input_exponent == same.input_exponent).all()
    assert (one.input_exponent[:len(other.input_exponent)] != other.input_exponent[:len(one.input_exponent)]).any()


def test_a_change_in_one_sector_leaves_the_draws_of_the_others() -> None:
    base = invented(1)
    changed = Sectors(("z", *base.code[1:]), base.share, base.output, base.receipt_rate, base.price, base.needed_by_all,
                      base.utilisation)
    places = several(50, np.ones(SECTORS))
    one, other = split(base, places, 1), split(changed, places, 1)
    second = slice(one.input_start[50], None)
    assert (one.input_good[second] == other.input_good[second]).all()
    assert (one.input_exponent[second] == other.input_exponent[second]).all()


def test_a_single_council_is_the_sector() -> None:
    sectors = invented(1)
    workers = split(sectors, several(1, np.full(SECTORS, 40.0)), seed=1)
    assert workers.code == sectors.code
    assert workers.establishments.tolist() == [40.0] * SECTORS
    assert (np.diff(workers.input_start) == (sectors.share > 0).sum(axis=1)).all()


def test_groups_stand_in_order_of_sector_and_size() -> None:
    places = by_size(np.array([[3.0, 0, 1], [0, 2, 0]]), np.array([[2.0, 7, 14], [2, 6, 14]]))
    assert places.sector.tolist() == [0, 0, 1]
    assert places.councils.tolist() == [3, 1, 2]
    assert places.size.tolist() == [2, 14, 6]
    assert several(1, np.ones(2)).inputs.tolist() == [ALL_INPUTS] * 2
