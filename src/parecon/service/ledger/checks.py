"""A database that could lose or lock up what was told as done is reported before it is used."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from parecon.service.database import WAL_IS_SAFE_FROM

FULL, EXTRA = 2, 3  # what `PRAGMA synchronous` answers


@register(Tags.database)
def sqlite_keeps_what_it_tells(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """Whether each SQLite database in use is opened as the ledger needs it; one error for each thing that is not."""
    return [error for alias in databases or () if connections[alias].vendor == "sqlite"
            for error in _errors(connections[alias])]


def _errors(connection: Any) -> list[Error]:
    asked = {name: _pragma(connection, name) for name in ("journal_mode", "synchronous", "mmap_size", "foreign_keys")}
    wal_is_safe = sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM
    said = [
        (connection.transaction_mode != "IMMEDIATE", "E001",
         "transactions must begin IMMEDIATE: others find the database locked half-way"),
        (asked["synchronous"] not in {FULL, EXTRA}, "E002",
         "PRAGMA synchronous must be FULL: less can lose what was told as done"),
        (asked["journal_mode"] == "wal" and not wal_is_safe, "E003",
         f"SQLite {sqlite3.sqlite_version} can corrupt a write-ahead log; a rollback journal or 3.51.3 cannot"),
        (asked["journal_mode"] in {"off", "memory"}, "E004", "the journal must be on disk: a crash tears the file"),
        (asked["mmap_size"] not in {0, None}, "E005", "PRAGMA mmap_size must be 0: a stray write would reach the file"),
        (asked["foreign_keys"] != 1, "E006", "PRAGMA foreign_keys must be ON"),
    ]
    return [Error(sentence, id=f"ledger.{code}") for applies, code, sentence in said if applies]


def _pragma(connection: Any, name: str) -> Any:
    with connection.cursor() as cursor:
        row = cursor.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None
