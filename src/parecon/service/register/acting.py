"""Who acts on the register, and whether policy allows it."""

from __future__ import annotations

from collections.abc import Iterable

from parecon.base.parameters import Law
from parecon.service.answers import Refusal
from parecon.service.clock import date_of
from parecon.service.desk.models import Federation
from parecon.service.people import policy
from parecon.service.people.models import Council, Household, Member
from parecon.service.people.policy import Actor, Power
from parecon.service.register.columns import law_in_force
from parecon.service.register.models import Death


def person(actor: Actor) -> Member:
    """Whose act it is: the member whose card lay on the desk, else who pressed the button."""
    return actor.on_behalf_of or actor.member


def the_law() -> Law:
    """The law of collectables in force."""
    return law_in_force(Federation.objects.get())


def keeps_all(actor: Actor) -> bool:
    """Whether the actor keeps the whole register: a registrar of the federation."""
    return policy.may(actor, Power.KEEP_REGISTER, Federation.objects.get().council)


def keeps_for(actor: Actor, household: Household) -> Refusal:
    """Whether the actor may keep the register for a household: a registrar there, who does not belong to it."""
    return _for_others(actor, household, Power.KEEP_REGISTER)


def receives(actor: Actor) -> Refusal:
    """Whether the actor may take things in from the person: a clerk or registrar there, of another household."""
    return _still_there(actor) or _for_others(actor, person(actor).household, Power.SERVE_AT_DESK, Power.KEEP_REGISTER)


def registers(actor: Actor) -> Refusal:
    """Whether the actor may enter things of the person: a registrar there, of another household."""
    return _still_there(actor) or keeps_for(actor, person(actor).household)


def acts_for(actor: Actor) -> Refusal:
    """Whether the actor may act for the person: a clerk of the council for whoever is at the desk, anybody alone."""
    household = person(actor).household
    return _still_there(actor) or policy.acting_for(actor, household, council_of(household, actor.at_us))


def _still_there(actor: Actor) -> Refusal:
    who = person(actor).party
    return Refusal.ACCEPTED if who in living([who]) else Refusal.NOT_ALLOWED


def _for_others(actor: Actor, household: Household, *powers: Power) -> Refusal:
    council = council_of(household, actor.at_us)
    if not any(policy.may(actor, power, council) for power in powers):
        return Refusal.NOT_ALLOWED
    return Refusal.NOT_BY_ONESELF if household == actor.member.household else Refusal.ACCEPTED


def council_of(household: Household, at_us: int) -> Council:
    """The council in which a household lives; the federation's where it has moved out of every one."""
    return policy.home(household.pk, date_of(at_us)) or Federation.objects.get().council


def living(parties: Iterable[str]) -> dict[str, Member]:
    """Those of these members who take part: not erased, and no death recorded."""
    return {party: each for party, each in without_death(parties).items() if each.is_active}


def without_death(parties: Iterable[str]) -> dict[str, Member]:
    """Those of these members, also of those who left, whose death is not recorded."""
    wanted = set(parties)
    dead = Death.objects.filter(member__in=wanted).values_list("member", flat=True)
    found = Member.objects.filter(party__in=wanted - set(dead)).select_related("household")
    return {each.party: each for each in found}
