"""A household that does not agree with a finding asks for a second inspection: noted, so that the desk sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from parecon.secondhand.lifecycle import Deed
from parecon.service.answers import Answer, Refusal
from parecon.service.desk.acting import Permits
from parecon.service.desk.deeds import possible
from parecon.service.desk.known import households_of, known_items, latest_quotes
from parecon.service.people.models import Done
from parecon.service.people.policy import Actor
from parecon.service.people.record import once

WHAT = "ask for a second inspection"


class AskAgain(NamedTuple):
    """Somebody else shall look at a thing again before its household answers."""

    act: str
    item: int


def ask_again(rows: Sequence[AskAgain], actor: Actor) -> list[Answer]:
    """Notes that second inspections are asked for: of things inspected, while their offers wait for an answer."""
    return once(WHAT, rows, actor, lambda fresh: _asked(fresh, actor))


def _asked(rows: list[AskAgain], actor: Actor) -> list[Answer]:
    items = known_items([row.item for row in rows])
    homes, permits = households_of(items.values()), Permits(actor)
    answers = []
    for row in rows:
        item = items.get(row.item)
        if item is None or item.holder not in homes or item.store is None:
            answers.append(Answer(Refusal.NO_SUCH_THING))
        elif not permits.acts_for(homes[item.holder], item.store):
            answers.append(Answer(Refusal.NOT_ALLOWED))
        elif not possible(item, Deed.ACCEPT):
            answers.append(Answer(Refusal.NOT_NOW))
        else:
            answers.append(Answer(Refusal.ACCEPTED, item.pk))
    return answers


def asked_again(items: Collection[int]) -> set[int]:
    """For which of these things a second inspection was asked for after their last quote."""
    last = {number: quote.made_us for number, quote in latest_quotes(list(items)).items()}
    asked = Done.objects.filter(what=WHAT, number__in=items).values_list("number", "at_us")
    return {number for number, at_us in asked if at_us >= last.get(number, 0)}
