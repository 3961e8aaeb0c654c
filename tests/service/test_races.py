"""Several at once: nothing is done twice, no floor is passed, nobody waits for ever."""

from functools import partial

import pytest

from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import Refusal
from parecon.service.ledger.models import Balance, Entry, Hold
from several import at_once

AT_ONCE = 6


@pytest.fixture(autouse=True)
def whole_afterwards(three):
    yield
    assert three
    assert not audit.verify().wrong


def test_no_floor_is_passed_by_payments_at_once(three):
    ana, ben, _ = three
    answers = at_once(*(lambda row=row: ledger.post(f"pay:{row}", ana, ben, 30_000, 1, 9) for row in range(AT_ONCE)))
    reasons = sorted(answer.reason for answer in answers)
    assert reasons == [0, 0, 0, *[Refusal.NOT_ENOUGH_CREDIT] * (AT_ONCE - 3)]


def test_no_floor_is_passed_by_holds_and_payments_at_once(three):
    ana, ben, _ = three
    answers = at_once(*(lambda row=row: ledger.hold(f"hold:{row}", ana, ben, 40_000, 1, 99, 9) for row in range(3)),
                      *(lambda row=row: ledger.post(f"pay:{row}", ana, ben, 40_000, 1, 9) for row in range(3)))
    assert sum(not answer.reason for answer in answers) == 2
    balance = Balance.objects.get(pk=ana)
    assert balance.posted_mcr - balance.held_mcr == 20_000


def test_a_double_click_is_one_payment(three):
    ana, ben, _ = three
    answers = at_once(*[lambda: ledger.post("click", ana, ben, 10_000, 1, 9)] * AT_ONCE)
    assert [answer.reason for answer in answers] == [0] * AT_ONCE
    assert sum(not answer.again for answer in answers) == 1
    assert Entry.objects.filter(act="click").count() == 1


def test_a_hold_resolves_once(three):
    ana, ben, _ = three
    for name in "abcde":
        ledger.hold(name, ana, ben, 10_000, 1, 99, 9)
        answers = at_once(*(partial(how, f"{row}:{name}", name, 9)
                            for row, how in enumerate((ledger.post_hold, ledger.void, ledger.void))))
        assert sorted(answer.reason for answer in answers) == [0, Refusal.HOLD_RESOLVED, Refusal.HOLD_RESOLVED]
        assert Entry.objects.filter(hold__act=name).exists() == (Hold.objects.get(act=name).state == 2)
    assert Balance.objects.get(pk=ana).held_mcr == 0


def test_payments_in_opposite_directions_do_not_block_each_other(three):
    ana, ben, society = three
    ledger.post("second", society, ben, 100_000, 1, 9)

    def many(name, giver, taker):
        return lambda: [ledger.post(f"{name}:{row}", giver, taker, 1, 1, 9).reason for row in range(15)]

    answers = at_once(many("there", ana, ben), many("back", ben, ana), many("round", society, ana))
    assert answers == [[0] * 15] * 3
    assert [entry.number for entry in Entry.objects.order_by("number")] == list(range(1, 48))
