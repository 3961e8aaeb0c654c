"""How `parecon serve --demo` makes its federation: aside, and put in place when it is whole."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from parecon.base.errors import BadInput

BOOKS, TEXT, ASIDE = "parecon.sqlite3", "demonstration.txt", "demonstration.part"
NAME = "Two Banks federation"


def is_made(home: Path) -> bool:
    """Whether a folder has a whole demonstration; books of anybody else there are bad input, and stay as they are."""
    if (home / TEXT).is_file() and (home / BOOKS).is_file():
        return True
    if (home / BOOKS).is_file() and not _begun_only(home / BOOKS):
        raise BadInput("--folder", "books", f"those of another federation in {home}", "a folder of the demonstration's")
    return False


@contextmanager
def made_aside(home: Path) -> Iterator[Path]:
    """The folder in which the demonstration is made; what is in it then is put in place, or thrown away if stopped."""
    aside = home / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    try:
        yield aside
        for name in (f"{BOOKS}-journal", f"{BOOKS}-wal", f"{BOOKS}-shm"):  # of books that were begun and left
            (home / name).unlink(missing_ok=True)
        for name in (TEXT, BOOKS):
            (aside / name).replace(home / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _begun_only(books: Path) -> bool:
    """Whether nobody's federation is in the books but the demonstration's."""
    try:
        with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as read:
            return {name for (name,) in read.execute("SELECT name FROM desk_federation")} <= {NAME}
    except sqlite3.OperationalError as error:
        return "no such table" in str(error)
    except sqlite3.DatabaseError:
        return False
