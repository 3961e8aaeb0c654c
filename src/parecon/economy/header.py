"""The page in front of an economy's tables: `economy.toml`."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parecon.base.errors import BadInput

FILE = "economy.toml"


@dataclass(frozen=True)
class Header:
    """What economy.toml may say: of a whole economy, or of one that is based on another."""

    name: str = ""
    currency: str = "credits"
    year: int | None = None
    notes: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    based_on: str = ""
    change: dict[str, Any] = field(default_factory=dict)


KEYS = {"name": str, "currency": str, "year": int, "notes": list, "about": dict, "based_on": str, "change": dict}
WORDS = {str: "a text in quotes", int: "a whole number", list: "a list of texts", dict: "a table"}


def read_header(folder: Path) -> Header:
    """The header of a folder; raises BadInput for a key that means nothing, or a value of the wrong kind."""
    try:
        text = (folder / FILE).read_bytes().decode("utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        raise BadInput(folder, FILE, "no such file", "a page with the name of the economy") from None
    except UnicodeDecodeError as error:
        raise BadInput(folder, FILE, f"byte 0x{error.object[error.start]:02x}", "text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(folder, FILE, str(error), "TOML") from None
    for key, value in values.items():
        _check(folder, key, value)
    return Header(**values)


def _check(folder: Path, key: str, value: object) -> None:
    if key not in KEYS:
        close = difflib.get_close_matches(key, KEYS, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise BadInput(folder, FILE, f"key {key}{hint}", f"one of {', '.join(KEYS)}")
    right = type(value) is KEYS[key]
    if key == "notes":
        right = right and all(isinstance(note, str) for note in value)  # type: ignore[attr-defined]
    if not right:
        raise BadInput(folder, f"{FILE}, {key}", repr(value), WORDS[KEYS[key]])
