"""Small markets of used goods, for experiments on the exchange's rules: what is wanted and offered at a price.

Quantities are 1 where the price index is right (1). Two forms: straight lines, as in a first textbook
reckoning, and curves of constant elasticity. They have the same slope where the price is right.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from parecon.base.columns import Floats
from parecon.secondhand.settlement import cleared_index

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022, section 1"
Curve = Callable[[Floats], Floats]


def line(elasticity: Floats, index: Floats) -> Floats:
    """What is wanted (elasticity below 0) or offered at an index, on a straight line; never below 0.

    >>> line(np.array([-1.5, 1.0]), np.array([1.2, 1.2])).round(3).tolist()
    [0.7, 1.2]
    """
    return np.maximum(1 + elasticity * (index - 1), 0)


def curve(elasticity: Floats, index: Floats) -> Floats:
    """What is wanted (elasticity below 0) or offered at an index, at a constant elasticity.

    >>> curve(np.array([-2.0, 1.0]), np.array([0.5, 0.5])).tolist()
    [4.0, 0.5]
    """
    powers: Floats = index**elasticity
    return powers


def searched(index: Floats, wanted: Curve, offered: Curve, response: float, most: float, steps: int) -> Floats:
    """The index of each market after some steps of the search for the price that clears it: [market].

    >>> searched(np.array([0.5]), lambda p: 1 / p, lambda p: p, 0.5, 0.25, 40).round(6).tolist()
    [1.0]
    """
    for _ in range(steps):
        index = cleared_index(index, wanted(index), offered(index), response, most)
    return index
