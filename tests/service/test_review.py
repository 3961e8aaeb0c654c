"""What must hold where institutions meet: debts and holds, moves and shares, bookings that lapsed and leaving."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import ClassVar

import pytest
from axes.models import AccessLog
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client

import federation as people_town
from desk_town import DAY, NOW, act, request, shelved, town
from parecon.secondhand.acts import Purpose
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.api.models import Batch
from parecon.service.clock import date_of, now_us
from parecon.service.desk import intake, offers, remarks, requests, transfers, year
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Item, Quote
from parecon.service.desk.pages_money import _living_in
from parecon.service.desk.paying_many import Given, pay_many
from parecon.service.face.forms import minted
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.parks import commands as parks
from parecon.service.parks import founding
from parecon.service.parks.acts import Book, Leave, TakeOut
from parecon.service.people import commands as people
from parecon.service.people import outbox
from parecon.service.people.models import Household, Mandate, Message, Residence
from parecon.service.people.policy import Actor
from parecon.service.people.record import LONGEST_ACT
from parecon.service.upkeep import sweeping
from service import park_town


def owes_all(at, row):
    """A debt of a settlement that takes more than stands on a member's account."""
    line = ledger.Line(f"debt/{row}", at.accounts[row], federation().society_account, 10**9, 4, owed=True)
    assert ledger.post_batch([line], NOW)[0].done


class TestDebtsAndHolds:
    @pytest.fixture
    def at(self, books):
        assert books
        yield town()
        assert not audit.verify().wrong

    def test_what_is_on_its_way_arrives_also_where_a_debt_took_the_credits_for_it_meanwhile(self, at):
        item = shelved(at)
        kept = requests.ask([requests.Ask(act(), at.home(1), item.good, at.stores[1], item.pk)], at.of(1))[0]
        waits = requests.ask([requests.Ask(act(), at.home(2), item.good, at.stores[1])], at.of(2))[0]
        assert Item.objects.get().state == State.IN_TRANSFER
        owes_all(at, 1)
        assert transfers.arrive([transfers.Arrive(act(), item.pk)], at.clerk())[0].done
        assert request(kept.number).state == RequestState.UNPAID
        assert at.balance(1)[1] == 0, "nothing is held for it any more"
        assert (request(waits.number).state, request(waits.number).item) == (RequestState.HELD, item)

    def test_a_thing_bought_twice_is_brought_back_for_its_last_price_alone(self, at):
        item = shelved(at, months=3, grade=0)
        first = self._bought(at, item)
        found = intake.HandIn(act(), item.pk, at.stores[0])
        assert intake.hand_in([found], at.clerk())[0].done
        worse = offers.Inspect(act(), item.pk, 1, item.made_month)
        assert offers.inspect([worse], at.clerk())[0].done
        quote = Quote.objects.filter(item=item).latest("number")
        assert offers.accept([offers.Accept(act(), quote.pk)], at.of(1))[0].done
        second = self._bought(at, item)
        assert request(second).price_mcr < request(first).price_mcr
        back = requests.BringBack(act(), first, "it squeaks")
        assert requests.bring_back([back], at.clerk())[0].reason == Refusal.NOT_NOW
        assert requests.bring_back([back._replace(act=act(), request=second)], at.clerk())[0].done

    def _bought(self, at, item):
        kept = requests.ask([requests.Ask(act(), at.home(1), item.good, at.stores[0], item.pk)], at.of(1))[0]
        assert requests.hand_over([requests.HandOver(act(), kept.number)], at.clerk())[0].done
        return kept.number


class TestNames:
    @pytest.fixture
    def at(self, books):
        assert books
        return town()

    def test_what_is_made_through_an_act_with_the_longest_name_has_a_name_too(self, at):
        item = shelved(at)
        asked = requests.Ask("a" * LONGEST_ACT, at.home(1), item.good, at.stores[1], item.pk)
        assert requests.ask([asked], at.of(1))[0].done
        assert transfers.arrive([transfers.Arrive("b" * LONGEST_ACT, item.pk)], at.clerk())[0].done
        assert requests.cancel([requests.Cancel("c" * LONGEST_ACT, request(1).pk)], at.of(1))[0].done

    def test_a_program_can_pay_a_household_whatever_its_number(self, at):
        treasurer = Actor(at.members[3], NOW)
        Mandate.objects.create(member=treasurer.member, council=federation().council, role="treasurer", from_us=0,
                               until_us=2**62, given_by="p-organiser")
        Household.objects.create(number=2**40, party="h-far", name="Far")
        ledger.open_account("open/far", "h-far", ledger.Kind.MEMBER, 0, NOW)
        assert remarks.give(remarks.Give("d" * 48, (2**40,), 5, 1, "because"), treasurer).done

    def test_no_list_of_payments_reaches_the_account_of_the_exchange(self, at):
        treasurer = Actor(at.members[3], NOW)
        Mandate.objects.create(member=treasurer.member, council=federation().council, role="treasurer", from_us=0,
                               until_us=2**62, given_by="p-organiser")
        rows = [Given(federation().exchange_account, amount, Purpose.ALLOWANCE, "because") for amount in (5, -5)]
        assert {answer.reason for answer in pay_many("list", rows, treasurer)} == {Refusal.BAD_FORM}


