"""The pages of a large federation under load, on both engines: how long visitors wait, and the audit of its ledger."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from benchmarks import visits
from benchmarks.ledger import books
from benchmarks.postgres import programs, server
from benchmarks.timing import Figures, seconds
from benchmarks.town import Size, built

WRITTEN = 0.05  # of all visits: those that send a form
SECONDS_TO_START = 60
USER = 11  # where, after a process's name, its ticks in its own code stand; those in the kernel's follow
WENT_WELL = {200, 302}
Visited = list[tuple[str, float, float, int]]


class Load(NamedTuple):
    """How large the federation is, how many visits begin in a second, and for how long."""

    size: Size
    rate: float
    warm_s: float
    visited_s: float


def measure(size: dict[str, int], rate: float, warm_s: float, visited_s: float) -> Figures:
    """Milliseconds that visitors wait, by page; failures; memory of the server; seconds of the audit.

    `rate` visits a second begin; those of the first seconds, in which templates are read, are not counted.
    """
    load = Load(Size(**size), rate, warm_s, visited_s)
    with TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk, where /tmp may be memory
        figures = _on("SQLite", f"sqlite:///{folder}/books.sqlite3", load, folder)
    if programs() is None:
        return figures
    with server(durable=True) as address, TemporaryDirectory(dir=Path.cwd()) as folder:
        return figures | _on("PostgreSQL", address.format("postgres"), load, folder)


def _on(engine: str, url: str, load: Load, folder: str) -> Figures:
    with books(url):
        took = [time.perf_counter()]
        town = built(load.size)
        of = visits.choice(town)
        took.append(time.perf_counter())
        asked = visits.plan(of, load.rate, load.warm_s + load.visited_s, WRITTEN)
        with _serving(url, folder) as service:
            visited, processor_s = _sent(visits.told(of, asked, service.port), folder, service)
        sent = sum("after" in visit for visit in asked)
        figures = {"building, s": took[1] - took[0], "forms that did nothing": sent - _done(town.now_us),
                   "audit, s": _audited()}
    counted = [each for each in visited if each[1] >= load.warm_s]
    figures |= _waited(counted) | {"server's processor time a visit, ms": processor_s / len(visited) * 1000,
                                   "server's memory, GB": service.most_bytes / 1e9, "load": os.getloadavg()[0]}
    return {f"{engine}, {name}": value for name, value in figures.items()}


def _waited(visited: Visited) -> Figures:
    """Milliseconds from when a visit was meant to begin to its answer: of all visits, then by page, slowest first."""
    figures: Figures = {"visits": len(visited), "failures": sum(each[3] not in WENT_WELL for each in visited)}
    by_page = {page: [each[2] for each in visited if each[0] == page] for page in {each[0] for each in visited}}
    slowest = sorted(by_page, key=lambda page: -float(np.percentile(by_page[page], 95)))
    for page, took in {"all pages": [each[2] for each in visited], **{page: by_page[page] for page in slowest}}.items():
        figures |= {f"{page}, p{part}, ms": round(float(np.percentile(took, part)) * 1000, 1) for part in (50, 95, 99)}
    return figures


def _done(since_us: int) -> int:
    """How many of the forms that were sent did what they ask for."""
    from parecon.service.people.models import Done

    return Done.objects.filter(at_us__gt=since_us, what__in=visits.WRITES).count()


def _audited() -> float:
    from parecon.service.ledger.audit import verify

    def whole() -> None:
        wrong = verify().wrong
        assert not wrong, wrong

    return seconds(whole)


def _sent(plan: dict[str, object], folder: str, service: Service) -> tuple[Visited, float]:
    """The visits of a plan, from a process of their own, and for how long the server's processes computed, in s."""
    file = Path(folder, "plan.json")
    file.write_text(json.dumps(plan))
    command = [sys.executable, "-m", "benchmarks.visitors", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as visitors:
        assert visitors.stdout is not None
        visitors.stdout.readline()  # all are signed in
        began_s = service.computed_s()
        said = visitors.stdout.read()
        computed_s = service.computed_s() - began_s
    if visitors.returncode:
        sys.exit(f"the visitors ended with code {visitors.returncode}")
    visited: Visited = [tuple(each) for each in json.loads(said)]
    return visited, computed_s


# --- The server -----------------------------------------------------------------------------------------------------

@dataclass
class Service:
    """The server that runs: where, and the most memory its processes held at once, what they share counted once."""

    port: int
    process: int
    most_bytes: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Looks twice a second until it is over."""
        while not self.over.wait(0.5):
            self.most_bytes = max(self.most_bytes, sum(_held(each) for each in self.processes()))

    def processes(self) -> list[int]:
        """The server and its workers."""
        started = Path(f"/proc/{self.process}/task/{self.process}/children").read_text()
        return [self.process, *(int(each) for each in started.split())]

    def computed_s(self) -> float:
        """For how long they have computed, in s."""
        ticks = 0
        for each in self.processes():
            told = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(told[USER]) + int(told[USER + 1])
        return ticks / os.sysconf("SC_CLK_TCK")


def _held(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it is gone
        return 0
    return sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:"))


@contextmanager
def _serving(url: str, folder: str) -> Iterator[Service]:
    """`parecon serve` on a free port, with the database that is built."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("parecon"))
    command = [program, "serve", "--folder", f"{folder}/kept", "--port", str(port)]
    with Path(folder, "said").open("w") as said:
        running = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}, stdout=said, stderr=said)
    service = Service(port, running.pid)
    watching = threading.Thread(target=service.watch)
    try:
        _wait(port, running, Path(folder, "said"))
        watching.start()
        yield service
    finally:
        service.over.set()
        running.terminate()
        running.wait()
        if watching.is_alive():
            watching.join()


def _wait(port: int, running: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while "serving at" not in said.read_text():
        if running.poll() is not None or time.monotonic() > end:
            sys.exit(f"the service does not start at port {port}: {said.read_text()}")
        time.sleep(0.1)
