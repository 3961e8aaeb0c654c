"""Moving all that a federation keeps from one database to another, row by row, and checking that nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction

from parecon.base.errors import BadInput
from parecon.service.database import database

NEW = "new"  # the alias of the database that is moved to
AT_ONCE = 2_000
MADE_BY_MIGRATIONS = {"contenttypes", "auth"}  # each database has these tables' rows from the start


def moved(url: str) -> dict[str, int]:
    """Copies every row of the database in use to an empty PostgreSQL: how many rows of each table.

    All or nothing, in one transaction there; the database in use is only read. Raises BadInput where the other
    one is no PostgreSQL or not empty.
    """
    settings = database(url)
    if "postgresql" not in settings["ENGINE"]:
        raise BadInput("move", "address", url.split(":", 1)[0], "postgresql://USER:PASSWORD@HOST:PORT/NAME")
    with _connected(settings):
        call_command("migrate", database=NEW, verbosity=0)
        tables = list(_tables())
        for table in tables:
            if table._base_manager.using(NEW).exists():
                raise BadInput("move", table._meta.db_table, "rows", "an empty database")
        with transaction.atomic(), transaction.atomic(using=NEW):
            with _unguarded(tables):
                rows = {table._meta.db_table: _copied(table) for table in tables}
            _count_on_from(tables)
        return rows


def _tables() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in MADE_BY_MIGRATIONS:
            yield model


def _copied(table: type[models.Model]) -> int:
    """Copies one table, in the order of its keys."""
    count, rows = 0, table._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        table._base_manager.using(NEW).bulk_create(some)
        count += len(some)
    return count


@contextmanager
def _connected(settings: dict[str, Any]) -> Iterator[None]:
    """Django knows a second database for a while."""
    connections.settings[NEW] = connections.configure_settings({"default": settings})["default"]
    try:
        yield
    finally:
        connections[NEW].close()
        del connections[NEW], connections.settings[NEW]


@contextmanager
def _unguarded(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """The guards look away in this one transaction, for balances do not grow again entry by entry."""
    _each(tables, "ALTER TABLE {} DISABLE TRIGGER USER")
    yield
    with connections[NEW].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what refers to what is checked before guards are back
    _each(tables, "ALTER TABLE {} ENABLE TRIGGER USER")


def _each(tables: Iterable[type[models.Model]], statement: str) -> None:
    with connections[NEW].cursor() as cursor:
        for table in tables:
            cursor.execute(statement.format(connections[NEW].ops.quote_name(table._meta.db_table)))


def _count_on_from(tables: list[type[models.Model]]) -> None:
    """New rows are numbered after the copied ones."""
    with connections[NEW].cursor() as cursor:
        for statement in connections[NEW].ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