class TestMoves:
    @pytest.fixture
    def of(self, books):
        assert books
        return people_town.begun()

    @pytest.fixture
    def ana(self, of):
        """A member whose household moves from the east to the west in a month."""
        ana, = people_town.household(of, of.east, "Ana")
        later = of.today + timedelta(days=30)
        Residence.objects.filter(household=ana.household_id).update(from_on=of.today - timedelta(days=9))
        assert people.move_house([people.Move(people_town.act(), ana.household_id, of.west.pk, later)],
                                 Actor(ana, people_town.NOW))[0].done
        return ana

    def test_whoever_will_move_has_the_allowance_where_they_live_until_then(self, of, ana):
        now = Actor(of.olga, people_town.NOW)
        assert ana.household_id in _living_in(of.east.pk, now)
        assert ana.household_id not in _living_in(of.west.pk, now)
        after = Actor(of.olga, people_town.NOW + 31 * DAY)
        assert ana.household_id in _living_in(of.west.pk, after)
        assert ana.household_id not in _living_in(of.east.pk, after)

    def test_a_household_that_nobody_is_left_in_shares_in_nothing_also_if_it_had_meant_to_move(self, of, ana):
        assert people.erase([people.Erase(people_town.act(), ana.pk)], Actor(ana, people_town.NOW))[0].done
        today = date_of(people_town.NOW)
        lives = Residence.objects.filter(household=ana.household_id)
        assert not [each for each in lives if each.until_on is None or each.until_on > today]
        which = today.year - 2000
        assert ana.household.party not in year.residents(which)


class TestLeavingParks:
    def test_a_booking_that_was_let_lapse_keeps_nobody_from_being_forgotten(self, books):
        assert books
        here = park_town.town(rich=())
        ana = here.members["ana"]
        ledger.post("rich", here.society, here.account("ana"), 100_000, 1, 1)
        wish = Book(here.act(), here.park.pk, here.thing("drills"), here.slot("2026-03-02 10:00"), 1)
        assert parks.book([wish], here.actor("ana", park_town.BEGUN))[0].done
        late = here.actor("ana", "2026-03-03 10:00")
        leave = Leave(here.act(), here.park.pk, ana.household_id)
        assert founding.leave([leave], late)[0].done
        ledger.post("spent", here.account("ana"), here.society, here.stands("ana"), 1, 1)
        assert people.erase([people.Erase(here.act(), ana.pk)], late)[0].reason == Refusal.ACCEPTED

    def test_a_piece_that_is_out_does(self, books):
        assert books
        here = park_town.town(rich=())
        ana = here.members["ana"]
        ledger.post("rich", here.society, here.account("ana"), 100_000, 1, 1)
        wish = Book(here.act(), here.park.pk, here.thing("drills"), here.slot("2026-03-02 10:00"), 1)
        number = parks.book([wish], here.actor("ana", park_town.BEGUN))[0].number
        assert parks.take_out([TakeOut(here.act(), number)], here.actor("ana", "2026-03-02 10:10"))[0].done
        late = here.actor("ana", "2026-03-03 10:00")
        assert founding.leave([Leave(here.act(), here.park.pk, ana.household_id)], late)[0].done
        ledger.post("spent", here.account("ana"), here.society, here.stands("ana"), 1, 1)
        assert people.erase([people.Erase(here.act(), ana.pk)], late)[0].reason == Refusal.THINGS_LEFT


class Letters(BaseEmailBackend):
    """A mail server that refuses one address, and is not waited for while others want to write."""

    sent: ClassVar[list[str]] = []

    def send_messages(self, letters):
        assert not connection.in_atomic_block, "no transaction waits for a mail server"
        for letter in letters:
            if letter.to == ["nobody@example.org"]:
                raise SMTPRecipientsRefused({})
            self.sent.append(letter.to[0])
        return len(letters)


