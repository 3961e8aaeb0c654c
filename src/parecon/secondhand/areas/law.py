"""The law of carrying between areas: distances, what carrying costs, which prices may differ, and the movers' rule.

Pure rules over columns. Money in whole milli-credits, what is charged rounded up. The parameters stand
in law.toml, each with its source.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.parameters import Law
from parecon.base.postings import Amounts

NEVER = np.int64(2**62)
"""A cost no item is worth."""


def places(lot: Floats, side_km: float) -> npt.NDArray[np.float64]:
    """Where areas lie on a square map drawn by lot: [area, 2], kilometres east and north of a corner.

    `lot` [area, 2] are uniform numbers from 0 to 1.

    >>> places(np.array([[0.0, 0.5]]), 400.0).tolist()
    [[0.0, 200.0]]
    """
    place: npt.NDArray[np.float64] = np.asarray(lot, np.float64) * side_km
    return place


def distances_km(place_km: Floats, law: Law) -> npt.NDArray[np.float64]:
    """How far it is by road from each area to each other: [area, area], 0 to itself.

    >>> distances_km(np.array([[0.0, 0.0], [30.0, 40.0]]), {"road_circuity": 1.2}).tolist()
    [[0.0, 60.0], [60.0, 0.0]]
    """
    between = place_km[:, None, :] - place_km[None, :, :]
    roads: npt.NDArray[np.float64] = np.hypot(between[..., 0], between[..., 1]) * law["road_circuity"]
    return roads


def carrying_cost_mcr(distance_km: Floats, mass_kg: Floats, law: Law) -> Amounts:
    """What it costs to carry one item of each good from each area to each other: [area, area, good], rounded up.

    Handling, and carriage for each kilometre and kilogram; nothing where it stays. `mass_kg` is [good].

    >>> law = {"handling_mcr": 8000, "carriage_mcr_per_km_kg": 0.16}
    >>> carrying_cost_mcr(np.array([[0.0, 100.0], [100.0, 0.0]]), np.array([75.0]), law)[..., 0].tolist()
    [[0, 9200], [9200, 0]]
    """
    carriage = np.asarray(distance_km)[..., None] * mass_kg * law["carriage_mcr_per_km_kg"]
    cost: Amounts = law["handling_mcr"] + np.ceil(carriage).astype(np.int64)
    cost[np.arange(len(cost)), np.arange(len(cost))] = 0
    return cost


def most_worth_paying_mcr(worth_mcr: Ints, law: Law) -> Amounts:
    """The most that carrying an item of this worth may cost: same shape, rounded down.

    >>> most_worth_paying_mcr(np.array([100_001]), {"most_cost_permille": 500}).tolist()
    [50000]
    """
    most: Amounts = np.asarray(worth_mcr, np.int64) * law["most_cost_permille"] // 1000
    return most


def prices_within_carriage(wanted_mcr: Ints, cost_mcr: Ints) -> Amounts:
    """Prices for each area that differ by no more than carrying costs: [area, good], near the wanted ones.

    Where wanted prices differ by more, nobody need pay the dearer one: carrying the item would be
    cheaper. The lowest prices that are nowhere below the wanted and the highest that are nowhere above
    them are taken, and their middle, rounded down. Prices that already fit stay as they are. `cost_mcr`
    [area, area, good] must never be undercut by a detour over a third area.

    >>> cost = np.array([[[0], [50]], [[50], [0]]])
    >>> prices_within_carriage(np.array([[100], [300]]), cost).ravel().tolist()
    [175, 225]
    """
    wanted, cost = np.asarray(wanted_mcr, np.int64), np.asarray(cost_mcr, np.int64)
    lifted: Amounts = (wanted[None] - cost).max(axis=1)
    lowered: Amounts = (wanted[None] + cost).min(axis=1)
    middle: Amounts = (lifted + lowered) // 2
    return middle


def removal_mcr(distance_km: Floats, mass_kg: Floats, law: Law) -> Amounts:
    """What removers take for carrying a thing along with a household that moves: [row], rounded up.

    >>> law = {"removal_handling_mcr_per_kg": 685.0, "removal_carriage_mcr_per_km_kg": 0.302}
    >>> removal_mcr(np.array([1000.0]), np.array([75.0]), law).tolist()
    [74025]
    """
    rate = law["removal_handling_mcr_per_kg"] + law["removal_carriage_mcr_per_km_kg"] * np.asarray(distance_km)
    charge: Amounts = np.ceil(np.round(rate * mass_kg, 6)).astype(np.int64)
    return charge


def hassle_mcr(law: Law) -> int:
    """What one errand to a store costs those who run it in time of their own.

    >>> hassle_mcr({"errand_hours": 1.5, "hour_mcr": 14000})
    21000
    """
    worth: float = law["errand_hours"] * law["hour_mcr"]
    return round(worth)


def moving_rule(shipping_mcr: Ints, worth_here_mcr: Ints, worth_there_mcr: Ints, spread_permille: Ints,
                hassle_mcr: int) -> npt.NDArray[np.bool_]:
    """Whether the rule of thumb says: sell here and buy there; [row].

    It says so where shipping costs more than the spread on what the thing is worth, what it is worth more
    there than here, and two errands: m > s V + (V there - V here) + 2 hassle, with V what it is worth here.

    >>> moving_rule(np.array([74_025]), np.array([300_000]), np.array([300_000]), np.array([100]), 21_000).tolist()
    [True]
    """
    here, there = np.asarray(worth_here_mcr, np.int64), np.asarray(worth_there_mcr, np.int64)
    rebuying = spread_permille * here + 1000 * (there - here + 2 * hassle_mcr)
    says: npt.NDArray[np.bool_] = 1000 * np.asarray(shipping_mcr, np.int64) > rebuying
    return says
