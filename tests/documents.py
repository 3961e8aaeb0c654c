"""What README.md and docs/ show is what happens: files are written as shown, commands print what stands below them.

A block in `console` has commands after `$` and, below each, all that it prints, on standard output and
standard error alike. Times are compared as times, whatever they are, so are shares that are zero but for
rounding; percentages need be near; and a line `...` stands for any lines.
A `{code-block}` with a caption is a file of that name. All of a page runs in one folder, empty at first.
"""

from __future__ import annotations

import io
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from sybil import Document, Example, Region

from parecon.cli import run

CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\{code-block\} \w+\n:caption: (\S+)\n\n?(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
TIME = re.compile(r"\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?")
ZERO = re.compile(r"\d(\.\d+)?e-\d+ %")
ONCE = re.compile(r"^compiling the kernels.*\n", re.MULTILINE)  # the first time on a machine only
AMOUNT, ANY_LINES = r"(\d+(?:\.\d+)?)", r"(?:.*\n)*"
LOOSE = re.compile(r"(^\.\.\.\n|\d+(?:\.\d+)?(?= ?%))", re.MULTILINE)
NEAR = 0.02  # the last of three digits depends on the machine's own rounding
COLUMNS = "80"


def files(document: Document) -> Iterator[Region]:
    """The files that a page shows."""
    for match in FILE.finditer(document.text):
        yield Region(match.start(), match.end(), match.groups(), written)


def written(example: Example) -> None:
    name, content = example.parsed
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(content, encoding="utf-8")


def consoles(document: Document) -> Iterator[Region]:
    """The commands that a page shows."""
    for match in CONSOLE.finditer(document.text):
        yield Region(match.start(), match.end(), match[1], shown)


def shown(example: Example) -> str | None:
    for command, expected in COMMAND.findall(example.parsed):
        code, printed = carried_out(command, example.namespace)
        example.namespace["exit code"] = code
        if not alike(printed, expected):
            return f"$ {command}\nprinted\n{printed}\nand not\n{expected}"
    return None


def carried_out(command: str, namespace: dict[str, Any]) -> tuple[int, str]:
    """The exit code of a command, and all that it printed; parecon's run in this process."""
    if command == "echo $?":
        return 0, f"{namespace['exit code']}\n"
    words = shlex.split(command)
    if words[0] != "parecon" or "|" in words:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        places = {"PATH": path, "PYTHONPATH": str(Path(__file__).parent.parent)}
        done = subprocess.run(command, shell=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,  # noqa: S602
                              check=False, env=os.environ | places)
        return done.returncode, done.stdout
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = run(words[1:])
    return code, printed.getvalue()


def alike(printed: str, expected: str) -> bool:
    """Whether the same lines were printed, but for times and the last digits of percentages."""
    parts = LOOSE.split(plain(expected))  # text and what is loose in turns
    pattern = "".join(re.escape(part) if place % 2 == 0 else ANY_LINES if part == "...\n" else AMOUNT
                      for place, part in enumerate(parts))
    found = re.fullmatch(pattern, plain(printed))
    amounts = [float(part) for part in parts[1::2] if part != "...\n"]
    return found is not None and all(
        math.isclose(float(one), other, rel_tol=NEAR, abs_tol=NEAR / 100)
        for one, other in zip(found.groups(), amounts, strict=True))


def plain(text: str) -> str:
    lines = [line.rstrip() for line in ZERO.sub("ZERO", TIME.sub("TIME", ONCE.sub("", text))).splitlines()]
    return "".join(f"{line}\n" for line in lines if line)


def in_an_empty_folder(namespace: dict[str, Any]) -> None:
    """Before a page: go to a folder of its own."""
    namespace["came from"] = Path.cwd(), os.environ.get("COLUMNS")
    namespace["its folder"] = tempfile.TemporaryDirectory()
    os.chdir(namespace["its folder"].name)
    os.environ["COLUMNS"] = COLUMNS


def back_again(namespace: dict[str, Any]) -> None:
    """After a page: leave nothing behind."""
    folder, columns = namespace["came from"]
    os.chdir(folder)
    os.environ.pop("COLUMNS")
    if columns is not None:
        os.environ["COLUMNS"] = columns
    namespace["its folder"].cleanup()
