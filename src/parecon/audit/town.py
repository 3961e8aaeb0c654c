"""A town in a live service: founded with as many households as a simulation has, and with people who serve at desks.

Those who hold mandates are members of households like all others, so that a year's result is shared among the
same households as in the simulation. Nobody inspects what is their own, and a second inspection is somebody
else's: three clerks of three households suffice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parecon.base.columns import Ints
from parecon.base.errors import BadInput
from parecon.service.answers import Answer
from parecon.service.clock import begin_us, date_of
from parecon.service.desk.founding import StoreAt, found
from parecon.service.desk.models import Federation, Store
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.people.commands import NewHousehold, NewMandate, Person, add_households, appoint, give_mandates
from parecon.service.people.households import made_households
from parecon.service.people.models import Council, Household, Member, Role
from parecon.service.people.policy import Actor
from parecon.simulate.world import World

LEAST_HOUSEHOLDS = 3  # a clerk of each of three
AT_ONCE = 1_000  # households that join together
CLERKS = 3
FOREVER_MONTHS = 12 * 1000


@dataclass(frozen=True)
class Town:
    """Who there is, by the rows that they have in the simulation: households, stores, accounts of parties.

    `household` [household] and `store` [area] are numbers, `party` [household] pseudonyms and `account` numbers in
    the ledger; `society` and `exchange` are accounts.
    """

    household: list[int]
    party: list[str]
    account: list[int]
    store: list[int]
    keeper: list[str]
    society: int
    exchange: int
    clerks: list[Member]
    steward: Member
    treasurer: Member

    def clerk(self, household: int, at_us: int, *, second: bool = False) -> Actor:
        """Who inspects what a household brings: nobody of its own, and the second time nobody who did so before."""
        others = [row for row in range(CLERKS) if row != household]
        return Actor(self.clerks[others[second]], at_us)


def founded(world: World, at_us: int) -> Town:
    """Founds the town of a simulated world: the same law, goods, first schedule, areas and households."""
    scenario, households = world.scenario, world.store.parties.households
    if households < LEAST_HOUSEHOLDS:
        raise BadInput("--through-service", "value", households, f"{LEAST_HOUSEHOLDS} households or more")
    stores = [StoreAt(f"area-{area}", f"Area {area + 1}") for area in range(world.store.parties.areas)]
    of = found(scenario.name, stores, at_us, catalogue=scenario.durables, index=world.exchange.index.tolist(),
               changes={"secondhand": dict(scenario.decided.get("secondhand", {}))})
    councils = [store.council for store in Store.objects.select_related("council").order_by("area")]
    organiser = _first_member(councils[int(world.homes.area[0])], of, at_us)
    _join(councils, world.homes.area[1:], Actor(organiser, at_us))
    return _mandated(of, councils, Actor(organiser, at_us))


def _first_member(council: Council, of: Federation, at_us: int) -> Member:
    """The organiser, with the first of the households."""
    home = _done(made_households([NewHousehold("household/0", council.pk, (Person("Member 0"),), date_of(at_us))],
                                 at_us))[0]
    member = Member.objects.select_related("household").get(household=home)
    appoint(member, of.council, at_us, begin_us(FOREVER_MONTHS))
    return member


def _join(councils: Sequence[Council], area: Ints, organiser: Actor) -> None:
    """All other households, in the order of the simulation's register."""
    on = date_of(organiser.at_us)
    rows = [NewHousehold(f"household/{row}", councils[where].pk, (Person(f"Member {row}"),), on)
            for row, where in enumerate(area.tolist(), 1)]
    for first in range(0, len(rows), AT_ONCE):
        _done(add_households(rows[first:first + AT_ONCE], organiser))


def _mandated(of: Federation, councils: Sequence[Council], organiser: Actor) -> Town:
    """The town, once the organiser has given mandates to members of the first households."""
    members = list(Member.objects.select_related("household").order_by("household_id")[:CLERKS])
    treasurer, steward = members[1], members[2]
    until = begin_us(FOREVER_MONTHS)
    asked = [(members[1], Role.CLERK), (members[2], Role.CLERK), (steward, Role.STEWARD), (treasurer, Role.TREASURER)]
    _done(give_mandates([NewMandate(f"mandate/{row}", member.pk, of.council_id, str(role), organiser.at_us, until)
                         for row, (member, role) in enumerate(asked)], organiser))
    own = NewMandate("mandate/own", members[0].pk, of.council_id, str(Role.CLERK), organiser.at_us, until)
    _done(give_mandates([NewMandate("mandate/second", steward.pk, of.council_id, str(Role.ORGANISER), organiser.at_us,
                                    until)], organiser))
    _done(give_mandates([own], Actor(steward, organiser.at_us)))  # nobody gives a mandate to oneself
    homes = list(Household.objects.order_by("number").values_list("number", "party"))
    account = dict(Account.objects.filter(kind=Kind.MEMBER).values_list("party", "number"))
    return Town([number for number, _ in homes], [party for _, party in homes], [account[party] for _, party in homes],
                [council.pk for council in councils], [council.party for council in councils], of.society_account,
                of.exchange_account, members, steward, treasurer)


def _done(answers: Sequence[Answer]) -> list[int]:
    """The numbers of what was made, all of it."""
    assert all(answer.done for answer in answers), next(answer.sentence for answer in answers if not answer.done)
    return [answer.number for answer in answers]
