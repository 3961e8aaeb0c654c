"""Whether planning should go on, and if not, why not: converged, cycling, diverging, stalled or out of rounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters


class Outlook(NamedTuple):
    """A verdict (one of those above, or "going on") and a sentence that says why."""

    verdict: str
    why: str


def outlook(worst: list[float], prices: list[Floats], threshold: float, max_rounds: int) -> Outlook:
    """What the rounds so far say: `worst` imbalance and `prices` [good], one entry a round.

    >>> outlook([0.2, 0.04], [np.ones(1), np.ones(1)], 0.05, 100).verdict
    'converged'
    """
    law, rounds = parameters("planning"), len(worst)
    patience = law["patience_rounds"]
    if worst[-1] < threshold:
        return Outlook("converged", f"every good is within {_percent(worst[-1])} after {_rounds(rounds)}")
    if not np.isfinite(worst[-1]) or np.abs(np.log(prices[-1] / prices[0])).max() > law["runaway_log_price"]:
        return Outlook("diverged", f"prices ran away by round {rounds}")
    if rounds >= max_rounds:
        return Outlook("out of rounds", f"the worst good is still {_percent(worst[-1])} apart after {_rounds(rounds)}")
    if rounds > patience and min(worst[-patience:]) >= min(worst[:-patience]):
        return _stuck(worst, np.log(np.array(prices[-patience:])))
    return Outlook("going on", "")


def _percent(share: float) -> str:
    return "less than 0.001 %" if share < 1e-5 else f"{100 * share:.3g} %"


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count} rounds"


def _stuck(worst: list[float], recent: Floats) -> Outlook:
    """Why the worst good has not come closer for a while: recent log prices stand still, come back, or wander."""
    law, width, half = parameters("planning"), np.ptp(recent, axis=0).max(), len(recent) // 2
    best = f"no better than {_percent(min(worst))} (round {int(np.argmin(worst)) + 1})"
    if width < law["settled_log_price"]:
        return Outlook("stalled", f"prices stand still, {best}")
    if np.mean(worst[-half:]) > law["drifting_away"] * np.mean(worst[-2 * half:-half]):
        return Outlook("diverged", f"the worst good drifts away, {_percent(worst[-1])} now; {best}")
    if _swinging(recent):
        period = _period(recent, width)
        again = f"every {period} rounds" if period else "again and again, at no fixed interval"
        return Outlook("cycle", f"prices come back {again}, swinging by {_percent(np.expm1(width))}; {best}")
    return Outlook("stalled", f"prices still move one way, {best}")


def _swinging(log_prices: Floats) -> bool:
    """Whether the prices that move most go to and fro: far less is left of their moves than was moved."""
    moved = np.abs(np.diff(log_prices, axis=0)).sum(axis=0)
    left = np.abs(log_prices[-1] - log_prices[0])
    most = moved > moved.max() / 2
    return bool(left[most].max() < parameters("planning")["cycle_left_share"] * moved[most].max())


def _period(log_prices: Floats, width: float) -> int | None:
    """After how many rounds all prices come back, within a share of their swing: None if they do not."""
    for period in range(2, len(log_prices) // 2 + 1):
        gap = np.abs(log_prices[period:] - log_prices[:-period]).max()
        if gap < parameters("planning")["cycle_return_share"] * width:
            return period
    return None
