"""The village is small enough to check by hand; here is the hand's reckoning."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from parecon.base.columns import sums
from parecon.economy.goods import PRODUCED, Kind
from parecon.economy.model import Economy
from parecon.economy.read import read
from parecon.economy.units import CONSUMER, WORKER


@pytest.fixture(scope="module")
def village() -> Economy:
    return read("village")


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def test_twelve_workplaces_make_every_good_that_is_made_and_two_goods_have_two_makers(village: Economy) -> None:
    makers = np.bincount(village.workers.product, minlength=len(village.goods))
    assert len(village.workers) == 12
    assert (makers > 0).tolist() == np.isin(village.goods.kind, PRODUCED).tolist()
    assert [code for code, count in zip(village.goods.code, makers, strict=True) if count == 2] == ["bread", "grain"]


def test_every_council_spends_eighty_of_a_hundred_credits_on_inputs(village: Economy) -> None:
    assert sums(village.workers.input_start, village.workers.input_exponent) == pytest.approx(0.8)
    assert village.workers.returns() == pytest.approx(0.85)


def test_all_prices_start_at_ten_credits(village: Economy) -> None:
    assert village.goods.start_price.tolist() == [10] * 14


def test_a_hundred_members_have_a_hundred_credits_each_and_tastes_are_tenths(village: Economy) -> None:
    consumers = village.consumers
    assert consumers.members.tolist() == [20, 30, 50]
    assert (consumers.income / consumers.members).tolist() == [100, 100, 100]
    assert consumers.taste.sum(axis=1).tolist() == [10, 10, 10]


def test_what_the_wards_want_at_first_by_hand(village: Economy) -> None:
    share = village.consumers.taste / village.consumers.taste.sum(axis=1, keepdims=True)
    loaves = (village.consumers.income @ share)[0] / 10
    assert loaves == pytest.approx((0.3 * 2000 + 0.3 * 3000 + 0.4 * 5000) / 10)


def test_the_village_has_goods_of_every_kind_but_capital(village: Economy) -> None:
    count = {kind: len(village.goods.of_kind(kind)) for kind in Kind}
    assert count == {Kind.PRIVATE: 3, Kind.PUBLIC: 3, Kind.INTERMEDIATE: 4, Kind.NATURE: 1, Kind.LABOUR: 2,
                     Kind.CAPITAL: 0, Kind.POLLUTANT: 1}


def test_two_communities_grant_permits_for_smoke(village: Economy) -> None:
    assert [village.goods.code[good] for good in village.communities.pollutant] == ["smoke", "smoke"]
    benefit, j, k = 10.0, 0.5, 2.0
    best = (benefit * j * 10**j / k) ** (1 / (k - j))
    worth = [benefit * (10 * z) ** j - z**k for z in (0.999 * best, best, 1.001 * best)]
    assert worth[1] == max(worth)


def test_a_council_may_belong_to_many_units_and_leave_them(village: Economy) -> None:
    def members(unit: str, side: int, when: str) -> list[str]:
        codes = (village.workers.code, village.consumers.code)[side]
        assert codes is not None
        return [codes[row] for row in village.units.members(unit, side, day(when))]
    assert members("village", CONSUMER, "1900-01-01") == ["hill", "river", "square"]
    assert members("otters", CONSUMER, "2029-04-30") == []
    assert members("otters", CONSUMER, "2029-05-01") == ["hill"]
    assert members("otters", CONSUMER, "2031-09-30") == ["hill", "river"]
    assert members("otters", CONSUMER, "2031-10-01") == ["river"]
    assert members("otters", WORKER, "2031-10-01") == ["forest"]
    assert members("seed-exchange", WORKER, "2031-03-01") == ["garden"]
    assert len(members("food", WORKER, "2031-01-01")) == 6


def test_prices_at_which_everything_fits_exist_and_are_those_of_a_village(village: Economy) -> None:
    """Newton's method on the published closed form, written out here once more, apart from the planning code."""
    from scipy.optimize import fsolve
    workers, goods = village.workers, village.goods
    owner = np.repeat(np.arange(12), np.diff(workers.input_start))
    exponent, effort, disutility = workers.input_exponent, workers.effort_exponent, workers.effort_disutility_exponent
    share = village.consumers.taste / village.consumers.taste.sum(axis=1, keepdims=True)
    spent = np.bincount(village.consumers.taste_good, village.consumers.income @ share, len(goods))

    def imbalance(log_price: np.ndarray) -> np.ndarray:
        price = np.exp(log_price)
        den = effort - disutility + disutility * 0.8
        costs = np.bincount(owner, exponent * (log_price[workers.input_good] - np.log(exponent)))
        log_output = (disutility * (costs - workers.log_scale) - effort * np.log(effort / disutility)
                      - (effort + disutility * 0.8) * log_price[workers.product]) / den
        receipts = np.exp(log_output + log_price[workers.product])
        permits = sum((benefit * 0.5 * price[13] ** 0.5 / 2) ** (1 / 1.5) for benefit in (10, 20))
        supply = np.bincount(workers.product, receipts, len(goods)) + price * goods.endowment
        supply[13] += permits * price[13]
        demand = np.bincount(workers.input_good, exponent * receipts[owner], len(goods))
        demand += spent * (1 + permits * price[13] / village.consumers.income.sum())
        return np.asarray(np.log(supply / demand))

    assert np.abs(imbalance(np.log(goods.start_price))).max() > 0.5  # so that there is something to plan
    price = np.exp(fsolve(imbalance, np.log(goods.start_price), xtol=1e-12))
    assert np.abs(imbalance(np.log(price))).max() < 1e-8
    assert (price > 1).all()
    assert (price < 100).all()
