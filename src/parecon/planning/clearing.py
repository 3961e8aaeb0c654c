"""The prices at which the board's model clears every good, found between two rounds.

The unknowns are log prices; the equations say that log demand over log supply is zero for each good.
Newton's method solves them, damped (Levenberg) where a full step would not bring the goods closer: its
iterations cost the board a computation and nobody an evening. Each step solves a linear system by a
Krylov method, mostly from few products with a vector; beyond a few thousand goods it is never formed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, starts
from parecon.base.parameters import parameters
from parecon.planning.belief import Belief
from parecon.planning.rounds import Recipes, Response, Totals, cost_index, push, respond, slopes, totals

Solver = Callable[[Floats, float], Floats]
"""What turns a gap and a damping into the change of log prices that would add the gap."""
# How the equations are solved, not what they say: no result depends on these beyond the tolerance in law.toml.
BEYOND = 50.0  # a gap of e^50 is as good as endless
LEFT_OF_GAP = 1e-2  # Newton's next step mends it
FEW_DIRECTIONS, MANY_DIRECTIONS = 20, 80
LEAST_INDEPENDENT = 1e-10  # a direction that adds less than this adds rounding
REUSE_WHILE_BELOW = 0.2  # a solver serves again while each step leaves less than this
FIRST_DAMPING, MOST_DAMPING = 0.1, 1e7
LARGE_BEYOND = 100  # samples are worth their trouble where they are a hundredth or less
LEAST_PROGRESS = 1 - 1e-4


class Point(NamedTuple):
    """The model at some prices: [good] but `log_receipts` [council]; values in credits.

    `gap` is log demand over supply; `own` how the gap moves with a good's own price, councils aside.
    """

    log_price: Floats
    log_receipts: Floats
    sold: Floats
    bought: Floats
    own: Floats
    gap: Floats


@dataclass(eq=False)
class Market:
    """The board's model as a system of equations in log prices."""

    belief: Belief

    @cached_property
    def traded(self) -> npt.NDArray[np.bool_]:
        """Goods both offered and wanted in the round: the others have no price that clears: [good]."""
        return (self.belief.latest.supply > 0) & (self.belief.latest.demand > 0)

    def at(self, log_price: Floats) -> Point:
        """What the model says at these prices."""
        belief, latest = self.belief, self.belief.latest
        asked, step, price = latest.asked, log_price - latest.log_price, np.exp(log_price)
        log_receipts, both = self._answer(step)
        granted = asked.granted * price * np.exp(belief.permit_elasticity * step)
        paid = granted.sum() + asked.fixed_permits @ price
        budget = 1 + (paid - asked.paid) / max(asked.spending.sum(), np.finfo(float).tiny)
        spending = asked.spending * max(budget, 0.01) * np.exp(belief.spending_elasticity * step)
        sold = both.sold + latest.fixed_supply * price + granted
        bought = both.bought + latest.fixed_demand * price + spending
        ratio = self._over(bought, sold)
        own = (self._over(latest.fixed_demand * price + spending * belief.spending_elasticity, bought)
               - self._over(latest.fixed_supply * price + granted * (1 + belief.permit_elasticity), sold))
        gap = np.log(ratio, out=np.zeros(len(price)), where=self.traded & (ratio > 0))
        return Point(log_price, log_receipts, sold, bought, np.where(self.traded, own, -1.0), gap)

    def _answer(self, step: Floats) -> tuple[Floats, Totals]:
        """Log receipts [council] and totals by good where log prices have moved so far since the round."""
        proposals = self.belief.latest.proposals
        if self.belief.as_proposed and not step.any():
            return proposals.log_receipts, proposals.totals
        return respond(proposals.recipes, proposals.cost_share, self.belief.response, proposals.receipt_rate, step)

    def _over(self, one: Floats, other: Floats) -> Floats:
        return np.divide(one, other, out=np.zeros(len(one)), where=self.traded)

    def solver(self, point: Point, left: float = LEFT_OF_GAP) -> Solver:
        """The linear system near this point, ready to be solved but for this share of a gap."""
        if len(point.gap) <= parameters("planning")["clearing_dense_goods"]:
            return dense(self.slope(point), left)
        proposals, response, weights = self.belief.latest.proposals, self.belief.response, self._weights(point)
        many = Directions(
            lambda v: push(proposals.recipes, proposals.cost_share, response, *weights, v) + point.own * v,
            self._own_slope(*weights) + point.own, MANY_DIRECTIONS, left)
        return lambda gap, damping: many.solve(gap, damping)[0]

    def slope(self, point: Point) -> Floats:
        """How each good's gap moves with each log price, near this point: [good, good]."""
        proposals = self.belief.latest.proposals
        slope = slopes(proposals.recipes, proposals.cost_share, self.belief.response, *self._weights(point))
        slope[np.diag_indices_from(slope)] += point.own
        return slope

    def _weights(self, point: Point) -> tuple[Floats, Floats, Floats, Floats]:
        """Sales and outlay of each council [council], and 1 over what is sold and bought of each good [good]."""
        receipts = np.exp(point.log_receipts)
        one = np.ones(len(point.gap))
        return (receipts / self.belief.latest.proposals.receipt_rate, receipts * self.outlay_rate(point.log_price),
                self._over(one, point.sold), self._over(one, point.bought))

    def outlay_rate(self, log_price: Floats) -> Floats:
        """What each council spends on inputs per credit of receipts, at these prices: [council]."""
        response, proposals = self.belief.response, self.belief.latest.proposals
        if not (np.any(response.outlay_to_price) or np.any(response.outlay_to_cost)):
            return response.outlay_rate
        step = log_price - self.belief.latest.log_price
        cost = cost_index(proposals.recipes, proposals.cost_share, step)
        beyond = response.outlay_to_price * step[proposals.recipes.product] - response.outlay_to_cost * cost
        return response.outlay_rate * np.exp(np.clip(beyond, -BEYOND, BEYOND))

    def _own_slope(self, sold: Floats, outlay: Floats, per_sold: Floats, per_bought: Floats) -> Floats:
        """The diagonal of the system, councils' part: what steers the Krylov method."""
        proposals, response = self.belief.latest.proposals, self.belief.response
        both = totals(proposals.recipes, proposals.cost_share**2, sold * response.to_price,
                      outlay * (response.outlay_to_cost + response.to_cost))
        return -per_sold * both.sold - per_bought * both.bought


