"""How members come to sign in: a secret that works once, on a slip or by mail; then a password of their own."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import DAY_US
from parecon.service.people.models import Invitation, Member
from parecon.service.people.outbox import write
from parecon.service.people.policy import Actor, may_arrange
from parecon.service.people.record import once, possible

RUNS_US = 14 * DAY_US
SECRET_BYTES = 15  # 24 letters


class Invite(NamedTuple):
    """That a member, by number, is to get a new way to sign in; by mail, or on a slip that is printed now."""

    act: str
    member: int
    by_mail: bool = False


class Invited(NamedTuple):
    """What came of an invitation, and its secret: shown this once, kept nowhere."""

    answer: Answer
    secret: str = ""


class Redeem(NamedTuple):
    """That somebody uses an invitation, named by its hash."""

    act: str
    secret_hash: str


class PasswordChange(NamedTuple):
    """That a member sets another password; no password is kept or hashed into records, so each form does it once."""

    act: str


def hash_of(secret: str) -> str:
    """What is kept of a secret, however it was typed.

    >>> hash_of(" ab12-cd34 ") == hash_of("AB12CD34")
    True
    """
    return sha256("".join(secret.split()).replace("-", "").upper().encode()).hexdigest()


def new_secret() -> str:
    """A secret in groups that can be read aloud."""
    letters = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return "-".join(letters[first:first + 4] for first in range(0, len(letters), 4))


def invite(acts: Sequence[Invite], actor: Actor, address: str = "") -> list[Invited]:
    """Makes invitations that run 14 days, in place of earlier ones: [act]; `address` is where they are redeemed.

    Who organises where the member lives makes them. An act asked for again gives no secret: it was shown.
    """
    made: dict[str, str] = {}
    answers = once("invite", acts, actor, lambda rows: _invited(rows, actor, address, made))
    return [Invited(answer, "" if answer.again else made.get(row.act, ""))
            for row, answer in zip(acts, answers, strict=True)]


def _invited(rows: list[Invite], actor: Actor, address: str, made: dict[str, str]) -> list[Answer]:
    members = {each.pk: each for each in Member.objects.filter(
        pk__in=possible(row.member for row in rows), is_active=True)}
    reasons = [_not_invited(row, members.get(row.member), actor) for row in rows]
    accepted = [row for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]
    Invitation.objects.filter(member_id__in=[row.member for row in accepted], used_us=None).delete()
    made |= {row.act: new_secret() for row in accepted}
    numbers = iter(Invitation.objects.bulk_create([
        Invitation(secret_hash=hash_of(made[row.act]), member_id=row.member, made_by=actor.member.party,
                   until_us=actor.at_us + RUNS_US) for row in accepted]))
    for row in accepted:
        if row.by_mail:
            _mailed(members[row.member], made.pop(row.act), address, actor.at_us)
    return [Answer(reason, 0 if reason else next(numbers).pk) for reason in reasons]


def _not_invited(row: Invite, member: Member | None, actor: Actor) -> Refusal:
    if member is None:
        return Refusal.NO_SUCH_THING
    reason = may_arrange(actor, member)
    return Refusal.BAD_FORM if not reason and row.by_mail and not member.email else reason


def _mailed(member: Member, secret: str, address: str, at_us: int) -> None:
    with override(member.language):
        text = gettext("You can now sign in. Your card is %(card)s.\n\nOpen %(address)s and type this code:\n\n"
                       "    %(secret)s\n\nIt works once, for 14 days. Then you sign in with your card's number and "
                       "the password that you choose.\n")
        write(member, gettext("Your invitation"), text % {"card": member.card, "address": address, "secret": secret},
              at_us)


def redeem(act: str, secret: str, password: str, at_us: int) -> Answer:
    """Sets the password of whoever has the secret, once; answers with the member's number."""
    found = Invitation.objects.select_related("member").filter(secret_hash=hash_of(secret), member__is_active=True)
    invitation = found.first()
    if invitation is None:
        return Answer(Refusal.NO_SUCH_THING)
    actor = Actor(invitation.member, at_us)
    return once("redeem invitation", [Redeem(act, invitation.secret_hash)], actor,
                lambda _: [_redeemed(invitation.pk, password, actor)])[0]


def _redeemed(number: int, password: str, actor: Actor) -> Answer:
    invitation = Invitation.objects.filter(pk=number).first()  # again, now that nobody else writes
    if invitation is None or invitation.used_us is not None or invitation.until_us <= actor.at_us:
        return Answer(Refusal.OVER)
    if not good_password(password, actor.member):
        return Answer(Refusal.BAD_FORM)
    Invitation.objects.filter(pk=number).update(used_us=actor.at_us)
    return _set(actor.member, password)


def change_password(act: str, old: str, new: str, actor: Actor) -> Answer:
    """Sets another password for the member who knows the present one."""
    return once("change password", [PasswordChange(act)], actor, lambda _: [_changed(old, new, actor)])[0]


def _changed(old: str, new: str, actor: Actor) -> Answer:
    if not actor.member.is_active or not actor.member.check_password(old):
        return Answer(Refusal.NOT_ALLOWED)
    return _set(actor.member, new) if good_password(new, actor.member) else Answer(Refusal.BAD_FORM)


def _set(member: Member, password: str) -> Answer:
    member.set_password(password)
    member.save(update_fields=["password"])
    return Answer(Refusal.ACCEPTED, member.pk)


def good_password(password: str, member: Member) -> bool:
    """Whether a password is hard enough to guess for this member."""
    try:
        validate_password(password, member)
    except ValidationError:
        return False
    return True
