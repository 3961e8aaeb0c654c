"""What changes of members themselves: how they are reached, and that they are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.apps import apps
from django.contrib.sessions.models import Session
from django_otp.plugins.otp_totp.models import TOTPDevice

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.people.households import Person, can_be
from parecon.service.people.leaving import what_is_left_behind
from parecon.service.people.mandates import leaves_nobody
from parecon.service.people.models import Household, Invitation, Mandate, Member, Message
from parecon.service.people.moving import close_if_empty
from parecon.service.people.policy import Actor, may_arrange
from parecon.service.people.record import once


class Describe(NamedTuple):
    """How a member, by number, is to be called and reached."""

    act: str
    member: int
    said: Person


class Erase(NamedTuple):
    """That a member, by number, is to be forgotten."""

    act: str
    member: int


def describe(acts: Sequence[Describe], actor: Actor) -> list[Answer]:
    """Changes names, e-mails and languages: [act]; members their own but the name, organisers those of others."""
    return once("describe member", acts, actor, lambda rows: [_described(row, actor) for row in rows])


def _described(row: Describe, actor: Actor) -> Answer:
    member = Member.objects.filter(pk=row.member, is_active=True).first()
    if member is None:
        return Answer(Refusal.NO_SUCH_THING)
    own = member.pk == actor.member.pk
    reason = Refusal.ACCEPTED if own else may_arrange(actor, member)
    if own and row.said.name.strip() != member.name:
        reason = Refusal.NOT_BY_ONESELF
    if reason or not can_be(row.said):
        return Answer(reason or Refusal.BAD_FORM)
    Member.objects.filter(pk=member.pk).update(name=row.said.name.strip(), email=row.said.email.strip(),
                                               language=row.said.language)
    return Answer(Refusal.ACCEPTED, member.pk)


def erase(acts: Sequence[Erase], actor: Actor) -> list[Answer]:
    """Forgets members: [act]; by themselves, or by whoever organises where they live.

    Name, e-mail, card, password, invitations, tokens, mail and sessions go; the pseudonym stays, and with it every
    entry of the ledger and every event.
    """
    return once("erase member", acts, actor, lambda rows: [_erased(row, actor) for row in rows])


def _erased(row: Erase, actor: Actor) -> Answer:
    member = Member.objects.filter(pk=row.member, is_active=True).first()
    if member is None:
        return Answer(Refusal.NO_SUCH_THING)
    own = member.pk == actor.member.pk
    reason = (Refusal.ACCEPTED if own else may_arrange(actor, member)) or what_is_left_behind(
        member, actor.at_us)
    if reason:
        return Answer(reason)
    mandates = list(member.mandates.filter(recalled_us=None, until_us__gt=actor.at_us).select_related("council"))
    if leaves_nobody(mandates, actor.at_us):
        return Answer(Refusal.LAST_ORGANISER)
    Mandate.objects.filter(pk__in=[each.pk for each in mandates]).update(
        recalled_us=actor.at_us, recalled_by=actor.member.party)
    _forgotten(member, actor)
    return Answer(Refusal.ACCEPTED, member.pk)


def _forgotten(member: Member, actor: Actor) -> None:
    _signed_out(member)
    Invitation.objects.filter(member=member).delete()
    Message.objects.filter(member=member).delete()
    for name in ("Token", "Batch"):  # no program acts for whoever left, and no file of theirs waits
        apps.get_model("api", name).objects.filter(member=member).delete()
    Household.objects.filter(pk=member.household_id).update(name="")
    card = member.card
    member.name = member.email = ""
    member.language, member.card = "en", member.party
    member.is_active, member.erased_at_us, member.last_login = False, actor.at_us, None
    member.set_unusable_password()
    member.save()
    _no_trace_of_signing_in(member, card)
    close_if_empty(member.household_id, date_of(actor.at_us))


def _signed_out(member: Member) -> None:
    """Ends the member's sessions, and those in which their card lies on a desk."""
    number = str(member.pk)
    gone = [each.pk for each in Session.objects.iterator()
            if number in {each.get_decoded().get("_auth_user_id"), each.get_decoded().get("desk_member")}]
    Session.objects.filter(pk__in=gone).delete()


def _no_trace_of_signing_in(member: Member, card: str) -> None:
    for name in ("AccessAttempt", "AccessFailureLog", "AccessLog"):
        apps.get_model("axes", name).objects.filter(username__iexact=card).delete()
    TOTPDevice.objects.filter(user=member).delete()
