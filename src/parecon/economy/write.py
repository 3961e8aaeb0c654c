"""Writing an economy down, whole or not at all: as a folder of tables, or as one archive."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from parecon.base.columns import owners
from parecon.base.errors import BadInput
from parecon.economy.archive import columns
from parecon.economy.councils import ConsumerCouncils, WorkerCouncils
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.economy.read import fingerprint
from parecon.economy.units import ALWAYS, CONSUMER, FOREVER, WORKER, Units

EPOCH = date(1970, 1, 1)
Tables = dict[str, dict[str, Any]]


def write_folder(economy: Economy, path: str | Path, *, csv: bool = False) -> Path:
    """Write an economy as a folder that `read` gives back as it was; with `csv`, for editing by hand.

    Parquet keeps every bit and the width of every number, CSV every value. Raises BadInput if
    something else is there already.

    >>> from tempfile import mkdtemp
    >>> from parecon.economy.read import read
    >>> write_folder(read("village"), mkdtemp() + "/ours", csv=True).name
    'ours'
    """
    return _in_place(Path(path), lambda there: _folder(economy, there, csv=csv))


def write_archive(economy: Economy, path: str | Path) -> Path:
    """Write an economy as a NumPy archive, which is the quickest to read; path ends in .npz.

    Raises BadInput if something else is there already.
    """
    if Path(path).suffix != ".npz":
        raise BadInput(path, "the name", Path(path).suffix or "no ending", "a name that ends in .npz")
    return _in_place(Path(path), lambda there: _archive(economy, there))


def _in_place(path: Path, write: Callable[[Path], None]) -> Path:
    """Write beside the path and move it there in one step, so that no reader ever sees a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        new = beside / path.name
        write(new)
        if not path.exists():
            new.rename(path)
        elif fingerprint(path) != fingerprint(new):
            raise BadInput(path, "the path", "something else, written earlier", "a path where nothing is yet")
    finally:
        shutil.rmtree(beside)
    return path


def _archive(economy: Economy, path: Path) -> None:
    """As numpy.savez, but the same economy always gives the same bytes."""
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for name, array in columns(economy).items():
                with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as stream:
                    np.lib.format.write_array(stream, np.asanyarray(array), allow_pickle=False)
        _settle(file.fileno())


def _folder(economy: Economy, folder: Path, *, csv: bool) -> None:
    import polars as pl
    folder.mkdir()
    (folder / "economy.toml").write_text(_header(economy), encoding="utf-8")
    for name, table in _tables(economy, by_code=csv).items():
        frame = pl.DataFrame(table)
        if csv:  # in full: the shortest text of a narrow number is not the shortest of the same number held wide
            frame = frame.cast({pl.Float32: pl.Float64})
            frame.write_csv(folder / f"{name}.csv")
        else:
            frame.write_parquet(folder / f"{name}.parquet")
    for file in folder.iterdir():
        with file.open("rb") as written:
            _settle(written.fileno())
    if economy.baseline is not None:
        _folder(economy.baseline, folder / "baseline", csv=csv)


def _settle(file: int) -> None:
    """Wait until the disk has it: a name must not appear before its content."""
    os.fsync(file)


