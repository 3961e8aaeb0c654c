"""How the ledger is read and written: the few statements that commands need, and what differs between engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from parecon.service.ledger.chain import START, Head, Name, Row, own_hash
from parecon.service.ledger.law import Standing
from parecon.service.ledger.models import Hold

THE_LEDGER = 0x70617265636F6E  # the lock under which PostgreSQL writes: one writer at a time, as on SQLite
AT_ONCE = 10_000  # names or numbers in one statement
LARGEST_NUMBER = 2**63 - 1
ROW = 'number, act, debit_id, credit_id, amount_mcr, purpose, "group", corrects_id, hold_id, owed, made_at_us'
STANDING = ("SELECT b.account_id, b.posted_mcr, b.held_mcr, a.floor_mcr, a.act, a.party, a.kind FROM ledger_balance b "
            "JOIN ledger_account a ON a.number = b.account_id WHERE b.account_id {} ORDER BY b.account_id")
SET_BALANCE = "UPDATE ledger_balance SET posted_mcr = %s, held_mcr = %s WHERE account_id = %s"
RESOLVE = "UPDATE ledger_hold SET state = %s, resolved_by = %s, resolved_at_us = %s WHERE number = %s"
SET_BALANCES = ("UPDATE ledger_balance b SET posted_mcr = n.posted_mcr, held_mcr = n.held_mcr "
                "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) n(posted_mcr, held_mcr, account_id) "
                "WHERE b.account_id = n.account_id")


@dataclass
class Accounts:
    """Accounts that a command touches, locked until it is done: what stands on them and whose they are, by number."""

    standing: dict[int, Standing] = field(default_factory=dict)
    name: dict[int, Name] = field(default_factory=dict)


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: all of it or nothing, and nobody else writes the ledger meanwhile."""
    with transaction.atomic():
        if _on_postgresql():
            _asked("SELECT pg_advisory_xact_lock(%s)", [THE_LEDGER])
        yield


def accounts(numbers: Iterable[int]) -> Accounts:
    """Those of these accounts that exist, their balances locked in the order of their numbers."""
    found = Accounts()
    wanted = sorted({number for number in numbers if 0 < number <= LARGEST_NUMBER})
    for some in _parts(wanted):
        among, values = _among(some)
        for number, posted, held, floor, *name in _asked(_for_update(STANDING.format(among)), values):
            found.standing[number] = Standing(posted, held, floor)
            found.name[number] = Name(*name)
    return found


def entries(acts: Sequence[str]) -> dict[str, Row]:
    """The entries that were made under these names."""
    found: dict[str, Row] = {}
    for some in _parts(acts):
        among, values = _among(some)
        found |= {row[1]: Row(*row) for row in _asked(f"SELECT {ROW} FROM ledger_entry WHERE act {among}", values)}
    return found


def all_entries(*more: str, at_once: int = AT_ONCE) -> Iterator[list[tuple[Any, ...]]]:
    """Every entry in the order of the chain, so many at once: the fields of a `Row`, then more columns."""
    columns, last = ", ".join((ROW, *more)), -LARGEST_NUMBER
    statement = f"SELECT {columns} FROM ledger_entry WHERE number > %s ORDER BY number LIMIT %s"
    while found := _asked(statement, [last, at_once]):
        yield found
        last = found[-1][0]


def holds(column: str, acts: Sequence[str]) -> list[Hold]:
    """The holds that were made, or resolved, by these acts: by the column that names them."""
    return [held for some in _parts(acts) for held in Hold.objects.filter(**{f"{column}__in": some})]


def resolve(resolved: Sequence[Hold], at_us: int) -> None:
    """Writes what became of holds, and by which act."""
    with connection.cursor() as cursor:
        cursor.executemany(RESOLVE, [(held.state, held.resolved_by, at_us, held.number) for held in resolved])


def head() -> Head:
    """The end of the chain as it is now; print it, or give it to a sister council."""
    last = _asked("SELECT number, own_hash FROM ledger_entry ORDER BY number DESC LIMIT 1", [])
    return Head(*last[0]) if last else Head(0, START)


def append(rows: Sequence[Row], name: dict[int, Name], last: Head) -> None:
    """Adds entries to the end of the chain."""
    previous, hashed = last.own_hash, []
    for row in rows:
        own = own_hash(previous, row, name[row.debit], name[row.credit])
        hashed.append((*row, previous, own))
        previous = own
    columns = f"ledger_entry ({ROW}, previous_hash, own_hash)"
    with connection.cursor() as cursor:
        insert = f"INSERT INTO {columns} VALUES ({_marks(hashed[0])})"
        if len(hashed) == 1:
            cursor.execute(insert, hashed[0])
        elif _on_postgresql():
            with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
                for each in hashed:
                    copy.write_row(each)
        else:
            cursor.executemany(insert, hashed)


def set_balances(standing: dict[int, Standing]) -> None:
    """Writes what stands on accounts, in the order of their numbers."""
    rows = [(each.posted_mcr, each.held_mcr, number) for number, each in sorted(standing.items())]
    with connection.cursor() as cursor:
        if _on_postgresql():
            cursor.execute(SET_BALANCES, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(SET_BALANCE, rows)


def _asked(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _on_postgresql() -> bool:
    return bool(connection.vendor == "postgresql")


def _for_update(statement: str) -> str:
    return f"{statement} FOR UPDATE OF b" if _on_postgresql() else statement


def _among(values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The condition that a column has one of these values, and what goes with it."""
    return ("= ANY(%s)", [list(values)]) if _on_postgresql() else (f"IN ({_marks(values)})", list(values))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[first:first + AT_ONCE] for first in range(0, len(values), AT_ONCE))
