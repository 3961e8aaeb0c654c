"""Pages of councils: the picture of all of them, one with its mandates, and what organisers arrange there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parecon.service.answers import Answer
from parecon.service.clock import date_of
from parecon.service.face.acting import there
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people import commands as people
from parecon.service.people import forms, seen
from parecon.service.people.models import Affiliation, Council, Mandate, Role
from parecon.service.people.pages import _organising, act_page, read_or_send
from parecon.service.people.policy import POWERS, Power, above, reach, sees_park_account
from parecon.service.people.session import actor


@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """All councils, each under what it belongs to."""
    who = actor(request)
    return render(request, "people/councils.html", {
        "tree": seen.tree(date_of(who.at_us)), "organises": bool(reach(who, Power.ARRANGE_PEOPLE))})


@require_safe
def council(request: HttpRequest, code: str) -> HttpResponse:
    """A council: what it belongs to, what belongs to it, and who has a mandate that reaches it."""
    who = actor(request)
    found = there(Council.objects.filter(code=code).first())
    on = date_of(who.at_us)
    return render(request, "people/council.html", {
        "council": found, "organised": found.pk in reach(who, Power.ARRANGE_PEOPLE), "today": on,
        "parents": found.affiliations.select_related("parent").order_by("-from_on"),
        "affiliates": found.affiliates.select_related("council").order_by("council__name"),
        "households": found.residences.on(on).count(), "sees_account": sees_park_account(who, found),
        "mandates": seen.mandates(who.at_us).filter(council_id__in=above(found, on))})


@read_or_send
def add_council(request: HttpRequest) -> HttpResponse:
    """A new council."""
    who = _organising(request)
    form = forms.AddCouncil(request.POST or None, actor=who)

    def command() -> Answer:
        said = form.cleaned_data
        row = people.NewCouncil(said["act"], form.code(), said["name"], said["kind"], said["parent"].code,
                                said["from_on"])
        return people.add_councils([row], who)[0]
    return act_page(request, form, command, _("The council is added."), reverse("people:councils"),
                    title=_("Add a council"), button=_("Add the council"), back=reverse("people:councils"),
                    lead=_("Any kind of council can belong to another, to several too. Households belong to "
                           "consumer councils."))


@read_or_send
def affiliate(request: HttpRequest, code: str) -> HttpResponse:
    """A council comes to belong to another as well."""
    who = actor(request)
    found = there(seen.organised(who).filter(code=code).first())
    back = reverse("people:council", args=[code])
    form = forms.Affiliate(request.POST or None, actor=who)

    def command() -> Answer:
        said = form.cleaned_data
        row = people.NewAffiliation(said["act"], found.pk, said["parent"].pk, said["from_on"], said["until_on"])
        return people.affiliate([row], who)[0]
    return act_page(request, form, command, _("The council belongs there from that day."), back,
                    title=_("%(council)s belongs to another council too") % {"council": found}, button=_("Keep this"),
                    back=back, lead=_("Mandates of the other council then reach this one."))


@read_or_send
def end_affiliation(request: HttpRequest, number: int) -> HttpResponse:
    """A council ceases to belong to another."""
    who = actor(request)
    reached = reach(who, Power.ARRANGE_PEOPLE)
    found = there(Affiliation.objects.select_related("council", "parent").filter(pk=number).first()
                  if number <= LARGEST_NUMBER else None)
    there(found if {found.council_id, found.parent_id} & reached else None)
    back = reverse("people:council", args=[found.council.code])
    form = forms.OnDay(request.POST or None, initial={"on": date_of(who.at_us)})
    return act_page(request, form, lambda: people.end_affiliations(
        [people.EndOfAffiliation(form.cleaned_data["act"], found.pk, form.cleaned_data["on"])], who)[0],
        _("This ends on that day."), back, back=back, button=_("End it"), danger=True,
        title=_("%(council)s belongs to %(parent)s no longer") % {"council": found.council, "parent": found.parent},
        lead=_("From that day mandates of the one do not reach the other."))


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """Who may do what, where, and until when: open to every member."""
    who = actor(request)
    powers = [(label, sorted(_(power.value) for power in POWERS[Role(role)])) for role, label in Role.choices]
    return render(request, "people/mandates.html", {
        "mandates": seen.mandates(who.at_us), "powers": powers, "reach": reach(who, Power.ARRANGE_PEOPLE)})


@read_or_send
def give(request: HttpRequest, code: str) -> HttpResponse:
    """A mandate is given."""
    who = actor(request)
    found = there(seen.organised(who).filter(code=code).first())
    back = reverse("people:council", args=[code])
    form = forms.GiveMandate(request.POST or None, actor=who)

    def command() -> Answer:
        said = form.cleaned_data
        row = people.NewMandate(said["act"], said["card"].pk, found.pk, said["role"], who.at_us, form.until_us())
        return people.give_mandates([row], who)[0]
    return act_page(request, form, command, _("The mandate is given."), back, back=back, button=_("Give the mandate"),
                    title=_("Give a mandate in %(council)s") % {"council": found},
                    lead=_("It holds for this council and all that belong to it, and can be recalled at any time."))


@read_or_send
def end_mandate(request: HttpRequest, number: int) -> HttpResponse:
    """A mandate is recalled, or resigned by whoever holds it."""
    who = actor(request)
    known = Mandate.objects.select_related("member", "council")
    found = there(known.filter(pk=number).first() if number <= LARGEST_NUMBER else None)
    own = found.member_id == who.member.pk
    there(found if own or found.council_id in reach(who, Power.ARRANGE_PEOPLE) else None)
    form = forms.Sure(request.POST or None)
    said = _("You have resigned.") if own else _("The mandate is recalled.")
    return act_page(request, form, lambda: people.end_mandates(
        [people.Recall(form.cleaned_data["act"], found.pk)], who)[0], said, reverse("people:mandates"),
        title=_("Resign") if own else _("Recall %(name)s") % {"name": found.member}, danger=True,
        button=_("Resign now") if own else _("Recall now"), back=reverse("people:mandates"),
        lead=_("%(role)s, in %(council)s. It ends at once.") % {
            "role": found.get_role_display(), "council": found.council})
