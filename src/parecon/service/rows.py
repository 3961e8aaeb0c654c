"""Many rows at once: looked up by number or by one of their columns, and changed in some columns, on both engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from parecon.service.ledger.store import LARGEST_NUMBER

AT_ONCE = 10_000  # values in one statement
Found = TypeVar("Found", bound=Model)


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


def by_number(rows: QuerySet[Found], numbers: Sequence[Any]) -> dict[int, Found]:
    """The rows with these primary keys that exist; whatever is no number is none."""
    wanted = sorted({each for each in numbers if type(each) is int and 0 < each <= LARGEST_NUMBER})
    return {row.pk: row for some in parts(wanted) for row in rows.filter(pk__in=some)}


def among(model: type[Model], column: str, values: Sequence[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of the rows that have one of these values in one column."""
    for some in parts(list(dict.fromkeys(value for value in values if isinstance(value, str | int)))):
        yield from model._base_manager.filter(**{f"{column}__in": some}).values_list(*columns)


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Values in portions of a statement each."""
    return (values[first:first + AT_ONCE] for first in range(0, len(values), AT_ONCE))
