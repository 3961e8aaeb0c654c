"""The watch report: only what the books can show, naming nobody, and only for those who may see the books."""

import re

import pytest
from django.test import Client

from desk_town import BICYCLES, DAY, MONTH, NOW, act, graded, shelved, town
from parecon.base.parameters import parameters
from parecon.service.clock import begin_us
from parecon.service.desk import columns, intake, offers, requests
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Event, Item, Quote, Request
from parecon.service.desk.watch import report
from parecon.service.ledger import audit
from parecon.service.people.models import Mandate, Role

LAW = parameters("secondhand.private")
OFTEN = LAW["deals_to_notice"]
LATER = NOW + 20 * DAY


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


def told(when=LATER):
    return report(columns.in_force(when), when)


def fetched(at, row, item, when=NOW):
    """A member asks for an item on the shelf and fetches it."""
    [answer] = requests.ask([requests.Ask(act(), at.home(row), item.good, item.store_id, item.pk)], at.of(row, when))
    assert answer.done, answer
    [answer] = requests.hand_over([requests.HandOver(act(), answer.number)], at.clerk(when))
    assert answer.done, answer


def brought_again(at, row, item, when):
    """The same thing is brought again by who has it."""
    item = Item.objects.get(pk=item.pk)
    for command, asked, actor in (
            (intake.hand_in, intake.HandIn(act(), item.pk, at.stores[0]), at.clerk(when)),
            (offers.inspect, offers.Inspect(act(), item.pk, item.grade, item.made_month), at.clerk(when))):
        [answer] = command([asked], actor)
        assert answer.done, answer
    quote = Quote.objects.filter(item=item).latest("number")
    [answer] = offers.accept([offers.Accept(act(), quote.pk)], at.of(row, when))
    assert answer.done, answer


def test_where_nothing_has_moved_the_report_says_so(at):
    assert at
    assert told().goods == []
    assert told().signs == (0, 0, 0, 0, 0, 0, 0, 0)


def test_each_good_shows_what_was_brought_and_fetched_and_what_a_dealer_could_earn_and_must_bear(at):
    items = [shelved(at, row=0), shelved(at, row=1, grade=2)]
    fetched(at, 2, items[0])
    [bicycles] = told().goods
    worth = [Quote.objects.filter(item=item).latest("number").worth_mcr for item in items]
    assert (bicycles.brought, bicycles.fetched, bicycles.mean_worth_mcr) == (2, 1, sum(worth) // 2)
    assert bicycles.margin_share == pytest.approx(columns.law()["spread_permille"] / 1000)  # nobody waited
    keeping = LAW["holding_rate_share"] * LAW["storage_months"] / 12
    deal = LAW["search_mcr"] + LAW["sanction_chance_share"] * LAW["fine_mcr"]
    expected = LAW["liquidity_discount_share"] + keeping + deal / bicycles.mean_worth_mcr
    assert bicycles.bound_share == pytest.approx(expected)
    assert bicycles.is_open == (bicycles.margin_share > bicycles.bound_share)


def test_a_long_wait_raises_what_a_dealer_could_earn(at):
    shelved(at, row=0)
    fetched(at, 1, Item.objects.get())
    before = told().goods[0]
    Request.objects.create(act="wait", household_id=at.home(2), good=BICYCLES, store_id=at.stores[0],
                           since_us=LATER - 365 * DAY)
    after = told().goods[0]
    assert after.waiting_months == pytest.approx((before.waiting_months + 365 / (365.25 / 12)) / 2, abs=0.01)
    assert after.margin_share > before.margin_share


def test_who_brings_or_fetches_often_is_counted_and_not_named(at):
    for _ in range(OFTEN):
        shelved(at, row=0)
    shelved(at, row=1)
    for item in Item.objects.order_by("pk")[:OFTEN]:
        fetched(at, 2, item)
    signs = told().signs
    assert (signs.bring_often, signs.brought_by_them, signs.brought) == (1, OFTEN, OFTEN + 1)
    assert (signs.fetch_often, signs.fetched_by_them, signs.fetched) == (1, OFTEN, OFTEN)
    assert signs.do_both == signs.back_soon == 0


def test_what_comes_back_soon_is_counted_and_what_comes_back_late_is_not(at):
    first, second = shelved(at, row=0), shelved(at, row=1)
    fetched(at, 2, first)
    fetched(at, 2, second)
    brought_again(at, 2, first, NOW + 30 * DAY)
    assert told(NOW + 31 * DAY).signs.back_soon == 1
    late = begin_us(MONTH + LAW["months_to_notice"] + 1) + 9 * DAY
    brought_again(at, 2, second, late)
    assert told(late + DAY).signs.back_soon == 1


def test_offers_that_were_declined_are_counted_once_each(at):
    shelved(at, row=0)
    item = graded(at, row=1)
    [answer] = intake.take_back([intake.TakeBack(act(), item.pk)], at.of(1))
    assert answer.done, answer
    assert told().goods[0].declined == 1
    assert Event.objects.filter(item=item).count() > 1


def test_what_is_older_than_a_year_is_not_in_the_report(at):
    shelved(at, row=0)
    assert told(NOW + 300 * DAY).goods
    assert told(NOW + 400 * DAY).goods == []


def test_only_those_who_may_see_the_books_see_the_report_and_it_says_what_it_cannot_see(at):
    shelved(at, row=0)
    member, clerk = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    for client, who in ((member, at.members[3]), (clerk, at.clerks[0])):
        client.force_login(who, "django.contrib.auth.backends.ModelBackend")
        assert client.get("/books/watch/").status_code == 404
    Mandate.objects.create(member=at.members[3], council=federation().council, role=Role.AUDITOR, from_us=0,
                           until_us=2**62, given_by="p-organiser")
    page = member.get("/books/watch/").content.decode()
    assert "What this report cannot see" in page
    assert "So no share of private trade is given here" in page
    assert not re.search(r"Household \d|h-0000|p-0000", page.split("<main")[1])
    assert "<svg" in page
