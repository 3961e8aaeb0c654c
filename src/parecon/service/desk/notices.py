"""What households are told by mail of their requests and offers, each member in their own language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.utils import translation
from django.utils.translation import gettext

from parecon.secondhand.lifecycle import RequestState
from parecon.service.clock import date_of
from parecon.service.desk.models import Quote, Request
from parecon.service.people.models import Member, Message
from parecon.service.rows import parts

Told = tuple[int, Callable[[], tuple[str, str]]]  # a household, and subject and body in the language in use


def of_requests(requests: Sequence[Request], at_us: int) -> None:
    """Tells households what became of their requests while they were not there."""
    _write([(request.household_id, partial(_of_request, request)) for request in requests], at_us)


def of_lapsed(quotes: Sequence[Quote], at_us: int) -> None:
    """Tells households that the time to accept an offer is over, and that their thing waits for them."""
    _write([(quote.household_id, partial(_of_lapsed, quote)) for quote in quotes], at_us)


def _of_request(request: Request) -> tuple[str, str]:
    place = str(request.store)
    if request.state == RequestState.HELD and request.fetch_until_us is not None:
        return gettext("What you asked for is there"), gettext(
            "It is kept for you at %(place)s until %(day)s, and so are the credits for it. Afterwards it goes to "
            "whoever waits next.") % {"place": place, "day": date_of(request.fetch_until_us).isoformat()}
    if request.state == RequestState.UNPAID:
        return gettext("What you asked for was there"), gettext(
            "Your credits did not cover its price, so it went to whoever waits next. You can ask again at any time.")
    return gettext("What was kept for you was not fetched"), gettext(
        "The time to fetch it at %(place)s is over. The credits for it are yours to spend again, and you can ask "
        "again at any time.") % {"place": place}


def _of_lapsed(quote: Quote) -> tuple[str, str]:
    return gettext("The time to accept the offer is over"), gettext(
        "Your thing with the label %(label)s waits for you at %(place)s. You can fetch it, or ask for a new "
        "offer.") % {"label": quote.item.label, "place": str(quote.item.store)}


def _write(told: Sequence[Told], at_us: int) -> None:
    members: dict[int, list[Member]] = {}
    for some in parts(sorted({household for household, _ in told})):
        for member in Member.objects.filter(household__in=some, is_active=True).exclude(email=""):
            members.setdefault(member.household_id, []).append(member)
    made = []
    for household, says in told:
        for member in members.get(household, []):
            with translation.override(member.language):
                subject, body = says()
            made.append(Message(member=member, to=member.email, subject=subject, body=body, made_us=at_us))
    Message.objects.bulk_create(made)
