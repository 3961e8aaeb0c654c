"""What members find on the shelves: by kind, store, condition and price, the newest first, a page at a time.

Each page is one walk along an index of the shelves, from where the last one ended: as quick with a hundred
thousand things as with ten. Prices are the schedule's; between two prices means between two ages in each grade.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from django.db.models import Count, Q, QuerySet

from parecon.base.postings import Amounts
from parecon.secondhand.decide import Announced
from parecon.service.desk.models import SHELF, Item, Photo

A_PAGE = 24


class Wanted(NamedTuple):
    """What is looked for: a kind of good; where it stands, how worn and how dear it may be, a word, if that matters."""

    good: int
    store: int | None = None
    worst_grade: int | None = None
    least_mcr: int | None = None
    most_mcr: int | None = None
    word: str = ""


class Place(NamedTuple):
    """Where a page of things ends: since when its last thing stands on a shelf, and its number."""

    shelved_us: int
    number: int


def found(wanted: Wanted, announced: Announced, month: int, after: Place | None = None) -> list[Item]:
    """The next things on shelves that are wanted, newest first: one more than a page where there are more."""
    items = Item.objects.filter(state=SHELF, good=wanted.good).select_related("store__council")
    if wanted.store is not None:
        items = items.filter(store=wanted.store)
    if wanted.worst_grade is not None:
        items = items.filter(grade__lte=wanted.worst_grade)
    if wanted.word:
        items = items.filter(Q(title__icontains=wanted.word) | Q(description__icontains=wanted.word))
    if wanted.least_mcr is not None or wanted.most_mcr is not None:
        items = items.filter(_priced(wanted, announced.price_mcr[wanted.good], month))
    if after is not None:
        items = items.filter(Q(shelved_us__lt=after.shelved_us)
                             | Q(shelved_us=after.shelved_us, number__lt=after.number))
    return list(items.order_by("-shelved_us", "-number")[:A_PAGE + 1])


def _priced(wanted: Wanted, price_mcr: Amounts, month: int) -> Q:
    """Things made between two months in each grade: `price_mcr` [age_months, grade] never rises with age."""
    among = Q(pk__in=[])
    for grade, (youngest, oldest) in enumerate(ages_between(price_mcr, wanted.least_mcr or 0, wanted.most_mcr)):
        if youngest <= oldest:
            until = Q(made_month__gte=month - oldest) if oldest < len(price_mcr) - 1 else Q()
            among |= Q(grade=grade, made_month__lte=month - youngest) & until
    return among


def ages_between(price_mcr: Amounts, least_mcr: int, most_mcr: int | None) -> list[tuple[int, int]]:
    """From which age to which, both included, each grade costs no less than one price and no more than another.

    `price_mcr` is [age_months, grade] and never rises with age; where no age does, the first is above the last.

    >>> ages_between(np.array([[90, 40], [60, 30], [30, 20]]), 30, 60)
    [(1, 2), (0, 1)]
    """
    first = (price_mcr > most_mcr).sum(axis=0) if most_mcr is not None else np.zeros(price_mcr.shape[1], int)
    last = (price_mcr >= least_mcr).sum(axis=0) - 1
    return list(zip(first.tolist(), last.tolist(), strict=True))


def counts(store: int | None = None) -> dict[int, int]:
    """How many things of each kind stand on shelves: everywhere, or in one store."""
    items = Item.objects.filter(state=SHELF) if store is None else Item.objects.filter(state=SHELF, store=store)
    return dict(items.values_list("good").annotate(Count("pk")))


def stock() -> dict[tuple[int, int], int]:
    """How many things of each kind stand in each store: by store and good."""
    rows = Item.objects.filter(state=SHELF).values_list("store_id", "good").annotate(Count("pk"))
    return {(store, good): count for store, good, count in rows}


def pictures(items: list[Item]) -> dict[int, int]:
    """The number of the first photograph of each of these things that has one."""
    shown: QuerySet[Photo] = Photo.objects.filter(item__in=items, hidden=False)
    first: dict[int, int] = {}
    for item, number in shown.order_by("number").values_list("item_id", "number"):
        first.setdefault(item, number)
    return first
