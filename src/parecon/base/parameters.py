"""The parameters of a law: each with its value, unit, bounds and source, read from its law.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from parecon.base.errors import BadInput

Law = Mapping[str, Any]
"""The values in force of one institution's parameters, by name."""


@cache
def declared(institution: str) -> MappingProxyType[str, dict[str, Any]]:
    """Every parameter of an institution's law with unit, bounds (or choices) and source.

    >>> declared("planning")["book_step_floor"]["unit"]
    'share of price'
    """
    room, _, last = institution.rpartition(".")
    beside = files("parecon").joinpath(*room.split("."), f"{last}.toml")  # how people behave stands beside the law
    file = beside if beside.is_file() else files("parecon").joinpath(*institution.split("."), "law.toml")
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8")))


@cache
def parameters(institution: str) -> Law:
    """The values of an institution's law where nobody decided otherwise, by name.

    >>> parameters("planning")["book_step_floor"]
    0.001
    """
    return MappingProxyType({name: each["value"] for name, each in declared(institution).items()})


def in_force(institution: str, decided: Mapping[str, Any], source: object) -> Law:
    """An institution's law with what was decided otherwise, checked against its bounds and choices.

    Raises BadInput, naming `source`, for a parameter that the law does not know, and for a value of
    another type than the declared one, outside its bounds or not among its choices.

    >>> in_force("planning", {"book_step_floor": 0.01}, "my.toml")["book_step_floor"]
    0.01
    """
    known = declared(institution)
    for name, value in decided.items():
        place = f"[{institution}] {name}"
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise BadInput(source, place, "a name the law does not know",
                           f"perhaps {near[0]}" if near else f"one of {', '.join(known)}")
        _refuse_unfit(value, known[name], source, place)
    return MappingProxyType(dict(parameters(institution)) | dict(decided))


def _refuse_unfit(value: Any, entry: Mapping[str, Any], source: object, place: str) -> None:
    if isinstance(value, list) and isinstance(entry["value"], list):
        if entry.get("length", len(value)) != len(value):
            raise BadInput(source, place, f"{len(value)} values", f"{entry['length']} values ({entry['unit']})")
        for one in value:
            _refuse_unfit(one, dict(entry) | {"value": (entry["value"] or [""])[0]}, source, place)  # or texts
        return
    if not _of_kind(value, entry["value"]):
        raise BadInput(source, place, as_typed(value), f"{_kind(entry['value'])} ({entry['unit']})")
    if "choices" in entry and value not in entry["choices"]:
        raise BadInput(source, place, as_typed(value), f"one of {', '.join(map(str, entry['choices']))}")
    if "bounds" in entry and not entry["bounds"][0] <= value <= entry["bounds"][1]:
        low, high = entry["bounds"]
        raise BadInput(source, place, value, f"from {low:,.15g} to {high:,.15g} ({entry['unit']})")


def as_typed(value: Any) -> str:
    """A value as people write it in a file.

    >>> as_typed(True), as_typed("spot"), as_typed(5)
    ('true', "'spot'", '5')
    """
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _of_kind(value: Any, declared_value: Any) -> bool:
    if isinstance(declared_value, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(declared_value)


def _kind(value: Any) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list"}[type(value)]
