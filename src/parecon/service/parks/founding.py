"""How a park begins, who belongs to it, and how much its members have agreed to keep."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from zoneinfo import available_timezones

from parecon.secondhand.parks.uses import Uses, read_uses
from parecon.service.answers import Answer, Refusal
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.parks.acts import AgreeNeed, Join, Leave, OpenPark
from parecon.service.parks.models import Deed, Membership, Need, Park, Thing
from parecon.service.parks.slots import whole_hour
from parecon.service.parks.store import Told, tell
from parecon.service.people.models import Council, CouncilKind, Household
from parecon.service.people.policy import Actor, Power, is_own, may
from parecon.service.people.record import once

MOST_PIECES, LARGEST = 10_000, 2**63


def know_things(uses: Uses) -> None:
    """Notes what kinds of things parks keep, from a table of uses; what is known already stays as it is."""
    known = set(Thing.objects.values_list("code", flat=True))
    Thing.objects.bulk_create([
        Thing(code=code, name=uses.name[row], new_price_mcr=int(uses.new_price_mcr[row]),
              life_months=int(uses.life_months[row]), life_hours=int(uses.life_hours[row]),
              hours_each=int(uses.hours_each[row])) for row, code in enumerate(uses.code) if code not in known])


def open_park(acts: Sequence[OpenPark], actor: Actor) -> list[Answer]:
    """Organisers open parks: each gets an account that begins with nothing and may owe what its pieces cost.

    With the first park come the kinds of things that the program knows, if no others are noted yet.
    """
    return once("park", acts, actor, lambda fresh: [_open_park(act, actor) for act in fresh])


def join(acts: Sequence[Join], actor: Actor) -> list[Answer]:
    """Keepers let households belong to their park; whoever belongs to another leaves that one first."""
    return once("park membership", acts, actor, lambda fresh: [_join(act, actor) for act in fresh])


def leave(acts: Sequence[Leave], actor: Actor) -> list[Answer]:
    """Households leave a park; what they have booked they may still use, cancel and bring back."""
    return once("park leaving", acts, actor, lambda fresh: [_leave(act, actor) for act in fresh])


def agree_need(acts: Sequence[AgreeNeed], actor: Actor) -> list[Answer]:
    """Keepers note how many pieces of a kind of thing members have agreed to keep."""
    return once("park need", acts, actor, lambda fresh: [_agree_need(act, actor) for act in fresh])


def _open_park(act: OpenPark, actor: Actor) -> Answer:
    council = Council.objects.filter(pk=act.council, kind=CouncilKind.PARK).first() if _is(act.council) else None
    if council is None:
        return Answer(Refusal.NO_SUCH_THING)
    if not may(actor, Power.ARRANGE_PEOPLE, council):
        return Answer(Refusal.NOT_ALLOWED)
    if Park.objects.filter(pk=council.pk).exists():
        return Answer(Refusal.NOT_NOW)
    if act.zone not in available_timezones() or not act.place.strip() or max(len(act.place), len(act.hours)) > 200:
        return Answer(Refusal.BAD_FORM)
    if not Thing.objects.exists():
        know_things(read_uses())
    Park.objects.create(council=council, place=act.place, hours=act.hours, zone=act.zone,
                        account=_account(act, council, actor), began_us=whole_hour(actor.at_us, act.zone))
    tell(Deed.OPEN_PARK, [Told(act.act, council.pk, None, None, "")], actor)
    return Answer(Refusal.ACCEPTED, council.pk)


def _account(act: OpenPark, council: Council, actor: Actor) -> int:
    """The account of the council: the one it has, or a new one."""
    have: int | None = Account.objects.filter(party=council.party, kind=Kind.COUNCIL).values_list(
        "number", flat=True).first()
    if have is not None:
        ledger.set_floor(f"{act.act}/floor", have, None, actor.at_us)
        return have
    return ledger.open_account(f"{act.act}/account", council.party, Kind.COUNCIL, None, actor.at_us).number


def _join(act: Join, actor: Actor) -> Answer:
    reason = _not_kept(act.park, actor)
    if reason:
        return Answer(reason)
    if not _is(act.household) or not Household.objects.filter(pk=act.household).exists():
        return Answer(Refusal.NO_SUCH_THING)
    now = Membership.objects.filter(household_id=act.household, until_us=None).first()
    if now is not None:
        return Answer(Refusal.NOT_NOW if now.park_id == act.park else Refusal.ELSEWHERE)
    made = Membership.objects.create(household_id=act.household, park_id=act.park, from_us=actor.at_us)
    tell(Deed.JOIN, [Told(act.act, act.park, None, None, made.household.party)], actor)
    return Answer(Refusal.ACCEPTED, made.pk)


def _leave(act: Leave, actor: Actor) -> Answer:
    own = is_own(actor, act.household)
    reason = Refusal.ACCEPTED if own else _not_kept(act.park, actor)
    if reason:
        return Answer(reason)
    now = (Membership.objects.filter(household_id=act.household, park_id=act.park, until_us=None).first()
           if _is(act.household) and _is(act.park) else None)
    if now is None:
        return Answer(Refusal.NO_SUCH_THING)
    now.until_us = actor.at_us
    now.save(update_fields=["until_us"])
    tell(Deed.LEAVE, [Told(act.act, act.park, None, None, now.household.party)], actor)
    return Answer(Refusal.ACCEPTED, now.pk)


def _agree_need(act: AgreeNeed, actor: Actor) -> Answer:
    reason = _not_kept(act.park, actor)
    if reason:
        return Answer(reason)
    if not _is(act.thing) or not Thing.objects.filter(pk=act.thing).exists():
        return Answer(Refusal.NO_SUCH_THING)
    if not 0 <= act.pieces <= MOST_PIECES:
        return Answer(Refusal.BAD_FORM)
    made, _ = Need.objects.update_or_create(park_id=act.park, thing_id=act.thing, defaults={"pieces": act.pieces})
    tell(Deed.AGREE_NEED, [Told(act.act, act.park, None, None, "", str(act.pieces))], actor)
    return Answer(Refusal.ACCEPTED, made.pk)


def _not_kept(park: int, actor: Actor) -> IntEnum:
    """Why somebody is no keeper of a park."""
    found = Park.objects.filter(pk=park).select_related("council").first() if _is(park) else None
    if found is None:
        return Refusal.NO_SUCH_THING
    return Refusal.ACCEPTED if may(actor, Power.KEEP_PARK, found.council) else Refusal.NOT_ALLOWED


def _is(number: int) -> bool:
    """Whether the database can have such a number."""
    return 0 < number < LARGEST
