"""All that is kept about a person, as data that they can take along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q

from parecon.service.api.models import Token
from parecon.service.desk.models import Event, Item, Quote, Request
from parecon.service.ledger.models import Account, Balance, Entry, Hold
from parecon.service.parks.models import Booking
from parecon.service.parks.models import Membership as ParkMembership
from parecon.service.people.models import Done, Invitation, Mandate, Member, Message, Residence
from parecon.service.people.policy import Actor, reach_over
from parecon.service.register.models import Entry as Collectable
from parecon.service.register.models import Gift, Offer

SECRET = {"password", "secret_hash", "content_hash"}


def about(member: int, actor: Actor) -> dict[str, Any] | None:
    """What is kept about a member, by number, and their household; None where it is not for the actor to take.

    It is the member's own right. Whoever organises where they live may take it for them while their card lies on
    the desk. Of others in the household it says nothing. Dates as text, times in microseconds since 1970, UTC.
    """
    if member != (actor.on_behalf_of or actor.member).pk or (actor.on_behalf_of and not reach_over(actor)):
        return None
    found = Member.objects.select_related("household").get(pk=member)
    return _person(found) | _household(found)


def _person(member: Member) -> dict[str, Any]:
    return {
        "member": _row(member),
        "mandates": _rows(Mandate.objects.filter(member=member).order_by("pk")),
        "invitations": _rows(Invitation.objects.filter(member=member).order_by("pk")),
        "tokens": _rows(Token.objects.filter(member=member).order_by("number")),
        "mail": _rows(Message.objects.filter(member=member).order_by("pk")),
        "collectables": _rows(Collectable.objects.filter(holder=member.party).order_by("number")),
        "gifts": _rows(Gift.objects.filter(giver=member.party).order_by("pk")),
        "offers": _rows(Offer.objects.filter(member=member.party).order_by("number")),
        "acts": _rows(Done.objects.filter(Q(by=member.party) | Q(on_behalf_of=member.party)).order_by("at_us", "pk")),
    }


def _household(member: Member) -> dict[str, Any]:
    household = member.household
    account = Account.objects.filter(party=household.party)
    moved = Q(debit__in=account) | Q(credit__in=account)
    return {
        "household": _row(household),
        "residences": _rows(Residence.objects.filter(household=household).order_by("from_on")),
        "accounts": _rows(account), "balances": _rows(Balance.objects.filter(account__in=account)),
        "entries": _rows(Entry.objects.filter(moved).order_by("number")),
        "holds": _rows(Hold.objects.filter(moved).order_by("number")),
        "items": _rows(Item.objects.filter(holder=household.party).order_by("number")),
        "events": _rows(Event.objects.filter(household=household.party).order_by("number")),
        "quotes": _rows(Quote.objects.filter(household=household).order_by("number")),
        "parks": _rows(ParkMembership.objects.filter(household=household).order_by("pk")),
        "bookings": _rows(Booking.objects.filter(household=household).order_by("number")),
        "requests": _rows(Request.objects.filter(household=household).order_by("number")),
    }


def _rows(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows]


def _row(row: Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if field.name not in SECRET]
    return {field.attname: getattr(row, field.attname) for field in fields}
