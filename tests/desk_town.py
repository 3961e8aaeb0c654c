"""A small town for tests of the desk: a federation, stores, households with accounts, clerks."""

from dataclasses import dataclass, field
from itertools import count

from parecon.service.clock import begin_us
from parecon.service.desk import intake, offers
from parecon.service.desk.columns import federation
from parecon.service.desk.founding import StoreAt, found
from parecon.service.desk.models import Item, Quote, Request
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Balance
from parecon.service.people.models import Council, Household, Mandate, Member, Role
from parecon.service.people.policy import Actor

MONTH = 12 * 26 + 2  # March 2026
NOW = begin_us(MONTH) + 9 * 24 * 3600 * 1_000_000
DAY = 24 * 3600 * 1_000_000
STORES = (StoreAt("north", "North", 0.0, 0.0), StoreAt("south", "South", 30.0, 40.0),
          StoreAt("far", "Far", 20_000.0, 0.0))
CARS, BICYCLES = 0, 4
ACTS = count(1)


def act():
    """A fresh name of an act."""
    return f"act-{next(ACTS)}"


@dataclass
class Town:
    """Stores by number, members with a household and 5,000 credits each, two clerks of the federation."""

    stores: list[int]
    members: list[Member]
    clerks: list[Member]
    accounts: dict[int, int] = field(default_factory=dict)

    def clerk(self, at=NOW, which=0):
        return Actor(self.clerks[which], at)

    def of(self, row, at=NOW):
        return Actor(self.members[row], at)

    def home(self, row):
        return self.members[row].household_id

    def balance(self, row):
        """What stands on a member's account, and what of it is held."""
        return Balance.objects.values_list("posted_mcr", "held_mcr").get(account=self.accounts[row])


def town(members=4, credits_each=5_000, changes=None, **more):
    """A town that was founded in March 2026."""
    found("Town", STORES, NOW - 60 * DAY, changes=changes, **more)
    made = Town([council.pk for council in Council.objects.filter(kind="consumer").order_by("number")], [], [])
    society = federation().society_account
    for row in range(members + 2):
        home = Household.objects.create(party=f"h-{row:012}", name=f"Household {row}")
        member = Member.objects.create(party=f"p-{row:012}", card=f"CARD{row}", name=f"Member {row}", household=home,
                                       email=f"m{row}@example.org", joined_on="2026-01-01")
        made.accounts[row] = ledger.open_account(f"open/{row}", home.party, ledger.Kind.MEMBER, 0, 1).number
        if credits_each:
            ledger.post(f"first/{row}", society, made.accounts[row], credits_each * 1000, 1, 1)
        (made.members if row < members else made.clerks).append(member)
    for clerk in made.clerks:
        Mandate.objects.create(member=clerk, council=federation().council, role=Role.CLERK, from_us=0,
                               until_us=2**62, given_by="p-organiser")
    return made


def announced(at, row=0, good=BICYCLES, months=12, grade=1, store=0):
    """An item that a member announced."""
    asked = intake.Announce(act(), at.home(row), good, MONTH - months, grade, at.stores[store])
    [answer] = intake.announce([asked], at.of(row))
    assert answer.done, answer
    return Item.objects.get(pk=answer.number)


def handed_in(at, **about):
    """An item that lies at the desk."""
    item = announced(at, **about)
    [answer] = intake.hand_in([intake.HandIn(act(), item.pk, item.store_id)], at.clerk())
    assert answer.done, answer
    return Item.objects.get(pk=item.pk)


def graded(at, **about):
    """An item that was inspected, as its member said."""
    item = handed_in(at, **about)
    [answer] = offers.inspect([offers.Inspect(act(), item.pk, item.grade, item.made_month)], at.clerk())
    assert answer.done, answer
    return Item.objects.get(pk=item.pk)


def shelved(at, row=0, when=NOW, **about):
    """An item that the exchange took in."""
    item = graded(at, row=row, **about)
    quote = Quote.objects.filter(item=item).latest("number")
    [answer] = offers.accept([offers.Accept(act(), quote.pk)], at.of(row, when))
    assert answer.done, answer
    return Item.objects.get(pk=item.pk)


def request(number):
    """A request as it stands."""
    return Request.objects.get(pk=number)
