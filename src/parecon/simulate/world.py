"""Who and what there is in a simulated economy, as columns, and how it all begins."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parecon.base.clock import Clock
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.errors import BadInput
from parecon.base.parameters import Law, parameters
from parecon.base.postings import MCR_A_CREDIT, Amounts
from parecon.base.state import State, flattened, restored
from parecon.secondhand.behaviour import Lives, wanted_share
from parecon.secondhand.durables import Durables, schedule
from parecon.simulate.scenario import Scenario
from parecon.simulate.store import BrokenIdentity, Items, Parties, Store
from parecon.simulate.witness import Nobody, Witness

if TYPE_CHECKING:
    from parecon.secondhand.parks.uses import Uses
    from parecon.simulate.areas import Map

NEVER = np.int16(2**15 - 1)  # the month in which nothing is due
NONE = -1  # no item
FIFTHS = 5
MANY = 1_000_000  # homes times goods: below, what is compiled takes longer to load than it saves
FINE = 4096  # steps of a table from which lives are drawn
MOST_OWNED_SHARE = 0.95  # a good that everybody is said to have is missing somewhere all the same


@dataclass
class Homes:
    """Households and what they have: [household] and [household, good].

    `group` is the fifth of spending; `item` what the household has of each good, or none; `fails_month` when that
    will break, never where there is none; `due_month` when the household will next think of the good, at the
    latest when what it has breaks.
    """

    area: npt.NDArray[np.int16]
    group: npt.NDArray[np.int8]
    item: npt.NDArray[np.int32]
    fails_month: npt.NDArray[np.int16]
    due_month: npt.NDArray[np.int16]


@dataclass
class World:
    """A simulated economy in one month: everything that the next month depends on; and who is told what happens."""

    scenario: Scenario
    seed: int
    clock: Clock
    durables: Durables
    homes: Homes
    store: Store
    exchange: Any = None
    record: Any = None
    others: dict[str, Any] = field(default_factory=dict)
    witness: Witness = field(default_factory=Nobody)

    def law(self, institution: str) -> Law:
        """The parameters in force of an institution."""
        return self.scenario.laws.get(institution) or parameters(institution)

    def lots(self, stream: str, ids: Ints) -> npt.NDArray[np.float64]:
        """A lot for each id in this month, for one purpose."""
        return uniform(key(self.seed, stream, self.clock.month), ids)

    def check(self) -> None:
        """Raises BrokenIdentity if credits, people or items appeared or vanished; at a year's end, item by item."""
        self.store.check_money()
        self._check_people()
        there = int(np.count_nonzero(self.homes.item >= 0)) + len(self.exchange.shelf) + int(self._elsewhere().sum())
        if self.clock.closes_year or there != int(self.record.standing().sum()):
            self.check_goods()

    def _elsewhere(self) -> npt.NDArray[np.int64]:
        """How many of each good traders and parks keep: [good]."""
        from parecon.simulate.neighbourhoods import in_parks
        from parecon.simulate.private import in_trade

        return in_trade(self) + in_parks(self)

    def _check_people(self) -> None:
        """Every household lives in one of the areas."""
        area, areas = self.homes.area, self.store.parties.areas
        if len(area) != self.store.parties.households or area.min() < 0 or area.max() >= areas:
            lost = np.flatnonzero((area < 0) | (area >= areas))
            who = self.store.parties.name(int(lost[0])) if len(lost) else f"{len(area):,} households"
            raise BrokenIdentity(f"people: {who} of {self.store.parties.households:,} households live in none of the "
                                 f"{areas} areas")

    def check_goods(self) -> None:
        """Raises BrokenIdentity for the good of which most items are missing, or where holders and homes disagree."""
        owned, astray = audited(self.homes, self.store.items)
        stand = np.bincount(self.store.items.good[self.exchange.shelf], minlength=len(self.durables))
        missing = self.record.standing() - owned - stand - self._elsewhere()
        if missing.any():
            good = int(np.abs(missing).argmax())
            raise BrokenIdentity(f"items: {self.durables.code[good]}: {int(missing[good]):,} of "
                                 f"{int(self.record.standing()[good]):,} made and not scrapped are nowhere")
        if astray is not None:
            raise BrokenIdentity(f"items: {self.store.parties.name(astray)} has an item that somebody else holds")

    def state(self) -> State:
        """Everything that the months to come depend on, as flat columns."""
        return flattened(self.tree())

    @classmethod
    def restored(cls, scenario: Scenario, seed: int, state: State) -> World:
        """The world of this state, the same to the bit."""
        from parecon.simulate.exchange import announce

        world = begin(scenario, seed)
        tree = restored(world.tree(), state)
        world.clock, world.homes, world.record, world.others = (
            Clock(tree["month"]), tree["homes"], tree["record"], tree["others"])
        world.store = Store(world.store.parties, tree["balance_mcr"], tree["items"])
        for name, value in tree["exchange"].items():
            setattr(world.exchange, name, value)
        world.exchange.announced = announce(world, world.exchange.index)
        return world

    def tree(self) -> dict[str, Any]:
        """What its state consists of, in the form that it has here."""
        exchange = {each.name: getattr(self.exchange, each.name) for each in fields(self.exchange)
                    if each.name not in {"announced", "houses", "routes"}}  # these follow from the rest
        return {"month": self.clock.month, "homes": self.homes, "items": self.store.items,
                "balance_mcr": self.store.balance_mcr, "exchange": exchange, "record": self.record,
                "others": self.others}

    @cached_property
    def map(self) -> Map:
        """Where the areas are."""
        from parecon.simulate.areas import drawn

        return drawn(self)

    @cached_property
    def uses(self) -> Uses:
        """The goods of the catalogue that parks can keep, and how they are used."""
        from parecon.simulate.neighbourhoods import used_goods

        return used_goods(self)

    def has(self, institution: str) -> bool:
        """Whether the scenario has this institution."""
        return institution in self.scenario.institutions

    @cached_property
    def lives(self) -> Lives:
        """The tables from which lives and pauses are drawn."""
        return Lives.of(self.durables.life_months, self.law("secondhand.behaviour"))

    @cached_property
    def plain_worth_mcr(self) -> Amounts:
        """What depreciation leaves of each good, before any index: [good, age_months, grade], in mcr."""
        return schedule(self.durables, np.ones(len(self.durables)), self.law("secondhand"), self.scenario.source)

    @cached_property
    def allowance_mcr(self) -> Amounts:
        """What a household of each fifth is given for durables each month: [fifth]."""
        people = self.law("secondhand.behaviour")
        bought = (self.durables.purchases_mcr_a_year[:, None] * self.group_weight).sum(axis=0)
        everything = np.array(people["spending_credits_a_year"]) * MCR_A_CREDIT
        if self.law("simulate")["incomes"] == "equal":
            everything[:] = everything.mean()
        a_year = np.maximum(bought * people["allowance_factor"], everything * people["least_allowance_share"])
        return np.rint(a_year / 12).astype(np.int64)

    @cached_property
    def allowance_of_each_mcr(self) -> Amounts:
        """What each household is given for durables each month: [household]."""
        return self.allowance_mcr[self.homes.group]

    @cached_property
    def group_weight(self) -> npt.NDArray[np.float64]:
        """How much of each good a household of each fifth buys, beside the mean household: [good, fifth]."""
        equal = self.law("simulate")["incomes"] == "equal"
        return np.ones((len(self.durables), FIFTHS)) if equal else self.durables.spending_share * FIFTHS

    @cached_property
    def owned_share(self) -> npt.NDArray[np.float64]:
        """How many households of each fifth have each good when the economy begins: [good, fifth]."""
        people = self.law("secondhand.behaviour")
        bought = self.durables.purchases_mcr_a_year / self.durables.new_price_mcr  # a year
        owned = bought[:, None] * self.group_weight / self._replaced_a_year(people)[:, None]
        share: npt.NDArray[np.float64] = np.minimum(MOST_OWNED_SHARE, owned)
        return share

    def _replaced_a_year(self, people: Law) -> npt.NDArray[np.float64]:
        return 12 / self.durables.life_months.astype(float) + 12 * people["parts_share"] / people["considers_months"]

    @cached_property
    def wanted_share(self) -> Floats:
        """How many of those without a good want one when they think of it: [good, fifth]."""
        lost = np.broadcast_to(self.lost_a_month[:, None], self.owned_share.shape)
        return wanted_share(self.owned_share, lost, self.law("secondhand.behaviour"))

    @cached_property
    def lost_a_month(self) -> npt.NDArray[np.float64]:
        """How many of those who have a good need it no more after a month, and get no other: [good]."""
        people = self.law("secondhand.behaviour")
        lost: npt.NDArray[np.float64] = (
            (1 - people["replaces_share"]) / self.durables.life_months
            + people["need_over_share"] * people["parts_share"] / people["considers_months"])
        return lost


