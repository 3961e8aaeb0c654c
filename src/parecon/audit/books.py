"""Opening the books of a live federation from outside the service: a file, or the database that an address names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from parecon.base.errors import BadInput

ADDRESS = "DATABASE_URL"
SQLITE = b"SQLite format 3\x00"
SETTINGS = "parecon.service.settings"
NEEDS = "pip install 'parecon[serve]'"


def address(where: Path | None) -> str:
    """The address of the books in a file, or else the one that DATABASE_URL says. Raises BadInput where there are none.

    >>> address(Path("nowhere.sqlite3"))
    Traceback (most recent call last):
    ...
    parecon.base.errors.BadInput: nowhere.sqlite3: books: found no such file, expected a run folder, or a file of SQLite
    """
    if where is None:
        url = os.environ.get(ADDRESS, "")
        if not url:
            raise BadInput(ADDRESS, "value", "none", "the address of books, or else say which file or run folder")
        return url
    expected = "a run folder, or a file of SQLite"
    if not where.is_file():
        raise BadInput(where, "books", "no such file", expected)
    with where.open("rb") as file:
        if file.read(len(SQLITE)) != SQLITE:
            raise BadInput(where, "books", "a file of another kind", expected)
    return in_file(where)


def in_file(file: Path) -> str:
    """The address of books in a file, which may be there or not."""
    return f"sqlite:///{quote(str(file.resolve()))}"


@contextmanager
def opened(url: str) -> Iterator[None]:
    """The service's database is this one while the block runs."""
    _ready()
    from django.db import connections

    from parecon.service.database import database

    before = connections.settings
    _forget()
    connections.settings = connections.configure_settings({"default": database(url)})
    try:
        yield
    finally:
        _forget()
        connections.settings = before


def _ready() -> None:
    """Loads the service, once."""
    try:
        import django
        from django.apps import apps
    except ImportError:
        raise BadInput("parecon", "extra serve", "not installed", NEEDS) from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if not apps.ready:
        django.setup()


def _forget() -> None:
    """Closes the connection; the next use opens one by the settings as they then are."""
    from django.db import connections

    connections["default"].close()
    del connections["default"]


def refuse_others(where: object) -> None:
    """Raises BadInput unless the database that is open has the tables of this version of the service."""
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", check_unapplied=True, plan=False, verbosity=0)
    except (SystemExit, CommandError):
        raise BadInput(where, "books", "none, or those of another version", "books of this version") from None
    except DatabaseError as error:
        raise BadInput(where, "books", " ".join(str(error).split()), "books that can be read") from None
