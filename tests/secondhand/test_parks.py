"""Parks: no piece promised twice, a batch is its rows in order, fees exact to the milli-credit, Erlang's values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.base.parameters import declared, in_force, parameters
from parecon.base.postings import post
from parecon.secondhand.parks import behaviour, decide, law, sharing
from parecon.secondhand.parks.acts import SENTENCES, Cancellations, Contributions, Refusal, Returns, Wishes
from parecon.secondhand.parks.decide import Decided, book, cancel, give_back, share_result
from parecon.secondhand.parks.keeping import contribute
from parecon.secondhand.parks.measures import difference
from parecon.secondhand.parks.stock import FREE, Parks, Pieces, Status, empty, with_pieces
from parecon.secondhand.parks.uses import read_uses

LAW = parameters("secondhand.parks")
MEMBERS, PARKS, GOODS, SLOTS = 6, 2, 2, 12
OUTSIDER = 5
seeds = st.integers(0, 2**32 - 1)


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def parks_of(pieces: list[int], slots: int = SLOTS, hour_fee: tuple[int, ...] = (400, 70)) -> Parks:
    """Members 0-2 in park 0, 3-4 in park 1, 5 in none; so many pieces in each pool."""
    pool = np.repeat(np.arange(PARKS * GOODS), pieces).astype(np.int32)
    more = Pieces(pool, np.full(len(pool), 600_000), np.zeros(len(pool), np.int64), np.ones(len(pool), bool))
    return with_pieces(empty([0, 0, 0, 1, 1, -1], [MEMBERS, MEMBERS + 1], hour_fee, slots), more)


def accounts(each_mcr: int = 1_000_000) -> np.ndarray:
    return np.array([each_mcr] * MEMBERS + [0] * PARKS, np.int64)


def wish(member: int, start: int, slots: int, park: int = 0, good: int = 0) -> Wishes:
    return Wishes(*(whole(each) for each in (member, park, good, start, slots)))


def drawn_wishes(seed: int, acts: int) -> Wishes:
    draw = lots(seed, "wishes")
    return Wishes(*(draw.integers(low, high, acts).astype(np.int32) for low, high in (
        (-1, MEMBERS), (0, PARKS), (0, GOODS), (-1, SLOTS), (0, 6))))


def one_by_one(wishes: Wishes, parks: Parks, balance: np.ndarray, rule: Any) -> tuple[list[int], Parks, np.ndarray]:
    balance, reasons = balance.copy(), []
    for row in range(len(wishes)):
        decided = book(wishes.rows(np.array([row])), parks, balance, 1, rule)
        post(balance, decided.postings)
        parks = decided.parks
        reasons.append(int(decided.reason[0]))
    return reasons, parks, balance


def is_sound(parks: Parks) -> bool:
    """The calendar is exactly what the open bookings say; so no piece is promised twice."""
    rebuilt, of = np.full_like(parks.calendar, FREE), parks.bookings
    for row in np.flatnonzero(of.status == Status.OPEN):
        span = slice(of.start[row], of.start[row] + of.slots[row])
        assert (rebuilt[of.piece[row], span] == FREE).all(), "promised twice"
        rebuilt[of.piece[row], span] = row
    return np.array_equal(rebuilt, parks.calendar)


class TestErlang:
    @pytest.mark.parametrize(("refused", "pieces", "load"), [
        (0.01, 1, 0.0101), (0.01, 2, 0.1526), (0.01, 5, 1.3608), (0.01, 10, 4.4612), (0.01, 20, 12.031),
        (0.01, 50, 37.901), (0.01, 100, 84.064), (0.05, 10, 6.2157), (0.05, 20, 15.249), (0.10, 5, 2.8811)])
    def test_published_table(self, refused: float, pieces: int, load: float) -> None:
        assert law.refused_share(np.array([load]), np.array([pieces]))[0] == pytest.approx(refused, rel=4e-3)

    @given(st.floats(0.01, 30), st.integers(0, 40))
    def test_is_the_formula(self, load: float, pieces: int) -> None:
        terms = [load**k / math.factorial(k) for k in range(pieces + 1)]
        assert law.refused_share(np.array([load]), np.array([pieces]))[0] == pytest.approx(terms[-1] / sum(terms))

    @given(st.floats(0, 200), st.floats(0.001, 0.5))
    def test_the_fewest_pieces_are_the_fewest(self, load: float, most: float) -> None:
        needed = law.pieces_needed(np.array([load]), most)
        if load:
            assert law.refused_share(np.array([load]), needed)[0] <= most
            assert law.refused_share(np.array([load]), needed - 1)[0] > most
        else:
            assert needed[0] == 0

    @pytest.mark.parametrize(("load", "pieces"), [(0.5, 1), (2.0, 3), (4.0, 4)])
    def test_members_who_come_when_they_like_are_refused_as_often_as_it_says(self, load: float, pieces: int) -> None:
        """Any lengths, by Sevastyanov's theorem: here half short, half nine times as long, fifty slots in the mean."""
        draw, wishes, mean = lots(7, "walk up"), 20_000, 50
        start = np.cumsum(draw.exponential(mean / load, wishes)).astype(np.int32)
        length = draw.choice([10, 90], wishes).astype(np.int32)
        rule = in_force("secondhand.parks", {"longest_booking_hours": 100}, "test") | {"most_open_bookings": wishes}
        parks = replace(parks_of([pieces, 0, 0, 0], slots=int(start[-1]) + 100), park_of=np.zeros(MEMBERS, np.int32))
        same = np.zeros(wishes, np.int32)
        decided = book(Wishes(same, same, same, start, length), parks, accounts(10**12), 0, rule)
        expected = law.refused_share(np.array([load]), np.array([pieces]))[0]
        assert np.mean(decided.reason == Refusal.ALL_TAKEN) == pytest.approx(expected, abs=0.015)


