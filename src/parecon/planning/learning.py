"""The statistics behind the board's belief: small regressions, done for all councils at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters

MEDIAN_OF_SQUARE = 0.4549  # the median of the square of a standard normal draw
LEAST_SPREAD = 1e-12


def slope_and_rest(x: list[Floats], y: list[Floats], prior: Floats, prior_weight: float, forget: float,
                   ) -> tuple[Floats, Floats]:
    """The line through each council's observations, and how far the last one lies above it: [council].

    Least squares, one entry of `x` and `y` a round, where an observation counts `forget` times the one
    after it, leaning on a `prior` slope as if it had been seen with `prior_weight`.

    >>> slope, rest = slope_and_rest([np.zeros(1), np.ones(1)], [np.zeros(1), np.ones(1) * 3], np.ones(1), 1e-9, 1.0)
    >>> slope.round(6).tolist()
    [3.0]
    """
    weights = [forget ** (len(x) - 1 - each) for each in range(len(x))]
    mean_x, mean_y = (_sum(w * each for w, each in zip(weights, of, strict=True)) / sum(weights) for of in (x, y))
    spread = _sum(w * (each - mean_x) ** 2 for w, each in zip(weights, x, strict=True))
    joint = _sum(w * (a - mean_x) * (b - mean_y) for w, a, b in zip(weights, x, y, strict=True))
    slope = (joint + prior_weight * prior) / (spread + prior_weight)
    return slope, y[-1] - mean_y - slope * (x[-1] - mean_x)


def _sum(columns: Iterable[Floats]) -> Floats:
    return reduce(np.add, columns)


def elasticity(log_prices: list[Floats], values: list[Floats], prior: float, least: float, most: float,
               ) -> Floats:
    """How a value of each good has moved with its price: [good], within bounds, 0 where there is none."""
    logs = [np.log(np.where(value > 0, value, 1.0)) for value in values]
    weight = parameters("planning")["prior_weight_of_spending"]
    slope, _ = slope_and_rest(log_prices, logs, np.full(len(logs[0]), prior), weight, 1.0)
    return np.where(values[-1] > 0, np.clip(slope, least, most), 0.0)


def share_moved(expected: Floats, seen: Floats) -> float:
    """How much of the way councils went, if all fell short by nearly the same share; otherwise 1.

    >>> share_moved(np.array([1.0, -2.0]), np.array([0.7, -1.4]))
    0.7
    >>> share_moved(np.array([1.0, -2.0]), np.array([0.7, -0.2]))
    1.0
    """
    law = parameters("planning")
    share = float(expected @ seen) / max(float(expected @ expected), LEAST_SPREAD)
    left = seen - share * expected
    explained = 1 - float(left @ left) / max(float(seen @ seen), LEAST_SPREAD)
    slow = law["least_share_moved"] < share < law["most_share_moved"] and explained > law["share_moved_explained"]
    return round(share, 12) if slow else 1.0


def noise(moved: Floats, surprise: Floats) -> tuple[float, float]:
    """How far off by chance proposals are (a variance), and how heavily to lean on first guesses.

    `moved` is by how much prices became more favourable to each council, `surprise` by how much its
    receipts differ from the first guess [council]. A council whose response is misjudged surprises in
    proportion to how far prices moved for it; chance surprises those for whom nothing moved as well.
    """
    law = parameters("planning")
    still = max(law["fewest_councils"], len(moved) // 50)
    if len(moved) < 6 * still:
        return 0.0, law["prior_weight"]
    order = np.argpartition(np.abs(moved), (still, 3 * still))
    quiet, next_quiet = order[:still], order[still:3 * still]
    near, far = _typical_square(moved[quiet]), _typical_square(moved[next_quiet])
    rising = (_typical_square(surprise[next_quiet]) - _typical_square(surprise[quiet])) / max(far - near, LEAST_SPREAD)
    everywhere = _typical_square(surprise) / max(_typical_square(moved), LEAST_SPREAD)
    chance = max(_typical_square(surprise[quiet]) - max(rising, everywhere) * near, 0.0) / 2
    by_chance = 2 * chance / max(_typical_square(moved), LEAST_SPREAD)
    misjudged = max(everywhere - by_chance, 1e-3 * everywhere, LEAST_SPREAD)
    return chance, float(np.clip(chance / misjudged, law["prior_weight"], law["most_prior_weight"]))


def left_over(x: list[Floats], y: list[Floats]) -> float:
    """The variance of observations around each council's own straight line, from three rounds on."""
    _, rest = slope_and_rest(x, y, np.zeros(len(x[0])), LEAST_SPREAD, 1.0)
    return _typical_square(rest) * len(x) / max(len(x) - 2, 1)


def some(count: int, most: int = 200_000) -> slice:
    """Every so-manieth council, at most so many: enough to judge all by."""
    return slice(None, None, max(1, -(-count // most)))


def _typical_square(values: Floats) -> float:
    return float(np.median(values * values)) / MEDIAN_OF_SQUARE
