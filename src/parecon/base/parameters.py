"""The parameters of a law: each with its value, unit, bounds and source, read from its law.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def declared(institution: str) -> MappingProxyType[str, dict[str, Any]]:
    """Every parameter of an institution's law with unit, bounds and source.

    >>> declared("planning")["book_step_floor"]["unit"]
    'share of price'
    """
    text = files(f"parecon.{institution}").joinpath("law.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def parameters(institution: str) -> MappingProxyType[str, Any]:
    """The values in force of an institution's law, by name.

    >>> parameters("planning")["book_step_floor"]
    0.001
    """
    return MappingProxyType({name: each["value"] for name, each in declared(institution).items()})