class TestBooking:
    @given(seeds, st.integers(1, 25), st.integers(0, 5_000), st.lists(st.integers(0, 3), min_size=4, max_size=4))
    @settings(max_examples=150, deadline=None)
    def test_a_batch_is_its_rows_one_after_the_other(self, seed: int, acts: int, each_mcr: int,
                                                     pieces: list[int]) -> None:
        wishes, parks, balance = drawn_wishes(seed, acts), parks_of(pieces), accounts(each_mcr)
        rule = dict(LAW) | {"most_open_bookings": 3}
        decided = book(wishes, parks, balance, 1, rule)
        reasons, after, balances = one_by_one(wishes, parks, balance, rule)
        assert decided.reason.tolist() == reasons
        assert np.array_equal(decided.parks.calendar, after.calendar)
        for name in ("member", "piece", "start", "slots", "fee_mcr", "status"):
            assert np.array_equal(getattr(decided.parks.bookings, name), getattr(after.bookings, name))
        post(balance, decided.postings)
        assert np.array_equal(balance, balances)
        assert balance.sum() == each_mcr * MEMBERS
        assert balance[:MEMBERS].min() >= 0
        assert is_sound(decided.parks)

    @given(seeds, st.sampled_from(["cancel", "give back", "contribute"]))
    @settings(max_examples=150, deadline=None)
    def test_other_acts_too(self, seed: int, kind: str) -> None:
        draw, now = lots(seed, "acts"), 3
        parks = book(drawn_wishes(seed, 30), parks_of([2, 1, 1, 1]), accounts(), 0, LAW).parks
        assume(len(parks.bookings))
        booking = draw.integers(-1, min(len(parks.bookings), 4) + 1, 8).astype(np.int32)
        who = parks.bookings.member[np.clip(booking, 0, len(parks.bookings) - 1)]
        works, needed = draw.random(8) < 0.5, np.array([4, 1, 3, 3])
        pool = draw.integers(-1, 3, (2, 8)).astype(np.int32)

        def decided(rows: slice, given: Parks) -> Decided:
            if kind == "cancel":
                return cancel(Cancellations(who[rows], booking[rows]), given, now, LAW)
            if kind == "give back":
                return give_back(Returns(who[rows], booking[rows], works[rows]), given, now, LAW)
            return contribute(Contributions(who[rows], pool[0, rows], pool[1, rows], np.full(8, 600_000)[rows],
                                            np.full(8, 1000)[rows], works[rows]), given, needed, LAW)

        at_once, reasons, one, other, after = decided(slice(None), parks), [], accounts(), accounts(), parks
        post(one, at_once.postings)
        for row in range(8):
            step = decided(slice(row, row + 1), after)
            post(other, step.postings)
            reasons.append(int(step.reason[0]))
            after = step.parks
        assert at_once.reason.tolist() == reasons
        assert np.array_equal(one, other)
        assert np.array_equal(at_once.parks.calendar, after.calendar)
        assert np.array_equal(at_once.parks.bookings.status, after.bookings.status)
        assert np.array_equal(at_once.parks.pieces.in_use, after.pieces.in_use)

    @given(seeds, st.integers(1, 300))
    @settings(max_examples=20, deadline=None)
    def test_compiled_is_plain(self, seed: int, acts: int) -> None:
        wishes, parks = drawn_wishes(seed, acts), parks_of([2, 1, 1, 3])
        with pytest.MonkeyPatch.context() as patch:
            outcomes = []
            for least in (0, 10**9):
                patch.setattr(decide, "PLAIN_BELOW", least)
                outcomes.append(book(wishes, parks, accounts(4_000), 0, LAW))
        assert np.array_equal(outcomes[0].reason, outcomes[1].reason)
        assert np.array_equal(outcomes[0].parks.calendar, outcomes[1].parks.calendar)

    @given(seeds)
    @settings(max_examples=60, deadline=None)
    def test_whatever_is_booked_cancelled_and_returned_no_piece_is_promised_twice(self, seed: int) -> None:
        parks, balance = parks_of([2, 1, 1, 0]), accounts(20_000)
        before = parks.calendar.copy()
        for decided in anything(seed, parks, balance):
            assert is_sound(decided.parks)
            assert balance.sum() == 20_000 * MEMBERS
        assert np.array_equal(parks.calendar, before), "decisions leave what they were given as it was"

    @pytest.mark.parametrize(("what", "asked", "reason"), [
        ("a free piece", wish(0, 2, 3), Refusal.ACCEPTED),
        ("the other piece at the same time", wish(1, 3, 2), Refusal.ACCEPTED),
        ("a third at the same time", wish(2, 4, 1), Refusal.ALL_TAKEN),
        ("another hour", wish(2, 5, 7), Refusal.ACCEPTED),
        ("another neighbourhood's park", wish(0, 2, 1, park=1), Refusal.NOT_A_MEMBER),
        ("somebody who belongs to none", wish(OUTSIDER, 2, 1), Refusal.NOT_A_MEMBER),
        ("a good that the park has not", wish(3, 2, 1, park=1), Refusal.NOT_KEPT),
        ("a good that there is not", wish(0, 2, 1, good=7), Refusal.NOT_KEPT),
        ("no time at all", wish(0, 2, 0), Refusal.NO_TIME),
        ("a hundred hours", wish(0, 2, 100), Refusal.TOO_LONG),
        ("yesterday", wish(0, 0, 1), Refusal.NOT_IN_CALENDAR),
        ("next year", wish(0, 11, 2), Refusal.NOT_IN_CALENDAR)])
    def test_cases(self, what: str, asked: Wishes, reason: Refusal) -> None:
        earlier = Wishes(whole(0, 1), whole(0, 0), whole(0, 0), whole(2, 3), whole(3, 2))
        parks = parks_of([2, 0, 0, 0])
        if what not in {"a free piece", "the other piece at the same time"}:
            parks = book(earlier, parks, accounts(), 1, LAW).parks
        assert book(asked, parks, accounts(), 1, LAW).reason.tolist() == [reason], what

    def test_who_cannot_pay_is_told_so_and_the_piece_stays_free(self) -> None:
        decided = book(Wishes(whole(0, 1), whole(0, 0), whole(0, 0), whole(2, 2), whole(3, 3)),
                       parks_of([1, 0, 0, 0]), np.array([1199, 1200, 0, 0, 0, 0, 0, 0]), 1, LAW)
        assert decided.reason.tolist() == [Refusal.NOT_ENOUGH_CREDIT, Refusal.ACCEPTED]
        assert decided.postings.amount_mcr.tolist() == [1200]


