"""A year's plan: rounds of proposals at announced prices until supply and demand agree.

`plan` is the whole procedure on one page: the councils answer a price list, the board measures how
far supply and demand of each good are apart and, if that is too far, its rule announces new prices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from parecon.base.columns import Floats
from parecon.base.errors import BadInput
from parecon.base.parameters import parameters
from parecon.economy.model import Economy
from parecon.planning.law import WIDEST_IMBALANCE
from parecon.planning.outlook import Outlook, outlook
from parecon.planning.round import Councils, Round
from parecon.planning.rules import Rule, State, rule_named

THRESHOLD, MAX_ROUNDS = 0.05, 100


@dataclass(eq=False)
class History:
    """What is kept of every round: arrays [round, good]."""

    price: list[Floats] = field(default_factory=list)
    supply: list[Floats] = field(default_factory=list)
    demand: list[Floats] = field(default_factory=list)
    imbalance: list[Floats] = field(default_factory=list)

    def and_then(self, latest: Round) -> History:
        """These rounds and one more: what is kept at one round stays as it is, whatever comes later."""
        return History(*([*getattr(self, each.name), getattr(latest, each.name)] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.price)

    @property
    def worst_imbalance(self) -> list[float]:
        """The worst relative imbalance of any good, one number a round."""
        return [float(each.max()) for each in self.imbalance]


@dataclass(eq=False)
class Plan:
    """The outcome of a year's planning: the last round, how it came about, and why it ended.

    `outlook.verdict` is converged, cycle, diverged, stalled or out of rounds; `outlook.why` says it in a sentence.
    `history` holds every round; `last` the final round with all proposals; `seconds` the time spent
    by the councils' answers (rounds), the board's rule (rule) and preparation (setup); `state` is what
    the rule remembers, `carried` what it knew from the year before.
    """

    economy: Economy
    rule: str
    threshold: float
    history: History
    last: Round
    outlook: Outlook
    seconds: dict[str, float]
    state: State = field(repr=False)
    councils: Councils = field(repr=False)
    carried: State = field(repr=False)
    _rule: Rule = field(repr=False)

    @property
    def converged(self) -> bool:
        return self.outlook.verdict == "converged"

    @property
    def rounds(self) -> int:
        return len(self.history)

    @property
    def price(self) -> Floats:
        """The prices of the last round: [good], in credits per unit."""
        return self.last.price

    @property
    def worst_imbalance(self) -> list[float]:
        return self.history.worst_imbalance

    def rounds_to(self) -> dict[str, int | None]:
        """The first round in which every good was closer than each threshold; None where not reached."""
        levels = parameters("planning")["thresholds"]
        return {f"{level:.2f}": first_below(self.worst_imbalance, level) for level in levels}

    @cached_property
    def announced(self) -> tuple[Floats, State]:
        """Where next year begins: the prices the board would announce next, and what its rule has learned."""
        return self._rule(self.last, self.state)


def first_below(worst: list[float], level: float) -> int | None:
    """The first round, counted from 1, whose worst imbalance is strictly below a level.

    >>> first_below([0.4, 0.06, 0.04], 0.05)
    3
    """
    return next((number for number, each in enumerate(worst, start=1) if each < level), None)


@dataclass(eq=False)
class Checkpoint:
    """All that is needed to go on after a stop: the rounds so far, the next prices, the rule's memory."""

    history: History
    price: Floats
    state: State


def plan(economy: Economy, rule: str | Rule = "predictive", *, threshold: float = THRESHOLD,
         max_rounds: int = MAX_ROUNDS, start_price: Floats | None = None, state: Mapping[str, Any] | None = None,
         councils: Councils | None = None, resume: Checkpoint | None = None,
         on_round: Callable[[Round, Checkpoint | None], None] | None = None) -> Plan:
    """Plan a year: announce prices, hear proposals, revise, until every good is closer than the threshold.

    `rule` is the name of a bundled price rule or a function (round, state) -> (price, state); see
    `parecon.planning.rules`. `threshold` is the worst relative imbalance allowed (share, strict).
    `start_price` and `state` are last year's `announced` for a warm start. `on_round` is called
    after every round with the round and, unless the plan ended there, a checkpoint to resume from.
    Raises BadInput for a rule that does not exist, for a threshold or a number of rounds that cannot be,
    and where anything but a price above 0 for every good is given or announced.

    >>> from parecon.economy.generate import book
    >>> outcome = plan(book(worker_councils=300, consumer_councils=100, kinds=5), "book-2021")
    >>> outcome.converged, outcome.rounds_to()["0.05"] == outcome.rounds
    (True, True)
    """
    seconds = {"setup": 0.0, "rounds": 0.0, "rule": 0.0}
    with _clock(seconds, "setup"):
        name, revise = rule_named(rule)
        _check(economy, threshold, max_rounds)
        councils, carried = councils or Councils(economy), dict(state or {})
        price = economy.goods.start_price if start_price is None else start_price
        going, latest = resume or Checkpoint(History(), price, carried), None
        going = replace(going, price=_prices(economy, going.price, "checkpoint" if resume else "start_price"))
    while True:
        with _clock(seconds, "rounds"):
            latest = councils.answer(np.log(going.price), latest, len(going.history) + 1)
            going = replace(going, history=going.history.and_then(latest))
        seen = outlook(going.history.worst_imbalance, going.history.price, threshold, max_rounds)
        if seen.verdict != "going on":
            break
        with _clock(seconds, "rule"):
            going = Checkpoint(going.history, *_announced(name, economy, revise(latest, going.state)))
        if on_round:
            on_round(latest, going)
    if on_round:
        on_round(latest, None)
    return Plan(economy, name, threshold, going.history, latest, seen, seconds, going.state, councils, carried, revise)


def _check(economy: Economy, threshold: float, max_rounds: int) -> None:
    if not isinstance(economy, Economy):
        raise BadInput("plan", "economy", type(economy).__name__, "an economy, as parecon.read gives")
    if not 0 < threshold < WIDEST_IMBALANCE:
        raise BadInput("plan", "threshold", threshold, f"a share above 0 and below {WIDEST_IMBALANCE}")
    if max_rounds < 1:
        raise BadInput("plan", "max_rounds", max_rounds, "1 or more")


def _announced(rule: str, economy: Economy, answer: Any) -> tuple[Floats, State]:
    """What a rule announces, if it is what a rule may: a price above 0 for every good, and its memory."""
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
        raise BadInput(f"rule {rule}", "its answer", type(answer).__name__, "a pair (price, state), state a dictionary")
    return _prices(economy, answer[0], f"rule {rule}"), answer[1]


def _prices(economy: Economy, given: Any, source: str) -> Floats:
    """A price above 0 for each good, as numbers of our own."""
    price, codes = np.array(given, dtype=float), economy.goods.code
    if price.shape != (len(codes),):
        raise BadInput(source, "its prices", f"shape {price.shape}", f"one for each of {len(codes)} goods")
    wrong = ~(np.isfinite(price) & (price > 0))
    if wrong.any():
        good = int(np.argmax(wrong))
        raise BadInput(source, f"price of {codes[good]}", price[good], "a number above 0")
    return price


@contextmanager
def _clock(seconds: dict[str, float], part: str) -> Iterator[None]:
    """Adds the time spent inside to a part."""
    began = time.perf_counter()
    yield
    seconds[part] += time.perf_counter() - began
