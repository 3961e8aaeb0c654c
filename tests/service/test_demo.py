"""The demonstration is a federation as in earnest: books that verify, a year settled, work waiting at the desks."""

from collections import Counter

import pytest

from parecon.secondhand.lifecycle import State
from parecon.service.clock import begin_us, month_of
from parecon.service.demo import PASSWORD, begin
from parecon.service.desk.models import Decision, Event, Item, MonthClosed, Request, Store, YearClosed
from parecon.service.ledger import audit
from parecon.service.parks.models import Booking
from parecon.service.people.models import Household, Mandate, Member, Role
from parecon.service.register.models import Entry

MAY = begin_us(month_of(1_779_000_000_000_000)) + 10**9


@pytest.fixture
def shown(books):  # noqa: ARG001 - the books that are in use
    """What the demonstration says of itself, when it begins on a day in May."""
    return begin(MAY)


def test_its_acts_are_written_in_the_order_of_their_times(shown):  # noqa: ARG001 - what it left in the books
    times = list(Event.objects.order_by("number").values_list("at_us", flat=True))
    assert len(times) > 500
    assert times == sorted(times)


def test_it_is_a_federation_of_two_hundred_with_two_years_behind_it(shown):
    assert Member.objects.count() == 200
    assert Store.objects.count() == 2
    assert YearClosed.objects.count() == 1
    assert MonthClosed.objects.count() == 16
    assert set(Mandate.objects.values_list("role", flat=True)) == set(Role.values)
    verdict = audit.verify()
    assert not verdict.wrong
    assert verdict.head.number > 1000
    states = Counter(Item.objects.values_list("state", flat=True))
    assert all(states[state] for state in (State.ANNOUNCED, State.HANDED_IN, State.GRADED, State.SHELF, State.HELD))
    assert Request.objects.filter(item=None).exists()
    assert Booking.objects.count() > 5
    assert Entry.objects.count() == 4
    assert Decision.objects.count() == 2
    assert not Household.objects.filter(members=None).exists()
    for member in Member.objects.exclude(password=""):
        if member.has_usable_password():
            assert member.check_password(PASSWORD)
            assert f"{member.card}   ({member.name})" in shown