def anything(seed: int, parks: Parks, balance: np.ndarray) -> Iterator[Decided]:
    """Some acts of all kinds, hour by hour, carried out on `balance`."""
    draw = lots(seed, "anything")
    for now in range(SLOTS):
        decided = book(drawn_wishes(seed + now, 4), parks, balance, now, LAW)
        post(balance, decided.postings)
        yield decided
        named = draw.integers(-1, len(decided.parks.bookings) + 1, 3).astype(np.int32)
        who = draw.integers(0, MEMBERS, 3).astype(np.int32)
        known = np.clip(named, 0, max(len(decided.parks.bookings) - 1, 0))
        if len(decided.parks.bookings):
            who = np.where(draw.random(3) < 0.8, decided.parks.bookings.member[known], who).astype(np.int32)
        ended = cancel(Cancellations(who, named), decided.parks, now, LAW) if draw.random() < 0.5 else give_back(
            Returns(who, named, draw.random(3) < 0.8), decided.parks, now, LAW)
        post(balance, ended.postings)
        parks = ended.parks
        yield ended


class TestEnding:
    def booked(self) -> tuple[Parks, np.ndarray]:
        """Member 0 has the only piece from slot 6 for 2 hours, member 1 from slot 9 for 1."""
        balance = accounts()
        decided = book(Wishes(whole(0, 1), whole(0, 0), whole(0, 0), whole(6, 9), whole(2, 1)), parks_of([1, 0, 0, 0]),
                       balance, 0, LAW)
        post(balance, decided.postings)
        return decided.parks, balance

    @pytest.mark.parametrize(("now", "member", "booking", "reason", "back"), [
        (1, 0, 0, Refusal.ACCEPTED, 800), (2, 0, 0, Refusal.ACCEPTED, 800), (3, 0, 0, Refusal.ACCEPTED, 400),
        (6, 0, 0, Refusal.HAS_BEGUN, 0), (1, 1, 0, Refusal.NOT_YOURS, 0), (1, 0, 5, Refusal.NO_SUCH_BOOKING, 0),
        (1, 0, -1, Refusal.NO_SUCH_BOOKING, 0)])
    def test_who_cancels_in_time_gets_the_fee_back(self, now: int, member: int, booking: int, reason: Refusal,
                                                   back: int) -> None:
        decided = cancel(Cancellations(whole(member), whole(booking)), self.booked()[0], now, LAW)
        assert decided.reason.tolist() == [reason]
        assert decided.postings.total_mcr == back

    def test_what_is_cancelled_is_free_and_cannot_be_cancelled_again(self) -> None:
        parks, _ = self.booked()
        decided = cancel(Cancellations(whole(0, 0), whole(0, 0)), parks, 0, LAW)
        assert decided.reason.tolist() == [Refusal.ACCEPTED, Refusal.ALREADY_DONE]
        assert (decided.parks.calendar[0, 6:8] == FREE).all()
        assert book(wish(2, 6, 2), decided.parks, accounts(), 0, LAW).reason.tolist() == [Refusal.ACCEPTED]

    @pytest.mark.parametrize(("now", "reason", "paid"), [
        (5, Refusal.NOT_BEGUN, 0), (6, Refusal.ACCEPTED, 0), (8, Refusal.ACCEPTED, 0), (10, Refusal.ACCEPTED, 1600)])
    def test_who_is_late_pays_twice_the_hour(self, now: int, reason: Refusal, paid: int) -> None:
        decided = give_back(Returns(whole(0), whole(0), np.array([True])), self.booked()[0], now, LAW)
        assert decided.reason.tolist() == [reason]
        assert decided.postings.total_mcr == paid

    def test_who_has_booked_a_piece_that_broke_gets_the_fee_back(self) -> None:
        parks, balance = self.booked()
        decided = give_back(Returns(whole(0), whole(0), np.array([False])), parks, 7, LAW)
        post(balance, decided.postings)
        assert balance[1] == 1_000_000
        assert decided.parks.bookings.status.tolist() == [Status.RETURNED, Status.CANCELLED]
        assert book(wish(2, 10, 1), decided.parks, accounts(), 7, LAW).reason.tolist() == [Refusal.NOT_KEPT]


