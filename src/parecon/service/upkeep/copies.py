"""Copies of the books: made by the database's own means while everybody goes on working, then opened and read.

A copy gets its name when it is whole: what a crash leaves behind ends with `.partial`. Beside each copy lie the
same books as plain text, which people and beancount can read without this program.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.db import connection

from parecon.base.errors import BadInput
from parecon.service.clock import now_us
from parecon.service.database import url_of
from parecon.service.ledger import books, store
from parecon.service.ledger.chain import Head

HEADS = "heads.txt"
SQLITE, POSTGRESQL = ".sqlite3", ".dump"
VERIFY = (sys.executable, "-m", "parecon.service", "ledger_verify")


@dataclass(frozen=True)
class Copy:
    """A copy of the books: its file, and the end of the chain that it must hold at least."""

    file: Path
    head: Head


def backed_up(folder: Path) -> Copy:
    """Copies the whole database into the folder, and the ledger as plain text; notes the end of the chain.

    Raises BadInput where the folder cannot be written or PostgreSQL's programs are missing; nothing half-written
    keeps its name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = store.head()
    name = f"books-{now_us() // 1_000_000}"
    with _whole(folder / (name + (POSTGRESQL if _on_postgresql() else SQLITE))) as partial:
        (_dump if _on_postgresql() else _copy)(partial)
    with _whole(folder / f"{name}.beancount") as partial, partial.open("w", encoding="utf-8") as text:
        text.writelines(books.export())
    with (folder / HEADS).open("a", encoding="utf-8") as heads:
        heads.write(f"{name} {head}\n")
    return Copy(folder / (name + (POSTGRESQL if _on_postgresql() else SQLITE)), head)


def drilled(copy: Path, heads: list[Head]) -> str:
    """Restores a copy in a place of its own, reads all of it, and says what was found; the books in use stay untouched.

    `heads` are ends of the chain that must be in it. Raises BadInput where the copy cannot be restored or is not whole.
    """
    if not copy.is_file():
        raise BadInput(copy, "copy", "no such file", "a copy that `backup` made")
    with (_restored_dump if copy.suffix == POSTGRESQL else _restored_file)(copy) as url:
        asked = [*VERIFY, *(part for head in heads for part in ("--head", str(head)))]
        answer = subprocess.run(asked, env=os.environ | {"DATABASE_URL": url},  # noqa: S603 - our own program
                                capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BadInput(copy, "books", answer.stderr.strip().splitlines()[-1], "a copy whose books are whole")
    return answer.stdout.strip()


def known_heads(copy: Path) -> list[Head]:
    """The end of the chain that was noted when the copy was made, if the notes lie beside it."""
    notes = copy.parent / HEADS
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.is_file() else []
    return [Head.read(line.split()[1]) for line in lines if line.split()[0] == copy.stem]


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file that gets its name when it is written and on the disk."""
    partial = file.with_name(file.name + ".partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


# --- Each engine's own means ------------------------------------------------------------------------------------

def _on_postgresql() -> bool:
    return bool(connection.vendor == "postgresql")


def _copy(partial: Path) -> None:
    """A file like the one in use, page by page, consistent whatever is written meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(partial)) as copy:
        connection.connection.backup(copy)
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise BadInput(partial, "database", found, "a file that SQLite finds whole")


def _dump(partial: Path) -> None:
    _run("pg_dump", "--format=custom", f"--file={partial}", f"--dbname={_address()}")


@contextmanager
def _restored_file(copy: Path) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        restored = Path(folder, "restored.sqlite3")
        restored.write_bytes(copy.read_bytes())
        yield f"sqlite:///{restored}"


@contextmanager
def _restored_dump(copy: Path) -> Iterator[str]:
    """A database of its own on the server in use, dropped afterwards."""
    if not _on_postgresql():
        raise BadInput(copy, "copy", "a dump of PostgreSQL", "DATABASE_URL with a server to restore it on")
    name = f"drill_{uuid4().hex[:12]}"
    _run("createdb", f"--maintenance-db={_address()}", name)
    try:
        address = _address(name)
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", str(copy))
        yield address
    finally:
        _run("dropdb", f"--maintenance-db={_address()}", name)


def _address(name: str = "") -> str:
    """The address of the database in use, or of another one on the same server."""
    settings: dict[str, Any] = connection.settings_dict
    return url_of(settings | ({"NAME": name} if name else {}))


def _run(*command: str) -> None:
    """Runs one of PostgreSQL's programs; what it complains of is said in one line."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - named above
    except FileNotFoundError:
        raise BadInput(command[0], "program", "missing", "PostgreSQL's client programs; on Debian: "
                       "apt-get install postgresql-client") from None
    except subprocess.CalledProcessError as failed:
        said = (failed.stderr.strip().splitlines() or [f"exit code {failed.returncode}"])[-1]
        raise BadInput(command[0], "PostgreSQL", said, "a run without errors") from None
