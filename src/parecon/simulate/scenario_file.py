"""The file of a scenario: TOML that people write by hand, so that everything in it is checked.

Above the tables stand format, name, title, about, years and the institutions that are plugged in; then one table
for each of them with what was decided otherwise than its law. Whatever cannot be used is said in one line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from parecon.base.errors import BadInput
from parecon.base.parameters import Law, as_typed, declared

FORMAT = 1
MOST_YEARS = 200
ENGINE = "simulate"  # its parameters are in force in every scenario
INSTITUTIONS = ("secondhand", "secondhand.areas", "secondhand.parks", "secondhand.private", "secondhand.collectables")
KEYS = {"format": int, "name": str, "title": str, "about": str, "years": int, "institutions": list}
WORDS = {int: "a whole number", str: "a text in quotes", list: 'a list, such as ["secondhand"]'}
Decided = dict[str, dict[str, Any]]


def laws_of(institutions: Iterable[str]) -> tuple[str, ...]:
    """Which sets of parameters are in force: the engine's, each institution's, and of how people behave in it.

    >>> laws_of(["secondhand"])
    ('simulate', 'secondhand', 'secondhand.behaviour')
    """
    return tuple(law for name in (ENGINE, *institutions) for law in (name, f"{name}.behaviour") if _is_written(law))


def _is_written(law: str) -> bool:
    """Whether there are such parameters: not every institution has people who behave in ways of their own."""
    institution = law.removesuffix(".behaviour")
    return institution == law or files("parecon").joinpath(*institution.split("."), "behaviour.toml").is_file()


def parsed(file: Path, source: str, bundled: tuple[str, ...] = ()) -> dict[str, Any]:
    """What stands in a TOML file, whatever it is; the names of those that are bundled help who mistyped one."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadInput(source, "scenario", "no such file", nearest(source, bundled)) from None
    except UnicodeDecodeError as error:
        raise BadInput(source, "file", f"byte 0x{error.object[error.start]:02x}", "text in UTF-8") from None
    except OSError as error:
        raise BadInput(source, "scenario", error.strerror, "a file that can be read") from None
    if not text.strip():
        raise BadInput(source, "file", "nothing in it", f"a scenario, which begins with format = {FORMAT}")
    return _toml(text, source)


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        values = tomllib.loads(text)
        _refuse_long_numbers(values, source, "")
    except RecursionError:
        raise BadInput(source, "file", "brackets within brackets without end", "TOML") from None
    except BadInput:
        raise
    except ValueError as error:  # a number too long to read is one too
        raise BadInput(source, "file", error, "TOML") from None
    return values


