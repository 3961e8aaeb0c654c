"""What members do at desks and no simulation does is accounted for too: sent, brought back, repaired, given up."""

import pytest

from desk_town import DAY, MONTH, NOW, act, graded, handed_in, shelved, town
from parecon.audit.difference import Different
from parecon.audit.replay import replayed
from parecon.secondhand.acts import Purpose
from parecon.service.clock import begin_us
from parecon.service.desk import due, intake, offers, requests, stock, transfers
from parecon.service.desk.closing import CloseMonth, close_month
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Request
from parecon.service.desk.payments import BuyNew, buy_new
from parecon.service.ledger import commands as ledger
from parecon.service.people.models import Mandate, Role
from parecon.service.people.policy import Actor
from parecon.service.register.commands import Classify, classify
from parecon.service.register.stores import Find, find_in_store


@pytest.fixture
def at(books):
    assert books
    return town(changes={"secondhand": {"least_worth_mcr": 1000}})


def done(answers):
    assert all(answer.done for answer in answers), answers
    return answers[0].number


def asked(at, row, when=NOW, **about):
    return done(requests.ask([requests.Ask(act(), at.home(row), 4, at.stores[0], **about)], at.of(row, when)))


def fetched(at, number, when=NOW):
    done(requests.hand_over([requests.HandOver(act(), number)], at.clerk(when)))
    return Request.objects.get(pk=number)


def brought_back(at, number, grade, when=NOW):
    done(requests.bring_back([requests.BringBack(act(), number, "the chain is worn", grade)], at.clerk(when)))


def audited():
    told = replayed([])
    assert told["counted_anew"]
    return told


def test_a_thing_brought_back_twice_and_handed_in_again_is_accounted_for(at):
    shelved(at, row=0, grade=0)
    for row, grade in ((1, 1), (2, 2)):
        brought_back(at, fetched(at, asked(at, row)).pk, grade)
    request = fetched(at, asked(at, 3, NOW + DAY), NOW + DAY)
    done(intake.hand_in([intake.HandIn(act(), request.item_id, at.stores[1])], at.clerk(NOW + 2 * DAY)))
    assert audited()["rows"]["price"] == 3


def test_appeals_repairs_and_what_is_taken_apart_are_accounted_for(at):
    thing = graded(at, grade=2)
    done(offers.appeal([offers.Inspect(act(), thing.pk, 1, thing.made_month)], at.clerk(which=1)))
    done(intake.take_back([intake.TakeBack(act(), thing.pk)], at.of(0)))
    worn = shelved(at, row=1, grade=3)
    done(stock.to_repair([stock.ToRepair(act(), worn.pk, "the brakes")], at.clerk()))
    done(stock.repaired([stock.Repaired(act(), worn.pk, 1)], at.clerk()))
    fetched(at, asked(at, 2))
    done(stock.recycle([stock.Recycle(act(), shelved(at, row=3).pk, "it broke")], at.clerk()))
    handed_in(at, row=2)
    assert audited()["rows"]["quote"] == 4 + 3 + 1, "estimates, inspections, an appeal"


def test_what_is_sent_given_up_and_lapses_is_accounted_for(at):
    north, south = at.stores[:2]
    thing = shelved(at, row=0, good=0, months=30, store=0)
    shelved(at, row=2)
    ledger.post("rich", federation().society_account, at.accounts[1], 90_000_000, Purpose.ALLOWANCE, NOW)
    done(transfers.send([transfers.Send(act(), thing.pk, south)], at.clerk()))
    done(transfers.arrive([transfers.Arrive(act(), thing.pk)], at.clerk(NOW + DAY)))
    wish = requests.Ask(act(), at.home(1), 0, north, thing.pk)
    number = done(requests.ask([wish], at.of(1, NOW + DAY)))
    done(transfers.arrive([transfers.Arrive(act(), thing.pk)], at.clerk(NOW + 2 * DAY)))
    fetched(at, number, NOW + 3 * DAY)
    done(requests.cancel([requests.Cancel(act(), asked(at, 3, NOW + 3 * DAY))], at.of(3, NOW + 4 * DAY)))
    asked(at, 3, NOW + 5 * DAY)
    assert due.run_due(NOW + 40 * DAY).expired == 1
    told = audited()
    assert told["by_mandate"] == [{"institution": "exchange", "purpose": "allowance", "by": "nobody on record",
                                   "entries": 7, "amount_mcr": 6 * 5_000_000 + 90_000_000}]


def test_closings_of_months_are_counted_again(at):
    Mandate.objects.create(member=at.clerks[0], council=federation().council, role=Role.STEWARD, from_us=0,
                           until_us=2**62, given_by="p-organiser")
    shelved(at, row=0)
    shelved(at, row=1, months=40)
    fetched(at, asked(at, 2))
    done(buy_new([BuyNew(act(), at.home(3), 4, at.stores[0])], at.of(3)))
    for month in (MONTH - 2, MONTH - 1, MONTH):
        done(close_month([CloseMonth(act(), month)], Actor(at.clerks[0], begin_us(MONTH + 1) + month)))
    assert audited()["rows"]["month"] == 3


def test_a_collectable_found_on_a_shelf_is_paid_for_at_what_it_cost(at):
    registrar = Actor(at.clerks[1], NOW + DAY)
    Mandate.objects.create(member=at.clerks[1], council=federation().council, role=Role.REGISTRAR, from_us=0,
                           until_us=2**62, given_by="p-organiser")
    kind = done(classify([Classify(act(), "radios", "", 10**6, 0, 0, 0)], registrar))
    thing = shelved(at, row=0)
    done(find_in_store([Find(act(), thing.label, kind, "a radio", "")], registrar))
    told = audited()
    assert told["rows"]["act of the law"] == 3, "an inspection, a credit, and what the register paid for it"
    assert {each["purpose"] for each in told["by_mandate"]} == {"allowance"}


def test_where_a_clock_was_set_back_books_are_accounted_for_as_far_as_they_can_be(at):
    shelved(at, row=0)
    shelved(at, row=1, when=NOW + DAY)
    fetched(at, asked(at, 2, NOW - DAY), NOW - DAY)
    assert not replayed([])["counted_anew"]


def test_a_payment_from_the_exchange_that_nobody_decided_is_named(at):
    shelved(at, row=0)
    ledger.post("favour", federation().exchange_account, at.accounts[3], 7, Purpose.HAND_IN, NOW)
    with pytest.raises(Different, match="favour: found 7 mcr from account"):
        replayed([])
