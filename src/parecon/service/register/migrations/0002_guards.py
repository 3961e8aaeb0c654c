"""What the database itself refuses, whoever asks: entries are never deleted, their number and kind never change."""

from django.db import migrations

from parecon.service.guards import Guard, changed, in_place

OTHER_ENTRY = changed("number", "act", "kind_id", "title", "description", "schedule_at_entry_mcr",
                      "paid_at_entry_mcr", "entered_us") + " OR COALESCE(NEW.item_id, 0) <> COALESCE(OLD.item_id, 0)"
OTHER_KIND = changed("number", "act", "name", "standing", "first_schedule_mcr", "made_us")
OTHER_GIFT = changed("id", "entry_id", "giver", "month") + " OR (NEW.remembered AND NOT OLD.remembered)"
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


def guards(*, on_postgresql):
    """The guards; on SQLite what is inserted can replace a row without deleting it first, which is refused too."""
    for name, (table, when, refused, said) in GUARDS.items():
        yield Guard(name, f"register_{table}", when, refused, said)
    for table, same in () if on_postgresql else NAMED.items():
        yield Guard(f"register_{table}_is_not_replaced", f"register_{table}", "INSERT",
                    f"EXISTS (SELECT 1 FROM register_{table} WHERE {same})", "UNIQUE: what is there is not replaced")


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("register", "0001_tables")]
    operations = [in_place(guards, "register", [f"register_{table}" for table in NAMED])]
