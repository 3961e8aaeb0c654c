"""The two passes over all worker councils that a round is made of, plain and compiled.

A council's receipts are log-linear in prices (Cobb-Douglas with effort and decreasing returns):

    ln receipts = intercept + responsiveness x profitability
    profitability = ln price of its product - sum over inputs of cost share x ln price of the input

so a round is one pass that reads each recipe twice while it is in the cache: once for the
profitability, once to add what the council offers and needs to the totals. The plain forms say
what the compiled ones must equal. The compiled ones work in a fixed number of blocks and add the
blocks in order, so the number of threads changes no bit of a result.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints, owners, sums

BLOCKS = 16
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

    sold: npt.NDArray[np.float64]
    bought: npt.NDArray[np.float64]


def plain_profitability(recipes: Recipes, cost_share: Floats, log_price: Floats) -> npt.NDArray[np.float64]:
    """How favourable prices are to each council: shape [council], in logarithms."""
    costs = sums(recipes.input_start, cost_share * log_price[recipes.input_good])
    return log_price[recipes.product] - costs


def plain_totals(recipes: Recipes, cost_share: Floats, sold: Floats, outlay: Floats) -> Totals:
    """Totals by good of what councils sell, and of what they buy at these cost shares of their outlay."""
    bought = cost_share * outlay[owners(recipes.input_start)]
    return Totals(np.bincount(recipes.product, sold, recipes.goods),
                  np.bincount(recipes.input_good, bought, recipes.goods))


def profitability(recipes: Recipes, cost_share: Floats, log_price: Floats) -> npt.NDArray[np.float64]:
    """How favourable prices are to each council: shape [council], in logarithms."""
    return _kernels().profitability(recipes.product, recipes.input_start, recipes.input_good, cost_share, log_price)


def totals(recipes: Recipes, cost_share: Floats, sold: Floats, outlay: Floats) -> Totals:
    """Totals by good of what councils sell, and of what they buy at these cost shares of their outlay."""
    return Totals(*_kernels().totals(recipes.product, recipes.input_start, recipes.input_good, cost_share,
                                     sold, outlay, recipes.goods))


def respond(recipes: Recipes, cost_share: Floats, intercept: Floats, responsiveness: Floats,
            receipt_rate: Floats, outlay_rate: Floats, log_price: Floats,
            ) -> tuple[npt.NDArray[np.float64], Totals]:
    """Log receipts of each council [council] at these prices, and the totals by good, in one pass."""
    log_receipts, sold, bought = _kernels().respond(
        recipes.product, recipes.input_start, recipes.input_good, cost_share, intercept, responsiveness,
        receipt_rate, outlay_rate, log_price)
    return log_receipts, Totals(sold, bought)


def curvature(recipes: Recipes, cost_share: Floats, pull: Floats, receipt_rate: Floats, outlay_rate: Floats,
              ) -> npt.NDArray[np.float64]:
    """How the value of each good's excess supply moves with each good's log price: [good, good].

    `pull` is receipts x responsiveness [council]. Dense: for a few thousand goods at most.
    """
    return _kernels().curvature(recipes.product, recipes.input_start, recipes.input_good, cost_share,
                                pull, receipt_rate, outlay_rate, recipes.goods)


@cache
def _kernels() -> Any:
    from parecon.planning import kernels

    return kernels
