"""Why the board set a price: which goods were short or in excess, and which councils answer.

Under the rules that use a model of the councils, a price moves not only because its own good is short:
bread is dearer because flour is, or cheaper because bakers would rather use the same ovens. The model
is linear near the prices of a round, so a change of price is a sum with one part for each good's gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from parecon.base.columns import Floats, owners
from parecon.base.errors import BadInput
from parecon.base.parameters import parameters
from parecon.planning.belief import Belief, Memory, believe
from parecon.planning.clearing import Market
from parecon.planning.consumers import Consumers
from parecon.planning.procedure import Plan
from parecon.planning.round import BEHAVIOURS
from parecon.planning.rounds import respond

MODELLED = ("predictive", "structural")
SHOWN = 5
MOST_COUNCILS = 200_000


class Cause(NamedTuple):
    """A good whose gap moved the price: demand over supply, and by how much that multiplied the price.

    The factors of all goods multiplied are the whole change; `share_of_change` is a factor's part of it
    in logarithms, so that the shares of all goods add up to 1.
    """

    good: str
    name: str
    demand_over_supply: float
    factor: float
    share_of_change: float


class Answer(NamedTuple):
    """A council that makes or uses the good, and by how much the board expects that to change, in its unit."""

    council: str
    does: str
    change: float


@dataclass(frozen=True)
class Why:
    """Why a price was what it was in a round: in credits per unit, with the largest causes and answers first.

    A good that nobody offers or nobody wants has no causes: no price would clear it.
    """

    good: str
    round: int
    price_before: float
    price_after: float
    causes: tuple[Cause, ...]
    answers: tuple[Answer, ...]

    def __str__(self) -> str:
        before, after = f"{self.price_before:.4g}", f"{self.price_after:.4g}"
        lines = [f"{self.good}: {before} in round {self.round - 1}, {after} in round {self.round}"]
        lines += [f"  x {each.factor:.3g} because demand for {each.name} was "
                  f"{each.demand_over_supply:.3g} times its supply" for each in self.causes]
        others = self.price_after / self.price_before / math.prod(each.factor for each in self.causes)
        lines += [f"  x {others:.3g} because of all other goods" if self.causes else
                  "  because it was offered and not wanted, or wanted and not offered: it moved by that alone"]
        lines += [f"  {each.council} {each.does} {abs(each.change):.4g} {'more' if each.change > 0 else 'less'}"
                  for each in self.answers]
        return "\n".join(lines)


def why(plan: Plan, good: str, number: int = 2) -> Why:
    """Why a good got its price of a round (2, the first that the board set, unless told otherwise).

    Raises BadInput for a good or a round that the plan does not have, for a rule that looks at one good
    at a time anyway, for councils of one's own (they may not propose the same when they are heard again),
    and for more goods than fit a dense model.

    >>> from parecon.economy.generate import book
    >>> from parecon.planning.procedure import plan
    >>> reason = why(plan(book(300, 100, 5)), "private-1")
    >>> round(sum(each.share_of_change for each in reason.causes), 1) > 0.3
    True
    """
    codes = plan.economy.goods.code
    if good not in codes:
        raise BadInput("why", "good", good, "the code of a good of this economy")
    if not 2 <= number <= plan.rounds:
        raise BadInput("why", "round", number, f"one from 2 to {plan.rounds}" if plan.rounds > 1 else
                       "a plan of two rounds or more: in this one the board set no price")
    _explainable(plan)
    belief = next(belief for belief in beliefs(plan) if belief.latest.number == number - 1)
    row = codes.index(good)
    before, after = (plan.history.price[at][row] for at in (number - 2, number - 1))
    causes, weight = _causes(belief, row), np.exp(Market(belief).at(belief.latest.log_price).gap)
    factors = (after / before) ** causes
    traded = Market(belief).traded[row]
    largest = [Cause(codes[each], plan.economy.goods.name[each], float(weight[each]), float(factors[each]),
                     float(causes[each])) for each in np.argsort(-np.abs(causes), kind="stable")[:SHOWN] if traded]
    return Why(good, number, float(before), float(after), tuple(largest),
               _answers(plan, belief, row, np.log(plan.history.price[number - 1])))


def _explainable(plan: Plan) -> None:
    most = parameters("planning")["clearing_dense_goods"]
    if plan.rule not in MODELLED:
        raise BadInput("why", "rule", plan.rule, "one of " + ", ".join(MODELLED) + " (others look at each good alone)")
    if not _alike(plan):
        raise BadInput("why", "councils", plan.councils.behaviour,
                       "those that propose the same whenever they are asked: " + ", ".join(BEHAVIOURS))
    if len(plan.economy.goods) > most:
        raise BadInput("why", "goods", len(plan.economy.goods), f"at most {most}")


def _alike(plan: Plan) -> bool:
    """Whether the plan's councils propose the same at the same prices, whenever they are asked."""
    return plan.councils.behaviour in BEHAVIOURS and type(plan.councils.consumers) is Consumers


