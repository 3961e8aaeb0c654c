"""Lists of payments as treasurers send them: a file of CSV, read, checked and posted through the page's own command."""

from __future__ import annotations

import time
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ledger import books
from benchmarks.postgres import programs, server
from benchmarks.timing import Figures, seconds
from benchmarks.town import Size, people


def measure(members: int, lines: int, lists: int) -> Figures:
    """Lines a second, from the press of the button under what was shown to all of them being on the disk."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = _on("SQLite", f"sqlite:///{folder}/books.sqlite3", members, lines, lists)
    if programs() is None:
        return figures
    with server(durable=True) as address:
        return figures | _on("PostgreSQL", address.format("postgres"), members, lines, lists)


def _on(engine: str, url: str, members: int, lines: int, lists: int) -> Figures:
    with books(url):
        from parecon.service.api import batches
        from parecon.service.people.models import Mandate, Member, Role
        from parecon.service.people.policy import Actor
        now = time.time_ns() // 1000
        people(Size(0, 0, members, 2, 0), now)
        treasurer = Member.objects.earliest("pk")
        Mandate.objects.create(member=treasurer, council_id=1, role=Role.TREASURER, from_us=0, until_us=2**62,
                               given_by="machine")
        actor, cards = Actor(treasurer, now), list(Member.objects.values_list("card", flat=True))
        spent_s = 0.0
        for number in range(lists):
            told = "".join(f"{card},1.50,allowance,list {number}\n" for card in islice(cycle(cards), lines))
            batch = batches.kept("payments", BytesIO(f"card,credits,purpose,why\n{told}".encode()), actor)
            shown = batches.checked(batch, actor)
            assert shown.to_post == lines, shown.sentences
            spent_s += seconds(lambda batch=batch, shown=shown: batches.posted(batch, shown.mark, actor))
            batch.refresh_from_db()
            assert batch.posted == lines
        return {f"{engine}, lines of lists a second": lines * lists / spent_s}
