"""Rules that look at one good at a time: the two forms of the book's rule, and a power of the gap."""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.planning.law import book_step, moved
from parecon.planning.round import Round
from parecon.planning.rules import State


def book_2021(latest: Round, state: State) -> tuple[Floats, State]:
    """The rule of the program behind the book's tables: the step depends on last round's imbalance too.

    Source: Hahnel 2021, ch. 9; the book's text leaves out the lag and the floor.
    """
    law = parameters("planning")
    cap = law["book_imbalance_cap"]
    earlier = state.get("earlier", np.full(len(latest.price), cap))
    step = book_step(latest.imbalance, earlier, law["book_step_ceiling"], law["book_step_decay"],
                     law["book_step_floor"])
    return moved(latest.price, latest.supply, latest.demand, step), {"earlier": np.minimum(latest.imbalance, cap)}


def book_printed(latest: Round, state: State) -> tuple[Floats, State]:
    """The rule as printed in Hahnel 2021, p. 181: this round's imbalance in both places, no floor."""
    law = parameters("planning")
    now = np.minimum(latest.imbalance, law["book_imbalance_cap"])
    step = book_step(latest.imbalance, now, law["book_step_ceiling"], law["book_step_decay"], 0.0)
    return moved(latest.price, latest.supply, latest.demand, step), state


def proportional(latest: Round, state: State) -> tuple[Floats, State]:
    """Each price moves with a small power of demand over supply, the classical groping for a price."""
    return latest.price * np.exp(parameters("planning")["proportional_exponent"] * log_gap(latest)), state


def log_gap(latest: Round, widest: float = 50.0) -> Floats:
    """Log of demand over supply of each good, within bounds where one of them is zero: [good]."""
    tiny = np.finfo(float).tiny
    gap = np.log(np.maximum(latest.demand, tiny)) - np.log(np.maximum(latest.supply, tiny))
    return np.clip(gap, -widest, widest)
