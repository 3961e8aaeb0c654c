"""Collectables: nothing is lost, nobody gains from handing back, windfalls go to all, museum pieces are not traded."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parecon.base.draws import key, uniform
from parecon.base.outcome import move
from parecon.base.parameters import Law, in_force
from parecon.base.postings import post
from parecon.secondhand.collectables.acts import Acts, Answers, Deed, Fate, Purpose, Refusal, Requests
from parecon.secondhand.collectables.closing import close
from parecon.secondhand.collectables.decide import Moment, deaths, immediate
from parecon.secondhand.collectables.law import Standing
from parecon.secondhand.collectables.register import MUSEUM, NO_ONE, Kinds, Register

PARTIES, EXCHANGE = 7, 6  # six members and the federation
WEIGHT = np.array([1] * 6 + [0])
PERSONAL, TRADED, PIECE = 0, 1, 2  # kinds, one of each class
KINDS = Kinds(np.array([0, 1000, 5000]), np.array([50, 1000, 5000]), np.array([0, 1, 2], np.int8))
SMALL = {"least_reverting_mcr": 200}


def the_law(**decided: object) -> Law:
    return in_force("secondhand.collectables", SMALL | decided, "test")


def shelf_of(register: Register) -> np.ndarray:
    return np.flatnonzero(register.holder == EXCHANGE)


def requests(*rows: tuple[int, int, int]) -> Requests:
    """Requests as (member, kind, offer), with lots in their order."""
    member, kind, offer = (np.array(column, np.int64) for column in zip(*rows, strict=True)) if rows else [
        np.zeros(0, np.int64)] * 3
    return Requests(member.astype(np.int32), kind.astype(np.int32), offer, np.arange(len(member)) / 100)


def answers(*rows: tuple[int, int, int]) -> Answers:
    """Relatives' answers as (member, item, most)."""
    member, item, most = (np.array(column, np.int64) for column in zip(*rows, strict=True)) if rows else [
        np.zeros(0, np.int64)] * 3
    return Answers(member.astype(np.int32), item.astype(np.int32), most)


