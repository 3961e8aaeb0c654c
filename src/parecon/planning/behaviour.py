"""How councils answer a price list: the published behaviour, and one that saturates.

The same interface for all: `propose(log_price, earlier)` gives the `Proposals` of all worker
councils. Prices are in logarithms throughout, because every response here is a power of prices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from parecon.base.columns import Floats, hand_out, read_only, slices
from parecon.base.errors import BadInput
from parecon.base.parameters import parameters
from parecon.economy.councils import WorkerCouncils
from parecon.planning.rounds import (
    MOST_LOG,
    Recipes,
    Response,
    Totals,
    constant_shares,
    cost_index,
    recipe_mixing,
    recipe_sums,
    respond,
    totals,
)


@dataclass(frozen=True, eq=False)
class Proposals:
    """What all worker councils propose in a round, as columns.

    `log_receipts` [council] is the logarithm of what the council is credited for its output.
    `cost_share` [input] times `outlay_rate` [council] is what it needs of each input, as a share of
    those receipts, at the round's prices. `receipt_rate` [council] is receipts per credit of sales.
    """

    recipes: Recipes
    log_receipts: Floats
    cost_share: Floats
    outlay_rate: Floats
    receipt_rate: Floats
    totals: Totals

    def __post_init__(self) -> None:
        hand_out(self, "log_receipts", "cost_share", "outlay_rate", "receipt_rate")
        object.__setattr__(self, "totals", Totals(*map(read_only, self.totals)))

    @property
    def receipts(self) -> Floats:
        return np.exp(self.log_receipts)

    def log_output(self, log_price: Floats) -> Floats:
        """The logarithm of each council's output in the product's unit: [council]."""
        made = np.empty(len(self.log_receipts))
        for part in slices(len(made)):
            made[part] = (self.log_receipts[part] - np.log(self.receipt_rate[part])
                          - log_price[self.recipes.product[part]])
        return made


class Workers(Protocol):
    """Anything that answers a price list for all worker councils."""

    def propose(self, log_price: Floats, earlier: Proposals | None) -> Proposals:
        """What all propose at these log prices [good], in credits per unit; `earlier` is the round before, if any."""
        ...


def recipes_of(workers: WorkerCouncils, goods: int) -> Recipes:
    """The recipes of an economy's worker councils, as the passes of a round read them."""
    product = np.ascontiguousarray(workers.product, dtype=np.int32)
    good = np.ascontiguousarray(workers.input_good)
    return Recipes(read_only(product), read_only(workers.input_start), read_only(good), goods)


@dataclass(eq=False)
class CobbDouglas:
    """Councils that propose what is best for them at the prices, as in the published simulations.

    Each maximises receipts less inputs less the disutility of effort. With returns R (effort
    included) and responsiveness 1 / (1 - R), the closed form is the log-linear one of `rounds`.
    With R above 1 the same formula is a minimum (see `law.is_maximum`): the published program uses
    it all the same, and so does this one. Source: Hahnel 2021, ch. 9.
    """

    workers: WorkerCouncils
    goods: int

    @cached_property
    def recipes(self) -> Recipes:
        return recipes_of(self.workers, self.goods)

    @cached_property
    def returns(self) -> Floats:
        """Returns to scale, effort included: [council]."""
        effort = self.workers.effort_exponent / self.workers.effort_disutility_exponent
        return recipe_sums(self.recipes, self.workers.input_exponent) + effort

    @cached_property
    def responsiveness(self) -> Floats:
        """Percent by which receipts rise when profitability rises by one percent: [council]."""
        return 1 / (1 - self.returns)

    @cached_property
    def log_productivity(self) -> Floats:
        """Log output of each council where marginal cost x output is one credit and all log prices are zero: [council].

        With the cheapest inputs, log output rises from there by returns x log of (marginal cost x output).
        """
        w = self.workers
        effort, toil = w.effort_exponent, w.effort_disutility_exponent
        worth = np.log(np.where(effort > 0, effort, 1) / (toil * w.effort_disutility_scale))
        return w.log_scale + recipe_mixing(self.recipes, w.input_exponent) + effort / toil * worth

    @cached_property
    def intercept(self) -> Floats:
        """Log receipts of each council where all log prices are zero: [council]."""
        return self.responsiveness * (self.log_productivity + np.log(self.workers.receipt_rate))

    @cached_property
    def receipt_rate(self) -> Floats:
        """Receipts per credit of sales: [council]."""
        return read_only(np.asarray(self.workers.receipt_rate, dtype=float))

    @cached_property
    def cost_share(self) -> Floats:
        """What each input takes of receipts, in balance the exponents: [input]; a rule may look, not change."""
        return read_only(self.workers.input_exponent)

    @cached_property
    def response(self) -> Response:
        return constant_shares(self.intercept, self.responsiveness, np.broadcast_to(1.0, len(self.workers)))

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        full = np.broadcast_to(1.0, len(self.workers))
        log_receipts, both = respond(self.recipes, self.cost_share, self.response, self.receipt_rate, log_price)
        return Proposals(self.recipes, log_receipts, self.cost_share, full, self.receipt_rate, both)

    def effort(self, log_receipts: Floats) -> Floats:
        """The effort each council gives at these receipts: [council], 0 where effort plays no part."""
        w = self.workers
        toil = w.effort_disutility_exponent
        return (w.effort_exponent * np.exp(log_receipts) / (toil * w.effort_disutility_scale)) ** (1 / toil)


