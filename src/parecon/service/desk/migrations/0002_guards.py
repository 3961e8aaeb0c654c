"""What the database itself refuses, whoever asks: events and offers stay, schedules and catalogues too.

SQLite and PostgreSQL get the same guards, each in its own words. Whoever alters one of these tables on
SQLite must put its guards back in the same migration: Django makes the table anew and drops them.
"""

from django.db import migrations

QUOTE = ("number", "act", "item_id", "household_id", "schedule_id", "kind", "new_price_mcr", "age_months", "grade",
         "reason", "worth_mcr", "credit_mcr", "cost_mcr", "plain_mcr", "until_month", "revises_id", "findings", "why",
         "made_us")
ONCE = ("accepted_us", "settled_year")
KEPT = ("event", "quote", "schedule", "catalogue", "item", "request", "transfer", "monthclosed", "yearclosed", "remark")
STAY = ("event", "schedule", "catalogue", "monthclosed", "yearclosed", "remark")


def differs(column, on_postgresql):
    """The condition that a column is not what it was, also where nothing stood there; JSON by its text."""
    text = f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text"
    return text if on_postgresql else f"NEW.{column} IS NOT OLD.{column}"


def guards(on_postgresql):
    """Each guard: its name, the table, when it looks, the condition under which a row is refused, what is said."""
    for table in KEPT:
        yield f"{table}_is_never_deleted", f"desk_{table}", "DELETE", "TRUE", f"a row of {table} is never deleted"
    for table in STAY:
        yield f"{table}_never_changes", f"desk_{table}", "UPDATE", "TRUE", f"a row of {table} never changes"
    other = " OR ".join(differs(column, on_postgresql) for column in QUOTE)
    twice = " OR ".join(f"OLD.{column} IS NOT NULL AND {differs(column, on_postgresql)}" for column in ONCE)
    yield ("quote_never_changes", "desk_quote", "UPDATE", f"{other} OR {twice}",
           "a quote never changes; it is accepted once and settled once")


def sqlite(name, table, when, refused, said):
    """A guard in the words of SQLite."""
    return [f"CREATE TRIGGER desk_{name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"]


def postgresql(name, table, when, refused, said):
    """A guard in the words of PostgreSQL."""
    row = "OLD" if when == "DELETE" else "NEW"
    function = (f"CREATE FUNCTION desk_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$")
    return [function,
            f"CREATE TRIGGER desk_{name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION desk_{name}()"]


def emptying_refused():
    """PostgreSQL can empty a table without looking at its rows; that is refused too."""
    yield ("CREATE FUNCTION desk_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
           "'what the desk recorded is never emptied' USING ERRCODE = 'integrity_constraint_violation'; END $$")
    for table in KEPT:
        yield f"CREATE TRIGGER desk_{table}_is_kept BEFORE TRUNCATE ON desk_{table} EXECUTE FUNCTION desk_is_kept()"


def set_up(apps, schema_editor):
    """Puts the guards of the database in use in place."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    written = postgresql if on_postgresql else sqlite
    for guard in guards(on_postgresql):
        for statement in written(*guard):
            schema_editor.execute(statement)
    for statement in emptying_refused() if on_postgresql else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("desk", "0001_tables")]
    operations = [migrations.RunPython(set_up)]
