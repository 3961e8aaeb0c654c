"""Economies drawn by lot as in Hahnel, Democratic Economic Planning (2021), chapter 9."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.columns import owners, starts
from parecon.base.lots import lots
from parecon.economy.councils import ConsumerCouncils, WorkerCouncils
from parecon.economy.goods import PRODUCED, Goods, Kind
from parecon.economy.model import Economy

BOOK_KINDS = (Kind.PRIVATE, Kind.PUBLIC, Kind.INTERMEDIATE, Kind.NATURE, Kind.LABOUR)
BOOK_PRICE, BOOK_ENDOWMENT, BOOK_INCOME = 700.0, 1000.0, 5000.0
LEAST_TASTE = 0.5  # the smallest tastes of a council add up to this; only year two sees the level
MOST_INPUTS = {Kind.INTERMEDIATE: 4, Kind.NATURE: 2, Kind.LABOUR: 2}


def book(worker_councils: int = 30_000, consumer_councils: int = 30_000, kinds: int = 100, seed: int = 1,
         endowment: float = BOOK_ENDOWMENT) -> Economy:
    """An economy like those of the book: five classes of `kinds` goods each, recipes and tastes by lot.

    Every produced good is made by the same number of councils (up to one). `endowment` is what there
    is of each natural resource and kind of labour. The same seed gives the same economy.

    >>> economy = book(worker_councils=30, consumer_councils=30, kinds=2)
    >>> len(economy.goods), len(economy.workers)
    (10, 30)
    """
    goods = _goods(kinds, endowment)
    return Economy(f"book-{worker_councils}+{consumer_councils}-{kinds}-{seed}", goods,
                   _workers(worker_councils, kinds, seed), _consumers(consumer_councils, kinds, seed))


def _goods(kinds: int, endowment: float) -> Goods:
    kind = np.repeat(np.array(BOOK_KINDS, np.int8), kinds)
    words = [f"{Kind(k).name.lower()}-{i + 1}" for k in BOOK_KINDS for i in range(kinds)]
    given = np.where(np.isin(kind, PRODUCED), 0.0, endowment)
    units = tuple("hour" if k == Kind.LABOUR else "unit" for k in kind)
    return Goods(tuple(words), tuple(w.replace("-", " ") for w in words), units, kind,
                 np.full(len(kind), BOOK_PRICE), given, np.zeros(len(kind)))


def _workers(count: int, kinds: int, seed: int) -> WorkerCouncils:
    draw = lots(seed, "worker councils")
    recipe = [_several(draw, count, kinds, most) for most in MOST_INPUTS.values()]
    chosen = np.hstack([chosen for chosen, _ in recipe])
    good = np.hstack([np.where(taken, picks + BOOK_KINDS.index(kind) * kinds, -1)
                      for kind, (taken, picks) in zip(MOST_INPUTS, recipe, strict=True)])
    start = starts(chosen.sum(axis=1))
    inputs = np.diff(start)[owners(start)]
    exponent = draw.uniform(0.75, 0.85, len(inputs)) / inputs
    return WorkerCouncils(
        product=(np.arange(count) % (3 * kinds)).astype(np.int32), input_start=start,
        input_good=good[chosen].astype(np.int32), input_exponent=exponent,
        log_scale=np.log(draw.uniform(4, 6, count)), effort_exponent=draw.uniform(0.05, 0.1, count),
        effort_disutility_exponent=draw.uniform(3, 4, count), effort_disutility_scale=np.ones(count),
        receipt_rate=np.broadcast_to(1.0, count), capacity=np.broadcast_to(np.inf, count),
        establishments=np.broadcast_to(1.0, count))


def _several(draw: np.random.Generator, count: int, kinds: int, most: int,
             ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """For each council, 1 to `most` different goods of a class: which slots are taken, and by what."""
    most = min(most, kinds)
    taken = np.arange(most) < draw.integers(1, most + 1, count)[:, None]
    picks = np.empty((count, most), np.int64)
    for slot in range(most):
        picks[:, slot] = _another(draw.integers(0, kinds - slot, count), picks[:, :slot])
    return taken, picks


def _another(rank: npt.NDArray[np.int64], earlier: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rank-th good of those not picked earlier."""
    pick = rank.copy()
    for column in np.sort(earlier, axis=1).T:
        pick += pick >= column
    return pick


def _consumers(count: int, kinds: int, seed: int) -> ConsumerCouncils:
    draw = lots(seed, "consumer councils")
    least = LEAST_TASTE / (2 * kinds)
    taste = draw.uniform(least, 2 * least, (count, 2 * kinds))
    return ConsumerCouncils(
        income=np.full(count, BOOK_INCOME), taste=taste, taste_good=np.arange(2 * kinds),
        effort_rating=np.broadcast_to(1.0, count), members=np.broadcast_to(10.0, count))
