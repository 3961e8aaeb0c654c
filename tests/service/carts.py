"""A town whose years can be followed by hand, to the last milli-credit.

It has one good, which costs 1,000 credits new and loses the same every month for ten years.
In March Ana brings one aged 24 months and Ben one aged 60, Cleo takes Ana's home, Dan waits for another and Eva
asks for one that she cannot pay: in April that is found.

    | March            | worth        | quoted                     | inspecting, 2 % |
    | Ana's, aged 24   | 800.000      | 760.000 credited to Ana    | 16.000          |
    | Ben's, aged 60   | 500.000      | 475.000 credited to Ben    | 10.000          |
    | Cleo takes Ana's |              | 840.000 paid by Cleo       |                 |

Keeping Ben's costs half a percent of its worth each month from March to December, rounded down:
2.500 + 2.458 + 2.416 + 2.375 + 2.333 + 2.291 + 2.250 + 2.208 + 2.166 + 2.125 = 23.122. Wanted in the year:
2, Cleo's and Dan's. Offered: 2 brought, and 1 on the shelf less a month's requests, 1/6: 17/6. So the next index is
1 + 0.3 x 2 x (2 - 17/6) / (2 + 17/6) = 26/29, and Ben's, aged 69 in December, is worth 1000 x 0.425 x 26/29 = 381.034.
"""

from dataclasses import dataclass

from desk_town import MONTH, Town, act, shelved, town
from parecon.secondhand.lifecycle import RequestState
from parecon.service.clock import begin_us
from parecon.service.desk import closing, requests, year
from parecon.service.desk.closing import CloseMonth, CloseYear
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Request
from parecon.service.people.models import Household, Mandate, Residence, Role
from parecon.service.people.policy import Actor

YEAR, JANUARY, DECEMBER = 26, MONTH - 2, MONTH + 9
GOODS = ("code,name,new_price_credits,service_life_years,form,annual_rate,beta,profile,weight_kg,"
         "emissions_kg_per_credit,purchases_credits_a_year\ncart,carts,1000,10,straight line,,,,50,0.1,9\n")
ANA, BEN, CLEO, DAN, EVA = range(5)
PARTS = {"paid_mcr": 840_000, "credited_mcr": 1_235_000, "inspection_mcr": 26_000, "holding_mcr": 23_122,
         "transport_mcr": 0, "shelves_before_mcr": 0, "shelves_after_mcr": 381_034}
LOSS = -63_088  # 840.000 - 1,235.000 - 49.122 + 381.034
MODES = {"guaranteed": {}, "true-up": {"secondhand": {"mode": "true-up"}}}


@dataclass
class Year:
    """The town, and who closes its months and years."""

    town: Town
    exchange: int

    def steward(self, month, row=ANA):
        return Actor(self.town.members[row], begin_us(month + 1))

    def close(self, *months):
        for month in months:
            [answer] = closing.close_month([CloseMonth(f"month-{month}", month)], self.steward(month))
            assert (answer.reason, answer.number) == (0, month)

    def end(self, name="year", shown=None, row=ANA):
        shown = year.preview_year(YEAR).mark if shown is None else shown
        return closing.close_year([CloseYear(name, YEAR, shown)], self.steward(DECEMBER, row))[0]

    def stands(self):
        return [self.town.balance(row)[0] for row in range(7)]

    def asks(self, row, wanted=None):
        """A member asks for a certain thing, or waits for any."""
        asked = requests.Ask(act(), self.town.home(row), 0, self.town.stores[0], wanted, waits=wanted is None)
        [answer] = requests.ask([asked], self.town.of(row))
        assert answer.done
        return answer.number

    def takes(self, row, item):
        """A member asks for a thing, pays and has it."""
        request = self.asks(row, item.pk)
        assert requests.hand_over([requests.HandOver(act(), request)], self.town.clerk())[0].done
        return request


def everything(*models):
    """All rows of these tables."""
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def begun(tmp_path, changes=None, credits_each=5_000):
    """The town of carts, closed up to March: five members and two clerks, all of whom live in it."""
    goods = tmp_path / "goods.csv"
    goods.write_text(GOODS, encoding="utf-8")
    at = town(5, credits_each, changes, catalogue=goods)
    for home in Household.objects.all():
        Residence.objects.create(household=home, council_id=at.stores[0], from_on="2026-01-02")
    for row in (ANA, BEN):
        Mandate.objects.create(member=at.members[row], council=federation().council, role=Role.STEWARD, from_us=0,
                               until_us=2**62, given_by="p-organiser")
    begins = Year(at, federation().exchange_account)
    begins.close(JANUARY, JANUARY + 1)
    return begins


def march(of):
    """What happened in March, and was found in April; all months are closed then."""
    brought = [shelved(of.town, row, good=0, months=age, grade=0) for row, age in ((ANA, 24), (BEN, 60))]
    of.takes(CLEO, brought[0])
    of.asks(DAN)
    cannot = of.asks(EVA)
    of.close(MONTH)
    Request.objects.filter(pk=cannot).update(state=RequestState.UNPAID, ended_us=begin_us(MONTH + 1))
    of.close(*range(MONTH + 1, DECEMBER + 1))
    return brought
