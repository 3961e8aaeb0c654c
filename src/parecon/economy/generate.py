"""Economies drawn by lot as in Hahnel, Democratic Economic Planning (2021), chapter 9."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.columns import owners, starts
from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.economy.councils import Communities, ConsumerCouncils, WorkerCouncils
from parecon.economy.goods import PRODUCED, Goods, Kind
from parecon.economy.model import NO_COMMUNITIES, Economy

BOOK_KINDS = (Kind.PRIVATE, Kind.PUBLIC, Kind.INTERMEDIATE, Kind.NATURE, Kind.LABOUR)
BOOK_PRICE, BOOK_ENDOWMENT, BOOK_INCOME = 700.0, 1000.0, 5000.0
PERMIT_BENEFIT, COUNCILS_A_COMMUNITY = 5.0, 100
LEAST_TASTE = 0.5  # the smallest tastes of a council add up to this; only year two sees the level
MOST_COUNCILS = 2**31 - 1  # rows are counted in 32 bits
MOST_INPUTS = {Kind.INTERMEDIATE: 4, Kind.NATURE: 2, Kind.LABOUR: 2}


def book(worker_councils: int = 30_000, consumer_councils: int = 30_000, kinds: int = 100, seed: int = 1,
         endowment: float = BOOK_ENDOWMENT, pollutants: int = 0) -> Economy:
    """An economy like those of the book: five classes of `kinds` goods each, recipes and tastes by lot.

    Every produced good is made by the same number of councils (up to one). `endowment` is what there
    is of each natural resource and kind of labour. With `pollutants`, every worker council also needs
    permits for one of so many, granted by one community for every hundred consumer councils (the
    variant of 2023). The same seed gives the same economy. Raises BadInput for fewer worker councils
    than produced goods, of which there are three for each of `kinds`, or for no consumer council.

    >>> economy = book(worker_councils=30, consumer_councils=30, kinds=2)
    >>> len(economy.goods), len(economy.workers)
    (10, 30)
    """
    _in_range("kinds", kinds, 1, MOST_COUNCILS // len(PRODUCED))
    _in_range("worker_councils", worker_councils, len(PRODUCED) * kinds, MOST_COUNCILS)
    _in_range("consumer_councils", consumer_councils, 1, MOST_COUNCILS)
    goods = _goods(kinds, endowment, pollutants)
    return Economy(f"book-{worker_councils}+{consumer_councils}-{kinds}-{seed}", goods,
                   _workers(worker_councils, kinds, pollutants, seed), _consumers(consumer_councils, kinds, seed),
                   _communities(consumer_councils, goods, seed) if pollutants else NO_COMMUNITIES)


def _in_range(setting: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(setting, "value", value, f"a whole number from {least} to {most}")


def _goods(kinds: int, endowment: float, pollutants: int) -> Goods:
    counts = [kinds] * len(BOOK_KINDS) + [pollutants]
    kind = np.repeat(np.array([*BOOK_KINDS, Kind.POLLUTANT], np.int8), counts)
    words = [f"{Kind(k).name.lower()}-{i + 1}" for k, count in zip([*BOOK_KINDS, Kind.POLLUTANT], counts, strict=True)
             for i in range(count)]
    given = np.where(np.isin(kind, [Kind.NATURE, Kind.LABOUR]), endowment, 0.0)
    units = tuple("hour" if k == Kind.LABOUR else "unit" for k in kind)
    return Goods(tuple(words), tuple(w.replace("-", " ") for w in words), units, kind,
                 np.full(len(kind), BOOK_PRICE), given, np.zeros(len(kind)))


def _workers(count: int, kinds: int, pollutants: int, seed: int) -> WorkerCouncils:
    draw = lots(seed, "worker councils")
    recipe = [_several(draw, count, kinds, most) for most in MOST_INPUTS.values()]
    chosen = np.hstack([chosen for chosen, _ in recipe])
    good = np.hstack([np.where(taken, picks + BOOK_KINDS.index(kind) * kinds, -1)
                      for kind, (taken, picks) in zip(MOST_INPUTS, recipe, strict=True)])
    if pollutants:
        permit = lots(seed, "pollutants").integers(0, pollutants, (count, 1)) + len(BOOK_KINDS) * kinds
        chosen, good = np.hstack([chosen, np.ones((count, 1), bool)]), np.hstack([good, permit])
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
    # Half the memory, and every number in it is exact in double precision too.
    taste = draw.uniform(least, 2 * least, (count, 2 * kinds)).astype(np.float32)
    return ConsumerCouncils(
        income=np.full(count, BOOK_INCOME), taste=taste, taste_good=np.arange(2 * kinds),
        effort_rating=np.broadcast_to(1.0, count), members=np.broadcast_to(10.0, count))


def _communities(consumer_councils: int, goods: Goods, seed: int) -> Communities:
    draw = lots(seed, "communities")
    count = max(1, consumer_councils // COUNCILS_A_COMMUNITY)
    pollutants = goods.of_kind(Kind.POLLUTANT)
    return Communities(
        pollutant=np.tile(pollutants, count), benefit=np.full(count * len(pollutants), PERMIT_BENEFIT),
        benefit_exponent=draw.uniform(0.05, 0.1, count * len(pollutants)),
        damage_exponent=draw.uniform(3, 4, count * len(pollutants)))
