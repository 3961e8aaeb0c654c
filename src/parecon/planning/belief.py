"""What the board believes about the councils, learned from their proposals alone.

Output is taken to move with the price of the product and the cost of the recipe, at the cost shares
that a council itself proposes. With returns R, receipts answer both by 1 / (1 - R): a first guess of R
is the sum of the council's cost shares plus a little for effort. Every further round is an
observation of each council, from which its own response is learned by least squares; one that is
smaller than its cost shares allow is read as a workplace near its capacity, which answers price over
cost and little else. Nothing here reads an economy: proposals are all that the board gets to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, sums
from parecon.base.parameters import parameters
from parecon.planning.learning import elasticity, noise, share_moved, slope_and_rest
from parecon.planning.round import Round
from parecon.planning.rounds import Response, cost_index

Memory = dict[str, Any]


@dataclass(eq=False)
class Belief:
    """The board's model of one moment, anchored at a round: at its prices it says what was proposed.

    `response` is [council]; the elasticities, of consumers' spending and of permits granted with
    respect to a good's own price, are [good].
    """

    latest: Round
    response: Response
    spending_elasticity: npt.NDArray[np.float64]
    permit_elasticity: npt.NDArray[np.float64]


def believe(latest: Round, memory: Memory) -> tuple[Belief, Memory]:
    """What the board believes after a round, and what it remembers for the next.

    `memory` is empty before the first round of a first year. In the first round of a later year only
    what was learned about the councils is used: their returns, and whether they are slow.
    """
    law = parameters("planning")
    memory = _probed(latest, memory) if latest.number > 1 and "output" in memory else _listened(latest, memory)
    learned = _learned(memory)
    memory["effort"] = 1 - 1 / learned.to_price - memory["share"]
    prices = memory["log_price"]
    return Belief(latest, _anchored(latest, memory, learned),
                  elasticity(prices, memory["spending"], 0.0, *law["spending_elasticity_bounds"]),
                  elasticity(prices, memory["granted"], law["permit_elasticity"], 0.0, law["most_permit_elasticity"]),
                  ), memory


def _listened(latest: Round, carried: Memory) -> Memory:
    """After a first round: cost shares are known, returns are guessed, or known from last year."""
    proposals, law = latest.proposals, parameters("planning")
    total = sums(proposals.recipes.input_start, proposals.cost_share)
    share = total * proposals.outlay_rate
    known = carried.get("effort")
    returns = share + (law["effort_returns"] if known is None or len(known) != len(share) else known)
    # Shares of 1 and more are subsidies, mistakes or increasing returns: no guide, so take the usual.
    usual = min(float(np.median(returns)), law["most_returns"])
    returns = np.where(share >= 1, usual, np.clip(returns, 0.0, law["most_returns"]))
    return {"returns": returns, "share": np.minimum(share, law["most_returns"]), "total": total,
            "cost_share": proposals.cost_share, "product": proposals.recipes.product,
            "share_moved": carried.get("share_moved", 1.0), "prior_weight": law["prior_weight"], "noise": 0.0,
            "cost": [np.zeros(len(share))], "output": [proposals.log_output(latest.log_price)], **_seen(latest)}


def _seen(latest: Round) -> Memory:
    return {"log_price": [latest.log_price], "spending": [latest.asked.spending], "granted": [latest.asked.granted]}


def _probed(latest: Round, earlier: Memory) -> Memory:
    """After a later round: one more observation of every council, of spending and of permits."""
    proposals = latest.proposals
    start, now, before = proposals.recipes.input_start, proposals.cost_share, earlier["cost_share"]
    mean, total = (now, earlier["total"]) if now is before else ((now + before) / 2, sums(start, now))
    moved = cost_index(proposals.recipes, mean, latest.log_price - earlier["log_price"][-1])
    seen = {"cost": [earlier["cost"][-1] + 2 * moved / (total + earlier["total"])],
            "output": [proposals.log_output(latest.log_price)], **_seen(latest)}
    kept = parameters("planning")["kept_rounds"]
    memory = {**earlier, "cost_share": now, "total": total,
              **{name: [*earlier[name], *value][-kept:] for name, value in seen.items()}}
    if latest.number == 2:
        _judge(memory)
    return memory


def _judge(memory: Memory) -> None:
    """After the second round: are councils slow, and how far off by chance are their proposals?"""
    guess = 1 / (1 - memory["returns"])
    favour = _favour(memory, memory["share"])
    expected = guess * (favour[1] - favour[0]) - (_own(memory)[1] - _own(memory)[0])
    if memory["share_moved"] == 1:
        memory["share_moved"] = share_moved(expected, memory["output"][1] - memory["output"][0])
    value = [own + output for own, output in zip(_own(memory), _aimed(memory), strict=True)]
    moved = favour[1] - favour[0]
    memory["noise"], memory["prior_weight"] = noise(moved, value[1] - value[0] - guess * moved)


@dataclass(eq=False)
class _Learned:
    """Each council's response to its own price and to its cost index (weights summing to 1): [council].

    `outlay_to_price` and `outlay_to_cost` are those of what it spends on inputs; `rest` is what its
    last proposal was above the line through all its proposals, in logarithms.
    """

    to_price: Floats
    to_cost: Floats
    outlay_to_price: Floats
    outlay_to_cost: Floats
    rest: Floats


def _learned(memory: Memory) -> _Learned:
    """The responses that best explain all proposals so far, leaning on the first guess."""
    law, share, returns = parameters("planning"), memory["share"], memory["returns"]
    trust = _trust_in_average(memory)
    forget = max(law["forgetting"], trust)
    output, own = _aimed(memory), _own(memory)
    value = [price + made for price, made in zip(own, output, strict=True)]
    whole, rest = slope_and_rest(_favour(memory, share), value, 1 / (1 - returns), memory["prior_weight"], forget)
    whole = np.minimum(whole, 1 / (1 - law["most_returns"]))
    near = whole < law["near_capacity"] / (1 - share)
    free = _Learned(whole, whole * share, whole, whole * share, trust * rest)
    if len(output) == 1 or not near.any():
        return free
    supply, _ = slope_and_rest(_favour(memory, 1.0), output, share / (1 - share), memory["prior_weight"], forget)
    supply = np.clip(supply, 0.0, share / (1 - share))
    tight = (1 + supply, supply, supply / share, supply / share - 1)
    return _Learned(*(np.where(near, one, other) for one, other in zip(
        tight, (free.to_price, free.to_cost, free.outlay_to_price, free.outlay_to_cost), strict=True)), free.rest)


def _anchored(latest: Round, memory: Memory, learned: _Learned) -> Response:
    """The learned response as a model of the next proposals, through the latest ones."""
    proposals, pace, total = latest.proposals, memory["share_moved"], memory["total"]
    log_receipts = proposals.log_receipts - learned.rest
    if pace < 1 and len(memory["output"]) > 1:
        log_receipts = log_receipts + (1 - pace) * (memory["output"][-1] - memory["output"][-2])
    to_price, to_cost = pace * learned.to_price + 1 - pace, pace * learned.to_cost / total
    own = latest.log_price[proposals.recipes.product]
    cost = cost_index(proposals.recipes, proposals.cost_share, latest.log_price)
    intercept = log_receipts - to_price * own + to_cost * cost
    if learned.outlay_to_price is learned.to_price:
        none = np.broadcast_to(0.0, len(own))
        return Response(intercept, to_price, to_cost, proposals.outlay_rate, none, none)
    beyond_price = pace * (learned.outlay_to_price - learned.to_price)
    beyond_cost = pace * (learned.outlay_to_cost - learned.to_cost) / total
    rate = proposals.outlay_rate * np.exp(beyond_cost * cost - beyond_price * own)
    return Response(intercept, to_price, to_cost, rate, beyond_price, beyond_cost)


def _own(memory: Memory) -> list[Floats]:
    """Log price of each council's product, one entry a round: [council]."""
    return [log_price[memory["product"]] for log_price in memory["log_price"]]


def _favour(memory: Memory, share: Floats | float) -> list[Floats]:
    """How favourable prices were to each council, one entry a round: own price less share x cost index."""
    return [own - share * cost for own, cost in zip(_own(memory), memory["cost"], strict=True)]


def _aimed(memory: Memory) -> list[Floats]:
    """What each council was aiming at, one entry a round: further than it went, where councils are slow."""
    made, pace = memory["output"], memory["share_moved"]
    if pace == 1:
        return made
    return [made[0], *(before + (after - before) / pace for before, after in zip(made, made[1:], strict=False))]


def _trust_in_average(memory: Memory) -> float:
    """How much more the average of all rounds says than the latest: near 1 where chance is large."""
    chance = memory["noise"]
    return chance / (chance + parameters("planning")["misfit_variance"])
