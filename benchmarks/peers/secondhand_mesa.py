"""The second-hand exchange as a Mesa 3 model, under the rules of `exchange.toml`.

It begins with the households, the things and the balances of a world of ours, so that both go on from the same
month, and takes schedules and shares from the same tables; what happens then is written as one writes it in Mesa:
households and stores are agents, things are objects, lots come from the model's random numbers. Households go in
the order of the register, as ours do.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import mesa
import numpy as np

from parecon.secondhand.acts import Refusal
from parecon.secondhand.behaviour import parts_share, used_share
from parecon.secondhand.law import PERMILLE, eligible
from parecon.simulate.world import NEVER, World

COUNTS = ("asked", "bought_new", "gave_up", "handed_in", "passed_on", "scrapped")


@dataclass(slots=True)
class Item:
    """A durable good in somebody's home or on a shelf."""

    good: int
    grade: int
    made_month: int
    fails_month: int


class Household(mesa.Agent):
    """A household: its credits, what it has of each good, and when it next thinks of each."""

    def __init__(self, model: SecondHand, store: Store, group: int, balance_mcr: int, items: list[Item | None],
                 due_month: list[int]) -> None:
        super().__init__(model)
        self.store = store
        self.group = group
        self.balance_mcr = balance_mcr
        self.allowance_mcr = model.allowance_mcr[group]
        self.items = items
        self.due_month = due_month

    def step(self) -> None:
        """The month's allowance, and a thought about each good for which it is time."""
        self.balance_mcr += self.allowance_mcr
        month = self.model.month
        if month in self.due_month:
            for good, due in enumerate(self.due_month):
                if due == month:
                    self.think(good)

    def think(self, good: int) -> None:
        """Scrap what broke, perhaps part with what works; then ask for a used one, buy new, or do without."""
        model, item = self.model, self.items[good]
        if item is None:
            would_buy = model.wanted_share[good][self.group]
        elif item.fails_month <= model.month:
            self.scrap(good)
            would_buy = model.people["replaces_share"]
        elif self.parts_with(item):
            would_buy = 1 - model.people["need_over_share"]
        else:
            self.think_again(good)
            return
        lot, used = self.random.random(), model.used_share[good]
        asks = min(1.0, would_buy * used / model.people["instead_share"])
        if lot < asks:
            self.ask(good)
        elif lot < asks + would_buy * (1 - used):
            self.store.orders.append((self, good))
        else:
            self.think_again(good)

    def parts_with(self, item: Item) -> bool:
        """Whether it hands the item in, or rids itself of it whatever the store says."""
        model, lot = self.model, self.random.random()
        anyway = lot < model.people["parts_anyway_share"]
        if not anyway and lot >= model.parts_share[item.good]:
            return False
        if self.store.takes(item):
            self.balance_mcr += self.store.hand_in(item)
            self.items[item.good] = None
            return True
        if anyway:
            self.scrap(item.good)
        return anyway

    def scrap(self, good: int) -> None:
        """The item goes to recycling."""
        self.items[good] = None
        self.model.scrapped += 1

    def ask(self, good: int) -> None:
        """Wait at the store for a used one."""
        self.store.requests[good].append((self, self.model.month))
        self.due_month[good] = NEVER
        self.model.asked += 1

    def buy(self, good: int) -> None:
        """Buy a new one; who cannot pay asks for a used one."""
        model, price = self.model, self.model.new_price_mcr[good]
        if price > self.balance_mcr:
            self.ask(good)
            return
        self.balance_mcr -= price
        model.society_mcr += price
        model.bought_new += 1
        self.receive(model.new_item(good))

    def receive(self, item: Item) -> None:
        """An item comes into the home."""
        self.items[item.good] = item
        self.think_again(item.good)

    def think_again(self, good: int) -> None:
        """Draw when to think of the good again; at the latest when the item breaks."""
        model, item = self.model, self.items[good]
        due = model.month + model.pause_months()
        if item is not None and item.fails_month < due:
            due = item.fails_month
        self.due_month[good] = max(due, model.month + 1)


