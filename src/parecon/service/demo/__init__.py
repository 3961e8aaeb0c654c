"""The demonstration: a federation of 200 members and two stores, with some two years behind it.

Everything in it was done by the same commands as in earnest, at times that are past: months are closed, a year
is settled, the ledger verifies.
"""

from __future__ import annotations

from parecon.service.demo.federation import People, founded
from parecon.service.demo.months import lived_through

PASSWORD = "demonstration"  # noqa: S105 - everybody is told it


def begin(at_us: int) -> str:
    """Fills an empty database with the demonstration as it stands at a time; says who can sign in, and what to try."""
    people = founded(at_us)
    lived_through(people, at_us)
    return told(people)


def told(people: People) -> str:
    """What is shown when the demonstration begins."""
    shown = {"a member in Riverside": people.first["riverside"], "a member in Hillside": people.first["hillside"],
             "the clerk in Riverside": people.clerks["riverside"][0],
             "the clerk in Hillside": people.clerks["hillside"][0],
             "the steward": people.steward, "the treasurer": people.treasurer, "the registrar": people.registrar,
             "the organiser": people.organiser, "the auditor": people.auditor, "the keeper of the park": people.keeper}
    for member in shown.values():
        member.set_password(PASSWORD)
        member.save(update_fields=["password"])
    lines = [f"  {who:<22} card {member.card}   ({member.name})" for who, member in shown.items()]
    return "\n".join([
        "A demonstration: two councils, 200 members, two years of a second-hand exchange. Nobody in it exists.",
        f'Sign in with one of these cards and the password "{PASSWORD}":', *lines,
        "To try: bring something as a member, inspect it as the clerk, accept the offer, and let a member of the other",
        "council ask for it."])
