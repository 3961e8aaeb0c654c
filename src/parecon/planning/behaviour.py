"""How councils answer a price list: the published behaviour, and two that saturate or substitute less.

The same interface for all: `propose(log_price, earlier)` gives the `Proposals` of all worker
councils. Prices are in logarithms throughout, because every response here is a power of prices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, owners, sums
from parecon.base.parameters import parameters
from parecon.economy.councils import WorkerCouncils
from parecon.planning.rounds import Recipes, Response, Totals, constant_shares, cost_index, recipe_sums, respond, totals


@dataclass(frozen=True, eq=False)
class Proposals:
    """What all worker councils propose in a round, as columns.

    `log_receipts` [council] is the logarithm of what the council is credited for its output.
    `cost_share` [input] times `outlay_rate` [council] is what it needs of each input, as a share of
    those receipts, at the round's prices. `receipt_rate` [council] is receipts per credit of sales.
    """

    recipes: Recipes
    log_receipts: npt.NDArray[np.float64]
    cost_share: Floats
    outlay_rate: Floats
    receipt_rate: Floats
    totals: Totals

    @property
    def receipts(self) -> npt.NDArray[np.float64]:
        return np.exp(self.log_receipts)

    def log_output(self, log_price: Floats) -> npt.NDArray[np.float64]:
        """The logarithm of each council's output in the product's unit: [council]."""
        return self.log_receipts - np.log(self.receipt_rate) - log_price[self.recipes.product]


class Workers(Protocol):
    """Anything that answers a price list for all worker councils."""

    def propose(self, log_price: Floats, earlier: Proposals | None) -> Proposals: ...


def recipes_of(workers: WorkerCouncils, goods: int) -> Recipes:
    """The recipes of an economy's worker councils, as the passes of a round read them."""
    product = np.ascontiguousarray(workers.product, dtype=np.int32)
    return Recipes(product, workers.input_start, np.ascontiguousarray(workers.input_good), goods)


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
    def _sums(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        return recipe_sums(self.recipes, self.workers.input_exponent)

    @cached_property
    def returns(self) -> npt.NDArray[np.float64]:
        """Returns to scale, effort included: [council]."""
        return self._sums[0] + self.workers.effort_exponent / self.workers.effort_disutility_exponent

    @cached_property
    def responsiveness(self) -> npt.NDArray[np.float64]:
        """Percent by which receipts rise when profitability rises by one percent: [council]."""
        return 1 / (1 - self.returns)

    @cached_property
    def intercept(self) -> npt.NDArray[np.float64]:
        """Log receipts of each council where all log prices are zero: [council]."""
        w = self.workers
        effort, toil = w.effort_exponent, w.effort_disutility_exponent
        worth = np.log(np.where(effort > 0, effort, 1) / (toil * w.effort_disutility_scale))
        return self.responsiveness * (w.log_scale + self._sums[1] + effort / toil * worth + np.log(w.receipt_rate))

    @cached_property
    def receipt_rate(self) -> npt.NDArray[np.float64]:
        return np.asarray(self.workers.receipt_rate, dtype=float)

    @cached_property
    def response(self) -> Response:
        return constant_shares(self.intercept, self.responsiveness, np.broadcast_to(1.0, len(self.workers)))

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        w, full = self.workers, np.broadcast_to(1.0, len(self.workers))
        log_receipts, both = respond(self.recipes, w.input_exponent, self.response, self.receipt_rate, log_price)
        return Proposals(self.recipes, log_receipts, w.input_exponent, full, self.receipt_rate, both)

    def effort(self, log_receipts: Floats) -> npt.NDArray[np.float64]:
        """The effort each council gives at these receipts: [council], 0 where effort plays no part."""
        w = self.workers
        worth = w.effort_exponent * np.exp(log_receipts)
        return (worth / (w.effort_disutility_exponent * w.effort_disutility_scale)) ** (1 / w.effort_disutility_exponent)


@dataclass(eq=False)
class CapacityBounded:
    """Councils whose output saturates: overtime, hiring and machines set a limit within the year.

    A council aims at what plain Cobb-Douglas says and makes

        (  (1 - normal^sharpness) x aim^-sharpness  +  capacity^-sharpness  ) ^ (-1 / sharpness)

    where `normal` is the usual utilisation: at an aim of normal x capacity it makes just that, whatever
    it aims at never more than its capacity, and inputs are the cheapest for what it makes. Where
    returns are 1 or more the aim has no meaning: the council then makes its capacity as far as that
    covers its cost. Sources in law.toml.
    """

    plain: CobbDouglas

    @cached_property
    def log_capacity(self) -> npt.NDArray[np.float64]:
        return np.log(np.asarray(self.plain.workers.capacity, dtype=float))

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        aim = self.plain.propose(log_price)
        returns = self.plain.returns
        log_aim = aim.log_output(log_price)
        log_made = np.where(returns < 1, saturated(log_aim, self.log_capacity),
                            self._while_it_pays(log_aim, returns))
        return at_output(aim, log_price, log_made, log_aim, returns)

    def _while_it_pays(self, log_aim: Floats, returns: Floats) -> Floats:
        """With increasing returns a council runs at capacity once that covers its cost."""
        log_cost_share = (1 / returns - 1) * (self.log_capacity - log_aim) + np.log(returns)
        return self.log_capacity - np.log1p(np.exp(np.clip(parameters("planning")["capacity_sharpness"] * log_cost_share, -50, 50)))


def saturated(log_aim: Floats, log_capacity: Floats) -> npt.NDArray[np.float64]:
    """Log output of councils with these aims and capacities: shapes [council]; no bound, no change."""
    law = parameters("planning")
    sharpness, normal = law["capacity_sharpness"], law["normal_utilisation"]
    beyond = np.logaddexp(np.log1p(-normal**sharpness), np.clip(sharpness * (log_aim - log_capacity), -700, 700))
    return log_aim - np.where(np.isinf(log_capacity), 0.0, beyond) / sharpness


def at_output(aim: Proposals, log_price: Floats, log_made: Floats, log_aim: Floats, returns: Floats) -> Proposals:
    """The same proposals at another scale, with the cheapest inputs for that scale.

    The cost of making q is proportional to q^(1 / returns), so outlay per credit of receipts moves
    with (made / aimed)^(1 / returns - 1).
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


@dataclass(eq=False)
class ConstantElasticity:
    """Councils that replace one input by another less (or more) readily than Cobb-Douglas.

    At `start_log_price` they need what the Cobb-Douglas councils need; away from it the share of an
    input moves with (its price / the recipe's price index)^(1 - elasticity). Near 0 is Leontief.
    """

    plain: CobbDouglas
    elasticity: float
    start_log_price: Floats

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        w, recipes = self.plain.workers, self.plain.recipes
        total = sums(w.input_start, w.input_exponent)
        owner = owners(w.input_start)
        moved = np.exp((1 - self.elasticity) * (log_price - self.start_log_price))[recipes.input_good]
        part = w.input_exponent / total[owner] * moved
        index = sums(w.input_start, part)
        at_start = cost_index(recipes, w.input_exponent, self.start_log_price)
        favour = log_price[recipes.product] - at_start - total * np.log(index) / (1 - self.elasticity)
        share = part / index[owner] * total[owner]
        return with_totals(Proposals(
            recipes, self.plain.intercept + self.plain.responsiveness * favour, share,
            np.broadcast_to(1.0, len(w)), self.plain.receipt_rate, Totals(np.zeros(0), np.zeros(0))))