def _refuse_long_numbers(value: Any, source: str, place: str) -> None:
    """TOML has whole numbers of 64 bits; longer ones would be met where nobody expects them."""
    if isinstance(value, dict):
        for name, each in value.items():
            _refuse_long_numbers(each, source, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            _refuse_long_numbers(each, source, place)
    elif isinstance(value, int) and value.bit_length() > 63:
        raise BadInput(source, place, "a number of too many digits", "a number of 64 bits")


def nearest(name: str, known: Iterable[str]) -> str:
    """What a name that nothing has was probably meant to be, or what there is.

    >>> nearest("twon", ["town", "region"])
    'perhaps town'
    """
    near = get_close_matches(name, known := list(known), 1)
    return f"perhaps {near[0]}" if near else f"one of {', '.join(known)}"


# --- Above the tables -------------------------------------------------------------------------------------------

def read_header(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    """What stands above the tables, each of its kind; raises BadInput for what is missing or unknown."""
    _refuse_other_format(values.get("format"), source)
    tables = list(dict.fromkeys(name.partition(".")[0] for name in (ENGINE, *INSTITUTIONS)))
    for key in values:
        if key not in KEYS and key not in tables:
            raise BadInput(source, key, "a name that means nothing here", nearest(key, [*KEYS, *tables]))
    for key, kind in KEYS.items():
        if key not in values:
            raise BadInput(source, key, "nothing", WORDS[kind])
        if type(values[key]) is not kind or values[key] == "":
            raise BadInput(source, key, as_typed(values[key]), WORDS[kind])
    refuse_years(values["years"], source, "years")
    said = {key: values[key] for key in ("name", "title", "about", "years")}
    return said | {"institutions": _plugged_in(values["institutions"], source)}


def _refuse_other_format(found: Any, source: str) -> None:
    if type(found) is int and found > FORMAT:
        raise BadInput(source, "format", found, f"{FORMAT}: it was made for a newer version of parecon")
    if type(found) is not int or found != FORMAT:
        raise BadInput(source, "format", "nothing" if found is None else as_typed(found), f"{FORMAT}")


def refuse_years(years: int, source: str, place: str) -> None:
    """Raises BadInput for a length that no simulation has."""
    if not 1 <= years <= MOST_YEARS:
        raise BadInput(source, place, years, f"from 1 to {MOST_YEARS} years")


def _plugged_in(names: list[Any], source: str) -> tuple[str, ...]:
    """The institutions in the order in which a year goes through them."""
    for name in names:
        if name not in INSTITUTIONS:
            raise BadInput(source, "institutions", as_typed(name), nearest(str(name), INSTITUTIONS))
    if len(set(names)) < len(names):
        raise BadInput(source, "institutions", names, "each once")
    if "secondhand" not in names:
        raise BadInput(source, "institutions", names, '"secondhand" among them, which the others are part of')
    return tuple(name for name in INSTITUTIONS if name in names)


# --- The tables -------------------------------------------------------------------------------------------------

def read_tables(values: Mapping[str, Any], institutions: tuple[str, ...], source: str) -> Decided:
    """What was decided otherwise, by law: a table within a table that is named after a law is that law's own."""
    decided: Decided = {}
    for name, table in values.items():
        if name not in KEYS:
            _sort_out(name, table, decided, source)
    for name in decided:
        if name not in laws_of(institutions):
            raise BadInput(source, f"[{name}]", "a table of an institution that is not plugged in",
                           f'"{name.removesuffix(".behaviour")}" among institutions, or no such table')
    return decided


def _sort_out(law: str, table: Any, decided: Decided, source: str) -> None:
    """Sorts the entries of a table into parameters of its law and tables of other laws."""
    if not isinstance(table, dict):
        raise BadInput(source, law, as_typed(table), f"a table, [{law}]")
    known, own = laws_of(INSTITUTIONS), {}
    for name, value in table.items():
        inner = f"{law}.{name}"
        if inner in known:
            _sort_out(inner, value, decided, source)
        elif isinstance(value, dict):
            raise BadInput(source, f"[{inner}]", "nothing of this name", nearest(inner, known))
        else:
            own[name] = value
    if own:
        decided[law] = own


def read_changes(changes: Mapping[str, str], laws: Mapping[str, Law], source: str) -> Decided:
    """What was typed as full name and value, by law, each value as the kind that the law declares."""
    changed: Decided = {}
    for full, text in changes.items():
        law, _, name = full.rpartition(".")
        if law not in laws or name not in laws[law]:
            expected = nearest(full, [f"{each}.{one}" for each, entries in laws.items() for one in entries])
            raise BadInput(source, full, "a name that is not in force here", expected)
        changed.setdefault(law, {})[name] = _typed(text, declared(law)[name]["value"])
    return changed


def _typed(text: str, like: Any) -> Any:
    """A value as people type it: texts without quotes, everything else as in TOML.

    >>> _typed("spot", "guaranteed"), _typed("1_000", 5), _typed("[1, 2]", [3, 4])
    ('spot', 1000, [1, 2])
    """
    if isinstance(like, str) and not text.startswith(('"', "'")):
        return text
    try:
        values = _toml(f"value = {text}", "typed")
    except BadInput:
        return text
    return values["value"] if len(values) == 1 else text
