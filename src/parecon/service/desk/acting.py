"""How a desk's commands are decided: by whom may, and rows that touch the same thing in turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from parecon.base.turns import turns
from parecon.service.answers import Answer, Refusal
from parecon.service.desk.models import Store
from parecon.service.people import policy
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power

Row = TypeVar("Row", bound=tuple[Any, ...])


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
