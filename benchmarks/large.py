"""Economies at the size of a country, and of a hundred thousand goods: whether they fit, and how long they take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

import parecon
from benchmarks.timing import Figures
from parecon import Economy
from parecon.base.lots import lots
from parecon.economy.us import us
from parecon.planning.warm import warm_up

RULE = "predictive"
SHOCK = 0.3  # standard deviation of ln price at the start: where the national accounts stand, nothing is left to plan
ARCHETYPES = 50
BOOK_INCOME_PER_KIND = 30_000 / 100  # the book's consumer councils for each kind of good that has an endowment


def country(table: Any, workplaces: Any) -> Figures:
    """The United States of 2017, from start prices that are off by lot, to 1 %."""
    return _planned(lambda: _shocked(us(table, workplaces=workplaces)), threshold=0.01)


def _shocked(economy: Economy) -> Economy:
    shock = lots(1, "start prices").normal(0, SHOCK, len(economy.goods))
    return replace(economy, goods=replace(economy.goods, start_price=economy.goods.start_price * np.exp(shock)))


def many_goods(worker_councils: int, consumer_councils: int, kinds: int) -> Figures:
    """Five classes of `kinds` goods, consumer councils as mixtures of archetypes, to 5 %."""
    return _planned(lambda: mixed(worker_councils, consumer_councils, kinds), threshold=0.05)


def mixed(worker_councils: int, consumer_councils: int, kinds: int) -> Economy:
    """An economy like the book's, whose consumer councils are mixtures of fifty: tastes by council would not fit."""
    endowment = 1000 * consumer_councils / kinds / BOOK_INCOME_PER_KIND
    few = parecon.book(worker_councils, ARCHETYPES, kinds, endowment=endowment)
    mixture = lots(1, "mixtures").standard_exponential((consumer_councils, ARCHETYPES), dtype=np.float32)
    consumers = replace(few.consumers, mixture=mixture, income=np.full(consumer_councils, few.consumers.income[0]),
                        effort_rating=np.broadcast_to(1.0, consumer_councils),
                        members=np.broadcast_to(10.0, consumer_councils))
    return replace(few, consumers=consumers)


def _planned(load: Callable[[], Economy], threshold: float) -> Figures:
    began = time.perf_counter()
    economy = load()
    loaded = time.perf_counter()
    warm_up(economy, [RULE])
    ready = time.perf_counter()
    plan = parecon.plan(economy, RULE, threshold=threshold)
    return {"councils, millions": (len(economy.workers) + len(economy.consumers)) / 1e6, "goods": len(economy.goods),
            "loading, s": loaded - began, "getting ready, once, s": ready - loaded,
            "plan, s": time.perf_counter() - ready, "of this the councils, s": plan.seconds["rounds"],
            "of this the board, s": plan.seconds["rule"], "rounds": plan.rounds,
            "worst imbalance, %": 100 * plan.worst_imbalance[-1], "converged": plan.converged}
