"""How many rows are changed at once: some of their columns, in one go, on both engines."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model


def update(rows: Iterable[Model], *columns: str) -> None:
    """Writes these columns of rows that are there; the columns by their names in the table."""
    rows = list(rows)
    if not rows:
        return
    of = rows[0]._meta
    key = of.pk.attname if of.pk else ""
    changed = ", ".join(f"{column} = %s" for column in columns)
    statement = f"UPDATE {of.db_table} SET {changed} WHERE {key} = %s"  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*(getattr(row, column) for column in columns), row.pk) for row in rows])
