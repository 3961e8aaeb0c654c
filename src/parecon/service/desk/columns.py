"""Where the desk's rows become the law's columns: the schedule and law in force, parties, items and requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from json import dumps, loads
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.parameters import Law
from parecon.base.parameters import in_force as law_in_force
from parecon.base.postings import Amounts
from parecon.secondhand.acts import HandIns, Purpose
from parecon.secondhand.decide import Announced, Houses, Shelf
from parecon.secondhand.decide import announced as as_announced
from parecon.secondhand.durables import Durables
from parecon.secondhand.durables import schedule as worth_of
from parecon.service.clock import month_of
from parecon.service.desk.models import Catalogue, Federation, Item, Schedule
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.rows import among

PASSED_ON = int(Purpose.PASSED_ON)
HOUSES = Houses(society=0, exchange=1)  # their rows among the parties of every batch
OLDEST_MONTHS = np.iinfo(np.int16).max
TYPES: dict[str, type[Any]] = {"new_price_mcr": np.int64, "life_months": np.int16, "form": np.int8,
                               "purchases_mcr_a_year": np.int64}


# --- The law and the schedule in force ------------------------------------------------------------------------------

def federation() -> Federation:
    """The federation that this service serves."""
    return Federation.objects.select_related("council").get()


def law(institution: str = "secondhand") -> Law:
    """An institution's parameters as the federation has decided them: what a schedule to be announced is made by."""
    return law_in_force(institution, federation().changes.get(institution, {}), "the federation's decisions")


@dataclass(frozen=True)
class InForce:
    """What holds at a time: the schedule, its catalogue and law, what is announced, and worths at an index of 1.

    `plain_mcr` [good, age_months, grade] is what depreciation leaves, by which year's ends share.
    """

    schedule: Schedule
    durables: Durables
    law: Law
    announced: Announced
    plain_mcr: Amounts
    month: int


def in_force(at_us: int) -> InForce:
    """What holds at a time: the schedule of its year, else the last one before it, else the first there is."""
    known = Schedule.objects.select_related("catalogue").defer("catalogue__columns")
    year = month_of(at_us) // MONTHS_A_YEAR
    schedule = known.filter(year__lte=year).order_by("-year").first() or known.earliest("year")
    return InForce(schedule, durables(schedule.catalogue), *_tables(schedule), month_of(at_us))


def announced(schedule: Schedule) -> Announced:
    """What a schedule says of every good, age and grade."""
    return _tables(schedule)[1]


def _tables(schedule: Schedule) -> tuple[Law, Announced, Amounts]:
    if schedule.catalogue.content_hash not in _read:
        durables(schedule.catalogue)
    return _made(schedule.catalogue.content_hash, tuple(schedule.index), dumps(schedule.law, sort_keys=True))


@lru_cache(maxsize=16)
def _made(content_hash: str, index: tuple[float, ...], decided: str) -> tuple[Law, Announced, Amounts]:
    goods = _read[content_hash]
    voted = law_in_force("secondhand", loads(decided), "the schedule")
    worth, plain = (worth_of(goods, np.array(each, np.float64), voted) for each in (index, np.ones(len(goods))))
    return voted, as_announced(worth, goods.life_months, voted), plain


# --- Catalogues -----------------------------------------------------------------------------------------------------

_read: dict[str, Durables] = {}  # by what is in them: they never change


def durables(catalogue: Catalogue) -> Durables:
    """The goods of a catalogue, to the bit as they were when it was kept."""
    if catalogue.content_hash not in _read:
        _read[catalogue.content_hash] = from_columns(catalogue.columns)
    return _read[catalogue.content_hash]


def as_columns(goods: Durables) -> dict[str, Any]:
    """A catalogue as it is kept: lists by the names of its columns; what nobody said is null."""
    return {each.name: _as_list(getattr(goods, each.name)) for each in fields(Durables)}


def _as_list(column: Any) -> Any:
    if isinstance(column, tuple):
        return [*column]
    said: Any = np.where(np.isnan(column), np.array(None), column) if column.dtype.kind == "f" else column
    return said.tolist()


def from_columns(kept: dict[str, Any]) -> Durables:
    """The catalogue that was kept so.

    >>> from parecon.secondhand.durables import read_durables
    >>> again = from_columns(as_columns(read_durables()))
    >>> again.code[0], int(again.new_price_mcr[0]), bool(np.isnan(again.beta[0]))
    ('cars', 25000000, True)
    """
    columns: dict[str, Any] = {
        name: tuple(values) if isinstance(values[0], str) else np.array(values, TYPES.get(name, np.float64))
        for name, values in kept.items()}
    return Durables(**columns)


# --- Parties, items -------------------------------------------------------------------------------------------------

class Parties:
    """The parties of a batch as rows of the law's columns: society, the exchange, then whoever is named."""

    def __init__(self) -> None:
        self.names: list[str] = ["society", "exchange"]
        self._row: dict[str, int] = {}

    def rows(self, names: Iterable[str]) -> npt.NDArray[np.int32]:
        """The rows of parties, by pseudonym; new ones are added: [name]."""
        return np.array([self._of(name) for name in names], np.int32)

    def _of(self, name: str) -> int:
        if name not in self._row:
            self._row[name] = len(self.names)
            self.names.append(name)
        return self._row[name]

    def accounts(self) -> list[int]:
        """The number of each party's account; 0 where it has none: [party]."""
        of = federation()
        found = accounts(self.names[2:])
        return [of.society_account, of.exchange_account, *(found.get(name, 0) for name in self.names[2:])]


def accounts(households: Sequence[str]) -> dict[str, int]:
    """The account of each of these households, by pseudonym."""
    return {party: number for party, number, kind in among(Account, "party", households, "party", "number", "kind")
            if kind == Kind.MEMBER}


def ages(made_month: Iterable[int], month: int) -> npt.NDArray[np.int16]:
    """How old things are in a month: [thing]; what is made later than now, where a clock was set back, is new."""
    return np.clip(month - np.fromiter(made_month, np.int64), 0, OLDEST_MONTHS).astype(np.int16)


def hand_ins(member: Ints32, items: Sequence[Item], holder: Ints32, store: Ints32, grade: Sequence[int],
             month: int) -> HandIns:
    """Items brought to stores: [act]; parties by row, the items by their place here."""
    row = {id(item): place for place, item in enumerate(items)}
    places = np.array([row[id(item)] for item in items], np.int32)
    return HandIns(member, places, holder, store, np.array([item.good for item in items], np.int8),
                   ages((item.made_month for item in items), month), np.array(grade, np.int8))


def shelf(items: Sequence[Item], area: dict[int, int], now: InForce) -> Shelf:
    """What stands on shelves, at the schedule's prices: [item]; the items by their place here, stores by their area."""
    areas = np.array([area[item.store_id] for item in items], np.int16)
    good = np.array([item.good for item in items], np.int8)
    return Shelf(np.arange(len(items), dtype=np.int32), areas.astype(np.int32), areas, good,
                 of(now, now.announced.price_mcr, items))


def of(now: InForce, table: Amounts, items: Sequence[Item]) -> Amounts:
    """What one of the announced tables says of items as they are: [item], in mcr."""
    good = np.array([item.good for item in items], np.int8)
    grade = np.array([item.grade or 0 for item in items], np.int8)
    return now.announced.of(table, good, ages((item.made_month for item in items), now.month), grade)


Ints32 = npt.NDArray[np.int32]
