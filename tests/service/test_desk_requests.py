"""How things go from the exchange to members: who is served when, what is kept and paid, what becomes free again."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import override_settings

from desk_town import BICYCLES, DAY, NOW, act, graded, request, shelved, town
from parecon.secondhand.acts import Purpose
from parecon.secondhand.acts import Refusal as Unserved
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.desk import clearing, due, intake, offers, requests, transfers
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Event, Item, Quote, Request, Transfer
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Entry, Hold
from parecon.service.people.models import Message


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


def asks(at, row, good=BICYCLES, store=0, wanted=None, when=NOW, **more):
    asked = requests.Ask(act(), at.home(row), good, at.stores[store], wanted and wanted.pk, **more)
    return requests.ask([asked], at.of(row, when))[0]


def fetches(at, number, when=NOW):
    return requests.hand_over([requests.HandOver(act(), number)], at.clerk(when))[0]


def test_what_is_asked_for_is_kept_with_its_price_and_paid_when_it_is_fetched(at):
    item = shelved(at, row=0)
    answer = asks(at, 1)
    kept = request(answer.number)
    assert (kept.state, kept.item) == (RequestState.HELD, item)
    assert kept.fetch_until_us == NOW + 14 * DAY
    assert at.balance(1) == (5_000_000, kept.price_mcr)
    assert fetches(at, kept.pk).done
    assert at.balance(1) == (5_000_000 - kept.price_mcr, 0)
    fetched = Item.objects.get(pk=item.pk)
    assert (fetched.state, fetched.holder, fetched.store) == (State.OUT, at.members[1].household.party, None)
    assert request(kept.pk).state == RequestState.SERVED


def test_whoever_waited_longest_gets_what_stood_there_longest(at):
    waiting = [asks(at, row).number for row in (1, 2)]
    items = [shelved(at, row=0) for _ in range(2)]
    clearing.serve_waiting(at.stores, NOW)
    assert [request(number).item for number in waiting] == items
    clearing.serve_waiting(at.stores, NOW)
    assert Event.objects.filter(deed=7).count() == 2
    assert Message.objects.filter(member__in=at.members[1:3]).count() == 2


def test_a_clock_that_was_set_back_puts_nothing_before_what_stood_there(at):
    first, second = shelved(at, row=0), shelved(at, row=1, when=NOW - DAY)
    assert [request(asks(at, row).number).item for row in (2, 3)] == [first, second]


def test_nobody_overtakes_those_who_wait(at):
    first = asks(at, 1)
    item = shelved(at, row=0)
    assert asks(at, 2, wanted=item).reason == Refusal.OTHERS_WAIT
    assert request(first.number).item == item, "whoever waited gets it"
    assert Request.objects.count() == 1, "a refusal leaves no trace"
    assert asks(at, 2, wanted=item).reason == Refusal.NOT_NOW
    assert request(asks(at, 2).number).state == RequestState.WAITS


def test_what_somebody_cannot_pay_goes_to_whoever_waits_next(at):
    poor = asks(at, 1, good=0, waits=True)
    rich = asks(at, 2, good=0, waits=True)
    item = shelved(at, row=0, good=0, months=30)
    ledger.post("rich", federation().society_account, at.accounts[2], 50_000_000, 1, NOW)
    clearing.serve_waiting(at.stores, NOW)
    assert request(poor.number).state == RequestState.UNPAID
    assert request(rich.number).item == item


def test_whoever_cannot_pay_at_once_is_told_so_and_leaves_no_trace(at):
    shelved(at, row=0, good=0, months=30)
    assert asks(at, 1, good=0).reason == Unserved.NOT_ENOUGH_CREDIT
    assert not Request.objects.exists()
    assert not Hold.objects.exists()


def test_what_is_not_fetched_stands_in_its_old_place_and_serves_who_waits_next(at):
    old, young = shelved(at, row=0), shelved(at, row=0)
    slow = asks(at, 1)
    assert request(slow.number).item == old
    late = NOW + 14 * DAY + 1
    assert due.run_due(NOW + 14 * DAY) == (0, 0, 0)
    assert due.run_due(late) == (1, 0, 0)
    assert due.run_due(late) == (0, 0, 0)
    assert request(slow.number).state == RequestState.EXPIRED
    assert at.balance(1) == (5_000_000, 0)
    assert request(asks(at, 2, when=late).number).item == old, "first in line again"
    assert request(asks(at, 3, when=late).number).item == young
    assert fetches(at, slow.number, late).reason == Refusal.NOT_NOW


def test_what_lies_too_long_is_not_handed_over_even_before_the_clock_comes_round(at):
    shelved(at, row=0)
    kept = asks(at, 1)
    assert fetches(at, kept.number, NOW + 14 * DAY + 1).reason == Refusal.OVER
    assert fetches(at, kept.number, NOW - DAY).done, "a clock that was set back takes nothing away"


def test_a_request_is_given_up(at):
    item = shelved(at, row=0)
    kept, waits = asks(at, 1), asks(at, 2)
    cancelled = requests.cancel([requests.Cancel(act(), kept.number)], at.of(1))[0]
    assert cancelled.done
    assert at.balance(1) == (5_000_000, 0)
    assert request(waits.number).item == item, "whoever waits next is served"
    assert requests.cancel([requests.Cancel(act(), waits.number)], at.of(3))[0].reason == Refusal.NOT_ALLOWED


def test_what_stands_in_another_area_is_kept_and_sent_in_one_act(at):
    item = shelved(at, row=0, store=1)
    answer = asks(at, 1, wanted=item)
    kept, sent = request(answer.number), Transfer.objects.get()
    assert (kept.state, kept.store_id, kept.fetch_until_us) == (RequestState.HELD, at.stores[0], None)
    assert Item.objects.get(pk=item.pk).state == State.IN_TRANSFER
    assert (sent.origin_id, sent.destination_id) == (at.stores[1], at.stores[0])
    assert Entry.objects.get(purpose=Purpose.TRANSPORT).amount_mcr == sent.cost_mcr > 0
    assert fetches(at, kept.pk).reason == Refusal.NOT_NOW
    assert due.run_due(NOW + 60 * DAY).expired == 0, "the time to fetch it has not begun"
    late = NOW + 60 * DAY
    assert transfers.arrive([transfers.Arrive(act(), item.pk)], at.clerk(late))[0].done
    assert request(kept.pk).fetch_until_us == late + 14 * DAY
    assert at.balance(1) == (5_000_000, kept.price_mcr)
    assert fetches(at, kept.pk, late).done
    assert at.balance(1) == (5_000_000 - kept.price_mcr, 0)


def test_nothing_is_carried_farther_than_it_is_worth(at):
    item = shelved(at, row=0, store=2, good=6, months=68)  # a washing machine beside half the world
    assert asks(at, 1, wanted=item).reason == Refusal.TOO_FAR
    assert not Request.objects.exists()
    assert transfers.send([transfers.Send(act(), item.pk, at.stores[0])], at.clerk())[0].reason == Refusal.TOO_FAR


def test_what_is_given_up_on_its_way_arrives_on_the_shelf(at):
    item = shelved(at, row=0, store=1)
    kept = asks(at, 1, wanted=item)
    assert requests.cancel([requests.Cancel(act(), kept.number)], at.of(1))[0].done
    transfers.arrive([transfers.Arrive(act(), item.pk)], at.clerk())
    there = Item.objects.get(pk=item.pk)
    assert (there.state, there.store_id) == (State.SHELF, at.stores[0])
    assert there.shelved_us == item.shelved_us


def test_what_was_not_as_described_is_brought_back_and_paid_back(at):
    item = shelved(at, row=0)
    kept = asks(at, 1)
    fetches(at, kept.number)
    back = requests.BringBack(act(), kept.number, "the fork is bent", 3)
    assert requests.bring_back([back], at.clerk(NOW + 15 * DAY))[0].reason == Refusal.OVER
    assert requests.bring_back([back], at.clerk(NOW + 14 * DAY))[0].done
    assert at.balance(1) == (5_000_000, 0)
    there = Item.objects.get(pk=item.pk)
    assert (there.state, there.grade, there.store_id) == (State.SHELF, 3, at.stores[0])
    assert requests.bring_back([back._replace(act=act())], at.clerk(NOW + 14 * DAY))[0].reason == Refusal.NOT_NOW


def test_an_offer_that_nobody_answers_lapses_and_the_thing_waits(at):

    item = graded(at)
    later = NOW + 62 * DAY
    assert [due.run_due(later).lapsed for _ in range(2)] == [1, 0]
    assert Message.objects.filter(member=at.members[0]).count() == 1
    quote = Quote.objects.filter(item=item).latest("number")
    accepted = offers.accept([offers.Accept(act(), quote.pk)], at.of(0, later))[0]
    assert accepted.reason == Unserved.QUOTE_EXPIRED
    assert intake.take_back([intake.TakeBack(act(), item.pk)], at.of(0, later))[0].done


def test_the_law_says_what_to_send_where(at):
    items = [shelved(at, row=0) for _ in range(3)]
    asks(at, 1, store=1, waits=True)
    [suggested] = transfers.suggested(NOW)
    assert (suggested.origin.pk, suggested.destination.pk) == (at.stores[0], at.stores[1])
    assert (suggested.good, suggested.count) == (BICYCLES, 1)
    transfers.send([transfers.Send(act(), items[0].pk, at.stores[1])], at.clerk())
    assert Transfer.objects.get().cost_mcr == suggested.cost_mcr
    transfers.arrive([transfers.Arrive(act(), items[0].pk)], at.clerk())
    assert Request.objects.get().item == items[0]
    assert transfers.suggested(NOW) == []


def test_what_is_due_is_done_by_a_command_that_can_be_run_at_any_time(at, capsys, monkeypatch):
    monkeypatch.setattr("parecon.service.desk.management.commands.run_due.now_us", lambda: NOW + 15 * DAY)
    monkeypatch.setattr(mail, "outbox", [], raising=False)
    shelved(at)
    kept = asks(at, 1)
    for told in ("1 not fetched, 0 served, 0 offers lapsed, 1 letters", "0 not fetched, 0 served"):
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            call_command("run_due")
        assert told in capsys.readouterr().out
    assert request(kept.number).state == RequestState.EXPIRED
    assert [letter.to for letter in mail.outbox] == [["m1@example.org"]]
