"""Each act once, and on the record: what was done, by whom and for whom, under the name its form was given."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Sequence
from json import dumps
from typing import Any, TypeVar

from django.utils.crypto import salted_hmac

from parecon.service.answers import Answer, Refusal
from parecon.service.ledger import law, store
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people.models import Done
from parecon.service.people.policy import Actor
from parecon.service.rows import among

LONGEST_ACT = 54  # what is made through an act, such as its payment, has its name with something more at the end
MADE_OF_IT = "/account"
PARTY_RANDOM = 12
Row = TypeVar("Row", bound=tuple[Any, ...])


def once(what: str, rows: Sequence[Row], actor: Actor, decide: Callable[[list[Row]], list[Answer]]) -> list[Answer]:
    """Acts of one kind, decided and written in one transaction, those done before left alone: [row].

    The first field of a row is the act's name. `decide` is given the rows that are new and answers each. A name
    that was used by somebody else, or for something else, is taken.
    """
    content = [content_hash(what, row, actor) for row in rows]
    with store.writing():
        known = {act: (number, content_hash) for act, number, content_hash in
                 among(Done, "act", [row[0] for row in rows], "act", "number", "content_hash")}
        first = {row[0]: place for place, row in reversed(list(enumerate(rows)))}
        fresh = [place for place in sorted(first.values()) if rows[place][0] not in known and _named(rows[place][0])]
        decided = dict(zip(fresh, decide([rows[place] for place in fresh]) if fresh else [], strict=True))
        Done.objects.bulk_create([_done(what, rows[place][0], actor, content[place], answer.number)
                                  for place, answer in decided.items() if answer.done])
    return [_answer(rows[place][0], place, content, known, first, decided) for place in range(len(rows))]


def _answer(act: str, place: int, content: list[str], known: dict[str, tuple[int, str]], first: dict[str, int],
            decided: dict[int, Answer]) -> Answer:
    if not _named(act):
        return Answer(Refusal.BAD_FORM)
    if act in known:
        number, before = known[act]
        return _again(number, same=before == content[place])
    answer = decided[first[act]]
    if first[act] == place or not answer.done:
        return answer
    return _again(answer.number, same=content[place] == content[first[act]])


def _again(number: int, *, same: bool) -> Answer:
    return Answer(Refusal.ACCEPTED, number, again=True) if same else Answer(Refusal.NAME_TAKEN)


def _named(act: Any) -> bool:
    return isinstance(act, str) and len(act) <= LONGEST_ACT and law.well_named(act)


def content_hash(what: str, row: tuple[Any, ...], actor: Actor) -> str:
    """By which an act that is asked for again is known to be the same, by the same people.

    Made with the service's key: whoever has the rows alone cannot try out which name was in a form.
    """
    said = dumps([what, actor.member.party, _on_behalf(actor), *row[1:]], default=str)
    return salted_hmac("people.record", said, algorithm="sha256").hexdigest()


def _on_behalf(actor: Actor) -> str:
    return actor.on_behalf_of.party if actor.on_behalf_of else ""


def _done(what: str, act: str, actor: Actor, content_hash: str, number: int) -> Done:
    return Done(act=act, what=what, number=number, by=actor.member.party, on_behalf_of=_on_behalf(actor),
                content_hash=content_hash, at_us=actor.at_us)


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
