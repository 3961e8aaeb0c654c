"""The prices at which the board's model clears every good, found between two rounds.

The unknowns are log prices; the equations say that log demand over log supply is zero for each good.
Newton's method solves them, damped (Levenberg) where a full step would not bring the goods closer: its
iterations cost the board a computation and nobody an evening. Goods that no council uses as an input
depend on input prices and their own price alone, and are eliminated before a linear system is solved;
beyond a few thousand goods it is solved by a Krylov method, from products with a vector.
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
from parecon.planning.rounds import Recipes, Response, cost_index, push, respond, slopes, totals

Solver = Callable[[Floats, float], Floats]
"""What turns a gap and a damping into the change of log prices that would add the gap."""
# How the equations are solved, not what they say: no result depends on these beyond the tolerance in law.toml.
BEYOND = 50.0  # a gap of e^50 is as good as endless
KRYLOV_TOLERANCE = 1e-3  # Newton's next step mends what is left
REUSE_WHILE_BELOW = 0.2  # a factored system serves again while each step leaves less than this
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
        log_receipts, both = respond(latest.proposals.recipes, latest.proposals.cost_share, belief.response,
                                     latest.proposals.receipt_rate, log_price)
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

    def _over(self, one: Floats, other: Floats) -> Floats:
        return np.divide(one, other, out=np.zeros(len(one)), where=self.traded)

    def solver(self, point: Point) -> Solver:
        """The linear system near this point, ready to be solved."""
        if len(point.gap) <= parameters("planning")["clearing_dense_goods"]:
            return eliminated(self.slope(point), self._used)
        proposals, response, weights = self.belief.latest.proposals, self.belief.response, self._weights(point)
        return krylov(lambda v: push(proposals.recipes, proposals.cost_share, response, *weights, v) + point.own * v,
                      self._own_slope(*weights) + point.own)

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

    @cached_property
    def _used(self) -> npt.NDArray[np.bool_]:
        recipes = self.belief.latest.proposals.recipes
        return np.bincount(recipes.input_good, minlength=recipes.goods) > 0

    def outlay_rate(self, log_price: Floats) -> Floats:
        """What each council spends on inputs per credit of receipts, at these prices: [council]."""
        response, proposals = self.belief.response, self.belief.latest.proposals
        if not (np.any(response.outlay_to_price) or np.any(response.outlay_to_cost)):
            return response.outlay_rate
        cost = cost_index(proposals.recipes, proposals.cost_share, log_price)
        beyond = response.outlay_to_price * log_price[proposals.recipes.product] - response.outlay_to_cost * cost
        return response.outlay_rate * np.exp(np.clip(beyond, -BEYOND, BEYOND))

    def _own_slope(self, sold: Floats, outlay: Floats, per_sold: Floats, per_bought: Floats) -> Floats:
        """The diagonal of the system, councils' part: what steers the Krylov method."""
        proposals, response = self.belief.latest.proposals, self.belief.response
        both = totals(proposals.recipes, proposals.cost_share**2, sold * response.to_price,
                      outlay * (response.outlay_to_cost + response.to_cost))
        return -per_sold * both.sold - per_bought * both.bought


def eliminated(slope: Floats, used: npt.NDArray[np.bool_]) -> Solver:
    """A direct solver of a dense system in which goods not `used` as inputs touch themselves and inputs only."""
    from scipy.linalg import lu_factor, lu_solve

    final, inputs = np.flatnonzero(~used), np.flatnonzero(used)
    up, across, square = (slope[np.ix_(rows, columns)] for rows, columns in
                          ((inputs, final), (final, inputs), (inputs, inputs)))
    ready: dict[float, tuple[Any, Floats]] = {}

    def factored(damping: float) -> tuple[Any, Floats]:
        own = slope[final, final] - damping
        with _blas().limit(limits=1, user_api="blas"):
            left = square - up @ (across / own[:, None])
            left[np.diag_indices_from(left)] -= damping
            return lu_factor(left, overwrite_a=True, check_finite=False), own

    def solve(gap: Floats, damping: float) -> Floats:
        if damping not in ready:
            ready.clear()
            ready[damping] = factored(damping)
        factors, own = ready[damping]
        change = np.empty(len(gap))
        change[inputs] = lu_solve(factors, gap[inputs] - up @ (gap[final] / own), check_finite=False)
        change[final] = (gap[final] - across @ change[inputs]) / own
        return change

    return solve


@cache
def _blas() -> Any:
    """The linear algebra library's threads: for a few hundred goods they cost more than they bring."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def krylov(product: Callable[[Floats], Floats], own_slope: Floats) -> Solver:
    """An iterative solver of a large system, from products with a vector and its diagonal alone."""
    from scipy.sparse.linalg import LinearOperator, gmres

    def solve(gap: Floats, damping: float) -> Floats:
        shape = (len(gap), len(gap))
        system = LinearOperator(shape, matvec=lambda v: product(v) - damping * v, dtype=float)
        steer = LinearOperator(shape, matvec=lambda v: v / (own_slope - damping), dtype=float)
        solution: Floats = gmres(system, gap, M=steer, rtol=KRYLOV_TOLERANCE, restart=40, maxiter=2)[0]
        return solution

    return solve


def clear(belief: Belief) -> Floats:
    """Log prices at which the model clears every good that is both offered and wanted: [good].

    With very many councils for each good the model is first cleared for a sample of them, whose
    responses then guide the way for all. Stops at the tolerance, or where no step brings the goods
    closer (law.toml).
    """
    law, market = parameters("planning"), Market(belief)
    goods, councils = belief.latest.proposals.recipes.goods, len(belief.latest.proposals.log_receipts)
    enough = law["clearing_sample_councils"] * goods
    if councils <= LARGE_BEYOND * enough:
        return _cleared(market, market, belief.latest.log_price).log_price
    sample = Market(thinned(belief, enough))
    start = _cleared(sample, sample, belief.latest.log_price)
    point = _cleared(market, sample, start.log_price)
    if np.abs(point.gap).max() > law["clearing_tolerance"]:
        point = _cleared(market, market, point.log_price)
    return point.log_price


def _cleared(market: Market, guide: Market, log_price: Floats) -> Point:
    """Newton's method on one market, along the slopes of another that resembles it (or is the same)."""
    law = parameters("planning")
    point, solve, damping, left = market.at(log_price), None, 0.0, 1.0
    for _ in range(law["clearing_steps"]):
        if np.abs(point.gap).max() < law["clearing_tolerance"]:
            break
        stale = solve is not None and left < REUSE_WHILE_BELOW
        if solve is None or not stale:
            solve = guide.solver(point if guide is market else guide.at(point.log_price))
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
    return replace(belief, latest=replace(latest, proposals=proposals),
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
