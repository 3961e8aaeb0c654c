"""What is printed: the form to join, cards, mandate certificates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parecon.service.face.acting import there
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people import seen
from parecon.service.people.session import actor


@require_safe
def household(request: HttpRequest) -> HttpResponse:
    """The form by which a household joins on paper, to be filled in by hand."""
    return render(request, "people/paper_household.html", {"rows": range(6)})


@require_safe
def move(request: HttpRequest) -> HttpResponse:
    """The form by which a household moves, changes or leaves on paper."""
    return render(request, "people/paper_change.html")


@require_safe
def card(request: HttpRequest, number: int) -> HttpResponse:
    """A member's card, with its number as a square to scan: one's own, or as an organiser."""
    who = actor(request)
    own = who.member if who.member.pk == number else None
    return render(request, "people/card.html", {"cards": [there(own or seen.member(who, number))]})


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """The cards of all members that a search finds, to be cut out."""
    who = actor(request)
    found = list(seen.members(who, request.GET.get("q", "")[:100])[:seen.MOST_SHOWN])
    return render(request, "people/card.html", {"cards": there(found or None)})


@require_safe
def mandate(request: HttpRequest, number: int) -> HttpResponse:
    """The certificate of a mandate in force; every member may see and print it."""
    who = actor(request)
    found = seen.mandates(who.at_us).filter(pk=number).first() if number <= LARGEST_NUMBER else None
    return render(request, "people/certificate.html", {"mandate": there(found)})
