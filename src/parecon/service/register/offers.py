"""What people ask for: offers for things of a kind, answers of relatives who may take a thing first."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from parecon.secondhand.collectables.acts import Refusal as Unlawful
from parecon.service.answers import Answer, Refusal
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.register import acting
from parecon.service.register.commands import MOST_MCR
from parecon.service.register.models import Entry, Kind, Offer, OfferState
from parecon.service.rows import by_number

LOTS = 2**53


class Bid(NamedTuple):
    """The most that a member would pay for a thing of a kind."""

    act: str
    kind: int
    most_mcr: int


class Reply(NamedTuple):
    """What a relative answers who may take a thing first: the most to be paid for it, or None for no."""

    act: str
    entry: int
    most_mcr: int | None


class Withdraw(NamedTuple):
    """An offer or a reply taken back before it is decided."""

    act: str
    offer: int


def bid(acts: Sequence[Bid], actor: Actor) -> list[Answer]:
    """Enters what a member would pay for things of a kind; who gets what is decided at the month's closing."""
    return once("register.bid", acts, actor, lambda rows: _asked(rows, actor))


def _asked(rows: list[Bid], actor: Actor) -> list[Answer]:
    refused = acting.acts_for(actor)
    kinds: dict[int, Kind] = by_number(Kind.objects.all(), [row.kind for row in rows])
    answers = []
    for row in rows:
        reason = refused or (Refusal.NO_SUCH_THING if row.kind not in kinds else
                             Refusal.ACCEPTED if 0 < row.most_mcr <= MOST_MCR else Refusal.BAD_FORM)
        answers.append(Answer(reason, 0 if reason else _offer(row, actor, kinds[row.kind]).number))
    return answers


def reply(acts: Sequence[Reply], actor: Actor) -> list[Answer]:
    """Enters whether a relative takes a thing that may be taken first, and for how much at most."""
    return once("register.reply", acts, actor, lambda rows: [_replied(row, actor) for row in rows])


def _replied(row: Reply, actor: Actor) -> Answer:
    refused = acting.acts_for(actor)
    entry = by_number(Entry.objects.select_related("kind"), [row.entry]).get(row.entry)
    if refused or entry is None:
        return Answer(refused or Refusal.NO_SUCH_THING)
    if entry.first_refusal != acting.person(actor).party:
        return Answer(Unlawful.NO_FIRST_REFUSAL)
    if row.most_mcr is not None and not 0 <= row.most_mcr <= MOST_MCR:
        return Answer(Refusal.BAD_FORM)
    if Offer.objects.filter(entry=entry, state=OfferState.OPEN).exists():
        return Answer(Refusal.NOT_NOW)
    return Answer(Refusal.ACCEPTED, _offer(row, actor, entry.kind, entry).number)


def _offer(row: Bid | Reply, actor: Actor, kind: Kind, entry: Entry | None = None) -> Offer:
    return Offer.objects.create(act=row.act, member=acting.person(actor).party, kind=kind, entry=entry,
                                most_mcr=row.most_mcr, lot=secrets.randbelow(LOTS), made_us=actor.at_us)


def withdraw(acts: Sequence[Withdraw], actor: Actor) -> list[Answer]:
    """Takes offers back that are not decided yet."""
    return once("register.withdraw", acts, actor, lambda rows: [_withdrawn(row, actor) for row in rows])


def _withdrawn(row: Withdraw, actor: Actor) -> Answer:
    refused = acting.acts_for(actor)
    offer = by_number(Offer.objects.filter(member=acting.person(actor).party), [row.offer]).get(row.offer)
    if refused or offer is None:
        return Answer(refused or Refusal.NO_SUCH_THING)
    if offer.state != OfferState.OPEN:
        return Answer(Refusal.OVER)
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.WITHDRAWN)
    return Answer(Refusal.ACCEPTED, offer.number)
