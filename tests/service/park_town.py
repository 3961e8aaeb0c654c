"""A street with a park: members, a keeper, a steward, washing machines and a drill; its clock is Berlin's."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from parecon.secondhand.parks.uses import read_uses
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account, Balance
from parecon.service.parks import commands as parks
from parecon.service.parks import founding
from parecon.service.parks.acts import AgreeNeed, Contribute, Join, OpenPark
from parecon.service.parks.models import Park, Piece, Thing
from parecon.service.parks.slots import slot_at
from parecon.service.people.models import Council, Household, Mandate, Member
from parecon.service.people.policy import Actor

ZONE = "Europe/Berlin"
FAR_US = 2**62
RICH_MCR = 100_000


def at(text, second=0):
    """A time of the clock on the wall, in microseconds: "2026-03-02 10:30"."""
    there = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))
    return (int(there.timestamp()) + second) * 1_000_000


BEGUN = at("2026-03-02 08:20")


@dataclass
class Town:
    """The park, its people and how they act."""

    park: Park
    society: int
    members: dict[str, Member]
    numbers: count

    def actor(self, who, when, for_whom=None):
        return Actor(self.members[who], at(when) if isinstance(when, str) else when,
                     self.members[for_whom] if for_whom else None)

    def act(self):
        return f"act-{next(self.numbers)}"

    def slot(self, when):
        return slot_at(at(when), self.park.began_us)

    def thing(self, code):
        return Thing.objects.get(code=code).pk

    def household(self, who):
        return self.members[who].household

    def account(self, who):
        return Account.objects.get(party=self.household(who).party).number

    def stands(self, who):
        return Balance.objects.get(pk=self.account(who)).posted_mcr

    def park_stands(self):
        return Balance.objects.get(pk=self.park.account).posted_mcr


def town(rich=("ana", "ben", "cleo")):
    """A park with a keeper, a steward and an organiser among its members, two washing machines and a drill."""
    founding.know_things(read_uses())
    numbers = count()
    street = Council.objects.create(code="street", name="Lime Street", kind="park", party="c-street")
    top = Council.objects.create(code="all", name="All", kind="federation", party="c-all")
    society = ledger.open_account("open-society", "c-all", Kind.SOCIETY, None, 1).number
    exchange = ledger.open_account("open-exchange", "c-exchange", Kind.EXCHANGE, None, 1).number
    Federation.objects.create(pk=1, name="All", council=top, society_account=society, exchange_account=exchange)
    members = {}
    for name in ("ana", "ben", "cleo", "kim", "stu", "org", "far"):
        household = Household.objects.create(party=f"h-{name}", name=name.title())
        members[name] = Member.objects.create(party=f"p-{name}", card=name.upper(), name=name.title(),
                                              household=household, joined_on=date(2026, 1, 1))
        number = ledger.open_account(f"open-{name}", household.party, Kind.MEMBER, 0, 1).number
        if name in rich:
            ledger.post(f"rich-{name}", society, number, RICH_MCR, 1, 1)
    for name, role in (("kim", "keeper"), ("stu", "steward"), ("org", "organiser")):
        Mandate.objects.create(member=members[name], council=street, role=role, from_us=0, until_us=FAR_US,
                               given_by="p-org")
    made = founding.open_park([OpenPark("park", street.pk, "Cellar of 12", "always", ZONE)],
                              Actor(members["org"], BEGUN))[0]
    assert made.done, made.sentence
    here = Town(Park.objects.get(pk=street.pk), society, members, numbers)
    keeper = here.actor("kim", BEGUN)
    for name in ("ana", "ben", "cleo", "kim", "stu"):
        assert founding.join([Join(here.act(), here.park.pk, members[name].household_id)], keeper)[0].done
    for code, giver, pieces in (("washers", "ben", 2), ("drills", "cleo", 1)):
        assert founding.agree_need([AgreeNeed(here.act(), here.park.pk, here.thing(code), pieces)], keeper)[0].done
        for _ in range(pieces):
            assert bring(here, giver, code).done
    return here


def bring(here, giver, code, worn_ppm=200_000, *, works=True, by="kim", act=None, when=BEGUN):
    """A household leaves a thing to the park."""
    thing = Thing.objects.get(code=code)
    return parks.contribute([Contribute(act or here.act(), here.park.pk, here.household(giver).pk, thing.pk,
                                        thing.new_price_mcr, worn_ppm, works)], here.actor(by, when))[0]


def pieces(here, code):
    return list(Piece.objects.filter(park=here.park, thing__code=code).order_by("pk"))
