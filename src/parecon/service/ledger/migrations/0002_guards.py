"""What the database itself refuses, whoever asks: entries do not change, holds resolve once, floors hold.

SQLite and PostgreSQL get the same guards, each in its own words. Whoever alters one of these tables on
SQLite must put its guards back in the same migration: Django makes the table anew and drops them.
"""

from django.db import migrations

# guard: (table, when, condition on a row under which it is refused, what is said)
# what is owed is paid whatever stands there: the newest entry of the account says whether it is; holds never are
OWED = ("NEW.held_mcr <= OLD.held_mcr AND COALESCE((SELECT owed FROM ledger_entry WHERE debit_id = NEW.account_id "
        "ORDER BY number DESC LIMIT 1), FALSE)")
FLOOR = ("NEW.posted_mcr - NEW.held_mcr < OLD.posted_mcr - OLD.held_mcr AND NEW.posted_mcr - NEW.held_mcr < "
         f"(SELECT floor_mcr FROM ledger_account WHERE number = NEW.account_id) AND NOT ({OWED})")
CHAINED = (f"(NEW.number <> 1 OR NEW.previous_hash <> '{'0' * 64}') AND NOT EXISTS (SELECT 1 FROM ledger_entry "
           "WHERE number = NEW.number - 1 AND own_hash = NEW.previous_hash)")
THERE = "EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number OR act = NEW.act)"
FLOOR_THERE = "EXISTS (SELECT 1 FROM ledger_floorset WHERE number = NEW.number OR act = NEW.act)"
OTHER_HOLD = " OR ".join(
    ["OLD.state <> 1", *(f"NEW.{column} <> OLD.{column}" for column in (
        "number", "act", "debit_id", "credit_id", "amount_mcr", "purpose", '"group"', "until_us", "made_at_us"))])
OTHER_ACCOUNT = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in (
    "number", "act", "party", "kind", "made_at_us"))
GUARDS = {
    "entry_stays": ("ledger_entry", "UPDATE", "TRUE", "an entry never changes"),
    "entry_is_kept": ("ledger_entry", "DELETE", "TRUE", "an entry is never deleted"),
    "entry_follows_the_last": ("ledger_entry", "INSERT", CHAINED, "an entry follows the last one"),
    "hold_resolves_once": ("ledger_hold", "UPDATE", OTHER_HOLD, "a hold resolves once and does not change else"),
    "hold_is_kept": ("ledger_hold", "DELETE", "TRUE", "a hold is never deleted"),
    "account_stays": ("ledger_account", "UPDATE", OTHER_ACCOUNT, "of an account only the floor changes"),
    "account_is_kept": ("ledger_account", "DELETE", "TRUE", "an account is never deleted"),
    "floor_stays": ("ledger_floorset", "UPDATE", "TRUE", "the change of a floor never changes"),
    "floor_is_kept": ("ledger_floorset", "DELETE", "TRUE", "the change of a floor is never deleted"),
    "floor_is_new": ("ledger_floorset", "INSERT", FLOOR_THERE, "the change of a floor is never replaced"),
    "balance_begins_at_0": ("ledger_balance", "INSERT", "NEW.posted_mcr <> 0 OR NEW.held_mcr <> 0",
                            "a balance begins at 0"),
    "balance_keeps_the_floor": ("ledger_balance", "UPDATE", FLOOR, "nobody spends below the floor"),
    "balance_is_kept": ("ledger_balance", "DELETE", "TRUE", "a balance is never deleted"),
}
TABLES = ("ledger_entry", "ledger_hold", "ledger_account", "ledger_balance", "ledger_floorset")


def sqlite(name, table, when, refused, said):
    """A guard in the words of SQLite; what is inserted there can replace a row without deleting it first."""
    refused = f"{refused} OR {THERE}" if when == "INSERT" and table == "ledger_entry" else refused
    return [f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"]


def postgresql(name, table, when, refused, said):
    """A guard in the words of PostgreSQL."""
    row = "OLD" if when == "DELETE" else "NEW"
    function = (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$")
    return [function,
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"]


def emptying_refused():
    """PostgreSQL can empty a table without looking at its rows; that is refused too."""
    yield ("CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
           "'the ledger is never emptied' USING ERRCODE = 'integrity_constraint_violation'; END $$")
    for table in TABLES:
        yield f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ledger_is_kept()"


def set_up(apps, schema_editor):
    """Puts the guards of the database in use in place."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    written = postgresql if on_postgresql else sqlite
    for name, guard in GUARDS.items():
        for statement in written(name, *guard):
            schema_editor.execute(statement)
    for statement in emptying_refused() if on_postgresql else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunPython(set_up)]
