"""The law of planning: imbalance, the book's price step, benefits to costs, permits granted.

Pure rules over columns, one entry a good or a council, used alike wherever a plan is made. The
parameters stand in law.toml, each with its source.
"""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats

WIDEST_IMBALANCE = 2  # of a good that is only offered, or only wanted


def relative_imbalance(supply: Floats, demand: Floats) -> Floats:
    """How far apart supply and demand of each good are, as a share of their mean: from 0 to 2.

    Shapes [good], quantities; a good neither offered nor wanted is in balance, and what is not a number
    stays so. Source: Hahnel 2021, ch. 9.

    >>> relative_imbalance(np.array([3.0, 0.0]), np.array([1.0, 0.0])).tolist()
    [1.0, 0.0]
    """
    both = supply + demand
    gap = np.abs(2 * (supply - demand))
    return np.divide(gap, both, out=np.zeros_like(both), where=both != 0)


def book_step(imbalance: Floats, earlier: Floats, ceiling: float, decay: float, floor: float) -> Floats:
    """The share by which a price moves under the rule of the program behind the book's tables.

    `earlier` is the last round's imbalance, capped; all shapes [good].

    >>> book_step(np.array([2.0, 0.0]), np.array([0.25, 0.25]), 1.05, 0.5, 0.001).round(4).tolist()
    [0.2, 0.0125]
    """
    return np.maximum(floor, earlier * (ceiling - decay**imbalance))


def moved(price: Floats, supply: Floats, demand: Floats, step: Floats) -> Floats:
    """Prices after each moves by its step: down where more is offered than wanted, up where less.

    >>> moved(np.array([10.0, 10.0]), np.array([2.0, 1.0]), np.array([1.0, 2.0]), np.array([0.1, 0.1])).tolist()
    [9.0, 11.0]
    """
    return price * (1 - np.sign(supply - demand) * step)


def benefit_to_cost(sales: Floats, outlay: Floats) -> Floats:
    """The social benefit of what a council makes per credit of social cost of what it uses (SB/SC).

    Sales at the plan's prices over inputs at the plan's prices: work, nature, permits, materials,
    capital services. Shapes [council]; a council that uses nothing has no ratio (nan).
    Source: Hahnel 2021, ch. 9; under Cobb-Douglas it is 1 over the sum of the cost shares, times sales
    per credit of receipts where the two differ.

    >>> benefit_to_cost(np.array([100.0]), np.array([80.0])).tolist()
    [1.25]
    """
    ratio: Floats = np.divide(sales, outlay, out=np.full(np.shape(sales), np.nan), where=np.asarray(outlay) > 0)
    return ratio


def permits(price: Floats, benefit: Floats, benefit_exponent: Floats, damage_exponent: Floats) -> Floats:
    """How many permits a community grants at a price: what maximises benefit less damage.

    Maximises benefit x (price x z)^benefit_exponent - z^damage_exponent over z. Shapes [community],
    prices in credits a permit. Source: the variant of the book's model with pollution, 2023.

    >>> permits(np.array([4.0]), np.array([2.0]), np.array([0.5]), np.array([1.5])).round(6).tolist()
    [1.333333]
    """
    worth: Floats = benefit * benefit_exponent * price**benefit_exponent / damage_exponent
    return np.power(worth, 1 / (damage_exponent - benefit_exponent))


def is_maximum(returns: Floats) -> np.ndarray:
    """Whether a council's proposal is the best it can do: it is, if and only if its returns are below 1.

    With returns of 1 or more (effort included) the published formula gives the *worst* scale: half
    and double of it are both better. Shapes [council].

    >>> is_maximum(np.array([0.9, 1.1])).tolist()
    [True, False]
    """
    return np.asarray(returns) < 1
