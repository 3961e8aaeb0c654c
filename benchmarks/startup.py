"""Starting up: from the command to its first word, in fresh processes, beside Python itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial

from benchmarks.timing import Figures, seconds, take_turns

COMMANDS = {
    "python": ["-c", "pass"],
    "import parecon": ["-c", "import parecon"],
    "import parecon and its names": ["-c", "import parecon; [getattr(parecon, name) for name in parecon.__all__]"],
    "parecon --help": ["-c", "from parecon.cli import main; main()", "--help"],
}
COMPILE = ["-c", "import parecon; parecon.plan(parecon.book(60, 10, 2), 'predictive')"]


def measure(repeats: int) -> Figures:
    """Milliseconds of each command, and how many times those of Python alone."""
    times = take_turns({name: partial(seconds, partial(_run, parts)) for name, parts in COMMANDS.items()}, repeats)
    figures = {f"{name}, ms": 1000 * each for name, each in times.items()}
    figures["parecon --help, ratio to python"] = times["parecon --help"] / times["python"]
    return figures


def compiling(*, anew: bool) -> Figures:
    """Seconds of a first tiny plan in its process: with nothing compiled before if `anew`, and with all of it."""
    if not anew:
        return {"first plan of a later process, s": seconds(lambda: _run(COMPILE))}
    with tempfile.TemporaryDirectory() as empty:
        kept = os.environ | {"NUMBA_CACHE_DIR": empty}
        return {"first plan ever, s": seconds(lambda: _run(COMPILE, kept)),
                "first plan of a later process, s": seconds(lambda: _run(COMPILE, kept))}


def _run(parts: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run([sys.executable, *parts], check=True, stdout=subprocess.DEVNULL, env=environment)
