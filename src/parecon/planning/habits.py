"""Councils as they also are: slow, noisy, overstating their needs, set in their recipes. For testing price rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from parecon.base.columns import Floats, owners, sums
from parecon.base.lots import lots
from parecon.planning.behaviour import CobbDouglas, Proposals, Workers, at_output, with_totals
from parecon.planning.consumers import Asked, Consumers
from parecon.planning.rounds import Totals, cost_index


@dataclass(eq=False)
class Slow:
    """Councils that move only a share of the way from their last proposal to the best one.

    The output moves that share of the way in logarithms; the inputs are the cheapest for it.
    """

    plain: CobbDouglas
    share_moved: float
    _made: Floats | None = None

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        aim = self.plain.propose(log_price)
        log_aim = aim.log_output(log_price)
        if earlier is None or self._made is None:
            self._made = log_aim
            return aim
        self._made = self._made + self.share_moved * (log_aim - self._made)
        return at_output(aim, self._made, log_aim, self.plain.returns)


@dataclass(eq=False)
class SlowConsumers(Consumers):
    """Consumer councils whose wishes move only a share of the way, within their budgets."""

    share_moved: float = 1.0
    _wanted: Floats | None = None

    def ask(self, log_price: Floats, earlier: Asked | None = None) -> Asked:
        best = super().ask(log_price, earlier)
        with np.errstate(divide="ignore"):
            log_best = np.log(best.spending) - log_price
        if earlier is not None and self._wanted is not None:
            log_best = np.where(np.isfinite(log_best), (1 - self.share_moved) * self._wanted
                                + self.share_moved * log_best, log_best)
        self._wanted = log_best
        spent = np.exp(log_best + log_price)
        return replace(best, spending=spent * best.spending.sum() / spent.sum())


@dataclass(eq=False)
class Noisy:
    """Councils whose proposals are off by chance in their scale, anew for each council and round."""

    plain: Workers
    spread: float
    seed: int
    _round: int = 0

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        self._round += 1
        meant = self.plain.propose(log_price, earlier)
        draw = lots(self.seed, "noise", self._round).normal(0, self.spread, len(meant.log_receipts))
        return with_totals(replace(meant, log_receipts=meant.log_receipts + draw))


@dataclass(eq=False)
class Overstating:
    """Councils of which some ask for more inputs than they need, by a given share."""

    plain: Workers
    overstated: Floats
    """[council]: 0 for the honest, .5 for those who ask for half as much again"""

    def propose(self, log_price: Floats, earlier: Proposals | None = None) -> Proposals:
        meant = self.plain.propose(log_price, earlier)
        return with_totals(replace(meant, outlay_rate=meant.outlay_rate * (1 + self.overstated)))


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
