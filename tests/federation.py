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


def reason(answers):
    """Why the first was refused; 0 where it was not."""
    return answers[0].reason


def council(code, kind="consumer", parent=None):
    made = Council.objects.create(code=code, name=code.title(), kind=kind, party=pseudonym("c"))
    if parent:
        Affiliation.objects.create(council=made, parent=parent, from_on=date_of(0))
    return made


def begun(now_us=NOW):
    """The federation, its region, towns `east` and `west`, and its first organiser, who lives in the east."""
    top = council("federation", "federation")
    region = council("region", "federation", top)
    east, west = council("east", parent=region), council("west", parent=region)
    first = people.add_first_organiser(
        people.FirstOrganiser(act(), top.pk, east.pk, people.Person("Olga Organiser"), now_us + YEAR_US), now_us)
    member = Member.objects.get(pk=first.number)
    return SimpleNamespace(top=top, region=region, east=east, west=west, olga=member, organiser=Actor(member, now_us),
                           today=date_of(now_us))


def household(of, where, *names):
    """A household of people with these names; its members."""
    persons = tuple(people.Person(name, f"{name.split()[0].lower()}@example.org") for name in names)
    answer = people.add_households([people.NewHousehold(act(), where.pk, persons, of.today)], of.organiser)[0]
    assert answer.done, answer.sentence
    return list(Member.objects.filter(household_id=answer.number).order_by("pk"))


def mandate(of, member, where, role):
    """Gives a member a mandate and answers with who they are then."""
    now_us = of.organiser.at_us
    asked = people.NewMandate(act(), member.pk, where.pk, role, now_us, now_us + YEAR_US)
    answer = people.give_mandates([asked], of.organiser)[0]
    assert answer.done, answer.sentence
    return Actor(member, now_us)
