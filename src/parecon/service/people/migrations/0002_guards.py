"""What the database itself refuses: what was done stays on the record as it was done."""

from django.db import migrations

from parecon.service.guards import Guard, in_place


def guards(*, on_postgresql):
    """The same on both engines."""
    return [Guard("done_stays", "people_done", "UPDATE", "TRUE", "what was done never changes"),
            Guard("done_is_kept", "people_done", "DELETE", "TRUE", "what was done is kept")]


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("people", "0001_tables")]
    operations = [in_place(guards, "record", ["people_done"])]
