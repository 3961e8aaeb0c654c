"""What a store found out about a thing and whoever wants it next should know, without names."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise

from parecon.secondhand.lifecycle import Deed
from parecon.service.desk import words
from parecon.service.desk.models import Item, Quote

FINE = "yes"
CHANGES_IT = (Deed.REPAIRED, Deed.BRING_BACK)  # what changes the condition of a thing after it was taken in


class Findings(NamedTuple):
    """The answers of an inspection that were not yes, and what became of the thing since."""

    inspected_us: int
    are_all_fine: bool
    wrong: list[tuple[str, str]]
    since: list[tuple[int, str | Promise, str]]


def of(item: Item) -> Findings | None:
    """What was found when a thing was taken in last, and what was said of it since; none where no list was kept."""
    quote = Quote.objects.filter(item=item, accepted_us__isnull=False).order_by("-accepted_us", "-number").first()
    if quote is None:
        return None
    later = item.events.filter(deed__in=CHANGES_IT, at_us__gte=quote.accepted_us).exclude(note="").order_by("number")
    since = [(event.at_us, words.HISTORY[Deed(event.deed)], event.note) for event in later]
    wrong = [(question, answer) for question, answer in quote.findings if answer != FINE]
    return Findings(quote.made_us, bool(quote.findings) and not wrong, wrong, since)
