"""Sectors split into worker councils: from one a sector to every workplace in the country.

A sector's recipe is an average that no workplace uses. Here each council buys the inputs that all
need (work, capital, permits, the sector's largest input) and its own sample of the others, drawn
with chances in proportion to what the sector spends on them (systematic sampling, Madow 1949),
in amounts that differ by up to 30 %. Proportional fitting then makes the councils of a sector add up
to the sector again, good by good; every council keeps the sector's returns to scale. Chances are never
so small that nobody among 256 councils would buy an input, so no input is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, starts
from parecon.base.lots import lots
from parecon.economy.councils import WorkerCouncils

Array = npt.NDArray[np.float64]

ALL_INPUTS = np.iinfo(np.int64).max
USUAL_INPUTS = 16
INPUTS_BY_CLASS = (14, 16, 18, 22, 28, 36, 48, 64, ALL_INPUTS)  # the larger a workplace, the more it buys
DIFFERENCE = 0.3
COUNCILS_A_SHUFFLE, COUNCILS_AT_ONCE = 256, 65536
MANY_INPUTS = 20_000_000  # from here on exponents are held in single precision
LEAST_KEPT, MOST_SWEEPS = 0.5, 200  # of the absorbing input, what no council gives up


@dataclass(frozen=True, eq=False)
class Sectors:
    """What is split: one row a sector, which makes the good of the same row.

    `share` [sector, good] is what it spends on each good per credit of receipts, `output` [sector]
    in the product's unit, `receipt_rate` [sector] receipts per credit of sales, `price` [good].
    `needed_by_all` [good] marks goods that every council buys if its sector does; `utilisation` is
    output as a share of what the sector could make, the same for all.
    """

    code: tuple[str, ...]
    share: Array
    output: Array
    receipt_rate: Array
    price: Floats
    needed_by_all: npt.NDArray[np.bool_]
    utilisation: float


@dataclass(frozen=True, eq=False)
class Workplaces:
    """How many councils a sector has: groups of equal councils, smallest first.

    `sector` [group] rises; `councils` [group] how many; `size` [group] the output of one, in any
    unit that is the same within a sector; `inputs` [group] how many inputs one buys besides those
    needed by all, more where a group is too small to buy all inputs between them; `establishments`
    [group] how many workplaces one council stands for.
    """

    sector: npt.NDArray[np.int64]
    councils: npt.NDArray[np.int64]
    size: Array
    inputs: npt.NDArray[np.int64]
    establishments: Array


def several(councils: int, establishments: Floats) -> Workplaces:
    """The same number of councils in every sector, all of one size; a single one buys everything.

    >>> several(20, np.array([100.0, 60.0])).establishments.tolist()
    [5.0, 3.0]
    """
    sectors = len(establishments)
    inputs = ALL_INPUTS if councils == 1 else USUAL_INPUTS
    return Workplaces(np.arange(sectors), np.full(sectors, councils), np.ones(sectors), np.full(sectors, inputs),
                      np.asarray(establishments, float) / councils)


def by_size(counts: Array, sizes: Array) -> Workplaces:
    """One council for each workplace: counts and usual sizes by sector and class, shapes [sector, class].

    Output goes by employees; larger workplaces buy more kinds of inputs.

    >>> by_size(np.array([[8.0, 0.0, 2.0]]), np.array([[2.0, 7.0, 14.0]])).councils.tolist()
    [8, 2]
    """
    sector, size_class = np.nonzero(counts)
    inputs = np.array(INPUTS_BY_CLASS)[size_class]
    return Workplaces(sector, counts[sector, size_class].astype(np.int64), sizes[sector, size_class], inputs,
                      np.ones(len(sector)))


def split(sectors: Sectors, places: Workplaces, seed: int) -> WorkerCouncils:
    """Worker councils that together are the sectors, at the sectors' prices and for every good.

    At `sectors.price` the councils' outputs add up to `output` and their inputs to what the sectors
    buy. The same seed gives the same councils. Councils come sector by sector, smallest first.
    """
    draws = _Drawn.empty(sectors, places)
    for sector in range(len(sectors.code)):
        _draw_sector(sectors, places, sector, draws, seed)
    uniform = np.broadcast_to(1.0, len(draws.product))
    return WorkerCouncils(
        product=draws.product, input_start=draws.input_start, input_good=draws.input_good,
        input_exponent=draws.input_exponent, log_scale=draws.log_scale,
        effort_exponent=np.broadcast_to(0.0, len(uniform)), effort_disutility_exponent=uniform,
        effort_disutility_scale=uniform, receipt_rate=draws.receipt_rate,
        capacity=draws.capacity, establishments=draws.establishments,
        code=sectors.code if len(uniform) == len(sectors.code) else None)


@dataclass(eq=False)
class _Drawn:
    """The columns of the councils as they are filled, and where each group's councils and inputs begin."""

    product: npt.NDArray[np.uint16]
    input_start: npt.NDArray[np.int64]
    input_good: npt.NDArray[np.uint16]
    input_exponent: Floats
    log_scale: Array
    receipt_rate: Floats
    capacity: npt.NDArray[np.float32]
    establishments: Floats
    width: npt.NDArray[np.int64]
    group_start: npt.NDArray[np.int64]

    @classmethod
    def empty(cls, sectors: Sectors, places: Workplaces) -> _Drawn:
        sampled = np.array([_Recipe.of(sectors, s).sampled.size for s in range(len(sectors.code))])
        fixed = (sectors.share > 0).sum(axis=1) - sampled
        every = sampled[places.sector]
        wanted = np.minimum(places.inputs, every) + -(-every // places.councils)
        width = fixed[places.sector] + np.minimum(wanted, every)
        start = starts(np.repeat(width, places.councils))
        product = np.repeat(places.sector.astype(np.uint16), places.councils)
        same = (places.establishments == 1).all()
        number = np.broadcast_to(1.0, len(product)) if same else np.repeat(places.establishments, places.councils)
        few = start[-1] < MANY_INPUTS
        exponent: Floats = np.empty(start[-1], np.float64) if few else np.empty(start[-1], np.float32)
        return cls(product, start, np.empty(start[-1], np.uint16), exponent, np.empty(len(product)),
                   sectors.receipt_rate[product], np.empty(len(product), np.float32), number, width,
                   starts(places.councils))


@dataclass(frozen=True)
class _Recipe:
    """A sector's inputs: those every council buys, of which one absorbs what sampling leaves over, and the rest."""

    fixed: npt.NDArray[np.intp]
    absorber: int
    sampled: npt.NDArray[np.intp]

    @classmethod
    def of(cls, sectors: Sectors, sector: int) -> _Recipe:
        share = sectors.share[sector]
        absorber = int(np.argmax(share))
        by_all = sectors.needed_by_all.copy()
        by_all[absorber] = True
        fixed = np.flatnonzero((share > 0) & by_all)
        return cls(fixed, int(np.searchsorted(fixed, absorber)), np.flatnonzero((share > 0) & ~by_all))


@dataclass(frozen=True, eq=False)
class _Group:
    """Equal councils: which inputs each picked and what it spends on each, [council, input], per credit of receipts.

    `part` is what one council makes of the sector's output.
    """

    pick: npt.NDArray[np.uint16]
    value: npt.NDArray[np.float32]
    part: float


def _draw_sector(sectors: Sectors, places: Workplaces, sector: int, drawn: _Drawn, seed: int) -> None:
    """Draws, fits and writes the councils of one sector."""
    recipe, share = _Recipe.of(sectors, sector), sectors.share[sector]
    draw = lots(seed, f"recipes of {sectors.code[sector]}")
    rows = np.flatnonzero(places.sector == sector)
    parts = places.size[rows] / (places.size[rows] @ places.councils[rows])
    groups = []
    for row, part in zip(rows, parts, strict=True):
        inputs = int(drawn.width[row]) - recipe.fixed.size
        groups.append(_Group(*_sample(share[recipe.sampled], int(places.councils[row]), inputs, draw), float(part)))
    if recipe.sampled.size:
        _fit(share[recipe.sampled], groups, LEAST_KEPT * share[recipe.fixed[recipe.absorber]], sectors.code[sector])
    for row, group in zip(rows, groups, strict=True):
        _write(sectors, sector, recipe, drawn, int(row), group)


def _sample(share: Array, councils: int, inputs: int, draw: np.random.Generator,
            ) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.float32]]:
    """Inputs picked by each council and what it spends on each, before fitting: shapes [council, inputs]."""
    shuffles = -(-councils // COUNCILS_A_SHUFFLE)
    chance = _chances(share, inputs, (1 + 1e-6) * shuffles / (councils - councils % shuffles))
    certain, open_ = np.flatnonzero(chance >= 1), np.flatnonzero(chance < 1)
    pick = np.empty((councils, inputs), np.uint16)
    pick[:, :certain.size] = certain
    for rows in np.array_split(np.arange(councils), shuffles) if open_.size else ():
        order = draw.permutation(open_)
        # Evenly spaced starts: an input with chance x is bought by x of the councils, up to rounding.
        start = (draw.permutation(rows.size) + draw.random()) / rows.size
        points = start[:, None] + np.arange(inputs - certain.size)
        at = np.searchsorted(np.cumsum(chance[order]), points, side="right")
        pick[rows[0]:rows[-1] + 1, certain.size:] = order[np.minimum(at, order.size - 1)]
    value = draw.random((councils, inputs), np.float32)
    value *= np.float32(2 * DIFFERENCE)
    value += np.float32(1 - DIFFERENCE)
    value *= (share / chance).astype(np.float32)[pick]
    return pick, value


def _chances(share: Array, inputs: int, least: float) -> Array:
    """The chance that a council buys each input: as its share, between `least` and 1, adding up to `inputs`.

    >>> _chances(np.array([0.5, 0.1, 0.1]), 2, 0.1).round(9).tolist()
    [1.0, 0.5, 0.5]
    """
    if inputs >= len(share):
        return np.ones(len(share))
    low, high = 0.0, len(share) / share.min()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if np.clip(middle * share, least, 1).sum() > inputs else (middle, high)
    chance = np.clip(high * share, least, 1)
    return np.where(chance > 1 - 1e-9, 1.0, chance)


def _fit(share: Array, groups: list[_Group], most_over: float, code: str) -> None:
    """Scales councils and inputs in turn until inputs add up, and no council spends much more than its sector.

    Inputs come last, so their totals are exact. What a council then still spends too much or too little,
    per credit of receipts, it takes from or adds to the absorbing input.
    """
    total = share.sum()
    for _ in range(MOST_SWEEPS):
        for group in groups:
            group.value[:] *= (total / _spent(group)).astype(np.float32)[:, None]
        bought = sum(g.part * np.bincount(g.pick.ravel(), g.value.ravel(), len(share)) for g in groups)
        factor = (share / bought).astype(np.float32)
        for group in groups:
            group.value[:] *= factor[group.pick]
        if max(_spent(group).max() for group in groups) - total <= most_over:
            return
    raise AssertionError(f"the recipes of {code} do not add up after {MOST_SWEEPS} sweeps")


def _spent(group: _Group) -> Array:
    """What each council of a group spends on the inputs it picked: [council]."""
    spent: Array = group.value.sum(axis=1, dtype=np.float64)
    return spent


def _write(sectors: Sectors, sector: int, recipe: _Recipe, drawn: _Drawn, row: int, group: _Group) -> None:
    """Writes the recipes of a group, the scale at which its councils make their output, and what they could make."""
    share, core = sectors.share[sector], recipe.fixed.size
    councils = slice(drawn.group_start[row], drawn.group_start[row + 1])
    entries = slice(drawn.input_start[councils.start], drawn.input_start[councils.stop])
    good = drawn.input_good[entries].reshape(len(group.pick), -1)
    exponent = drawn.input_exponent[entries].reshape(len(group.pick), -1)
    good[:, :core], good[:, core:] = recipe.fixed, recipe.sampled[group.pick]
    exponent[:, :core], exponent[:, core:] = share[recipe.fixed], group.value
    exponent[:, recipe.absorber] += share[recipe.sampled].sum() - _spent(group)
    credited = np.log(float(drawn.receipt_rate[councils.start]) * sectors.price[sector])
    output = np.log(group.part * sectors.output[sector])
    drawn.capacity[councils] = group.part * sectors.output[sector] / sectors.utilisation
    for first in range(0, len(group.pick), COUNCILS_AT_ONCE):
        some = slice(first, first + COUNCILS_AT_ONCE)
        b = exponent[some].astype(np.float64)
        mix = (b * (np.log(b) - np.log(sectors.price)[good[some]])).sum(axis=1)
        returns = b.sum(axis=1)
        drawn.log_scale[councils][some] = (1 - returns) * output - mix - returns * credited