class Directions:
    """An iterative solver of a system, from products with a vector and its diagonal alone.

    Each direction is what is left of the gap, each good by its own slope; they are combined so that the
    least is left, and serve again for the next gap. Source: generalised conjugate residuals, Eisenstat,
    Elman and Schultz, SIAM Journal on Numerical Analysis 1983.
    """

    def __init__(self, product: Callable[[Floats], Floats], own_slope: Floats, most: int, left: float) -> None:
        self.product, self.own_slope, self.left, self.damping, self.count = product, own_slope, left, 0.0, 0
        self.ways, self.brought = np.empty((2, most, len(own_slope)))

    def solve(self, gap: Floats, damping: float) -> tuple[Floats, bool]:
        """The change that adds the gap, and whether it does: near enough, or as near as so many directions bring."""
        if damping != self.damping:
            self.damping, self.count = damping, 0
        share = self.brought[:self.count] @ gap
        change, left = share @ self.ways[:self.count], gap - share @ self.brought[:self.count]
        enough = self.left * np.linalg.norm(gap)
        while np.linalg.norm(left) > enough:
            if not self._added(left):
                return change, False
            way, brought = self.ways[self.count - 1], self.brought[self.count - 1]
            share = brought @ left
            change, left = change + share * way, left - share * brought
        return change, True

    def _added(self, left: Floats) -> bool:
        """Takes up one more direction, made independent of the others; False where there is none."""
        count, way = self.count, left / (self.own_slope - self.damping)
        if count == len(self.ways):
            return False
        brought = self.product(way) - self.damping * way
        share = self.brought[:count] @ brought
        independent = brought - share @ self.brought[:count]
        size = np.linalg.norm(independent)
        if not size > LEAST_INDEPENDENT * np.linalg.norm(brought):
            return False
        self.ways[count], self.brought[count] = (way - share @ self.ways[:count]) / size, independent / size
        self.count += 1
        return True


def dense(slope: Floats, left: float) -> Solver:
    """A solver of a system held in full: a few directions mostly do; where they do not, it is factored."""
    few = Directions(slope.__matmul__, slope.diagonal(), FEW_DIRECTIONS, left)
    ready: dict[float, Any] = {}

    def solve(gap: Floats, damping: float) -> Floats:
        if damping not in ready:
            change, done = few.solve(gap, damping)
            if done:
                return change
            ready.clear()
            ready[damping] = _factored(slope - damping * np.eye(len(slope)))
        return ready[damping](gap)

    return solve


def _factored(system: Floats) -> Callable[[Floats], Floats]:
    from scipy.linalg import lu_factor, lu_solve

    with _blas().limit(limits=1, user_api="blas"):
        factors = lu_factor(system, overwrite_a=True, check_finite=False)
    return lambda gap: lu_solve(factors, gap, check_finite=False)


