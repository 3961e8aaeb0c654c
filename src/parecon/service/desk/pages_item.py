"""One thing at a desk: what it is, where it stands in its life, and exactly what can be done with it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.secondhand.acts import SENTENCES, Refusal
from parecon.secondhand.lifecycle import Deed, RequestState, State, possible
from parecon.service.answers import Answer
from parecon.service.desk import asking, intake, offers, requests, seen, showing, stock, transfers, words
from parecon.service.desk.forms_desk import BroughtBack, Inspecting, Picture, Reasoned, Regraded, Sending
from parecon.service.desk.models import Item, Request
from parecon.service.desk.pages import actor, in_force, pressed
from parecon.service.desk.pages_desk import desk_of
from parecon.service.desk.year import IN_STORES
from parecon.service.face.acting import done, there
from parecon.service.face.forms import ActForm
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power

ONE_PRESS = {Deed.HAND_IN, Deed.ARRIVE}
WITH_FORM = {Deed.INSPECT: "inspect", Deed.SEND: "send", Deed.BRING_BACK: "bring-back", Deed.TO_REPAIR: "to-repair",
             Deed.REPAIRED: "repaired", Deed.RECYCLE: "recycle", Deed.TO_REGISTER: "to-register"}
THE_MEMBERS = {Deed.WITHDRAW, Deed.ACCEPT, Deed.TAKE_BACK}  # decided by whoever brought it, with the card on the desk


def at_the_desk(request: HttpRequest, label: str) -> tuple[Item, Actor]:
    """A thing that the clerk can deal with here: one at the own desks, or that the member at the desk holds."""
    who = actor(request)
    _here, stores = desk_of(request, who)
    found = seen.at_desk(stores, label)
    if found is None and who.on_behalf_of is not None:
        found = seen.own(who.household, label)
    return there(found), who


@require_safe
def at_desk(request: HttpRequest, label: str) -> HttpResponse:
    """What a thing is, and what can be done with it."""
    now = in_force()
    stores = desk_of(request, actor(request))[1]
    sent = seen.sent_from(stores, label)
    if sent is not None and seen.at_desk(stores, label) is None:
        return render(request, "desk/under_way.html", {"told": showing.shown(now, [sent.item])[0], "sent": sent})
    item, who = at_the_desk(request, label)
    quotes, deeds = seen.quotes_of([item])[item.pk], possible(State(item.state))
    offer = quotes[-1] if quotes else None
    held = Request.objects.filter(item=item, state=RequestState.HELD)
    kept = held.select_related("household", "store__council").first()
    here = desk_of(request, who)[0]
    return render(request, "desk/at_desk.html", {
        "item": item, "told": showing.shown(now, [item])[0], "form": ActForm(), "offer": offer, "kept": kept,
        "household": showing.households([kept.household.party])[kept.household.party] if kept else "",
        "refused": SENTENCES[Refusal(offer.reason)] if offer and offer.reason else "",
        "offered": words.grade_name(offer.grade) if offer else "", "here": here,
        "is_priced": item.state in IN_STORES,
        "cards": [each.card for each in kept.household.members.filter(is_active=True)] if kept else [],
        "forms": [(WITH_FORM[deed], words.DEEDS[deed]) for deed in deeds
                  if deed in WITH_FORM and _allowed(deed, item, who)],
        "presses": [deed.name for deed in deeds if deed in ONE_PRESS], "members_turn": THE_MEMBERS & set(deeds),
        "is_here": who.on_behalf_of is not None and item.holder == who.household.party,
        "asked_again": item.pk in asking.asked_again([item.pk]), "fetchable": kept and Deed.HAND_OVER in deeds,
        "events": [(event.at_us, words.HISTORY[Deed(event.deed)], event.store) for event in seen.history(item)],
        "photos": seen.photos(item, also_hidden=True),
        "sent": seen.on_the_road(item)})


def _allowed(deed: Deed, item: Item, who: Actor) -> bool:
    """Whether the policy lets this person do it; all else that is shown here is for whoever serves at the desk."""
    if deed == Deed.TO_REGISTER:
        return item.store is not None and policy.may(who, Power.KEEP_REGISTER, item.store.council)
    return deed != Deed.BRING_BACK or _bought(item, who, RequestState.SERVED) is not None


@require_POST
def receive(request: HttpRequest, label: str) -> HttpResponse:
    """Receives what a member brings."""
    item, who = at_the_desk(request, label)
    here, _stores = desk_of(request, who)
    return pressed(request, lambda act: intake.hand_in([intake.HandIn(act, item.pk, here.pk)], who)[0],
                   _("It is received. Print its label, then inspect it."), reverse("desk:at-desk", args=[label]))


@require_POST
def arrive(request: HttpRequest, label: str) -> HttpResponse:
    """Something that was sent has arrived."""
    item, who = at_the_desk(request, label)
    return pressed(request, lambda act: transfers.arrive([transfers.Arrive(act, item.pk)], who)[0],
                   _("It is here now."), reverse("desk:at-desk", args=[label]))


@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: HttpRequest, label: str) -> HttpResponse:
    """The checklist, the grade, and the offer that the law makes of it; a second inspection if there was a first."""
    now = in_force()
    item, who = at_the_desk(request, label)
    form = Inspecting(now, item, request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = offers.Inspect(form.cleaned_data["act"], item.pk, form.cleaned_data["grade"], form.made_month(),
                             form.findings(), form.told())
        answer = (offers.appeal if form.cleaned_data["second"] else offers.inspect)([row], who)[0]
        way = done(request, form, answer, _("The offer is made. Now the member decides."),
                   reverse("desk:at-desk", args=[label]))
        if way:
            return way
    return render(request, "desk/inspect.html", {"item": item, "told": showing.shown(now, [item])[0], "form": form,
                                                 "second": item.state == State.GRADED, "photos": seen.photos(item)})


class Work(NamedTuple):
    """A deed that is done with a form: what it is called, its form, its command, and what is said then."""

    heading: str
    form: Callable[..., Any]
    command: Callable[[dict[str, Any], Item, Actor], Answer]
    said: str


@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, label: str, what: str) -> HttpResponse:
    """A deed at the desk that needs a word or a choice."""
    item, who = at_the_desk(request, label)
    of = _works(item).get(what)
    if of is None:
        raise Http404
    form = of.form(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answer = of.command(form.cleaned_data, item, who)
        here_again = what != "bring-back" or not answer.done
        way = done(request, form, answer, of.said,
                   reverse("desk:at-desk", args=[label]) if here_again else reverse("desk:today"))
        if way:
            return way
    return render(request, "desk/work.html", {"item": item, "told": showing.shown(in_force(), [item])[0],
                                              "heading": of.heading, "form": form, "with_file": form.is_multipart()})


def _works(item: Item) -> dict[str, Work]:
    return {
        "send": Work(_("Send it to another store"), lambda *data: Sending(item, *data), lambda told, item, who:
                     transfers.send([transfers.Send(told["act"], item.pk, told["store"])], who)[0],
                     _("It is on its way.")),
        "to-repair": Work(_("Send it to repair"), Reasoned, lambda told, item, who:
                          stock.to_repair([stock.ToRepair(told["act"], item.pk, told["why"])], who)[0],
                          _("It goes to the workshop.")),
        "repaired": Work(_("It is repaired"), Regraded, lambda told, item, who:
                         stock.repaired([stock.Repaired(told["act"], item.pk, told["grade"], told["note"])], who)[0],
                         _("It stands on the shelf again.")),
        "recycle": Work(_("Recycle it"), Reasoned, lambda told, item, who:
                        stock.recycle([stock.Recycle(told["act"], item.pk, told["why"])], who)[0],
                        _("It is taken apart.")),
        "to-register": Work(_("Put it into the register"), Reasoned, lambda told, item, who:
                            stock.to_register([stock.ToRegister(told["act"], item.pk, told["why"])], who)[0],
                            _("It goes on in the register of collectables.")),
        "bring-back": Work(_("The buyer brings it back"), BroughtBack, _bring_back,
                           _("The price is given back, and the thing stands on the shelf again.")),
        "photograph": Work(_("Add a photograph"), Picture, lambda told, item, who:
                           stock.photograph([stock.Photograph(told["act"], item.pk, told["picture"].read())], who)[0],
                           _("The photograph is added.")),
    }


def _bring_back(told: dict[str, Any], item: Item, who: Actor) -> Answer:
    bought = there(_bought(item, who, RequestState.SERVED, RequestState.BROUGHT_BACK))
    return requests.bring_back([requests.BringBack(told["act"], bought, told["why"], told["grade"])], who)[0]


def _bought(item: Item, who: Actor, *states: RequestState) -> int | None:
    """The number of the request by which the household at the desk got a thing."""
    asked = Request.objects.filter(item=item, household=who.household, state__in=states).order_by("-number")
    return asked.values_list("number", flat=True).first()


@require_POST
def hide(request: HttpRequest, label: str, number: int) -> HttpResponse:
    """Hides a photograph."""
    item, who = at_the_desk(request, label)
    there(item.photos.filter(number=number).first() if number < 2**63 else None)
    return pressed(request, lambda act: stock.hide([stock.Hide(act, number)], who)[0],
                   _("The photograph is hidden."), reverse("desk:at-desk", args=[label]))


