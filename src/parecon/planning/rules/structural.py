"""One Newton step a round on the board's model of the councils, no longer than a doubling or halving."""

from __future__ import annotations

from parecon.base.columns import Floats
from parecon.base.parameters import parameters
from parecon.planning.belief import believe
from parecon.planning.clearing import Market
from parecon.planning.round import Round
from parecon.planning.rules import State
from parecon.planning.rules.safeguard import guarded, shortened

LEFT_OF_GAP = 1e-9  # a step is all of a round: nothing mends it


def structural(latest: Round, state: State) -> tuple[Floats, State]:
    """Moves all prices at once towards where the proposals say that supply and demand would meet."""
    belief, memory = believe(latest, state)
    market = Market(belief)
    point = market.at(latest.log_price)
    step = -market.solver(point, LEFT_OF_GAP)(point.gap, 0.0)
    longest = parameters("planning")["structural_longest_step"]
    return guarded(latest, latest.log_price + shortened(step, longest), memory)
