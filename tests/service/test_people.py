"""People and councils: each command does what it says, once, for those who may; and nothing else."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from federation import NOW, TODAY, YEAR_US, act, begun, household, mandate
from parecon.secondhand.lifecycle import State
from parecon.service.answers import Refusal
from parecon.service.clock import DAY_US
from parecon.service.desk.models import Federation, Item
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account
from parecon.service.people import commands as people
from parecon.service.people import law, outbox
from parecon.service.people.models import (
    Council,
    Done,
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


def reason(answers):
    return answers[0].reason


class TestCards:
    @given(st.text(law.CARD_LETTERS, min_size=7, max_size=7), st.integers(0, 7), st.sampled_from(law.CARD_LETTERS))
    def test_one_wrong_letter_shows(self, letters, place, other):
        card = law.card_with_check(letters).replace("-", "")
        wrong = card[:place] + other + card[place + 1:]
        assert law.card_read(wrong) == (law.card_with_check(letters) if other == card[place] else None)

    @given(st.text(law.CARD_LETTERS, min_size=7, max_size=7), st.integers(0, 6))
    def test_two_letters_that_changed_places_show(self, letters, place):
        card = law.card_with_check(letters).replace("-", "")
        swapped = card[:place] + card[place + 1] + card[place] + card[place + 2:]
        assert swapped == card or law.card_read(swapped) is None

    @pytest.mark.parametrize("typed", ["", "-", "4F7K", "ÄÄÄÄÄÄÄÄ", "4F7K-2M9\0", "4F7K-2M911", "²²²²²²²²"])
    def test_what_is_no_card_is_none(self, typed):
        assert law.card_read(typed) is None


class TestHouseholds:
    def test_hundreds_are_added_together_each_with_an_account_and_cards(self, of):
        rows = [people.NewHousehold(act(), of.east.pk, (people.Person(f"Person {row}"), people.Person("Other")), TODAY)
                for row in range(300)]
        answers = people.add_households(rows, of.organiser)
        assert all(answer.done for answer in answers)
        homes = Household.objects.filter(pk__in=[answer.number for answer in answers])
        assert homes.count() == 300
        accounts = Account.objects.filter(party__in=homes.values("party"), kind=ledger.Kind.MEMBER, floor_mcr=0)
        assert accounts.count() == 300
        cards = list(Member.objects.values_list("card", flat=True))
        assert len(set(cards)) == len(cards) == 601
        assert all(law.card_read(card) == card for card in cards)

    def test_again_does_nothing_and_other_content_under_the_name_is_refused(self, of):
        row = people.NewHousehold(act(), of.east.pk, (people.Person("Ana"),), TODAY)
        first = people.add_households([row], of.organiser)[0]
        again = people.add_households([row], of.organiser)[0]
        assert again.again
        assert again.number == first.number
        other = row._replace(members=(people.Person("Eve"),))
        assert reason(people.add_households([other], of.organiser)) == Refusal.NAME_TAKEN
        assert Member.objects.count() == 2

    def test_a_name_that_stands_twice_in_a_batch_is_decided_once(self, of):
        row = people.NewHousehold(act(), of.east.pk, (people.Person("Ana"),), TODAY)
        answers = people.add_households([row, row._replace(name=""), row._replace(name="x")], of.organiser)
        assert [answer.reason for answer in answers] == [Refusal.ACCEPTED, Refusal.ACCEPTED, Refusal.NAME_TAKEN]
        assert Member.objects.count() == 2

    @pytest.mark.parametrize("members", [(), (people.Person(" "),), (people.Person("A" * 121),),
                                         (people.Person("Ana", "no mail"),), (people.Person("Ana", "", "tlh"),),
                                         (people.Person("A\0na"),), (people.Person("Ana"),) * 51])
    def test_what_cannot_be_is_refused_and_leaves_no_trace(self, of, members):
        row = people.NewHousehold(act(), of.east.pk, members, TODAY)
        before = Done.objects.count(), Account.objects.count()
        assert reason(people.add_households([row], of.organiser)) == Refusal.BAD_FORM
        assert (Done.objects.count(), Account.objects.count()) == before

    def test_somebody_joins_a_household_that_is_there(self, of):
        ana, = household(of, of.east, "Ana")
        eve, = household(of, of.west, "Eve")
        row = people.NewMember(act(), ana.household_id, people.Person("Ben"), TODAY)
        assert reason(people.add_members([row], of.organiser)) == Refusal.ACCEPTED
        names = Member.objects.filter(household=ana.household_id).values_list("name", flat=True)
        assert sorted(names) == ["Ana", "Ben"]
        assert Account.objects.filter(party=ana.household.party).count() == 1
        west = mandate(of, eve, of.west, "organiser")
        assert reason(people.add_members([row._replace(act=act())], west)) == Refusal.NOT_ALLOWED

    def test_the_account_has_the_floor_that_the_federation_decided(self, of):
        Federation.objects.create(pk=1, name="F", council=of.top, society_account=1, exchange_account=2,
                                  changes={"secondhand": {"credit_floor_mcr": -7000}})
        ana, = household(of, of.east, "Ana")
        assert Account.objects.get(party=ana.household.party).floor_mcr == -7000

    def test_a_federation_is_no_home(self, of):
        row = people.NewHousehold(act(), of.region.pk, (people.Person("Ana"),), TODAY)
        assert reason(people.add_households([row], of.organiser)) == Refusal.BAD_FORM

    def test_only_organisers_there_add_households(self, of):
        ana, = household(of, of.east, "Ana")
        west = mandate(of, ana, of.west, "organiser")
        row = people.NewHousehold(act(), of.east.pk, (people.Person("Eve"),), TODAY)
        assert reason(people.add_households([row], west)) == Refusal.NOT_ALLOWED
        assert reason(people.add_households([row._replace(council=of.west.pk)], west)) == Refusal.ACCEPTED


class TestMoving:
    def test_a_residence_ends_and_another_begins_on_the_day(self, of):
        ana, = household(of, of.east, "Ana")
        on = TODAY + timedelta(days=30)
        own = Actor(ana, NOW)
        assert reason(people.move_house([people.Move(act(), ana.household_id, of.west.pk, on)], own)) == 0
        lived = list(Residence.objects.filter(household=ana.household_id).order_by("from_on")
                     .values_list("council_id", "from_on", "until_on"))
        assert lived == [(of.east.pk, TODAY, on), (of.west.pk, on, None)]

    def test_nobody_moves_others_and_an_organiser_of_one_place_does_not_take_from_another(self, of):
        ana, = household(of, of.east, "Ana")
        ben, = household(of, of.west, "Ben")
        move = people.Move(act(), ana.household_id, of.west.pk, TODAY + timedelta(days=1))
        assert reason(people.move_house([move], Actor(ben, NOW))) == Refusal.NOT_ALLOWED
        assert reason(people.move_house([move], mandate(of, ben, of.west, "organiser"))) == Refusal.NOT_ALLOWED

    @pytest.mark.parametrize("days", [0, -5])
    def test_one_moves_after_one_has_come(self, of, days):
        ana, = household(of, of.east, "Ana")
        move = people.Move(act(), ana.household_id, of.west.pk, TODAY + timedelta(days=days))
        assert reason(people.move_house([move], Actor(ana, NOW))) == Refusal.BAD_FORM

    def test_joining_and_leaving_households(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        eve, = household(of, of.west, "Eve")
        assert reason(people.leave_households([people.Leave(act(), ben.pk)], of.organiser)) == 0
        ben.refresh_from_db()
        assert ben.household_id != ana.household_id
        assert Account.objects.filter(party=ben.household.party).count() == 1
        alone = ben.household_id
        assert reason(people.join_households([people.Join(act(), ben.pk, eve.household_id)], of.organiser)) == 0
        ben.refresh_from_db()
        assert ben.household_id == eve.household_id
        assert not Residence.objects.filter(household=alone, until_on=None).exists()

    def test_who_leaves_a_household_empty_leaves_no_credits_there(self, of):
        ana, = household(of, of.east, "Ana")
        eve, = household(of, of.west, "Eve")
        accounts = [Account.objects.get(party=each.household.party).number for each in (ana, eve)]
        all_of_us = ledger.open_account("society", "s", ledger.Kind.SOCIETY, None, NOW).number
        ledger.post("some", all_of_us, accounts[0], 500, 1, NOW)
        join = people.Join(act(), ana.pk, eve.household_id)
        assert reason(people.join_households([join], of.organiser)) == Refusal.CREDITS_LEFT
        ledger.post("back", accounts[0], all_of_us, 500, 1, NOW)
        assert reason(people.join_households([join], of.organiser)) == Refusal.ACCEPTED

    def test_nobody_brings_themselves_into_the_household_of_another(self, of):
        eve, = household(of, of.east, "Eve")
        join = people.Join(act(), of.olga.pk, eve.household_id)
        assert reason(people.join_households([join], of.organiser)) == Refusal.NOT_BY_ONESELF


class TestCouncils:
    def test_councils_are_added_under_those_added_before_them(self, of):
        rows = [people.NewCouncil(act(), "hill", "Hill", "federation", "region", TODAY),
                people.NewCouncil(act(), "village", "Village", "consumer", "hill", TODAY),
                people.NewCouncil(act(), "village", "Again", "consumer", "hill", TODAY),
                people.NewCouncil(act(), "nowhere", "Nowhere", "consumer", "none", TODAY),
                people.NewCouncil(act(), "no code", "Odd", "consumer", "hill", TODAY)]
        assert [each.reason for each in people.add_councils(rows, of.organiser)] == [
            0, 0, Refusal.BAD_FORM, Refusal.NO_SUCH_THING, Refusal.BAD_FORM]
        assert Council.objects.get(code="village").affiliations.get().parent.code == "hill"

    def test_a_council_can_belong_to_several_but_never_to_itself(self, of):
        joins = [people.NewAffiliation(act(), of.east.pk, of.top.pk, TODAY),
                 people.NewAffiliation(act(), of.top.pk, of.east.pk, TODAY),
                 people.NewAffiliation(act(), of.east.pk, of.east.pk, TODAY),
                 people.NewAffiliation(act(), of.east.pk, of.top.pk, TODAY + timedelta(days=9))]
        assert [each.reason for each in people.affiliate(joins, of.organiser)] == [
            0, Refusal.A_CIRCLE, Refusal.A_CIRCLE, Refusal.NOT_AS_SHOWN]

    def test_who_organises_one_of_two_does_not_join_them(self, of):
        ana, = household(of, of.east, "Ana")
        other = mandate(of, ana, of.west, "organiser")
        join = people.NewAffiliation(act(), of.east.pk, of.west.pk, TODAY)
        assert reason(people.affiliate([join], other)) == Refusal.NOT_ALLOWED

    def test_a_council_leaves_when_somebody_of_its_own_organises(self, of):
        ending = people.EndOfAffiliation(act(), of.east.affiliations.get().pk, TODAY)
        assert reason(people.end_affiliations([ending], of.organiser)) == Refusal.LAST_ORGANISER
        ana, = household(of, of.east, "Ana")
        mandate(of, ana, of.east, "organiser")
        assert reason(people.end_affiliations([ending], of.organiser)) == Refusal.ACCEPTED
        assert of.east.affiliations.get().until_on == TODAY


class TestMandates:
    def test_nobody_gives_themselves_one_and_nobody_gives_beyond_their_reach(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        east = mandate(of, ana, of.east, "organiser")
        asked = [people.NewMandate(act(), member.pk, where.pk, "clerk", NOW, NOW + YEAR_US)
                 for member, where in ((ana, of.east), (ben, of.west), (ben, of.region), (ben, of.top), (ben, of.east))]
        assert [each.reason for each in people.give_mandates(asked, east)] == [
            Refusal.NOT_BY_ONESELF, *[Refusal.NOT_ALLOWED] * 3, Refusal.ACCEPTED]

    @pytest.mark.parametrize(("role", "from_us", "until_us"), [
        ("king", NOW, NOW + 1), ("clerk", NOW, NOW), ("clerk", NOW - 9, NOW - 1), ("clerk", NOW, 2**80)])
    def test_a_mandate_that_cannot_be(self, of, role, from_us, until_us):
        ana, = household(of, of.east, "Ana")
        asked = people.NewMandate(act(), ana.pk, of.east.pk, role, from_us, until_us)
        assert reason(people.give_mandates([asked], of.organiser)) == Refusal.BAD_FORM

    def test_recalled_by_whoever_organises_there_or_resigned_and_once(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        mandate(of, ana, of.east, "clerk")
        given_ = Mandate.objects.get(member=ana)
        assert reason(people.end_mandates([people.Recall(act(), given_.pk)], Actor(ben, NOW))) == Refusal.NOT_ALLOWED
        assert reason(people.end_mandates([people.Recall(act(), given_.pk)], Actor(ana, NOW))) == Refusal.ACCEPTED
        assert reason(people.end_mandates([people.Recall(act(), given_.pk)], of.organiser)) == Refusal.OVER

    def test_the_last_organiser_stays_until_there_is_another(self, of):
        own = Mandate.objects.get(member=of.olga)
        resign = people.Recall(act(), own.pk)
        assert reason(people.end_mandates([resign], of.organiser)) == Refusal.LAST_ORGANISER
        assert reason(people.erase([people.Erase(act(), of.olga.pk)], of.organiser)) == Refusal.LAST_ORGANISER
        ana, = household(of, of.east, "Ana")
        mandate(of, ana, of.top, "organiser")
        assert reason(people.end_mandates([resign], of.organiser)) == Refusal.ACCEPTED

    def test_a_command_at_the_machine_appoints_where_nobody_organises(self, of):
        ana, = household(of, of.east, "Ana")
        Federation.objects.create(pk=1, name="F", council=of.top, society_account=1, exchange_account=2)
        with pytest.raises(CommandError, match="give mandates"):
            call_command("people_appoint", ana.card)
        Mandate.objects.update(recalled_us=NOW)
        with pytest.raises(CommandError, match="no card"):
            call_command("people_appoint", "4F7K-2M9X")
        call_command("people_appoint", ana.card.lower())
        assert Mandate.objects.get(member=ana, recalled_us=None).council == of.top

    def test_from_the_machine_only_where_nobody_organises(self, of):
        ana, = household(of, of.east, "Ana")
        assert people.appoint(ana, of.top, NOW, NOW + YEAR_US) == Refusal.NOT_ALLOWED
        later = NOW + 2 * YEAR_US
        assert people.appoint(ana, of.top, later, later + YEAR_US) == Refusal.ACCEPTED


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


class TestRecord:
    def test_both_names_are_on_it_and_it_never_changes(self, of):
        ana, = household(of, of.east, "Ana")
        clerk = mandate(of, household(of, of.west, "Carl")[0], of.east, "clerk")
        name = act()
        move = people.Move(name, ana.household_id, of.west.pk, TODAY + timedelta(days=1))
        assert reason(people.move_house([move], Actor(clerk.member, NOW, ana))) == 0
        done = Done.objects.get(act=name)
        assert (done.by, done.on_behalf_of) == (clerk.member.party, ana.party)
        with pytest.raises(DatabaseError):
            Done.objects.filter(act=name).update(by="p-other")
        with pytest.raises(DatabaseError):
            Done.objects.filter(act=name).delete()

    def test_the_same_form_from_another_is_not_told_as_done(self, of):
        ana, = household(of, of.east, "Ana")
        ben, = household(of, of.east, "Ben")
        said = people.Describe(act(), ana.pk, people.Person("Ana", "new@example.org"))
        assert people.describe([said], Actor(ana, NOW))[0].done
        assert reason(people.describe([said], Actor(ben, NOW))) == Refusal.NAME_TAKEN

    @pytest.mark.parametrize("name", ["", "a" * 60, "=1+1", "a b"])
    def test_an_act_without_a_good_name_is_refused(self, of, name):
        row = people.NewHousehold(name, of.east.pk, (people.Person("Ana"),), TODAY)
        assert reason(people.add_households([row], of.organiser)) == Refusal.BAD_FORM

    def test_numbers_that_no_row_has_are_nothing(self, of):
        huge, ana = 2**70, people.Person("Ana")
        given_ = people.NewMandate(act(), huge, of.east.pk, "clerk", NOW, NOW + 1)
        asked = [people.add_households([people.NewHousehold(act(), huge, (ana,), TODAY)], of.organiser),
                 people.give_mandates([given_], of.organiser),
                 people.end_mandates([people.Recall(act(), huge)], of.organiser),
                 people.erase([people.Erase(act(), huge)], of.organiser),
                 people.move_house([people.Move(act(), huge, huge, TODAY)], of.organiser),
                 people.join_households([people.Join(act(), huge, huge)], of.organiser),
                 people.leave_households([people.Leave(act(), huge)], of.organiser),
                 people.affiliate([people.NewAffiliation(act(), huge, of.top.pk, TODAY)], of.organiser),
                 people.end_affiliations([people.EndOfAffiliation(act(), huge, TODAY)], of.organiser),
                 [people.invite([people.Invite(act(), huge)], of.organiser)[0].answer]]
        assert {reason(answers) for answers in asked} == {Refusal.NO_SUCH_THING}


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
