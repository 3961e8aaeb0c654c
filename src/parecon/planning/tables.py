"""A plan as tables: goods, rounds, worker councils, what members consume and earn, what is counted beside.

'Before' is the economy that the planned one is a variant of (or the planned one itself), its
councils answering their start prices; 'after' is the last round of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from parecon.base.columns import Floats, sums
from parecon.economy.councils import ConsumerCouncils
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.planning.behaviour import CobbDouglas
from parecon.planning.consumers import spending
from parecon.planning.law import benefit_to_cost, is_maximum
from parecon.planning.procedure import Plan
from parecon.planning.round import BEHAVIOURS, Councils, Round, councils_of
from parecon.planning.why import reasons

EVERYONE = "all councils"
KIND_WORDS = pl.Series([kind.name.lower() for kind in Kind])


def tables(plans: Sequence[Plan]) -> dict[str, pl.DataFrame]:
    """All tables of a run by name; the first plan is the one that they describe.

    >>> from parecon.economy.generate import book
    >>> from parecon.planning.procedure import plan
    >>> sorted(tables([plan(book(300, 100, 5), "book-2021", max_rounds=2)]))
    ['consumption', 'goods', 'incomes', 'rounds', 'workers']
    """
    first = plans[0]
    before = start_of(first.economy.baseline or first.economy, first.councils.behaviour)
    made = {"goods": goods(first), "rounds": rounds(plans), "workers": workers(first),
            "consumption": consumption(first, before), "incomes": incomes(first, before)}
    if first.economy.satellites is not None:
        made["satellites"] = satellites(first, before)
    causes = why(first)
    if len(causes):
        made["why"] = causes
    return made


def start_of(economy: Economy, behaviour: str = "published") -> tuple[Economy, Round]:
    """An economy with its councils' answer to its start prices, as plan councils behave."""
    councils = councils_of(economy, behaviour) if behaviour in BEHAVIOURS else Councils(economy)
    return economy, councils.answer(np.log(economy.goods.start_price), None)


def goods(plan: Plan) -> pl.DataFrame:
    """One row a good: what it is, and the last round of the plan."""
    known = plan.economy.goods
    return pl.DataFrame({
        "good": np.arange(len(known), dtype=np.int32), "code": known.code, "name": known.name,
        "kind": KIND_WORDS.gather(known.kind), "unit": known.unit, "start_price": known.start_price,
        "price": plan.last.price, "supply": plan.last.supply, "demand": plan.last.demand,
        "imbalance": plan.last.imbalance})


def why(plan: Plan) -> pl.DataFrame:
    """One row a cause: what moved the prices that moved most in each round, where the rule can tell."""
    columns = {"round": pl.Int32, "good": pl.Int32, "price_before": pl.Float64, "price_after": pl.Float64,
               "cause_good": pl.Int32, "share_of_change": pl.Float64}
    return pl.DataFrame(list(reasons(plan)), schema=columns, orient="row")


def rounds(plans: Sequence[Plan]) -> pl.DataFrame:
    """One row a rule, round and good, in this order."""
    return pl.concat([_rounds_of(plan) for plan in plans])


def _rounds_of(plan: Plan) -> pl.DataFrame:
    count, each = plan.rounds, len(plan.economy.goods)
    columns = {name: np.concatenate(getattr(plan.history, name)) for name in ("price", "supply", "demand", "imbalance")}
    return pl.DataFrame({
        "rule": pl.repeat(plan.rule, count * each, eager=True),
        "round": np.repeat(np.arange(1, count + 1, dtype=np.int32), each),
        "good": np.tile(np.arange(each, dtype=np.int32), count), **columns})


def workers(plan: Plan) -> pl.DataFrame:
    """One row a worker council: what it makes, from what, with how much effort, at what benefit for its cost."""
    councils, proposals = plan.economy.workers, plan.last.proposals
    receipts = proposals.receipts
    input_cost = receipts * proposals.outlay_rate * sums(councils.input_start, proposals.cost_share)
    returns = councils.returns()
    best = is_maximum(returns) | (plan.councils.behaviour == "limited")  # whatever pays has an end at capacity
    plain = CobbDouglas(councils, len(plan.economy.goods))
    frame = pl.DataFrame({
        "council": np.arange(len(councils), dtype=np.int32), "product": councils.product.astype(np.int32),
        "output": np.exp(proposals.log_output(plan.last.log_price)), "receipts": receipts, "input_cost": input_cost,
        "benefit_to_cost": benefit_to_cost(receipts / proposals.receipt_rate, input_cost),
        "effort": plain.effort(proposals.log_receipts + np.log(proposals.outlay_rate)), "returns": returns,
        "order": best, "establishments": np.array(councils.establishments, dtype=float)})
    frame = frame.with_columns(pl.when("order").then(pl.lit("maximum")).otherwise(pl.lit("minimum")).alias("order"))
    return frame if councils.code is None else frame.insert_column(1, pl.Series("code", councils.code))


