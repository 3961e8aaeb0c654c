"""What commands promise: once an act, all or nothing, refusals in words, numbers to the last digit."""

import pytest
from django.db import transaction
from django.db.models import Sum

from parecon.service.ledger import audit, law, store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.commands import Line
from parecon.service.ledger.law import Refusal
from parecon.service.ledger.models import Account, Balance, Entry, Hold


def balances():
    return {number: (posted, held) for number, posted, held in
            Balance.objects.values_list("account_id", "posted_mcr", "held_mcr")}


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in (Account, Balance, Hold, Entry)]


COMMANDS = {
    "open": lambda _: ledger.open_account("act", "cleo", ledger.Kind.MEMBER, -5, 9),
    "post": lambda three: ledger.post("act", three[0], three[1], 70_000, 1, 9, "group"),
    "batch": lambda three: ledger.post_batch([Line("act", three[0], three[1], 60_000, 1),
                                              Line("act2", three[1], three[2], 10_000, 2)], 9)[0],
    "hold": lambda three: ledger.hold("act", three[0], three[1], 70_000, 1, 50, 9),
    "post a hold": lambda _: ledger.post_hold("act", "held", 9),
    "void": lambda _: ledger.void("act", "held", 9),
    "expire": lambda _: ledger.expire("act", "held", 51),
    "correct": lambda _: ledger.correct("act", "first", 9),
}


@pytest.fixture
def with_a_hold(three):
    assert ledger.hold("held", three[0], three[1], 30_000, 4, 50, 2).reason == 0
    return three


class CrashError(Exception):
    pass


@pytest.fixture
def crashing(monkeypatch):
    """Makes the next writing of a kind happen and then raise."""
    def crash_after(place, name):
        whole = getattr(place, name)

        def once(*values, **named):
            monkeypatch.setattr(place, name, whole)
            whole(*values, **named)
            raise CrashError
        monkeypatch.setattr(place, name, once)
    return crash_after


@pytest.mark.parametrize("name", COMMANDS)
def test_an_act_that_is_asked_again_is_done_once_and_answered_as_the_first_time(with_a_hold, name):
    if name == "correct":
        ledger.void("free", "held", 3)
    first = COMMANDS[name](with_a_hold)
    after = everything()
    assert (first.reason, first.again, first.sentence) == (Refusal.ACCEPTED, False, "done")
    for _ in range(2):
        again = COMMANDS[name](with_a_hold)
        assert again == first._replace(again=True)
        assert again.sentence == "already done"
    assert everything() == after
    assert not audit.verify().wrong


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("place", "what"), [(store, "append"), (store, "set_balances"), (Balance.objects, "create"),
                                             (Hold.objects, "create")], ids=["entries", "balances", "account", "hold"])
def test_what_crashes_half_way_was_never_begun_and_can_be_asked_again(with_a_hold, crashing, name, place, what):
    if name == "correct":
        ledger.void("free", "held", 3)
    before = everything()
    crashing(place, what)
    try:
        answer = COMMANDS[name](with_a_hold)
    except CrashError:
        assert everything() == before
        answer = COMMANDS[name](with_a_hold)
    assert answer == (Refusal.ACCEPTED, answer.number, False)
    assert COMMANDS[name](with_a_hold) == (Refusal.ACCEPTED, answer.number, True)
    assert not audit.verify().wrong


def test_a_name_stands_for_one_content(with_a_hold):
    ana, ben, society = with_a_hold
    taken = Refusal.NAME_TAKEN
    assert ledger.post("first", society, ana, 99_999, 1, 9).reason == taken
    assert ledger.hold("held", ana, ben, 30_000, 4, 51, 9).reason == taken
    assert ledger.open_account("open:ana", "other", ledger.Kind.MEMBER, 0, 9).reason == taken
    assert ledger.post_hold("first", "held", 9).reason == taken
    assert ledger.void("gone", "held", 9).reason == 0
    assert ledger.expire("gone", "held", 99).reason == taken
    assert ledger.correct("first", "first", 9).reason == taken


