"""How simulated people deal with durables: when they think of one, and whether they part, ask or buy.

A household thinks about each good now and then, and at once when what it has breaks. It then may part
with what works, and may ask for a used one or buy new. Used and new are weighed by what each costs for
what it still gives: the relative cost of used is the schedule's index with the spread. Every share
comes from behaviour.toml, each with its source; every lot comes in as a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.parameters import Law

Lots = npt.NDArray[np.float64]


class Want(IntEnum):
    """What a household without an item decides."""

    NOTHING = 0
    USED = 1
    NEW = 2


def parts_share(credit_index: Floats, people: Law) -> Floats:
    """How many of those who think about a working item part with it, by what is credited relative to its worth.

    Shapes alike; the odds move with the credit by the supply elasticity.

    >>> parts_share(np.array([1.0, 0.0]), {"parts_share": 0.08, "supply_elasticity": 1.0}).round(3).tolist()
    [0.08, 0.0]
    """
    return _share(people["parts_share"], credit_index, people["supply_elasticity"])


def used_share(price_index: Floats, people: Law) -> Floats:
    """How many of those who want a good ask for a used one, by its cost relative to new for what it gives.

    >>> law = {"used_liking": 0.25, "substitution_elasticity": 3.0}
    >>> used_share(np.array([1.0, np.inf]), law).round(3).tolist()
    [0.2, 0.0]
    """
    liking = people["used_liking"]
    return _share(liking / (1 + liking), price_index, -people["substitution_elasticity"])


def _share(at_one: float, index: Floats, elasticity: float) -> Floats:
    """A share that is `at_one` at an index of 1 and whose odds move with the index by an elasticity."""
    if at_one >= 1:
        return np.ones_like(index)
    with np.errstate(divide="ignore", over="ignore"):
        odds = at_one / (1 - at_one) * np.asarray(index, float) ** elasticity
        return np.where(np.isinf(odds), 1.0, odds / (1 + odds))


def limit_index(lot: Lots, at_one: float, elasticity: float) -> Floats:
    """The index at which a person is just willing, for each lot: the share willing at an index is then `_share`.

    With a falling share (buyers) the most they pay, with a rising one (sellers) the least they take.
    """
    odds = at_one / (1 - at_one)
    with np.errstate(divide="ignore"):
        return (lot / (1 - lot) / odds) ** (1 / elasticity)


def wants(lot: Lots, would_buy: Floats, used: Floats, instead_share: float) -> npt.NDArray[np.int8]:
    """What each household without an item decides: [household].

    `would_buy` is the share that would buy new if there were no used goods, `used` the share of wants that
    used goods draw, `instead_share` how many of those who ask for a used one would otherwise have bought new:
    the others want it only because it is cheap.

    >>> wants(np.array([.1, .5, .9]), np.full(3, .6), np.full(3, .35), .7).tolist()
    [1, 2, 0]
    """
    asks, buys = wants_shares(would_buy, used, instead_share)
    return np.where(lot < asks, Want.USED, np.where(lot < asks + buys, Want.NEW, Want.NOTHING)).astype(np.int8)


def wants_shares(would_buy: Floats, used: Floats, instead_share: float) -> tuple[Floats, Floats]:
    """How many ask for a used one and how many buy new, of those who have none: shapes alike.

    >>> [share.round(2).tolist() for share in wants_shares(np.array([.6]), np.array([.35]), .7)]
    [[0.3], [0.39]]
    """
    return np.minimum(1.0, would_buy * used / instead_share), would_buy * (1 - used)


@dataclass(frozen=True)
class Lives:
    """Tables from which lives and pauses are drawn by lot: whole months, at least 1, at evenly spaced lots."""

    life_months: npt.NDArray[np.int16]
    pause_months: npt.NDArray[np.int16]

    @classmethod
    def of(cls, life_months: Ints, people: Law, steps: int = 1024) -> Lives:
        """Tables for goods with these mean lives: `life_months` [good, step], `pause_months` [step]."""
        from scipy.special import gamma

        shape, even = people["failure_shape"], (np.arange(steps) + 0.5) / steps
        scale = np.asarray(life_months, float) / gamma(1 + 1 / shape)
        lives = np.multiply.outer(scale, (-np.log1p(-even)) ** (1 / shape))
        pauses = -np.log1p(-even) * people["considers_months"]
        return cls(*(np.maximum(1, np.round(table)).astype(np.int16) for table in (lives, pauses)))

    def drawn(self, table: npt.NDArray[np.int16], lot: Lots) -> npt.NDArray[np.int16]:
        """Entries of a one-row table, or of rows chosen beforehand, by lot."""
        return table[(lot * table.shape[-1]).astype(np.intp)]

    def life(self, good: Ints, lot: Lots) -> npt.NDArray[np.int16]:
        """How many months items of these goods last: [item]."""
        steps = self.life_months.shape[1]
        return self.life_months.reshape(-1)[good.astype(np.intp) * steps + (lot * steps).astype(np.intp)]


def wanted_share(owned: Floats, lost_a_month: Floats, people: Law) -> Floats:
    """How many of those without an item want one when they think of it, so that as many have one as in the data.

    `owned` is the share of households with the good, `lost_a_month` the share of items that leave a household
    in a month without being replaced; shapes alike.

    >>> wanted_share(np.array([0.5]), np.array([0.01]), {"considers_months": 24.0}).tolist()
    [0.24]
    """
    return np.minimum(1.0, people["considers_months"] * owned * lost_a_month / np.maximum(1 - owned, 1e-9))