def same(one: Register, other: Register) -> bool:
    return all(np.array_equal(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
               if each.name != "gifts") and all(
        np.array_equal(getattr(one.gifts, name), getattr(other.gifts, name)) for name in ("item", "giver", "month"))


READINGS = st.sampled_from(["highest refused", "lowest served"])


# --- Immediate acts ---------------------------------------------------------------------------------------------

def a_register(standing: tuple[int, ...] = (0, 1, 2, -1, -1)) -> Register:
    """Five things of member 0, of kinds personal, traded, museum piece, traded and museum piece, paid 1,000 each."""
    return Register.of([PERSONAL, TRADED, PIECE, TRADED, PIECE], 0, 1000, np.array(standing))


ACTS = [
    # (deed, member, item, to) -> reason, what the member gets, who has it then
    ((Deed.HAND_BACK, 0, 1, -1), Refusal.ACCEPTED, 1000, EXCHANGE),
    ((Deed.HAND_BACK, 0, 2, -1), Refusal.ACCEPTED, 1000, MUSEUM),
    ((Deed.HAND_BACK, 0, 0, -1), Refusal.ONLY_PERSONAL, 0, 0),
    ((Deed.HAND_BACK, 1, 1, -1), Refusal.NOT_YOURS, 0, 0),
    ((Deed.HAND_BACK, 0, 3, -1), Refusal.NOT_REGISTERED, 0, 0),
    ((Deed.GIVE, 0, 1, 4), Refusal.ACCEPTED, 0, 4),
    ((Deed.GIVE, 0, 0, 4), Refusal.ACCEPTED, 0, 4),
    ((Deed.GIVE, 0, 1, 0), Refusal.TO_ONESELF, 0, 0),
    ((Deed.GIVE, 0, 2, 4), Refusal.MUSEUM_PIECE, 0, 0),
    ((Deed.REGISTER, 0, 3, -1), Refusal.ACCEPTED, 0, 0),
    ((Deed.REGISTER, 0, 1, -1), Refusal.ALREADY_REGISTERED, 0, 0),
    ((Deed.REGISTER, 0, 4, -1), Refusal.ACCEPTED, 1000, MUSEUM),
]


@pytest.mark.parametrize(("act", "reason", "paid", "holder"), ACTS)
def test_what_members_do(act: tuple[int, int, int, int], reason: Refusal, paid: int, holder: int) -> None:
    deed, member, item, to = act
    before = a_register()
    outcome, after = immediate(Acts.of(deed, member, item, to), before, KINDS, EXCHANGE, Moment(5), the_law())
    assert outcome.reason.tolist() == [reason]
    assert outcome.postings.total_mcr == paid
    assert after.holder[item] == holder
    assert same(before, a_register()), "what was there before is left as it was"


def test_a_museum_piece_may_stay_with_its_holder_until_handed_back() -> None:
    law = the_law(museum_pieces="kept until handed back")
    outcome, after = immediate(Acts.of(Deed.REGISTER, 0, 4), a_register(), KINDS, EXCHANGE, Moment(5), law)
    assert outcome.reason.tolist() == [0]
    assert after.holder[4] == 0
    assert after.standing[4] == Standing.MUSEUM
    assert outcome.postings.total_mcr == 0


def test_who_was_given_a_thing_gets_no_more_for_it_than_the_giver_paid() -> None:
    acts = Acts.together(Acts.of(Deed.GIVE, 0, 1, 4), Acts.of(Deed.HAND_BACK, 4, 1))
    register = a_register()
    register.paid_mcr[1] = 300
    outcome, _ = immediate(acts, register, KINDS, EXCHANGE, Moment(5), the_law())
    assert outcome.postings.amount_mcr.tolist() == [300]
    assert outcome.moves.giver.tolist() == [0]  # one move: from who had it before to who has it after
    assert outcome.moves.taker.tolist() == [EXCHANGE]


ROWS = st.lists(st.tuples(st.sampled_from(list(Deed)), st.integers(0, 5), st.integers(0, 11), st.integers(0, 5)),
                max_size=40)


def drawn_register(seed: int) -> Register:
    """Twelve things of all kinds, some not registered, with six members."""
    lot = uniform(key(seed, "register"), np.arange(48)).reshape(4, 12)
    kind = (lot[0] * 3).astype(np.int64)
    standing = np.where(lot[1] < 0.4, Standing.UNREGISTERED, KINDS.standing[kind])
    return Register.of(kind, (lot[2] * 6).astype(np.int64), (lot[3] * 6000).astype(np.int64), standing)


@given(ROWS, st.integers(0, 2**32), st.sampled_from(["bought at once", "kept until handed back"]))
def test_a_batch_equals_its_rows_in_order(rows: list[tuple[int, int, int, int]], seed: int, pieces: str) -> None:
    law, moment = the_law(museum_pieces=pieces), Moment(9, 1_100_000)
    acts = Acts(*(np.array(column, dtype) for column, dtype in zip(
        zip(*rows, strict=True) if rows else [[]] * 4, (np.int8, np.int32, np.int32, np.int32), strict=True)))
    outcome, together = immediate(acts, drawn_register(seed), KINDS, EXCHANGE, moment, law)
    singly, reasons, balance = drawn_register(seed), [], np.zeros(PARTIES, np.int64)
    for row in range(len(acts)):
        one, singly = immediate(acts.rows(np.array([row])), singly, KINDS, EXCHANGE, moment, law)
        reasons += one.reason.tolist()
        post(balance, one.postings)
    assert outcome.reason.tolist() == reasons
    assert same(together, _gifts_sorted_as(together, singly))
    batch = np.zeros(PARTIES, np.int64)
    post(batch, outcome.postings)
    assert batch.tolist() == balance.tolist()
    holder = drawn_register(seed).holder
    move(holder, outcome.moves)
    assert holder.tolist() == together.holder.tolist()


def _gifts_sorted_as(batch: Register, singly: Register) -> Register:
    """Gifts are remembered in the order of turns; which are remembered is what counts."""
    for register in (batch, singly):
        gifts = register.gifts
        order = np.lexsort((gifts.giver, gifts.item))
        register.gifts = type(gifts)(gifts.item[order], gifts.giver[order], gifts.month[order])
    return singly


# --- Deaths -----------------------------------------------------------------------------------------------------

DIED = np.array([True, False, False, False, False, False, False])
HEIR = np.array([1, 2, 3, 4, 5, 0, EXCHANGE])
ALL_FOUND = np.ones(5, bool)

DEATHS = [
    # (item, price of traded things, found) -> fate, who has it then, who may take it first
    ((0, 1000, True), Fate.STAYS_IN_FAMILY, 1, NO_ONE),
    ((1, 1000, True), Fate.REVERTS, EXCHANGE, 1),
    ((1, 200, True), Fate.STAYS_IN_FAMILY, 1, NO_ONE),
    ((1, 1000, False), Fate.NOT_FOUND, 1, NO_ONE),
    ((2, 1000, True), Fate.TO_MUSEUM, MUSEUM, NO_ONE),
    ((3, 1000, True), Fate.OFF_REGISTER, 1, NO_ONE),
]


@pytest.mark.parametrize(("case", "fate", "holder", "first"), DEATHS)
def test_what_a_death_leads_to(case: tuple[int, int, bool], fate: Fate, holder: int, first: int) -> None:
    item, price, is_found = case
    kinds = Kinds(KINDS.schedule_mcr, np.array([50, price, 5000]), KINDS.standing)
    found = ALL_FOUND.copy()
    found[item] = is_found
    estates, after = deaths(DIED, HEIR, found, a_register(), kinds, EXCHANGE, 60, the_law())
    assert (estates.fate[item], after.holder[item], after.first_refusal[item]) == (fate, holder, first)
    assert (after.cost_mcr == 0).all()


GIFTS = [
    # (years looked back, months between the gift and death) -> fate, who has it then
    (0, 0, Fate.GIFT_STANDS, 4),
    (3, 35, Fate.REVERTS, EXCHANGE),
    (3, 36, Fate.GIFT_STANDS, 4),
    (7, 83, Fate.REVERTS, EXCHANGE),
    (15, 179, Fate.REVERTS, EXCHANGE),
]


@pytest.mark.parametrize(("years", "months", "fate", "holder"), GIFTS)
def test_the_law_looks_back_on_gifts(years: int, months: int, fate: Fate, holder: int) -> None:
    law = the_law(look_back_years=years)
    _, given_away = immediate(Acts.of(Deed.GIVE, 0, 1, 4), a_register(), KINDS, EXCHANGE, Moment(10), law)
    estates, after = deaths(DIED, HEIR, ALL_FOUND, given_away, KINDS, EXCHANGE, 10 + months, law)
    assert (estates.fate[1], after.holder[1]) == (fate, holder)
    assert after.first_refusal[1] == (4 if fate == Fate.REVERTS else NO_ONE)
    assert len(after.gifts) == 0, "with the giver's death a gift is settled"


def test_a_gift_passed_on_is_still_looked_back_on() -> None:
    chain = Acts.together(Acts.of(Deed.GIVE, 0, 1, 4), Acts.of(Deed.GIVE, 4, 1, 5))
    _, given_away = immediate(chain, a_register(), KINDS, EXCHANGE, Moment(10), the_law())
    estates, after = deaths(DIED, HEIR, ALL_FOUND, given_away, KINDS, EXCHANGE, 20, the_law())
    assert estates.fate[1] == Fate.REVERTS
    assert after.first_refusal[1] == 5
    assert len(after.gifts) == 0, "what comes to the federation is nobody's gift any more"


def test_a_personal_gift_stays_where_it_is() -> None:
    _, given_away = immediate(Acts.of(Deed.GIVE, 0, 0, 4), a_register(), KINDS, EXCHANGE, Moment(10), the_law())
    estates, after = deaths(DIED, HEIR, ALL_FOUND, given_away, KINDS, EXCHANGE, 20, the_law())
    assert (estates.fate[0], after.holder[0]) == (Fate.STAYS_IN_FAMILY, 4)


# --- The closing ------------------------------------------------------------------------------------------------

def on_shelf(count: int = 1, cost: int = 400, first: int = NO_ONE) -> Register:
    """Traded things on the shelf; the federation gave `cost` for each, their last holder had paid 600."""
    register = Register.of(np.full(count, TRADED), EXCHANGE, 600, Standing.TRADED)
    register.cost_mcr[:] = cost
    register.first_refusal[0] = first
    return register


def money(register: Register, each: int = 100_000) -> np.ndarray:
    """Balances that fit what is on the shelf: the federation has spent what its things cost, and nothing else."""
    return np.append(np.full(6, each), -register.cost_mcr.sum())


def test_the_highest_offer_gets_it_at_the_highest_that_did_not_and_all_share_the_windfall() -> None:
    register, asked = on_shelf(), requests((0, TRADED, 1500), (1, TRADED, 2500), (2, TRADED, 1900), (3, TRADED, 900),
                                           (4, PERSONAL, 100), (5, PIECE, 99_000))
    closing, after = close(asked, answers(), register, KINDS, money(register), WEIGHT, EXCHANGE, Moment(3), the_law())
    assert closing.outcome.reason.tolist() == [
        Refusal.OTHERS_FIRST, Refusal.ACCEPTED, Refusal.OTHERS_FIRST, Refusal.OFFER_TOO_LOW, Refusal.NONE_THERE,
        Refusal.NONE_THERE]
    assert (after.holder[0], after.paid_mcr[0]) == (1, 1900)
    assert closing.kinds.price_mcr[TRADED] == 1900
    assert closing.shared_mcr == 1900 - 400
    balance = money(register)
    post(balance, closing.outcome.postings)
    assert balance.tolist() == [100_250, 100_250 - 1900, 100_250, 100_250, 100_250, 100_250, 0]


FIRST = [
    # (whose price, most that relatives pay) -> reason, price they pay (or the others')
    ("clearing price", 5000, Refusal.ACCEPTED, 1500),
    ("clearing price", 1500, Refusal.ACCEPTED, 1500),
    ("clearing price", 1499, Refusal.OFFER_TOO_LOW, 1500),
    ("repurchase price", 600, Refusal.ACCEPTED, 600),
    ("repurchase price", 599, Refusal.OFFER_TOO_LOW, 1500),
]


@pytest.mark.parametrize(("reading", "most", "reason", "price"), FIRST)
def test_relatives_may_take_it_first(reading: str, most: int, reason: Refusal, price: int) -> None:
    register = on_shelf(cost=0, first=5)
    asked = requests((0, TRADED, 1500), (1, TRADED, 2500))
    closing, after = close(asked, answers((5, 0, most)), register, KINDS, money(register), WEIGHT, EXCHANGE, Moment(3),
                           the_law(first_refusal_price=reading))
    taken = reason == Refusal.ACCEPTED
    assert closing.answered.tolist() == [reason]
    assert (after.holder[0], after.paid_mcr[0]) == (5 if taken else 1, price)
    assert closing.outcome.reason[1] == (Refusal.OTHERS_FIRST if taken else Refusal.ACCEPTED)
    assert closing.shared_mcr == price
    assert (after.first_refusal == NO_ONE).all()


def test_others_cannot_answer_for_relatives_and_nobody_twice() -> None:
    register = on_shelf(cost=0, first=5)
    closing, after = close(requests(), answers((4, 0, 9000), (5, 0, 9000), (5, 0, 9000)), register, KINDS,
                           money(register), WEIGHT, EXCHANGE, Moment(3), the_law())
    assert Refusal.NO_FIRST_REFUSAL in closing.answered.tolist()
    assert (closing.answered == Refusal.ACCEPTED).sum() <= 1
    assert after.holder[0] in {5, EXCHANGE}


def test_nobody_is_promised_more_than_their_credits_cover() -> None:
    register = on_shelf(2)
    asked = requests((0, TRADED, 1500), (0, TRADED, 1400), (1, TRADED, 1200))
    closing, _ = close(asked, answers(), register, KINDS, money(register, 2000), WEIGHT, EXCHANGE, Moment(3), the_law())
    assert closing.outcome.reason.tolist() == [Refusal.ACCEPTED, Refusal.NOT_ENOUGH_CREDIT, Refusal.ACCEPTED]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 9000)), max_size=30),
       st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11), st.integers(0, 9000)), max_size=8),
       st.integers(0, 2**32), READINGS, st.sampled_from(["clearing price", "repurchase price"]))