def test_refusals_are_told_and_change_nothing(with_a_hold):
    ana, ben, society = with_a_hold
    before = everything()
    answers = {
        Refusal.BAD_NAME: ledger.post("no good\n", ana, ben, 1, 1, 9),
        Refusal.NO_SUCH_ACCOUNT: ledger.post("a", ana, 2**70, 1, 1, 9),
        Refusal.SAME_ACCOUNT: ledger.post("b", ana, ana, 1, 1, 9),
        Refusal.NOT_AN_AMOUNT: ledger.post("c", ana, ben, 0, 1, 9),
        Refusal.NOT_ENOUGH_CREDIT: ledger.post("d", ana, ben, 70_001, 1, 9),
        Refusal.TOO_LARGE: ledger.post("e", society, ben, 2**62, 1, 9),
        Refusal.NO_SUCH_HOLD: ledger.void("f", "nothing", 9),
        Refusal.HOLD_OVER: ledger.post_hold("g", "held", 51),
        Refusal.HOLD_STILL_RUNS: ledger.expire("h", "held", 50),
        Refusal.NO_SUCH_ENTRY: ledger.correct("i", "nothing", 9),
        Refusal.ACCOUNT_EXISTS: ledger.open_account("j", "ana", ledger.Kind.MEMBER, 0, 9),
    }
    assert {reason: answer.reason for reason, answer in answers.items()} == {reason: reason for reason in answers}
    assert everything() == before
    assert ledger.void("k", "held", 9).reason == 0
    assert ledger.post_hold("l", "held", 9).reason == Refusal.HOLD_RESOLVED
    assert ledger.correct("m", "first", 9).reason == 0
    assert ledger.correct("n", "first", 9).reason == Refusal.CORRECTED_BEFORE
    assert set(law.SENTENCES) == set(Refusal)


@pytest.mark.parametrize("amount", [-1, -2**80, 2**80])
def test_no_amount_below_1_or_beyond_the_ledger_gets_in(three, amount):
    ana, _, society = three
    assert ledger.post("x", society, ana, amount, 1, 9).reason in {Refusal.NOT_AN_AMOUNT, Refusal.TOO_LARGE}
    assert ledger.hold("x", society, ana, amount, 1, 9, 9).reason in {Refusal.NOT_AN_AMOUNT, Refusal.TOO_LARGE}