def consumption(plan: Plan, before: tuple[Economy, Round]) -> pl.DataFrame:
    """One row a group of consumer councils and good that it consumes: spending and quantity before and after."""
    names, members, then, now = _groups(plan, before)
    price_then, price_now = _on_goods_of(plan.economy, before[0], before[1].price), plan.last.price
    group, good = np.nonzero((then > 0) | (now > 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        quantity_then = np.where(then > 0, then / price_then, 0.0)[group, good]
    return pl.DataFrame({
        "group": pl.Series(names).gather(group), "good": good.astype(np.int32), "members": members[group],
        "spending_before": then[group, good], "quantity_before": quantity_then,
        "spending_after": now[group, good], "quantity_after": (now / price_now)[group, good]})


def incomes(plan: Plan, before: tuple[Economy, Round]) -> pl.DataFrame:
    """One row a group of consumer councils: its income before and after, with what is paid for permits."""
    names, members, then, now = _groups(plan, before)
    return pl.DataFrame({"group": names, "members": members, "income_before": then.sum(axis=1),
                         "income_after": now.sum(axis=1)})


def satellites(plan: Plan, before: tuple[Economy, Round]) -> pl.DataFrame:
    """One row a measure counted beside the plan: emissions, hours, land, in its own unit a year."""
    counted = plan.economy.satellites
    assert counted is not None
    return pl.DataFrame({"measure": counted.name, "unit": counted.unit, "before": measured(*before),
                         "after": measured(plan.economy, plan.last)})


def measured(economy: Economy, latest: Round) -> np.ndarray:
    """What the satellites of an economy count in a round: [measure], from goods made and inputs used."""
    counted, both = economy.satellites, latest.proposals.totals
    assert counted is not None
    return counted.per_output @ (both.sold / latest.price) + counted.per_input @ (both.bought / latest.price)


def _groups(plan: Plan, before: tuple[Economy, Round]) -> tuple[list[str], Floats, Floats, Floats]:
    """The groups of the plan with their members, and what each spends on each good before and after.

    Shapes [group], [group], [group, good], [group, good]; goods are those of the planned economy.
    """
    economy, then = plan.economy, group_spending(before[0], before[1].asked.paid)
    names = group_names(economy.consumers)
    earlier = dict(zip(group_names(before[0].consumers), then, strict=True))
    nothing = np.zeros(len(before[0].goods))
    spent = np.array([_on_goods_of(economy, before[0], earlier.get(name, nothing)) for name in names])
    return names, group_members(economy.consumers), spent, group_spending(economy, plan.last.asked.paid)


def _on_goods_of(economy: Economy, other: Economy, values: Floats) -> Floats:
    """Values by good of another economy, on the goods of this one: 0 for goods that it does not have."""
    if economy.goods.code == other.goods.code:
        return values
    by_code = dict(zip(other.goods.code, values, strict=True))
    return np.array([by_code.get(code, 0.0) for code in economy.goods.code])


def group_names(consumers: ConsumerCouncils) -> list[str]:
    """The archetypes that councils are mixed from, or one group of all."""
    if consumers.mixture is None:
        return [EVERYONE]
    return list(consumers.archetype or (f"group {row + 1}" for row in range(len(consumers.taste))))


def group_members(consumers: ConsumerCouncils) -> Floats:
    """How many members each group has: [group], each council's members divided as its tastes are mixed."""
    members = np.asarray(consumers.members, dtype=float)
    if consumers.mixture is None:
        return members.sum(keepdims=True)
    return consumers.mixture.T @ (members / consumers.mixture.sum(axis=1))


def group_spending(economy: Economy, paid: float) -> Floats:
    """What each group spends on each good: [group, good], in credits, with its part of what is paid for permits.

    Councils are paid for permits by the head; together the groups spend what all councils do.
    """
    consumers, count = economy.consumers, len(economy.goods)
    members = np.asarray(consumers.members, dtype=float)
    income = consumers.income + paid * members / members.sum()
    if consumers.mixture is None:
        return spending(consumers, income, count)[None, :]
    by_weight = consumers.mixture.T @ (income / (consumers.mixture @ consumers.taste.sum(axis=1)))
    return np.array([np.bincount(consumers.taste_good, weight * taste, count)
                     for weight, taste in zip(by_weight, consumers.taste, strict=True)])
