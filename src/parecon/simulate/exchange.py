"""The second-hand exchange in a simulated month: people's acts, the law's decisions, the store.

Here behaviour and law meet: behaviour makes acts, `decide` answers with outcomes, the store applies them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.outcome import counted
from parecon.base.postings import Amounts, Postings
from parecon.secondhand import law as rules
from parecon.secondhand.acts import HandIns, Purpose, Refusal, Requests
from parecon.secondhand.areas.transfers import Routes
from parecon.secondhand.behaviour import Want, parts_share, used_share, wants
from parecon.secondhand.decide import Announced, Houses, Shelf, announced, buy_new, hand_in, serve
from parecon.secondhand.durables import schedule
from parecon.secondhand.settlement import Trades
from parecon.simulate.store import EXCHANGE, SOCIETY
from parecon.simulate.world import NEVER, NONE, grades

if TYPE_CHECKING:
    from parecon.simulate.world import World

Rows = npt.NDArray[np.intp]


@dataclass
class Exchange:
    """What the exchange knows: its schedules, its shelves, who waits, and what was wanted and offered this year.

    `index` [good] is what the schedules are beside what depreciation leaves; `shelf` the rows of the items in
    the stores in the order they came; `demand` and `supply` [good] count this year's requests and hand-ins;
    `turnover_mcr` what moved this year by purpose; `shelves_mcr` [good] what the shelves were worth when it began.
    Where prices are continuous, what was traded this year, by whom, and each month's clearing index.
    """

    index: npt.NDArray[np.float64]
    announced: Announced
    houses: Houses
    shelf: npt.NDArray[np.int32]
    requests: Requests
    demand: npt.NDArray[np.int64]
    supply: npt.NDArray[np.int64]
    turnover_mcr: npt.NDArray[np.int64]
    shelves_mcr: npt.NDArray[np.int64]
    bought: Trades
    handed_in: Trades
    month_index: list[npt.NDArray[np.float64]] = field(default_factory=list)
    month_traded: list[npt.NDArray[np.int64]] = field(default_factory=list)
    routes: Routes | None = None
    noted: npt.NDArray[np.int64] | None = None


def opened(world: World) -> Exchange:
    """The exchange before its first month: schedules announced, shelves empty."""
    from scipy.special import ndtri

    law, goods = world.law("simulate"), len(world.durables)
    lots = uniform(key(world.seed, "first index"), np.arange(goods))
    index = law["first_index"] * np.exp(law["first_prices_off"] * ndtri(np.clip(lots, 1e-9, 1 - 1e-9)))
    houses = Houses(world.store.parties.single(SOCIETY), world.store.parties.single(EXCHANGE))
    return Exchange(index, announce(world, index), houses, np.zeros(0, np.int32), no_requests(),
                    np.zeros(goods, np.int64), np.zeros(goods, np.int64), np.zeros(max(Purpose) + 1, np.int64),
                    np.zeros(goods, np.int64), no_trades(), no_trades())


def no_trades() -> Trades:
    """A table of trades without any."""
    return Trades(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))


def no_requests() -> Requests:
    """A table of requests without any."""
    return Requests(np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int16), np.zeros(0, np.int16))


def announce(world: World, index: npt.NDArray[np.float64]) -> Announced:
    """The schedules at these indexes, with what is credited and charged: published before the year begins."""
    law, durables = world.law("secondhand"), world.durables
    if law["mode"] == "spot":
        index = np.ones_like(index)  # prices are found month by month; the schedule says what is taken in
    worth = schedule(durables, index, law, world.scenario.source)
    return announced(worth, durables.life_months, law)


# --- Who thinks of what -----------------------------------------------------------------------------------------

@dataclass
class Thoughts:
    """Households that think of a good this month: [thought], in the order of the register.

    `slot` is household times goods plus good; `item` what they have of it; `broke` whether it broke just now.
    """

    slot: Rows
    household: npt.NDArray[np.int32]
    good: npt.NDArray[np.int8]
    item: npt.NDArray[np.int32]
    broke: npt.NDArray[np.bool_]
    parted: npt.NDArray[np.bool_]

    def without(self) -> Rows:
        """Rows of those who have none."""
        return np.flatnonzero(self.item == NONE)


def thinking(world: World) -> Thoughts:
    """Households for whom it is time to think of a good, or for whom what they have has come to its end."""
    goods = len(world.durables)
    slot = np.flatnonzero(world.homes.due_month.reshape(-1) == world.clock.month)
    household = (slot // goods).astype(np.int32)
    item = world.homes.item.reshape(-1)[slot]
    broke = (item != NONE) & (world.store.items.fails_month[item] <= world.clock.month)
    return Thoughts(slot, household, (slot - household * goods).astype(np.int8), item, broke, np.zeros(len(slot), bool))


def wear_out(world: World, thoughts: Thoughts) -> None:
    """What broke is scrapped; some bring it to the store first, where the inspection refuses it."""
    rows = np.flatnonzero(thoughts.broke)
    brings = rows[world.lots("brings broken", thoughts.slot[rows])
                  < world.law("secondhand.behaviour")["brings_broken_share"]]
    worst = len(world.law("secondhand")["grade_permille"])
    bring(world, thoughts, brings, np.full(len(brings), worst, np.int8))
    dispose(world, thoughts, rows)


def dispose(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Items that leave a home for recycling."""
    world.store.scrap(thoughts.item[rows])
    world.record.count("scrapped_at_home", thoughts.good[rows])
    leave_home(world, thoughts, rows)


