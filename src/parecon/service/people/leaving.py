"""What must be done before somebody goes, or leaves a household empty: nothing lies about that nobody answers for."""

from __future__ import annotations

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.desk.models import Item, Request
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Balance
from parecon.service.parks.columns import has_booked
from parecon.service.parks.models import Membership as ParkMembership
from parecon.service.people.models import Household, Member
from parecon.service.register.models import Entry, Offer, OfferState

AT_A_DESK = (State.ANNOUNCED, State.HANDED_IN, State.GRADED)  # still the member's
ASKED_FOR = (RequestState.WAITS, RequestState.HELD)


def what_is_left_behind(member: Member, at_us: int) -> Refusal:
    """What keeps a member from being forgotten: collectables of their own, and what the household would leave."""
    own = Entry.objects.filter(holder=member.party)
    offers = Offer.objects.filter(member=member.party, state=OfferState.OPEN)
    return Refusal.THINGS_LEFT if own.exists() or offers.exists() else what_is_left(member, at_us)


def what_is_left(member: Member, at_us: int) -> Refusal:
    """What keeps a member from leaving: nothing, as long as others stay in the household and answer for all of it."""
    others = Member.objects.filter(household_id=member.household_id, is_active=True).exclude(pk=member.pk)
    return Refusal.ACCEPTED if others.exists() else _left_by_all(member.household, at_us)


def _left_by_all(household: Household, at_us: int) -> Refusal:
    things = (Item.objects.filter(holder=household.party, state__in=AT_A_DESK),
              Request.objects.filter(household=household, state__in=ASKED_FOR),
              ParkMembership.objects.filter(household=household, until_us=None))
    if any(each.exists() for each in things) or has_booked(household, at_us):
        return Refusal.THINGS_LEFT
    balance = Balance.objects.filter(account__party=household.party, account__kind=Kind.MEMBER)
    return Refusal.CREDITS_LEFT if balance.exclude(posted_mcr=0, held_mcr=0).exists() else Refusal.ACCEPTED
