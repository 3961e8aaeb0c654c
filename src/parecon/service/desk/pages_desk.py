"""The desk today: what waits, one field to scan, the label sheets, what is carried between stores, and photographs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.desk import asking, labels, requests, seen, showing, transfers, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.forms_desk import Scan
from parecon.service.desk.models import Item, Request, Store, Transfer
from parecon.service.desk.pages import actor, in_force, pressed
from parecon.service.face.acting import there
from parecon.service.face.forms import ActForm
from parecon.service.people.policy import Actor
from parecon.service.people.session import lay_card

DESK = "desk_store"  # in the session: at which of the stores that the mandate reaches the clerk works today
A_LIST, A_SHEET = 30, 50
STANDS_HERE = (State.HANDED_IN, State.GRADED, State.SHELF, State.HELD, State.REPAIR)
ON_A_LABEL = (State.HANDED_IN, State.GRADED, State.SHELF, State.HELD)


def desk_of(request: HttpRequest, who: Actor) -> tuple[Store, list[Store]]:
    """The desk at which whoever is signed in works, of those where they may; no page for all others."""
    stores = seen.desks(who)
    if not stores:
        raise Http404
    chosen = request.session.get(DESK)
    return next((store for store in stores if store.pk == chosen), stores[0]), stores


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What waits at a desk, and the field to scan."""
    now, who = in_force(), actor(request)
    here, stores = desk_of(request, who)
    there_ = Item.objects.filter(store=here).select_related("store__council")
    graded = list(there_.filter(state=State.GRADED).order_by("number")[:A_LIST])
    again = asking.asked_again([item.pk for item in graded])
    kept = Request.objects.filter(state=RequestState.HELD, store=here, fetch_until_us__isnull=False)
    kept = kept.select_related("item__store__council", "household").order_by("fetch_until_us")
    sent = Transfer.objects.filter(arrived_us=None).select_related(
        "item__store__council", "origin__council", "destination__council").order_by("number")
    fetch = list(kept[:A_LIST])
    return render(request, "desk/today.html", {
        "here": here, "stores": stores, "scan": Scan(), "counts": _counts(here),
        "inspect": showing.shown(now, list(there_.filter(state=State.HANDED_IN).order_by("number")[:A_LIST])),
        "again": showing.shown(now, [item for item in graded if item.pk in again]),
        "answers": showing.shown(now, [item for item in graded if item.pk not in again]),
        "overdue": _kept(now, [each for each in fetch if _over(each, who)]),
        "fetch": _kept(now, [each for each in fetch if not _over(each, who)]),
        "leaving": _carried(now, sent.filter(origin=here)[:A_LIST]),
        "coming": _carried(now, sent.filter(destination=here)[:A_LIST]),
        "repair": showing.shown(now, list(there_.filter(state=State.REPAIR).order_by("number")[:A_LIST])),
        "announced": showing.shown(now, list(there_.filter(state=State.ANNOUNCED).order_by("-number")[:A_LIST]))})


def _counts(here: Store) -> list[tuple[str, int]]:
    """How many of the things that are in the store are in each state."""
    counted = dict(Item.objects.filter(store=here).values_list("state").annotate(Count("pk")))
    return [(str(words.STATES[state]), counted[state]) for state in STANDS_HERE if state in counted]


def _over(each: Request, who: Actor) -> bool:
    return each.fetch_until_us is not None and who.at_us > each.fetch_until_us


def _kept(now: InForce, kept: Sequence[Request]) -> list[tuple[showing.Shown, Request, str]]:
    """What is kept for requests, and for which household."""
    told = showing.shown(now, [each.item for each in kept if each.item])
    names = showing.households(each.household.party for each in kept)
    return [(thing, each, names[each.household.party]) for thing, each in zip(told, kept, strict=True)]


def _carried(now: InForce, carried: Iterable[Transfer]) -> list[tuple[showing.Shown, Transfer]]:
    rows = list(carried)
    return list(zip(showing.shown(now, [each.item for each in rows]), rows, strict=True))


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """At which desk the clerk works from now on."""
    stores = {str(store.pk): store for store in seen.desks(actor(request))}
    request.session[DESK] = there(stores.get(request.POST.get("store", ""))).pk
    return redirect("desk:today")


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Leads to the thing or the member whose label, address or card was scanned or typed."""
    who, form = actor(request), Scan(request.POST)
    desk_of(request, who)
    typed = form.cleaned_data["typed"].strip() if form.is_valid() else ""
    label = labels.checked(typed.rstrip("/").rpartition("/")[2])
    if label and (_there(who, label) or seen.sent_from(seen.desks(who), label)):
        return redirect("desk:at-desk", label)
    if label and seen.on_show(label):
        return redirect("desk:item", label)
    if not label and lay_card(request, typed.rstrip("/").rpartition("/")[2]).done:
        return redirect("desk:member")
    messages.error(request, _("Nothing is known by that here. Please scan again, or type the letters under the square. "
                              "A thing that a member has at home is found when the member's card lies on the desk."))
    return redirect("desk:today")


def _there(who: Actor, label: str) -> Item | None:
    """A thing that can be dealt with at the clerk's desks: one that is there, or that the member at the desk holds."""
    found = seen.at_desk(seen.desks(who), label)
    if found is None and who.on_behalf_of is not None:
        found = seen.own(who.household, label)
    return found


