"""The one place in which items change: what is done to an item is asked of its life, then written with its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from parecon.secondhand.lifecycle import Deed, State, after
from parecon.service import rows
from parecon.service.desk.models import Event, Item

COLUMNS = ("state", "holder", "store_id", "grade", "made_month", "shelved_us")


@dataclass
class Step:
    """Something done to an item: the name of the act, for whom (a pseudonym), and which columns it changes."""

    act: str
    item: Item
    deed: Deed
    household: str = ""
    note: str = ""
    promised: bool = False
    changes: dict[str, Any] = field(default_factory=dict)


def possible(item: Item, deed: Deed) -> bool:
    """Whether this can be done to the item in the state in which it is."""
    return after(State(item.state), deed) is not None


def record(steps: Sequence[Step], by: str, at_us: int) -> None:
    """Does all of it, in order: the items with their new states, and an event for each step.

    What cannot be done to an item in its state is the mistake of whoever asks for it here: see `possible`.
    """
    there = {step.item.pk: step.item for step in steps if step.item.pk is not None}.values()
    made = [step.item for step in steps if step.item.pk is None]
    events = [_taken(step, by, at_us) for step in steps]
    Item.objects.bulk_create(made)
    rows.update(there, *COLUMNS)
    for event, step in zip(events, steps, strict=True):
        event.item_id = step.item.pk
    Event.objects.bulk_create(events)


def _taken(step: Step, by: str, at_us: int) -> Event:
    """The event of a step, which is carried out on the item."""
    item, was_at = step.item, step.item.store_id
    before = None if item.pk is None else State(item.state)
    follows = after(before, step.deed, promised=step.promised)
    assert follows is not None, f"{step.deed.name} cannot be done to what is {before and before.name}"
    item.state = follows
    for name, value in step.changes.items():
        setattr(item, name, value)
    return Event(act=step.act, deed=step.deed, before=before, after=follows, by=by, household=step.household,
                 store_id=item.store_id or was_at, note=step.note, at_us=at_us, good=item.good,
                 made_month=item.made_month, grade=item.grade)
