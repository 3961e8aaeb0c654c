"""Sectors split into worker councils: from one a sector to every workplace in the country.

A sector's recipe is an average that no workplace uses. Here each council buys the inputs that all
need (work, capital, permits, the sector's largest input) and its own sample of the others, drawn
with probability in proportion to what the sector spends on them (systematic sampling, Madow 1949),
in amounts that differ by up to 30 %. Proportional fitting then makes the councils of a sector add up
to the sector again, good by good; every council keeps the sector's returns to scale. The largest
council of a sector buys everything that the sector buys, so no input is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
COUNCILS_A_SHUFFLE = 1024
LEAST_ABSORBED, MOST_SWEEPS = 0.5, 200


@dataclass(frozen=True, eq=False)
class Sectors:
    """What is split: one row a sector, which makes the good of the same row.

    `share` [sector, good] is what it spends on each good per credit of receipts, `output` [sector]
    in the product's unit, `receipt_rate` [sector] receipts per credit of sales, `price` [good].
    `needed_by_all` [good] marks goods that every council buys if its sector does.
    """

    code: tuple[str, ...]
    share: Array
    output: Array
    receipt_rate: Array
    price: Array
    needed_by_all: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Workplaces:
    """How many councils a sector has: groups of equal councils, largest last.

    `sector` [group] rises; `councils` [group] how many; `size` [group] the output of one, in any
    unit that is the same within a sector; `inputs` [group] how many inputs one buys besides those
    needed by all; `establishments` [group] how many workplaces one council stands for.
    """

    sector: npt.NDArray[np.int64]
    councils: npt.NDArray[np.int64]
    size: Array
    inputs: npt.NDArray[np.int64]
    establishments: Array

    def __len__(self) -> int:
        return len(self.sector)


def several(councils: int, establishments: Floats) -> Workplaces:
    """The same number of councils in every sector, all of one size; one in each buys everything.

    >>> several(20, np.array([100.0, 60.0])).councils.tolist()
    [19, 1, 19, 1]
    """
    sector = np.repeat(np.arange(len(establishments)), 2)
    count = np.tile([councils - 1, 1], len(establishments))
    places = Workplaces(sector, count, np.ones(len(sector)), np.tile([USUAL_INPUTS, ALL_INPUTS], len(establishments)),
                        np.repeat(np.asarray(establishments, float) / councils, 2))
    return _without_empty(places)


def by_size(counts: Array, sizes: Array) -> Workplaces:
    """One council for each workplace: counts and usual sizes by sector and class, shapes [sector, class].

    Output goes by employees. Of each sector's largest class, one council buys everything.

    >>> by_size(np.array([[8.0, 2.0]]), np.array([[2.0, 30.0]])).councils.tolist()
    [8, 1, 1]
    """
    sector, size_class = np.nonzero(counts)
    count = counts[sector, size_class].astype(np.int64)
    inputs = np.array(INPUTS_BY_CLASS)[size_class]
    last = np.flatnonzero(np.diff(sector, append=-1))
    places = Workplaces(sector, count, sizes[sector, size_class], inputs, np.ones(len(sector)))
    count[last] -= 1
    return _without_empty(_with_rows_after(places, last))


def _with_rows_after(places: Workplaces, rows: npt.NDArray[np.intp]) -> Workplaces:
    """The groups with, after each of these, one council more of the same size that buys everything."""
    at = rows + 1
    return Workplaces(
        np.insert(places.sector, at, places.sector[rows]), np.insert(places.councils, at, 1),
        np.insert(places.size, at, places.size[rows]), np.insert(places.inputs, at, ALL_INPUTS),
        np.insert(places.establishments, at, places.establishments[rows]))


def _without_empty(places: Workplaces) -> Workplaces:
    full = places.councils > 0
    return Workplaces(places.sector[full], places.councils[full], places.size[full], places.inputs[full],
                      places.establishments[full])


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
        capacity=np.broadcast_to(np.inf, len(uniform)), establishments=draws.establishments,
        code=sectors.code if len(uniform) == len(sectors.code) else None)


@dataclass(eq=False)
class _Drawn:
    """The columns of the councils as they are filled, and where each group's councils and inputs begin."""

    product: npt.NDArray[np.uint16]
    input_start: npt.NDArray[np.int64]
    input_good: npt.NDArray[np.uint16]
    input_exponent: npt.NDArray[np.floating[Any]]
    log_scale: Array
    receipt_rate: npt.NDArray[np.float32]
    establishments: Floats
    width: npt.NDArray[np.int64]
    group_start: npt.NDArray[np.int64]

    @classmethod
    def empty(cls, sectors: Sectors, places: Workplaces) -> _Drawn:
        sampled = np.array([_Recipe.of(sectors, s).sampled.size for s in range(len(sectors.code))])
        fixed = (sectors.share > 0).sum(axis=1) - sampled
        width = fixed[places.sector] + np.minimum(places.inputs, sampled[places.sector])
        start = starts(np.repeat(width, places.councils))
        product = np.repeat(places.sector.astype(np.uint16), places.councils)
        same = (places.establishments == 1).all()
        number = np.broadcast_to(1.0, len(product)) if same else np.repeat(places.establishments, places.councils)
        return cls(product, start, np.empty(start[-1], np.uint16), np.empty(start[-1], np.float32),
                   np.empty(len(product)), sectors.receipt_rate.astype(np.float32)[product], number, width,
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


def _draw_sector(sectors: Sectors, places: Workplaces, sector: int, drawn: _Drawn, seed: int) -> None:
    """Draws, fits and writes the councils of one sector."""
    recipe, share = _Recipe.of(sectors, sector), sectors.share[sector]
    draw = lots(seed, f"recipes of {sectors.code[sector]}")
    groups = np.flatnonzero(places.sector == sector)
    weight = places.size[groups] / (places.size[groups] @ places.councils[groups])
    picks, values = [], []
    for group in groups:
        count, inputs = int(places.councils[group]), drawn.width[group] - len(recipe.fixed)
        pick, value = _sample(share[recipe.sampled], count, int(inputs), draw)
        picks.append(pick)
        values.append(value)
    if recipe.sampled.size:
        _fit(share[recipe.sampled], picks, values, weight, share[recipe.fixed[recipe.absorber]], sectors.code[sector])
    for group, pick, value, part in zip(groups, picks, values, weight, strict=True):
        _write(sectors, sector, recipe, drawn, int(group), pick, value, part * sectors.output[sector])


def _sample(share: Array, councils: int, inputs: int, draw: np.random.Generator,
            ) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.float32]]:
    """Inputs picked by each council and what it spends on each, before fitting: shapes [council, inputs]."""
    chance = _chances(share, inputs)
    certain, open_ = np.flatnonzero(chance >= 1), np.flatnonzero(chance < 1)
    pick = np.empty((councils, inputs), np.uint16)
    pick[:, :certain.size] = certain
    wanted = inputs - certain.size
    for first in range(0, councils if wanted else 0, COUNCILS_A_SHUFFLE):
        rows = slice(first, min(first + COUNCILS_A_SHUFFLE, councils))
        order = draw.permutation(open_)
        points = draw.random(rows.stop - rows.start)[:, None] + np.arange(wanted)
        at = np.searchsorted(np.cumsum(chance[order]), points, side="right")
        pick[rows, certain.size:] = order[np.minimum(at, order.size - 1)]
    value = draw.random((councils, inputs), np.float32)
    value *= np.float32(2 * DIFFERENCE)
    value += np.float32(1 - DIFFERENCE)
    value *= (share / chance).astype(np.float32)[pick]
    return pick, value


