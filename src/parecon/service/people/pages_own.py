"""A member's own page, and the card that a clerk lays on the desk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.face.acting import there
from parecon.service.people import commands as people
from parecon.service.people import forms, seen, session
from parecon.service.people.pages import FORGETTING, act_page, read_or_send
from parecon.service.people.policy import Actor, Power, reach


def _oneself(request: HttpRequest) -> Actor:
    """Whoever is signed in, acting for nobody else: what is personal is not done at another's desk."""
    return replace(session.actor(request), on_behalf_of=None)


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What is kept about oneself, and what one can do about it."""
    who = session.actor(request)
    member = who.on_behalf_of or who.member
    return render(request, "people/me.html", {
        "member": member, "council": seen.lives_in(member, date_of(who.at_us)), "at_desk": who.on_behalf_of,
        "others": member.household.members.filter(is_active=True).exclude(pk=member.pk),
        "mandates": seen.mandates(who.at_us).filter(member=member)})


@read_or_send
def reached(request: HttpRequest) -> HttpResponse:
    """One's own e-mail and language."""
    who = _oneself(request)
    form = forms.Reached(request.POST or None, initial={"email": who.member.email, "language": who.member.language})

    def command() -> Answer:
        said = form.cleaned_data
        person = people.Person(who.member.name, said["email"], said["language"])
        return people.describe([people.Describe(said["act"], who.member.pk, person)], who)[0]
    return act_page(request, form, command, _("This is changed."), reverse("people:me"), back=reverse("people:me"),
                    title=_("How you are reached"), button=_("Keep this"),
                    lead=_("Your name is changed by your council's organiser."))


@sensitive_post_parameters()
@read_or_send
def password(request: HttpRequest) -> HttpResponse:
    """Another password."""
    who = _oneself(request)
    form = forms.NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = people.change_password(said["act"], said["old"], said["new"], who)
        if answer.done:
            update_session_auth_hash(request, who.member)
            messages.success(request, _("Your password is changed; other devices are signed out."))
            return redirect("people:me")
        wrong: dict[Any, Any] = {
            Refusal.NOT_ALLOWED: ("old", _("This is not your present password.")),
            Refusal.BAD_FORM: ("new", _("This is too easy to guess."))}
        form.add_error(*wrong.get(answer.reason, (None, _(answer.sentence))))
    return render(request, "people/form.html", {
        "form": form, "title": _("Change your password"), "button": _("Change it"), "back": reverse("people:me")})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All that is kept about oneself, as a file; at a desk for whoever's card lies there."""
    who = session.actor(request)
    told = there(people.about((who.on_behalf_of or who.member).pk, who))
    answer = JsonResponse(told, json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="about-me.json"'
    return answer


@read_or_send
def erase(request: HttpRequest) -> HttpResponse:
    """One is forgotten."""
    who = _oneself(request)
    form = forms.Sure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = people.erase([people.Erase(form.cleaned_data["act"], who.member.pk)], who)[0]
        if answer.done:
            logout(request)
            return render(request, "people/forgotten.html")
        form.refuse(answer)
    return render(request, "people/form.html", {
        "form": form, "title": _("Be forgotten"), "button": _("Forget me for good"), "danger": True,
        "back": reverse("people:me"), "lead": FORGETTING})


@read_or_send
def desk(request: HttpRequest) -> HttpResponse:
    """A clerk lays a member's card on the desk."""
    who = session.actor(request)
    there(who if reach(who, Power.SERVE_AT_DESK) else None)
    form = forms.LayCard(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = session.lay_card(request, form.cleaned_data["card"])
        if answer.done:
            return redirect("desk:member")
        wrong: dict[Any, Any] = {
            Refusal.BAD_FORM: _("No card has this number. Please look at each letter again."),
            Refusal.NO_SUCH_THING: _("Nobody with this card belongs to a council that this desk serves."),
            Refusal.NOT_BY_ONESELF: _("This is your own household: put no card on the desk, act for yourself.")}
        form.add_error("card", wrong[answer.reason])
    return render(request, "people/form.html", {
        "form": form, "title": _("Serve a member at the desk"), "button": _("Lay the card on the desk"),
        "lead": _("From then on what you do is done for this member, with both your names on the record, until you "
                  "finish, or for 15 minutes.")})


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """The card is taken off the desk."""
    session.finish(request)
    return redirect("people:desk")
