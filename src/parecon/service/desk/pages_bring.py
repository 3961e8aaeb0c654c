"""Bringing something: an estimate at once, the announcement and its slip, and the answer to what is offered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.secondhand.acts import SENTENCES, Refusal
from parecon.secondhand.lifecycle import Deed, State, possible
from parecon.service.desk import asking, intake, offers, seen, showing, stock, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.forms import Announcing, Described
from parecon.service.desk.forms_desk import Picture
from parecon.service.desk.models import Item, Quote, QuoteKind
from parecon.service.desk.pages import actor, at_home, in_force, pressed
from parecon.service.desk.pages_schedule import picture
from parecon.service.face.acting import done, there
from parecon.service.face.forms import ActForm


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Says what a thing would bring, then announces it."""
    now, who = in_force(), actor(request)
    home = at_home(who)
    if request.method == "POST":
        form = Announcing(now, home, request.POST)
        if form.is_valid():
            told = form.cleaned_data
            row = intake.Announce(told["act"], who.household.pk, told["good"], told["made_month"], told["grade"],
                                  told["store"], told["title"], told["description"])
            answer = intake.announce([row], who)[0]
            item = Item.objects.filter(pk=answer.number, holder=who.household.party).first() if answer.done else None
            to = reverse("desk:thing", args=[item.label]) if item else reverse("desk:things")
            way = done(request, form, answer, _("It is announced. Now bring it to the store."), to)
            if way:
                return way
        described = Described(now, initial=form.said())
        estimate = form.estimate()
    else:
        described = Described(now, request.GET) if "good" in request.GET else Described(now)
        estimate = described.estimate() if described.is_bound and described.is_valid() else None
        form = Announcing(now, home, initial=estimate._asdict() if estimate else {})
    return render(request, "desk/bring.html", {"described": described, "form": form, "estimate": estimate,
                                               "picture": estimate and picture(now, estimate.good, estimate)})


@require_safe
def things(request: HttpRequest) -> HttpResponse:
    """What the household announced or brought, and what waits for its answer."""
    now, who = in_force(), actor(request)
    mine = seen.things_on_the_way_in(who.household)
    quotes = seen.quotes_of(mine)
    rows = [(told, quotes[told.item.pk][-1] if quotes[told.item.pk] else None) for told in showing.own(now, mine)]
    again = asking.asked_again(quotes)
    waits = {item.pk for item in mine if item.state == State.GRADED and item.pk not in again}
    return render(request, "desk/things.html", {
        "waiting": [row for row in rows if row[0].item.pk in waits],
        "others": [row for row in rows if row[0].item.pk not in waits]})


@require_safe
def thing(request: HttpRequest, label: str) -> HttpResponse:
    """One thing of the household: where it stands, what is offered for it, and what can be done now."""
    now, who = in_force(), actor(request)
    item = there(seen.own(who.household, label))
    quotes = seen.quotes_of([item])[item.pk]
    offer, before = (quotes[-1] if quotes else None), (quotes[-2] if len(quotes) > 1 else None)
    told = _offer(now, offer, before) if offer and item.state == State.GRADED else {}
    return render(request, "desk/thing.html", told | {
        "told": showing.own(now, [item])[0], "item": item, "photos": seen.photos(item), "form": ActForm(),
        "estimate": offer if offer and offer.kind == QuoteKind.ESTIMATE else None, "state": State(item.state).name,
        "deeds": {deed.name for deed in possible(State(item.state))}, "events": _told(seen.history(item))})


def _offer(now: InForce, offer: Quote, before: Quote | None) -> dict[str, Any]:
    """What the page of a decision says of a quote and of the one before it."""
    return {"offer": offer, "before": before, "refused": SENTENCES[Refusal(offer.reason)] if offer.reason else "",
            "grade": words.grade_name(offer.grade), "age": showing.age(offer.age_months),
            "grade_before": before and words.grade_name(before.grade), "over": now.month > offer.until_month,
            "age_before": before and showing.age(before.age_months),
            "differs": bool(before and before.credit_mcr != offer.credit_mcr),
            "same": bool(before and (before.grade, before.age_months) == (offer.grade, offer.age_months)),
            "asked_again": offer.item_id in asking.asked_again([offer.item_id]),
            "second_stands": now.law["appeal_reading"] == "the second stands"}


