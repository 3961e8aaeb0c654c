"""Asking for things, what is kept until when, and what was fetched: requests of a household."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.clock import DAY_US
from parecon.service.desk import clearing, findings, requests, seen, showing, words
from parecon.service.desk.columns import InForce, Parties
from parecon.service.desk.forms import Fetching, Waiting
from parecon.service.desk.models import Item, Request
from parecon.service.desk.pages import actor, at_home, in_force, pressed
from parecon.service.face.acting import done, there
from parecon.service.face.forms import ActForm
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor

MINE = "desk:requests"


def free_mcr(household: Household) -> int:
    """What the household can spend: what stands on its account and is not set aside."""
    parties = Parties()
    row = int(parties.rows([household.party])[0])
    return int(clearing.available(parties)[row])


@require_http_methods(["GET", "HEAD", "POST"])
def request_item(request: HttpRequest, label: str) -> HttpResponse:
    """Asks for one certain thing, to be fetched at a store."""
    now, who = in_force(), actor(request)
    item = there(Item.objects.select_related("store__council").filter(label=label).first())
    form = Fetching(at_home(who), request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = requests.Ask(form.cleaned_data["act"], who.household.pk, item.good, form.cleaned_data["store"], item.pk)
        answer = requests.ask([row], who)[0]
        way = done(request, form, answer, _("It is kept for you, and its price is set aside."), MINE)
        if way:
            return way
    there(item if item.state in seen.ON_SHOW else None)  # what others have by now is nobody else's to see
    told = showing.shown(now, [item])[0]
    return render(request, "desk/request.html", {
        "told": told, "item": item, "form": form, "days": now.law["fetch_days"], "free_mcr": free_mcr(who.household),
        "left_mcr": free_mcr(who.household) - told.price_mcr, "return_days": now.law["return_days"],
        "to_be_had": item.state == State.SHELF, "findings": findings.of(item)})


@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest) -> HttpResponse:
    """Asks for any one of a kind: kept at once if one stands there, else waits in line."""
    now, who = in_force(), actor(request)
    form = Waiting(now, at_home(who), request.POST or None, initial={"good": request.GET.get("good", "")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        answer = requests.ask([requests.Ask(told["act"], who.household.pk, told["good"], told["store"])], who)[0]
        way = done(request, form, answer, _("You are in line; if there is one already, it is kept for you."), MINE)
        if way:
            return way
    return render(request, "desk/wait.html", {"form": form, "days": now.law["fetch_days"],
                                              "free_mcr": free_mcr(who.household)})


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the household asked for: kept until when and where, in line, and what it fetched."""
    now, who = in_force(), actor(request)
    told = [_told(each, now, who) for each in seen.open_requests(who.household)]
    ended = [_told(each, now, who) for each in seen.ended_requests(who.household)]
    return render(request, "desk/requests.html", {
        "held": [row for row in told if row["asked"].state == RequestState.HELD],
        "waiting": [row for row in told if row["asked"].state == RequestState.WAITS],
        "fetched": [row for row in ended if row["asked"].state == RequestState.SERVED],
        "others": [row for row in ended if row["asked"].state != RequestState.SERVED],
        "form": ActForm(), "free_mcr": free_mcr(who.household)})


def _told(each: Request, now: InForce, who: Actor) -> dict[str, Any]:
    thing = each.item or each.wanted
    until_us = back_until_us(each)
    return {"asked": each, "name": showing.title(now, thing) if thing else showing.name(now, each.good),
            "state": showing.stands(each), "item": each.item,
            "on_its_way": bool(each.item and each.item.state == State.IN_TRANSFER),
            "over": each.fetch_until_us is not None and who.at_us > each.fetch_until_us,
            "back_until_us": until_us if until_us and who.at_us <= until_us else None}


def back_until_us(each: Request) -> int | None:
    """Until when what was fetched may be brought back, if it was not as described."""
    if each.state != RequestState.SERVED or each.ended_us is None:
        return None
    if not requests.may_come_back(each, each.ended_us):
        return None
    return each.ended_us + int(requests.bought_under(each)["return_days"]) * DAY_US


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Gives a request up; what was set aside is free again."""
    who = actor(request)
    each = there(seen.own_request(who.household, number))
    return pressed(request, lambda act: requests.cancel([requests.Cancel(act, each.pk)], who)[0],
                   _("It is cancelled; what was set aside is yours to spend again."), reverse(MINE))


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """A request on paper: a slip to fetch it with, a receipt of what was fetched, a form to bring it back with."""
    now, who = in_force(), actor(request)
    each = there(seen.own_request(who.household, number))
    item = each.item
    return render(request, "desk/request_paper.html", _told(each, now, who) | {
        "item": item, "grade": words.grade_name(item.grade or 0) if item else "",
        "age": showing.age(now.month - item.made_month) if item else "",
        "is_fetched": each.state == RequestState.SERVED,
        "url": request.build_absolute_uri(reverse("desk:scanned", args=[item.label])) if item else ""})


