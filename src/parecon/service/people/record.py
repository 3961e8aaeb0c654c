"""Each act once, and on the record: what was done, by whom and for whom, under the name its form was given."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Sequence
from json import dumps
from typing import Any

from django.utils.crypto import salted_hmac

from parecon.service.answers import Answer, Refusal
from parecon.service.ledger import law, store
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people.models import Done
from parecon.service.people.policy import Actor

MADE_OF_IT = "/account"  # what is made through an act has its name with something like this at the end
PARTY_RANDOM = 12


def once(what: str, acts: Sequence[Any], actor: Actor,
         carried_out: Callable[[list[Any]], list[Answer]]) -> list[Answer]:
    """Carries acts out in one transaction, those that were not done before, and records those that are done: [act].

    `acts` are NamedTuples whose first field is `act`; `carried_out` decides and writes, and is given each name once.
    """
    new: list[Done] = []
    with store.writing():
        before: dict[str, Done] = {done.act: done for done in Done.objects.filter(act__in=[row.act for row in acts])}
        fresh = {each.act: each for each in reversed(acts)
                 if each.act not in before and law.well_named(each.act + MADE_OF_IT)}
        rows = list(reversed(fresh.values()))
        made = dict(zip((row.act for row in rows), carried_out(rows), strict=True)) if rows else {}
        new += [_done(what, row, made[row.act].number, actor) for row in rows if made[row.act].done]
        Done.objects.bulk_create(new)
    known = before | {done.act: done for done in new}
    decided = {id(row) for row in rows}
    return [made[row.act] if id(row) in decided else _again(known.get(row.act), content_hash(what, row, actor))
            for row in acts]


def _again(done: Done | None, asked_hash: str) -> Answer:
    """What an act is answered that has the name of another: it is the same, or it is not; or it has no good name."""
    if done is None:
        return Answer(Refusal.BAD_FORM)
    same = done.content_hash == asked_hash
    return Answer(Refusal.ACCEPTED, done.number, again=True) if same else Answer(Refusal.NAME_TAKEN)


def _done(what: str, row: Any, number: int, actor: Actor) -> Done:
    return Done(act=row.act, what=what, number=number, by=actor.member.party, on_behalf_of=_for(actor),
                content_hash=content_hash(what, row, actor), at_us=actor.at_us)


def content_hash(what: str, row: Any, actor: Actor) -> str:
    """By which an act that is asked for again is known to be the same, by the same people.

    Made with the service's key: whoever has the rows alone cannot try out which name was in a form.
    """
    said = dumps([what, actor.member.party, _for(actor), *row[1:]], default=str)
    return salted_hmac("people.record", said, algorithm="sha256").hexdigest()


def _for(actor: Actor) -> str:
    return actor.on_behalf_of.party if actor.on_behalf_of else ""


def possible(numbers: Iterable[int]) -> set[int]:
    """Those of these numbers that a row can have."""
    return {number for number in numbers if 0 < number <= LARGEST_NUMBER}


def fits(text: str, letters: int) -> bool:
    """Whether a text that must be there says something, in no more than so many letters, all of which can be kept.

    >>> fits("Ana", 3), fits(" ", 3), fits("Anna", 3)
    (True, False, False)
    """
    return bool(text.strip()) and len(text.strip()) <= letters and "\0" not in text


def pseudonym(letter: str) -> str:
    """A new name for a household (h), a council (c) or a person (p), that says nothing about it.

    >>> len(pseudonym("h")), pseudonym("c")[:2]
    (14, 'c-')
    """
    return f"{letter}-{base64.b32encode(secrets.token_bytes(8)).decode().lower()[:PARTY_RANDOM]}"
