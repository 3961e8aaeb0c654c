"""What the demonstration has beside the exchange: a park of things used in common, and a register of collectables."""

from __future__ import annotations

from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand.parks.uses import read_uses
from parecon.service.clock import date_of
from parecon.service.demo.federation import People, all_done
from parecon.service.demo.month import Month
from parecon.service.parks import acts as parks
from parecon.service.parks import closing, commands, founding
from parecon.service.parks.models import Booking, Park, Thing
from parecon.service.parks.slots import slot_at
from parecon.service.people.councils import NewCouncil, add_councils
from parecon.service.people.households import Household
from parecon.service.people.mandates import NewMandate, give_mandates
from parecon.service.people.models import CouncilKind, Role
from parecon.service.people.policy import Actor
from parecon.service.register.commands import Classify, Enter, classify, enter
from parecon.service.register.offers import Bid, bid

ZONE = "Europe/Berlin"
PIECES = {"washers": 2, "drills": 3, "mowers": 1, "tents": 2, "sewing-machines": 1, "cargo-bicycles": 1}
# name; schedule, what it is worth to visitors and to a collector, in credits; how many of 1000 want it in a museum
KINDS = (("Watercolours of the river, before 1950", 1_800, 3_000, 4_000, 100),
         ("Model locomotives, hand-made", 450, 200, 900, 50),
         ("The town's first printing press", 9_000, 60_000, 8_000, 900),
         ("Family portraits", 0, 0, 0, 0))
OWNED = ((0, "Mill at high water, 1931", 1_500), (0, "Quarry from the south, 1944", 1_650),
         (1, "Steam locomotive, 1 : 22", 430), (3, "Great-grandmother with a goat", 0))


def opened(month: Month) -> None:
    """A park in Riverside, with the pieces that its members bring, and a register with some kinds and things."""
    park = _park(month)
    homes = month.people.households["riverside"]
    keeper = month.people.keeper
    all_done(founding.join([parks.Join(month.name("park/join", home.pk), park, home.pk) for home in homes],
                           month.on(2, keeper)))
    things = {thing.code: thing for thing in Thing.objects.filter(code__in=PIECES)}
    needs = [parks.AgreeNeed(month.name("park/need", code), park, thing.pk, PIECES[code])
             for code, thing in things.items()]
    all_done(founding.agree_need(needs, month.on(2, keeper)))
    brought = [thing for code, thing in things.items() for _ in range(PIECES[code])]
    rows = [parks.Contribute(month.name("park/brought", row), park, homes[4 + row].pk, thing.pk, thing.new_price_mcr,
                             100_000 * (row % 5), works=True) for row, thing in enumerate(brought)]
    all_done(commands.contribute(rows, month.on(3, keeper)))
    _registered(month)


def _park(month: Month) -> int:
    by, until_us = month.on(1, month.people.organiser), month.people.until_us
    rows = [NewCouncil(month.name("park", "council"), "mill-park", "Mill park", str(CouncilKind.PARK), "riverside",
                       date_of(by.at_us))]
    park = all_done(add_councils(rows, by))[0].number
    all_done(give_mandates([NewMandate(month.name("park", "keeper"), month.people.keeper.pk, park, str(Role.KEEPER),
                                       by.at_us, until_us)], by))
    founding.know_things(read_uses())
    all_done(founding.open_park([parks.OpenPark(month.name("park", "open"), park, "Mill Lane 6, in the yard",
                                                "every day, 8 to 20", ZONE)], by))
    return park


def _registered(month: Month) -> None:
    registrar = month.on(6, month.people.registrar)
    rows = [Classify(month.name("kind", row), name, "", schedule * MCR_A_CREDIT, visitors * MCR_A_CREDIT,
                     collector * MCR_A_CREDIT, in_favour)
            for row, (name, schedule, visitors, collector, in_favour) in enumerate(KINDS)]
    kinds = [answer.number for answer in all_done(classify(rows, registrar))]
    for row, (kind, title, paid) in enumerate(OWNED):
        holder = month.people.households["riverside"][12 + row].members.order_by("pk")[0]
        all_done(enter([Enter(month.name("entry", row), kinds[kind], title, "", paid * MCR_A_CREDIT)],
                       Actor(month.people.registrar, registrar.at_us, holder)))
    bidder = month.people.households["hillside"][12].members.order_by("pk")[0]
    all_done(bid([Bid(month.name("bid", 0), kinds[0], 700 * MCR_A_CREDIT)], Actor(bidder, registrar.at_us)))


def used(month: Month) -> None:
    """The park's last month is closed; pieces are out, booked for the days to come, and one was brought back."""
    park = Park.objects.get()
    keeper = month.on(1, month.people.keeper)
    all_done(closing.close_month([parks.CloseMonth(month.name("park", "month"), park.pk, month.number - 1)], keeper))
    things = list(Thing.objects.filter(code__in=PIECES).order_by("code"))
    homes = _members(month.people)
    now = slot_at(month.on(31, month.people.keeper).at_us, park.began_us)
    for row, home in enumerate(homes[:10]):
        by = Actor(home.members.order_by("pk")[0], month.on(31, month.people.keeper).at_us)
        thing = things[row % len(things)]
        begins = now if row < 3 else now + 20 + 24 * (row % 4)
        commands.book([parks.Book(month.name("park/book", row), park.pk, thing.pk, begins, thing.hours_each)], by)
    out = Booking.objects.filter(start__lte=now).order_by("pk").values_list("pk", flat=True)[:2]
    all_done(commands.take_out([parks.TakeOut(month.name("park/out", number), number) for number in out],
                               month.on(31, month.people.keeper)))


def _members(people: People) -> list[Household]:
    return people.households["riverside"][20:]
