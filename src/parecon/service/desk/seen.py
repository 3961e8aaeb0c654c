"""What somebody may see of the desk: pages look things up here and nowhere else.

Whatever is not there, or not theirs to see, is None: pages answer the same for both.
"""

from __future__ import annotations

from collections.abc import Collection

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.desk.models import Event, Item, Photo, Quote, Request, Store, Transfer
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power, reach

ON_SHOW = (State.SHELF, State.HELD, State.IN_TRANSFER)
ON_THE_WAY_IN = (State.ANNOUNCED, State.HANDED_IN, State.GRADED)
OPEN = (RequestState.WAITS, RequestState.HELD)
HISTORY = 50


def desks(actor: Actor) -> list[Store]:
    """The stores at whose desk the member serves, in the order of their areas."""
    return list(Store.objects.filter(council__in=reach(actor, Power.SERVE_AT_DESK))
                .select_related("council").order_by("area"))


def at_desk(stores: Collection[Store], label: str) -> Item | None:
    """A thing that whoever serves at these stores may see: one that is there, was announced or is sent there."""
    return _item(label, store__in=stores)


def sent_from(stores: Collection[Store], label: str) -> Transfer | None:
    """How a thing is carried that was sent from one of these stores and has not arrived yet."""
    return _under_way(item__label=label, origin__in=stores)


def on_the_road(item: Item) -> Transfer | None:
    """How a thing is carried between stores now, if it is."""
    return _under_way(item=item)


def _under_way(**which: object) -> Transfer | None:
    return Transfer.objects.filter(arrived_us=None, **which).select_related(
        "item__store__council", "origin__council", "destination__council").first()


def own(household: Household, label: str) -> Item | None:
    """A thing that the household holds: announced, brought, offered a quote for, or fetched."""
    return _item(label, holder=household.party)


def on_show(label: str) -> Item | None:
    """A thing that everybody may see: it stands on a shelf, is kept for somebody, or is carried between stores."""
    return _item(label, state__in=ON_SHOW)


def _item(label: str, **seen: object) -> Item | None:
    return Item.objects.select_related("store__council").filter(label=label, **seen).first()


def things_on_the_way_in(household: Household) -> list[Item]:
    """What the household announced or brought and what is not decided yet, the latest first."""
    return list(Item.objects.filter(holder=household.party, state__in=ON_THE_WAY_IN)
                .select_related("store__council").order_by("-number"))


def quotes_of(items: Collection[Item]) -> dict[int, list[Quote]]:
    """All quotes of these things, in the order in which they were made: by the thing's number."""
    made: dict[int, list[Quote]] = {item.pk: [] for item in items}
    for quote in Quote.objects.filter(item__in=made).order_by("number"):
        made[quote.item_id].append(quote)
    return made


def open_requests(household: Household) -> list[Request]:
    """What the household waits for or has kept for it, the latest first."""
    return list(household.requests.filter(state__in=OPEN)
                .select_related("store__council", "item", "wanted").order_by("-number"))


def ended_requests(household: Household, count: int = HISTORY) -> list[Request]:
    """What became of the household's latest other requests."""
    return list(household.requests.exclude(state__in=OPEN).select_related("store__council", "item", "schedule")
                .order_by("-number")[:count])


def own_request(household: Household, number: int) -> Request | None:
    """A request of the household."""
    found = household.requests.select_related("store__council", "item", "wanted", "schedule")
    return found.filter(number=number).first()


def history(item: Item) -> list[Event]:
    """What was done to a thing, in the order in which it was done."""
    return list(item.events.select_related("store__council").order_by("number")[:HISTORY])


def photos(item: Item, *, also_hidden: bool = False) -> list[Photo]:
    """The photographs of a thing, without the pictures themselves."""
    shown = item.photos.all() if also_hidden else item.photos.filter(hidden=False)
    return list(shown.defer("jpeg").order_by("number"))