class PlainHousehold(Household):
    """A household as the tutorial of Mesa has its agents: every month it draws a lot for each of its goods.

    It thinks of each as often as the others do on average; it keeps no calendar, but for goods it waits for.
    """

    def step(self) -> None:
        """The month's allowance, and for each good a look at what it has, and perhaps a thought."""
        model = self.model
        self.balance_mcr += self.allowance_mcr
        chance = 1 / model.people["considers_months"]
        for good, item in enumerate(self.items):
            if self.due_month[good] == NEVER:
                continue
            broke = item is not None and item.fails_month <= model.month
            if broke or self.random.random() < chance:
                self.think(good)


class Store(mesa.Agent):
    """The store of an area: shelves and requests by good, each in the order in which they came; orders of new goods."""

    def __init__(self, model: SecondHand, goods: int) -> None:
        super().__init__(model)
        self.shelves: list[deque[Item]] = [deque() for _ in range(goods)]
        self.requests: list[deque[tuple[Household, int]]] = [deque() for _ in range(goods)]
        self.orders: list[tuple[Household, int]] = []

    def takes(self, item: Item) -> bool:
        """Whether the schedule says that an item of this age and grade is taken in."""
        age = self.model.month - item.made_month
        ages = self.model.taken_in[item.good]
        return age < len(ages) and ages[age][item.grade]

    def hand_in(self, item: Item) -> int:
        """Put the item on its shelf: what is paid for it."""
        model = self.model
        credit = model.credit_mcr[item.good][model.month - item.made_month][item.grade]
        model.exchange_mcr -= credit
        model.handed_in += 1
        self.shelves[item.good].append(item)
        return credit

    def step(self) -> None:
        """Deliver new goods, serve who waits, let go who waited too long, clear shelves of what is worth nothing."""
        for household, good in self.orders:
            household.buy(good)
        self.orders.clear()
        for good, (shelf, waiting) in enumerate(zip(self.shelves, self.requests, strict=True)):
            pairs = [(shelf.popleft(), waiting.popleft()[0]) for _ in range(min(len(shelf), len(waiting)))]
            unpaid = [item for item, household in pairs if not self.sells(item, household)]
            shelf.extendleft(reversed(unpaid))
            self.let_go(good, waiting)
            self.clear(shelf)

    def sells(self, item: Item, household: Household) -> bool:
        """Whether a household pays for the item and takes it home; who cannot pay thinks of it again later."""
        model = self.model
        price = model.price_mcr[item.good][model.month - item.made_month][item.grade]
        if price > household.balance_mcr:
            household.due_month[item.good] = model.month + model.people["retry_months"]
            return False
        household.balance_mcr -= price
        model.exchange_mcr += price
        model.passed_on += 1
        household.receive(item)
        return True

    def let_go(self, good: int, waiting: deque[tuple[Household, int]]) -> None:
        """Who waited as long as people wait buys new, or does without."""
        model = self.model
        while waiting and model.month - waiting[0][1] >= model.people["patience_months"]:
            household, _ = waiting.popleft()
            model.gave_up += 1
            if self.random.random() < model.people["instead_share"]:
                household.buy(good)
            else:
                household.think_again(good)

    def clear(self, shelf: deque[Item]) -> None:
        """Scrap what broke on the shelf, or has no worth left."""
        model, stood = self.model, len(shelf)
        kept = [item for item in shelf if item.fails_month > model.month and model.worth_of(item)]
        if len(kept) < stood:
            shelf.clear()
            shelf.extend(kept)
            model.scrapped += stood - len(kept)


