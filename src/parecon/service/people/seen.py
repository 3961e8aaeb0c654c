"""What somebody may see of people and councils: pages look things up here and nowhere else.

Councils, what they belong to and who holds which mandate are open to every member. Members, their households and
invitations are for whoever organises where they live. Whatever is not there, or not theirs to see, is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from parecon.service.answers import Refusal
from parecon.service.clock import date_of
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people.models import Affiliation, Council, CouncilKind, Household, Mandate, Member, Residence
from parecon.service.people.policy import Actor, Power, home, may_arrange, reach, running

MOST_SHOWN = 100


def lived_in(on: date) -> QuerySet[Residence]:
    """Residences that are not over on a day."""
    return Residence.objects.not_over(on).select_related("council")


def households(actor: Actor) -> QuerySet[Household]:
    """Households that live where the organiser's mandate reaches."""
    lived = lived_in(date_of(actor.at_us)).filter(council_id__in=reach(actor, Power.ARRANGE_PEOPLE))
    return Household.objects.filter(pk__in=lived.values("household_id"))


def members(actor: Actor, search: str = "") -> QuerySet[Member]:
    """Members who live where the organiser's mandate reaches, by name; those whose name or card has these letters."""
    found = Member.objects.filter(household__in=households(actor), is_active=True).select_related("household")
    words = [Q(name__icontains=word) | Q(card__icontains=word) for word in search.replace("\0", "").split()]
    lived = Prefetch("household__residences", lived_in(date_of(actor.at_us)), to_attr="lived_in")
    return found.filter(*words).prefetch_related(lived).order_by("name", "pk")


def member(actor: Actor, number: int) -> Member | None:
    """A member for whoever organises where they live."""
    return members(actor).filter(pk=number).first() if number <= LARGEST_NUMBER else None


def to_arrange(actor: Actor, number: int) -> Member | None:
    """A member for whom the actor may arrange things; not themselves, nor who holds a wider mandate."""
    found = member(actor, number)
    return found if found and may_arrange(actor, found) == Refusal.ACCEPTED else None


def household(actor: Actor, number: int) -> Household | None:
    """A household for whoever organises where it lives."""
    return households(actor).filter(pk=number).first() if number <= LARGEST_NUMBER else None


def mandates(at_us: int) -> QuerySet[Mandate]:
    """All mandates in force, with who holds them, by council."""
    return running(at_us).filter(member__is_active=True).select_related("member", "council").order_by(
        "council__name", "role", "member__name")


def organised(actor: Actor) -> QuerySet[Council]:
    """Councils that the organiser's mandate reaches, by name."""
    return Council.objects.filter(pk__in=reach(actor, Power.ARRANGE_PEOPLE), closed_on=None).order_by("name")


def consumer_councils() -> QuerySet[Council]:
    """Councils to which households can belong, by name."""
    return Council.objects.filter(kind=CouncilKind.CONSUMER, closed_on=None).order_by("name")


def lives_in(member: Member, on: date) -> Council | None:
    """The council of a member's household."""
    return home(member.household_id, on)


@dataclass(frozen=True)
class Branch:
    """A council in the picture of all councils, and what belongs to it, as deep as it goes."""

    council: Council
    households: int
    branches: list[Branch]
    again: bool  # what belongs to it was shown before, where it stood first

    @property
    def kind(self) -> str:
        """What kind of council it is, in the reader's language."""
        return str(CouncilKind(self.council.kind).label)


def tree(on: date) -> list[Branch]:
    """All councils on a day, each under everything it belongs to, and what belongs to it once."""
    councils = {each.pk: each for each in Council.objects.filter(closed_on=None).order_by("name")}
    counted = dict(Residence.objects.on(on).order_by().values_list("council_id").annotate(Count("pk")))
    in_force = Affiliation.objects.on(on)
    below: dict[int, list[int]] = {}
    for council, parent in in_force.order_by("council__name").values_list("council_id", "parent_id"):
        if council in councils:
            below.setdefault(parent, []).append(council)
    lower = {each for some in below.values() for each in some}

    shown: set[int] = set()

    def branch(number: int) -> Branch:
        again = number in shown and number in below
        shown.add(number)
        under = [] if again else [branch(each) for each in below.get(number, ())]
        return Branch(councils[number], counted.get(number, 0), under, again)
    return [branch(number) for number in councils if number not in lower]
