"""The folder of a run that can be stopped at any time: the same command goes on with it.

While a run goes on, `OUT.partial` holds what was asked for and what the run has come to. What is being
written goes into a folder in it, which gets its name `OUT` in one step when it is complete.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from parecon.base.errors import BadInput
from parecon.base.folders import MAKING, Taken, claimed, partial_of, publish, replacing
from parecon.cli.stops import heed_none

ASKED = "asked.json"
DECIDED, HASH = "decided", "input_sha256"
RUNS = Path("runs")
Asked = Mapping[str, Any]
"""What makes two runs the same to the bit, whatever their input is called and wherever they write."""


def told_of(out: Path) -> dict[str, Any]:
    """What run.json says; nothing where there is none."""
    try:
        told = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def forget_partial(out: Path) -> None:
    """Removes what a run left that was killed just after its end."""
    shutil.rmtree(partial_of(out), ignore_errors=True)


def names(*words: str) -> Iterator[Path]:
    """The names that a run may get where none is given: the first, then numbered ones.

    >>> run_names = names("my town", "5")
    >>> [next(run_names).as_posix() for _ in range(2)]
    ['runs/my-town-5', 'runs/my-town-5-2']
    """
    first = re.sub(r"[^\w.+-]+", "-", "-".join(words))
    return (RUNS / (first if number == 1 else f"{first}-{number}") for number in count(1))


@contextmanager
def claimed_for(asked: Asked, names: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """The first name that is free, or where this same run was stopped; with its partial folder, locked."""
    with ExitStack() as held:
        yield _first_free(asked, names, held)


def _first_free(asked: Asked, names: Iterable[Path], held: ExitStack) -> tuple[Path, Path]:
    refused = None
    for out in names:
        try:
            with ExitStack() as attempt:
                partial = attempt.enter_context(claimed(out))
                _remember(asked, partial)
                held.push(attempt.pop_all())
                return out, partial
        except Taken as taken:
            refused = taken
    assert refused is not None
    raise refused


def _remember(asked: Asked, partial: Path) -> None:
    """Writes down what is asked; raises Taken where a run was stopped that had been asked something else."""
    file = partial / ASKED
    if file.exists():
        was = _asked_before(file)
        if was != json.loads(json.dumps(asked)):
            found, expected = differing(was, asked)
            raise Taken(partial, "a run that was stopped", found, f"{expected} (or remove it to begin anew)")
    else:
        with replacing(file) as new:
            new.write(json.dumps(asked).encode())


def _asked_before(file: Path) -> Asked:
    expected = f"what a run that was stopped had been asked (or remove {file.parent} to begin anew)"
    try:
        was = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(file, "the whole file", error, expected) from None
    if not isinstance(was, dict) or not isinstance(was.get(DECIDED, {}), dict):
        raise BadInput(file, "the whole file", "no such object", expected)
    return was


def differing(was: Asked, asked: Asked) -> tuple[str, str]:
    """What was asked and what is asked, where they differ: the hash of the input only where nothing else does.

    >>> differing({"years": 2, "decided": {"secondhand.mode": "spot"}, "input_sha256": "a"},
    ...           {"years": 2, "decided": {"simulate.areas": 3}, "input_sha256": "b"})
    ('secondhand.mode spot, simulate.areas as the law says', 'secondhand.mode as the law says, simulate.areas 3')
    """
    both = [{name: value for name, value in side.items() if name != DECIDED} | side.get(DECIDED, {})
            for side in (was, asked)]
    other = [name for name in dict.fromkeys([*both[0], *both[1]]) if both[0].get(name) != both[1].get(name)]
    telling = [name for name in other if name != HASH] or other
    found, expected = (", ".join(f"{name} {side.get(name, 'as the law says')}" for name in telling) for side in both)
    return found, expected


def refuse_another(out: Path, was: Asked, asked: Asked) -> None:
    """Raises Taken where `out` is a finished run that had been asked something else, and says what."""
    if was.keys() == asked.keys() and was != asked:
        found, expected = differing(was, asked)
        raise Taken(out, "a finished run already there", found, f"{expected} (or another name)")


def finish(making: Path, out: Path) -> None:
    """Gives a run folder that is complete its name, and removes what was kept to go on from."""
    heed_none()  # from here on the run is finished: nobody is to be told that it was stopped
    publish(making, out)
    shutil.rmtree(partial_of(out))


def tidy(partial: Path, kept: str) -> None:
    """Leaves nothing behind that a later run could not go on from: files of the pattern `kept`."""
    shutil.rmtree(partial / MAKING, ignore_errors=True)
    if not any(partial.glob(kept)):
        (partial / ASKED).unlink(missing_ok=True)


def how_to_go_on(what: str, partial: Path) -> str:
    """The sentence for whoever stopped a run of which something is kept."""
    return f"stopped; {what} so far are kept in {partial}; to go on: {shlex.join(['parecon', *sys.argv[1:]])}"
