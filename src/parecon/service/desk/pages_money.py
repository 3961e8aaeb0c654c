"""The treasurers' pages: allowances for all households of a council, single payments, corrections."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parecon.secondhand.acts import Purpose
from parecon.service.clock import date_of
from parecon.service.desk import columns, remarks, showing, words
from parecon.service.desk.forms_money import ALL, Allowances, Correcting, Paying
from parecon.service.desk.pages import actor, in_force
from parecon.service.face.acting import done
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account, Entry
from parecon.service.people.policy import Actor, Power, may
from parecon.service.people.seen import lived_in

HOME = "desk:payments"


def treasurer(request: HttpRequest) -> Actor:
    """Whoever is signed in, if they may pay; no page for all others."""
    in_force()
    who = actor(request)
    if not may(who, Power.PAY, columns.federation().council):
        raise Http404
    return who


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What a treasurer can do."""
    treasurer(request)
    return render(request, "desk/payments.html", {"remarks": remarks.latest()})


@require_http_methods(["GET", "HEAD", "POST"])
def allowances(request: HttpRequest) -> HttpResponse:
    """The same to every household of a council, or of all: first looked at, then confirmed."""
    who = treasurer(request)
    form = Allowances(request.POST or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        homes = _living_in(told["council"], who)
        shown = {"households": len(homes), "each_mcr": form.each_mcr(), "total_mcr": form.each_mcr() * len(homes)}
        if "confirmed" in request.POST and homes:
            row = remarks.Give(told["act"], tuple(homes), form.each_mcr(), Purpose.ALLOWANCE, told["why"])
            way = done(request, form, remarks.give(row, who), _("The allowances are paid."), HOME)
            if way:
                return way
    return render(request, "desk/allowances.html", shown | {"form": form})


def _living_in(council: int, who: Actor) -> list[int]:
    on = date_of(who.at_us)
    lives = lived_in(on).filter(from_on__lte=on)
    chosen = lives if council == ALL else lives.filter(council=council)
    return sorted(set(chosen.values_list("household", flat=True)))


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest) -> HttpResponse:
    """A single payment to or from a household, with its reason."""
    who = treasurer(request)
    form = Paying(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        row = remarks.Give(told["act"], (told["card"].household_id,), form.amount_mcr(), told["purpose"], told["why"])
        way = done(request, form, remarks.give(row, who), _("It is posted."), HOME)
        if way:
            return way
    return render(request, "desk/pay.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """Takes an entry back by a new one, with its reason: first looked at, then confirmed."""
    who = treasurer(request)
    form = Correcting(request.POST or None)
    entry = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        entry = Entry.objects.select_related("debit", "credit").filter(number=told["entry"]).first()
        if entry is None:
            form.add_error("entry", _("There is no such entry."))
        elif "confirmed" in request.POST:
            answer = remarks.correct([remarks.Correct(told["act"], entry.number, told["why"])], who)[0]
            way = done(request, form, answer, _("It is taken back by a new entry."), HOME)
            if way:
                return way
    return render(request, "desk/correct.html", {
        "form": form, "entry": entry, "purpose": words.purpose_name(entry.purpose) if entry else "",
        "sides": [_side(each) for each in (entry.debit, entry.credit)] if entry else []})


def _side(account: Account) -> str:
    """Whose account it is, in words."""
    of_a_household = account.kind == Kind.MEMBER
    return showing.households([account.party])[account.party] if of_a_household else _("society")