@cache
def _blas() -> Any:
    """The linear algebra library's threads: for a few hundred goods they cost more than they bring."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def clear(belief: Belief) -> Floats:
    """Log prices at which the model clears every good that is both offered and wanted: [good].

    With very many councils for each good the model is first cleared for a sample of them, whose
    responses then guide the way for all. Stops at the tolerance, or where no step brings the goods
    closer (law.toml).
    """
    law, market, now = parameters("planning"), Market(belief), belief.latest.log_price
    goods, councils = belief.latest.proposals.recipes.goods, len(belief.latest.proposals.log_receipts)
    enough = law["clearing_sample_councils"] * goods
    tolerance = law["clearing_tolerance" if belief.learned else "clearing_tolerance_of_guesses"]
    if councils <= LARGE_BEYOND * enough:
        return _cleared(market, market, now, tolerance).log_price
    sample = Market(thinned(belief, enough))
    start = _cleared(sample, sample, now, tolerance)
    point = _cleared(market, sample, start.log_price, tolerance)
    if np.abs(point.gap).max() > tolerance:
        point = _cleared(market, market, point.log_price, tolerance)
    return point.log_price


def _cleared(market: Market, guide: Market, log_price: Floats, tolerance: float) -> Point:
    """Newton's method on one market, along the slopes of another that resembles it (or is the same).

    A last step that by the one before it leads within the tolerance is taken without looking.
    """
    point, solve, damping, left = market.at(log_price), None, 0.0, 1.0
    for _ in range(parameters("planning")["clearing_steps"]):
        worst, stale = np.abs(point.gap).max(), solve is not None and left < REUSE_WHILE_BELOW
        if worst < tolerance:
            break
        if solve is None or not stale:
            solve = guide.solver(point if guide is market else guide.at(point.log_price))
        elif worst * left < tolerance and not damping:
            return point._replace(log_price=point.log_price - solve(point.gap, damping), gap=point.gap * left)
        following, damping = _closer(market, solve, point, damping, 0.0 if stale else MOST_DAMPING)
        if following is None and not stale:
            break
        if following is None:
            left = 1.0
            continue
        left = float(np.linalg.norm(following.gap) / np.linalg.norm(point.gap))
        point, damping = following, damping / 10 if damping > FIRST_DAMPING else 0.0
    return point


def thinned(belief: Belief, most: int) -> Belief:
    """The same belief about fewer councils: of each product every so-manieth, standing for the others."""
    latest, response = belief.latest, belief.response
    recipes = latest.proposals.recipes
    kept = _every_so_manieth(recipes.product, recipes.goods, most)
    product = recipes.product[kept]
    sold = np.exp(latest.proposals.log_receipts[kept]) / latest.proposals.receipt_rate[kept]
    weight = latest.proposals.totals.sold[product] / np.bincount(product, sold, recipes.goods)[product]
    start = starts(np.diff(recipes.input_start)[kept])
    entry = np.repeat(recipes.input_start[kept] - start[:-1], np.diff(start)) + np.arange(start[-1])
    proposals = replace(
        latest.proposals, recipes=Recipes(product, start, recipes.input_good[entry], recipes.goods),
        log_receipts=latest.proposals.log_receipts[kept] + np.log(weight),
        cost_share=latest.proposals.cost_share[entry], outlay_rate=latest.proposals.outlay_rate[kept],
        receipt_rate=latest.proposals.receipt_rate[kept])
    fewer = Response(*(column[kept] for column in response))
    return replace(belief, latest=replace(latest, proposals=proposals), as_proposed=False,
                   response=fewer._replace(intercept=fewer.intercept + np.log(weight)))


def _every_so_manieth(product: npt.NDArray[Any], goods: int, most: int) -> npt.NDArray[np.intp]:
    """Councils spread evenly over those that make each good, together about `most`: rows."""
    makers = np.bincount(product, minlength=goods)
    every = np.maximum(1, -(-makers * goods // most))
    ends = np.cumsum(makers)
    places = np.concatenate([np.arange(end - count, end, step)
                             for end, count, step in zip(ends, makers, every, strict=True)])
    in_order = np.all(product[1:] >= product[:-1])
    return places if in_order else np.argsort(product, kind="stable")[places]


def _closer(market: Market, solve: Solver, point: Point, damping: float, most: float) -> tuple[Point | None, float]:
    """A point where the goods are closer together, and the damping it took: None if there is none."""
    longest = parameters("planning")["clearing_longest_step"]
    now = point.gap @ point.gap
    while damping <= most:
        change = np.clip(-solve(point.gap, damping), -longest, longest)
        if np.all(np.isfinite(change)):
            following = market.at(point.log_price + change)
            if following.gap @ following.gap < now * LEAST_PROGRESS:
                return following, damping
        damping = max(10 * damping, FIRST_DAMPING)
    return None, 0.0
