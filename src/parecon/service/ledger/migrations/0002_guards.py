"""What the database itself refuses, whoever asks: entries do not change, holds resolve once, floors hold."""

from django.db import migrations

from parecon.service.guards import Guard, changed, in_place

# what is owed is paid whatever stands there: the newest entry of the account says whether it is; holds never are
OWED = ("NEW.held_mcr <= OLD.held_mcr AND COALESCE((SELECT owed FROM ledger_entry WHERE debit_id = NEW.account_id "
        "ORDER BY number DESC LIMIT 1), FALSE)")
FLOOR = ("NEW.posted_mcr - NEW.held_mcr < OLD.posted_mcr - OLD.held_mcr AND NEW.posted_mcr - NEW.held_mcr < "
         f"(SELECT floor_mcr FROM ledger_account WHERE number = NEW.account_id) AND NOT ({OWED})")
CHAINED = (f"(NEW.number <> 1 OR NEW.previous_hash <> '{'0' * 64}') AND NOT EXISTS (SELECT 1 FROM ledger_entry "
           "WHERE number = NEW.number - 1 AND own_hash = NEW.previous_hash)")
THERE = "EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number OR act = NEW.act)"
FLOOR_THERE = "EXISTS (SELECT 1 FROM ledger_floorset WHERE number = NEW.number OR act = NEW.act)"
OTHER_HOLD = "OLD.state <> 1 OR " + changed("number", "act", "debit_id", "credit_id", "amount_mcr", "purpose", '"group"',
                                            "until_us", "made_at_us")
OTHER_ACCOUNT = changed("number", "act", "party", "kind", "made_at_us")
# by name: the table, when it looks, the condition under which a row is refused, what is said
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


def guards(*, on_postgresql):
    """The guards; on SQLite what is inserted can replace a row without deleting it first, which is refused too."""
    for name, (table, when, refused, said) in GUARDS.items():
        replaces = name == "entry_follows_the_last" and not on_postgresql
        yield Guard(name, table, when, f"{refused} OR {THERE}" if replaces else refused, said)


class Migration(migrations.Migration):
    """Guards in the database."""

    dependencies = [("ledger", "0001_tables")]
    operations = [in_place(guards, "ledger", TABLES)]