def test_a_closing_loses_nothing_and_leaves_the_federation_with_what_its_shelf_cost(
        asked: list[tuple[int, int, int]], said: list[tuple[int, int, int]], seed: int, reading: str,
        price: str) -> None:
    law = the_law(clearing_reading=reading, first_refusal_price=price)
    everything = np.arange(12)
    register = drawn_register(seed)
    _, register = immediate(Acts.of(Deed.REGISTER, register.holder, everything), register, KINDS, EXCHANGE, Moment(1),
                            law)
    balance = np.append(np.full(6, 8000), 0)
    done, register = immediate(Acts.of(Deed.HAND_BACK, register.holder, everything)
                               .rows(np.flatnonzero((everything % 3 > 0) & (register.holder >= 0))),
                               register, KINDS, EXCHANGE, Moment(2), law)
    post(balance, done.postings)
    _, register = deaths(DIED, HEIR, np.ones(12, bool), register, KINDS, EXCHANGE, 2, law)
    total = balance.sum()
    closing, after = close(requests(*asked), answers(*said), register, KINDS, balance, WEIGHT, EXCHANGE, Moment(2), law)
    paid = closing.outcome.postings.purpose != Purpose.WINDFALL
    spent = np.bincount(closing.outcome.postings.debit[paid], closing.outcome.postings.amount_mcr[paid], PARTIES)
    assert (spent[:6] <= balance[:6]).all()
    post(balance, closing.outcome.postings)
    assert balance.sum() == total
    assert balance[EXCHANGE] == -after.cost_mcr[shelf_of(after)].sum()
    assert ((after.holder >= MUSEUM) & (after.holder < PARTIES)).all()
    museum = after.standing == Standing.MUSEUM
    assert np.array_equal(after.holder[museum], register.holder[museum]), "museum pieces are excluded from trade"
    assert set(closing.outcome.moves.giver.tolist()) <= {EXCHANGE}
    assert (after.standing[closing.outcome.moves.item] == Standing.TRADED).all()