def test_held_credits_cannot_be_spent_and_come_back(with_a_hold):
    ana, ben, society = with_a_hold
    assert balances()[ana] == (100_000, 30_000)
    assert ledger.post("too-much", ana, ben, 70_001, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert ledger.post_hold("paid", "held", 50).reason == 0
    assert balances() == {ana: (70_000, 0), ben: (30_000, 0), society: (-100_000, 0)}
    assert ledger.hold("next", ana, ben, 70_000, 1, 60, 51).reason == 0
    assert ledger.expire("over", "next", 61).reason == 0
    assert balances()[ana] == (70_000, 0)


def test_a_correction_is_a_new_row_that_names_the_old(three):
    ana, ben, _ = three
    wrong = ledger.post("wrong", ana, ben, 5000, 7, 2)
    made = ledger.correct("mended", "wrong", 3)
    entry = Entry.objects.get(number=made.number)
    assert (entry.debit_id, entry.credit_id, entry.amount_mcr, entry.corrects_id) == (ben, ana, 5000, wrong.number)
    assert (balances()[ana], balances()[ben]) == ((100_000, 0), (0, 0))
    ledger.post("spent", ana, ben, 100_000, 7, 4)
    assert ledger.correct("late", "first", 5).reason == Refusal.NOT_ENOUGH_CREDIT


def test_a_batch_is_decided_line_after_line(three):
    ana, ben, society = three
    asked = [Line("1", ana, ben, 60_000, 1), Line("2", ana, ben, 60_000, 1), Line("3", ben, ana, 30_000, 1),
             Line("2b", ana, ben, 60_000, 1), Line("1", ana, ben, 60_000, 1), Line("1", ana, ben, 1, 1),
             Line("first", society, ana, 100_000, 1), Line("=cmd()", ana, ben, 1, 1)]
    said = [(answer.reason, answer.again) for answer in ledger.post_batch(asked, 9)]
    assert said == [(0, False), (Refusal.NOT_ENOUGH_CREDIT, False), (0, False), (0, False), (0, True),
                    (Refusal.NAME_TAKEN, False), (0, True), (Refusal.BAD_NAME, False)]
    assert (balances()[ana], balances()[ben]) == ((10_000, 0), (90_000, 0))
    assert [entry.act for entry in Entry.objects.order_by("number")] == ["first", "1", "3", "2b"]


def test_a_batch_larger_than_one_statement_is_written_whole(three):
    ana, _, society = three
    asked = [Line(f"line:{row}", society, ana, 1, 1) for row in range(store.AT_ONCE + 5)]
    for again in (False, True):
        answers = ledger.post_batch(asked, 9)
        assert {(answer.reason, answer.again) for answer in answers} == {(0, again)}
        assert [answer.number for answer in answers] == list(range(2, len(asked) + 2))
    assert balances()[ana][0] == 100_000 + len(asked)
    assert not audit.verify().wrong


def test_whole_numbers_stay_whole_beyond_what_a_double_holds(three):
    ana, ben, society = three
    large = 2**53 + 1
    ledger.post("one", society, ana, large, 1, 9)
    ledger.post("two", society, ben, 2**60 + 1, 1, 9)
    assert Entry.objects.get(act="one").amount_mcr == large
    assert balances()[ana][0] == large + 100_000
    assert balances()[society][0] == -(large + 2**60 + 1 + 100_000)
    assert Entry.objects.aggregate(total=Sum("amount_mcr"))["total"] == large + 2**60 + 1 + 100_000
    assert not audit.verify().wrong


def test_a_floor_that_was_raised_lets_nobody_fall_further_but_everybody_rise(three):
    ana, ben, society = three
    Account.objects.filter(pk=ana).update(floor_mcr=200_000)
    assert ledger.post("down", ana, ben, 1, 1, 9).reason == Refusal.NOT_ENOUGH_CREDIT
    assert ledger.post("up", society, ana, 1, 1, 9).reason == 0


def test_a_command_can_be_part_of_a_larger_transaction(three):
    ana, ben, _ = three
    before = everything()
    with transaction.atomic():
        assert ledger.post("x", ana, ben, 1, 1, 9).reason == 0
        transaction.set_rollback(True)
    assert everything() == before


def test_holds_in_a_batch_are_decided_one_after_the_other_and_resolved_once(three):
    ana, ben, society = three
    asked = [Line("h1", ana, ben, 60_000, 1), Line("h2", ana, ben, 60_000, 1), Line("h3", ana, society, 40_000, 1),
             Line("h1", ana, ben, 60_000, 1), Line("h4", ben, ana, 1, 1), Line("=1", ana, ben, 1, 1)]
    made = ledger.hold_batch(asked, 50, 9)
    assert [(answer.reason, answer.again) for answer in made] == [
        (0, False), (Refusal.NOT_ENOUGH_CREDIT, False), (0, False), (0, True), (Refusal.NOT_ENOUGH_CREDIT, False),
        (Refusal.BAD_NAME, False)]
    assert balances()[ana] == (100_000, 100_000)
    acts = [("p1", "h1"), ("p1", "h1"), ("p2", "h1"), ("p3", "h3"), ("p4", "h2")]
    said = ledger.resolve_batch(acts, law.HoldState.POSTED, 9)
    assert [(answer.reason, answer.again) for answer in said] == [
        (0, False), (0, True), (Refusal.HOLD_RESOLVED, False), (0, False), (Refusal.NO_SUCH_HOLD, False)]
    assert balances() == {ana: (0, 0), ben: (60_000, 0), society: (-60_000, 0)}
    assert ledger.resolve_batch([("p1", "h1")], law.HoldState.VOIDED, 9)[0].reason == Refusal.NAME_TAKEN
