"""What a person sees while years go by: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.postings import MCR_A_CREDIT
from parecon.cli.show import duration, in_millions
from parecon.simulate.ensemble import Run
from parecon.simulate.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

    from parecon.simulate.world import World

ROWS_SHOWN = 12
MONTHS = ("year", "month", "in the stores", "asked", "served", "the federation's result last year")
RUNS = ("run", "months", "time")


class Shown(Protocol):
    """Where rows of a table are shown, with a sentence below."""

    def say(self, sentence: str) -> None: ...

    def show(self, cells: Sequence[str], status: str, *, milestone: bool) -> None: ...


class WatchMonths:
    """Follows one run and shows each month."""

    def __init__(self, shown: Shown, scenario: Scenario) -> None:
        self.shown, self.scenario = shown, scenario
        self.began, self.first = 0.0, 0

    def on_month(self, world: World) -> None:
        """Shows a month as soon as it is over."""
        if not self.first:
            self.began, self.first = time.perf_counter(), world.clock.month
            if self.first > 1:
                self.shown.say(f"going on after {in_years(self.first - 1)}")
        over = world.clock.month - 1
        counts = {name: int(world.record.months[name][-1].sum()) for name in ("stock", "asked", "passed_on")}
        results = [year["federation"]["total_mcr"] / MCR_A_CREDIT for year in world.record.years[-1:]]
        cells = [str(over // MONTHS_A_YEAR + 1), str(over % MONTHS_A_YEAR + 1),
                 *(f"{count:,}" for count in counts.values()), *(f"{each:+,.0f}" for each in results or [0.0])]
        self.shown.show(cells, self._status(over + 1), milestone=over % MONTHS_A_YEAR == MONTHS_A_YEAR - 1)

    def _status(self, months: int) -> str:
        spent = time.perf_counter() - self.began
        return status(months - self.first, self.scenario.years * MONTHS_A_YEAR - months, spent,
                      self.scenario.laws["simulate"]["households"])


class WatchRuns:
    """Follows several runs and shows each that is finished."""

    def __init__(self, shown: Shown, scenario: Scenario, runs: int) -> None:
        self.shown, self.scenario, self.runs = shown, scenario, runs
        self.began, self.seen = time.perf_counter(), 0

    def on_look(self, finished: Sequence[Run], months: int) -> None:
        """Shows the runs that were finished since the last look; `months` is how many all went through."""
        behind = sum(run.resumed_after_months for run in finished)
        left = self.runs * self.scenario.years * MONTHS_A_YEAR - months - behind
        said = status(months, left, time.perf_counter() - self.began, self.scenario.laws["simulate"]["households"])
        for run in finished[self.seen:]:
            spent = duration(sum(run.seconds.values()))
            self.shown.show((f"seed {run.seed}", str(run.months), spent), said, milestone=True)
        self.seen = len(finished)
        if sys.stderr.isatty():
            self.shown.say(f"{self.seen} of {self.runs} runs; {said}")


def status(gone: int, left: int, seconds: float, households: int) -> str:
    """How fast months go by, and how long those that are left take, in words.

    >>> status(12, 24, 3.0, 1_000_000)
    '4 million household-months a second, about 6 s to go'
    """
    if not gone or seconds <= 0:
        return ""
    speed = f"{in_millions(gone * households / seconds)} household-months a second"
    return f"{speed}, about {duration(left * seconds / gone)} to go" if left > 0 else speed


def in_years(months: int) -> str:
    """A time in years and months.

    >>> in_years(25), in_years(12), in_years(3)
    ('2 years and 1 month', '1 year', '3 months')
    """
    parts = [f"{count} {word}{'s' * (count > 1)}"
             for count, word in zip(divmod(months, MONTHS_A_YEAR), ("year", "month"), strict=True) if count]
    return " and ".join(parts) or "0 months"


@contextmanager
def display(heading: str, columns: Sequence[str], *, quiet: bool) -> Iterator[Shown]:
    """A live table where standard error is a terminal; plain lines elsewhere, or nothing if `quiet`."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.live import Live

        table = LiveTable(heading, columns)
        with Live(table, console=Console(stderr=True), refresh_per_second=8):
            yield table
    else:
        yield Silence() if quiet else PlainLines(heading, columns)


class Silence:
    """Shows nothing."""

    def say(self, sentence: str) -> None:
        pass

    def show(self, cells: Sequence[str], status: str, *, milestone: bool) -> None:
        pass


class PlainLines:
    """One line a year, or a run, on standard error, for logs."""

    def __init__(self, heading: str, columns: Sequence[str]) -> None:
        self.columns = columns
        self.say(heading)

    def say(self, sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    def show(self, cells: Sequence[str], status: str, *, milestone: bool) -> None:
        if milestone:
            self.say(", ".join([f"{name} {cell}" for name, cell in zip(self.columns, cells, strict=True) if cell]
                               + ([status] if status else [])))


class LiveTable:
    """The last rows as a table that is drawn again several times a second."""

    def __init__(self, heading: str, columns: Sequence[str]) -> None:
        self.heading, self.columns = heading, columns
        self.rows: deque[Sequence[str]] = deque(maxlen=ROWS_SHOWN)
        self.status = ""

    def say(self, sentence: str) -> None:
        self.status = sentence

    def show(self, cells: Sequence[str], status: str, *, milestone: bool) -> None:
        self.rows.append(cells)
        self.status = status

    def __rich__(self) -> Table:
        from rich import box, table

        shown = table.Table(title=self.heading, caption=self.status, box=box.SIMPLE_HEAD, title_justify="left",
                            caption_justify="left")
        for name in self.columns:
            shown.add_column(name, justify="right")
        for cells in list(self.rows):
            shown.add_row(*cells)
        return shown
