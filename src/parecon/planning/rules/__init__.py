"""The board's price rules, behind one small interface: what was proposed in, new prices out.

A rule is a function `(round, state) -> (price, state)`: `round` is a `parecon.planning.round.Round`
with prices, supply, demand, imbalance and every proposal; `state` is a dictionary of arrays, empty
in the first round of a first year, in which the rule keeps what it must remember (so a run can stop and resume).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parecon.base.columns import Floats
from parecon.base.errors import BadInput
from parecon.planning.round import Round

State = dict[str, Any]
Rule = Callable[[Round, State], tuple[Floats, State]]

RULES = {
    "predictive": "the board solves its model of the councils between rounds: listen, probe, confirm",
    "structural": "one safeguarded Newton step a round on the same model",
    "anderson": "mixes the last few rounds so as to cancel what is left over",
    "proportional": "each price moves with a small power of demand over supply",
    "book-2021": "the program behind the tables of Hahnel 2021",
    "book-printed": "the rule as the book prints it",
}


def rule_named(rule: str | Rule) -> tuple[str, Rule]:
    """The name and the function of a rule given by either; BadInput lists the bundled names."""
    if callable(rule):
        return getattr(rule, "__name__", type(rule).__name__), rule
    if rule not in RULES:
        raise BadInput("--rule", "name", rule, "one of " + ", ".join(RULES))
    from parecon.planning.rules import anderson, first_order, predictive, structural

    functions = {"predictive": predictive.predictive, "structural": structural.structural,
                 "anderson": anderson.anderson, "proportional": first_order.proportional,
                 "book-2021": first_order.book_2021, "book-printed": first_order.book_printed}
    return rule, functions[rule]