def begin(scenario: Scenario, seed: int) -> World:
    """The economy of a scenario in its first month, drawn by lot."""
    from parecon.simulate import areas, collectors, neighbourhoods, private
    from parecon.simulate.exchange import opened
    from parecon.simulate.people import first_savings
    from parecon.simulate.record import Record

    _refuse_what_does_not_go_together(scenario)
    law = scenario.laws["simulate"]
    durables = scenario.durables
    households, goods = law["households"], len(durables)
    ids = np.arange(households)
    area = _areas(law, seed, ids)
    parties = Parties(households, law["areas"], parks=len(neighbourhoods.places(scenario, area)))
    homes = Homes(area, (uniform(key(seed, "fifth"), ids) * FIFTHS).astype(np.int8),
                  np.full((households, goods), NONE, np.int32), np.full((households, goods), NEVER),
                  np.zeros((households, goods), np.int16))
    world = World(scenario, seed, Clock(), durables, homes,
                  Store(parties, np.zeros(len(parties), np.int64), Items.none()))
    for good in range(goods):
        _furnish(world, good)
    world.record = Record.begun(world)
    world.exchange = opened(world)
    if world.has(areas.ROOM):
        assert world.map is not None, "drawn while households are where they begin"
    if world.has(collectors.ROOM):
        world.others[collectors.ROOM] = collectors.opened(world)
    if world.has(private.ROOM):
        world.others[private.ROOM] = private.begun(world)
    if world.has(neighbourhoods.ROOM):
        world.others[neighbourhoods.ROOM] = neighbourhoods.opened(world)
    first_savings(world)
    return world


