"""What consumer councils ask for, and what communities grant: the other side of a round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parecon.base.columns import Floats, hand_out
from parecon.economy.councils import Communities, ConsumerCouncils
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.planning.law import permits


@dataclass(frozen=True, eq=False)
class Asked:
    """What consumers and communities bring to a round: shapes [good].

    `spending` in credits on each good; `granted` permits of each pollutant that communities decide on at
    the price, `fixed_permits` those of a fixed number, both in the pollutant's unit; `paid` credits paid
    for all of them, which members of all consumer councils share alike.
    """

    spending: Floats
    granted: Floats
    fixed_permits: Floats
    paid: float

    def __post_init__(self) -> None:
        hand_out(self, "spending", "granted", "fixed_permits")


@dataclass(eq=False)
class Consumers:
    """Consumer councils that spend their whole income in proportion to their tastes (Cobb-Douglas).

    A public good costs each of C councils its price over C and is asked for in full by each; added
    up and divided by C, the two cancel, so spending on it is what the tastes say. Spending does not
    depend on prices, but incomes include what is paid for permits. Source: Hahnel 2021, ch. 9.
    """

    economy: Economy

    @cached_property
    def from_income(self) -> Floats:
        """Spending by good from incomes alone: [good]."""
        return spending(self.economy.consumers, self.economy.consumers.income, len(self.economy.goods))

    @cached_property
    def per_credit_paid(self) -> Floats:
        """Spending by good out of one credit paid for permits, shared by head: [good]."""
        members = np.asarray(self.economy.consumers.members, dtype=float)
        return spending(self.economy.consumers, members / members.sum(), len(self.economy.goods))

    @cached_property
    def fixed_permits(self) -> Floats:
        goods = self.economy.goods
        return np.where(goods.kind == Kind.POLLUTANT, goods.endowment, 0.0)

    def ask(self, log_price: Floats, earlier: Asked | None = None) -> Asked:
        """What is asked for and granted at these log prices [good], in credits per unit."""
        granted = granted_permits(self.economy.communities, log_price)
        paid = float(np.exp(log_price) @ (granted + self.fixed_permits))
        spent = self.from_income + paid * self.per_credit_paid if paid else self.from_income
        return Asked(spent, granted, self.fixed_permits, paid)


def granted_permits(communities: Communities, log_price: Floats) -> Floats:
    """Permits granted by all communities together: [good], zero where no community decides."""
    good = communities.pollutant
    each = permits(np.exp(log_price[good]), communities.benefit, communities.benefit_exponent,
                   communities.damage_exponent)
    return np.bincount(good, each, len(log_price)).astype(float)


def spending(consumers: ConsumerCouncils, income: Floats, goods: int) -> Floats:
    """What consumer councils with these incomes spend on each good: [good], in credits.

    Each council's shares are its tastes over their sum; with archetypes, the tastes are mixed first.
    """
    if consumers.mixture is None:
        by_column = _dense(consumers.taste, income)
    else:
        weight = consumers.mixture @ consumers.taste.sum(axis=1)
        by_column = (consumers.mixture.T @ (income / weight)) @ consumers.taste
    return np.bincount(consumers.taste_good, by_column, goods).astype(float)


def _dense(taste: Floats, income: Floats) -> Floats:
    from parecon.planning.kernels import weighted_shares

    return weighted_shares(np.ascontiguousarray(taste), np.asarray(income, dtype=float))
