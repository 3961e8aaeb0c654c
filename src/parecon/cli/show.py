"""What a person sees while a plan is being made: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from parecon.economy.goods import Goods
from parecon.planning.round import Round

if TYPE_CHECKING:
    from rich.table import Table

ROWS_SHOWN = 12
TREND_ROUNDS = 6  # so many last rounds say how fast the worst good comes closer


class Line(NamedTuple):
    """A round in one line: its number, worst imbalance and that good's name, how many goods are close, seconds."""

    number: int
    worst: float
    good: str
    within: int
    seconds: float


class Display(Protocol):
    """Where rounds are shown."""

    def say(self, sentence: str) -> None: ...

    def show(self, line: Line, left: str) -> None: ...


class Watch:
    """Follows the rounds of one plan and shows each."""

    def __init__(self, display: Display, goods: Goods, threshold: float, earlier: Sequence[float]) -> None:
        self.display, self.goods, self.threshold = display, goods, threshold
        self.worst, self.earlier = list(earlier), len(earlier)
        self.began = self.last = time.perf_counter()
        if earlier:
            display.say(f"going on after round {len(earlier)}")

    def on_round(self, latest: Round) -> None:
        """Shows a round as soon as it is over."""
        now = time.perf_counter()
        imbalance = latest.imbalance
        self.worst.append(latest.worst)
        line = Line(latest.number, latest.worst, self.goods.name[int(np.argmax(imbalance))],
                    int((imbalance < self.threshold).sum()), now - self.last)
        self.last = now
        seconds_a_round = (now - self.began) / (len(self.worst) - self.earlier)
        self.display.show(line, time_left(self.worst, self.threshold, seconds_a_round))


def time_left(worst: Sequence[float], threshold: float, seconds_a_round: float) -> str:
    """How many more rounds it takes if the worst good goes on coming closer as it did lately, in words.

    >>> time_left([0.4, 0.2, 0.1], 0.05, 2.0)
    'about 1 round and 2 s to go'
    """
    recent = np.log(np.maximum(worst[-TREND_ROUNDS:], 1e-300))
    if worst[-1] < threshold or len(recent) < 2 or not np.isfinite(recent).all():
        return ""
    slope = (recent[-1] - recent[0]) / (len(recent) - 1)
    if slope >= 0:
        return "not coming closer at present"
    rounds = max(1, math.ceil(math.log(worst[-1] / threshold) / -slope - 1e-9))
    return f"about {rounds} round{'s' * (rounds > 1)} and {duration(rounds * seconds_a_round)} to go"


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(0.0041), duration(0.41), duration(75), duration(7300)
    ('4 ms', '0.4 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def percent(share: float) -> str:
    """A share in percent, with three figures at most.

    >>> percent(0.0421), percent(1.5)
    ('4.21 %', '150 %')
    """
    return f"{100 * share:.3g} %"


def in_millions(number: float) -> str:
    """A large number as people say it.

    >>> in_millions(12_345_678), in_millions(4_321)
    ('12.3 million', '4,321')
    """
    return f"{number / 1e6:.3g} million" if number >= 1e6 else f"{number:,.0f}"


@contextmanager
def display(heading: str, goods: int, threshold: float, *, quiet: bool) -> Iterator[Display]:
    """A live table where standard error is a terminal; plain lines elsewhere, or nothing if `quiet`."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.live import Live

        table = LiveTable(heading, goods, threshold)
        with Live(table, console=Console(stderr=True), refresh_per_second=8):
            yield table
    else:
        yield Silence() if quiet else PlainLines(heading, goods, threshold)


class Silence:
    """Shows nothing."""

    def say(self, sentence: str) -> None:
        pass

    def show(self, line: Line, left: str) -> None:
        pass


class PlainLines:
    """One line a round on standard error, for logs."""

    def __init__(self, heading: str, goods: int, threshold: float) -> None:
        self.goods, self.threshold = goods, threshold
        self.say(heading)

    def say(self, sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    def show(self, line: Line, left: str) -> None:
        self.say(f"round {line.number}: worst {percent(line.worst)} ({line.good}), {line.within} of {self.goods} goods "
                 f"within {percent(self.threshold)}, {duration(line.seconds)}")


class LiveTable:
    """The last rounds as a table that is drawn again several times a second."""

    def __init__(self, heading: str, goods: int, threshold: float) -> None:
        self.heading, self.goods, self.threshold = heading, goods, threshold
        self.lines: deque[Line] = deque(maxlen=ROWS_SHOWN)
        self.status = ""

    def say(self, sentence: str) -> None:
        self.status = sentence

    def show(self, line: Line, left: str) -> None:
        self.lines.append(line)
        self.status = left

    def __rich__(self) -> Table:
        from rich import box, table

        shown = table.Table(title=self.heading, caption=self.status, box=box.SIMPLE_HEAD, title_justify="left",
                            caption_justify="left")
        for heading in ("round", "worst imbalance"):
            shown.add_column(heading, justify="right")
        shown.add_column("worst good", no_wrap=True, max_width=40)
        for heading in (f"of {self.goods} goods within {percent(self.threshold)}", "time"):
            shown.add_column(heading, justify="right")
        for line in list(self.lines):
            shown.add_row(str(line.number), percent(line.worst), line.good, str(line.within), duration(line.seconds))
        return shown
