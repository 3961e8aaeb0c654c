"""The law of collectables: what a thing is, what handing back pays, at which price as many want it as there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parecon.base.parameters import declared
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import SENTENCES, Refusal
from parecon.secondhand.collectables.law import Standing

AMOUNTS = st.integers(0, 10**12)
LEVELS = st.integers(1, 5_000_000)


@given(AMOUNTS, LEVELS, LEVELS, AMOUNTS, st.sampled_from(declared("secondhand.collectables")["repurchase_rule"]
                                                         ["choices"]))
def test_no_holder_gains_from_handing_back(paid: int, then: int, now: int, schedule: int, rule: str) -> None:
    got = int(rules.repurchase(np.array([paid]), np.array([then]), now, np.array([schedule]), rule)[0])
    assert 0 <= got <= paid * now // then
    assert rule == "what was paid" or got == min(paid * now // then, schedule)


OFFERS = st.lists(st.integers(0, 50), max_size=30)
READINGS = st.sampled_from(["highest refused", "lowest served"])


@given(OFFERS, st.integers(0, 12), st.integers(0, 30), READINGS)
def test_at_the_clearing_price_as_many_want_it_as_there_are(offered: list[int], supply: int, reserve: int,
                                                            reading: str) -> None:
    bids = np.array([each for each in offered if each >= reserve], np.int64)
    place, price = rules.cleared(np.zeros(len(bids), np.int64), bids, np.linspace(0, 1, len(bids)), np.array([supply]),
                                 np.array([reserve]), reading)
    served = place >= 0
    assert served.sum() == min(supply, len(bids))
    assert sorted(place[served]) == list(range(served.sum()))
    assert price[0] >= reserve
    assert (bids[served] >= price[0]).all()
    assert (bids[~served] <= price[0]).all() or supply == 0
    if len(bids) <= supply:
        assert price[0] == reserve
    assert price[0] == rules.uniform_price(bids, np.array([supply]), reserve, reading)[0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=40), st.lists(st.integers(0, 8), min_size=4,
                                                                                        max_size=4), READINGS)
def test_kinds_are_cleared_as_if_each_were_alone(rows: list[tuple[int, int]], supply: list[int], reading: str) -> None:
    kind, offer = np.array(rows, np.int64).reshape(-1, 2).T
    lot, none = np.linspace(0, 1, len(kind)), np.zeros(4, np.int64)
    place, price = rules.cleared(kind, offer, lot, np.array(supply), none, reading)
    for one in range(4):
        mine = kind == one
        alone, its = rules.cleared(none[kind[mine]], offer[mine], lot[mine], np.array(supply[one:one + 1]), none[:1],
                                   reading)
        assert place[mine].tolist() == alone.tolist()
        assert price[one] == its[0]


@given(OFFERS.filter(lambda offered: len(offered) > 1))
def test_who_offers_the_true_limit_never_does_better_with_another_offer(offered: list[int]) -> None:
    limit, others = offered[0], np.array(offered[1:])

    def gain(offer: int) -> int:
        bids = np.append(offer, others)
        place, price = rules.cleared(np.zeros(len(bids), np.int64), bids, np.linspace(0, 1, len(bids)), np.array([2]),
                                     np.array([0]), "highest refused")
        return limit - int(price[0]) if place[0] >= 0 else 0

    assert gain(limit) == max(gain(offer) for offer in range(52))


@given(st.integers(-10**15, 10**15), st.integers(0, 10**15), st.lists(st.integers(0, 9), min_size=1).filter(any))
def test_the_windfall_is_handed_out_to_the_last_millicredit(balance: int, cost: int, weight: list[int]) -> None:
    shares = rules.handed_out(balance, cost, np.array(weight))
    assert shares.sum() == balance + cost
    equal = shares[np.array(weight) == weight[0]]
    assert equal.max() - equal.min() <= 1


CLASSES = [
    # (worth to visitors, to one collector, permille in favour, schedule) -> by valuations, by vote
    ((900, 500, 100, 400), Standing.MUSEUM, Standing.TRADED),
    ((500, 500, 100, 400), Standing.TRADED, Standing.TRADED),
    ((100, 500, 600, 400), Standing.TRADED, Standing.MUSEUM),
    ((100, 500, 500, 0), Standing.PERSONAL, Standing.PERSONAL),
    ((900, 500, 501, 0), Standing.MUSEUM, Standing.MUSEUM),
]


@pytest.mark.parametrize(("worth", "by_valuations", "by_vote"), CLASSES)
def test_what_a_thing_is(worth: tuple[int, int, int, int], by_valuations: Standing, by_vote: Standing) -> None:
    visitors, collector, favour, schedule = (np.array([each]) for each in worth)
    for rule, expected in (("valuations", by_valuations), ("vote", by_vote)):
        museum = rules.museum_piece(visitors, collector, favour, rule)
        assert rules.classified(schedule, museum).tolist() == [expected]


def test_every_refusal_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Refusal)
    assert all(len(sentence) > 3 for sentence in SENTENCES.values())


@pytest.mark.parametrize("institution", ["secondhand.collectables", "secondhand.collectables.behaviour"])
def test_every_parameter_says_what_it_is_and_where_it_comes_from(institution: str) -> None:
    for name, each in declared(institution).items():
        assert each["unit"], name
        assert len(each["source"]) > 5, name
        assert each["about"].endswith("."), name
        assert each["value"] in each["choices"] if "choices" in each else (
            each["bounds"][0] <= each["value"] <= each["bounds"][1]), name
