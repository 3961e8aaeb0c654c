"""How things come to the exchange: estimates, offers, appeals and credits."""

import pytest

from desk_town import BICYCLES, MONTH, NOW, act, handed_in, shelved, town
from parecon.secondhand.lifecycle import State
from parecon.service.desk import offers
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
