"""The pages of a member's park: what it has, what is free when, booking, my bookings, its account, and paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import figures
from parecon.service.desk.pages import pressed
from parecon.service.face.acting import done, there
from parecon.service.face.forms import ActForm
from parecon.service.face.templatetags.face import as_credits
from parecon.service.parks import closing, commands, founding, showing
from parecon.service.parks.acts import Book, Cancel, GiveBack, Leave, ShareResult, TakeOut
from parecon.service.parks.forms import BackForm, BookForm
from parecon.service.parks.models import Booking, Park, Thing
from parecon.service.parks.slots import time_of
from parecon.service.people.policy import Actor, Power, may, sees_park_account
from parecon.service.people.session import actor

MOST_SHOWN = 60


def my_park(who: Actor) -> Park:
    """The park of the household; for whoever has none there is no page."""
    return there(showing.park_of(who.household))


def kept_by(who: Actor) -> list[Park]:
    """The parks that somebody keeps."""
    return [each for each in Park.objects.select_related("council").order_by("council__name")
            if may(who, Power.KEEP_PARK, each.council)]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the park has, and what can be done there."""
    who = actor(request)
    park = showing.park_of(who.household)
    kinds = showing.kinds(showing.here(park, who.at_us)) if park else []
    mine = _mine(who)[:3] if park else []
    return render(request, "parks/home.html", {"park": park, "kinds": kinds, "mine": mine, "keeps": kept_by(who)})


@require_safe
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """When a thing is free: days and hours; each free hour is the first of two taps."""
    who = actor(request)
    park, thing = my_park(who), there(Thing.objects.filter(code=code).first())
    found = showing.here(park, who.at_us)
    hours = whole(request.GET.get("hours"), thing.hours_each, 1, found.law["longest_booking_hours"])
    days = showing.days_from(park, _day(request.GET.get("day")), who.at_us, found.law["calendar_hours"])
    told = [(day, showing.free_hours(found, thing, day, hours)) for day in days[:1]]
    fee = next((each for each in showing.kinds(found) if each.thing == thing), None)
    return render(request, "parks/kind.html", {
        "park": park, "thing": thing, "hours": hours, "days": days, "day": days[0], "free": told[0][1], "kind": fee,
        "lengths": _lengths(thing.hours_each, hours, found.law["longest_booking_hours"])})


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, code: str) -> HttpResponse:
    """What would be booked and what it costs; the second tap books it."""
    who = actor(request)
    park, thing = my_park(who), there(Thing.objects.filter(code=code).first())
    source: Any = request.POST if request.method == "POST" else request.GET
    start, hours = (whole(source.get(name), 0, -2**30, 2**30) for name in ("start", "hours"))
    form = BookForm(request.POST or None, initial={"start": start, "hours": hours})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = commands.book([Book(said["act"], park.pk, thing.pk, said["start"], said["hours"])], who)[0]
        booked = _("Booked. It is kept for you; fetch it when the time begins.")
        onward = done(request, form, answer, booked, reverse("parks:bookings"))
        if onward:
            return onward
    found = showing.here(park, who.at_us)
    fee = {each.thing.pk: each.hour_fee_mcr for each in showing.kinds(found)}.get(thing.pk, 0)
    begins, ends = (_time(park, slot) for slot in (start, start + hours))
    return render(request, "parks/book.html", {
        "park": park, "thing": thing, "form": form, "begins": begins, "ends": ends, "hours": hours,
        "fee_mcr": fee * max(hours, 0), "law": found.law})


@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """What the household has booked, and what it can do with it now."""
    who = actor(request)
    park = my_park(who)
    return render(request, "parks/bookings.html", {"park": park, "mine": _mine(who)})


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """A booking is given up."""
    who, booking = _own(request, number)
    return pressed(request, lambda act: commands.cancel([Cancel(act, booking.pk)], who)[0],
                   _("Cancelled; what comes back of the fee is on your account."), reverse("parks:bookings"))


@require_POST
def fetch(request: HttpRequest, number: int) -> HttpResponse:
    """A piece is fetched by who booked it."""
    who, booking = _own(request, number)
    return pressed(request, lambda act: commands.take_out([TakeOut(act, booking.pk)], who)[0],
                   _("It is yours until the time is over."), reverse("parks:bookings"))


