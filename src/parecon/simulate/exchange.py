"""The second-hand exchange in a simulated month: people's acts, the law's decisions, the store.

Here behaviour and law meet: behaviour makes acts, `decide` answers with outcomes, the store applies them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.draws import key, uniform
from parecon.base.outcome import counted
from parecon.base.postings import Amounts, Postings
from parecon.secondhand import law as rules
from parecon.secondhand import year_end
from parecon.secondhand.acts import HandIns, Purpose, Refusal, Requests
from parecon.secondhand.areas.transfers import Routes
from parecon.secondhand.decide import Announced, Houses, Shelf, hand_in, market, serve
from parecon.secondhand.settlement import Trades
from parecon.simulate.homes import Rows, Thoughts, place, think_soon
from parecon.simulate.store import EXCHANGE, SOCIETY

if TYPE_CHECKING:
    from parecon.simulate.world import World


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
                    np.zeros(goods, np.int64), year_end.NO_TRADES, year_end.NO_TRADES)


def no_requests() -> Requests:
    """A table of requests without any."""
    return Requests(np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int16), np.zeros(0, np.int16))


def announce(world: World, index: npt.NDArray[np.float64]) -> Announced:
    """The schedules at these indexes, with what is credited and charged: published before the year begins."""
    return year_end.announce(world.durables, index, world.law("secondhand"), world.scenario.source)


def unfit(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether the published schedule says that the exchange does not take the item in."""
    law, announced, items = world.law("secondhand"), world.exchange.announced, world.store.items
    item, good = thoughts.item[rows], thoughts.good[rows]
    age = world.clock.month - items.made_month[item]
    worth = announced.of(announced.worth_mcr, good, age, items.grade[item])
    return rules.eligible(worth, age, announced.life_months[good], law["least_worth_mcr"],
                          law["least_remaining_months"]) != Refusal.ACCEPTED


def inspected(world: World, thoughts: Thoughts, rows: Rows) -> npt.NDArray[np.int8]:
    """The grades that inspections find; who knows that theirs is too low may appeal, and a second finding stands."""
    law, true = world.law("secondhand"), world.store.items.grade[thoughts.item[rows]]
    slot, worst = thoughts.slot[rows], len(law["grade_permille"])
    found = rules.inspected(true, world.lots("inspection", slot), law["inspection_error_permille"], worst)
    appeals = np.flatnonzero((found > true) & (world.lots("appeals", slot)
                                               < world.law("secondhand.behaviour")["appeals_share"]))
    again = world.lots("second inspection", slot[appeals])
    second = rules.inspected(true[appeals], again, law["inspection_error_permille"], worst)
    _pay_for_appeals(world, thoughts, rows[appeals], found[appeals])
    world.witness.appealed(world, thoughts.item[rows[appeals]], found[appeals], second)
    found[appeals] = rules.after_appeal(found[appeals], second, law["appeal_reading"])
    return found


def _pay_for_appeals(world: World, thoughts: Thoughts, rows: Rows, grade: npt.NDArray[np.int8]) -> None:
    """Inspecting costs by what is found: the first finding is paid for here, that which stands when it is handed in."""
    announced, good = world.exchange.announced, thoughts.good[rows]
    age = world.clock.month - world.store.items.made_month[thoughts.item[rows]]
    cost = rules.inspection_cost(announced.of(announced.worth_mcr, good, age, grade),
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
    world.witness.brought(world, acts, outcome)
    exchange.turnover_mcr += by_purpose(outcome.postings)
    taken = outcome.accepted
    items.grade[item[taken]] = grade[taken]  # what was found is what the next member is told and charged
    exchange.shelf = np.concatenate([exchange.shelf, item[taken]])
    exchange.handed_in = _noted(world, exchange.handed_in, member[taken], item[taken], exchange.announced.credit_mcr)
    works = grade < exchange.announced.worth_mcr.shape[2]
    counts = rules.supplied(outcome.reason == Refusal.ACCEPTED, works, exchange.announced.listed[good],
                            world.law("secondhand")["supply_reading"])
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


def pass_on(world: World, markets: npt.NDArray[np.bool_] | None = None) -> None:
    """Requests are served from the shelves of their areas; in some markets alone, where others cannot have changed."""
    exchange, goods = world.exchange, len(world.durables)
    every, stands = exchange.requests, shelved(world)
    asks = _rows_in(markets, market(every.area, every.good, goods))
    there = _rows_in(markets, market(stands.area, stands.good, goods))
    requests, shelf = every.rows(asks), Shelf(*(getattr(stands, each.name)[there] for each in fields(Shelf)))
    outcome, served_by = serve(requests, shelf, world.store.parties.areas, goods, world.store.balance_mcr,
                               exchange.houses, world.law("secondhand"))
    world.store.apply(outcome)
    world.witness.served(world, requests, shelf, outcome, served_by)
    exchange.turnover_mcr += by_purpose(outcome.postings)
    slot = requests.member.astype(np.intp) * goods + requests.good
    served, unpaid = outcome.reason == Refusal.ACCEPTED, outcome.reason == Refusal.NOT_ENOUGH_CREDIT
    exchange.bought = _noted(world, exchange.bought, requests.member[served], shelf.row[served_by[served]],
                             exchange.announced.price_mcr)
    place(world, slot[served], shelf.row[served_by[served]])
    think_soon(world, slot[unpaid])
    exchange.shelf = np.delete(exchange.shelf, there[served_by[served]])
    world.record.count("passed_on", requests.good[served])
    world.record.count("could_not_pay", requests.good[unpaid])
    exchange.demand -= np.bincount(requests.good[unpaid], minlength=len(exchange.demand))  # wishes that do not count
    waits = np.ones(len(every), bool)
    waits[asks[served | unpaid]] = False
    exchange.requests = every.rows(waits)


def _rows_in(markets: npt.NDArray[np.bool_] | None, market_of_row: Ints) -> Rows:
    return np.arange(len(market_of_row)) if markets is None else np.flatnonzero(markets[market_of_row])


def shelved(world: World) -> Shelf:
    """What stands on the shelves, with this year's prices."""
    exchange, items, row = world.exchange, world.store.items, world.exchange.shelf
    good, store = items.good[row], items.holder[row]
    price = exchange.announced.of(exchange.announced.price_mcr, good, world.clock.month - items.made_month[row],
                                  items.grade[row])
    return Shelf(row, store, (store - world.store.parties.households).astype(np.int16), good, price)


def keep_shelves(world: World) -> None:
    """What breaks on the shelves, or has no worth left, goes to recycling; keeping the rest costs."""
    exchange, items = world.exchange, world.store.items
    row = exchange.shelf
    worth = worth_now(world, row)
    over, cost = year_end.kept_shelves(worth, items.fails_month[row] <= world.clock.month, world.law("secondhand"))
    world.store.scrap(row[over])
    world.record.count("scrapped_on_shelf", items.good[row[over]])
    exchange.shelf = row[~over]
    pay(world, cost, Purpose.HOLDING)
    world.witness.shelves_kept(world, row[over])


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
    """What index would have cleared the month, where all is settled by that at the year's end."""
    exchange, law = world.exchange, world.law("secondhand")
    if law["mode"] != "true-up":
        return
    sides = np.stack([exchange.demand, exchange.supply])
    wanted, brought = sides if exchange.noted is None else sides - exchange.noted
    index, traded = year_end.cleared_month(exchange.index, wanted, brought, law)
    exchange.month_index.append(index)
    exchange.month_traded.append(traded)
    exchange.noted = sides
