"""What keeps a rule that trusts its model from running away when the model is wrong."""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.planning.round import Round
from parecon.planning.rules import State
from parecon.planning.rules.first_order import log_gap


def guarded(latest: Round, target_log_price: Floats, memory: State) -> tuple[Floats, State]:
    """The next prices on the way to a target, and the memory with the best round so far: [good].

    One worse round is a lesson, from which the model learns. From the second in a row on, the board goes
    back to the best prices it knows and only part of the way from there, half as far each time; after
    five, no further than the first-order rule would. A good not offered or not wanted has no price that
    clears: it moves by the first-order rule alone.
    """
    law = parameters("planning")
    failures = memory.get("failures", 0) + 1
    if latest.number == 1 or "best_worst" not in memory or latest.worst < memory["best_worst"]:
        memory = {**memory, "best_worst": latest.worst, "best_log_price": latest.log_price, "best_gap": log_gap(latest)}
        failures = 0
    best = memory["best_log_price"]
    groped = best + law["proportional_exponent"] * np.clip(memory["best_gap"], -1, 1)
    log_price = np.where(np.isfinite(target_log_price), target_log_price, groped)
    if failures > law["failures_before_groping"]:
        log_price = groped
    elif failures > 1:
        log_price = best + 0.5 ** (failures - 1) * (log_price - best)
    absent = (latest.supply <= 0) | (latest.demand <= 0)
    longest = law["structural_longest_step"]
    alone = latest.log_price + np.clip(log_gap(latest), -longest, longest)
    log_price = np.clip(np.where(absent, alone, log_price), -MOST_LOG_PRICE, MOST_LOG_PRICE)
    return np.exp(log_price), {**memory, "failures": failures}


MOST_LOG_PRICE = 200.0  # beyond this a product of two prices overflows
