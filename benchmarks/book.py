"""Economies of the book's kind: a round and a whole plan, beside demplan in the same process."""

from __future__ import annotations

import time
from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt
from demplan.prefabs.hahnel import HahnelBook2021
from demplan.prefabs.hahnel.book_2021 import book_2021_rule
from demplan.prefabs.hahnel.councils import CouncilModel
from tests.oracle import to_demplan

import parecon
from benchmarks.demplan_without_matrices import WithoutMatrices, stated_bundles
from benchmarks.timing import Figures, seconds, take_turns
from parecon import Economy, Plan
from parecon.base.columns import owners
from parecon.planning.behaviour import CobbDouglas
from parecon.planning.round import Councils
from parecon.planning.warm import warm_up

OURS, BOOK = "predictive", "book-2021"


def measure(worker_councils: int, consumer_councils: int, kinds: int, endowment: float, repeats: int) -> Figures:
    """A round of each program, then whole plans to 5 %, with and without writing out what every council does."""
    economy = parecon.book(worker_councils, consumer_councils, kinds, endowment=endowment)
    theirs = to_demplan(economy)
    ready = seconds(lambda: [warm_up(economy, [OURS, BOOK]), written_out(parecon.plan(economy, OURS))])
    times = take_turns({**rounds(economy, theirs), **plans(economy, theirs)}, repeats)
    return {**{f"{name}, ms": 1000 * each for name, each in times.items()}, **ratios(times),
            "rounds, ours": parecon.plan(economy, OURS).rounds,
            "rounds, demplan": WithoutMatrices(theirs, 5.0).rounds(economy.goods.start_price),
            "getting ready, once, s": ready}


def ratios(times: Figures) -> Figures:
    """How many times longer demplan takes: as it is, and with the matrices left out on both sides."""
    def ratio(theirs: str, ours: str) -> float:
        return times[f"{theirs}, demplan"] / times[f"{ours}, ours"]

    return {"round, ratio": ratio("round", "round"),
            "round without bundles, ratio": ratio("round without bundles", "round"),
            "plan, ratio": ratio("plan", "plan"),
            "plan by the book's rule, ratio": ratio("plan", "plan by the book's rule"),
            "plan written out once, ratio": ratio("plan written out once", "plan written out once"),
            "plan without bundles, ratio": ratio("plan without bundles", "plan")}


def rounds(economy: Economy, theirs: Any) -> dict[str, Any]:
    """Seconds a round, the rule included, everything that a year's rounds share being ready."""
    councils, start = Councils(economy), economy.goods.start_price
    parecon.plan(economy, BOOK, councils=councils)
    whole, bare = CouncilModel(theirs, 5.0, book_2021_rule), WithoutMatrices(theirs, 5.0)
    return {"round, ours": lambda: _a_round(lambda: parecon.plan(economy, BOOK, councils=councils).rounds),
            "round, demplan": lambda: _a_round(lambda: WithoutMatrices.rounds(whole, start)),
            "round without bundles, demplan": lambda: _a_round(lambda: bare.rounds(start))}


def _a_round(work: Any) -> float:
    began = time.perf_counter()
    count = work()
    return (time.perf_counter() - began) / count


def plans(economy: Economy, theirs: Any) -> dict[str, Any]:
    """Seconds for a whole plan to 5 % from the economy's columns, everything that it needs computed anew."""
    start = economy.goods.start_price

    def without_bundles() -> WithoutMatrices:
        model = WithoutMatrices(theirs, 5.0)
        model.rounds(start)
        return model

    return {
        "plan, ours": lambda: seconds(lambda: parecon.plan(economy, OURS)),
        "plan by the book's rule, ours": lambda: seconds(lambda: parecon.plan(economy, BOOK)),
        "plan, demplan": lambda: seconds(lambda: HahnelBook2021(initial_price=start).solve(theirs, 0)),
        "plan written out once, ours": lambda: seconds(lambda: written_out(parecon.plan(economy, OURS))),
        "plan written out once, demplan": lambda: seconds(lambda: stated_bundles(without_bundles(), start)),
        "plan without bundles, demplan": lambda: seconds(without_bundles)}


def written_out(plan: Plan) -> tuple[npt.NDArray[np.float64], ...]:
    """What demplan's plan holds: output [council], inputs [input], effort [council], consumption [council, good]."""
    workers, consumers, last = plan.economy.workers, plan.economy.consumers, plan.last
    outlay = last.proposals.receipts * last.proposals.outlay_rate
    inputs = last.proposals.cost_share * (outlay[owners(workers.input_start)] / last.price[workers.input_good])
    effort = CobbDouglas(workers, len(plan.economy.goods)).effort(last.proposals.log_receipts)
    bundles = _bundles(consumers.taste, consumers.income, 1 / last.price[consumers.taste_good])
    return np.exp(last.proposals.log_output(last.log_price)), inputs, effort, bundles


@nb.njit(cache=True, parallel=True)
def _bundles(taste: npt.NDArray[np.float32], income: npt.NDArray[np.float64], per_credit: npt.NDArray[np.float64],
             ) -> npt.NDArray[np.float64]:
    bundles = np.empty(taste.shape)
    for i in nb.prange(len(taste)):
        wanted = income[i] * taste[i]
        bundles[i] = wanted * per_credit * (income[i] / wanted.sum())
    return bundles
