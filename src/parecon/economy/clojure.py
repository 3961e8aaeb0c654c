"""Economies in the form of the published experiments: Clojure text, plain or gzipped.

A file defines consumer councils (maps with `:utility-exponents`) and worker councils (maps with
`:production-inputs`), under whatever names; everything else in it is passed over. Products and inputs
are numbered from 1 within their class. The files hold neither endowments nor prices: those are the
experiments' own, 1000 of each natural resource and kind of labour, and 700.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import owners, starts
from parecon.base.errors import BadInput
from parecon.economy.check import by_row, check
from parecon.economy.councils import ConsumerCouncils, WorkerCouncils
from parecon.economy.forms import Map, read_forms, read_text
from parecon.economy.generate import BOOK_ENDOWMENT, BOOK_KINDS, BOOK_PRICE
from parecon.economy.goods import PRODUCED, Goods, Kind
from parecon.economy.model import Economy

INPUT_KINDS = (Kind.INTERMEDIATE, Kind.NATURE, Kind.LABOUR)
EXPONENT_KEYS = (":input-exponents", ":nature-exponents", ":labor-exponents")
INDUSTRIES = (Kind.PRIVATE, Kind.INTERMEDIATE, Kind.PUBLIC)
MEMBERS = 10
Numbers = npt.NDArray[np.float64]


def read_clojure(path: Path) -> Economy:
    """The economy of one published experiment.

    Goods come in the order private, public, intermediate, nature, labour; of each as many as the file
    speaks of. Raises BadInput, with the line, for text that is no Clojure or a council that lacks a part.
    """
    text = read_text(path)
    councils = list(_councils(read_forms(path, text)))
    workers = _Maps(path, text, [council for council in councils if ":production-inputs" in council.entries])
    consumers = _Maps(path, text, [council for council in councils if ":utility-exponents" in council.entries])
    for maps, key in ((workers, ":production-inputs"), (consumers, ":utility-exponents")):
        if not maps.maps:
            raise BadInput(path, "the file", "no council", f"maps with the key {key}")
    economy = _economy(path.name.split(".")[0], workers, consumers)
    lines = {"workers": workers, "consumers": consumers, "tastes": consumers}

    def where(table: str, row: int, column: int | None = None) -> str:
        if table == "recipes":
            return workers.place(int(np.searchsorted(economy.workers.input_start, row, side="right")) - 1)
        return lines[table].place(row) if table in lines else by_row(table, row, column)
    return check(economy, path, where)


def _councils(forms: list[Any]) -> Iterator[Map]:
    """The maps that describe councils, in the order of the file, at whatever depth."""
    pending = list(reversed(forms))
    while pending:
        form = pending.pop()
        if isinstance(form, Map):
            if ":production-inputs" in form.entries or ":utility-exponents" in form.entries:
                yield form
            else:
                pending.extend(reversed(form.entries.values()))
        elif isinstance(form, list) and form[:1] != ["comment"]:
            pending.extend(reversed(form))


class _Maps:
    """The maps of one side, which give a key of all of them as columns."""

    def __init__(self, path: Path, text: str, maps: list[Map]) -> None:
        self.path, self.text, self.maps = path, text, maps

    def place(self, row: int) -> str:
        return f"line {self.text.count(chr(10), 0, self.maps[row].offset) + 1}"

    def numbers(self, key: str, default: float | None = None) -> Numbers:
        """One number a map: shape [map]."""
        values = [council.entries.get(key, default) for council in self.maps]
        for row, value in enumerate(values):
            if not isinstance(value, (int, float)):
                raise self.complaint(row, key, value, "a number")
        return np.array(values, np.float64)

    def lists(self, key: str) -> tuple[npt.NDArray[np.int64], Numbers]:
        """One list of numbers a map: the length of each [map], and all of them behind one another."""
        values = []
        for row, council in enumerate(self.maps):
            if (value := as_numbers(council.entries.get(key))) is None:
                raise self.complaint(row, key, council.entries.get(key), "a list of numbers")
            values.append(value)
        return np.array([len(value) for value in values]), np.concatenate(values)

    def matrix(self, key: str) -> Numbers:
        """One list of numbers a map, all of the same length: shape [map, place]."""
        lengths, values = self.lists(key)
        if (lengths != lengths[0]).any():
            row = int(np.argmax(lengths != lengths[0]))
            raise self.complaint(row, key, f"{lengths[row]} numbers", f"{lengths[0]}, as in the first council")
        return values.reshape(len(lengths), -1)

    def complaint(self, row: int, key: str, found: object, expected: str) -> BadInput:
        return BadInput(self.path, f"{self.place(row)}, {key}", "nothing" if found is None else found, expected)


def as_numbers(form: object) -> Numbers | None:
    """A list of numbers as a column, or None if it is something else."""
    if isinstance(form, list) and all(isinstance(item, (int, float)) for item in form):
        return np.array(form, np.float64)
    return form if isinstance(form, np.ndarray) else None


def _economy(name: str, workers: _Maps, consumers: _Maps) -> Economy:
    private, public = consumers.matrix(":utility-exponents"), consumers.matrix(":public-good-exponents")
    industry = _whole(workers, ":industry", 0, len(INDUSTRIES) - 1)
    kind = np.array(INDUSTRIES)[industry]
    number = _whole(workers, ":product", 1)
    start, input_kind, input_number, exponent = _recipes(workers)
    counts = dict.fromkeys(BOOK_KINDS, 0) | {Kind.PRIVATE: private.shape[1], Kind.PUBLIC: public.shape[1]}
    for kinds, numbers in ((kind, number), (input_kind, input_number)):
        for of in BOOK_KINDS:
            counts[of] = max(counts[of], int(numbers[kinds == of].max(initial=0)))
    first = np.zeros(len(Kind), np.int64)
    first[list(BOOK_KINDS)] = np.cumsum([0, *(counts[of] for of in BOOK_KINDS)])[:-1]
    count = len(workers.maps)
    return Economy(name, _goods(counts), WorkerCouncils(
        product=(first[kind] + number - 1).astype(np.int32), input_start=start,
        input_good=(first[input_kind] + input_number - 1).astype(np.int32), input_exponent=exponent,
        log_scale=_log_scale(workers), effort_exponent=workers.numbers(":c"),
        effort_disutility_exponent=workers.numbers(":du"), effort_disutility_scale=workers.numbers(":s"),
        receipt_rate=np.broadcast_to(1.0, count), capacity=np.broadcast_to(np.inf, count),
        establishments=np.broadcast_to(1.0, count)), ConsumerCouncils(
        income=consumers.numbers(":income"), taste=np.hstack([private, public]),
        taste_good=np.concatenate([first[Kind.PRIVATE] + np.arange(private.shape[1]),
                                   first[Kind.PUBLIC] + np.arange(public.shape[1])]),
        effort_rating=consumers.numbers(":effort", 1), members=consumers.numbers(":num-workers", MEMBERS)),
        notes=((f"Read from a file of the published experiments; every price starts at {BOOK_PRICE:g} and there are "
               f"{BOOK_ENDOWMENT:g} of each natural resource and kind of labour, as in the experiments."),))


def _goods(counts: dict[Kind, int]) -> Goods:
    kind = np.repeat(np.array(BOOK_KINDS, np.int8), [counts[of] for of in BOOK_KINDS])
    code = tuple(f"{of.name.lower()}-{row + 1}" for of in BOOK_KINDS for row in range(counts[of]))
    return Goods(code, tuple(word.replace("-", " ") for word in code),
                 tuple("hour" if of == Kind.LABOUR else "unit" for of in kind), kind, np.full(len(kind), BOOK_PRICE),
                 np.where(np.isin(kind, PRODUCED), 0.0, BOOK_ENDOWMENT), np.zeros(len(kind)))


def _recipes(workers: _Maps) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any], npt.NDArray[np.int64],
                                      Numbers]:
    """Offsets of the councils' recipes; each input's class, its number in the class, its exponent."""
    inputs: list[Numbers] = []
    exponents: list[Numbers] = []
    for row, council in enumerate(workers.maps):
        written = council.entries[":production-inputs"]
        lists = [as_numbers(one) for one in written] if isinstance(written, list) else []
        if len(lists) != len(INPUT_KINDS):
            raise workers.complaint(row, ":production-inputs", f"{len(lists)} lists",
                                    "three lists of numbers: intermediate goods, nature, labour")
        for one, key in zip(lists, EXPONENT_KEYS, strict=True):
            powers = as_numbers(council.entries.get(key))
            if one is None or powers is None or len(powers) != len(one):
                found = "no list of numbers" if one is None or powers is None else f"{len(powers)} numbers"
                raise workers.complaint(row, key, found, "one for each of the :production-inputs")
            inputs.append(one)
            exponents.append(powers)
    lengths = np.array([len(one) for one in inputs])
    start = starts(lengths.reshape(-1, len(INPUT_KINDS)).sum(axis=1))
    kind = np.repeat(np.tile(np.array(INPUT_KINDS), len(workers.maps)), lengths)
    number = np.concatenate(inputs)
    wrong = (number < 1) | (number % 1 != 0)
    if wrong.any():
        entry = int(np.argmax(wrong))
        raise workers.complaint(int(owners(start)[entry]), ":production-inputs", number[entry], "a whole number from 1")
    return start, kind, number.astype(np.int64), np.concatenate(exponents)


def _log_scale(workers: _Maps) -> Numbers:
    scale = workers.numbers(":a")
    if not (scale > 0).all():
        row = int(np.argmin(scale > 0))
        raise workers.complaint(row, ":a", scale[row], "a number above 0")
    return np.log(scale)


def _whole(maps: _Maps, key: str, least: int, most: float = np.inf) -> npt.NDArray[np.int64]:
    values = maps.numbers(key)
    wrong = (values < least) | (values > most) | (values % 1 != 0)
    if wrong.any():
        expected = f"a whole number from {least}" + (f" to {most}" if np.isfinite(most) else "")
        raise maps.complaint(int(np.argmax(wrong)), key, values[np.argmax(wrong)], expected)
    return values.astype(np.int64)
