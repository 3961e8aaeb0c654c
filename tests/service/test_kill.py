"""Whoever is killed while writing leaves whole books, in which all that was told as done is done."""

import os
import subprocess
import sys
from pathlib import Path

from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Entry

WRITER = Path(__file__).parent / "writer.py"


def killed_after(lines, name, accounts, url):
    """What a writer said before it was killed, a little after so many lines."""
    command = [sys.executable, str(WRITER), name, *map(str, accounts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"DATABASE_URL": url}) as writer:
        said = [writer.stdout.readline().strip() for _ in range(lines)]
        writer.kill()
        said += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert writer.returncode < 0
    return said


def test_what_was_told_as_done_outlives_the_writer(books, three):
    for name, lines in (("one", 3), ("two", 11), ("three", 16)):
        said = killed_after(lines, name, three, books)
        assert Entry.objects.filter(act__in=said).count() == len(said) >= lines
        assert not audit.verify().wrong
        assert not ledger.post(f"{name}:after", three[2], three[0], 1, 1, 1).reason
