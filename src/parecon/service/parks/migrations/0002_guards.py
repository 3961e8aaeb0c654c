"""What the database itself refuses: events and closings change never, a booking ends once, no piece is promised twice."""

from django.db import migrations

OTHER = " OR ".join(
    ["OLD.status <> 0 AND NEW.status <> OLD.status", "OLD.worn_month IS NOT NULL AND NEW.worn_month <> OLD.worn_month",
     *(f"NEW.{column} <> OLD.{column}" for column in (
         "number", "act", "household_id", "piece_id", "start", "slots", "fee_mcr", "booked_us"))])
TWICE = ("NEW.status = 0 AND EXISTS (SELECT 1 FROM parks_booking WHERE piece_id = NEW.piece_id AND status = 0 AND number "
         "<> NEW.number AND start < NEW.start + NEW.slots AND NEW.start < start + slots)")
GUARDS = {
    "park_event_stays": ("parks_event", "UPDATE", "TRUE", "an event never changes"),
    "park_event_is_kept": ("parks_event", "DELETE", "TRUE", "an event is never deleted"),
    "park_month_stays": ("parks_monthclosed", "UPDATE", "TRUE", "a closed month never changes"),
    "park_month_is_kept": ("parks_monthclosed", "DELETE", "TRUE", "a closed month is never deleted"),
    "park_result_stays": ("parks_resultshared", "UPDATE", "TRUE", "a shared result never changes"),
    "park_result_is_kept": ("parks_resultshared", "DELETE", "TRUE", "a shared result is never deleted"),
    "park_booking_stays": ("parks_booking", "UPDATE", OTHER, "a booking ends once and does not change else"),
    "park_booking_is_kept": ("parks_booking", "DELETE", "TRUE", "a booking is never deleted"),
    "park_piece_promised_once": ("parks_booking", "INSERT", TWICE, "no piece is promised twice"),
}


def written(name, table, when, refused, said, *, on_postgresql):
    """A guard in the words of the database in use."""
    if not on_postgresql:
        return [f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"]
    row = "OLD" if when == "DELETE" else "NEW"
    function = (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$")
    return [function,
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"]


def set_up(apps, schema_editor):
    """Puts the guards of the database in use in place."""
    for name, guard in GUARDS.items():
        for statement in written(name, *guard, on_postgresql=schema_editor.connection.vendor == "postgresql"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("parks", "0001_tables")]
    operations = [migrations.RunPython(set_up)]
