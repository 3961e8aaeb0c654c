"""Whoever changes the books behind the guards' back is found out, and the row is named; the guards stop all others."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from parecon.service.ledger import audit, store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.chain import Head

TABLES = ("ledger_entry", "ledger_hold", "ledger_account", "ledger_balance", "ledger_floorset")
INTO = ('INSERT INTO ledger_entry (number, act, debit_id, credit_id, amount_mcr, purpose, "group", owed, made_at_us, '
        "previous_hash, own_hash) SELECT ")
AS_ENTRY_3 = INTO + ("{number}, 'slipped-in', debit_id, credit_id, amount_mcr, purpose, '', owed, made_at_us, "
                     "previous_hash, own_hash FROM ledger_entry WHERE number = 3")
AS_ENTRY_7 = INTO + "7, 'x', debit_id, {}, purpose, '', owed, 1, own_hash, own_hash FROM ledger_entry WHERE number = 6"


@pytest.fixture
def books_of_six(three):
    """Six entries and two holds, one of them posted."""
    ana, ben, _ = three
    for row in range(4):
        ledger.post(f"pay:{row}", ana, ben, 1000 + row, 1, 9)
    for name in ("paid", "open"):
        ledger.hold(f"hold:{name}", ana, ben, 7000, 1, 99, 9)
    ledger.post_hold("post:paid", "hold:paid", 9)
    for row, floor in enumerate((-5000, 0)):
        ledger.set_floor(f"floor:{row}", ben, floor, 9)
    assert audit.verify() == audit.Verdict(store.head())
    return three


def without_guards(*statements):
    """Carries statements out with all triggers gone, as the owner of the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = ON")


SWAP = [f"UPDATE ledger_entry SET number = {after} WHERE number = {before}"
        for before, after in ((2, 99), (3, 2), (99, 3))]
TAMPERINGS = {
    "amount": (["UPDATE ledger_entry SET amount_mcr = 9 WHERE number = 3"], "entry 3"),
    "purpose": (["UPDATE ledger_entry SET purpose = 9 WHERE number = 4"], "entry 4"),
    "time": (["UPDATE ledger_entry SET made_at_us = 8 WHERE number = 1"], "entry 1"),
    "owed": (["UPDATE ledger_entry SET owed = TRUE WHERE number = 3"], "entry 3"),
    "floor": (["UPDATE ledger_account SET floor_mcr = -1 WHERE number = 2"], "account 2"),
    "floor set": (["UPDATE ledger_floorset SET before_mcr = -1 WHERE number = 2"], "floor 2"),
    "drop": (["DELETE FROM ledger_entry WHERE number = 3"], "entry 3"),
    "drop the last": (["DELETE FROM ledger_entry WHERE number = 6"], "account 1"),
    "swap": (SWAP, "entry 2"),
    "insert": ([*(f"UPDATE ledger_entry SET number = {number + 1} WHERE number = {number}" for number in (6, 5, 4)),
                AS_ENTRY_3.format(number=4)], "entry 4"),
    "add": ([AS_ENTRY_3.format(number=7)], "entry 7"),
    "balance": (["UPDATE ledger_balance SET posted_mcr = posted_mcr + 1 WHERE account_id = 2"], "account 2"),
    "no balance": (["DELETE FROM ledger_balance WHERE account_id = 3"], "account 3"),
    "held": (["UPDATE ledger_balance SET held_mcr = 0 WHERE account_id = 1"], "account 1"),
    "account": (["UPDATE ledger_account SET party = 'me' WHERE number = 2"], "entry 2"),
    "hold": (["UPDATE ledger_hold SET amount_mcr = 1 WHERE act = 'hold:paid'"], "hold 1"),
    "hold opened": (["UPDATE ledger_hold SET state = 1, resolved_by = NULL WHERE act = 'hold:paid'"], "account 1"),
    "hold voided": (["UPDATE ledger_hold SET state = 3 WHERE act = 'hold:paid'"], "hold 1"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_named(books_of_six, name):
    statements, place = TAMPERINGS[name]
    without_guards(*statements)
    assert books_of_six == [1, 2, 3]
    assert audit.verify().wrong.startswith(f"{place}:")
    with pytest.raises(CommandError, match=place):
        call_command("ledger_verify")


def test_an_end_that_was_cut_off_and_made_to_fit_is_seen_by_who_has_the_printed_head(books_of_six):
    printed = store.head()
    assert books_of_six
    without_guards("DELETE FROM ledger_entry WHERE number = 5 OR number = 6",
                   "UPDATE ledger_hold SET state = 3 WHERE act = 'hold:paid'",
                   "UPDATE ledger_balance SET posted_mcr = posted_mcr + 8003 WHERE account_id = 1",
                   "UPDATE ledger_balance SET posted_mcr = posted_mcr - 8003 WHERE account_id = 2")
    assert not audit.verify().wrong
    assert audit.verify([printed]).wrong.startswith("entry 5:")
    assert audit.verify([Head(2, printed.own_hash)]).wrong.startswith("entry 2:")


REFUSED = [
    *(f"DELETE FROM {table}" for table in TABLES),
    "UPDATE ledger_entry SET purpose = purpose",
    "UPDATE ledger_floorset SET floor_mcr = floor_mcr",
    "UPDATE ledger_hold SET amount_mcr = 1 WHERE act = 'hold:open'",
    "UPDATE ledger_hold SET state = 3, resolved_by = 'x' WHERE act = 'hold:paid'",
    "UPDATE ledger_hold SET state = 2 WHERE act = 'hold:open'",
    "UPDATE ledger_account SET party = 'me' WHERE number = 2",
    "UPDATE ledger_balance SET posted_mcr = -1 WHERE account_id = 1",
    "UPDATE ledger_balance SET held_mcr = posted_mcr + 1 WHERE account_id = 1",
    "UPDATE ledger_balance SET held_mcr = -1 WHERE account_id = 1",
    AS_ENTRY_3.format(number=7),
    *(AS_ENTRY_7.format(wrong) for wrong in ("credit_id, 0", "credit_id, -5", "debit_id, 5")),
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_whoever_asks(books_of_six, statement):
    assert books_of_six
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not audit.verify().wrong


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_not_emptied_nor_rows_replaced(books_of_six, table):
    statement = f"TRUNCATE {table} CASCADE" if connection.vendor == "postgresql" else (
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert books_of_six
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not audit.verify().wrong


def test_a_row_that_follows_the_last_is_let_in(books_of_six):
    assert books_of_six
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AS_ENTRY_7.format("credit_id, 5"))
    assert audit.verify().wrong.startswith("entry 7:")