@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: HttpRequest, number: int) -> HttpResponse:
    """A piece is brought back: does it still work?"""
    who, booking = _own(request, number)
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = commands.give_back([GiveBack(said["act"], booking.pk, said["works"], said["note"])], who)[0]
        onward = done(request, form, answer, _("Thank you. It is free for others again."), reverse("parks:bookings"))
        if onward:
            return onward
    return render(request, "parks/back.html", {"form": form, "booking": booking,
                                               "told": showing.shown(booking.piece.park, [booking], who.at_us)[0],
                                               "to": reverse("parks:bookings")})


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, code: str = "") -> HttpResponse:
    """Where the park's credits came from and went, and what would be shared now; stewards share a year here."""
    who = actor(request)
    park = _seen_by(who, code) if code else my_park(who)
    here = request.path
    rows = showing.account(park)
    told = closing.result(park, who.at_us)
    year = closing.year_to_share(park) if may(who, Power.ANNOUNCE, park.council) else None
    if request.method == "POST":
        there(park if may(who, Power.ANNOUNCE, park.council) else None)
        year = whole(request.POST.get("year"), 0, -2**15, 2**15)
        return pressed(request, lambda act: closing.share([ShareResult(act, park.pk, year)], who)[0],
                       _("The year's result is shared."), here)
    balance = sum(amount for _name, amount in rows)
    bars = [figures.Bar(name, amount, as_credits(amount)) for name, amount in rows]
    picture = figures.waterfall(bars, figures.Bar(_("On the account"), balance, as_credits(balance)),
                                _("The park's account by what for")) if bars else ""
    return render(request, "parks/account.html", {
        "park": park, "rows": rows, "balance_mcr": balance, "result": told, "picture": picture, "year": year,
        "called": None if year is None else FIRST_YEAR + year, "form": ActForm()})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The household belongs to its park no longer."""
    who = actor(request)
    park = my_park(who)
    return pressed(request, lambda act: founding.leave([Leave(act, park.pk, who.household.pk)], who)[0],
                   _("The household has left the park; what it booked it may still use."), reverse("parks:home"))


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """A form to book on paper."""
    park = my_park(actor(request))
    return render(request, "parks/paper.html", {"park": park, "lines": range(8)})


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """A week of a thing for the wall: how many are free, hour by hour."""
    who = actor(request)
    park = my_park(who)
    found = showing.here(park, who.at_us)
    days = showing.days_from(park, _day(request.GET.get("day")), who.at_us, found.law["calendar_hours"])
    sheets = []
    for each in showing.kinds(found):
        free = [showing.free_hours(found, each.thing, day, 1) for day in days]
        labels = sorted({hour.label for day in free for hour in day})
        by_label = [{hour.label: hour for hour in day} for day in free]
        sheets.append((each, [(label, [day.get(label) for day in by_label]) for label in labels]))
    return render(request, "parks/week.html", {"park": park, "days": days, "sheets": sheets})


def _seen_by(who: Actor, code: str) -> Park:
    """A park whose account somebody may see; for others there is no page."""
    park = there(Park.objects.filter(council__code=code).select_related("council").first())
    return there(park if sees_park_account(who, park.council) else None)


def _mine(who: Actor) -> list[showing.Shown]:
    """The household's bookings: those that run first, then the latest that are over."""
    own = Booking.objects.filter(household=who.household).select_related("piece__thing", "piece__park__council",
                                                                         "household")
    found = sorted(own.order_by("-number")[:MOST_SHOWN], key=lambda each: (each.status != 0, each.start))
    return [told for each in found for told in showing.shown(each.piece.park, [each], who.at_us)]


def _own(request: HttpRequest, number: int) -> tuple[Actor, Booking]:
    """A booking of the household; of another's there is no page."""
    who = actor(request)
    found = Booking.objects.filter(pk=number, household=who.household) if number < 2**63 else Booking.objects.none()
    return who, there(found.select_related("piece__thing", "piece__park__council", "household").first())


def _time(park: Park, slot: int) -> str:
    """When a slot begins, in words; nothing for hours that no calendar has."""
    try:
        return showing.written(time_of(slot, park.began_us, park.zone))
    except (OverflowError, ValueError, OSError):
        return ""


def whole(said: str | None, otherwise: int, least: int, most: int) -> int:
    """A whole number that came with an address, kept within what can be; another where it is none."""
    try:
        return min(max(int(said or ""), least), most)
    except ValueError:
        return otherwise


def _day(said: str | None) -> date:
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return date.min


def _lengths(usual: int, chosen: int, longest: int) -> list[int]:
    """For how long one may want a thing: a few lengths, the usual one and the chosen one among them."""
    return sorted({each for each in (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, usual, chosen) if each <= longest})

