"""What the database itself refuses, whoever asks: entries are never deleted, their number and kind never change.

SQLite and PostgreSQL get the same guards, each in its own words. Whoever alters one of these tables on
SQLite must put its guards back in the same migration: Django makes the table anew and drops them.
"""

from django.db import migrations


def other(*columns):
    """The condition that one of these columns changes."""
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


OTHER_ENTRY = other("number", "act", "kind_id", "title", "description", "schedule_at_entry_mcr",
                    "paid_at_entry_mcr", "entered_us") + " OR COALESCE(NEW.item_id, 0) <> COALESCE(OLD.item_id, 0)"
OTHER_KIND = other("number", "act", "name", "standing", "first_schedule_mcr", "made_us")
OTHER_GIFT = other("id", "entry_id", "giver", "month") + " OR (NEW.remembered AND NOT OLD.remembered)"
# guard: (table, when, condition on a row under which it is refused, what is said)
GUARDS = {
    "register_entry_stays": ("entry", "UPDATE", OTHER_ENTRY, "the number and kind of an entry never change"),
    "register_entry_is_kept": ("entry", "DELETE", "TRUE", "an entry is never deleted"),
    "register_event_stays": ("event", "UPDATE", "TRUE", "an event never changes"),
    "register_event_is_kept": ("event", "DELETE", "TRUE", "an event is never deleted"),
    "register_kind_stays": ("kind", "UPDATE", OTHER_KIND, "of a kind only schedule and price change"),
    "register_kind_is_kept": ("kind", "DELETE", "TRUE", "a kind is never deleted"),
    "register_gift_stays": ("gift", "UPDATE", OTHER_GIFT, "a gift does not change and is forgotten once"),
    "register_gift_is_kept": ("gift", "DELETE", "TRUE", "a gift is never deleted"),
    "register_death_stays": ("death", "UPDATE", "TRUE", "a death that is recorded does not change"),
    "register_death_is_kept": ("death", "DELETE", "TRUE", "a death that is recorded is never deleted"),
    "register_closing_stays": ("closing", "UPDATE", "TRUE", "a closing never changes"),
    "register_closing_is_kept": ("closing", "DELETE", "TRUE", "a closing is never deleted"),
    "register_offer_is_decided_once": ("offer", "UPDATE", "OLD.state <> 1", "an offer is decided once"),
    "register_offer_is_kept": ("offer", "DELETE", "TRUE", "an offer is never deleted"),
}
NAMED = {"entry": "number = NEW.number OR act = NEW.act", "kind": "number = NEW.number OR act = NEW.act OR name = NEW.name",
         "event": "number = NEW.number", "gift": "id = NEW.id", "death": "number = NEW.number OR member = NEW.member",
         "closing": "month = NEW.month", "offer": "number = NEW.number OR act = NEW.act"}


def sqlite():
    """The guards in the words of SQLite, where what is inserted can replace a row without deleting it first."""
    for name, (table, when, refused, said) in GUARDS.items():
        yield (f"CREATE TRIGGER {name} BEFORE {when} ON register_{table} WHEN {refused} "
               f"BEGIN SELECT RAISE(ABORT, '{said}'); END")
    for table, same in NAMED.items():
        yield (f"CREATE TRIGGER register_{table}_is_not_replaced BEFORE INSERT ON register_{table} "
               f"WHEN EXISTS (SELECT 1 FROM register_{table} WHERE {same}) "
               "BEGIN SELECT RAISE(ABORT, 'UNIQUE: what is there is not replaced'); END")


def postgresql():
    """The guards in the words of PostgreSQL, where a table can be emptied without looking at its rows."""
    for name, (table, when, refused, said) in GUARDS.items():
        row = "OLD" if when == "DELETE" else "NEW"
        yield (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN RAISE "
               f"EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$")
        yield f"CREATE TRIGGER {name} BEFORE {when} ON register_{table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    yield ("CREATE FUNCTION register_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
           "'the register is never emptied' USING ERRCODE = 'integrity_constraint_violation'; END $$")
    for table in NAMED:
        yield (f"CREATE TRIGGER register_{table}_is_not_emptied BEFORE TRUNCATE ON register_{table} "
               "EXECUTE FUNCTION register_is_kept()")


def set_up(apps, schema_editor):
    """Puts the guards of the database in use in place."""
    for statement in postgresql() if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("register", "0001_tables")]
    operations = [migrations.RunPython(set_up)]
