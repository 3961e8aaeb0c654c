"""Who may do what: mandates hold in exactly their time, below their council, and nowhere else."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation import NOW, TODAY, YEAR_US, act, begun, council, household, mandate
from parecon.service.answers import Refusal
from parecon.service.clock import DAY_US
from parecon.service.people import commands as people
from parecon.service.people import law, policy
from parecon.service.people.councils import all_links
from parecon.service.people.models import Affiliation, Council, Mandate, Member, Role
from parecon.service.people.policy import POWERS, Actor, Power

ON_ONE_DATABASE = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
COUNCILS = 6
DAYS = st.integers(0, 20)
LINKS = st.lists(st.tuples(st.integers(0, COUNCILS - 1), st.integers(0, COUNCILS - 1), DAYS,
                           st.none() | st.integers(1, 9)), max_size=14)


@pytest.fixture
def of(books):  # noqa: ARG001 - the books that are in use
    return begun()


def walked(start, day, links, end):
    """All that is reached from a council on a day: step by step, until nothing is new."""
    found = {start}
    while True:
        more = {link[1 - end] for link in links if link[end] in found and link[2] <= day < link[3]} - found
        if not more:
            return found
        found |= more


class TestAffiliations:
    @ON_ONE_DATABASE
    @given(LINKS, DAYS)
    def test_above_and_below_are_what_a_walk_finds(self, of, asked, day):
        Affiliation.objects.exclude(council__in=[of.east, of.west, of.region]).delete()
        Council.objects.filter(code__startswith="walk").delete()
        made = [council(f"walk{number}") for number in range(COUNCILS)]
        rows = [(low, high, begins, begins + lasts if lasts else law.NEVER) for low, high, begins, lasts in asked
                if low != high]
        Affiliation.objects.bulk_create([
            Affiliation(council=made[low], parent=made[high], from_on=date.fromordinal(begins + 1),
                        until_on=None if ends == law.NEVER else date.fromordinal(ends + 1))
            for low, high, begins, ends in rows])  # circles too: the walk must end all the same
        on, place = date.fromordinal(day + 1), {each.pk: number for number, each in enumerate(made)}
        for number, each in enumerate(made):
            assert {place[one] for one in policy.above(each, on)} == walked(number, day, rows, 0)
            assert {place[one] for one in policy.below(each, on)} == walked(number, day, rows, 1)

    @ON_ONE_DATABASE
    @given(LINKS)
    def test_on_no_day_does_a_council_belong_to_itself(self, of, asked):
        Affiliation.objects.exclude(council__in=[of.east, of.west, of.region]).delete()
        Council.objects.filter(code__startswith="walk").delete()
        made = [council(f"walk{number}", parent=of.top) for number in range(COUNCILS)]
        joins = [people.NewAffiliation(act(), made[low].pk, made[high].pk, TODAY + timedelta(days=begins),
                                       TODAY + timedelta(days=begins + lasts) if lasts else None)
                 for low, high, begins, lasts in asked]
        answers = people.affiliate(joins, of.organiser)
        links = [(*link[:3], link[3]) for link in all_links()]
        for day in range(TODAY.toordinal(), TODAY.toordinal() + 31):
            for each in made:
                above_it = {one for link in links if link[0] == each.pk and link[2] <= day < link[3]
                            for one in walked(link[1], day, links, 0)}
                assert each.pk not in above_it
        refused = [row for row, answer in zip(joins, answers, strict=True) if answer.reason == Refusal.A_CIRCLE]
        for row in refused:  # and what was refused would have closed one
            link = law.Link(row.council, row.parent, row.from_on.toordinal(),
                            row.until_on.toordinal() if row.until_on else law.NEVER)
            assert any(row.council in walked(row.parent, day, links, 0)
                       for day in range(link.from_day, min(link.until_day, link.from_day + 60)))


class TestMandates:
    @pytest.mark.parametrize(("at_us", "expected"), [
        (NOW - 1, False), (NOW, True), (NOW + YEAR_US - 1, True), (NOW + YEAR_US, False)])
    def test_in_force_in_exactly_its_time(self, of, at_us, expected):
        ana, = household(of, of.east, "Ana")
        mandate(of, ana, of.east, "clerk")
        assert policy.may(Actor(ana, at_us), Power.SERVE_AT_DESK, of.east) == expected
        assert (of.east.pk in policy.reach(Actor(ana, at_us), Power.SERVE_AT_DESK)) == expected

    def test_recalled_it_is_over_at_once_also_if_a_clock_is_set_back(self, of):
        ana, = household(of, of.east, "Ana")
        clerk = mandate(of, ana, of.east, "clerk")
        people.end_mandates([people.Recall(act(), Mandate.objects.get(member=ana).pk)], Actor(of.olga, NOW + 100))
        for at_us in (NOW, NOW + 99, NOW + 100, NOW + 101):
            assert not policy.may(Actor(ana, at_us), Power.SERVE_AT_DESK, of.east)
        assert not policy.reach(clerk, Power.SERVE_AT_DESK)

    def test_it_reaches_below_and_never_beside_or_above(self, of):
        ana, = household(of, of.east, "Ana")
        clerk = mandate(of, ana, of.region, "clerk")
        for where, expected in ((of.region, True), (of.east, True), (of.west, True), (of.top, False)):
            assert policy.may(clerk, Power.SERVE_AT_DESK, where) == expected
        ben, = household(of, of.east, "Ben")
        clerk = mandate(of, ben, of.east, "clerk")
        for where, expected in ((of.region, False), (of.east, True), (of.west, False), (of.top, False)):
            assert policy.may(clerk, Power.SERVE_AT_DESK, where) == expected

    def test_it_follows_affiliations_by_their_days(self, of):
        ana, = household(of, of.west, "Ana")
        mandate(of, ana, of.region, "clerk")
        mandate(of, ana, of.east, "organiser")
        people.end_affiliations([people.EndOfAffiliation(act(), of.east.affiliations.get().pk,
                                                         TODAY + timedelta(days=10))], of.organiser)
        assert policy.may(Actor(ana, NOW + 9 * DAY_US), Power.SERVE_AT_DESK, of.east)
        assert not policy.may(Actor(ana, NOW + 10 * DAY_US), Power.SERVE_AT_DESK, of.east)

    @pytest.mark.parametrize("role", list(Role))
    def test_a_role_allows_what_the_table_says_and_nothing_else(self, of, role):
        ana, = household(of, of.east, "Ana")
        holder = mandate(of, ana, of.east, role)
        assert {power for power in Power if policy.may(holder, power, of.east)} == POWERS[role]

    def test_who_left_may_nothing(self, of):
        ana, _ = household(of, of.east, "Ana", "Ben")
        clerk = mandate(of, ana, of.east, "clerk")
        Member.objects.filter(pk=ana.pk).update(is_active=False)
        assert not policy.may(clerk, Power.SERVE_AT_DESK, of.east)

    def test_two_questions_to_the_database_decide(self, of):
        ana, = household(of, of.east, "Ana")
        clerk = mandate(of, ana, of.region, "clerk")
        home = of.olga.household
        for asked in (lambda: policy.may(clerk, Power.SERVE_AT_DESK, of.east),
                      lambda: policy.acting_for(clerk, home, of.east),
                      lambda: policy.reach(clerk, Power.SERVE_AT_DESK)):
            with CaptureQueriesContext(connection) as statements:
                assert asked() is not False
            assert len(statements) <= 2


class TestActingFor:
    def test_members_for_their_own_household_and_clerks_where_it_lives(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        eve, = household(of, of.west, "Eve")
        assert policy.acting_for(Actor(ben, NOW), ana.household, of.east) == Refusal.ACCEPTED
        assert policy.acting_for(Actor(eve, NOW), ana.household, of.east) == Refusal.NOT_ALLOWED
        assert policy.acting_for(mandate(of, eve, of.east, "clerk"), ana.household, of.east) == Refusal.ACCEPTED

    def test_no_clerk_serves_the_own_household_or_another_place(self, of):
        ana, ben = household(of, of.east, "Ana", "Ben")
        eve, = household(of, of.west, "Eve")
        clerk = mandate(of, ana, of.east, "clerk")
        assert policy.at_desk(clerk, ana) == Refusal.NOT_BY_ONESELF
        assert policy.at_desk(clerk, ben) == Refusal.NOT_BY_ONESELF
        assert policy.at_desk(clerk, eve) == Refusal.NOT_ALLOWED
        assert policy.at_desk(mandate(of, eve, of.region, "clerk"), ana) == Refusal.ACCEPTED
