"""Economies as NumPy archives (.npz): every column an array, in one file that reads without parsing."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.economy.check import check
from parecon.economy.councils import Communities, ConsumerCouncils, Satellites, WorkerCouncils
from parecon.economy.forms import refuse_bomb
from parecon.economy.goods import Goods
from parecon.economy.model import Economy
from parecon.economy.units import Units

PARTS = {"goods": Goods, "workers": WorkerCouncils, "consumers": ConsumerCouncils, "communities": Communities,
         "satellites": Satellites, "units": Units}
OPTIONAL = {"workers.code", "consumers.code", "consumers.mixture", "consumers.archetype"}
WORDS = {"goods.code", "goods.name", "goods.unit", "workers.code", "consumers.code", "consumers.archetype",
         "satellites.name", "satellites.unit", "units.code", "units.name", "units.space"}
ROWS = {"goods.kind", "workers.product", "workers.input_start", "workers.input_good", "consumers.taste_good",
        "communities.pollutant", "units.parent", "units.unit", "units.side", "units.council", "units.since_day",
        "units.until_day"}
MATRICES = {"consumers.taste": ("kinds", "tastes"), "consumers.mixture": ("consumers", "kinds"),
            "satellites.per_output": ("measures", "goods"), "satellites.per_input": ("measures", "goods")}
HEADER = "economy"
Arrays = dict[str, npt.NDArray[Any]]


def columns(economy: Economy) -> Arrays:
    """The arrays that an archive holds, by name; a column that is the same for all has length one."""
    header = {"name": economy.name, "currency": economy.currency, "year": economy.year,
              "notes": list(economy.notes), "about": economy.about}
    arrays = {HEADER: np.array(json.dumps(header))}
    for part, kind in PARTS.items():
        if (table := getattr(economy, part)) is not None:
            for column in fields(kind):
                if (value := getattr(table, column.name)) is not None:
                    arrays[f"{part}.{column.name}"] = _compact(np.array(value, np.str_) if isinstance(value, tuple)
                                                               else value)
    if economy.baseline is not None:
        arrays |= {f"baseline.{name}": array for name, array in columns(economy.baseline).items()}
    return arrays


def _compact(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return column[:1] if column.ndim == 1 and len(column) > 1 and column.strides == (0,) else column


def read_archive(path: Path) -> Economy:
    """The economy of an archive; raises BadInput for a file that is broken, foreign or out of proportion."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            refuse_bomb(path, "the archive", sum(member.file_size for member in members), path.stat().st_size)
            arrays = {member.filename.removesuffix(".npy"): _read_array(path, archive, member) for member in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadInput(path, "the archive", str(error), "a whole NumPy archive") from None
    return check(_economy(path, arrays), path)


def _read_array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """One array, if it holds numbers or words; what would have to be executed to be read is refused."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(path, member.filename, "a packing that NumPy does not use", "an array, plain or deflated")
    with archive.open(member) as stream:
        try:
            shape, by_column, kind = _read_shape(stream)
        except (ValueError, SyntaxError, TypeError) as error:
            raise BadInput(path, member.filename, str(error).splitlines()[0], "a NumPy array") from None
        if kind.hasobject or kind.kind not in "iufU":
            raise BadInput(path, member.filename, f"an array of {kind}", "numbers or words")
        raw = stream.read()
    if len(raw) != kind.itemsize * int(np.prod(shape, dtype=object)):
        raise BadInput(path, member.filename, f"{len(raw)} bytes", f"an array of shape {shape}")
    array = np.frombuffer(raw, kind).reshape(shape, order="F" if by_column else "C")
    return array.astype(kind.newbyteorder("="), copy=False)


def _read_shape(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)


def _economy(path: Path, arrays: Arrays) -> Economy:
    own = {name: array for name, array in arrays.items() if not name.startswith("baseline.")}
    before = {name.removeprefix("baseline."): array for name, array in arrays.items() if name not in own}
    header = _header(path, own)
    tables = {part: _table(path, part, own) for part in PARTS}
    if own:
        raise BadInput(path, next(iter(own)), "an array of a name that means nothing", f"{HEADER}, goods.code, ...")
    _check_shapes(path, tables)
    return Economy(**tables, **header, baseline=_economy(path, before) if before else None)


def _header(path: Path, arrays: Arrays) -> dict[str, Any]:
    try:
        header = json.loads(str(arrays.pop(HEADER)))
        return {"name": str(header["name"]), "currency": str(header["currency"]), "year": header["year"],
                "notes": tuple(header["notes"]), "about": dict(header["about"])}
    except (KeyError, ValueError, TypeError):
        raise BadInput(path, HEADER, "no name, currency, year, notes and about", "the header of an economy") from None


def _table(path: Path, part: str, arrays: Arrays) -> Any:
    names = [f"{part}.{column.name}" for column in fields(PARTS[part])]
    if part == "satellites" and not any(name in arrays for name in names):
        return None
    values = []
    for name in names:
        if name not in arrays and name not in OPTIONAL:
            raise BadInput(path, name, "no such array", "one, as in every economy")
        values.append(_value(path, name, arrays.pop(name, None)))
    return PARTS[part](*values)


def _value(path: Path, name: str, array: npt.NDArray[Any] | None) -> Any:
    if array is None:
        return None
    kinds, what = ("U", "words") if name in WORDS else ("iu", "whole numbers") if name in ROWS else ("f", "fractions")
    if array.dtype.kind not in kinds or array.ndim != (2 if name in MATRICES else 1):
        raise BadInput(path, name, f"an array of {array.dtype}, shape {array.shape}", f"a column of {what}")
    return tuple(array.tolist()) if name in WORDS else array


def _check_shapes(path: Path, tables: dict[str, Any]) -> None:
    """Refuse columns of unlike lengths; bring those that are the same for all to full length."""
    workers, consumers, units = tables["workers"], tables["consumers"], tables["units"]
    satellites = tables["satellites"]
    length = {"goods": len(tables["goods"].code), "workers": len(workers.product), "tastes": len(consumers.taste_good),
              "consumers": len(consumers.income), "communities": len(tables["communities"].pollutant),
              "inputs": len(workers.input_good), "members": len(units.unit), "units": len(units.code),
              "starts": len(workers.product) + 1, "measures": len(satellites.name) if satellites else 0}
    length["kinds"] = length["consumers"] if consumers.mixture is None else len(consumers.taste)
    for part, table in tables.items():
        for column in fields(PARTS[part]) if table is not None else ():
            value = getattr(table, column.name)
            name = f"{part}.{column.name}"
            shape = tuple(length[of] for of in _dimensions(part, name))
            if value is None or np.shape(value) == shape:
                continue
            if np.shape(value) != (1,) or name in WORDS or len(shape) != 1:
                raise BadInput(path, name, f"shape {np.shape(value)}", f"shape {shape}")
            object.__setattr__(table, column.name, np.broadcast_to(value, shape))
    start = workers.input_start
    if start[0] != 0 or start[-1] != length["inputs"] or (np.diff(start) < 0).any():
        raise BadInput(path, "workers.input_start", "offsets out of order", f"offsets from 0 to {length['inputs']}")


def _dimensions(part: str, name: str) -> tuple[str, ...]:
    special = {"workers.input_start": "starts", "workers.input_good": "inputs", "workers.input_exponent": "inputs",
               "consumers.taste_good": "tastes", "consumers.archetype": "kinds", "satellites.name": "measures",
               "satellites.unit": "measures"}
    if name in MATRICES:
        return MATRICES[name]
    if name in special:
        return (special[name],)
    return ("members",) if part == "units" and name in ROWS and name != "units.parent" else (part,)