def _told(events: list[Any]) -> list[tuple[int, str, Any]]:
    return [(event.at_us, words.HISTORY[Deed(event.deed)], event.store) for event in events]


@require_safe
def slip(request: HttpRequest, label: str) -> HttpResponse:
    """The slip to bring along, with the square that the desk scans."""
    now, who = in_force(), actor(request)
    item = there(seen.own(who.household, label))
    quotes = seen.quotes_of([item])[item.pk]
    return render(request, "desk/slip.html", {
        "told": showing.shown(now, [item])[0], "item": item, "quote": quotes[-1] if quotes else None,
        "url": request.build_absolute_uri(reverse("desk:scanned", args=[item.label]))})


@require_http_methods(["GET", "HEAD", "POST"])
def photograph(request: HttpRequest, label: str) -> HttpResponse:
    """The household adds a photograph of its thing."""
    who = actor(request)
    item = there(seen.own(who.household, label))
    there(item.store)
    form = Picture(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = stock.Photograph(form.cleaned_data["act"], item.pk, form.cleaned_data["picture"].read())
        way = done(request, form, stock.photograph([row], who)[0], _("The photograph is added."),
                   reverse("desk:thing", args=[label]))
        if way:
            return way
    return render(request, "desk/photograph.html", {"item": item, "form": form,
                                                    "told": showing.shown(in_force(), [item])[0]})


@require_POST
def withdraw(request: HttpRequest, label: str) -> HttpResponse:
    """The household will not bring it."""
    who = actor(request)
    item = there(seen.own(who.household, label))
    return pressed(request, lambda act: intake.withdraw([intake.Withdraw(act, item.pk)], who)[0],
                   _("It is withdrawn: you need not bring it."), reverse("desk:things"))


@require_POST
def take_back(request: HttpRequest, label: str) -> HttpResponse:
    """The household takes its thing back."""
    who = actor(request)
    item = there(seen.own(who.household, label))
    return pressed(request, lambda act: intake.take_back([intake.TakeBack(act, item.pk)], who)[0],
                   _("It is yours again: fetch it at the store. This costs nothing."),
                   reverse("desk:thing", args=[label]))


@require_POST
def accept(request: HttpRequest, label: str) -> HttpResponse:
    """The household takes the offer that it was shown."""
    who = actor(request)
    quote = there(_shown(who.household.pk, label, request.POST.get("quote", "")))
    return pressed(request, lambda act: offers.accept([offers.Accept(act, quote.pk)], who)[0],
                   _("Thank you: the credits are on your account, and the thing goes on the shelf."),
                   reverse("desk:receipt", args=[label]), refused=reverse("desk:things"))


def _shown(household: int, label: str, number: str) -> Quote | None:
    """The quote that stood on the page: one of this thing, made for this household."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    return Quote.objects.filter(number=int(number), household=household, item__label=label).first()


@require_POST
def ask_again(request: HttpRequest, label: str) -> HttpResponse:
    """The household asks that somebody else looks at it again."""
    who = actor(request)
    item = there(seen.own(who.household, label))
    return pressed(request, lambda act: asking.ask_again([asking.AskAgain(act, item.pk)], who)[0],
                   _("Somebody else at the desk will look at it again. Until then nothing is decided."),
                   reverse("desk:thing", args=[label]))


@require_safe
def receipt(request: HttpRequest, label: str) -> HttpResponse:
    """What the household got for a thing, to print and keep."""
    who, now = actor(request), in_force()
    quote = there(Quote.objects.filter(household=who.household, item__label=label, accepted_us__isnull=False)
                  .select_related("item__store__council", "schedule").order_by("-number").first())
    return render(request, "desk/receipt.html", {
        "quote": quote, "name": showing.title(now, quote.item), "grade": words.grade_name(quote.grade),
        "age": showing.age(quote.age_months)})
