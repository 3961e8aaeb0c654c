"""People and councils: each command does what it says, once, for those who may; and nothing else."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from federation import NOW, TODAY, YEAR_US, act, begun, household, mandate, reason
from parecon.service.answers import Refusal
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account
from parecon.service.people import commands as people
from parecon.service.people import law
from parecon.service.people.models import (
    Council,
    Done,
    Household,
    Mandate,
    Member,
    Residence,
)
from parecon.service.people.policy import Actor


@pytest.fixture
def of(books):  # noqa: ARG001 - the books that are in use
    return begun()


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
