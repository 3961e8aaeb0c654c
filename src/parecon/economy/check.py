"""What must be true of an economy before its councils can plan with it, whoever wrote it down."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.economy.councils import Communities, ConsumerCouncils, WorkerCouncils
from parecon.economy.goods import Goods, Kind
from parecon.economy.model import Economy
from parecon.economy.units import CONSUMER, WORKER, Units

ABOVE_0, NOT_BELOW_0, FINITE = "a number above 0", "0 or a number above it", "a number"


class Where(Protocol):
    """Says where a row of a table stands or, with a column, an entry of a matrix: tastes, mixture, satellites."""

    def __call__(self, table: str, row: int, column: int | None = None) -> str: ...


def by_row(table: str, row: int, column: int | None = None) -> str:  # noqa: ARG001 - the names say the column
    """A place in an economy that no file stands behind: the table and the row, counted from 1."""
    return f"{table} row {row + 1}"


def check(economy: Economy, source: object, where: Where = by_row) -> Economy:
    """The economy itself, once nothing in it is impossible.

    `source` is the file it came from and `where` says where in it a row of a table stands. Raises
    BadInput for the first thing that cannot be: a price that is no number, a good that is wanted and
    that nobody makes, a recipe without inputs.

    >>> from parecon.economy.generate import book
    >>> check(book(30, 30, kinds=2), "book").name
    'book-30+30-2-1'
    """
    look = _Look(source, where)
    _goods(look, economy.goods)
    _workers(look, economy.workers, economy.goods)
    _consumers(look, economy.consumers, economy.goods)
    _communities(look, economy.communities, economy.goods)
    _units(look, economy.units, economy)
    if economy.satellites is not None:
        for column in ("per_output", "per_input"):
            values = getattr(economy.satellites, column)
            look.refuse("satellites", column, ~np.isfinite(values), values, FINITE, economy.satellites.name,
                        economy.goods.code)
    _makers(look, economy)
    return economy


@dataclass(frozen=True)
class _Look:
    source: object
    where: Where

    def refuse(self, table: str, column: str, wrong: npt.NDArray[np.bool_], found: object, expected: str,
               *names: Sequence[str] | None) -> None:
        """Refuse the first row or entry that is wrong.

        `found` is a column or a matrix of values, or a sentence; `names` are those of the rows, then of the columns.
        """
        if not wrong.any():
            return
        entry = tuple(int(place) for place in np.unravel_index(np.argmax(wrong), wrong.shape))
        value = found[entry] if isinstance(found, np.ndarray) else found
        named = ", ".join(name[place] for name, place in zip(names, entry, strict=False) if name is not None)
        of = f" ({named})" if named else ""
        raise BadInput(self.source, f"{self.where(table, *entry)}{of}, column {column}", value, expected)

    def number(self, table: str, column: str, values: npt.NDArray[Any], expected: str,
               *names: Sequence[str] | None) -> None:
        """Refuse what is not a number, or is below what is expected; infinity passes for a capacity."""
        if values.size == 0:
            return
        least, most = values.min(), values.max()  # NaN comes through both
        fits = least > 0 if expected == ABOVE_0 else least >= 0
        if not (fits and (np.isfinite(most) or column == "capacity")):
            above = values > 0 if expected == ABOVE_0 else values >= 0
            bounded = np.isfinite(values) | (column == "capacity")
            self.refuse(table, column, ~(above & bounded), values, expected, *names)

    def some(self, table: str, rows: Sized) -> None:
        """Refuse a table without rows."""
        if len(rows) == 0:
            raise BadInput(self.source, table, "no rows", "at least one")

    def once(self, table: str, codes: Sequence[str] | None) -> None:
        """Refuse a code that two rows share."""
        if codes is None or len(set(codes)) == len(codes):
            return
        first = dict(zip(reversed(codes), range(len(codes) - 1, -1, -1), strict=True))
        again = np.array([first[code] != row for row, code in enumerate(codes)])
        row = int(np.argmax(again))
        self.refuse(table, "code", again, f"{codes[row]} again, as in {self.where(table, first[codes[row]])}",
                    "each code once")

    def rows(self, table: str, column: str, values: npt.NDArray[Any], count: int, what: str,
             name: Sequence[str] | None = None) -> None:
        """Refuse a reference to a row that does not exist."""
        if values.size and (values.min() < 0 or values.max() >= count):
            self.refuse(table, column, (values < 0) | (values >= count), values, what, name)


def _goods(look: _Look, goods: Goods) -> None:
    look.some("goods", goods)
    look.once("goods", goods.code)
    look.rows("goods", "kind", goods.kind, len(Kind), f"a number from 0 to {len(Kind) - 1}", goods.code)
    look.number("goods", "start_price", goods.start_price, ABOVE_0, goods.code)
    look.number("goods", "endowment", goods.endowment, NOT_BELOW_0, goods.code)
    look.number("goods", "given_demand", goods.given_demand, NOT_BELOW_0, goods.code)


def _workers(look: _Look, workers: WorkerCouncils, goods: Goods) -> None:
    look.some("workers", workers)
    look.once("workers", workers.code)
    look.rows("workers", "makes", workers.product, len(goods), "the row of a good", workers.code)
    look.rows("recipes", "good", workers.input_good, len(goods), "the row of a good")
    look.refuse("workers", "makes", np.diff(workers.input_start) == 0, "nothing to make it from",
                "at least one input in the recipes table", workers.code)
    look.number("recipes", "exponent", workers.input_exponent, ABOVE_0)
    finite = np.isfinite(workers.log_scale)
    look.refuse("workers", "scale", ~finite, workers.log_scale, "a scale of output above 0", workers.code)
    look.number("workers", "effort_exponent", workers.effort_exponent, NOT_BELOW_0, workers.code)
    for column in ("effort_disutility_exponent", "effort_disutility_scale", "receipt_rate", "capacity",
                   "establishments"):
        look.number("workers", column, getattr(workers, column), ABOVE_0, workers.code)
    look.refuse("workers", "effort_disutility_exponent",
                workers.effort_disutility_exponent <= workers.effort_exponent, workers.effort_disutility_exponent,
                "more than effort_exponent, or effort would grow without end", workers.code)


def _consumers(look: _Look, consumers: ConsumerCouncils, goods: Goods) -> None:
    look.some("consumers", consumers)
    look.once("consumers", consumers.code)
    look.number("consumers", "income", consumers.income, NOT_BELOW_0, consumers.code)
    look.number("consumers", "effort_rating", consumers.effort_rating, ABOVE_0, consumers.code)
    look.number("consumers", "members", consumers.members, ABOVE_0, consumers.code)
    look.rows("tastes", "good", consumers.taste_good, len(goods), "the row of a good")
    if len(set(consumers.taste_good.tolist())) < len(consumers.taste_good):
        raise BadInput(look.source, "tastes, column good", "a good twice", "each good once")
    owner = consumers.code if consumers.mixture is None else consumers.archetype
    wanted = [goods.code[good] for good in consumers.taste_good]
    look.number("tastes", "taste", consumers.taste, NOT_BELOW_0, owner, wanted)
    look.refuse("tastes", "taste", ~(consumers.taste.sum(axis=1) > 0), "tastes that add up to 0",
                "a taste for at least one good", owner)
    if consumers.mixture is not None:
        look.number("mixture", "share", consumers.mixture, NOT_BELOW_0, consumers.code, consumers.archetype)
        look.refuse("mixture", "share", ~(consumers.mixture.sum(axis=1) > 0), "no share of any archetype",
                    "at least one share above 0", consumers.code)


def _communities(look: _Look, communities: Communities, goods: Goods) -> None:
    look.rows("communities", "pollutant", communities.pollutant, len(goods), "the row of a good")
    for column in ("benefit", "benefit_exponent", "damage_exponent"):
        look.number("communities", column, getattr(communities, column), ABOVE_0)
    look.refuse("communities", "damage_exponent", communities.damage_exponent <= communities.benefit_exponent,
                communities.damage_exponent, "more than benefit_exponent, or permits would grow without end")


def _units(look: _Look, units: Units, economy: Economy) -> None:
    look.once("units", units.code)
    own = np.arange(len(units.code))
    look.refuse("units", "parent", (units.parent < -1) | (units.parent >= len(own)) | (units.parent == own),
                units.parent, "the row of another unit, or -1", units.code)
    above = units.parent
    for _ in range(len(own).bit_length()):  # each time twice as far up; whoever is not at the top by then never is
        above = np.where(above < 0, -1, above[above])
    look.refuse("units", "parent", above >= 0, "a unit that is above itself", "units that end at a top", units.code)
    look.refuse("memberships", "side", ~np.isin(units.side, (WORKER, CONSUMER)), units.side, "worker or consumer")
    look.rows("memberships", "unit", units.unit, len(units.code), "the row of a unit")
    count = np.where(units.side == WORKER, len(economy.workers), len(economy.consumers))
    look.refuse("memberships", "council", (units.council < 0) | (units.council >= count), units.council,
                "the row of a council")
    look.refuse("memberships", "until", units.until_day <= units.since_day, "an end before the beginning",
                "a day after since")


def _makers(look: _Look, economy: Economy) -> None:
    """Refuse a good that someone uses or wants and that neither a council nor nature provides."""
    goods, workers, consumers = economy.goods, economy.workers, economy.consumers
    provided = goods.endowment > 0
    provided[workers.product] = True
    provided[economy.communities.pollutant] = True
    used = np.zeros(len(goods), bool)
    used[workers.input_good] = True
    if (used & ~provided).any():
        entry = int(np.argmax((used & ~provided)[workers.input_good]))
        council = int(np.searchsorted(workers.input_start, entry, side="right")) - 1
        user = workers.code[council] if workers.code else f"the council of {look.where('workers', council)}"
        _missing(look, goods, int(workers.input_good[entry]), f"used by {user}")
    wanted = goods.given_demand > 0
    wanted[consumers.taste_good[(consumers.taste > 0).any(axis=0)]] = True
    if (wanted & ~provided).any():
        _missing(look, goods, int(np.argmax(wanted & ~provided)), "wanted by consumers")


def _missing(look: _Look, goods: Goods, good: int, by: str) -> None:
    raise BadInput(look.source, f"{look.where('goods', good)} ({goods.code[good]})",
                   f"a good {by} that nobody makes and that has no endowment",
                   "a worker council that makes it, or an endowment above 0")
