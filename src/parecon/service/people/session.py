"""Who acts in a request: whoever is signed in, and whose card lies on the desk before them.

A clerk lays a member's card there; from then on acts are for that member, until the clerk says that this is
finished, or for fifteen minutes. Policy is asked again at every request.
"""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import SECOND_US, now_us
from parecon.service.people import law
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor, at_desk

MEMBER, SINCE = "desk_member", "desk_since_us"
ON_THE_DESK_US = 15 * 60 * SECOND_US
_FOUND = "_parecon_actor"


def actor(request: HttpRequest) -> Actor:
    """Who acts in this request, when, and for whom: the same wherever in the request it is asked."""
    known = getattr(request, _FOUND, None)
    if known is None:
        known = Actor(cast(Member, request.user), now_us())
        known = Actor(known.member, known.at_us, _on_the_desk(request, known))
        setattr(request, _FOUND, known)
    return known


def _on_the_desk(request: HttpRequest, clerk: Actor) -> Member | None:
    number, since = request.session.get(MEMBER), request.session.get(SINCE)
    if number is None or since is None:
        return None
    member = Member.objects.select_related("household").filter(pk=int(number), is_active=True).first()
    in_time = since <= clerk.at_us < since + ON_THE_DESK_US
    if member is None or not in_time or at_desk(clerk, member):
        finish(request)
        return None
    return member


def lay_card(request: HttpRequest, typed: str) -> Answer:
    """Lays a member's card on the clerk's desk, by its number as typed or scanned; answers with the member's number."""
    clerk = Actor(cast(Member, request.user), now_us())
    card = law.card_read(typed)
    if card is None:
        return Answer(Refusal.BAD_FORM)
    member = Member.objects.select_related("household").filter(card=card, is_active=True).first()
    reason = at_desk(clerk, member) if member else Refusal.NO_SUCH_THING
    if reason or member is None:
        return Answer(Refusal.NO_SUCH_THING if reason == Refusal.NOT_ALLOWED else reason)
    request.session[MEMBER], request.session[SINCE] = str(member.pk), clerk.at_us
    setattr(request, _FOUND, None)
    return Answer(Refusal.ACCEPTED, member.pk)


def finish(request: HttpRequest) -> None:
    """Takes the card off the desk."""
    for key in (MEMBER, SINCE):
        request.session.pop(key, None)
    setattr(request, _FOUND, None)


def minutes_left(request: HttpRequest) -> int:
    """For how many minutes more the card lies on the desk; 0 where none does."""
    since: Any = request.session.get(SINCE)
    return 0 if since is None else max(0, (since + ON_THE_DESK_US - now_us()) // (60 * SECOND_US))
