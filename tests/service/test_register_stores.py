"""Collectables that come through a desk: the exchange gets what it paid, and its year's end still adds up."""

import pytest
from django.db import transaction

from desk_town import MONTH, NOW, act, graded, shelved, town
from parecon.secondhand.collectables.acts import Refusal as Unlawful
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Refusal
from parecon.service.desk import stock, year
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Item, Quote
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance
from parecon.service.people.models import Household, Mandate, Member, Residence, Role
from parecon.service.people.policy import Actor
from parecon.service.register import stores
from parecon.service.register.commands import Classify, Enter, classify, enter
from parecon.service.register.models import Entry, Event, What
from parecon.service.register.stores import Find, find_in_store


@pytest.fixture
def at(books):
    assert books
    with transaction.atomic():
        made = town()
        home = Household.objects.create(party="h-registrar", name="Registrar's")
        made.registrar = Member.objects.create(party="p-registrar", card="REG", household=home, joined_on="2026-01-01")
        Mandate.objects.create(member=made.registrar, council=federation().council, role=Role.REGISTRAR, from_us=0,
                               until_us=2**62, given_by="p-organiser")
        kinds = classify([Classify(act(), name, "", *about, 0) for name, *about in (
            ("personal", 0, 0, 0), ("traded", 10**6, 0, 0), ("museum", 0, 9, 0))], Actor(made.registrar, NOW))
        made.kinds = [answer.number for answer in kinds]
    yield made
    assert not audit.verify().wrong


def found(at, item, kind):
    return find_in_store([Find(act(), item.label, at.kinds[kind], "it", "")], Actor(at.registrar, NOW))[0]


def on(account):
    return Balance.objects.get(account=account).posted_mcr


def of_shelf():
    return Balance.objects.filter(account__party="collectables").values_list("posted_mcr", flat=True).first() or 0


@pytest.mark.parametrize(("kind", "holder"), [(1, "collectables"), (2, "museum")])
def test_what_is_found_on_a_shelf_goes_on_the_register_and_the_exchange_gets_what_it_paid(at, kind, holder):
    item = shelved(at)
    credit = Quote.objects.filter(item=item).latest("number").credit_mcr
    before = on(federation().exchange_account)
    answer = found(at, item, kind)
    assert answer.done
    entry = Entry.objects.get(pk=answer.number)
    assert (entry.item_id, entry.holder, entry.cost_mcr) == (item.pk, holder, credit if kind == 1 else 0)
    assert Item.objects.get().state == State.REGISTER
    assert on(federation().exchange_account) - before == credit == -of_shelf() > 0
    assert Event.objects.get().what == What.FROM_DESK
    assert found(at, item, kind).reason is Refusal.NO_SUCH_THING, "it has its entry"


def test_the_exchanges_result_still_is_the_sum_of_its_parts(at):
    assert found(at, shelved(at), 1).done
    left = shelved(at, row=1)
    Residence.objects.create(household=at.members[0].household, council_id=at.stores[0], from_on="2026-01-01")
    shown = year.preview_year(MONTH // 12)  # would raise BrokenIdentity
    assert left.state == State.SHELF
    assert shown.ended.result.paid_mcr == -of_shelf()


def test_what_is_of_personal_value_only_stays_on_the_shelf(at):
    item = shelved(at)
    assert found(at, item, 0).reason is Unlawful.ONLY_PERSONAL
    assert Item.objects.get().state == State.SHELF
    assert Entry.objects.count() == 0


def test_a_members_thing_at_the_desk_is_entered_as_the_members(at):
    item = graded(at, row=2)
    assert found(at, item, 1).reason is Refusal.NOT_NOW, "it is no store's"
    wrong = enter([Enter(act(), at.kinds[1], "it", "", 500, item.label)], Actor(at.registrar, NOW, at.members[1]))[0]
    assert wrong.reason is Refusal.NO_SUCH_THING
    both = [Enter(act(), at.kinds[1], "it", "", 500, item.label) for _ in range(2)]
    answers = enter(both, Actor(at.registrar, NOW, at.members[2]))
    assert [answer.reason for answer in answers] == [0, Refusal.NOT_NOW]
    assert Entry.objects.get().holder == at.members[2].party
    assert Item.objects.get().state == State.REGISTER


@pytest.mark.parametrize("on_shelf", [True, False])
def test_what_a_desk_sent_to_the_register_waits_for_its_entry(at, on_shelf):
    item = shelved(at, row=2) if on_shelf else graded(at, row=2)
    by = Actor(at.registrar, NOW, None if on_shelf else at.members[2])  # what is still a member's needs their card
    assert stock.to_register([stock.ToRegister(act(), item.pk, "old")], by)[0].done
    assert item.label in stores.to_be_entered([item.label])
    answer = found(at, item, 1) if on_shelf else enter(
        [Enter(act(), at.kinds[1], "it", "", 5, item.label)], Actor(at.registrar, NOW, at.members[2]))[0]
    assert answer.done
    assert Entry.objects.get().item_id == item.pk
