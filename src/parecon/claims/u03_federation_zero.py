"""Claim U3: with prices that follow demand the federation has neither gain nor loss; what it takes to be so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from parecon.base.columns import Floats, Ints
from parecon.base.lots import lots
from parecon.base.parameters import parameters
from parecon.base.postings import Amounts, Postings, post
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.claims.market import SOURCE, curve, searched
from parecon.secondhand.acts import Purpose
from parecon.secondhand.law import inspection_cost
from parecon.secondhand.settlement import Trades, cleared_index, relative_spread, spot, trued_up, year_index

MARKETS, WEEKS, YEARS, MEMBERS = 8, 52, 3, 2_000
SOCIETY, EXCHANGE = MEMBERS, MEMBERS + 1
ITEMS_A_WEEK = 6.0  # handed in, and asked for, in each market where the price is right
MEAN_WORTH_MCR, WORTH_SD = 400_000, 0.5  # the sd of its logarithm
SHOCK_SD = 0.03  # of the logarithm of demand, and of supply, a week; they add up
SEARCH_STEPS, SEARCH_RESPONSE, SEARCH_MOST = 60, 0.3, 0.25  # a search that converges at the elasticities drawn
DEMAND_ELASTICITY, SUPPLY_ELASTICITY = (0.75, 2.25), (0.5, 1.5)
THRESHOLD = 1e-9


@dataclass(frozen=True)
class Shocks:
    """What befalls the markets, the same whichever way prices follow: elasticities, shifts and lots.

    `demand_elasticity`, `supply_elasticity` [market]; `wanted`, `offered` [week, market], by how much demand
    and supply are shifted; `lot` [week, 2, market], uniform numbers that round quantities to items.
    """

    demand_elasticity: Floats
    supply_elasticity: Floats
    wanted: Floats
    offered: Floats
    lot: Floats

    def demand(self, week: int, index: Floats) -> Floats:
        """Items wanted in a week at an index: [market]."""
        return ITEMS_A_WEEK * self.wanted[week] * curve(-self.demand_elasticity, index)

    def supply(self, week: int, index: Floats) -> Floats:
        """Items offered in a week at an index: [market]."""
        return ITEMS_A_WEEK * self.offered[week] * curve(self.supply_elasticity, index)


def shocks(seed: int) -> Shocks:
    """Shocks that add up week by week over all years."""
    draw, shape = lots(seed, "shocks of a market"), (WEEKS * YEARS, MARKETS)
    wanted, offered = (np.exp(np.cumsum(SHOCK_SD * draw.standard_normal(shape), axis=0)) for _ in range(2))
    return Shocks(draw.uniform(*DEMAND_ELASTICITY, MARKETS), draw.uniform(*SUPPLY_ELASTICITY, MARKETS), wanted, offered,
                  draw.random((WEEKS * YEARS, 2, MARKETS)))


def clearing(befalls: Shocks) -> tuple[Floats, Ints]:
    """The index that clears each market in each week, and how many items then change hands: [week, market]."""
    index: Floats = np.ones(MARKETS)
    cleared, sold = [], []
    for week, lot in enumerate(befalls.lot):
        index = searched(index, partial(befalls.demand, week), partial(befalls.supply, week), SEARCH_RESPONSE,
                         SEARCH_MOST, SEARCH_STEPS)
        traded = np.minimum(befalls.demand(week, index), befalls.supply(week, index))
        cleared.append(index)
        sold.append(np.floor(traded + lot[0]).astype(np.int64))
    return np.array(cleared), np.array(sold)


def worths(draw: np.random.Generator, items: int) -> Amounts:
    """What items are worth at an index of 1: [item]."""
    worth: Amounts = np.rint(MEAN_WORTH_MCR * np.exp(WORTH_SD * draw.standard_normal(items))).astype(np.int64)
    return worth


def spot_years(seed: int, cleared: Floats, sold: Ints) -> tuple[list[int], int]:
    """What the exchange's account is at each week's end when all sales are made at clearing prices; the turnover."""
    draw, balance, account, turnover = lots(seed, "spot"), np.zeros(MEMBERS + 2, np.int64), [], 0
    for index, items in zip(cleared, sold, strict=True):
        worth = worths(draw, int(items.sum()))
        paid = np.rint(worth * np.repeat(index, items)).astype(np.int64)
        cost = int(inspection_cost(worth, parameters("secondhand")["inspection_cost_permille"]).sum())
        buyer, seller = draw.integers(0, MEMBERS, (2, len(worth)))
        post(balance, Postings.together([
            Postings.of(buyer, EXCHANGE, paid, Purpose.PASSED_ON),
            Postings.of(EXCHANGE, seller, spot(paid, cost), Purpose.HAND_IN),
            Postings.of(EXCHANGE, SOCIETY, cost, Purpose.INSPECTION)]))
        account.append(int(balance[EXCHANGE]))
        turnover += int(paid.sum())
    return account, turnover


def provisional(befalls: Shocks) -> tuple[Floats, Ints, Ints]:
    """A provisional index that takes one step a week, what is handed in at it and passed on: all [week, market]."""
    law, shelf, rows = parameters("secondhand"), np.zeros(MARKETS, np.int64), []
    index: Floats = np.ones(MARKETS)
    for week, lot in enumerate(befalls.lot):
        wanted, offered = befalls.demand(week, index), befalls.supply(week, index)
        handed_in = np.floor(offered + lot[0]).astype(np.int64)
        passed_on = np.minimum(np.floor(wanted + lot[1]).astype(np.int64), shelf + handed_in)
        shelf += handed_in - passed_on
        rows.append((index, handed_in, passed_on))
        index = cleared_index(index, wanted, offered, law["adjustment_response"], law["adjustment_most"])
    indices, ins, outs = zip(*rows, strict=True)
    return np.array(indices), np.array(ins), np.array(outs)


@dataclass(frozen=True)
class Queue:
    """All items of one kind of movement, in the order of weeks within each market: [item]."""

    market: Ints
    week: Ints
    worth_mcr: Amounts

    @classmethod
    def of(cls, items: Ints, worth_mcr: list[Amounts]) -> Queue:
        """From how many move in each week and market; `worth_mcr` are the items of each market, first come first."""
        market = np.repeat(np.arange(MARKETS), items.sum(axis=0)).astype(np.int32)
        week = np.concatenate([np.repeat(np.arange(len(items)), items[:, each]) for each in range(MARKETS)])
        return cls(market, week, np.concatenate([worth[:n] for worth, n in zip(worth_mcr, items.sum(axis=0),
                                                                               strict=True)]))

    def year(self, year: int, index: Floats, party: Ints) -> Trades:
        """Those of one year, at the provisional index of their week."""
        chosen = self.week // WEEKS == year
        market, worth = self.market[chosen], self.worth_mcr[chosen]
        price = np.rint(index[self.week[chosen], market] * worth).astype(np.int64)
        return Trades(party[chosen].astype(np.int32), market, price, worth)


@dataclass(frozen=True)
class Ended:
    """A year of provisional prices after its true-up, all of it in milli-credits or as shares."""

    account_and_shelves_mcr: int
    before_true_up_mcr: int
    cost_mcr: int
    buyers_spread: float
    sellers_spread: float
    turnover_mcr: int


def trued_up_years(seed: int, befalls: Shocks, cleared: Floats, sold: Ints) -> list[Ended]:
    """Years in which all is charged and credited provisionally and trued up at their ends."""
    draw, (index, ins, outs) = lots(seed, "trued up"), provisional(befalls)
    worth = [worths(draw, items) for items in ins.sum(axis=0)]
    brought, taken = Queue.of(ins, worth), Queue.of(outs, worth)
    members = [draw.integers(0, MEMBERS, len(each.week)) for each in (brought, taken)]
    balance, shelves, ended = np.zeros(MEMBERS + 2, np.int64), np.zeros(MARKETS, np.int64), []
    for year in range(YEARS):
        handed_in, bought = brought.year(year, index, members[0]), taken.year(year, index, members[1])
        weeks, closing = slice(year * WEEKS, (year + 1) * WEEKS), index[(year + 1) * WEEKS - 1]
        after = np.rint(closing * standing(brought, taken, year)).astype(np.int64)
        price = year_index(cleared[weeks], sold[weeks].astype(np.float64))
        ended.append(closed(balance, bought, handed_in, price, shelves, after))
        shelves = after
    return ended


def standing(brought: Queue, taken: Queue, year: int) -> Floats:
    """The worth, at an index of 1, of what stands on the shelves of each market when a year ends: [market]."""
    come, gone = (np.bincount(each.market, each.worth_mcr * (each.week // WEEKS <= year), MARKETS)
                  for each in (brought, taken))
    return np.asarray(come - gone, np.float64)


def closed(balance_mcr: Amounts, bought: Trades, handed_in: Trades, index: Floats, before_mcr: Amounts,
           after_mcr: Amounts) -> Ended:
    """One year on the accounts, as it went and as it is trued up."""
    permille = parameters("secondhand")["inspection_cost_permille"]
    cost = np.zeros(MARKETS, np.int64)
    np.add.at(cost, handed_in.market, inspection_cost(handed_in.worth_mcr, permille))
    post(balance_mcr, Postings.together([
        Postings.of(bought.party, EXCHANGE, bought.provisional_mcr, Purpose.PASSED_ON),
        Postings.of(EXCHANGE, handed_in.party, handed_in.provisional_mcr, Purpose.HAND_IN),
        Postings.of(EXCHANGE, SOCIETY, cost, Purpose.INSPECTION)]))
    untrue = int(balance_mcr[EXCHANGE] + after_mcr.sum())
    true_up = trued_up(bought, handed_in, index, cost, after_mcr - before_mcr)
    post(balance_mcr, true_up.postings(bought, handed_in, EXCHANGE))
    return Ended(int(balance_mcr[EXCHANGE] + after_mcr.sum()), untrue, int(cost.sum()),
                 relative_spread(true_up.buyers_mcr, bought.provisional_mcr),
                 relative_spread(true_up.sellers_mcr, handed_in.provisional_mcr), int(bought.provisional_mcr.sum()))


def measured(seed: int) -> Measured:
    """Three years of eight markets, twice with the same shocks: spot clearing, and provisional prices trued up."""
    befalls = shocks(seed)
    cleared, sold = clearing(befalls)
    account, turnover = spot_years(seed, cleared, sold)
    years = trued_up_years(seed, befalls, cleared, sold)
    within = cleared.reshape(YEARS, WEEKS, MARKETS)
    left = [abs(each.account_and_shelves_mcr) / each.turnover_mcr for each in years]
    untrue = np.array([each.before_true_up_mcr / each.turnover_mcr for each in years])
    beside_costs = untrue + [each.cost_mcr / each.turnover_mcr for each in years]
    return {
        "value": max(*(abs(each) / turnover for each in account), *left),
        "spot_left_mcr": float(max(abs(each) for each in account)),
        "trued_up_left_mcr": float(max(abs(each.account_and_shelves_mcr) for each in years)),
        "buyers_true_up_sd_percent": 100 * float(np.mean([each.buyers_spread for each in years])),
        "sellers_true_up_sd_percent": 100 * float(np.mean([each.sellers_spread for each in years])),
        "least_true_up_sd_percent": 100 * min(min(each.buyers_spread, each.sellers_spread) for each in years),
        "without_true_up_percent": 100 * float(untrue.mean()),
        "without_true_up_beside_costs_percent": 100 * float(np.abs(beside_costs).mean()),
        "least_without_true_up_share": float(np.abs(untrue).min()),
        "spot_price_sd_within_year_percent": 100 * float((within.std(axis=1) / within.mean(axis=1)).mean()),
    }


def judge(samples: Samples) -> Judgement:
    """False if the federation keeps more than a billionth of turnover, or needs no true-ups to keep nothing."""
    mean = {name: float(values.mean()) for name, values in samples.items()}
    if samples["value"].max() > THRESHOLD:
        return Judgement("fails", f"The federation is left with up to {samples['value'].max():.2g} of turnover.")
    if not samples["least_true_up_sd_percent"].min() > 0 or samples["least_without_true_up_share"].max() <= THRESHOLD:
        return Judgement("fails", "Provisional prices leave the federation nothing without any true-up.")
    return Judgement("holds", (
        f"In both readings the federation is left with {samples['value'].max():.0f} milli-credits every year. Without "
        f"true-ups provisional prices would leave it {mean['without_true_up_percent']:+.1f} % of turnover (beside the "
        f"costs of inspection {mean['without_true_up_beside_costs_percent']:.2f} %, gain or loss), but what persons "
        f"are asked for or given differs far more: an sd of {mean['buyers_true_up_sd_percent']:.1f} % of the price for "
        f"buyers and {mean['sellers_true_up_sd_percent']:.1f} % for sellers. With spot clearing nobody is asked again; "
        f"there prices vary within a year by {mean['spot_price_sd_within_year_percent']:.1f} % (sd)."))


CLAIM = Claim(
    id="U3",
    quote="This would eliminate losses and gains for the NFCC",
    source=SOURCE,
    hypothesis=("With prices that follow demand the federation keeps exactly nothing, in both readings; where prices "
                "are provisional this takes true-ups that differ from person to person."),
    experiment=("Eight markets, three years, the same weekly shocks to demand and supply (3 %, adding up) in two "
                "readings. Spot: a search finds each week's clearing price; sellers get what buyers pay less "
                "inspection. Trued up: a provisional price takes one step a week; all that is handed in is credited, "
                "requests are served as far as shelves reach; at the year's end buyers pay the year's clearing price "
                "and sellers get what is left, the shelves standing at the last index. Every credit goes over "
                "accounts."),
    measure="the most that the exchange's account and its shelves differ by, at any year's end (spot: any week's)",
    unit="share of turnover",
    threshold=THRESHOLD,
    falsified_if="the federation keeps more than 1e-9 of turnover, or provisional prices need no true-ups",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=("The first half is an identity of the law, checked here on accounts: whoever sells gets what is left. "
             "What no seller could bear would count as left with the federation. The risk does not vanish; it moves to "
             "persons."),
)
