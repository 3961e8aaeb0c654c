"""A small federation to try people's commands on: two towns under a region, and who organises there."""

from itertools import count
from types import SimpleNamespace

from parecon.service.clock import DAY_US, date_of
from parecon.service.people import commands as people
from parecon.service.people.models import Affiliation, Council, Member
from parecon.service.people.policy import Actor
from parecon.service.people.record import pseudonym

NOW = 1_790_000_000_000_000  # a day in September 2026
TODAY = date_of(NOW)
YEAR_US = 365 * DAY_US
FRESH = count()


def act():
    return f"act-{next(FRESH)}"


def council(code, kind="consumer", parent=None):
    made = Council.objects.create(code=code, name=code.title(), kind=kind, party=pseudonym("c"))
    if parent:
        Affiliation.objects.create(council=made, parent=parent, from_on=date_of(0))
    return made


def begun():
    """The federation, its region, towns `east` and `west`, and its first organiser, who lives in the east."""
    top = council("federation", "federation")
    region = council("region", "federation", top)
    east, west = council("east", parent=region), council("west", parent=region)
    first = people.add_first_organiser(
        people.FirstOrganiser(act(), top.pk, east.pk, people.Person("Olga Organiser"), NOW + YEAR_US), NOW)
    member = Member.objects.get(pk=first.number)
    return SimpleNamespace(top=top, region=region, east=east, west=west, olga=member, organiser=Actor(member, NOW))


def household(of, where, *names):
    """A household of people with these names; its members."""
    persons = tuple(people.Person(name, f"{name.split()[0].lower()}@example.org") for name in names)
    answer = people.add_households([people.NewHousehold(act(), where.pk, persons, TODAY)], of.organiser)[0]
    assert answer.done, answer.sentence
    return list(Member.objects.filter(household_id=answer.number).order_by("pk"))


def mandate(of, member, where, role, until_us=NOW + YEAR_US):
    """Gives a member a mandate and answers with who they are then."""
    answer = people.give_mandates([people.NewMandate(act(), member.pk, where.pk, role, NOW, until_us)], of.organiser)[0]
    assert answer.done, answer.sentence
    return Actor(member, NOW)
