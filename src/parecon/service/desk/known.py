"""What the desk's commands look up, and what a number in a form can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parecon.service.desk.models import Item, Quote, Store
from parecon.service.people.models import Household
from parecon.service.rows import among, by_number, parts


def known_items(numbers: Sequence[Any]) -> dict[int, Item]:
    """Items by number, with their stores."""
    return by_number(Item.objects.select_related("store__council"), numbers)


def known_stores() -> dict[int, Store]:
    """All stores by the number of their council."""
    return {each.pk: each for each in Store.objects.select_related("council")}


def households_of(items: Any) -> dict[str, Household]:
    """The households that hold these items, by pseudonym; stores are none."""
    found = among(Household, "party", [item.holder for item in items], "number", "party", "name")
    return {party: Household(number=number, party=party, name=name) for number, party, name in found}


def latest_quotes(items: Sequence[int]) -> dict[int, Quote]:
    """The last quote of each item."""
    found: dict[int, Quote] = {}
    for some in parts(sorted(set(items))):
        quotes = Quote.objects.filter(item__in=some).select_related("item__store__council").order_by("number")
        found |= {quote.item_id: quote for quote in quotes}
    return found


def end_of_the_line(at_us: int) -> int:
    """Since when what is shelved next stands there: after all others, also where the clock was set back."""
    last = Item.objects.exclude(shelved_us=None).order_by("-shelved_us").values_list("shelved_us", flat=True).first()
    return max(at_us, (last or 0) + 1)


def fits(value: Any, least: int, most: int) -> bool:
    """Whether it is a whole number between these.

    >>> fits(3, 0, 3), fits("3", 0, 3), fits(True, 0, 3)
    (True, False, False)
    """
    return type(value) is int and least <= value <= most
