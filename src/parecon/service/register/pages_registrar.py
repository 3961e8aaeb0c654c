"""The registrars' pages: kinds, entries, deaths, what is found in stores, and the month's closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parecon.service.answers import Answer
from parecon.service.face.acting import done
from parecon.service.face.forms import ActForm
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.session import actor
from parecon.service.register import acting, closing, commands, estates, stores
from parecon.service.register import forms as asking
from parecon.service.register.outcome import Preview


@require_http_methods(["GET", "HEAD", "POST"])
def classify(request: HttpRequest) -> HttpResponse:
    """A new kind: the law says what it is."""
    def act(form: ActForm, who: Actor) -> Answer:
        return commands.classify([commands.Classify(**form.cleaned_data)], who)[0]

    return _form(request, asking.Classifying, act, _("A new kind"), _(
        "What a kind is - of personal value, traded, or a museum piece - the law decides from what you write here."),
        _("Enter the kind"))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A thing that a member brings to be entered."""
    def act(form: ActForm, who: Actor) -> Answer:
        told = dict(form.cleaned_data)
        holder = Actor(who.member, who.at_us, told.pop("card"))
        return commands.enter([commands.Enter(**told | {"kind": told["kind"].pk})], holder)[0]

    return _form(request, asking.Entering, act, _("Enter a thing"), _(
        "The member stays its holder. A museum piece may be bought at once, for what was paid and no more."),
        _("Enter it"))


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """A collectable among the used goods of a store."""
    def act(form: ActForm, who: Actor) -> Answer:
        told = dict(form.cleaned_data)
        return stores.find_in_store([stores.Find(**told | {"kind": told["kind"].pk})], who)[0]

    return _form(request, asking.Finding, act, _("Found in a store"), _(
        "It leaves the store's shelf for the register, and the exchange gets back what it paid."), _("Enter it"))


@require_http_methods(["GET", "HEAD", "POST"])
def death(request: HttpRequest) -> HttpResponse:
    """A death, and who comes after."""
    def act(form: Any, who: Actor) -> Answer:
        told = form.cleaned_data
        return estates.record_deaths([estates.RecordDeath(told["act"], told["card"].party, told["heir"].party,
                                                          form.numbers())], who)[0]

    return _form(request, asking.Dying, act, _("Record a death"), _(
        "Things of personal or small value go to the relative. Dear ones come back to all, and the relative may take "
        "them first. This cannot be undone."), _("Record the death"))


def _form(request: HttpRequest, kind: type[ActForm], act: Callable[[Any, Actor], Answer], heading: str, lead: str,
          button: str) -> HttpResponse:
    """A page with one form, for registrars; for everybody else it is not there."""
    who = actor(request)
    if not policy.reach(who, Power.KEEP_REGISTER):
        raise Http404
    form = kind(request.POST) if request.method == "POST" else kind(initial={"label": request.GET.get("label", "")})
    if request.method == "POST" and form.is_valid():
        way = done(request, form, act(form, who), _("It is entered."), reverse("register:all"))
        if way:
            return way
    return render(request, "register/form.html", {"form": form, "heading": heading, "lead": lead, "button": button})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """What the closing of the month that is due leads to; then it is posted, once, as it was shown."""
    who = actor(request)
    if not acting.keeps_all(who):
        raise Http404
    form = asking.Closing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        answer = closing.close_month([closing.CloseMonth(told["act"], told["month"], told["seen"])], who)[0]
        way = done(request, form, answer, _("The month is closed, and all payments are made."),
                   reverse("register:closing"))
        if way:
            return way
    month = closing.due_month()
    ready = month is not None and not closing.is_due(month, who.at_us)
    shown = closing.preview(month) if ready and month is not None else None
    errors = form.non_field_errors() if form.is_bound else []
    if shown:
        form = asking.Closing(initial={"month": shown.month, "seen": shown.mark})
    return render(request, "register/closing.html", {
        "month": month, "shown": shown, "form": form, "errors": errors, "kinds": _kinds(shown) if shown else [],
        "unserved": [no for no in shown.reasons if no] if shown else []})


def _kinds(shown: Preview) -> list[tuple[Any, int, int]]:
    """Kinds whose schedule or price changes, with both as they will be."""
    new = zip(shown.kinds, shown.after.schedule_mcr.tolist(), shown.after.price_mcr.tolist(), strict=True)
    return [(kind, schedule, price) for kind, schedule, price in new
            if (schedule, price) != (kind.schedule_mcr, kind.price_mcr)]
