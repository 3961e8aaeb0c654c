"""The keeper's desk: hand out, take back, what is broken, what members bring, and the end of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.service.answers import Answer
from parecon.service.desk.pages import pressed
from parecon.service.face.acting import done, there
from parecon.service.parks import closing, commands, founding, showing
from parecon.service.parks.acts import (
    AgreeNeed,
    CloseMonth,
    Contribute,
    GiveBack,
    Join,
    Leave,
    PutBack,
    TakeOut,
    Withdraw,
)
from parecon.service.parks.forms import BackForm, ContributeForm, NeedForm
from parecon.service.parks.models import OPEN, Booking, Park, Piece
from parecon.service.parks.pages import whole
from parecon.service.parks.slots import month_at, slot_at
from parecon.service.people import law
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor, Power, may
from parecon.service.people.session import actor

HOURS_AHEAD = 24


@require_safe
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes today, what is out, and what there is."""
    who, park = _kept(request, code)
    now = slot_at(who.at_us, park.began_us)
    running = Booking.objects.filter(piece__park=park, status=OPEN).select_related("piece__thing", "household")
    comes = running.filter(fetched_us=None, start__lt=now + HOURS_AHEAD).order_by("start")
    comes = [each for each in comes if each.start + each.slots > now]
    out = running.exclude(fetched_us=None).order_by("start")
    month = closing.next_month(park)
    return render(request, "parks/keep.html", {
        "park": park, "comes": showing.shown(park, comes, who.at_us), "out": showing.shown(park, out, who.at_us),
        "pieces": park.pieces.select_related("thing").order_by("thing__name", "number"), "month": month,
        "month_over": month_at(who.at_us, park.zone) > month})


@require_POST
def hand_out(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A piece is handed out to who booked it."""
    who, park = _kept(request, code)
    booking = _booking(park, number)
    return pressed(request, lambda act: commands.take_out([TakeOut(act, booking.pk)], who)[0], _("Handed out."),
                   _desk(park))


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A piece comes back: does it still work?"""
    who, park = _kept(request, code)
    booking, form = _booking(park, number), BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = commands.give_back([GiveBack(said["act"], booking.pk, said["works"], said["note"])], who)[0]
        onward = done(request, form, answer, _("Taken back."), _desk(park))
        if onward:
            return onward
    return render(request, "parks/back.html", {"form": form, "booking": booking, "to": _desk(park),
                                               "told": showing.shown(park, [booking], who.at_us)[0]})


@require_POST
def use(request: HttpRequest, code: str, label: str) -> HttpResponse:
    """A piece goes out of use, or comes back into it."""
    who, park = _kept(request, code)
    piece = there(Piece.objects.filter(park=park, label=label).first())
    if piece.in_use:
        return pressed(request, lambda act: commands.withdraw([Withdraw(act, piece.pk)], who)[0],
                       _("Out of use; whoever booked it has the fee back."), _desk(park))
    return pressed(request, lambda act: commands.put_back([PutBack(act, piece.pk)], who)[0], _("In use again."),
                   _desk(park))


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, code: str) -> HttpResponse:
    """A member leaves a thing to the park."""
    who, park = _kept(request, code)
    form = ContributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = commands.contribute([Contribute(form.cleaned_data["act"], park.pk, **form.values())], who)[0]
        onward = done(request, form, answer, _("The park has it, and who brought it is credited."), _desk(park))
        if onward:
            return onward
    return render(request, "parks/bring.html", {"park": park, "form": form})


@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """The household of whose card this is belongs to the park from now on."""
    who, park = _kept(request, code)
    return _by_card(request, park, lambda act, home: founding.join([Join(act, park.pk, home)], who)[0],
                    _("The household belongs to the park now."))


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """The household of whose card this is belongs to the park no longer."""
    who, park = _kept(request, code)
    return _by_card(request, park, lambda act, home: founding.leave([Leave(act, park.pk, home)], who)[0],
                    _("The household has left the park; what it booked it may still use."))


def _by_card(request: HttpRequest, park: Park, command: Callable[[str, int], Answer], said: str) -> HttpResponse:
    """An act for the household of whose card the number was written."""
    card = law.card_read(request.POST.get("card", "")[:20])
    member = Member.objects.filter(card=card or "", is_active=True).first()
    if member is None:
        messages.error(request, _("There is no such card."))
        return redirect(_desk(park))
    return pressed(request, lambda act: command(act, member.household_id), said, _desk(park))


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest, code: str) -> HttpResponse:
    """How many of each kind of thing the members have agreed to keep; no more are taken in."""
    who, park = _kept(request, code)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = founding.agree_need([AgreeNeed(said["act"], park.pk, said["thing"].pk, said["pieces"])], who)[0]
        onward = done(request, form, answer, _("It is noted: so many are taken in."),
                      reverse("parks:needs", args=[code]))
        if onward:
            return onward
    here = Counter(park.pieces.filter(in_use=True).values_list("thing_id", flat=True))
    rows = [(each.thing.called, each.pieces, here[each.thing_id])
            for each in park.needs.select_related("thing").order_by("thing__name")]
    return render(request, "parks/needs.html", {"park": park, "form": form, "rows": rows})


@require_POST
def close_month(request: HttpRequest, code: str) -> HttpResponse:
    """A month that is over is closed."""
    who, park = _kept(request, code)
    month = whole(request.POST.get("month"), -1, -1, 2**15)
    return pressed(request, lambda act: closing.close_month([CloseMonth(act, park.pk, month)], who)[0],
                   _("The month is closed: pieces are a month older, and keep is paid."), _desk(park))


def _kept(request: HttpRequest, code: str) -> tuple[Actor, Park]:
    """A park that whoever asks keeps; for others there is no page."""
    who = actor(request)
    park = there(Park.objects.filter(council__code=code).select_related("council").first())
    return who, there(park if may(who, Power.KEEP_PARK, park.council) else None)


def _booking(park: Park, number: int) -> Booking:
    """A booking of this park."""
    found = Booking.objects.filter(pk=number, piece__park=park) if number < 2**63 else Booking.objects.none()
    return there(found.select_related("piece__thing", "household").first())


def _desk(park: Park) -> str:
    return reverse("parks:keep", args=[park.council.code])
