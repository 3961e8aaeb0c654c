"""Tokens: what a program may do for a member - never more than the member at that moment, and mostly less."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from parecon.service.answers import Answer, Refusal
from parecon.service.api.models import TOKEN_NAME_LETTERS, Token
from parecon.service.clock import DAY_US, date_of
from parecon.service.ledger.store import writing
from parecon.service.people.models import Mandate
from parecon.service.people.policy import Actor, in_force
from parecon.service.people.record import fits, once, possible

PREFIX, SECRET_BYTES = "parecon_", 32
LONGEST_US = 366 * DAY_US
MOST_TOKENS = 20  # of one member that are in force


class MakeToken(NamedTuple):
    """A program is to act for a member until a time: by one mandate, by number, or for the household (None)."""

    act: str
    name: str
    mandate: int | None
    until_us: int


class RevokeToken(NamedTuple):
    """A token, by number, is to be good for nothing from now on."""

    act: str
    token: int


class Made(NamedTuple):
    """What came of asking for a token, and its secret: shown this once, kept nowhere."""

    answer: Answer
    secret: str = ""


def hash_of(secret: str) -> str:
    """What is kept of a token; the secret is drawn from 256 bits by lot, so that nothing slower is needed.

    >>> len(hash_of("parecon_x"))
    64
    """
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def make_token(row: MakeToken, actor: Actor) -> Made:
    """Makes a token for whoever asks. Asked again, it gives no secret: it was shown."""
    made: list[str] = []
    answer = once("make token", [row], actor, lambda rows: [_made(rows[0], actor, made)])[0]
    return Made(answer, made[0] if made and answer.done else "")


def _made(row: MakeToken, actor: Actor, made: list[str]) -> Answer:
    mandate = _own_mandate(row.mandate, actor) if row.mandate is not None else None
    if row.mandate is not None and mandate is None:
        return Answer(Refusal.NO_SUCH_THING)
    longest = min(actor.at_us + LONGEST_US, mandate.until_us if mandate else actor.at_us + LONGEST_US)
    if not fits(row.name, TOKEN_NAME_LETTERS) or not actor.at_us < row.until_us <= longest:
        return Answer(Refusal.BAD_FORM)
    if len(tokens_of(actor)) >= MOST_TOKENS:
        return Answer(Refusal.NOT_NOW)
    made.append(PREFIX + secrets.token_urlsafe(SECRET_BYTES))
    token = Token.objects.create(secret_hash=hash_of(made[0]), member=actor.member, name=row.name.strip(),
                                 mandate=mandate, made_us=actor.at_us, until_us=row.until_us)
    return Answer(Refusal.ACCEPTED, token.pk)


def _own_mandate(number: int, actor: Actor) -> Mandate | None:
    return in_force(actor.member, actor.at_us).filter(pk__in=possible([number])).first()


def revoke_tokens(rows: Sequence[RevokeToken], actor: Actor) -> list[Answer]:
    """Ends tokens of whoever asks, at once and for good: [act]."""
    return once("revoke token", rows, actor, lambda fresh: [_revoked(row, actor) for row in fresh])


def _revoked(row: RevokeToken, actor: Actor) -> Answer:
    found = Token.objects.filter(pk__in=possible([row.token]), member=actor.member)
    if not found.exists():
        return Answer(Refusal.NO_SUCH_THING)
    found.filter(revoked_us=None).update(revoked_us=actor.at_us)
    return Answer(Refusal.ACCEPTED, row.token)


def tokens_of(actor: Actor) -> list[Token]:
    """The tokens of a member that can be used, the latest first."""
    found = Token.objects.filter(member=actor.member, revoked_us=None, until_us__gt=actor.at_us)
    return list(found.select_related("mandate__council").order_by("-number"))


def actor_of(secret: str, at_us: int) -> tuple[Actor, Token] | None:
    """Who acts by a token, and no further than it reaches; None where it is good for nothing (any more).

    It is looked up by the hash of what was sent, so that how long that takes says nothing about any secret.
    """
    sent = hash_of(secret)
    token = Token.objects.select_related("member__household", "mandate").filter(secret_hash=sent).first()
    if token is None or not compare_digest(token.secret_hash, sent) or not _runs(token, at_us):
        return None
    _noted(token, at_us)
    mandates = frozenset() if token.mandate_id is None else frozenset({token.mandate_id})
    return Actor(token.member, at_us, None, mandates, token.mandate_id is None), token


def _runs(token: Token, at_us: int) -> bool:
    of_a_member = token.revoked_us is None and at_us < token.until_us and token.member.is_active
    of_a_mandate = token.mandate_id is None or in_force(token.member, at_us).filter(pk=token.mandate_id).exists()
    return of_a_member and of_a_mandate


def _noted(token: Token, at_us: int) -> None:
    """Notes the day of its use, once a day."""
    today = date_of(at_us)
    if token.used_on != today:
        with writing():
            Token.objects.filter(pk=token.pk).update(used_on=today)