class TestStock:
    def test_a_park_takes_what_it_needs_and_credits_what_it_is_worth(self) -> None:
        acts = Contributions(whole(0, 1, 2, 0, 3, 0), whole(0, 0, 0, 0, 0, 0), whole(0, 0, 0, 1, 0, 0),
                             np.full(6, 600_000), np.array([250_000, 0, 0, 1_000_000, 0, 0]),
                             np.array([True, False, True, True, True, True]))
        decided = contribute(acts, parks_of([0, 0, 0, 0]), np.array([2, 1, 0, 0]), LAW)
        assert decided.reason.tolist() == [
            Refusal.ACCEPTED, Refusal.NOT_WORKING, Refusal.ACCEPTED, Refusal.NOT_WORKING, Refusal.NOT_A_MEMBER,
            Refusal.NOT_NEEDED]
        assert decided.postings.amount_mcr.tolist() == [450_000, 600_000]
        assert decided.parks.kept().tolist() == [2, 0, 0, 0]

    @given(st.lists(st.integers(0, 10**9), min_size=2, max_size=2), st.integers(0, 2 * 10**6))
    def test_the_result_is_shared_to_the_last_milli_credit(self, made: list[int], worn: int) -> None:
        parks = parks_of([2, 1, 1, 0])
        parks = replace(parks, pieces=replace(parks.pieces, worn_ppm=np.full(4, worn)))
        balance = accounts()
        balance[MEMBERS:] = np.array(made) - 5 * 10**8
        before = balance.copy()
        post(balance, share_result(parks, balance))
        worth = law.worth_mcr(parks.pieces.new_price_mcr, parks.pieces.worn_ppm)
        assert balance.sum() == before.sum()
        assert (balance[MEMBERS:] + np.array([worth[:3].sum(), worth[3:].sum()]) == 0).all()
        got = balance - before
        assert got[OUTSIDER] == 0
        assert max(np.ptp(got[:3]), np.ptp(got[3:5])) <= 1

    def test_at_the_expected_use_fees_cover_wear_and_keep_and_little_more(self) -> None:
        uses = read_uses()
        fee = law.hour_fee_mcr(uses.new_price_mcr, uses.life_months, uses.life_hours, LAW)
        hours = law.wanted_hours_a_month(LAW) * LAW["expected_use_permille"] / 1000
        worn = law.wear_ppm(np.ones(len(uses), int), np.full(len(uses), int(hours)), uses.life_months, uses.life_hours)
        cost = worn / 1e6 * uses.new_price_mcr + law.keep_mcr(uses.new_price_mcr, LAW)
        assert fee * hours == pytest.approx(cost, rel=0.02)


