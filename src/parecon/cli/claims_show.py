"""What a person sees of claims: while they are tried, a live table on a terminal; verdicts in words."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Protocol

from parecon.base.measures import said
from parecon.base.processes import cores
from parecon.claims.book import Entry
from parecon.claims.claim import Claim
from parecon.claims.trials import Run
from parecon.cli.show import duration

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.table import Table

NEVER = "never run"
OTHER_COLUMNS, NARROWEST_CLAIM = 38, 12  # columns of text in the live table, and what is left of a quotation
WIDEST, NARROWEST = 120, 60  # columns of text
HEADINGS = ("id", "verdict", "mean (95 % interval)", "threshold", "measured")


class Watch(Protocol):
    """Where the runs of claims are shown."""

    def on_run(self, run: Run) -> None: ...

    def on_verdict(self, entry: Entry) -> None: ...


@contextmanager
def shown(left: Sequence[Claim], done: Sequence[Entry], *, quiet: bool) -> Iterator[Watch]:
    """A live table where standard error is a terminal; a line a claim elsewhere, or nothing if `quiet`."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.live import Live

        table = LiveTable(left, done)
        with Live(table, console=Console(stderr=True), refresh_per_second=4):
            yield table
    else:
        if done and not quiet:
            _say(f"going on after {', '.join(entry['id'] for entry in done)}")
        yield Silence() if quiet else PlainLines()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class Silence:
    """Shows nothing."""

    def on_run(self, run: Run) -> None:
        pass

    def on_verdict(self, entry: Entry) -> None:
        pass


class PlainLines(Silence):
    """One line a claim on standard error, for logs."""

    def on_verdict(self, entry: Entry) -> None:
        _say(f"{entry['id']}: {entry['verdict']}: {figures(entry)}, {entry['runs']} runs, "
             f"{duration(entry['seconds'])} on one core")


class LiveTable:
    """All claims as a table that is drawn again several times a second: runs done, verdicts, time left."""

    def __init__(self, left: Sequence[Claim], done: Sequence[Entry]) -> None:
        self.entries: dict[str, Entry] = {entry["id"]: entry for entry in done}
        self.quotes = {claim.id: claim.quote for claim in left}
        self.clock = Clock({claim.id: claim.runs for claim in left})

    def on_run(self, run: Run) -> None:
        self.clock.on_run(run)

    def on_verdict(self, entry: Entry) -> None:
        self.entries[entry["id"]] = entry

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        from rich import box, table

        drawn = table.Table(title="claims", caption=self.clock.left(), box=box.SIMPLE_HEAD, title_justify="left",
                            caption_justify="left")
        drawn.add_column("id", no_wrap=True)
        drawn.add_column("claim", no_wrap=True, max_width=max(options.max_width - OTHER_COLUMNS, NARROWEST_CLAIM))
        drawn.add_column("runs", justify="right", no_wrap=True)
        drawn.add_column("verdict", no_wrap=True)
        for name, entry in self.entries.items():
            if name not in self.clock.runs:
                drawn.add_row(name, entry["quote"], str(entry["runs"]), entry["verdict"])
        for name, runs in self.clock.runs.items():
            verdict = self.entries[name]["verdict"] if name in self.entries else ""
            drawn.add_row(name, self.quotes[name], f"{self.clock.done[name]} of {runs}", verdict)
        yield drawn


class Clock:
    """How long the runs still to do will take, each judged by the runs of its claim that are over."""

    def __init__(self, runs: dict[str, int]) -> None:
        self.runs, self.done = runs, dict.fromkeys(runs, 0)
        self.seconds = dict.fromkeys(runs, 0.0)
        self.began = time.perf_counter()

    def on_run(self, run: Run) -> None:
        """Counts a run that is over."""
        self.done[run.claim] += 1
        self.seconds[run.claim] += run.seconds

    def left(self) -> str:
        """How long it will take, in words."""
        passed = f"{duration(time.perf_counter() - self.began)} so far"
        over = sum(self.done.values())
        if not over or over == sum(self.runs.values()):
            return passed
        usual = sum(self.seconds.values()) / over
        each = {name: self.seconds[name] / done if done else usual for name, done in self.done.items()}
        work = sum((runs - self.done[name]) * each[name] for name, runs in self.runs.items())
        return f"{passed}, about {duration(max(work / cores(), 1.0))} to go"


def figures(entry: Entry) -> str:
    """The mean of a claim's runs with its interval, in its unit; a share in per cent.

    >>> figures({"value": 0.31, "low": 0.28, "high": 0.342, "unit": "share of price"})
    '31 % (28 to 34.2) of price'
    """
    factor, sign, rest = said(entry["unit"])
    value, low, high = (f"{factor * entry[name]:.3g}" for name in ("value", "low", "high"))
    return f"{value} {sign} ({low} to {high}) {rest}".replace("  ", " ").rstrip()


def _threshold(entry: Entry) -> str:
    factor, sign, _ = said(entry["unit"])
    return f"{factor * entry['threshold']:.6g} {sign}".rstrip()


def in_words(told: Sequence[Entry]) -> str:
    """Claims as a table with the sentence of each verdict, and where the verdicts come from if that is said."""
    rows = [_cells(entry) for entry in told]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS) - 1)]
    width = min(max(shutil.get_terminal_size((100, 24)).columns, NARROWEST), WIDEST)
    lines = [_row(HEADINGS, widths, width)]
    for entry, row in zip(told, rows, strict=True):
        lines += [_row(row, widths, width), *_indented(entry["sentence"], widths[0] + 2, width)]
    return "\n".join([*lines, *_origins(told)])


def _cells(entry: Entry) -> tuple[str, ...]:
    measured = figures(entry) if entry["verdict"] else ""
    return entry["id"], entry["verdict"] or NEVER, measured, _threshold(entry), entry["measure"]


def _row(cells: Sequence[str], widths: Sequence[int], width: int) -> str:
    """One line, its last cell cut to what there is room for."""
    line = "  ".join([*(cell.ljust(size) for cell, size in zip(cells, widths, strict=False)), cells[-1]])
    return line.rstrip() if len(line) <= width else f"{line[:width - 1].rstrip()}…"


def _indented(sentence: str, indent: int, width: int) -> list[str]:
    return wrap(sentence, width, initial_indent=" " * indent, subsequent_indent=" " * indent)


def _origins(told: Sequence[Entry]) -> list[str]:
    """Which verdicts were made when, by which version, and where they stand: a line for each answer."""
    some: dict[str, list[str]] = {}
    for entry in told:
        if entry.get("kept") and entry["verdict"]:
            origin = f"{entry['kept']}: made {entry['made'][:10]} by parecon {entry['parecon']}"
            some.setdefault(origin, []).append(entry["id"])
    return [f"{origin}: {', '.join(names)}" for origin, names in some.items()]

