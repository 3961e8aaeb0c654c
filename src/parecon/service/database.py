"""Which database the service keeps its books in, and how it is told to keep them."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from parecon.base.errors import BadInput

EMBEDDED = "sqlite:///parecon.sqlite3"  # in the folder in which the service is started
WAL_IS_SAFE_FROM = (3, 51, 3)  # before, a reset of the write-ahead log could corrupt the file
POSTGRESQL = ("postgresql", "postgres")
EXPECTED = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


def database(url: str) -> dict[str, Any]:
    """The database that an address names, as Django's settings want it; other addresses are bad input.

    >>> database("postgresql://desk:secret@db.town:5433/books")["HOST"]
    'db.town'
    >>> database("mysql://db.town/books")
    Traceback (most recent call last):
    ...
    parecon.base.errors.BadInput: DATABASE_URL: scheme: found mysql, expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME
    """
    parts = urlsplit(url)
    name = unquote(parts.path).removeprefix("/")
    if parts.scheme not in {"sqlite", *POSTGRESQL}:
        raise BadInput("DATABASE_URL", "scheme", parts.scheme or "none", EXPECTED)
    if not name:
        raise BadInput("DATABASE_URL", "name", "none", EXPECTED)
    return _sqlite(name) if parts.scheme == "sqlite" else _postgresql(name, parts)


def _postgresql(name: str, parts: SplitResult) -> dict[str, Any]:
    try:
        port = parts.port
    except ValueError:
        raise BadInput("DATABASE_URL", "port", "no number up to 65535", EXPECTED) from None
    kept = "-c default_transaction_isolation=read\\ committed -c synchronous_commit=on"
    return {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""), "HOST": parts.hostname or "", "PORT": port or "",
            "OPTIONS": dict(parse_qsl(parts.query)) | {"options": kept},
            "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def url_of(settings: dict[str, Any]) -> str:
    """The address of a PostgreSQL database, from Django's settings: for its own programs.

    >>> url_of(database("postgresql://desk:secret@db.town:5433/books?sslmode=require"))
    'postgresql://desk:secret@db.town:5433/books?sslmode=require'
    """
    user, password, name = (quote(settings[part], safe="") for part in ("USER", "PASSWORD", "NAME"))
    who = f"{user}{':' if password else ''}{password}{'@' if user else ''}"
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    rest = {key: value for key, value in settings["OPTIONS"].items() if key != "options"}
    return f"postgresql://{who}{settings['HOST']}{port}/{name}{'?' if rest else ''}{urlencode(rest)}"


def _sqlite(name: str) -> dict[str, Any]:
    """One writer at a time from a transaction's first statement on, and every commit on the disk before it is told."""
    keeping = (f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}; PRAGMA synchronous=FULL; "
               "PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "CONN_MAX_AGE": 600,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": keeping}}


def journal_mode(version: tuple[int, ...]) -> str:
    """How SQLite of a version makes commits whole: by a write-ahead log where that is safe, else a rollback journal.

    The rollback journal is truncated, not deleted: with FULL the truncation is synced, the deletion would not be,
    and a power cut could then bring the journal back and undo what was told as done.

    >>> journal_mode((3, 40, 1)), journal_mode((3, 51, 3))
    ('TRUNCATE', 'WAL')
    """
    return "WAL" if version >= WAL_IS_SAFE_FROM else "TRUNCATE"