@require_safe
def member(request: HttpRequest) -> HttpResponse:
    """What the member whose card lies on the desk came for: things to fetch, to bring, to answer."""
    now, who = in_force(), actor(request)
    here, _stores = desk_of(request, who)
    if who.on_behalf_of is None:
        return redirect("desk:today")
    kept = [each for each in seen.open_requests(who.household) if each.state == RequestState.HELD and each.item]
    at_home = list(Item.objects.filter(holder=who.household.party, state=State.OUT).order_by("-number")[:A_LIST])
    return render(request, "desk/member.html", {
        "who": who, "here": here, "kept": _kept(now, kept), "home": showing.shown(now, at_home),
        "things": showing.shown(now, seen.things_on_the_way_in(who.household))})


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Labels to print: one thing's, or those that came last to this desk, fifty on a sheet."""
    now, who = in_force(), actor(request)
    here, _stores = desk_of(request, who)
    asked = request.GET.get("label", "")
    latest = Item.objects.filter(store=here, state__in=ON_A_LABEL).select_related("store__council").order_by("-number")
    items = [there(_there(who, asked))] if asked else list(latest[:A_SHEET])
    told = [(each, request.build_absolute_uri(reverse("desk:scanned", args=[each.item.label])))
            for each in showing.shown(now, items)]
    return render(request, "desk/labels.html", {"told": told, "here": here})


@require_safe
def carrying(request: HttpRequest) -> HttpResponse:
    """What the law would send from here to where it is asked for, and what is on its way."""
    now, who = in_force(), actor(request)
    here, _stores = desk_of(request, who)
    told = []
    for each in transfers.suggested(who.at_us):
        if each.origin.pk == here.pk:
            first = Item.objects.filter(state=State.SHELF, store=here, good=each.good).order_by("shelved_us", "number")
            told.append((each, showing.name(now, each.good), showing.shown(now, list(first[:each.count])), ActForm()))
    sent = Transfer.objects.filter(arrived_us=None).select_related(
        "item__store__council", "origin__council", "destination__council").order_by("number")
    return render(request, "desk/carrying.html", {
        "here": here, "suggested": told, "leaving": _carried(now, sent.filter(origin=here)[:A_LIST]),
        "coming": _carried(now, sent.filter(destination=here)[:A_LIST])})


@require_POST
def send_several(request: HttpRequest) -> HttpResponse:
    """Sends the things that were ticked to a store."""
    who = actor(request)
    (_here, stores), written = desk_of(request, who), request.POST.get("store", "")
    found = [there(seen.at_desk(stores, label)) for label in sorted(set(request.POST.getlist("label")))[:A_SHEET]]
    goes_to = int(written) if written.isascii() and written.isdigit() and len(written) < 19 else 0

    def sent(act: str) -> Any:
        rows = [transfers.Send(f"{act}/{place}", item.pk, goes_to) for place, item in enumerate(found)]
        answers = transfers.send(rows, who)
        return next((answer for answer in answers if not answer.done), answers[-1])

    if not found:
        return redirect("desk:carrying")
    return pressed(request, sent, _("They are on their way."), reverse("desk:carrying"))


@require_POST
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Hands over what was kept for a request at one of the clerk's desks."""
    who = actor(request)
    kept = there(Request.objects.select_related("item").filter(
        number=number, store__in=seen.desks(who)).first() if number < 2**63 else None)
    return pressed(request, lambda act: requests.hand_over([requests.HandOver(act, kept.pk)], who)[0],
                   _("It is handed over and paid."), reverse("desk:receipt-over", args=[kept.pk]),
                   refused=reverse("desk:today"))


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt of something handed over, to print at the desk."""
    now, who = in_force(), actor(request)
    kept = there(Request.objects.select_related("item", "store__council", "household", "schedule").filter(
        number=number, store__in=seen.desks(who), state=RequestState.SERVED).first() if number < 2**63 else None)
    return render(request, "desk/receipt_over.html", {
        "asked": kept, "household": showing.households([kept.household.party])[kept.household.party],
        "name": showing.title(now, kept.item) if kept.item else showing.name(now, kept.good),
        "days": requests.bought_under(kept)["return_days"]})
