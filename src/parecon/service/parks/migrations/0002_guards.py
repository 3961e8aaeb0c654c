"""What the database itself refuses: events and closings change never, a booking ends once, no piece is promised twice."""

from django.db import migrations

from parecon.service.guards import Guard, changed, in_place

OTHER = ("OLD.status <> 0 AND NEW.status <> OLD.status OR OLD.worn_month IS NOT NULL AND NEW.worn_month <> OLD.worn_month "
         "OR " + changed("number", "act", "household_id", "piece_id", "start", "slots", "fee_mcr", "booked_us"))
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
TABLES = ("parks_event", "parks_monthclosed", "parks_resultshared", "parks_booking")


def guards(*, on_postgresql):
    """The same on both engines."""
    return [Guard(name, *guard) for name, guard in GUARDS.items()]


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("parks", "0001_tables")]
    operations = [in_place(guards, "parks", TABLES)]