def _refuse_what_does_not_go_together(scenario: Scenario) -> None:
    """Traders live by the difference between two announced prices, and there is none where prices clear every month."""
    if scenario.laws["secondhand"]["mode"] == "spot" and "secondhand.private" in scenario.institutions:
        raise BadInput(scenario.source, "[secondhand] mode", "spot, with secondhand.private among the institutions",
                       "guaranteed or true-up: private traders need announced prices")


def audited(homes: Homes, items: Items) -> tuple[npt.NDArray[np.int64], int | None]:
    """How many homes have each good, [good], and a household with an item that it does not hold, if there is one.

    What is at home breaks some month, and what is not never.
    """
    if homes.item.size < MANY:
        return plain_audited(homes, items)
    from parecon.simulate.kernels import kernel

    owned, astray = kernel("audited")(homes.item.reshape(-1), homes.fails_month.reshape(-1), items.holder,
                                      homes.item.shape[1])
    return owned, int(astray) if astray >= 0 else None


def plain_audited(homes: Homes, items: Items) -> tuple[npt.NDArray[np.int64], int | None]:
    """The same in plain columns."""
    goods = homes.item.shape[1]
    slot = np.flatnonzero(homes.item.reshape(-1) >= 0)
    owner, good = np.divmod(slot, goods)
    unsure = ((homes.item < 0) != (homes.fails_month == NEVER)).any(axis=1)
    astray = np.concatenate([owner[items.holder[homes.item.reshape(-1)[slot]] != owner], np.flatnonzero(unsure)])
    return np.bincount(good, minlength=goods), int(astray[0]) if len(astray) else None


def _areas(law: Law, seed: int, ids: Ints) -> npt.NDArray[np.int16]:
    """The area of each household: areas of unequal size, by lot."""
    from scipy.special import ndtri

    lots = uniform(key(seed, "area size"), np.arange(law["areas"]))
    size = np.exp(law["area_size_spread"] * ndtri(np.clip(lots, 1e-9, 1 - 1e-9)))
    return np.searchsorted(np.cumsum(size / size.sum())[:-1], uniform(key(seed, "area"), ids)).astype(np.int16)


def _furnish(world: World, good: int) -> None:
    """Gives households the items of one good that they begin with, at ages as in a stationary stock."""
    homes, items = world.homes, world.store.items
    slots = np.arange(len(homes.area)) * len(world.durables) + good
    owns = np.flatnonzero(world.lots("owns", slots) < world.owned_share[good, homes.group])
    rows, ids = items.rows(len(owns)), slots[owns]
    life = _life_of_those_in_use(world, good, world.lots("first life", ids))
    age = (world.lots("first age", ids) * life).astype(np.int16)
    items.good[rows], items.made_month[rows], items.fails_month[rows] = good, -age, life - age
    items.grade[rows] = grades(world, ids)
    items.holder[rows] = owns
    homes.item[owns, good], homes.fails_month[owns, good] = rows, items.fails_month[rows]
    pause = world.lives.drawn(world.lives.pause_months, world.lots("first pause", slots)) - 1
    homes.due_month[:, good] = np.minimum(pause, homes.fails_month[:, good])


def _life_of_those_in_use(world: World, good: int, lot: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    """Lives of items met at some moment: the longer they last, the more likely they are met."""
    table = world.lives.life_months[good]
    even = (np.arange(FINE) + 0.5) / FINE
    met = table[np.searchsorted(np.cumsum(table) / table.sum(dtype=np.int64), even)]
    return met[(lot * FINE).astype(np.intp)]


def grades(world: World, ids: Ints) -> npt.NDArray[np.int8]:
    """How well each item will be kept, by lot."""
    lot, found = world.lots("grade", ids), np.zeros(len(ids), np.int8)
    for edge in grade_edges(world):
        found += lot >= edge
    return found


def grade_edges(world: World) -> npt.NDArray[np.float64]:
    """From what lot on an item is kept worse than in each grade but the last: [grade but the last]."""
    shares = np.cumsum(world.law("secondhand.behaviour")["grade_shares"])
    edges: npt.NDArray[np.float64] = shares[:-1] / shares[-1]
    return edges
