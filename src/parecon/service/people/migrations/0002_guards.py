"""What the database itself refuses: what was done stays on the record as it was done."""

from django.db import migrations

GUARDS = {"done_stays": ("UPDATE", "what was done never changes"), "done_is_kept": ("DELETE", "what was done is kept")}


def sqlite(name, when, said):
    """A guard in the words of SQLite."""
    return [f"CREATE TRIGGER {name} BEFORE {when} ON people_done BEGIN SELECT RAISE(ABORT, '{said}'); END"]


def postgresql(name, when, said):
    """A guard in the words of PostgreSQL."""
    function = (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{said}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$")
    return [function, f"CREATE TRIGGER {name} BEFORE {when} ON people_done FOR EACH ROW EXECUTE FUNCTION {name}()"]


def set_up(apps, schema_editor):
    """Puts the guards of the database in use in place."""
    written = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for name, guard in GUARDS.items():
        for statement in written(name, *guard):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("people", "0001_tables")]
    operations = [migrations.RunPython(set_up)]
