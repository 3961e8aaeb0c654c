"""How a desk's commands are carried out: each act once, by whom may, rows that touch the same thing in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from json import dumps
from typing import Any, TypeVar

import numpy as np
from django.db.models import Model, QuerySet

from parecon.base.turns import turns
from parecon.service.answers import Answer, Refusal
from parecon.service.desk.models import Store
from parecon.service.ledger import store
from parecon.service.ledger.law import well_named
from parecon.service.people import policy
from parecon.service.people.models import Done, Household
from parecon.service.people.policy import Actor, Power

LONGEST_ACT = 54  # the names of what an act brings with it, such as its payment, begin with its own
AT_ONCE = 10_000  # values in one statement
LARGEST = 2**63 - 1
Row = TypeVar("Row", bound=tuple[Any, ...])
Found = TypeVar("Found", bound=Model)


def once(what: str, rows: Sequence[Row], actor: Actor, decide: Callable[[list[Row]], list[Answer]]) -> list[Answer]:
    """Acts of one kind, decided and written in one transaction, those done before left alone: [row].

    The first field of a row is the act's name. `decide` is given the rows that are new and answers each. A name
    that was used by somebody else, or for something else, is taken.
    """
    content = [_hash(what, row, actor) for row in rows]
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
    return isinstance(act, str) and len(act) <= LONGEST_ACT and well_named(act)


def _hash(what: str, row: Row, actor: Actor) -> str:
    return sha256(dumps([what, actor.member.party, _on_behalf(actor), *row[1:]]).encode()).hexdigest()


def _on_behalf(actor: Actor) -> str:
    return actor.on_behalf_of.party if actor.on_behalf_of else ""


def _done(what: str, act: str, actor: Actor, content_hash: str, number: int) -> Done:
    return Done(act=act, what=what, number=number, by=actor.member.party, on_behalf_of=_on_behalf(actor),
                content_hash=content_hash, at_us=actor.at_us)


def in_turns(rows: list[Row], touched: Callable[[Row], int],
             decide: Callable[[list[Row]], list[Answer]]) -> list[Answer]:
    """Rows decided as if they had come one after the other: those that touch the same thing, by number, in turns."""
    things = [touched(row) for row in rows]
    _, place = np.unique(np.array(things, object), return_inverse=True)
    answers: dict[int, Answer] = {}
    for turn in turns(place):
        answers |= zip(turn.tolist(), decide([rows[row] for row in turn]), strict=True)
    return [answers[row] for row in range(len(rows))]


class Permits:
    """What policy says to an actor: asked once for each store, for the own household and for any other."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._said: dict[tuple[Any, ...], bool] = {}

    def serves(self, at: Store, power: Power = Power.SERVE_AT_DESK) -> bool:
        """Whether the actor may serve at the desk of a store."""
        return self._once((power, at.pk), lambda: policy.may(self.actor, power, at.council))

    def acts_for(self, household: Household, at: Store) -> bool:
        """Whether the actor may act for a household at a store."""
        key = (household.pk == self.actor.member.household_id, at.pk)
        return self._once(key, lambda: policy.acting_for(self.actor, household, at.council) == Refusal.ACCEPTED)

    def _once(self, key: tuple[Any, ...], ask: Callable[[], bool]) -> bool:
        if key not in self._said:
            self._said[key] = ask()
        return self._said[key]


def by_number(rows: QuerySet[Found], numbers: Sequence[Any]) -> dict[int, Found]:
    """The rows with these primary keys that exist; whatever is no number is none."""
    wanted = sorted({each for each in numbers if type(each) is int and 0 < each <= LARGEST})
    return {row.pk: row for some in parts(wanted) for row in rows.filter(pk__in=some)}


def among(model: type[Model], column: str, values: Sequence[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of the rows that have one of these values in one column."""
    for some in parts(list(dict.fromkeys(value for value in values if isinstance(value, str | int)))):
        yield from model._default_manager.filter(**{f"{column}__in": some}).values_list(*columns)  # noqa: SLF001


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Values in portions of a statement each."""
    return (values[first:first + AT_ONCE] for first in range(0, len(values), AT_ONCE))