@cache
def a_year(households: int = 2_000, size: int = 100, seed: int = 1, *, parks: bool = True, walk_km: float = 0.05
           ) -> tuple[list[behaviour.Month], np.ndarray]:
    rule = in_force("secondhand.parks", {"walk_km": walk_km, "willing_share": 0.5}, "test")
    uses, number = read_uses(), households // size
    park_of = np.arange(households) // size if parks else np.full(households, -1)
    owns = sharing.owned_at_first(households, uses, seed)
    shared = sharing.begin(owns, park_of.astype(np.int32), households + np.arange(number), uses, seed, rule)
    balance, months = np.zeros(households + number + 1, np.int64), []
    balance[:households] = 50_000_000
    for count in range(12):
        shared, told = behaviour.month(shared, owns, uses, balance, len(balance) - 1, seed, count, rule)
        owns = told.owns
        post(balance, told.postings)
        months.append(told)
    return months, balance


class TestMonths:
    def test_credits_are_conserved_and_a_year_is_the_same_twice(self) -> None:
        months, balance = a_year()
        assert balance.sum() == 2_000 * 50_000_000
        again, same = a_year.__wrapped__()
        assert np.array_equal(balance, same)
        assert all(np.array_equal(one.wishes, other.wishes) for one, other in zip(months, again, strict=True))
        assert not np.array_equal(balance, a_year(seed=2)[1])

    def test_with_parks_fewer_pieces_serve_more_uses(self) -> None:
        made = difference(a_year()[0], a_year(parks=False)[0], 2_000, read_uses(), LAW)
        shared = made.pieces_without > 0.1
        assert (made.pieces_with[shared] < made.pieces_without[shared]).all()
        assert (made.replaced[shared] > 1).all()
        assert (made.use_rate < 1).all()
        assert made.emissions_saved_kg > 0
        assert (made.refused_share < LAW["most_refused_share"]).all(), "who asks for a second time is mostly served"

    def test_nobody_shares_where_there_is_no_park_or_it_is_too_far(self) -> None:
        assert sum(each.wishes.sum() for each in a_year(parks=False)[0]) == 0
        near, far = (sum(each.wishes[0] for each in a_year(walk_km=km)[0]) for km in (0.05, 5.0))
        assert far < near / 10

    def test_neighbourhoods_do_not_touch_one_another(self) -> None:
        """The first thousand households fare the same whether or not there are a thousand others."""
        _, balance = a_year()
        _, alone = a_year(households=1_000)
        assert np.array_equal(balance[:1_000], alone[:1_000])


def test_each_refusal_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Refusal)
    assert len(set(SENTENCES.values())) == len(Refusal)


@pytest.mark.parametrize("name", sorted(declared("secondhand.parks")))
def test_every_parameter_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    each = declared("secondhand.parks")[name]
    assert each["bounds"][0] <= each["value"] <= each["bounds"][1]
    assert len(each["unit"]) > 4
    assert len(each["source"]) > 5
    assert each["about"].endswith(".")


@pytest.mark.parametrize(("row", "place"), [
    ("drills,drills,tools,120,10,0,0.5,3,0.7,x", "column life_hours"),
    ("drills,drills,tools,120,10,300,0.5,3,1.7,x", "column owned_share"),
    ("drills,drills,tolls,120,10,300,0.5,3,0.7,x", "column durable")])
def test_uses_that_cannot_be_are_refused_in_one_line(row: str, place: str, tmp_path: Path) -> None:
    file = tmp_path / "uses.csv"
    file.write_text("code,name,durable,new_price_credits,life_years,life_hours,uses_a_month,hours_each,owned_share,"
                    f"basis\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=f"line 2, {place}") as refused:
        read_uses(file)
    assert "\n" not in str(refused.value)
