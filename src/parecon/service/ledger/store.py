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
ENTRY = f"ledger_entry ({ROW}, previous_hash, own_hash)"
LAST = "SELECT number, own_hash FROM ledger_entry ORDER BY number DESC LIMIT 1"
STANDING = ("SELECT b.account_id, b.posted_mcr, b.held_mcr, a.floor_mcr, a.act, a.party, a.kind FROM ledger_balance b "
            "JOIN ledger_account a ON a.number = b.account_id WHERE b.account_id {} ORDER BY b.account_id")
SET_BALANCE = "UPDATE ledger_balance SET posted_mcr = %s, held_mcr = %s WHERE account_id = %s"
RESOLVE = "UPDATE ledger_hold SET state = %s, resolved_by = %s, resolved_at_us = %s WHERE number = %s"
SET_BALANCES = ("UPDATE ledger_balance b SET posted_mcr = n.posted_mcr, held_mcr = n.held_mcr "
                "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) n(posted_mcr, held_mcr, account_id) "
                "WHERE b.account_id = n.account_id")


@dataclass
class Accounts:
    """Accounts that a command touches, locked until it is done: what stands on them and whose they are, by number.

    `last` is the end of the chain to which the command adds.
    """

    last: Head
    standing: dict[int, Standing] = field(default_factory=dict)
    name: dict[int, Name] = field(default_factory=dict)


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: all of it or nothing, and nobody else writes the ledger meanwhile."""
    with transaction.atomic():
        if _on_postgresql():
            _asked("SELECT pg_advisory_xact_lock(%s)", [THE_LEDGER])
        yield


def known(acts: Sequence[str], numbers: Iterable[int]) -> tuple[dict[str, Row], Accounts]:
    """The entries that were made under these names; those of these accounts that exist, and the end of the chain.

    Balances are locked in the order of the accounts' numbers.
    """
    wanted = sorted({number for number in numbers if 0 < number <= LARGEST_NUMBER})
    named = [_with(f"SELECT {ROW} FROM ledger_entry WHERE act {{}}", some) for some in _parts(acts)]
    locked = [_with(_for_update(STANDING), some) for some in _parts(wanted)]
    *rows, last = _together([*named, *locked, (LAST, [])])
    found = Accounts(last=Head(*last[0]) if last else Head(0, START))
    for some in rows[len(named):]:
        for number, posted, held, floor, *name in some:
            found.standing[number] = Standing(posted, held, floor)
            found.name[number] = Name(*name)
    return {row[1]: Row(*row) for some in rows[:len(named)] for row in some}, found


def accounts(numbers: Iterable[int]) -> Accounts:
    """Those of these accounts that exist, as in `known`."""
    return known([], numbers)[1]


def entries(acts: Sequence[str]) -> dict[str, Row]:
    """The entries that were made under these names."""
    return known(acts, [])[0]


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
    return known([], [])[1].last


def append(rows: Sequence[Row], found: Accounts, after: dict[int, Standing]) -> None:
    """Adds entries to the end of the chain, and writes what then stands on accounts."""
    previous, hashed = found.last.own_hash, []
    for row in rows:
        own = own_hash(previous, row, found.name[row.debit], found.name[row.credit])
        hashed.append((*row, previous, own))
        previous = own
    insert = f"INSERT INTO {ENTRY} VALUES ({_marks(hashed[0])})"
    with connection.cursor() as cursor:
        if _on_postgresql() and len(hashed) == 1:  # all of it in one way there and back
            balances = _in_rows(after)
            cursor.execute("; ".join([insert, *[SET_BALANCE] * len(balances)]), [*hashed[0], *sum(balances, ())])
            return
        if _on_postgresql():
            with cursor.copy(f"COPY {ENTRY} FROM STDIN") as copy:
                for each in hashed:
                    copy.write_row(each)
        else:
            cursor.executemany(insert, hashed)
    set_balances(after)


def set_balances(after: dict[int, Standing]) -> None:
    """Writes what stands on accounts, in the order of their numbers."""
    with connection.cursor() as cursor:
        if _on_postgresql():
            cursor.execute(SET_BALANCES, [list(column) for column in zip(*_in_rows(after), strict=True)])
        else:
            cursor.executemany(SET_BALANCE, _in_rows(after))


def _in_rows(after: dict[int, Standing]) -> list[tuple[int, ...]]:
    return [(each.posted_mcr, each.held_mcr, number) for number, each in sorted(after.items())]


def _together(asked: Sequence[tuple[str, list[Any]]]) -> list[list[tuple[Any, ...]]]:
    """What each of several statements finds; PostgreSQL is sent all at once, for the way there is most of the time."""
    if not _on_postgresql():
        return [_asked(statement, values) for statement, values in asked]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statement for statement, _ in asked), [one for _, values in asked for one in values])
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found


def _asked(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _on_postgresql() -> bool:
    return bool(connection.vendor == "postgresql")


def _for_update(statement: str) -> str:
    return f"{statement} FOR UPDATE OF b" if _on_postgresql() else statement


def _with(statement: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """A statement in which a column has one of these values, and what goes with it."""
    if _on_postgresql():
        return statement.format("= ANY(%s)"), [list(values)]
    return statement.format(f"IN ({_marks(values)})"), list(values)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[first:first + AT_ONCE] for first in range(0, len(values), AT_ONCE))
