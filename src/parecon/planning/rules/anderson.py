"""Anderson mixing: combine the last few rounds so that what is left over cancels as far as it can."""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.planning.round import Round
from parecon.planning.rules import State
from parecon.planning.rules.first_order import log_gap


def anderson(latest: Round, state: State) -> tuple[Floats, State]:
    """Mixes the last rounds' prices with the weights that would have left the smallest gap.

    Works on log prices and log demand over supply; the step is bounded.
    Source: D. G. Anderson, Iterative procedures for nonlinear integral equations, JACM 1965.
    """
    law = parameters("planning")
    gap = log_gap(latest)
    prices = _remember(state.get("log_prices"), latest.log_price, law["anderson_memory_rounds"])
    gaps = _remember(state.get("gaps"), gap, law["anderson_memory_rounds"])
    step = law["anderson_mixing"] * gap
    if len(gaps) > 1:
        weights = np.linalg.lstsq(np.diff(gaps, axis=0).T, gap, rcond=None)[0]
        step -= weights @ (np.diff(prices, axis=0) + law["anderson_mixing"] * np.diff(gaps, axis=0))
    longest = law["anderson_longest_step"]
    return np.exp(latest.log_price + np.clip(step, -longest, longest)), {"log_prices": prices, "gaps": gaps}


def _remember(earlier: Floats | None, latest: Floats, rounds: int) -> Floats:
    """The last so many differences' worth of rounds, newest last: [round, good]."""
    return np.vstack([latest] if earlier is None else [earlier, latest])[-rounds - 1:]
