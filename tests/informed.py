"""A board better informed than any can be: what a rule that learns from proposals alone is measured against.

It knows from the start how every council responds to prices and lacks each council's scale alone. Where
proposals are off by chance, anew in every round, nothing tells the scale better than the mean of what the
council has proposed so far: no rule that learns from proposals can be expected to take fewer rounds.
"""

from __future__ import annotations

import numpy as np

from parecon.base.columns import Floats
from parecon.economy.model import Economy
from parecon.planning.behaviour import CobbDouglas
from parecon.planning.belief import Belief
from parecon.planning.clearing import clear
from parecon.planning.habits import Noisy
from parecon.planning.round import Councils, Round
from parecon.planning.rounds import constant_shares, cost_index
from parecon.planning.rules import Rule, State


def plain(economy: Economy) -> CobbDouglas:
    return CobbDouglas(economy.workers, len(economy.goods))


def noisy(economy: Economy, seed: int = 7) -> Councils:
    """Councils of which every proposal is off by chance, 5 %, anew each round."""
    return Councils(economy, Noisy(plain(economy), 0.05, seed))


def informed(economy: Economy) -> Rule:
    """A price rule that knows every council's response and learns its scale."""
    workers, none = plain(economy), np.zeros(len(economy.goods))

    def rule(latest: Round, state: State) -> tuple[Floats, State]:
        own = latest.log_price[workers.recipes.product]
        meant = workers.responsiveness * (own - cost_index(workers.recipes, workers.cost_share, latest.log_price))
        scales = [*state.get("scales", []), latest.proposals.log_receipts - meant]
        expected = np.mean(scales, axis=0) + meant
        response = constant_shares(expected, workers.responsiveness, latest.proposals.outlay_rate)
        return np.exp(clear(Belief(latest, response, as_proposed=False, learned=True, spending_elasticity=none,
                                   permit_elasticity=none))), {"scales": scales}

    return rule
