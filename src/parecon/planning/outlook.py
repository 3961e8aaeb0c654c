"""Whether planning should go on, and if not, why not: converged, cycling, diverging, stalled or out of rounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from parecon.base.columns import Floats

PATIENCE_ROUNDS = 30  # without a better worst good, the board looks for the reason
SETTLED_LOG_PRICE = 1e-9  # prices that move less than this in a round stand still
RETURN_SHARE = 0.05  # a cycle comes back to within this share of its own width
RUNAWAY_LOG_PRICE = 50.0  # a price e^50 times its start is no price


class Outlook(NamedTuple):
    """A verdict (one of those above, or "going on") and a sentence that says why."""

    verdict: str
    why: str


def outlook(worst: list[float], prices: list[Floats], threshold: float, max_rounds: int) -> Outlook:
    """What the rounds so far say: `worst` imbalance and `prices` [good], one entry a round.

    >>> outlook([0.2, 0.04], [np.ones(1), np.ones(1)], 0.05, 100).verdict
    'converged'
    """
    rounds = len(worst)
    if worst[-1] < threshold:
        return Outlook("converged", f"every good is within {worst[-1]:.2%} after {_rounds(rounds)}")
    if not np.isfinite(worst[-1]) or np.abs(np.log(prices[-1] / prices[0])).max() > RUNAWAY_LOG_PRICE:
        return Outlook("diverged", f"prices ran away by round {rounds}")
    if rounds >= max_rounds:
        return Outlook("out of rounds", f"the worst good is still {worst[-1]:.2%} apart after {_rounds(rounds)}")
    if rounds > PATIENCE_ROUNDS and min(worst[-PATIENCE_ROUNDS:]) >= min(worst[:-PATIENCE_ROUNDS]):
        return _stuck(worst, prices)
    return Outlook("going on", "")


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count} rounds"


def _stuck(worst: list[float], prices: list[Floats]) -> Outlook:
    """Why the worst good has not come closer for a while: prices stand still, come back, or wander."""
    recent = np.log(np.array(prices[-PATIENCE_ROUNDS:]))
    width = np.ptp(recent, axis=0).max()
    best = f"no better than {min(worst):.2%} (round {int(np.argmin(worst)) + 1})"
    if width < SETTLED_LOG_PRICE:
        return Outlook("stalled", f"prices stand still, {best}")
    period = _period(recent, width)
    if period:
        return Outlook("cycle", f"prices come back every {period} rounds, swinging by {np.expm1(width):.1%}; {best}")
    last, before = np.array(worst[-PATIENCE_ROUNDS // 2:]), np.array(worst[-PATIENCE_ROUNDS:-PATIENCE_ROUNDS // 2])
    if last.mean() > 1.1 * before.mean():
        return Outlook("diverged", f"the worst good drifts away, {worst[-1]:.2%} now; {best}")
    return Outlook("stalled", f"prices wander without coming back, {best}")


def _period(log_prices: Floats, width: float) -> int | None:
    """After how many rounds all prices come back, within a share of their swing: None if they do not."""
    for period in range(2, len(log_prices) // 2 + 1):
        gap = np.abs(log_prices[period:] - log_prices[:-period]).max()
        if gap < RETURN_SHARE * width:
            return period
    return None
