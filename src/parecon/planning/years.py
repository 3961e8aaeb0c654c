"""From one year's plan to the next: recipes and tastes change a little, prices and what was learned are kept."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, owners
from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.economy.councils import WorkerCouncils
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.planning.law import is_maximum
from parecon.planning.procedure import Plan
from parecon.planning.rules import State

# The two-year experiments of Hahnel 2021, ch. 9, as the program behind the tables runs them.
TECHNICAL_CHANGE = (0.0, 0.001, 0.002, 0.003, 0.004)  # added to each input exponent, equally likely
CHANGED_TASTES = (-0.002, -0.001, 0.0, 0.001, 0.002)  # added to each taste, equally likely
INCREASING_SHARE, INCREASING_INCREMENT = 0.2, 0.1

Number = TypeVar("Number", bound=np.floating[Any])


@dataclass(frozen=True, eq=False)
class NextYear:
    """Where the year after a plan begins: the changed economy, and what its board's rule has learned.

    The economy's start prices are those that the board would have announced next.
    """

    economy: Economy
    state: State

    @property
    def start_price(self) -> Floats:
        """The prices of the first round: [good], in credits per unit."""
        return self.economy.goods.start_price


def next_year(plan: Plan, seed: int) -> NextYear:
    """The economy a year after a plan: every input exponent and taste changed by lot, prices carried over.

    The steps are those of the book, where a council's tastes add up to about .75; they are the same
    whatever tastes add up to. What nobody wants stays unwanted, and a taste that would not stay above 0
    stays as it was; so do the exponents of a council whose returns would reach 1 from below. In the
    book's second years neither happens. The same plan and seed give the same year. Raises BadInput for an
    exponent that is not above 0. Source: Hahnel 2021, ch. 9, the two-year experiments.

    >>> from parecon.economy.generate import book
    >>> from parecon.planning.procedure import plan
    >>> first = plan(book(300, 100, 5), "book-2021", threshold=0.03)
    >>> year = next_year(first, seed=1)
    >>> plan(year.economy, "book-2021", threshold=0.03, state=year.state).rounds < first.rounds
    True
    """
    was = plan.economy
    price, state = plan.announced
    exponent = _changed_exponents(was.workers, lots(seed, "technical change"))
    taste = _changed_tastes(was.consumers.taste, lots(seed, "changed tastes"))
    economy = replace(was, name=f"{was.name}, next year", year=None if was.year is None else was.year + 1,
                      goods=replace(was.goods, start_price=price),
                      workers=replace(was.workers, input_exponent=exponent),
                      consumers=replace(was.consumers, taste=taste))
    return NextYear(economy, state)


def _changed_exponents(workers: WorkerCouncils, draw: np.random.Generator) -> Floats:
    """The input exponents after the change, but as they were where a council would lose its best size."""
    exponent = _changed(workers.input_exponent, TECHNICAL_CHANGE, draw)
    too_small = np.count_nonzero(exponent <= 0)
    if too_small:
        raise BadInput("next year", "input exponents", f"{too_small} of {exponent.size} not above 0 after the change",
                       "values above 0 before it")
    endless = is_maximum(workers.returns()) & ~is_maximum(replace(workers, input_exponent=exponent).returns())
    stays = endless[owners(workers.input_start)]
    exponent[stays] = workers.input_exponent[stays]
    return exponent


def _changed_tastes(taste: Floats, draw: np.random.Generator) -> Floats:
    """The tastes after the change, but as they were where a good is not wanted or would no longer be."""
    changed = _changed(taste, CHANGED_TASTES, draw)
    stays = (taste <= 0) | (changed <= 0)
    changed[stays] = taste[stays]
    return changed


def _changed(values: npt.NDArray[Number], steps: tuple[float, ...], draw: np.random.Generator) -> npt.NDArray[Number]:
    """Each value with one of the steps added, in the type it had."""
    changed = values.copy()
    changed += np.array(steps, dtype=values.dtype)[draw.integers(0, len(steps), values.shape)]
    return changed


def real_growth(year_one: Plan, year_two: Plan) -> float:
    """How much more private and public goods the second year's plan supplies: the share by which their worth grows.

    Valued once at the prices announced after the first year's plan and once at those after the
    second's; the mean of the two. Source: Hahnel 2021, ch. 9, note 15.

    >>> from parecon.economy.generate import book
    >>> from parecon.planning.procedure import plan
    >>> same = plan(book(300, 100, 5), "book-2021")
    >>> real_growth(same, same)
    0.0
    """
    final = year_one.economy.goods.of_kind(Kind.PRIVATE, Kind.PUBLIC)
    one, two = year_one.last.supply[final], year_two.last.supply[final]
    prices = [plan.announced[0][final] for plan in (year_one, year_two)]
    return float(np.mean([price @ two / (price @ one) - 1 for price in prices]))


def increasing_returns(economy: Economy, seed: int, share: float = INCREASING_SHARE,
                       increment: float = INCREASING_INCREMENT) -> Economy:
    """The economy with more than proportional output for some councils: a share of them, drawn by lot.

    Each council drawn, the share rounded up, gets the increment on every input exponent.
    Source: Hahnel 2021, ch. 9, table 9.6.

    >>> from parecon.economy.generate import book
    >>> more = increasing_returns(book(300, 100, 5), seed=1)
    >>> int((more.workers.returns() > 1).sum())
    60
    """
    workers = economy.workers
    chosen = np.zeros(len(workers), bool)
    count = math.ceil(share * len(workers))
    chosen[lots(seed, "increasing returns").permutation(len(workers))[:count]] = True
    more = np.where(chosen, increment, 0.0)[owners(workers.input_start)]
    exponent = workers.input_exponent + more.astype(workers.input_exponent.dtype)
    return replace(economy, name=f"{economy.name}, increasing returns",
                   workers=replace(workers, input_exponent=exponent))