class TestMail:
    @pytest.fixture
    def of(self, books, monkeypatch):
        assert books
        Letters.sent.clear()
        monkeypatch.setattr(outbox, "get_connection", Letters)
        return people_town.begun()

    def test_an_address_that_is_refused_keeps_no_other_letter_back(self, of):
        nobody, ana = people_town.household(of, of.east, "Nobody", "Ana")
        for member in (nobody, ana):
            outbox.write(member, "Your thing", "It is there.", people_town.NOW)
        assert (outbox.send(people_town.NOW), outbox.send(people_town.NOW + 1)) == (1, 0)
        assert Letters.sent == ["ana@example.org"]
        Message.objects.filter(member=nobody).update(to="mended@example.org")
        assert outbox.send(people_town.NOW + 2) == 1
        assert set(Message.objects.values_list("body", flat=True)) == {""}

    def test_what_a_crash_left_half_sent_is_sent_an_hour_later(self, of):
        ana, = people_town.household(of, of.east, "Ana")
        outbox.write(ana, "Your thing", "It is there.", people_town.NOW)
        Message.objects.update(sent_us=people_town.NOW)  # marked, and then the machine went down
        assert outbox.send(people_town.NOW + 60_000_000) == 0
        assert outbox.send(people_town.NOW + 61 * 60_000_000) == 1

    def test_without_letters_no_server_is_asked(self, of, monkeypatch):
        assert of
        monkeypatch.setattr(outbox, "get_connection", None)
        assert outbox.send(people_town.NOW) == 0


class TestSwept:
    @pytest.fixture
    def of(self, books):
        assert books
        return people_town.begun()

    def test_what_nobody_needs_any_more_is_thrown_away_when_what_is_due_is_done(self, of):
        now = people_town.NOW
        ended, runs = SessionStore(), SessionStore()
        for session, days in ((ended, -1), (runs, 1)):
            session["who"] = of.olga.pk
            session.set_expiry(datetime.fromtimestamp(now / 1e6, UTC) + timedelta(days=days))
            session.save()
        Batch.objects.create(member=of.olga, kind="households", content=b"Ana", sent_us=now - 2 * DAY, content_hash="0")
        kept = Batch.objects.create(member=of.olga, kind="households", content=b"Ben", sent_us=now, content_hash="1")
        AccessLog.objects.create(username="CARD", ip_address="127.0.0.1", path_info="/", user_agent="x")
        AccessLog.objects.update(attempt_time=datetime.fromtimestamp(now / 1e6, UTC) - timedelta(days=40))
        sweeping.sweep(now)
        assert list(Session.objects.values_list("pk", flat=True)) == [runs.session_key]
        assert list(Batch.objects.all()) == [kept]
        assert not AccessLog.objects.exists()
        sweeping.sweep(now)


class TestComingIn:
    @pytest.fixture
    def of(self, books):
        assert books
        return people_town.begun()

    def test_a_password_like_ones_name_is_said_to_be_that_and_the_code_stays_good(self, of):
        ana, = people_town.household(of, of.east, "Anastasia Miller")
        made = people.invite([people.Invite(people_town.act(), ana.pk)], replace(of.organiser, at_us=now_us()))[0]
        guest = Client(SERVER_NAME="localhost")
        sent = {"act": minted(), "code": made.secret, "password": "Anastasia Miller", "again": "Anastasia Miller"}
        page = guest.post("/invitation/", sent).content.decode()
        assert "not valid" not in page
        assert "too easy to guess" in page
        sent |= {"act": minted(), "password": "a heron in the reeds", "again": "a heron in the reeds"}
        assert guest.post("/invitation/", sent).status_code == 302

    def test_a_session_with_a_mandate_lasts_twelve_hours_also_after_an_invitation(self, of):
        ana, ben = (people_town.household(of, of.east, name)[0] for name in ("Ana", "Ben"))
        now = replace(of.organiser, at_us=now_us())
        given = people.NewMandate(people_town.act(), ana.pk, of.east.pk, "clerk", now.at_us, now.at_us + DAY)
        assert people.give_mandates([given], now)[0].done
        for member, hours in ((ana, 12), (ben, 14 * 24)):
            guest, word = Client(SERVER_NAME="localhost"), "a heron in the reeds"
            code = people.invite([people.Invite(people_town.act(), member.pk)], now)[0].secret
            guest.post("/invitation/", {"act": minted(), "code": code, "password": word, "again": word})
            assert guest.session.get_expiry_age() == hours * 3600