class SecondHand(mesa.Model):
    """The economy: the law's tables, the accounts of society and of the exchange, and what is counted."""

    household: type[Household] = Household

    asked = bought_new = gave_up = handed_in = passed_on = scrapped = 0

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(seed=seed)
        self.month = world.clock.month
        self.people = world.law("secondhand.behaviour")
        self.take_tables(world)
        stores = [Store(self, len(world.durables)) for _ in range(world.store.parties.areas)]
        self.households = self.settle(world, stores)
        self.stores = self.agents_by_type[Store]
        self.allowances_mcr = sum(household.allowance_mcr for household in self.households)
        self.society_mcr = -sum(household.balance_mcr for household in self.households)
        self.exchange_mcr = 0
        self.made = self.standing()
        self.datacollector = mesa.DataCollector(
            model_reporters={name: name for name in COUNTS} | {"stock": SecondHand.stock})

    def take_tables(self, world: World) -> None:
        """The schedules, prices and shares that are in force, as lists."""
        announced, durables, law = world.exchange.announced, world.durables, world.law("secondhand")
        spread = law["spread_permille"] / PERMILLE
        self.worth_mcr, self.credit_mcr, self.price_mcr = (
            table.tolist() for table in (announced.worth_mcr, announced.credit_mcr, announced.price_mcr))
        ages, life = np.arange(announced.worth_mcr.shape[1]), durables.life_months
        refused = eligible(announced.worth_mcr, ages[:, None], life[:, None, None], law["least_worth_mcr"],
                           law["least_remaining_months"])
        self.taken_in = (refused == Refusal.ACCEPTED).tolist()
        self.parts_share = parts_share(world.exchange.index * (1 - spread / 2), self.people).tolist()
        drawn = used_share(world.exchange.index * (1 + spread / 2), self.people)
        self.used_share = np.where(announced.listed, drawn, 0.0).tolist()
        self.wanted_share, self.allowance_mcr = world.wanted_share.tolist(), world.allowance_mcr.tolist()
        self.new_price_mcr = durables.new_price_mcr.tolist()
        self.lives, self.pauses = world.lives.life_months.tolist(), world.lives.pause_months.tolist()
        self.grades, self.grade_shares = range(len(self.people["grade_shares"])), self.people["grade_shares"]

    def settle(self, world: World, stores: list[Store]) -> mesa.agent.AgentSet:
        """The households of a world with all that they have."""
        things = world.store.items
        columns = zip(*(column.tolist() for column in (things.good, things.grade, things.made_month,
                                                       things.fails_month)), strict=True)
        items = [Item(*row) for row in columns]
        homes = [[items[row] if row >= 0 else None for row in rows] for rows in world.homes.item.tolist()]
        return self.household.create_agents(
            self, len(homes), [stores[area] for area in world.homes.area.tolist()], world.homes.group.tolist(),
            world.store.balance_mcr[:len(homes)].tolist(), homes, world.homes.due_month.tolist())

    def step(self) -> None:
        """One month: households, then stores; the twelfth closes the year."""
        self.society_mcr -= self.allowances_mcr
        self.activate()
        self.stores.do("step")
        self.datacollector.collect(self)
        if self.month % 12 == 11:
            self.close_year()
        self.month += 1

    def activate(self) -> None:
        """Households go in the order of the register."""
        self.households.do("step")

    def close_year(self) -> None:
        """All households share the exchange's gain or loss; savings beyond need go to other things."""
        worth = sum(self.worth_of(item) for store in self.stores for shelf in store.shelves for item in shelf)
        each, rest = divmod(self.exchange_mcr + worth, len(self.households))
        self.exchange_mcr = -worth
        for place, household in enumerate(self.households):
            household.balance_mcr += each + (place < rest)
            beyond = household.balance_mcr - household.allowance_mcr * self.people["savings_months"]
            if beyond > 0:
                household.balance_mcr -= beyond
                self.society_mcr += beyond
        self.check()

    def check(self) -> None:
        """Neither credits nor things have appeared or vanished."""
        assert self.society_mcr + self.exchange_mcr + sum(each.balance_mcr for each in self.households) == 0
        assert self.made + self.bought_new - self.scrapped == self.standing()

    def standing(self) -> int:
        """How many things there are in homes and on shelves."""
        owned = sum(item is not None for household in self.households for item in household.items)
        return owned + self.stock()

    def stock(self) -> int:
        """How many things stand on shelves."""
        return sum(len(shelf) for store in self.stores for shelf in store.shelves)

    def worth_of(self, item: Item) -> int:
        """What an item is worth by the schedule."""
        ages = self.worth_mcr[item.good]
        age = self.month - item.made_month
        return ages[age][item.grade] if age < len(ages) else 0

    def new_item(self, good: int) -> Item:
        """A new item of a good: how long it will last and how well it will be kept, by lot."""
        life = self.lives[good][int(self.random.random() * len(self.lives[good]))]
        grade = self.random.choices(self.grades, self.grade_shares)[0]
        return Item(good, grade, self.month, self.month + life)

    def pause_months(self) -> int:
        """How long it is until a household thinks of a good again, by lot."""
        return self.pauses[int(self.random.random() * len(self.pauses))]


class PlainSecondHand(SecondHand):
    """The same economy as the tutorial of Mesa would have it: lots every month, households in random order."""

    household = PlainHousehold

    def activate(self) -> None:
        """Households go in random order."""
        self.households.shuffle_do("step")
