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
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, slices
from parecon.base.parameters import parameters
from parecon.planning.learning import elasticity, left_over, noise, share_moved, slope_and_rest, some
from parecon.planning.round import Round
from parecon.planning.rounds import Response, cost_index, recipe_sums

Memory = dict[str, Any]
"""What the board keeps between rounds, so that a run can stop and go on.

One entry a round: `log_price`, `spending`, `granted` [good]; `receipts` (log), `cost` (cost index) [council].
First guesses, from the first round [council]: `total` and `share`, the sums of cost shares, of sales and of receipts;
`returns`, share and effort. Learned: `effort` [council], returns beyond cost shares; `share_moved`, how far councils
go in a round; `noise`, the variance by chance, and by it `prior_weight`. The first two serve the next year as well.
"""


@dataclass(eq=False)
class Belief:
    """The board's model of one moment, anchored at a round: at its prices it says what was proposed.

    `response` [council] is to how far log prices have moved since the round. `as_proposed` where the model
    says at the round's prices exactly what was proposed; `learned` where responses are more than first guesses.
    The elasticities, of consumers' spending and of permits granted with respect to a good's own price, are [good].
    """

    latest: Round
    response: Response
    as_proposed: bool
    learned: bool
    spending_elasticity: Floats
    permit_elasticity: Floats


def believe(latest: Round, memory: Memory) -> tuple[Belief, Memory]:
    """What the board believes after a round, and what it remembers for the next.

    `memory` is empty before the first round of a first year. In the first round of a later year only
    what was learned about the councils is used: their returns, and whether they are slow.
    """
    law, learned = parameters("planning"), latest.number > 1 or "effort" in memory
    memory = _probed(latest, memory) if latest.number > 1 and "receipts" in memory else _listened(latest, memory)
    response, memory["effort"] = (_learned if len(memory["receipts"]) > 1 else _guessed)(latest, memory)
    prices = memory["log_price"]
    return Belief(latest, response, memory["noise"] == 0 and memory["share_moved"] == 1, learned,
                  elasticity(prices, memory["spending"], 0.0, *law["spending_elasticity_bounds"]),
                  elasticity(prices, memory["granted"], law["permit_elasticity"], 0.0, law["most_permit_elasticity"]),
                  ), memory


def _listened(latest: Round, carried: Memory) -> Memory:
    """After a first round: cost shares are known, returns are guessed, or known from last year."""
    proposals, law = latest.proposals, parameters("planning")
    total = recipe_sums(proposals.recipes, proposals.cost_share)
    known = carried.get("effort")
    if known is None or len(known) != len(total):
        known = np.broadcast_to(law["effort_returns"], len(total))
    share, returns = np.empty(len(total)), np.empty(len(total))
    for part in slices(len(total)):
        share[part] = total[part] * proposals.outlay_rate[part]
        returns[part] = share[part] + known[part]
    beyond = share >= 1
    if beyond.any():  # subsidies, mistakes or increasing returns: no guide, so take the usual
        returns[beyond] = np.median(returns)
    np.clip(returns, 0.0, law["most_returns"], out=returns)
    np.minimum(share, law["most_returns"], out=share)
    return {"returns": returns, "share": share, "total": total,
            "_cost_share": proposals.cost_share, "share_moved": carried.get("share_moved", 1.0),
            "prior_weight": law["prior_weight"], "noise": 0.0, "cost": [np.zeros(len(share))], **_seen(latest)}


def _seen(latest: Round) -> Memory:
    return {"receipts": [latest.proposals.log_receipts], "log_price": [latest.log_price],
            "spending": [latest.asked.spending], "granted": [latest.asked.granted]}


def _probed(latest: Round, earlier: Memory) -> Memory:
    """After a later round: one more observation of every council, of spending and of permits."""
    proposals = latest.proposals
    now, before = proposals.cost_share, earlier.get("_cost_share", proposals.cost_share)
    mean, total = ((now, earlier["total"]) if now is before
                   else ((now + before) / 2, recipe_sums(proposals.recipes, now)))
    moved = cost_index(proposals.recipes, mean, latest.log_price - earlier["log_price"][-1])
    seen = {"cost": [earlier["cost"][-1] + 2 * moved / (total + earlier["total"])], **_seen(latest)}
    kept = parameters("planning")["kept_rounds"]
    memory = {**earlier, "_cost_share": now, "total": total,
              **{name: [*earlier[name], *value][-kept:] for name, value in seen.items()}}
    answers = _answers(memory, proposals.recipes.product, some(len(total)))
    judge = _judge if latest.number == 2 else _judge_again
    judge(answers, memory)
    return memory


class Answers(NamedTuple):
    """What some councils have answered so far: columns [council], lists with one entry a round.

    `own` is the log price of the product, `cost` the cost index with weights that sum to 1, `value` the log
    receipts; `share` the sum of cost shares, `returns` the first guess. What receipts are of sales does not
    change within a year, and only changes are looked at: so `value` serves for sales as well.
    """

    own: list[Floats]
    cost: list[Floats]
    value: list[Floats]
    share: Floats
    returns: Floats

    @property
    def output(self) -> list[Floats]:
        """Log output, but for a constant of each council."""
        return [value - own for value, own in zip(self.value, self.own, strict=True)]

    def favour(self, share: Floats | float) -> list[Floats]:
        """How favourable prices were, one entry a round: own price less share x cost index."""
        return [own - share * cost for own, cost in zip(self.own, self.cost, strict=True)]

    def aimed(self, pace: float) -> list[Floats]:
        """What councils were aiming at, one entry a round: further than they went, where they are slow."""
        made = self.output
        if pace == 1:
            return made
        return [made[0], *(before + (after - before) / pace for before, after in pairwise(made))]


