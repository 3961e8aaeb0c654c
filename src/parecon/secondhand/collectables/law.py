"""The law of collectables: what a thing is, what the federation pays for it, who gets it, what reverts at death.

Pure rules over columns, money in whole milli-credits. What the source text leaves open is a choice with a
name, in law.toml. Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.postings import Amounts, shared_out

PPM = 1_000_000
PERMILLE = 1000
Flags = npt.NDArray[np.bool_]


class Standing(IntEnum):
    """What a thing on the register is to society."""

    UNREGISTERED = -1
    PERSONAL = 0
    """no schedule: worth something to its holder only"""
    TRADED = 1
    """may be handed back and passed on at a price"""
    MUSEUM = 2
    """excluded from trade: everybody can enjoy it"""


# --- What a thing is --------------------------------------------------------------------------------------------

def museum_piece(visitors_worth_mcr: Amounts, collector_worth_mcr: Amounts, in_favour_permille: Ints,
                 rule: str) -> Flags:
    """Whether things of each kind belong in a museum: [kind].

    `visitors_worth_mcr` adds up what their visits would be worth to all visitors, `collector_worth_mcr` is the
    most that one collector would pay, `in_favour_permille` how many members are for it. `rule` is museum_rule.

    >>> museum_piece(np.array([900, 300]), np.array([500, 500]), np.array([400, 501]), "valuations").tolist()
    [True, False]
    >>> museum_piece(np.array([900, 300]), np.array([500, 500]), np.array([400, 501]), "vote").tolist()
    [False, True]
    """
    if rule == "vote":
        return np.asarray(in_favour_permille * 2 > PERMILLE)
    return np.asarray(visitors_worth_mcr > collector_worth_mcr)


def classified(schedule_mcr: Amounts, museum: Flags) -> npt.NDArray[np.int8]:
    """The class of each kind: museum piece, else traded where there is a schedule, else personal: [kind].

    >>> classified(np.array([500, 500, 0]), np.array([True, False, False])).tolist()
    [2, 1, 0]
    """
    ordinary = np.where(schedule_mcr > 0, Standing.TRADED, Standing.PERSONAL)
    return np.where(museum, Standing.MUSEUM, ordinary).astype(np.int8)


# --- What the federation pays, and what it charges --------------------------------------------------------------

def repurchase(paid_mcr: Amounts, paid_level_ppm: Amounts, level_ppm: int, schedule_mcr: Amounts, rule: str) -> Amounts:
    """What a holder gets who hands a thing back: never more than was paid for it, at today's prices: [item].

    Price levels are in millionths of a base, `paid_level_ppm` [item] when the thing was bought, `level_ppm`
    now. `rule` is repurchase_rule.

    >>> paid, level, schedule = np.array([1000, 1000]), np.array([1_000_000, 1_000_000]), np.array([1500, 700])
    >>> repurchase(paid, level, 1_100_000, schedule, "lower of both").tolist()
    [1100, 700]
    """
    whole, rest = paid_mcr // paid_level_ppm, paid_mcr % paid_level_ppm  # so that large amounts stay exact
    at_todays_prices: Amounts = whole * level_ppm + rest * level_ppm // paid_level_ppm
    return at_todays_prices if rule == "what was paid" else np.minimum(at_todays_prices, schedule_mcr)


def uniform_price(offer_mcr: Amounts, supply: Amounts, reserve_mcr: int, reading: str) -> Amounts:
    """The price of one kind for each number of items that there might be: [supply].

    `offer_mcr` [request] is the most each would pay. Where there are enough for all the price is the announced
    one, `reserve_mcr`; it is never below it. `reading` is clearing_reading.

    >>> uniform_price(np.array([10, 40, 30, 20]), np.array([1, 3, 9]), 5, "highest refused").tolist()
    [30, 10, 5]
    >>> uniform_price(np.array([10, 40, 30, 20]), np.array([1, 3, 9]), 5, "lowest served").tolist()
    [40, 20, 5]
    """
    best_first = np.append(-np.sort(-np.asarray(offer_mcr, np.int64)), 0)
    deciding = np.maximum(np.asarray(supply) - (reading == "lowest served"), 0)
    scarce = np.asarray(supply) < len(best_first) - 1
    price: Amounts = np.maximum(best_first[np.where(scarce, deciding, -1)], reserve_mcr)
    return price


def cleared(kind: Ints, offer_mcr: Amounts, lot: Floats, supply: Ints, reserve_mcr: Amounts,
            reading: str) -> tuple[npt.NDArray[np.int64], Amounts]:
    """Who gets the things there are, and at what price: places [request] and prices [kind].

    The place of a request is 0 for the first of its kind to be served; -1 means that it is not. Highest
    offers come first, equal ones by lot [request]. All of a kind pay the same: see `uniform_price`. Offers
    must not be below the reserve. `supply` and `reserve_mcr` are [kind].

    >>> place, price = cleared(np.array([0, 0, 0]), np.array([10, 40, 30]), np.zeros(3), np.array([1]),
    ...                        np.array([5]), "highest refused")
    >>> place.tolist(), price.tolist()
    ([-1, 0, -1], [30])
    """
    order = np.lexsort((lot, -offer_mcr, kind))
    requests = np.bincount(kind, minlength=len(supply))
    begins = np.cumsum(requests) - requests
    place = np.empty(len(kind), np.int64)
    place[order] = np.arange(len(kind)) - begins[kind[order]]
    place[place >= supply[kind]] = -1
    deciding = np.maximum(supply - (reading == "lowest served"), 0)
    scarce = requests > supply
    price = np.array(reserve_mcr, np.int64)
    price[scarce] = np.maximum(price[scarce], offer_mcr[order[(begins + deciding)[scarce]]])
    return place, price


def handed_out(balance_mcr: int, shelf_cost_mcr: int, weight: Ints) -> Amounts:
    """What every member gets of the federation's windfall, to the last milli-credit: [member].

    Whatever the federation's account holds beyond what the things on its shelf cost it is shared in
    proportion to `weight` (1 each: equally). A loss, as from buying for museums, is shared likewise.

    >>> handed_out(70, 30, np.array([1, 1, 1])).tolist()
    [34, 33, 33]
    """
    return shared_out(balance_mcr + shelf_cost_mcr, weight)


def rescheduled(schedule_mcr: Amounts, price_mcr: Amounts, unsold: Flags, follow_permille: int,
                cut_permille: int) -> Amounts:
    """The schedule announced for the next year: [kind].

    Part of the way to the price at which things of the kind last went; lower by a cut where some are `unsold`,
    because nobody offers what is announced. Kinds without a schedule get none.

    >>> price, unsold = np.array([1500, 1000, 800]), np.array([False, True, False])
    >>> rescheduled(np.array([1000, 1000, 0]), price, unsold, 500, 100).tolist()
    [1250, 900, 0]
    """
    followed = schedule_mcr + (price_mcr - schedule_mcr) * follow_permille // PERMILLE
    moved: Amounts = np.where(unsold, schedule_mcr * (PERMILLE - cut_permille) // PERMILLE, followed)
    return np.where(schedule_mcr > 0, np.maximum(moved, 1), 0)


# --- Death and gifts --------------------------------------------------------------------------------------------

def reverts(standing: Ints, price_mcr: Amounts, least_mcr: int) -> Flags:
    """Whether a thing goes back to society when its holder dies: traded, and of a substantial price: [item].

    >>> reverts(np.array([0, 1, 1]), np.array([900, 900, 100]), 200).tolist()
    [False, True, False]
    """
    return np.asarray((standing == Standing.TRADED) & (price_mcr > least_mcr))


def looked_back_on(gift_month: Ints, death_month: Ints | int, look_back_years: int) -> Flags:
    """Whether the law looks back on gifts of these months at the giver's death: [gift]; 0 years look nowhere.

    >>> looked_back_on(np.array([0, 1, 12]), 12, 1).tolist(), looked_back_on(np.array([12]), 12, 0).tolist()
    ([False, True, True], [False])
    """
    return np.asarray(death_month - gift_month < 12 * look_back_years)


def waits_for_relatives(reverted_month: Ints, answered: Flags, month: int, first_refusal_months: int) -> Flags:
    """Whether things that reverted still wait for an answer of relatives in a month: [item].

    >>> waits_for_relatives(np.array([4, 4, 3]), np.array([False, True, False]), 4, 1).tolist()
    [True, False, False]
    """
    return np.asarray(~answered & (month - reverted_month < first_refusal_months))
