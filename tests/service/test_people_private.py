"""What is nobody else's: invitations and passwords, being forgotten, and seeing what is kept of oneself."""

import json

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import connection
from django.test import override_settings

from federation import NOW, act, begun, household, mandate, reason
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Refusal
from parecon.service.clock import DAY_US
from parecon.service.desk.models import Item
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account
from parecon.service.people import commands as people
from parecon.service.people import outbox
from parecon.service.people.models import (
    Household,
    Invitation,
    Mandate,
    Member,
    Residence,
)
from parecon.service.people.policy import Actor
from parecon.service.register.models import Entry, Kind

PASSWORD = "a heron stands in the reeds"  # noqa: S105 - nobody has it


@pytest.fixture
def of(books):  # noqa: ARG001 - the books that are in use
    return begun()


class TestInvitations:
    def invited(self, of, member, **more):
        return people.invite([people.Invite(act(), member.pk, **more)], of.organiser, "https://here.example/welcome/")[0]

    def test_once_and_only_the_hash_is_kept(self, of):
        ana, = household(of, of.east, "Ana")
        made = self.invited(of, ana)
        assert made.secret not in dump()
        assert people.redeem(act(), made.secret.lower().replace("-", " "), PASSWORD, NOW).done
        assert signed_in(ana.card.lower(), PASSWORD) == ana
        assert people.redeem(act(), made.secret, PASSWORD + "!", NOW).reason == Refusal.OVER

    def test_a_double_click_is_already_done(self, of):
        ana, = household(of, of.east, "Ana")
        made, name = self.invited(of, ana), act()
        assert people.redeem(name, made.secret, PASSWORD, NOW).done
        assert people.redeem(name, made.secret, PASSWORD, NOW).again

    def test_it_runs_fourteen_days_and_a_new_one_takes_its_place(self, of):
        ana, = household(of, of.east, "Ana")
        old, new = self.invited(of, ana), self.invited(of, ana)
        assert people.redeem(act(), old.secret, PASSWORD, NOW).reason == Refusal.NO_SUCH_THING
        assert people.redeem(act(), new.secret, PASSWORD, NOW + 14 * DAY_US).reason == Refusal.OVER
        assert people.redeem(act(), new.secret, "123", NOW + 14 * DAY_US - 1).reason == Refusal.BAD_FORM
        assert people.redeem(act(), new.secret, PASSWORD, NOW + 14 * DAY_US - 1).reason == Refusal.ACCEPTED

    def test_by_mail_it_is_shown_to_nobody_else_and_goes_once(self, of):
        ana, = household(of, of.east, "Ana")
        made = self.invited(of, ana, by_mail=True)
        assert made.secret == ""
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            mail.outbox = []
            assert (outbox.send(NOW), outbox.send(NOW)) == (1, 0)
        sent, = mail.outbox
        assert sent.to == ["ana@example.org"]
        secret = next(line.strip() for line in sent.body.splitlines() if line.startswith("    "))
        assert secret not in dump()
        assert people.redeem(act(), secret, PASSWORD, NOW).done

    def test_nobody_comes_by_a_wider_mandate_by_inviting_in_anothers_place(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        east = mandate(of, ana, of.east, "organiser")
        assert reason([people.invite([people.Invite(act(), ben.pk)], east)[0].answer]) == Refusal.ACCEPTED
        mandate(of, ben, of.top, "treasurer")
        before = Invitation.objects.count()
        other = people.Person("Ben", "ana@example.org")
        answers = [people.invite([people.Invite(act(), ben.pk)], east)[0].answer,
                   *people.describe([people.Describe(act(), ben.pk, other)], east),
                   *people.erase([people.Erase(act(), ben.pk)], east)]
        assert [answer.reason for answer in answers] == [Refusal.NOT_ALLOWED] * 3
        assert Invitation.objects.count() == before

    def test_own_password_by_who_knows_the_present_one(self, of):
        ana, = household(of, of.east, "Ana")
        people.redeem(act(), self.invited(of, ana).secret, PASSWORD, NOW)
        own = Actor(Member.objects.get(pk=ana.pk), NOW)
        assert people.change_password(act(), "wrong", "another heron here", own).reason == Refusal.NOT_ALLOWED
        assert people.change_password(act(), PASSWORD, "another heron here", own).done
        assert signed_in(ana.card, "another heron here") == ana


class TestErasing:
    def test_no_trace_of_a_name_is_left_and_the_ledger_is_whole(self, of):
        ana, ben = household(of, of.east, "Zoraida Quicksilver", "Ben")
        Household.objects.filter(pk=ana.household_id).update(name="Quicksilver's")
        people.describe([people.Describe(act(), ana.pk, people.Person("Zoraida Quicksilver", "zq@example.org"))],
                        of.organiser)
        people.invite([people.Invite(act(), ana.pk, by_mail=True)], of.organiser, "https://here.example/")
        people.redeem(act(), people.invite([people.Invite(act(), ana.pk)], of.organiser)[0].secret, PASSWORD, NOW)
        mandate(of, ana, of.east, "clerk")
        session = SessionStore()
        session["_auth_user_id"] = str(ana.pk)
        session.save()
        failed_to_sign_in(ana.card)
        account = Account.objects.get(party=ana.household.party).number
        all_of_us = ledger.open_account("society", "s", ledger.Kind.SOCIETY, None, NOW).number
        ledger.post("some", all_of_us, account, 500, 1, NOW)
        assert reason(people.erase([people.Erase(act(), ana.pk)], Actor(ana, NOW))) == Refusal.ACCEPTED
        left = dump()
        for word in ("zoraida", "quicksilver", "zq@example", ana.card.lower()):
            assert word not in left
        assert ana.party in left
        assert not SessionStore(session.session_key).exists(session.session_key)
        assert audit.verify().wrong == ""
        assert signed_in(ana.card, PASSWORD) is None
        assert not Mandate.objects.filter(member=ana, recalled_us=None).exists()
        assert Member.objects.get(pk=ben.pk).household_id == ana.household_id

    def test_who_is_the_last_of_a_household_first_settles_it(self, of):
        ana, = household(of, of.east, "Ana")
        account = Account.objects.get(party=ana.household.party).number
        all_of_us = ledger.open_account("society", "s", ledger.Kind.SOCIETY, None, NOW).number
        ledger.post("some", all_of_us, account, 500, 1, NOW)
        asked = people.Erase(act(), ana.pk)
        answer = people.erase([asked], Actor(ana, NOW))[0]
        assert answer.reason == Refusal.CREDITS_LEFT
        assert "spend what is there" in answer.sentence
        ledger.post("spent", account, all_of_us, 500, 1, NOW)
        assert reason(people.erase([asked], Actor(ana, NOW))) == Refusal.ACCEPTED
        assert not Residence.objects.filter(household=ana.household_id, until_on=None).exists()
        assert audit.verify().wrong == ""

    def test_what_lies_at_a_desk_is_asked_for_or_stands_on_the_register_is_settled_first(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        asked = people.Erase(act(), ana.pk)
        bicycle = Item.objects.create(label="B", good=0, made_month=0, state=State.HANDED_IN,
                                      holder=ana.household.party)
        assert reason(people.erase([people.Erase(act(), ben.pk)], Actor(ben, NOW))) == 0  # Ana answers for it
        assert reason(people.erase([asked], Actor(ana, NOW))) == Refusal.THINGS_LEFT
        Item.objects.filter(pk=bicycle.pk).update(state=State.OUT)
        kind = Kind.objects.create(act=act(), name="Atlas", standing=1, schedule_mcr=1, price_mcr=1,
                                   visitors_worth_mcr=0, collector_worth_mcr=0, in_favour_permille=0, made_us=NOW)
        Entry.objects.create(act=act(), kind=kind, title="An atlas", schedule_at_entry_mcr=1, entered_us=NOW,
                             standing=1, holder=ana.party, paid_mcr=1, paid_level_ppm=1)
        assert reason(people.erase([asked], Actor(ana, NOW))) == Refusal.THINGS_LEFT
        Entry.objects.update(holder="museum")
        assert reason(people.erase([asked], Actor(ana, NOW))) == Refusal.ACCEPTED

    def test_only_oneself_or_whoever_organises_there(self, of):
        ana, = household(of, of.east, "Ana")
        ben, = household(of, of.west, "Ben")
        for other in (Actor(ben, NOW), mandate(of, ben, of.west, "organiser"), mandate(of, ben, of.east, "clerk")):
            assert reason(people.erase([people.Erase(act(), ana.pk)], other)) == Refusal.NOT_ALLOWED


class TestExport:
    def test_all_that_is_kept_and_no_secret(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        people.redeem(act(), people.invite([people.Invite(act(), ana.pk)], of.organiser)[0].secret, PASSWORD, NOW)
        told = json.dumps(people.about(ana.pk, Actor(ana, NOW)), default=str)
        assert "ana@example.org" in told
        assert ana.card in told
        assert "redeem invitation" in told
        assert "argon2" not in told
        assert "Ben" not in told
        assert ben.party not in told

    def test_it_is_ones_own(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        assert people.about(ana.pk, Actor(ben, NOW)) is None
        assert people.about(ana.pk, of.organiser) is None
        assert people.about(ana.pk, Actor(of.olga, NOW, ana)) is not None
        clerk = mandate(of, household(of, of.west, "Carl")[0], of.east, "clerk")
        assert people.about(ana.pk, Actor(clerk.member, NOW, ana)) is None


def signed_in(card, password):
    return ModelBackend().authenticate(None, username=card, password=password)


def failed_to_sign_in(card):
    from axes.models import AccessAttempt
    AccessAttempt.objects.create(username=card, user_agent="x", failures_since_start=1)


def dump():
    """The text of every row of every table, in small letters."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told += [str(row) for row in cursor.fetchall()]
    return "\n".join(told).lower()
