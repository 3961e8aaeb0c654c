"""The state of something long as flat columns, to be kept in a file and read again to the bit.

A state is a tree of dataclasses and dictionaries whose leaves are arrays, numbers, texts, lists of arrays
of one shape, or what JSON can say. Flat, each leaf is an array under the path that leads to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

State = dict[str, npt.NDArray[Any]]
Tree = TypeVar("Tree")
NOTHING = "nothing"  # what None is kept as


def flattened(tree: Any, path: str = "") -> State:
    """Every leaf of a tree as an array, under its path.

    >>> flattened({"month": 3, "years": [{"result": 1.5}]})
    {'month': array(3), 'years': array('[{"result": 1.5}]', dtype='<U17')}
    """
    branches = _branches(tree)
    if branches is None:
        return {path: _leaf(tree)}
    return {name: leaf for branch, each in branches.items()
            for name, leaf in flattened(each, f"{path}/{branch}" if path else branch).items()}


def restored(like: Tree, state: Mapping[str, npt.NDArray[Any]], path: str = "") -> Tree:
    """A tree with the leaves of a state, in the form of another tree that resembles it.

    >>> restored({"month": 0, "years": []}, flattened({"month": 3, "years": [{"result": 1.5}]}))
    {'month': 3, 'years': [{'result': 1.5}]}
    """
    branches = _branches(like)
    if branches is None:
        return _planted(like, state[path])  # type: ignore[no-any-return]
    names = branches if is_dataclass(like) else _names(state, path) | branches
    grown = {name: restored(branches.get(name, []), state, f"{path}/{name}" if path else name) for name in names}
    return replace(like, **grown) if is_dataclass(like) else grown  # type: ignore[return-value,type-var]


def _names(state: Mapping[str, Any], path: str) -> dict[str, None]:
    """The branches that a dictionary had, which may be more than its like has."""
    start = f"{path}/" if path else ""
    return {name.removeprefix(start).split("/")[0]: None for name in state if name.startswith(start)}


def _branches(tree: Any) -> dict[str, Any] | None:
    if is_dataclass(tree):
        return {each.name: getattr(tree, each.name) for each in fields(tree)}
    return tree if isinstance(tree, dict) else None


def _leaf(value: Any) -> npt.NDArray[Any]:
    if isinstance(value, list | tuple) and value and isinstance(value[0], np.ndarray):
        return np.stack(value)
    if value is None or isinstance(value, list | tuple | str):
        return np.array(NOTHING if value is None else json.dumps(value))
    return np.asarray(value)


def _planted(like: Any, leaf: npt.NDArray[Any]) -> Any:
    if isinstance(like, np.ndarray):
        return np.array(leaf)
    if leaf.dtype.kind != "U":
        return list(leaf) if leaf.ndim else leaf.item()
    return None if str(leaf) == NOTHING else json.loads(str(leaf))