def _answers(memory: Memory, product: npt.NDArray[Any], part: slice) -> Answers:
    return Answers([log_price[product[part]] for log_price in memory["log_price"]],
                   [each[part] for each in memory["cost"]], [each[part] for each in memory["receipts"]],
                   memory["share"][part], memory["returns"][part])


def _judge(answers: Answers, memory: Memory) -> None:
    """After the second round: are councils slow, and how far off by chance are their proposals?"""
    guess = 1 / (1 - answers.returns)
    first, second = answers.favour(answers.share)
    own = answers.own[1] - answers.own[0]
    if memory["share_moved"] == 1:
        memory["share_moved"] = share_moved(guess * (second - first) - own, answers.output[1] - answers.output[0])
    aimed = answers.aimed(memory["share_moved"])
    surprise = aimed[1] - aimed[0] + own - guess * (second - first)
    memory["noise"], memory["prior_weight"] = noise(second - first, surprise)


def _judge_again(answers: Answers, memory: Memory) -> None:
    """After later rounds: what a straight line explains was not chance after all."""
    aimed, least = answers.aimed(memory["share_moved"]), parameters("planning")["prior_weight"]
    value: list[Floats] = [own + made for own, made in zip(answers.own, aimed, strict=True)]
    chance = left_over(answers.favour(answers.share), value)
    if chance < memory["noise"]:
        memory["prior_weight"] = max(memory["prior_weight"] * chance / memory["noise"], least)
        memory["noise"] = chance


class Learned(NamedTuple):
    """Responses of some councils to their own price and to their cost index (weights sum to 1): [council].

    `outlay_to_price` and `outlay_to_cost` are those of what it spends on inputs, beyond receipts; `rest`
    is how far its last proposal lies above the line through all its proposals, in logarithms.
    """

    to_price: Floats
    to_cost: Floats
    outlay_to_price: Floats
    outlay_to_cost: Floats
    rest: Floats


def _learn(answers: Answers, pace: float, prior_weight: float, trust: float) -> Learned:
    """The responses that best explain all answers so far, leaning on the first guess."""
    law, share = parameters("planning"), answers.share
    aimed, forget, guess = answers.aimed(pace), max(law["forgetting"], trust), 1 / (1 - answers.returns)
    value: list[Floats] = [own + made for own, made in zip(answers.own, aimed, strict=True)]
    whole, rest = slope_and_rest(answers.favour(share), value, guess, prior_weight, forget)
    whole = np.minimum(whole, 1 / (1 - law["most_returns"]))
    near = whole < law["near_capacity"] / (1 - share)
    if not near.any():
        none = np.broadcast_to(0.0, len(guess))
        return Learned(whole, whole * share, none, none, trust * rest)
    supply, _ = slope_and_rest(answers.favour(1.0), aimed, share / (1 - share), prior_weight, forget)
    supply = np.clip(supply, 0.0, share / (1 - share))
    beyond = np.where(near, supply / share - 1 - supply, 0.0)
    to_price, to_cost = np.where(near, 1 + supply, whole), np.where(near, supply, whole * share)
    return Learned(to_price, to_cost, beyond, beyond, trust * rest)


def _guessed(latest: Round, memory: Memory) -> tuple[Response, Floats]:
    """The model after one round, from first guesses alone, and returns beyond cost shares."""
    proposals, pace = latest.proposals, memory["share_moved"]
    guess = 1 / (1 - memory["returns"])
    to_cost = pace * guess * memory["share"] / memory["total"]
    none = np.broadcast_to(0.0, len(guess))
    return (Response(proposals.log_receipts, pace * guess + 1 - pace, to_cost, proposals.outlay_rate, none, none),
            memory["returns"] - memory["share"])


def _learned(latest: Round, memory: Memory) -> tuple[Response, Floats]:
    """The board's model of the next proposals, through the latest ones, and returns beyond cost shares.

    Worked out for a slice of councils at a time: a nation's would not fit beside each other.
    """
    proposals, chance = latest.proposals, memory["noise"]
    product, total, pace = proposals.recipes.product, memory["total"], memory["share_moved"]
    trust = chance / (chance + parameters("planning")["misfit_variance"])
    intercept, to_price, to_cost, effort = (np.empty(len(total)) for _ in range(4))
    beyond_price, beyond_cost = (np.broadcast_to(0.0, len(total)) for _ in range(2))
    for part in slices(len(total)):
        answers = _answers(memory, product, part)
        learned = _learn(answers, pace, memory["prior_weight"], trust)
        effort[part] = 1 - 1 / learned.to_price - answers.share
        to_price[part] = pace * learned.to_price + 1 - pace
        to_cost[part] = pace * learned.to_cost / total[part]
        made = answers.output
        intercept[part] = proposals.log_receipts[part] - learned.rest + (1 - pace) * (made[-1] - made[-2])
        if learned.outlay_to_price.any():
            if not beyond_price.flags.writeable:
                beyond_price, beyond_cost = np.zeros(len(total)), np.zeros(len(total))
            beyond_price[part] = pace * learned.outlay_to_price
            beyond_cost[part] = pace * learned.outlay_to_cost / total[part]
    return Response(intercept, to_price, to_cost, proposals.outlay_rate, beyond_price, beyond_cost), effort