def beliefs(plan: Plan) -> Iterator[Belief]:
    """What the board believed after each round, worked out again from the prices it had announced."""
    memory: Memory = dict(plan.carried)
    for number, price in enumerate(plan.history.price[:-1], start=1):
        belief, memory = believe(plan.councils.answer(np.log(price), None, number), memory)
        yield belief


def _causes(belief: Belief, row: int) -> Floats:
    """Each good's part in the change of one log price, as shares of the whole: [good], adding to 1."""
    market = Market(belief)
    point = market.at(belief.latest.log_price)
    goods = len(point.gap)
    unit = np.zeros(goods)
    unit[row] = 1.0
    effect = np.linalg.solve(market.slope(point).T, unit) * -point.gap
    return effect / effect.sum() if effect.sum() else effect


def _answers(plan: Plan, belief: Belief, row: int, log_price: Floats) -> tuple[Answer, ...]:
    """The councils whose making or using of a good changes most, as the board expected it."""
    proposals, response = belief.latest.proposals, belief.response
    recipes = proposals.recipes
    entry = np.flatnonzero(recipes.input_good == row)
    user = owners(recipes.input_start)[entry]
    change = []
    for at in (belief.latest.log_price, log_price):
        receipts = np.exp(respond(recipes, proposals.cost_share, response, proposals.receipt_rate,
                                  at - belief.latest.log_price)[0])
        made = np.where(recipes.product == row, receipts / proposals.receipt_rate, 0.0)
        outlay = receipts[user] * Market(belief).outlay_rate(at)[user]
        change.append((made / np.exp(at[row]), proposals.cost_share[entry] * outlay / np.exp(at[row])))
    makes, uses = (later - earlier for earlier, later in zip(*change, strict=True))
    named = [(abs(makes[i]), Answer(plan.economy.workers.name_of(int(i)), "makes", float(makes[i])))
             for i in np.argsort(-np.abs(makes))[:SHOWN]]
    named += [(abs(uses[i]), Answer(plan.economy.workers.name_of(int(user[i])), "uses", float(uses[i])))
              for i in np.argsort(-np.abs(uses))[:SHOWN]]
    ordered = sorted(named, key=lambda each: -each[0])
    return tuple(answer for size, answer in ordered if size > 0)[:SHOWN]


def reasons(plan: Plan) -> Iterator[tuple[int, int, float, float, int, float]]:
    """The reasons of each round's largest price changes, as rows for a table.

    None for rules that look at each good alone, for councils of one's own, and for economies so large that a
    table is not worth hearing all councils again: ask `why` for the one price that matters.

    A row: round, good, price before, price after, the good that caused it, its share of the change.
    """
    if plan.rule not in MODELLED or len(plan.economy.workers) > MOST_COUNCILS or not _alike(plan):
        return
    if len(plan.economy.goods) > parameters("planning")["clearing_dense_goods"]:
        return
    for belief in beliefs(plan):
        after, before = (plan.history.price[belief.latest.number - back] for back in (0, 1))
        for row in np.argsort(-np.abs(np.log(after / before)), kind="stable")[:2 * SHOWN]:
            causes = _causes(belief, row)
            for cause in np.argsort(-np.abs(causes), kind="stable")[:SHOWN]:
                yield (belief.latest.number + 1, int(row), float(before[row]), float(after[row]), int(cause),
                       float(causes[cause]))
