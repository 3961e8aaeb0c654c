"""The pass over all worker councils that a round is made of, and its kin, plain and compiled.

A council's receipts are log-linear in prices (Cobb-Douglas with effort and decreasing returns):

    ln receipts = intercept + responsiveness x profitability
    profitability = ln price of its product - sum over inputs of cost share x ln price of the input

so a round is one pass that reads each recipe twice while it is in the cache: once for the
profitability, once to add what the council offers and needs to the totals. The plain forms say
what the compiled ones must equal. The compiled ones work in a fixed number of blocks and add the
blocks in order, so the number of threads changes no bit of a result.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints, owners, sums

BLOCKS = 16
THREADS_FROM_INPUTS = 1_000_000  # below, waking threads takes as long as the work
MOST_LOG = 300.0  # receipts beyond e^300 are an overflow, whatever the currency


class Recipes(NamedTuple):
    """Who makes what from what: columns shared by the economy, the proposals and the board's model.

    Shapes: product [council], input_start [council + 1], input_good [input].
    """

    product: Ints
    input_start: npt.NDArray[np.int64]
    input_good: Ints
    goods: int


class Totals(NamedTuple):
    """What all councils together would be credited for output and would pay for inputs, by good.

    Both in credits at the round's prices; shapes [good].
    """

    sold: Floats
    bought: Floats


def plain_cost(recipes: Recipes, cost_share: Floats, log_price: Floats) -> Floats:
    """The cost index of each council's recipe, sum of cost share x ln price of input: [council]."""
    return sums(recipes.input_start, cost_share * log_price[recipes.input_good])


def plain_totals(recipes: Recipes, cost_share: Floats, sold: Floats, outlay: Floats) -> Totals:
    """Totals by good of what councils sell, and of what they buy at these cost shares of their outlay."""
    bought = cost_share * outlay[owners(recipes.input_start)]
    return Totals(np.bincount(recipes.product, sold, recipes.goods).astype(float),
                  np.bincount(recipes.input_good, bought, recipes.goods).astype(float))


def recipe_sums(recipes: Recipes, cost_share: Floats) -> Floats:
    """The sum of the shares of each recipe: [council]."""
    return cost_index(recipes, cost_share, np.ones(recipes.goods))


def recipe_mixing(recipes: Recipes, cost_share: Floats) -> Floats:
    """The sum of share x ln share over each recipe: [council]."""
    mixing = np.log(cost_share)
    mixing *= cost_share
    return recipe_sums(recipes, mixing)


def cost_index(recipes: Recipes, cost_share: Floats, log_price: Floats) -> Floats:
    """The cost index of each council's recipe, sum of cost share x ln price of input: [council]."""
    return _compiled("cost_index", recipes, cost_share, log_price)


def totals(recipes: Recipes, cost_share: Floats, sold: Floats, outlay: Floats) -> Totals:
    """Totals by good of what councils sell, and of what they buy at these cost shares of their outlay."""
    return Totals(*_compiled("totals", recipes, cost_share, sold, outlay, recipes.goods))


class Response(NamedTuple):
    """How each council's receipts and outlay move with prices: columns [council], all in logarithms.

    ln receipts = intercept + to_price x ln price of the product - to_cost x cost index, where the cost
    index is the sum of cost share x ln price of input. Outlay is receipts x outlay_rate, and moves by
    outlay_to_price and outlay_to_cost beyond that (zero where cost shares are constant).
    """

    intercept: Floats
    to_price: Floats
    to_cost: Floats
    outlay_rate: Floats
    outlay_to_price: Floats
    outlay_to_cost: Floats


def constant_shares(intercept: Floats, responsiveness: Floats, outlay_rate: Floats) -> Response:
    """The response of councils whose cost shares do not move: one responsiveness to price and cost."""
    none = np.broadcast_to(0.0, np.shape(intercept))
    return Response(intercept, responsiveness, responsiveness, outlay_rate, none, none)


def respond(recipes: Recipes, cost_share: Floats, response: Response, receipt_rate: Floats, log_price: Floats,
            ) -> tuple[Floats, Totals]:
    """Log receipts of each council [council] at these prices, and the totals by good, in one pass."""
    log_receipts, sold, bought = _compiled(
        "respond", recipes, cost_share, response.intercept, response.to_price, response.to_cost, receipt_rate,
        response.outlay_rate, response.outlay_to_price, response.outlay_to_cost, log_price)
    return log_receipts, Totals(sold, bought)


def plain_respond(recipes: Recipes, cost_share: Floats, response: Response, receipt_rate: Floats, log_price: Floats,
                  ) -> tuple[Floats, Totals]:
    """The same in plain array operations, several passes: what `respond` must equal."""
    own, cost = log_price[recipes.product], plain_cost(recipes, cost_share, log_price)
    log_receipts = np.clip(response.intercept + response.to_price * own - response.to_cost * cost, -MOST_LOG, MOST_LOG)
    beyond = response.outlay_to_price * own - response.outlay_to_cost * cost
    outlay = np.exp(log_receipts) * response.outlay_rate * np.exp(np.clip(beyond, -MOST_LOG, MOST_LOG))
    return log_receipts, plain_totals(recipes, cost_share, np.exp(log_receipts) / receipt_rate, outlay)


def slopes(recipes: Recipes, cost_share: Floats, response: Response, sold: Floats, outlay: Floats,
           per_sold: Floats, per_bought: Floats) -> Floats:
    """How what is bought less what is sold of each good moves with each good's log price: [good, good].

    `sold` and `outlay` are in credits [council]; `per_sold` and `per_bought` [good] weight the rows.
    Dense, so for a few thousand goods at most; `push` gives the product with a vector for any number.
    """
    return _compiled("slopes", recipes, cost_share, sold, response.to_price, response.to_cost, outlay,
                     response.outlay_to_price + response.to_price, response.outlay_to_cost + response.to_cost,
                     per_sold, per_bought)


def push(recipes: Recipes, cost_share: Floats, response: Response, sold: Floats, outlay: Floats,
         per_sold: Floats, per_bought: Floats, vector: Floats) -> Floats:
    """The product of `slopes` with a change of log prices, without forming it: [good]."""
    return _compiled("push", recipes, cost_share, sold, response.to_price, response.to_cost, outlay,
                     response.outlay_to_price + response.to_price, response.outlay_to_cost + response.to_cost,
                     per_sold, per_bought, np.ascontiguousarray(vector))


def _compiled(name: str, recipes: Recipes, cost_share: Floats, *columns: Any) -> Any:
    """Run a compiled pass; the kernels, and numba with them, are loaded when first needed."""
    from parecon.planning.kernels import kernel

    threads = len(cost_share) >= THREADS_FROM_INPUTS
    run = kernel(name, recipes.input_good.dtype.name, cost_share.dtype.name, threads=threads)
    return run(recipes.product, recipes.input_start, recipes.input_good, cost_share, *columns)