@dataclass(eq=False)
class CapacityBounded:
    """Councils whose output saturates: overtime, hiring and machines set a limit within the year.

    A council aims at what plain Cobb-Douglas says and makes

        (  (1 - normal^sharpness) x aim^-sharpness  +  capacity^-sharpness  ) ^ (-1 / sharpness)

    where `normal` is the usual utilisation: at an aim of normal x capacity it makes just that, whatever
    it aims at never more than its capacity, and inputs are the cheapest for what it makes. Far below
    normal it makes a little more than it aims at (a seventh at most), rather than stand idle. Where
    returns are 1 or more the aim has no meaning: the council then makes its capacity as far as that
    covers its cost. Without a capacity (infinite) it proposes what plain Cobb-Douglas says. Raises
    BadInput for returns of 1 or more without a capacity. Sources in law.toml.
    """

    plain: CobbDouglas

    def __post_init__(self) -> None:
        workers = self.plain.workers
        endless = np.isinf(workers.capacity) & (self.plain.returns >= 1)
        if endless.any():
            council = int(np.argmax(endless))
            raise BadInput("limited behaviour", workers.name_of(council),
                           f"returns of {self.plain.returns[council]:.3g} and no capacity",
                           "a capacity where returns are 1 or more: nothing else would limit what pays")

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        plain, share = self.plain, self.plain.cost_share
        cost = cost_index(plain.recipes, share, log_price)
        log_receipts, outlay_rate = np.empty_like(cost), np.empty_like(cost)
        for part in slices(len(cost)):
            own = log_price[plain.recipes.product[part]]
            log_receipts[part], outlay_rate[part] = self._answer(part, own, cost[part])
        nothing = Totals(np.zeros(0), np.zeros(0))
        return with_totals(Proposals(plain.recipes, log_receipts, share, outlay_rate, plain.receipt_rate, nothing))

    def _answer(self, part: slice, own: Floats, cost: Floats) -> tuple[Floats, Floats]:
        """Log receipts of some councils, and what they pay for inputs as a rate of what plain ones would."""
        plain, returns = self.plain, self.plain.returns[part]
        capacity = np.asarray(plain.workers.capacity[part], dtype=float)
        bounded = np.isfinite(capacity)
        most = np.log(np.where(bounded, capacity, 1.0))
        rate, feasible = np.log(plain.receipt_rate[part]), plain.log_productivity[part]
        moves = 1 / np.where(returns < 1, 1 - returns, 1.0)
        aimed = np.clip(moves * (feasible + rate) + moves * own - moves * cost, -MOST_LOG, MOST_LOG)
        made = np.where(returns < 1, saturated(aimed - rate - own, most),
                        while_it_pays(most, np.log(returns) + (most - feasible + cost) / returns - most - rate - own))
        receipts = np.where(bounded, made + rate + own, aimed)
        outlay = np.where(bounded, (made - feasible + cost) / returns, aimed)
        return receipts, np.exp(np.clip(outlay - receipts, -MOST_LOG, MOST_LOG))


def saturated(log_aim: Floats, log_capacity: Floats) -> Floats:
    """Log output of councils with these aims and capacities: shapes [council].

    >>> np.exp(saturated(np.log([80.0, 1e9]), np.log([100.0, 100.0]))).round(6).tolist()
    [80.0, 100.0]
    """
    law = parameters("planning")
    sharpness, normal = law["capacity_sharpness"], law["normal_utilisation"]
    short = np.logaddexp(0.0, np.log1p(-normal**sharpness) - sharpness * (log_aim - log_capacity))
    return log_capacity - short / sharpness


def while_it_pays(log_capacity: Floats, log_cost_share: Floats) -> Floats:
    """Log output of councils with increasing returns: near capacity once receipts there cover all cost.

    `log_cost_share` is the logarithm of cost, effort included, over receipts at capacity. Shapes [council].

    >>> np.exp(while_it_pays(np.zeros(3), np.log([0.5, 1.0, 2.0]))).round(2).tolist()
    [0.94, 0.5, 0.06]
    """
    return log_capacity - np.logaddexp(0.0, parameters("planning")["capacity_sharpness"] * log_cost_share)


def at_output(aim: Proposals, log_made: Floats, log_aim: Floats, returns: Floats) -> Proposals:
    """The same proposals at another scale, with the cheapest inputs for that scale.

    The cost of making q is proportional to q^(1 / returns), so outlay per credit of receipts moves
    with (made / aimed)^(1 / returns - 1). Log outputs, in the product's unit, and returns are [council].
    """
    log_receipts = aim.log_receipts + log_made - log_aim
    outlay_rate = aim.outlay_rate * np.exp(np.clip((1 / returns - 1) * (log_made - log_aim), -50, 50))
    return with_totals(replace(aim, log_receipts=log_receipts, outlay_rate=outlay_rate))


def with_totals(proposals: Proposals) -> Proposals:
    """The proposals with their totals by good added up again."""
    receipts = proposals.receipts
    both = totals(proposals.recipes, proposals.cost_share, receipts / proposals.receipt_rate,
                  receipts * proposals.outlay_rate)
    return replace(proposals, totals=both)
