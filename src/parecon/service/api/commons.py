"""What programs do with what is used in common or kept for all: a park's things, and the register of collectables."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema

from parecon.secondhand.collectables.acts import SENTENCES, Refusal
from parecon.secondhand.collectables.law import Standing
from parecon.service.api.asked import ActOnly, Back, Bidding, Booking
from parecon.service.api.door import CARD, READ, WRITTEN, answered, of_household
from parecon.service.api.telling import mcr_of
from parecon.service.api.values import Code, Day, Hours, Number, Word
from parecon.service.face.acting import there
from parecon.service.ledger.books import credits_of
from parecon.service.parks import acts as parks
from parecon.service.parks import commands, showing
from parecon.service.parks.models import Booking as Booked
from parecon.service.parks.models import Park, Thing
from parecon.service.parks.slots import time_of
from parecon.service.people.policy import Actor
from parecon.service.register import acting, offers
from parecon.service.register.models import MUSEUMS, SHELF, Entry, Kind, Offer, OfferState

router = Router(tags=["in common"])
A_PAGE, MOST_BOOKINGS, MOST_OFFERS = 50, 60, 100
KEPT = {SHELF: "shelf", MUSEUMS: "museum"}


class ParkThing(Schema):
    """A kind of thing that the household's park has."""

    code: str
    name: str
    pieces: int
    free_now: int
    hour_fee: str


class Hour(Schema):
    """An hour of the park's calendar: whether a booking can begin with it, and how many pieces are free then."""

    start: int
    label: str
    free: int
    over: bool


class OwnBooking(Schema):
    """A booking of the household."""

    number: int
    thing: str
    label: str
    start: int
    begins: str
    ends: str
    fee: str
    state: str


class Registered(Schema):
    """A collectable on the register."""

    number: int
    kind: int
    kind_name: str
    title: str
    description: str
    standing: str
    kept: str
    mine: bool


class Registry(Schema):
    """A page of the register, the latest first, and before which number the next page begins."""

    entries: list[Registered]
    next: int | None


class OwnOffer(Schema):
    """An offer of the member's."""

    number: int
    kind: int
    most: str | None
    state: str
    sentence: str
    entry: int | None
    price: str | None


# --- A park ---------------------------------------------------------------------------------------------------------

@router.get("/park/things", response={200: list[ParkThing], **READ}, openapi_extra=CARD)
def park_things(request: HttpRequest) -> Any:
    """What the household's park has."""
    who, park = _park(request)
    return [{"code": each.thing.code, "name": str(each.thing), "pieces": each.pieces, "free_now": each.free_now,
             "hour_fee": credits_of(each.hour_fee_mcr)} for each in showing.kinds(showing.here(park, who.at_us))]


@router.get("/park/things/{code}", response={200: list[Hour], **READ}, openapi_extra=CARD)
def park_hours(request: HttpRequest, code: Code, day: Day, hours: Hours = 1) -> Any:
    """The hours of a day from which a thing can be booked for so many hours."""
    who, park = _park(request)
    thing, found = there(Thing.objects.filter(code=code).first()), showing.here(park, who.at_us)
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        asked = there(None)
    days = showing.days_from(park, asked, who.at_us, found.law["calendar_hours"])
    return [{"start": each.slot, "label": each.label, "free": each.pieces, "over": each.is_over}
            for each in showing.free_hours(found, thing, there(asked if asked in days[:1] else None), hours)]


@router.get("/park/bookings", response={200: list[OwnBooking], **READ}, openapi_extra=CARD)
def bookings(request: HttpRequest) -> Any:
    """What the household booked, the latest first."""
    who, park = _park(request)
    own = Booked.objects.filter(household=who.household, piece__park=park).select_related(
        "piece__thing", "piece__park__council", "household").order_by("-number")[:MOST_BOOKINGS]
    return [{"number": told.booking.pk, "thing": told.booking.piece.thing.code, "label": told.label,
             "start": told.booking.start, "begins": _hour(park, told.booking.start), "state": told.state,
             "ends": _hour(park, told.booking.start + told.booking.slots), "fee": credits_of(told.booking.fee_mcr)}
            for told in showing.shown(park, own, who.at_us)]


@router.post("/park/bookings", response=WRITTEN, openapi_extra=CARD)
def book(request: HttpRequest, sent: Booking) -> Any:
    """Books a piece of a kind of thing; the number is the booking's."""
    who, park = _park(request)
    thing = there(Thing.objects.filter(code=sent.thing).first())
    return answered(commands.book([parks.Book(sent.act, park.pk, thing.pk, sent.start, sent.hours)], who)[0])


