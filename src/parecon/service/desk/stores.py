"""Stores that come to be after the founding: a consumer council opens one, and says where it is and when it is open."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from parecon.service.answers import Answer, Refusal
from parecon.service.desk.models import Store
from parecon.service.people.models import Council, CouncilKind
from parecon.service.people.policy import Actor, Power, reach
from parecon.service.people.record import fits, once, possible

ABOUT_LETTERS = 200
MOST_KM = 20_000  # half the way round the earth: nothing on it is farther


class OpenStore(NamedTuple):
    """A store that a consumer council is to have: where it is, kilometres as in `founding.StoreAt`, and its hours."""

    act: str
    council: int
    address: str
    hours: str
    east_km: float
    north_km: float


class DescribeStore(NamedTuple):
    """Another address and other hours of a store; by the number of its council."""

    act: str
    store: int
    address: str
    hours: str


def open_store(acts: Sequence[OpenStore], actor: Actor) -> list[Answer]:
    """Organisers open stores for consumer councils that have none: [act]; answers with their numbers."""
    return once("open store", acts, actor, lambda rows: [_opened(row, actor) for row in rows])


def _opened(row: OpenStore, actor: Actor) -> Answer:
    council = _council(row.council)
    if council is None or not Store.objects.exists():  # the first is opened by the founding
        return Answer(Refusal.NO_SUCH_THING)
    if council.pk not in reach(actor, Power.ARRANGE_PEOPLE):
        return Answer(Refusal.NOT_ALLOWED)
    if Store.objects.filter(pk=council.pk).exists():
        return Answer(Refusal.NOT_AS_SHOWN)
    if not (_described(row) and _on_earth(row.east_km) and _on_earth(row.north_km)):
        return Answer(Refusal.BAD_FORM)
    Store.objects.create(council=council, area=Store.objects.count(), address=row.address.strip(),
                         hours=row.hours.strip(), east_km=row.east_km, north_km=row.north_km)
    return Answer(Refusal.ACCEPTED, council.pk)


def _council(number: int) -> Council | None:
    """The consumer council of a number, if it is not closed."""
    return Council.objects.filter(pk__in=possible([number]), kind=CouncilKind.CONSUMER, closed_on=None).first()


def _described(row: OpenStore | DescribeStore) -> bool:
    return fits(row.address, ABOUT_LETTERS) and fits(row.hours, ABOUT_LETTERS)


def _on_earth(far_km: float) -> bool:
    return isfinite(far_km) and abs(far_km) <= MOST_KM


def describe_store(acts: Sequence[DescribeStore], actor: Actor) -> list[Answer]:
    """Organisers say anew where stores are and when they are open: [act]; how far they are from others stays."""
    return once("describe store", acts, actor, lambda rows: [_told(row, actor) for row in rows])


def _told(row: DescribeStore, actor: Actor) -> Answer:
    store = Store.objects.filter(pk__in=possible([row.store])).first()
    if store is None:
        return Answer(Refusal.NO_SUCH_THING)
    if store.pk not in reach(actor, Power.ARRANGE_PEOPLE):
        return Answer(Refusal.NOT_ALLOWED)
    if not _described(row):
        return Answer(Refusal.BAD_FORM)
    store.address, store.hours = row.address.strip(), row.hours.strip()
    store.save(update_fields=["address", "hours"])
    return Answer(Refusal.ACCEPTED, store.pk)
