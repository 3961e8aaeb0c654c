"""What must be done before somebody leaves a household empty: nothing may lie about that nobody answers for."""

from __future__ import annotations

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.desk.models import Item, Request
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Balance
from parecon.service.people.models import Member

AT_A_DESK = (State.ANNOUNCED, State.HANDED_IN, State.GRADED)  # still the member's
ASKED_FOR = (RequestState.WAITS, RequestState.HELD)


def what_is_left(member: Member) -> Refusal:
    """What keeps a member from leaving: nothing, as long as others stay in the household and answer for all of it."""
    others = Member.objects.filter(household_id=member.household_id, is_active=True).exclude(pk=member.pk)
    if others.exists():
        return Refusal.ACCEPTED
    household = member.household
    if (Item.objects.filter(holder=household.party, state__in=AT_A_DESK).exists()
            or Request.objects.filter(household=household, state__in=ASKED_FOR).exists()):
        return Refusal.THINGS_LEFT
    balance = Balance.objects.filter(account__party=household.party, account__kind=Kind.MEMBER)
    return Refusal.CREDITS_LEFT if balance.exclude(posted_mcr=0, held_mcr=0).exists() else Refusal.ACCEPTED