@router.post("/park/bookings/{number}/cancel", response=WRITTEN, openapi_extra=CARD)
def cancel(request: HttpRequest, number: Number, sent: ActOnly) -> Any:
    """Gives a booking up."""
    who, booking = _booking(request, number)
    return answered(commands.cancel([parks.Cancel(sent.act, booking.pk)], who)[0])


@router.post("/park/bookings/{number}/fetch", response=WRITTEN, openapi_extra=CARD)
def fetch(request: HttpRequest, number: Number, sent: ActOnly) -> Any:
    """The piece that was booked is fetched."""
    who, booking = _booking(request, number)
    return answered(commands.take_out([parks.TakeOut(sent.act, booking.pk)], who)[0])


@router.post("/park/bookings/{number}/bring-back", response=WRITTEN, openapi_extra=CARD)
def bring_back(request: HttpRequest, number: Number, sent: Back) -> Any:
    """The piece is back."""
    who, booking = _booking(request, number)
    return answered(commands.give_back([parks.GiveBack(sent.act, booking.pk, sent.works, sent.note)], who)[0])


def _park(request: HttpRequest) -> tuple[Actor, Park]:
    who = of_household(request)
    return who, there(showing.park_of(who.household))


def _booking(request: HttpRequest, number: int) -> tuple[Actor, Booked]:
    who = of_household(request)
    return who, there(Booked.objects.filter(pk=number, household=who.household).first())


def _hour(park: Park, slot: int) -> str:
    return time_of(slot, park.began_us, park.zone).isoformat()


# --- The register ---------------------------------------------------------------------------------------------------

@router.get("/register", response={200: Registry, **READ}, openapi_extra=CARD)
def register(request: HttpRequest, kind: Number | None = None, word: Word = "", before: Number | None = None) -> Any:
    """What stands on the register, the latest first, fifty at a time."""
    reader = acting.person(of_household(request)).party
    found = Entry.objects.select_related("kind").order_by("-number")
    found = found.filter(kind=kind) if kind else found
    found = found.filter(number__lt=before) if before else found
    found = found.filter(Q(title__icontains=word) | Q(kind__name__icontains=word)) if word.strip() else found
    rows = list(found[:A_PAGE + 1])
    page = rows[:A_PAGE]
    return {"entries": [_entry(each, reader) for each in page], "next": page[-1].pk if len(rows) > A_PAGE else None}


@router.get("/register/offers", response={200: list[OwnOffer], **READ}, openapi_extra=CARD)
def own_offers(request: HttpRequest) -> Any:
    """What the member offered, and what came of it."""
    mine = Offer.objects.filter(member=acting.person(of_household(request)).party).order_by("-number")
    return [{"number": each.pk, "kind": each.kind_id, "state": OfferState(each.state).name.lower(),
             "most": None if each.most_mcr is None else credits_of(each.most_mcr), "entry": each.served_id,
             "sentence": gettext(SENTENCES[Refusal(each.reason)]) if each.reason else "",
             "price": None if each.price_mcr is None else credits_of(each.price_mcr)} for each in mine[:MOST_OFFERS]]


@router.get("/register/{number}", response={200: Registered, **READ}, openapi_extra=CARD)
def entry(request: HttpRequest, number: Number) -> Any:
    """A collectable."""
    reader = acting.person(of_household(request)).party
    return _entry(there(Entry.objects.select_related("kind").filter(pk=number).first()), reader)


@router.post("/register/offers", response=WRITTEN, openapi_extra=CARD)
def bid(request: HttpRequest, sent: Bidding) -> Any:
    """The most that the member would pay for a thing of a kind; the next closing decides."""
    who = of_household(request)
    there(Kind.objects.filter(pk=sent.kind).first())
    return answered(offers.bid([offers.Bid(sent.act, sent.kind, mcr_of(sent.most))], who)[0])


@router.post("/register/offers/{number}/withdraw", response=WRITTEN, openapi_extra=CARD)
def withdraw(request: HttpRequest, number: Number, sent: ActOnly) -> Any:
    """Takes an offer back."""
    who = of_household(request)
    there(Offer.objects.filter(pk=number, member=acting.person(who).party).first())
    return answered(offers.withdraw([offers.Withdraw(sent.act, number)], who)[0])


def _entry(each: Entry, reader: str) -> dict[str, Any]:
    """An entry without the name of who has it."""
    return {"number": each.pk, "kind": each.kind_id, "kind_name": each.kind.name, "title": each.title,
            "description": each.description, "standing": Standing(each.standing).name.lower(),
            "kept": KEPT.get(each.holder, "member"), "mine": each.holder == reader}
