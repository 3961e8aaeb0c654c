"""Economies as folders: `economy.toml` and one table for each kind of thing, written by hand or by program.

Tables are CSV or Parquet. A cell names a good or a council by its code (in Parquet also by its row,
counted from 0). What is left out or left blank is as in the book's experiments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import starts
from parecon.base.errors import BadInput
from parecon.economy.check import check
from parecon.economy.councils import Communities, ConsumerCouncils, Satellites, WorkerCouncils
from parecon.economy.entries import Entries
from parecon.economy.generate import BOOK_ENDOWMENT, BOOK_PRICE
from parecon.economy.goods import Goods, Kind
from parecon.economy.header import read_header
from parecon.economy.model import NO_COMMUNITIES, Economy
from parecon.economy.table import Table, is_written, nearest, read_table
from parecon.economy.units import ALWAYS, CONSUMER, FOREVER, NO_UNITS, WORKER, Units

TABLES = {
    "goods": ("code", "name", "kind", "unit", "start_price", "endowment", "given_demand"),
    "workers": ("code", "makes", "scale", "log_scale", "effort_exponent", "effort_disutility_exponent",
                "effort_disutility_scale", "receipt_rate", "capacity", "establishments"),
    "recipes": ("council", "good", "exponent"),
    "consumers": ("code", "income", "effort_rating", "members"),
    "tastes": ("council", "archetype", "good", "taste"),
    "mixture": ("council", "archetype", "share"),
    "communities": ("pollutant", "benefit", "benefit_exponent", "damage_exponent"),
    "satellites": ("measure", "unit", "good", "per_output", "per_input"),
    "units": ("code", "name", "space", "parent"),
    "memberships": ("unit", "side", "council", "since", "until"),
}
REQUIRED = ("goods", "workers", "recipes", "consumers", "tastes")
SIDES = ("worker", "consumer")
KINDS = tuple(kind.name.lower() for kind in Kind)

# The middle of the ranges from which the book draws (Hahnel 2021, ch. 9).
SCALE, EFFORT_EXPONENT, EFFORT_DISUTILITY_EXPONENT, EFFORT_DISUTILITY_SCALE = 5.0, 0.075, 3.5, 1.0
MEMBERS, INCOME_PER_MEMBER = 10.0, 500.0


def read_folder(folder: Path) -> Economy:
    """The economy written in a folder.

    Raises BadInput for whatever in it cannot be used, naming the file, the line and the column.

    >>> from parecon.economy.bundled import BY_NAME
    >>> read_folder(BY_NAME["village"].folder).workers.code[:2]
    ('mill', 'bakery-bridge')
    """
    header = read_header(folder)
    _refuse_strangers(folder)
    tables = {name: read_table(folder, name, columns) for name, columns in TABLES.items()
              if name in REQUIRED or is_written(folder, name)}
    for name in REQUIRED:
        if len(tables[name]) == 0:
            raise BadInput(folder, tables[name].file, "no rows", "at least one")
    goods = _goods(tables["goods"])
    workers, recipe_order = _workers(tables["workers"], tables["recipes"], goods)
    consumers, entries = _consumers(tables["consumers"], tables["tastes"], tables.get("mixture"), goods)
    satellites, counted = _satellites(tables.get("satellites"), goods)
    entries |= counted
    economy = Economy(
        header.name or folder.name, goods, workers, consumers,
        _communities(tables.get("communities"), goods), satellites,
        _units(tables.get("units"), tables.get("memberships"), workers, consumers),
        header.currency, header.year, tuple(header.notes), header.about,
        read_folder(folder / "baseline") if (folder / "baseline").is_dir() else None)

    def where(table: str, row: int, column: int | None = None) -> str:
        if table in entries:
            return entries[table].place(row, column)
        return tables[table].place(int(recipe_order[row]) if table == "recipes" else row)
    return check(economy, folder, where)


def _refuse_strangers(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        if file.suffix in (".csv", ".parquet") and file.stem not in TABLES:
            raise BadInput(folder, file.name, f"a table {file.stem}{nearest(file.stem, TABLES)}",
                           f"one of {', '.join(TABLES)}")


def _goods(table: Table) -> Goods:
    code = table.codes()
    words = table.words("kind")
    kind = np.array([KINDS.index(word) if word in KINDS else -1 for word in words], np.int8)
    if (kind < 0).any():
        row = int(np.argmin(kind))
        raise BadInput(table.source, f"{table.place(row)}, column kind", words[row], f"one of {', '.join(KINDS)}")
    unit = table.words("unit", "")
    given = np.isin(kind, (Kind.NATURE, Kind.LABOUR))
    return Goods(
        code, _or_code(table, code),
        tuple(unit or ("hour" if of == Kind.LABOUR else "unit") for unit, of in zip(unit, kind, strict=True)), kind,
        _full(table.numbers("start_price", BOOK_PRICE)),
        _full(table.numbers("endowment", np.where(given, BOOK_ENDOWMENT, 0.0))),
        _full(table.numbers("given_demand", 0.0)))


def _workers(table: Table, recipes: Table, goods: Goods) -> tuple[WorkerCouncils, npt.NDArray[np.int64]]:
    code = table.codes() if table.has("code") else None
    owner = recipes.rows("council", code, len(table), "a council of the workers table")
    start, order = _grouped(owner, len(table))
    product = table.rows("makes", goods.code, len(goods), "a good of the goods table")
    good = recipes.rows("good", goods.code, len(goods), "a good of the goods table")
    entry = owner.astype(np.int64) * len(goods) + good
    recipes.refuse_again(entry, ("council", "good"), "each input of a council once")
    return WorkerCouncils(
        product=_narrow(product), input_start=start, input_good=_narrow(good)[order],
        input_exponent=recipes.numbers("exponent")[order], log_scale=_log_scale(table),
        effort_exponent=table.numbers("effort_exponent", EFFORT_EXPONENT),
        effort_disutility_exponent=table.numbers("effort_disutility_exponent", EFFORT_DISUTILITY_EXPONENT),
        effort_disutility_scale=table.numbers("effort_disutility_scale", EFFORT_DISUTILITY_SCALE),
        receipt_rate=table.numbers("receipt_rate", 1.0), capacity=table.numbers("capacity", np.inf),
        establishments=table.numbers("establishments", 1.0), code=code), order


def _log_scale(table: Table) -> npt.NDArray[Any]:
    if table.has("log_scale"):
        return table.numbers("log_scale")
    scale = table.numbers("scale", SCALE)
    if not (scale > 0).all():
        row = int(np.argmin(scale > 0))
        raise BadInput(table.source, f"{table.place(row)}, column scale", scale[row], "a number above 0")
    logs: npt.NDArray[np.float64] = np.log(scale)
    return logs


def _consumers(table: Table, tastes: Table, mixture: Table | None,
               goods: Goods) -> tuple[ConsumerCouncils, dict[str, Entries]]:
    code = table.codes() if table.has("code") else None
    members = table.numbers("members", MEMBERS)
    entries: dict[str, Entries] = {}
    if mixture is None:
        archetype, shares, kinds = None, None, len(table)
        owner = tastes.rows("council", code, kinds, "a council of the consumers table")
    else:
        archetype = tuple(dict.fromkeys(tastes.words("archetype")))
        kinds = len(archetype)
        owner = tastes.rows("archetype", archetype, kinds, "an archetype")
        entries["mixture"] = Entries(
            mixture, mixture.rows("council", code, len(table), "a council of the consumers table"),
            mixture.rows("archetype", archetype, kinds, "an archetype of the tastes table"))
        shares = entries["mixture"].matrix("share", None, (len(table), kinds))
        if archetype == tuple(str(row) for row in range(kinds)):
            archetype = None  # numbered, not named
    good = tastes.rows("good", goods.code, len(goods), "a good of the goods table")
    taste_good, column = _in_order(good, len(goods))
    entries["tastes"] = Entries(tastes, owner, column)
    return ConsumerCouncils(
        income=_full(table.numbers("income", INCOME_PER_MEMBER * members)),
        taste=entries["tastes"].matrix("taste", None, (kinds, len(taste_good))), taste_good=taste_good,
        effort_rating=table.numbers("effort_rating", 1.0), members=members, mixture=shares,
        archetype=archetype, code=code), entries


def _communities(table: Table | None, goods: Goods) -> Communities:
    if table is None:
        return NO_COMMUNITIES
    columns = (_full(table.numbers(column)) for column in TABLES["communities"][1:])
    return Communities(table.rows("pollutant", goods.code, len(goods), "a good of the goods table"), *columns)


def _satellites(table: Table | None, goods: Goods) -> tuple[Satellites | None, dict[str, Entries]]:
    if table is None:
        return None, {}
    unit_of = _units_of_measures(table)
    measures = list(unit_of)
    entries = Entries(table, np.array([measures.index(word) for word in table.words("measure")]),
                      table.rows("good", goods.code, len(goods), "a good of the goods table"))
    shape = (len(measures), len(goods))
    return Satellites(tuple(measures), tuple(unit_of.values()), entries.matrix("per_output", 0.0, shape),
                      entries.matrix("per_input", 0.0, shape)), {"satellites": entries}


def _units_of_measures(table: Table) -> dict[str, str]:
    """The unit of each measure: one, as the lines of a measure are added up."""
    measures, units = table.words("measure"), table.words("unit")
    first: dict[str, int] = {}
    for row, measure in enumerate(measures):
        earlier = first.setdefault(measure, row)
        if units[row] != units[earlier]:
            raise BadInput(table.source, f"{table.place(row)}, column unit", f"{units[row]} for {measure}",
                           f"{units[earlier]}, as in {table.place(earlier)}")
    return {measure: units[row] for measure, row in first.items()}


def _units(table: Table | None, memberships: Table | None, workers: WorkerCouncils,
           consumers: ConsumerCouncils) -> Units:
    if table is None:
        return NO_UNITS
    code, above = table.codes(), table.words("parent", "")
    for row, word in enumerate(above):
        if word and word not in code:
            raise BadInput(table.source, f"{table.place(row)}, column parent", word, "the code of a unit")
    parent = np.array([code.index(word) if word else -1 for word in above], np.int64)
    return Units(code, _or_code(table, code), table.words("space"), parent,
                 *_memberships(memberships, code, workers, consumers))


def _memberships(table: Table | None, units: tuple[str, ...], workers: WorkerCouncils,
                 consumers: ConsumerCouncils) -> tuple[npt.NDArray[Any], ...]:
    if table is None:
        return NO_UNITS.unit, NO_UNITS.side, NO_UNITS.council, NO_UNITS.since_day, NO_UNITS.until_day
    unit = table.rows("unit", units, len(units), "a unit of the units table").astype(np.int64)
    side = table.rows("side", SIDES, len(SIDES), "worker or consumer").astype(np.int8)
    council = np.zeros(len(table), np.int64)
    for of, councils in ((WORKER, workers), (CONSUMER, consumers)):
        mine = np.flatnonzero(side == of)
        council[mine] = table.only(mine).rows("council", councils.code, len(councils), f"a {SIDES[of]} council")
    return unit, side, council, table.days("since", ALWAYS), table.days("until", FOREVER)


def _grouped(owner: npt.NDArray[Any], count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Offsets of each owner's entries, and the order that brings the entries of an owner together."""
    together = (owner[1:] >= owner[:-1]).all()
    order = np.arange(len(owner)) if together else np.argsort(owner, kind="stable")
    return starts(np.bincount(owner, minlength=count)), order


def _in_order(good: npt.NDArray[Any], count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The goods in the order they are first met, and for each entry its place in that order."""
    first = np.full(count, len(good))
    np.minimum.at(first, good, np.arange(len(good)))
    met = np.argsort(first, kind="stable")[: int((first < len(good)).sum())]
    place = np.full(count, -1)
    place[met] = np.arange(len(met))
    return met, place[good]


def _or_code(table: Table, code: tuple[str, ...]) -> tuple[str, ...]:
    """The names, with the code where a row has none."""
    return tuple(name or code[row] for row, name in enumerate(table.words("name", "")))


def _narrow(row: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rows of goods, in 32 bits unless the file chose a width."""
    return row.astype(np.int32) if row.dtype == np.int64 else row


def _full(column: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.array(column, np.float64)
