"""What keeps a rule that trusts its model from running away when the model is wrong."""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.planning.round import Round
from parecon.planning.rules import State
from parecon.planning.rules.first_order import log_gap

SAME_PRICES = 1e-12  # to hear proposals at the same prices again tells nobody anything


def guarded(latest: Round, target_log_price: Floats, memory: State) -> tuple[Floats, State]:
    """The next prices on the way to a target, and the memory with the best round so far: [good].

    Goods are closer together when the log gaps between demand and supply are smaller, all taken
    together. Prices may go any reasonable way at once as long as they then are. Where they are not, the
    board goes back to the best prices it knows and half as far from there. After a few failures in a row,
    or where the model knows no better prices, it gropes: each price moves as under the first-order rule.
    A good not offered or not wanted has no price that clears: it moves by its own gap alone.
    """
    law = parameters("planning")
    memory = _judged(latest, memory)
    log_price = memory["best_log_price"] + shortened(target_log_price - memory["best_log_price"], memory["reach"])
    same = not np.abs(log_price - latest.log_price).max() > SAME_PRICES
    if same or memory["failures"] >= law["failures_before_groping"]:
        log_price = latest.log_price + law["proportional_exponent"] * np.clip(log_gap(latest), -1, 1)
    absent = (latest.supply <= 0) | (latest.demand <= 0)
    longest = law["structural_longest_step"]
    alone = latest.log_price + np.clip(log_gap(latest), -longest, longest)
    return np.exp(np.where(absent, alone, log_price)), memory


def _judged(latest: Round, memory: State) -> State:
    """The memory after a round was better, or not, than the best so far: how far the next step may go."""
    gap, most = log_gap(latest), parameters("planning")["longest_reach"]
    if latest.number == 1 or "best_gap" not in memory:
        return {**memory, "best_log_price": latest.log_price, "best_gap": gap, "failures": 0, "reach": most}
    went = float(np.abs(latest.log_price - memory["best_log_price"]).max())
    if np.linalg.norm(gap) < np.linalg.norm(memory["best_gap"]):
        reach = min(most, max(2 * went, memory["reach"]))
        return {**memory, "best_log_price": latest.log_price, "best_gap": gap, "failures": 0, "reach": reach}
    return {**memory, "failures": memory["failures"] + 1, "reach": went / 2}


def shortened(step: Floats, longest: float) -> Floats:
    """The same step in direction, no good further than `longest`: [good].

    >>> shortened(np.array([1.0, -4.0]), 2.0).tolist()
    [0.5, -2.0]
    """
    furthest = float(np.abs(step).max())
    return step if furthest <= longest else step * (longest / furthest)
