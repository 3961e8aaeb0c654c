"""Offers and wants drawn for areas that differ in how well the exchange works: to try private dealing on.

Areas lie side by side and do not trade with each other, so that one run tries many settings at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.lots import lots
from parecon.base.parameters import Law
from parecon.base.postings import Amounts
from parecon.secondhand.private.behaviour import wealth_in_trade
from parecon.secondhand.private.law import discount_share
from parecon.secondhand.private.market import Offers, PrivateExchange, Wants, opened, trade_a_month

GOOD_WORTH_MCR = np.array([100, 150, 200, 250, 300, 400, 500, 500]) * 1000
"""What a used item of each kind is worth on average: small appliances up to furniture and computers."""
WORTH_SPREAD = 0.5
"""How far items of a kind differ: the standard deviation of the logarithm of worth."""
OFFERS_A_HOUSEHOLD_MONTH = 0.08
"""About one used item a year."""
LONGEST_WAIT_MONTHS = 5


@dataclass(frozen=True)
class Areas:
    """Areas with `households` each, that differ in what the exchange does and what traders can keep: [area].

    `spread_permille` lies between credit and price; `shortage_share` of the members who want an item must
    wait for it, from one month to five; `capacity_items` is the room of a trader.
    """

    households: int
    spread_permille: npt.NDArray[np.int64]
    shortage_share: npt.NDArray[np.float64]
    capacity_items: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.spread_permille)


@dataclass(frozen=True)
class History:
    """What became of it, month by month: [month, area]; and where private exchange stands at the end.

    Worth of what members parted with, of what traders took of it, of what traders passed on, and that times
    the months they kept it; `top_wealth_mcr` is what the trader who made most of it has beside their own goods.
    """

    offered_mcr: Amounts
    bought_mcr: Amounts
    sold_mcr: Amounts
    sold_mcr_months: Amounts
    top_wealth_mcr: Amounts
    end: PrivateExchange

    def private_share(self, last_months: int) -> npt.NDArray[np.float64]:
        """How much of what members parted with went to traders in the last months, by worth: [area]."""
        offered = self.offered_mcr[-last_months:].sum(axis=0)
        return self.bought_mcr[-last_months:].sum(axis=0) / np.maximum(offered, 1)

    def top_goods_mcr(self) -> Amounts:
        """Worth of the goods that the trader with most of them keeps at the end: [area]."""
        traders, stock = self.end.traders, self.end.stock
        kept, top = np.zeros(len(traders), np.int64), np.zeros(self.offered_mcr.shape[1], np.int64)
        np.add.at(kept, stock.trader, stock.worth_mcr)
        np.maximum.at(top, traders.area, kept)
        return top

    def storage_months(self) -> npt.NDArray[np.float64]:
        """How long traders kept what they sold, weighed by worth: [area]; not a number where nothing was sold."""
        sold = self.sold_mcr.sum(axis=0).astype(float)
        return np.divide(self.sold_mcr_months.sum(axis=0), sold, out=np.full(len(sold), np.nan), where=sold > 0)


def drawn(areas: Areas, seed: int, month: int) -> tuple[Offers, Wants]:
    """This month's offers and wants, as many of the one as of the other in every area.

    >>> areas = Areas(100, np.array([100, 300]), np.array([0.0, 1.0]), np.array([4, 4]))
    >>> offers, wants = drawn(areas, 1, 0)
    >>> len(offers.item), int(wants.waiting_months.min()), int(wants.waiting_months[wants.area == 1].min())
    (16, 0, 1)
    """
    lot = lots(seed, "private: offers and wants", month)
    each = round(areas.households * OFFERS_A_HOUSEHOLD_MONTH)
    rows = each * len(areas)
    area = np.repeat(np.arange(len(areas)), each)
    spread = areas.spread_permille[area]
    seller, buyer = (area * areas.households + lot.integers(0, areas.households, rows) for _ in range(2))
    good = lot.integers(0, len(GOOD_WORTH_MCR), rows)
    scatter = lot.lognormal(-(WORTH_SPREAD**2) / 2, WORTH_SPREAD, rows)
    worth = np.floor(GOOD_WORTH_MCR[good] * scatter).astype(np.int64)
    waits = (lot.random(rows) < areas.shortage_share[area]) * lot.integers(1, LONGEST_WAIT_MONTHS + 1, rows)
    offers = Offers(seller, area, np.arange(rows) + month * rows, good, worth, worth * (2000 - spread) // 2000)
    return offers, Wants(buyer, area, lot.integers(0, len(GOOD_WORTH_MCR), rows), waits, 1000 + spread // 2)


def years_of_trade(areas: Areas, law: Law, seed: int, years: int) -> History:
    """Years of private dealing beside an exchange, in all areas."""
    private = opened(np.repeat(np.arange(len(areas)), areas.households), law, seed, areas.capacity_items)
    months = 12 * years
    offered, bought, sold, kept, top = (np.zeros((months, len(areas)), np.int64) for _ in range(5))
    for month in range(months):
        offers, wants = drawn(areas, seed, month)
        trades = trade_a_month(private, offers, wants, law, seed, month)
        np.add.at(offered[month], offers.area, offers.worth_mcr)
        np.add.at(bought[month], offers.area[trades.bought.row], trades.bought.worth_mcr)
        where = wants.area[trades.sold.row]
        np.add.at(sold[month], where, trades.sold.worth_mcr)
        np.add.at(kept[month], where, trades.sold.worth_mcr * trades.sold.months)
        wealth = wealth_in_trade(private.traders, private.stock, private.token_mcr, discount_share(law))
        np.maximum.at(top[month], private.traders.area, wealth)
    return History(offered, bought, sold, kept, top, private)
