"""What the database itself refuses, whoever asks: events and offers stay, schedules and catalogues too."""

from django.db import migrations

from parecon.service.guards import Guard, in_place

QUOTE = ("number", "act", "item_id", "household_id", "schedule_id", "kind", "new_price_mcr", "age_months", "grade",
         "reason", "worth_mcr", "credit_mcr", "cost_mcr", "plain_mcr", "until_month", "revises_id", "findings", "why",
         "made_us")
ONCE = ("accepted_us", "settled_year")
KEPT = ("event", "quote", "schedule", "catalogue", "item", "request", "transfer", "monthclosed", "yearclosed", "remark",
        "decision")
STAY = ("event", "schedule", "catalogue", "monthclosed", "yearclosed", "remark", "decision")


def differs(column, on_postgresql):
    """The condition that a column is not what it was, also where nothing stood there; JSON by its text."""
    text = f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text"
    return text if on_postgresql else f"NEW.{column} IS NOT OLD.{column}"


def guards(*, on_postgresql):
    """Each guard of the desk's tables."""
    for table in KEPT:
        yield Guard(f"desk_{table}_is_never_deleted", f"desk_{table}", "DELETE", "TRUE",
                    f"a row of {table} is never deleted")
    for table in STAY:
        yield Guard(f"desk_{table}_never_changes", f"desk_{table}", "UPDATE", "TRUE", f"a row of {table} never changes")
    other = " OR ".join(differs(column, on_postgresql) for column in QUOTE)
    twice = " OR ".join(f"OLD.{column} IS NOT NULL AND {differs(column, on_postgresql)}" for column in ONCE)
    yield Guard("desk_quote_never_changes", "desk_quote", "UPDATE", f"{other} OR {twice}",
                "a quote never changes; it is accepted once and settled once")


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("desk", "0001_tables")]
    operations = [in_place(guards, "desk", [f"desk_{table}" for table in KEPT])]
