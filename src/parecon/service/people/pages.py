"""Pages on which organisers see and arrange members and households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.face.acting import done, there
from parecon.service.face.forms import ActForm
from parecon.service.people import commands as people
from parecon.service.people import forms, seen
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor, Power, reach
from parecon.service.people.session import actor

FORGETTING = gettext_lazy("Name, e-mail, card and password are erased for good. What was given and taken stays in the "
                          "books under a pseudonym, without a name.")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def act_page(request: HttpRequest, form: ActForm, command: Callable[[], Answer], said: str, to: Any,
             **shown: Any) -> HttpResponse:
    """A page with one form: its act done and the page that follows, or the form with why it was not done."""
    if request.method == "POST" and form.is_valid():
        answer = command()
        if answer.reason == Refusal.NO_SUCH_THING:
            raise Http404
        onward = done(request, form, answer, said, to)
        if onward is not None:
            return onward
    return render(request, "people/form.html", {"form": form, **shown})


def _organising(request: HttpRequest) -> Actor:
    """Who acts, if they organise anywhere."""
    who = actor(request)
    return there(who if reach(who, Power.ARRANGE_PEOPLE) else None)


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The members where the organiser's mandate reaches, and a search among them."""
    who = _organising(request)
    search = request.GET.get("q", "")[:100]
    found = list(seen.members(who, search)[:seen.MOST_SHOWN + 1])
    return render(request, "people/members.html", {
        "search": search, "members": found[:seen.MOST_SHOWN], "more": len(found) > seen.MOST_SHOWN})


@require_safe
def member(request: HttpRequest, number: int) -> HttpResponse:
    """What an organiser needs to know of a member, and what can be done."""
    who = actor(request)
    found = there(seen.member(who, number))
    return render(request, "people/member.html", {
        "member": found, "residences": found.household.residences.select_related("council").order_by("-from_on"),
        "others": found.household.members.filter(is_active=True).exclude(pk=found.pk),
        "mandates": seen.mandates(who.at_us).filter(member=found), "now_us": who.at_us,
        "invitations": found.invitations.order_by("-pk"), "arranged": seen.to_arrange(who, number) is not None})


@read_or_send
def add_household(request: HttpRequest) -> HttpResponse:
    """A household joins."""
    who = _organising(request)
    form = forms.AddHousehold(request.POST or None, actor=who)

    def command() -> Answer:
        said = form.cleaned_data
        row = people.NewHousehold(said["act"], said["council"].pk, form.people(), said["from_on"])
        return people.add_households([row], who)[0]
    return act_page(request, form, command, _("The household is added; each member has a card."),
                    reverse("people:members"), title=_("Add a household"), button=_("Add the household"),
                    paper=reverse("people:paper-household"),
                    lead=_("Everybody gets a card, and the household one account. An e-mail is not needed."))


@read_or_send
def add_member(request: HttpRequest, number: int) -> HttpResponse:
    """A person joins a household."""
    who = actor(request)
    home = there(seen.household(who, number))
    form = forms.AddMember(request.POST or None, initial={"from_on": date_of(who.at_us)})

    def command() -> Answer:
        said = form.cleaned_data
        return people.add_members([people.NewMember(said["act"], home.pk, form.person(), said["from_on"])], who)[0]
    return act_page(request, form, command, _("The member is added and has a card."), reverse("people:members"),
                    title=_("Add somebody to a household"), button=_("Add the member"),
                    lead=_("The whole household has one account."))


@read_or_send
def move(request: HttpRequest, number: int) -> HttpResponse:
    """A household moves to another council."""
    who = actor(request)
    home = who.household if who.household.pk == number else there(seen.household(who, number))
    form = forms.MoveHouse(request.POST or None, initial={"on": date_of(who.at_us)})

    def command() -> Answer:
        said = form.cleaned_data
        return people.move_house([people.Move(said["act"], home.pk, said["council"].pk, said["on"])], who)[0]
    return act_page(request, form, command, _("The move is noted."), reverse("people:me"), title=_("Move house"),
                    button=_("Move"), lead=_("From the first day there the household belongs to the new council. "
                                             "Its account goes with it."))


def _about_member(request: HttpRequest, number: int) -> tuple[Actor, Member, str]:
    who = actor(request)
    return who, there(seen.to_arrange(who, number)), reverse("people:member", args=[number])


@read_or_send
def describe(request: HttpRequest, number: int) -> HttpResponse:
    """How a member is called and reached."""
    who, found, back = _about_member(request, number)
    form = forms.Described(request.POST or None, initial={
        "name": found.name, "email": found.email, "language": found.language})
    return act_page(request, form, lambda: people.describe(
        [people.Describe(form.cleaned_data["act"], found.pk, form.person())], who)[0],
        _("This is changed."), back, title=_("Name, e-mail and language"), button=_("Keep this"), back=back)


@read_or_send
def invite(request: HttpRequest, number: int) -> HttpResponse:
    """A way to sign in: on a slip, shown this once, or by mail."""
    who, found, back = _about_member(request, number)
    form = forms.MakeInvitation(request.POST or None)
    welcome = request.build_absolute_uri(reverse("face:invitation"))
    if request.method == "POST" and form.is_valid():
        asked = people.Invite(form.cleaned_data["act"], found.pk, form.cleaned_data["by_mail"])
        made = people.invite([asked], who, welcome)[0]
        if made.secret:
            link = request.build_absolute_uri(reverse("face:invitation", args=[made.secret]))
            return render(request, "people/slip.html", {"member": found, "secret": made.secret, "welcome": welcome,
                                                        "link": link, "back": back})
        onward = done(request, form, made.answer, _("The invitation is on its way."), back)
        if onward is not None:
            return onward
    return render(request, "people/form.html", {
        "form": form, "title": _("Invite %(name)s") % {"name": found.name}, "button": _("Make the invitation"),
        "back": back, "lead": _("With the code on it the member chooses a password, once, within 14 days. "
                                "Earlier invitations end.")})


@read_or_send
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """A member gets a household of their own."""
    who, found, back = _about_member(request, number)
    form = forms.Sure(request.POST or None)
    return act_page(request, form, lambda: people.leave_households(
        [people.Leave(form.cleaned_data["act"], found.pk)], who)[0],
        _("The member has a household and an account of their own."), back, title=_("A household of one's own"),
        button=_("Leave the household"), back=back,
        lead=_("The account of the present household stays with those who stay in it; the new one begins at 0."))


@read_or_send
def join(request: HttpRequest, number: int) -> HttpResponse:
    """A member joins the household of another."""
    who, found, back = _about_member(request, number)
    form = forms.WithCard(request.POST or None)

    def command() -> Answer:
        other = form.cleaned_data["card"]
        return people.join_households([people.Join(form.cleaned_data["act"], found.pk, other.household_id)], who)[0]
    return act_page(request, form, command, _("The member belongs to the other household now."), back,
                    title=_("Join another household"), button=_("Join"), back=back,
                    lead=_("The card is one of somebody in that household. Whoever leaves a household empty first "
                           "brings its account to 0."))


@read_or_send
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """A member is forgotten."""
    who, found, back = _about_member(request, number)
    form = forms.Sure(request.POST or None)
    return act_page(request, form, lambda: people.erase([people.Erase(form.cleaned_data["act"], found.pk)], who)[0],
                    _("The member is forgotten."), reverse("people:members"), title=_("Forget this member"),
                    button=_("Forget for good"), back=back, danger=True, lead=FORGETTING)