def _chances(share: Array, inputs: int) -> Array:
    """The chance that a council buys each input: in proportion to its share, never above 1, adding up to `inputs`.

    >>> _chances(np.array([0.5, 0.1, 0.1]), 2).tolist()
    [1.0, 0.5, 0.5]
    """
    chance = np.ones(len(share))
    if inputs >= len(share):
        return chance
    ranked = np.argsort(-share, kind="stable")
    left = np.cumsum(share[ranked][::-1])[::-1]
    certain = 0
    while (inputs - certain) * share[ranked[certain]] >= left[certain] * (1 - 1e-9):
        certain += 1
    rest = ranked[certain:]
    chance[rest] = (inputs - certain) * share[rest] / left[certain]
    return chance


def _fit(share: Array, picks: list[npt.NDArray[np.uint16]], values: list[npt.NDArray[np.float32]], weight: Array,
         absorbed: float, code: str) -> None:
    """Scales councils and inputs in turn until the sampled inputs add up, and hardly differ in total by council.

    Inputs come last, so their totals are exact; what a council still spends too much or too little in
    all, at most half of what it spends on the absorbing input, the absorbing input takes up.
    """
    total = share.sum()
    for _ in range(MOST_SWEEPS):
        for value in values:
            value *= (total / value.sum(axis=1, dtype=np.float64)).astype(np.float32)[:, None]
        bought = sum(part * np.bincount(pick.ravel(), value.ravel(), len(share))
                     for pick, value, part in zip(picks, values, weight, strict=True))
        factor = (share / bought).astype(np.float32)
        for pick, value in zip(picks, values, strict=True):
            value *= factor[pick]
        most = max(value.sum(axis=1, dtype=np.float64).max() for value in values)
        if most - total <= LEAST_ABSORBED * absorbed:
            return
    raise AssertionError(f"the recipes of {code} do not add up after {MOST_SWEEPS} sweeps")


def _write(sectors: Sectors, sector: int, recipe: _Recipe, drawn: _Drawn, group: int,
           pick: npt.NDArray[np.uint16], value: npt.NDArray[np.float32], output: float) -> None:
    """Writes a group's recipes, and the scale at which a council of it makes its output at the sectors' prices."""
    share = sectors.share[sector]
    returns = share.sum()
    rows = slice(drawn.group_start[group], drawn.group_start[group + 1])
    entries = slice(drawn.input_start[rows.start], drawn.input_start[rows.stop])
    good = drawn.input_good[entries].reshape(len(pick), -1)
    exponent = drawn.input_exponent[entries].reshape(len(pick), -1)
    core = recipe.fixed.size
    good[:, :core], good[:, core:] = recipe.fixed, recipe.sampled[pick]
    exponent[:, :core], exponent[:, core:] = share[recipe.fixed], value
    others = share[recipe.fixed].sum() - share[recipe.fixed[recipe.absorber]]
    exponent[:, recipe.absorber] = returns - others - value.sum(axis=1, dtype=np.float64)
    log_price = np.log(sectors.price)
    for first in range(0, len(pick), 64 * COUNCILS_A_SHUFFLE):
        some = slice(first, first + 64 * COUNCILS_A_SHUFFLE)
        b = exponent[some].astype(np.float64)
        mix = (b * (np.log(b) - log_price[good[some]])).sum(axis=1)
        returned = b.sum(axis=1)
        drawn.log_scale[rows][some] = ((1 - returned) * np.log(output) - mix
                                       - returned * np.log(drawn.receipt_rate[rows][some].astype(np.float64)))
