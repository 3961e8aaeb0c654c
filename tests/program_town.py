"""Programs with tokens in a town of today, as they speak to the interface."""

from dataclasses import dataclass

from django.test import Client, override_settings

from desk_town import DAY, act, announced, graded, handed_in, shelved, town
from parecon.secondhand.parks.uses import read_uses
from parecon.service.api.tokens import MakeToken, make_token
from parecon.service.clock import now_us
from parecon.service.desk import requests
from parecon.service.desk.columns import federation
from parecon.service.parks import commands as parks
from parecon.service.parks import founding as opening
from parecon.service.parks.acts import AgreeNeed, Contribute, Join, OpenPark
from parecon.service.parks.models import Park, Thing
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Affiliation, Council, Mandate, Residence, Role
from parecon.service.people.policy import Actor
from parecon.service.register import commands as register

JSON = "application/json"


@dataclass
class Program:
    """A program with a token, as it speaks to the interface."""

    secret: str = ""
    card: str = ""

    def get(self, path, **query):
        return Client().get(f"/api{path}", query, headers=self.headers())

    def post(self, path, name="", **said):
        return Client().post(f"/api{path}", {"act": name or f"program-{act()}"} | said, content_type=JSON,
                             headers=self.headers())

    def headers(self):
        told = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return told | ({"Card": self.card} if self.card else {})


def member_of(at, row):
    return (at.members + at.clerks)[row]


def program(member, mandate=None, days=30):
    made = make_token(MakeToken(act(), "a program", mandate and mandate.pk, now_us() + days * DAY),
                      Actor(member, now_us()))
    assert made.answer.done, made.answer
    return Program(made.secret)


def mandate(member, role, council=None):
    return Mandate.objects.create(member=member, council=council or federation().council, role=role, from_us=0,
                                  until_us=2**62, given_by="p-organiser")


def settings_of_tests():
    """What differs where nobody serves the pages to others."""
    return override_settings(ALLOWED_HOSTS=["testserver", "localhost"], SECOND_PROOF_REQUIRED=False, STORAGES={
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}})


def lived_in_town(members=4):
    """Members with cards who live in the north, and two clerks of the federation."""
    made = town(members)
    for row, member in enumerate(made.members + made.clerks):
        member.card = card_with_check(f"{row:07}")
        member.save()
        Residence.objects.create(household=member.household, council_id=made.stores[0], from_on="2026-01-01")
    return made


def busy_town():
    """A town with things in many states, a park with a drill, a collectable, and somebody in each role, by role."""
    made = lived_in_town(12)
    shown = {role: made.members[row] for row, role in enumerate(Role, 2)}
    given = {role: mandate(member, role) for role, member in shown.items()}
    for row in range(4):
        announced(made, row=row % 2)
        handed_in(made, row=row % 2)
        graded(made, row=row % 2)
        shelved(made, row=row % 2)
    requests.ask([requests.Ask(act(), made.home(0), 4, made.stores[0])], made.of(0, now_us()))
    _park(made, Actor(shown[Role.KEEPER], now_us()), Actor(shown[Role.ORGANISER], now_us()))
    registrar = Actor(shown[Role.REGISTRAR], now_us(), made.members[0])
    kind = register.classify([register.Classify(act(), "Stamps", "small", 50_000, 0, 60_000, 500)], registrar)[0]
    register.enter([register.Enter(act(), kind.number, "Blue stamp", "", 40_000)], registrar)
    return made, shown, given


def _park(made, keeper, organiser):
    opening.know_things(read_uses())
    street = Council.objects.create(code="street", name="Street", kind="park", party="c-street")
    Affiliation.objects.create(council=street, parent=federation().council, from_on="2026-01-01")
    opening.open_park([OpenPark(act(), street.pk, "Cellar", "always", "Europe/Berlin")], organiser)
    park, drill = Park.objects.get(), Thing.objects.get(code="drills")
    for row in (0, 1):
        opening.join([Join(act(), park.pk, made.home(row))], keeper)
    opening.agree_need([AgreeNeed(act(), park.pk, drill.pk, 1)], keeper)
    given = Contribute(act(), park.pk, made.home(1), drill.pk, drill.new_price_mcr, 100_000, works=True)
    answer = parks.contribute([given], keeper)[0]
    assert answer.done, answer
