"""How things come to the exchange: estimates, offers, appeals and credits."""

import pytest

from desk_town import BICYCLES, MONTH, NOW, act, handed_in, shelved, town
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Refusal
from parecon.service.desk import offers
from parecon.service.desk.checklists import BARRED, QUESTIONS
from parecon.service.desk.models import Event, Quote
from parecon.service.ledger import audit


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


def test_a_bicycle_is_announced_handed_in_inspected_and_accepted(at):
    item = shelved(at, good=BICYCLES)
    estimate, quote = Quote.objects.filter(item=item).order_by("number")
    assert (estimate.kind, quote.kind, quote.revises, quote.why) == ("estimate", "year", None, "")
    assert estimate.credit_mcr == quote.credit_mcr > 0 == estimate.cost_mcr
    assert item.state == State.SHELF
    assert item.holder == item.store.council.party
    assert at.balance(0) == (5_000_000 + quote.credit_mcr, 0)
    assert [event.after for event in Event.objects.filter(item=item).order_by("number")] == [1, 2, 3, 4]
    assert Quote.objects.get(pk=quote.pk).accepted_us == NOW


def test_a_finding_that_differs_makes_a_revised_quote_that_says_why(at):
    item = handed_in(at, grade=0)
    asked = offers.Inspect(act(), item.pk, 2, MONTH - 24, (("Is it clean?", "no"),))
    [answer] = offers.inspect([asked], at.clerk())
    quote = Quote.objects.get(pk=answer.number)
    assert quote.revises.kind == "estimate"
    assert quote.credit_mcr < quote.revises.credit_mcr
    assert quote.why == "condition 2 instead of 0; 12 months older than said"
    assert quote.findings == [["Is it clean?", "no"]]
    assert (quote.age_months, quote.grade) == (24, 2)


@pytest.mark.parametrize(("question", "answer", "grade", "reason"), [
    ("Do both brakes work?", "no", 0, Refusal.NOT_SAFE), ("Do both brakes work?", "no", 4, Refusal.ACCEPTED),
    ("Does the frame number belong to whoever brings it?", "no", 2, Refusal.NOT_SAFE),
    ("Do both brakes work?", "not tried", 0, Refusal.ACCEPTED), ("Do the lights work?", "no", 0, Refusal.ACCEPTED)])
def test_what_is_not_safe_or_not_theirs_who_bring_it_is_not_taken_in_however_good_it_looks(
        at, question, answer, grade, reason):
    item = handed_in(at, grade=0)
    found = offers.Inspect(act(), item.pk, grade, item.made_month, (("Is it clean?", "yes"), (question, answer)))
    assert offers.inspect([found], at.clerk())[0].reason == reason
    assert Quote.objects.filter(item=item, kind="year", reason=0).exists() == (reason == 0 and grade < 4)


def test_the_questions_that_bar_are_among_those_that_are_asked():
    assert {each for asked in QUESTIONS.values() for each in asked} > BARRED