def _header(economy: Economy) -> str:
    values = {"name": economy.name, "currency": economy.currency, "year": economy.year,
              "notes": list(economy.notes), "about": economy.about}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items() if value not in (None, [], {}))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, float):
        return repr(float(value))
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _tables(economy: Economy, *, by_code: bool) -> Tables:
    """The tables by name, each a table's columns by name; goods and councils by code, or by row."""
    goods, workers, consumers = economy.goods, economy.workers, economy.consumers
    good, worker, consumer = (_naming(codes, by_code=by_code) for codes in (goods.code, workers.code, consumers.code))
    tables: Tables = {"goods": {
        "code": goods.code, "name": goods.name, "kind": [Kind(kind).name.lower() for kind in goods.kind],
        "unit": goods.unit, "start_price": goods.start_price, "endowment": goods.endowment,
        "given_demand": goods.given_demand}}
    tables["workers"] = _workers(workers, good)
    tables["recipes"] = {"council": worker(owners(workers.input_start)), "good": good(workers.input_good),
                         "exponent": workers.input_exponent}
    tables["consumers"] = ({"code": consumers.code} if consumers.code else {}) | {
        column: getattr(consumers, column) for column in ("income", "effort_rating", "members")}
    tables |= _tastes(consumers, good, consumer)
    if len(communities := economy.communities):
        tables["communities"] = {"pollutant": good(communities.pollutant), "benefit": communities.benefit,
                                 "benefit_exponent": communities.benefit_exponent,
                                 "damage_exponent": communities.damage_exponent}
    if (satellites := economy.satellites) is not None:
        measure, row = _every(satellites.per_output)
        tables["satellites"] = {
            "measure": [satellites.name[of] for of in measure], "unit": [satellites.unit[of] for of in measure],
            "good": good(row), "per_output": satellites.per_output.ravel(), "per_input": satellites.per_input.ravel()}
    if economy.units.code:
        tables |= _units(economy.units, {WORKER: worker, CONSUMER: consumer}, by_code=by_code)
    return tables


def _naming(codes: tuple[str, ...] | None, *, by_code: bool) -> Callable[[Any], Any]:
    """How a table names rows of another: by code where it has codes and a person is to read it."""
    if codes is None or not by_code:
        return np.asarray
    words = np.array(codes, dtype=object)
    return lambda rows: words[rows].tolist()


def _every(matrix: Any) -> tuple[Any, Any]:
    """Row and column of every entry of a matrix, row by row."""
    rows, places = matrix.shape
    return np.repeat(np.arange(rows, dtype=np.int32), places), np.tile(np.arange(places, dtype=np.int32), rows)


def _workers(workers: WorkerCouncils, good: Callable[[Any], Any]) -> dict[str, Any]:
    table: dict[str, Any] = {"code": workers.code} if workers.code else {}
    table["makes"] = good(workers.product)
    for column in ("log_scale", "effort_exponent", "effort_disutility_exponent", "effort_disutility_scale",
                   "receipt_rate", "capacity", "establishments"):
        table[column] = getattr(workers, column)
    return table


def _tastes(consumers: ConsumerCouncils, good: Callable[[Any], Any], consumer: Callable[[Any], Any]) -> Tables:
    owner, place = _every(consumers.taste)
    entries = {"good": good(consumers.taste_good[place]), "taste": consumers.taste.ravel()}
    if consumers.mixture is None:
        return {"tastes": {"council": consumer(owner)} | entries}
    names = consumers.archetype or tuple(str(row) for row in range(len(consumers.taste)))
    council, archetype = _every(consumers.mixture)
    return {"tastes": {"archetype": [names[row] for row in owner]} | entries,
            "mixture": {"council": consumer(council), "archetype": [names[row] for row in archetype],
                        "share": consumers.mixture.ravel()}}


def _units(units: Units, council: dict[int, Callable[[Any], Any]], *, by_code: bool) -> Tables:
    code = np.array(units.code, dtype=object)
    named = np.empty(len(units.council), dtype=object)
    for side, naming in council.items():
        mine = units.side == side
        named[mine] = naming(units.council[mine])
    since, until = ([_day(day) for day in days] if by_code else days for days in (units.since_day, units.until_day))
    tables: Tables = {"units": {"code": units.code, "name": units.name, "space": units.space,
                                "parent": ["" if row < 0 else units.code[row] for row in units.parent]}}
    if len(units.unit):
        tables["memberships"] = {"unit": code[units.unit].tolist(),
                                 "side": [("worker", "consumer")[side] for side in units.side],
                                 "council": [str(of) for of in named] if by_code else units.council,
                                 "since": since, "until": until}
    return tables


def _day(day: int) -> str:
    """A day as a date, or nothing where there is no beginning or end, or its number beyond the calendar."""
    if day in (ALWAYS, FOREVER):
        return ""
    try:
        return (EPOCH + timedelta(days=int(day))).isoformat()
    except OverflowError:
        return str(day)
