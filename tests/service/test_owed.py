"""A settlement's debts are owed whatever stands on an account, nothing else passes a floor, floors change openly."""

import pytest
from django.db import DatabaseError, connection, transaction

from parecon.service.ledger import audit, books
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.commands import Line
from parecon.service.ledger.law import MOST_MCR, Refusal
from parecon.service.ledger.models import Account, Balance, Entry, FloorSet


def owed(act, debit, credit, amount):
    return ledger.post_batch([Line(act, debit, credit, amount, 9, "year:1", owed=True)], 9)[0]


def posted(account):
    return Balance.objects.get(pk=account).posted_mcr


def test_what_is_owed_passes_below_the_floor_and_nothing_ordinary_follows(three):
    ana, ben, society = three
    assert owed("share", ana, society, 130_000).reason == 0
    assert posted(ana) == -30_000
    assert ledger.post("next", ana, ben, 1, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert ledger.hold("held", ana, ben, 1, 1, 99, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert owed("share:2", ana, society, 1).reason == 0
    assert owed("share", ana, society, 130_000) == (Refusal.ACCEPTED, 2, True)
    assert ledger.post("wages", society, ana, 30_002, 1, 9).reason == 0
    assert ledger.post("paid", ana, ben, 1, 1, 9).reason == 0
    assert ledger.post("again", ana, ben, 1, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert Entry.objects.filter(owed=True).count() == 2
    assert sum('owed: "True"' in line for line in books.export()) == 2
    assert not audit.verify().wrong


def test_the_same_name_owed_and_not_owed_is_other_content(three):
    ana, _, society = three
    assert owed("share", ana, society, 5).reason == 0
    assert ledger.post_batch([Line("share", ana, society, 5, 9, "year:1")], 9)[0].reason == Refusal.NAME_TAKEN


def test_in_one_batch_only_owed_lines_pass_below_the_floor(three):
    ana, ben, society = three
    said = ledger.post_batch([Line("a", ana, ben, 100_000, 1), Line("b", ana, society, 7, 9, owed=True),
                              Line("c", ana, ben, 1, 1), Line("d", ben, society, 200_000, 9, owed=True)], 9)
    assert [answer.reason for answer in said] == [0, 0, Refusal.NOT_ENOUGH_CREDIT, 0]
    assert (posted(ana), posted(ben)) == (-7, -100_000)
    assert not audit.verify().wrong


def test_what_was_held_before_can_still_be_paid_for_or_set_free(three):
    ana, ben, society = three
    for name in ("pay", "free"):
        assert ledger.hold(name, ana, ben, 50_000, 1, 99, 2).reason == 0
    assert owed("share", ana, society, 60_000).reason == 0
    assert ledger.post_hold("paid", "pay", 9).reason == 0
    assert ledger.void("freed", "free", 9).reason == 0
    assert posted(ana) == -10_000
    assert not audit.verify().wrong


def test_an_owed_amount_is_still_an_amount(three):
    ana, _, society = three
    assert owed("none", ana, society, 0).reason == Refusal.NOT_AN_AMOUNT
    assert owed("huge", ana, society, MOST_MCR * 2).reason == Refusal.TOO_LARGE


@pytest.mark.parametrize("change", ["held_mcr = held_mcr + 1", "posted_mcr = posted_mcr - 1"])
def test_below_the_floor_the_database_refuses_whatever_follows_an_ordinary_entry(three, change):
    ana, ben, society = three
    assert owed("share", ana, society, 90_000).reason == 0
    assert ledger.post("last", ana, ben, 10_000, 1, 9).reason == 0
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_balance SET {change} WHERE account_id = {ana}")


def test_below_the_floor_the_database_refuses_a_hold_also_after_an_owed_entry(three):
    ana, _, society = three
    assert owed("share", ana, society, 130_000).reason == 0
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_balance SET held_mcr = 1 WHERE account_id = {ana}")


def test_a_floor_is_changed_once_an_act_and_every_change_is_kept(three):
    ana, ben, _ = three
    assert ledger.post("too-much", ana, ben, 100_001, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert ledger.set_floor("credit", ana, -5000, 9) == (Refusal.ACCEPTED, ana, False)
    assert ledger.set_floor("credit", ana, -5000, 9) == (Refusal.ACCEPTED, ana, True)
    assert ledger.set_floor("credit", ana, -6000, 9).reason == Refusal.NAME_TAKEN
    assert ledger.post("debt", ana, ben, 105_000, 1, 9).reason == 0
    assert ledger.set_floor("back", ana, 0, 9).reason == 0
    assert ledger.post("more", ana, ben, 1, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert ledger.set_floor("nobody", 99, 0, 9).reason == Refusal.NO_SUCH_ACCOUNT
    assert ledger.set_floor("huge", ana, -MOST_MCR * 2, 9).reason == Refusal.TOO_LARGE
    assert ledger.set_floor("=1", ana, 0, 9).reason == Refusal.BAD_NAME
    assert list(FloorSet.objects.order_by("number").values_list("before_mcr", "floor_mcr")) == [(0, -5000), (-5000, 0)]
    assert ledger.open_account("open:ana", "ana", ledger.Kind.MEMBER, 0, 1) == (Refusal.ACCEPTED, ana, True)
    assert not audit.verify().wrong


def test_a_floor_that_was_changed_on_the_quiet_is_named(three):
    ana, _, _ = three
    ledger.set_floor("credit", ana, -5000, 9)
    Account.objects.filter(pk=ana).update(floor_mcr=-9000)
    assert audit.verify().wrong == f"account {ana}: its floor is -9000, by its changes -5000"
