"""The ledger: durable postings one by one and in batches through the command layer, on both engines, and the audit."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.postgres import programs, server
from benchmarks.timing import Figures, seconds

MEMBERS = 200
PARTS = 10  # in which postings one by one are measured: a disk that others use stalls now and then, the median does not


def measure(singles: int, lines: int, batches: int) -> Figures:
    """Postings and lines a second, each commit on the disk before it is told; entries a second of the audit."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:  # a disk, where /tmp may be memory
        figures = {"SQLite alone, commits a second": _alone(folder, singles)}
        figures |= _on("SQLite", f"sqlite:///{folder}/books.sqlite3", singles, lines, batches)
    if programs() is None:
        return figures
    with server(durable=True) as address:
        return figures | _on("PostgreSQL", address.format("postgres"), singles, lines, batches)


def _alone(folder: str, commits: int) -> float:
    """Commits a second that SQLite makes by itself on this disk, kept as the ledger's are: what no ledger can beat."""
    from parecon.service.database import database
    books = sqlite3.connect(f"{folder}/alone.sqlite3", isolation_level=None)
    for statement in database(f"sqlite:///{folder}/x")["OPTIONS"]["init_command"].split(";"):
        books.execute(statement)
    books.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, told TEXT)")
    rate = _rate(lambda row: books.execute("INSERT INTO entry VALUES (?, ?)", (row, "x" * 300)), range(commits))
    books.close()
    return rate


def _on(engine: str, url: str, singles: int, lines: int, batches: int) -> Figures:
    with books(url):
        from parecon.service.ledger import audit, commands
        now = time.time_ns() // 1000
        accounts = [commands.open_account(f"a{row}", f"p{row}", commands.Kind.MEMBER, None, now).number
                    for row in range(MEMBERS)]

        def one(row: int) -> None:
            answer = commands.post(f"single:{row}", accounts[row % 190], accounts[-1 - row % 10], 1500, 1, now)
            assert not answer.reason, answer.sentence

        def batch(number: int) -> None:
            asked = [commands.Line(f"batch:{number}:{row}", accounts[row % 190], accounts[-1 - row % 10], 1500, 2)
                     for row in range(lines)]
            assert not any(answer.reason for answer in commands.post_batch(asked, now))

        _each(one, range(MEMBERS))  # connections and statements are ready after these
        rate = _rate(one, range(MEMBERS, MEMBERS + singles))
        in_batches = seconds(lambda: _each(batch, range(batches)))
        audited = seconds(lambda: _whole(audit.verify().wrong))
        written = MEMBERS + singles + batches * lines
        return {f"{engine}, postings a second": rate,
                f"{engine}, lines a second in batches": lines * batches / in_batches,
                f"{engine}, entries a second audited": written / audited}


def _rate(work: Callable[[int], object], rows: range) -> float:
    """Calls a second: the median of the parts."""
    size = len(rows) // PARTS
    parts = [rows[first:first + size] for first in range(0, size * PARTS, size)]
    return statistics.median(size / seconds(partial(_each, work, part)) for part in parts)


def _each(work: Callable[[int], object], rows: range) -> None:
    for row in rows:
        work(row)


def _whole(wrong: str) -> None:
    assert not wrong, wrong


@contextmanager
def books(url: str) -> Iterator[None]:
    """Django on an empty database with the service's tables."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "parecon.service.settings"
    import django
    from django.core.management import call_command
    from django.db import connections

    from parecon.service.database import database
    django.setup()
    connections["default"].close()
    del connections["default"]  # of the engine before
    connections.settings = connections.configure_settings({"default": database(url)})
    call_command("migrate", verbosity=0)
    yield
    connections.close_all()
