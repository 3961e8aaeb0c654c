"""The lives of things: every event follows from the one before by the law, and each row is what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.base.columns import Ints
from parecon.base.postings import Amounts
from parecon.secondhand.lifecycle import Deed, State, after
from parecon.secondhand.year_end import Stock
from parecon.service.desk.models import Event, Item
from parecon.service.desk.year import IN_STORES, stock

WITH_MEMBERS = frozenset({State.ANNOUNCED, State.HANDED_IN, State.GRADED, State.OUT, State.RETURNED})
FINDS = frozenset({Deed.ANNOUNCE, Deed.INSPECT, Deed.REPAIRED, Deed.BRING_BACK})  # after which a condition may differ


class Done(NamedTuple):
    """Something that was done to an item, as it is kept."""

    number: int
    act: str
    item: int
    deed: int
    before: int | None
    after: int
    good: int
    made_month: int
    grade: int | None
    household: str
    keeper: str | None
    at_us: int


@dataclass(frozen=True)
class Lives:
    """All that was ever done to items, in the order in which it was written; `by_act` finds it by the act's name."""

    events: list[Done]
    by_act: dict[str, Done]
    at_us: Amounts
    item: Ints
    state: Ints

    @property
    def is_straight(self) -> bool:
        """Whether no clock was ever set back: only then can a past day be looked at by its time."""
        return bool(np.all(self.at_us[1:] >= self.at_us[:-1]))

    def in_stores(self, at_us: int, month: int, closing: str) -> Stock:
        """What stood in stores just before a closing, as old as in a month: of several at one time, all but its own."""
        before = np.flatnonzero(self.at_us <= at_us)
        own = {place for place in before[self.at_us[before] == at_us].tolist()
               if self.events[place].act.startswith(f"{closing}/")}
        before = np.array([place for place in before.tolist() if place not in own], np.intp) if own else before
        last = np.full(int(self.item.max(initial=0)) + 1, -1, np.int64)
        last[self.item[before]] = before  # of several, the last
        there = [place for place in last[last >= 0].tolist() if self.state[place] in IN_STORES]
        about = (self.events[place] for place in there)
        return stock([(each.good, each.made_month, each.grade) for each in about], month)


def followed() -> Lives:
    """Every life, gone through. Raises Different at the first event, or item, that is not what follows."""
    rows = Event.objects.order_by("number").values_list(
        "number", "act", "item_id", "deed", "before", "after", "good", "made_month", "grade", "household",
        "store__council__party", "at_us")
    events = [Done(*row) for row in rows.iterator(chunk_size=10_000)]
    last: dict[int, Done] = {}
    for event in events:
        _follows(last.get(event.item), event)
        last[event.item] = event
    _items_are_as_said(last)
    columns = [np.array([getattr(event, name) for event in events], np.int64) for name in ("at_us", "item", "after")]
    return Lives(events, {event.act: event for event in events}, *columns)


def _follows(last: Done | None, event: Done) -> None:
    stood = None if last is None else last.after
    if event.before != stood:
        raise Different(f"event {event.number}, state before", _name(event.before), _name(stood))
    follows = after(None if stood is None else State(stood), Deed(event.deed), promised=event.after == State.HELD)
    if event.after != follows:
        raise Different(f"event {event.number}, state after", _name(event.after), _name(follows))
    if last is not None and (event.good != last.good or (event.deed not in FINDS and _condition(event) !=
                                                         _condition(last))):
        raise Different(f"event {event.number}, good, month and grade", (event.good, *_condition(event)),
                        (last.good, *_condition(last)))


def _condition(event: Done) -> tuple[int, int | None]:
    return event.made_month, event.grade


def _name(state: Any) -> str:
    return "none" if state is None else State(state).name


def _items_are_as_said(last: dict[int, Done]) -> None:
    for number, state, good, made_month, grade, holder in Item.objects.order_by("number").values_list(
            "number", "state", "good", "made_month", "grade", "holder"):
        event = last.get(number)
        if event is None:
            raise Different(f"item {number}", "no event", "how it came here")
        if (state, good, made_month, grade) != (event.after, event.good, event.made_month, event.grade):
            raise Different(f"item {number}, state, good, month and grade", (_name(state), good, made_month, grade),
                            (_name(event.after), event.good, event.made_month, event.grade))
        if state in WITH_MEMBERS:
            held_to(f"item {number}, holder", holder, event.household)
        elif state in IN_STORES:
            held_to(f"item {number}, holder", holder, event.keeper)
