"""What the database itself refuses, whoever asks: rows that stay, in the words of SQLite and of PostgreSQL.

Migrations put guards in place. Whoever alters a guarded table on SQLite must put its guards back in the same
migration: Django makes the table anew and drops them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.migrations import RunPython


class Guard(NamedTuple):
    """A condition on a row (OLD, NEW) under which what is done to a table is refused, and what is said then."""

    name: str
    table: str
    when: str
    refused: str
    said: str


def changed(*columns: str) -> str:
    """The condition that one of these columns, none of which is ever empty, changes.

    >>> changed("act", "number")
    'NEW.act <> OLD.act OR NEW.number <> OLD.number'
    """
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def in_place(guards: Callable[..., Iterable[Guard]], of: str, tables: Iterable[str]) -> RunPython:
    """The operation of a migration that puts guards in place; `guards` is asked with `on_postgresql`.

    `tables` cannot be emptied either, which PostgreSQL does without looking at rows; `of` names that guard.
    """
    kept = tuple(tables)

    def set_up(_apps: Any, schema_editor: Any) -> None:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        wanted = guards(on_postgresql=on_postgresql)
        for statement in _postgresql(wanted, of, kept) if on_postgresql else _sqlite(wanted):
            schema_editor.execute(statement)

    return RunPython(set_up)


def _sqlite(guards: Iterable[Guard]) -> Iterator[str]:
    for name, table, when, refused, said in guards:
        yield f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"


def _postgresql(guards: Iterable[Guard], of: str, kept: Iterable[str]) -> Iterator[str]:
    for name, table, when, refused, said in guards:
        row = "OLD" if when == "DELETE" else "NEW"
        yield _function(name, f"IF {refused} THEN {_refusal(said)} END IF; RETURN {row};")
        yield f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    yield _function(f"{of}_is_kept", _refusal(f"what stands in tables of the {of} is never emptied"))
    for table in kept:
        yield f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {of}_is_kept()"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _refusal(said: str) -> str:
    return f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';"
