"""Books in a file that somebody altered who knows how the chain is made: it fits again, and no guard is left."""

import sqlite3

import pytest

from parecon.audit.difference import Different
from parecon.audit.replay import replayed
from parecon.service.ledger.chain import START, Name, Row, own_hash

from databases import using

ROW = 'number, act, debit_id, credit_id, amount_mcr, purpose, "group", corrects_id, hold_id, owed, made_at_us'


def without_guards(file):
    """Takes away what stops whoever alters rows."""
    with sqlite3.connect(file) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')


def altered(file, *statements):
    """Alters rows, one at least with each statement."""
    with sqlite3.connect(file) as base:
        for statement in statements:
            assert base.execute(statement).rowcount > 0, statement


def asked(file, statement):
    """The first row that a statement finds."""
    with sqlite3.connect(file) as base:
        return base.execute(statement).fetchone()


def made_to_fit(file):
    """The whole chain, and all balances, made anew from the entries as they now stand."""
    with sqlite3.connect(file) as base:
        name = {number: Name(*of) for number, *of in
                base.execute("SELECT number, act, party, kind FROM ledger_account")}
        previous, stands = START, dict.fromkeys(name, 0)
        for values in base.execute(f"SELECT {ROW} FROM ledger_entry ORDER BY number").fetchall():  # noqa: S608 - ours
            row = Row(*values[:9], bool(values[9]), values[10])
            own = own_hash(previous, row, name[row.debit], name[row.credit])
            base.execute("UPDATE ledger_entry SET previous_hash = ?, own_hash = ? WHERE number = ?",
                         (previous, own, row.number))
            previous = own
            stands[row.debit] -= row.amount_mcr
            stands[row.credit] += row.amount_mcr
        base.executemany("UPDATE ledger_balance SET posted_mcr = ? WHERE account_id = ?",
                         [(posted, number) for number, posted in stands.items()])


def first_difference(file):
    """What an audit says of books that do not account for themselves."""
    with using(f"sqlite:///{file}"), pytest.raises(Different) as told:
        replayed([])
    return str(told.value)