def leave_home(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Items that are no longer where they were."""
    world.homes.item.reshape(-1)[thoughts.slot[rows]] = NONE
    thoughts.item[rows] = NONE


# --- Handing in -------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Leaving:
    """Rows of the thoughts in which a household parts with what works: [row]; `anyway` whatever it is credited."""

    rows: Rows
    anyway: npt.NDArray[np.bool_]


def parting(world: World, thoughts: Thoughts) -> Leaving:
    """Some part with what works: for the credit, or in any case."""
    people = world.law("secondhand.behaviour")
    owners = np.flatnonzero(thoughts.item != NONE)
    lot, good = world.lots("parts", thoughts.slot[owners]), thoughts.good[owners]
    anyway = lot < people["parts_anyway_share"]
    parts = anyway | (lot < _parting_share(world)[good])
    return Leaving(owners[parts], anyway[parts])


def bring_in(world: World, thoughts: Thoughts, leaving: Leaving) -> None:
    """What is parted with is brought to the stores; what nobody takes is kept, or recycled by who parts anyway."""
    rows, anyway = leaving.rows, leaving.anyway
    refused = unfit(world, thoughts, rows)
    surprised = (world.lots("brings unfit", thoughts.slot[rows])
                 < world.law("secondhand.behaviour")["brings_unfit_share"])
    to_store = ~refused | surprised
    reason = bring(world, thoughts, rows[to_store], _inspected(world, thoughts, rows[to_store]))
    taken = np.zeros(len(rows), bool)
    taken[to_store] = reason == Refusal.ACCEPTED
    leave_home(world, thoughts, rows[taken])
    dispose(world, thoughts, rows[anyway & ~taken])
    thoughts.parted[rows[anyway | taken]] = True


def _parting_share(world: World) -> Floats:
    """How many of those who think of a working item part with it at this year's credit: [good]."""
    spread = world.law("secondhand")["spread_permille"] / rules.PERMILLE
    return parts_share(world.exchange.index * (1 - spread / 2), world.law("secondhand.behaviour"))


def unfit(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether the published schedule says that the exchange does not take the item in."""
    law, announced, items = world.law("secondhand"), world.exchange.announced, world.store.items
    item, good = thoughts.item[rows], thoughts.good[rows]
    age = world.clock.month - items.made_month[item]
    worth = announced.of(announced.worth_mcr, good, age, items.grade[item])
    return rules.eligible(worth, age, announced.life_months[good], law["least_worth_mcr"],
                          law["least_remaining_months"]) != Refusal.ACCEPTED


def _inspected(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.int8]:
    """The grades that inspections find; who knows that theirs is too low may appeal, and a second finding stands."""
    law, true = world.law("secondhand"), world.store.items.grade[thoughts.item[rows]]
    slot, worst = thoughts.slot[rows], len(law["grade_permille"])
    found = rules.inspected(true, world.lots("inspection", slot), law["inspection_error_permille"], worst)
    appeals = np.flatnonzero((found > true) & (world.lots("appeals", slot)
                                               < world.law("secondhand.behaviour")["appeals_share"]))
    again = world.lots("second inspection", slot[appeals])
    second = rules.inspected(true[appeals], again, law["inspection_error_permille"], worst)
    _pay_for_appeals(world, thoughts, rows[appeals])
    found[appeals] = rules.after_appeal(found[appeals], second, law["appeal_reading"])
    return found


def _pay_for_appeals(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """A second inspection costs as much as the first."""
    cost = rules.inspection_cost(worth_now(world, thoughts.item[rows]),
                                 world.law("secondhand")["inspection_cost_permille"])
    pay(world, int(cost.sum()), Purpose.INSPECTION)
    world.record.count("appeals", thoughts.good[rows])


def bring(world: World, thoughts: Thoughts, rows: Rows, grade: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The exchange's answer to items that are brought; what it takes in stands on the shelves."""
    exchange, items = world.exchange, world.store.items
    member, item, good = thoughts.household[rows], thoughts.item[rows], thoughts.good[rows]
    acts = HandIns(member, item, items.holder[item], world.store.parties.store(world.homes.area[member]), good,
                   world.clock.month - items.made_month[item], grade)
    outcome = hand_in(acts, exchange.announced, exchange.houses, world.clock.month, world.law("secondhand"))
    world.store.apply(outcome)
    exchange.turnover_mcr += by_purpose(outcome.postings)
    taken = outcome.accepted
    items.grade[item[taken]] = grade[taken]  # what was found is what the next member is told and charged
    exchange.shelf = np.concatenate([exchange.shelf, item[taken]])
    exchange.handed_in = _noted(world, exchange.handed_in, member[taken], item[taken], exchange.announced.credit_mcr)
    counts = (grade < exchange.announced.worth_mcr.shape[2]) & exchange.announced.listed[good]
    exchange.supply += np.bincount(good[counts], minlength=len(exchange.supply))
    world.record.count("handed_in", good[taken])
    world.record.count("refused", good[outcome.reason != Refusal.ACCEPTED])
    world.record.reasons += counted(outcome.reason, len(Refusal))
    return outcome.reason


def _noted(world: World, trades: Trades, party: Ints, item: Ints, charged_mcr: Amounts) -> Trades:
    """The year's trades with these, where they will be settled at its end; `charged_mcr` is the table charged from."""
    if world.law("secondhand")["mode"] != "true-up":
        return trades
    items, announced = world.store.items, world.exchange.announced
    good, age = items.good[item], world.clock.month - items.made_month[item]
    charged = announced.of(charged_mcr, good, age, items.grade[item])
    plain = announced.of(world.plain_worth_mcr, good, age, items.grade[item])
    fresh = Trades(party.astype(np.int32), good.astype(np.int32), charged, plain)
    return Trades(*(np.concatenate([getattr(trades, each.name), getattr(fresh, each.name)]) for each in fields(Trades)))


def by_purpose(postings: Postings) -> Amounts:
    """What moves for each purpose: [purpose], in mcr."""
    total = np.zeros(max(Purpose) + 1, np.int64)
    np.add.at(total, postings.purpose, postings.amount_mcr)
    return total


# --- Wanting ----------------------------------------------------------------------------------------------------

def wanting(world: World, thoughts: Thoughts, rows: Rows) -> None:
    """Households without an item ask for a used one, buy new, or do without."""
    good = thoughts.good[rows]
    want = wants(world.lots("wants", thoughts.slot[rows]), would_buy(world, thoughts, rows),
                 _drawn_to_used(world)[good], world.law("secondhand.behaviour")["instead_share"])
    ask(world, thoughts.slot[rows[want == Want.USED]])
    buy(world, thoughts.slot[rows[want == Want.NEW]])
    think_again(world, thoughts.slot[rows[want == Want.NOTHING]])


def go_on(world: World, thoughts: Thoughts) -> None:
    """Those who parted want another, or do not; those who keep what they have think of it again some day."""
    wanting(world, thoughts, np.flatnonzero(thoughts.parted))
    think_again(world, thoughts.slot[thoughts.item != NONE])


def would_buy(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.float64]:
    """How many of these would buy new if there were no used goods: whose item broke, who parted, who had none."""
    people = world.law("secondhand.behaviour")
    had_none = world.wanted_share[thoughts.good[rows], world.homes.group[thoughts.household[rows]]]
    return np.where(thoughts.broke[rows], people["replaces_share"],
                    np.where(thoughts.parted[rows], 1 - people["need_over_share"], had_none))


def _drawn_to_used(world: World) -> npt.NDArray[np.float64]:
    """How many of those who want a good are drawn to used ones at this year's price: [good]."""
    spread = world.law("secondhand")["spread_permille"] / rules.PERMILLE
    drawn = used_share(world.exchange.index * (1 + spread / 2), world.law("secondhand.behaviour"))
    return np.where(world.exchange.announced.listed, drawn, 0.0)


def think_again(world: World, slot: Rows) -> None:
    """Draws when these households will next think of these goods; what breaks makes them think sooner."""
    item = world.homes.item.reshape(-1)[slot]
    pause = world.lives.drawn(world.lives.pause_months, world.lots("pause", slot))
    fails = np.where(item == NONE, NEVER, world.store.items.fails_month[item])
    due = np.minimum(np.minimum(world.clock.month + pause.astype(np.int32), fails), NEVER - 1)
    world.homes.due_month.reshape(-1)[slot] = np.maximum(due, world.clock.month + 1)


def ask(world: World, slot: Rows) -> None:
    """Requests for used goods; who asks waits, and does not think of the good until it is served or gives up."""
    household, good = of_slot(world, slot)
    exchange = world.exchange
    fresh = Requests(household, good, world.homes.area[household], np.full(len(slot), world.clock.month, np.int16))
    exchange.requests = Requests.together(exchange.requests, fresh)
    world.homes.due_month.reshape(-1)[slot] = NEVER
    exchange.demand += np.bincount(good, minlength=len(exchange.demand))
    world.record.count("asked", good)


def of_slot(world: World, slot: Rows) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """The household and the good of each slot."""
    household = (slot // len(world.durables)).astype(np.int32)
    return household, (slot - household * len(world.durables)).astype(np.int8)


def buy(world: World, slot: Rows, *, asks_instead: bool = True) -> None:
    """New goods bought under the plan; who cannot pay thinks of it again."""
    household, good = of_slot(world, slot)
    items, exchange = world.store.items, world.exchange
    rows = items.rows(len(slot))
    outcome = buy_new(household, rows, world.durables.new_price_mcr[good], world.store.balance_mcr, exchange.houses,
                      world.law("secondhand"))
    world.store.apply(outcome)
    done = outcome.accepted
    life = world.lives.life(good[done], world.lots("life", slot[done]))
    _make(world, rows[done], good[done], slot[done], life)
    items.returned(np.delete(rows, done))
    place(world, slot[done], rows[done])
    (_ask_instead if asks_instead else _retry)(world, np.delete(slot, done))
    world.record.count("bought_new", good[done])
    world.record.count("could_not_pay", np.delete(good, done))


def _make(world: World, rows: Ints, good: Ints, slot: Rows, life: Ints) -> None:
    items = world.store.items
    items.good[rows], items.made_month[rows] = good, world.clock.month
    items.fails_month[rows], items.grade[rows] = world.clock.month + life, grades(world, slot)


def place(world: World, slot: Rows, item: Ints) -> None:
    """Items that came into homes."""
    world.homes.item.reshape(-1)[slot] = item
    think_again(world, slot)


def _ask_instead(world: World, slot: Rows) -> None:
    """Who cannot pay for a new one asks for a used one, if there are any, or thinks of it again later."""
    listed = world.exchange.announced.listed[of_slot(world, slot)[1]]
    ask(world, slot[listed])
    _retry(world, slot[~listed])


def _retry(world: World, slot: Rows) -> None:
    world.homes.due_month.reshape(-1)[slot] = world.clock.month + world.law("secondhand.behaviour")["retry_months"]


# --- Passing on -------------------------------------------------------------------------------------------------

def pass_on(world: World) -> None:
    """Requests are served from the shelves of their areas."""
    exchange, requests = world.exchange, world.exchange.requests
    shelf = shelved(world)
    outcome, served_by = serve(requests, shelf, world.store.parties.areas, len(world.durables),
                               world.store.balance_mcr, exchange.houses, world.law("secondhand"))
    world.store.apply(outcome)
    exchange.turnover_mcr += by_purpose(outcome.postings)
    slot = requests.member.astype(np.intp) * len(world.durables) + requests.good
    served, unpaid = outcome.reason == Refusal.ACCEPTED, outcome.reason == Refusal.NOT_ENOUGH_CREDIT
    exchange.bought = _noted(world, exchange.bought, requests.member[served], shelf.row[served_by[served]],
                             exchange.announced.price_mcr)
    place(world, slot[served], shelf.row[served_by[served]])
    _retry(world, slot[unpaid])
    gone = np.zeros(len(exchange.shelf), bool)
    gone[served_by[served]] = True
    exchange.shelf = exchange.shelf[~gone]
    world.record.count("passed_on", requests.good[served])
    world.record.count("could_not_pay", requests.good[unpaid])
    exchange.requests = requests.rows(~served & ~unpaid)


def shelved(world: World) -> Shelf:
    """What stands on the shelves, with this year's prices."""
    exchange, items, row = world.exchange, world.store.items, world.exchange.shelf
    good, store = items.good[row], items.holder[row]
    price = exchange.announced.of(exchange.announced.price_mcr, good, world.clock.month - items.made_month[row],
                                  items.grade[row])
    return Shelf(row, store, (store - world.store.parties.households).astype(np.int16), good, price)


def give_up(world: World) -> None:
    """Who waited as long as people wait buys new, or does without."""
    exchange, people = world.exchange, world.law("secondhand.behaviour")
    over = world.clock.month - exchange.requests.since_month >= people["patience_months"]
    leaving, exchange.requests = exchange.requests.rows(over), exchange.requests.rows(~over)
    slot = leaving.member.astype(np.intp) * len(world.durables) + leaving.good
    think_again(world, slot)
    buy(world, slot[world.lots("instead", slot) < people["instead_share"]])
    world.record.count("gave_up", leaving.good)


def keep_shelves(world: World) -> None:
    """What breaks on the shelves, or has no worth left, goes to recycling; keeping the rest costs."""
    exchange, items = world.exchange, world.store.items
    row = exchange.shelf
    worth = worth_now(world, row)
    over = (items.fails_month[row] <= world.clock.month) | (worth == 0)
    world.store.scrap(row[over])
    world.record.count("scrapped_on_shelf", items.good[row[over]])
    exchange.shelf = row[~over]
    cost = int(worth[~over].sum()) * world.law("secondhand")["holding_cost_permille"] // rules.PERMILLE
    pay(world, cost, Purpose.HOLDING)


def worth_now(world: World, row: Ints) -> Amounts:
    """What items are worth by this year's schedule: [item], in mcr."""
    announced, items = world.exchange.announced, world.store.items
    return announced.of(announced.worth_mcr, items.good[row], world.clock.month - items.made_month[row],
                        items.grade[row])


def pay(world: World, cost_mcr: int, purpose: Purpose) -> None:
    """A cost of the exchange, for work that society is paid for."""
    exchange = world.exchange
    postings = Postings.of([exchange.houses.exchange], [exchange.houses.society], [cost_mcr], purpose)
    world.store.post(postings)
    exchange.turnover_mcr += by_purpose(postings)


def note_clearing_index(world: World) -> None:
    """What index would have cleared the month, as the federation reckons from what was wanted and brought.

    Prices do not move within the year, so it must reckon: by how much more was wanted than brought this
    month, over the elasticities of demand and supply together.
    """
    exchange, law = world.exchange, world.law("secondhand")
    if law["mode"] != "true-up":
        return
    sides = np.stack([exchange.demand, exchange.supply])
    wanted, brought = sides if exchange.noted is None else sides - exchange.noted
    both = (wanted > 0) & (brought > 0)
    ratio = np.divide(wanted, brought, out=np.ones(len(wanted)), where=both)
    exchange.month_index.append(exchange.index * np.clip(ratio ** (1 / law["reckoned_elasticity"]), 0.5, 2.0))
    exchange.month_traded.append(np.minimum(wanted, brought))
    exchange.noted = sides
