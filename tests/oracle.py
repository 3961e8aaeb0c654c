"""The outside oracle: an economy of the book's kind handed to demplan, and the way of its prices.

demplan (MIT licence) is written by others, in other forms: it solves each council's closed form
from scratch in every round. It is used by tests and benchmarks alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import demplan
import numpy as np
import numpy.typing as npt
from demplan.prefabs.hahnel import HahnelBook2021
from demplan.prefabs.hahnel.book_2021 import Book2021Rule
from demplan.prefabs.hahnel.labels import INTERMEDIATE, LABOR, NATURAL_RESOURCE, PRIVATE_GOOD, PUBLIC_GOOD, TECHNOLOGY

from parecon.economy.goods import Kind
from parecon.economy.model import Economy

LABELS = {Kind.PRIVATE: PRIVATE_GOOD, Kind.PUBLIC: PUBLIC_GOOD, Kind.INTERMEDIATE: INTERMEDIATE,
          Kind.NATURE: NATURAL_RESOURCE, Kind.LABOUR: LABOR}
MAX_ROUNDS = 100

Array = npt.NDArray[np.float64]


def to_demplan(economy: Economy) -> demplan.Economy:
    """The same economy in demplan's columns; only for economies without taxes, permits and archetypes."""
    assert not len(economy.communities)
    assert economy.consumers.mixture is None
    assert np.all(economy.workers.receipt_rate == 1)
    assert not economy.goods.given_demand.any()
    workers, consumers = economy.workers, economy.consumers
    count = len(workers)
    return demplan.Economy(
        period=0, commodity_id=np.arange(len(economy.goods)), endowment=economy.goods.endowment,
        commodity_extra={"hahnel_kind": [LABELS[Kind(kind)] for kind in economy.goods.kind]},
        unit_id=np.arange(count), technology_kind=np.full(count, TECHNOLOGY),
        technology_scale=np.exp(workers.log_scale),
        input_offsets=workers.input_start, input_commodity=workers.input_good.astype(np.int64),
        input_coefficient=workers.input_exponent.astype(float), output_offsets=np.arange(count + 1),
        output_commodity=workers.product.astype(np.int64), output_coefficient=np.ones(count),
        unit_extra={"effort_c": workers.effort_exponent, "effort_k": workers.effort_disutility_exponent,
                    "effort_s": workers.effort_disutility_scale},
        consumer_id=np.arange(len(consumers)),
        consumer_extra={"entitlement": consumers.income, "utility_exponent": consumers.taste.astype(float),
                        "utility_exponent_commodity": consumers.taste_good})


@dataclass
class Recorder:
    """demplan's own rule, with the prices and worst imbalances that pass through it kept: one entry a round."""

    price: list[Array] = field(default_factory=list)
    worst_imbalance: list[float] = field(default_factory=list)

    def initial_state(self, goods: int) -> Array:
        return Book2021Rule().initial_state(goods)

    def __call__(self, price: Array, surplus: Array, imbalance: Array, state: Array) -> tuple[Array, Array]:
        self.price.append(price)
        self.worst_imbalance.append(float(imbalance.max()))
        return Book2021Rule()(price, surplus, imbalance, state)


@dataclass
class Answer:
    """demplan's plan for one year: prices and worst imbalance of each round, and where next year begins."""

    economy: demplan.Economy
    plan: Any
    price: list[Array]
    worst_imbalance: list[float]

    @property
    def announced(self) -> tuple[Array, Array]:
        """The prices that would be announced next, and the rule's memory."""
        return self.plan.valuation["next_indicative_price"], self.plan.extra["price_rule_state"]


def solve(economy: Economy, threshold: float, earlier: Answer | None = None) -> Answer:
    """demplan's plan under the book's rule, from the economy's uniform start or from where an earlier answer ended."""
    start, state = earlier.announced if earlier else (economy.goods.start_price, None)
    recorder = Recorder()
    book = HahnelBook2021(threshold_pct=100 * threshold, max_rounds=MAX_ROUNDS, initial_price=start,
                          initial_rule_state=state, price_rule=recorder)
    given = to_demplan(economy)
    return Answer(given, book.solve(given, seed=0), recorder.price, recorder.worst_imbalance)
