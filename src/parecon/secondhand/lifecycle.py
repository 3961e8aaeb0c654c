"""The life of an item at a desk: in which state it is, and what can be done to it there.

One table is the whole rule; whoever records an item's life asks it and no other.
"""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """Where an item stands; each is one place or one promise."""

    ANNOUNCED = 1
    """a member means to bring it"""
    HANDED_IN = 2
    """at the desk, still the member's, not inspected yet"""
    GRADED = 3
    """inspected; a quote waits for the member's answer"""
    SHELF = 4
    """the federation's, for whoever asks"""
    HELD = 5
    """kept for a request whose credits are held"""
    IN_TRANSFER = 6
    """on its way to another store, for a request or for the shelf there"""
    OUT = 7
    """with a member"""
    REPAIR = 8
    RECYCLED = 9
    """taken apart; for good"""
    REGISTER = 10
    """a collectable: it goes on in the register; for good"""
    RETURNED = 11
    """taken back by the member who brought it, or never brought"""


class RequestState(IntEnum):
    """What became of a request for a used good."""

    WAITS = 1
    """there is none, or others were first"""
    HELD = 2
    """an item and its price are held for it"""
    SERVED = 3
    CANCELLED = 4
    EXPIRED = 5
    """not fetched in time"""
    UNPAID = 6
    """there was one, but the credits did not cover its price"""
    BROUGHT_BACK = 7
    """it was not as described: the price was given back"""


class Deed(IntEnum):
    """What is done to an item."""

    ANNOUNCE = 1
    WITHDRAW = 2
    HAND_IN = 3
    INSPECT = 4
    ACCEPT = 5
    TAKE_BACK = 6
    RESERVE = 7
    RELEASE = 8
    SEND = 9
    ARRIVE = 10
    HAND_OVER = 11
    BRING_BACK = 12
    """a buyer returns what turned out not to be as described"""
    TO_REPAIR = 13
    REPAIRED = 14
    RECYCLE = 15
    TO_REGISTER = 16


AFTER = {
    (None, Deed.ANNOUNCE): State.ANNOUNCED,
    (State.ANNOUNCED, Deed.WITHDRAW): State.RETURNED,
    (State.ANNOUNCED, Deed.HAND_IN): State.HANDED_IN,
    (State.OUT, Deed.HAND_IN): State.HANDED_IN,
    (State.RETURNED, Deed.HAND_IN): State.HANDED_IN,
    (State.HANDED_IN, Deed.INSPECT): State.GRADED,
    (State.GRADED, Deed.INSPECT): State.GRADED,  # an appeal, or a repair that was promised
    (State.GRADED, Deed.ACCEPT): State.SHELF,
    (State.HANDED_IN, Deed.TAKE_BACK): State.RETURNED,
    (State.GRADED, Deed.TAKE_BACK): State.RETURNED,
    (State.GRADED, Deed.RECYCLE): State.RECYCLED,
    (State.GRADED, Deed.TO_REGISTER): State.REGISTER,
    (State.SHELF, Deed.RESERVE): State.HELD,
    (State.SHELF, Deed.SEND): State.IN_TRANSFER,
    (State.SHELF, Deed.TO_REPAIR): State.REPAIR,
    (State.SHELF, Deed.RECYCLE): State.RECYCLED,
    (State.SHELF, Deed.TO_REGISTER): State.REGISTER,
    (State.HELD, Deed.RELEASE): State.SHELF,
    (State.HELD, Deed.SEND): State.IN_TRANSFER,
    (State.HELD, Deed.HAND_OVER): State.OUT,
    (State.IN_TRANSFER, Deed.ARRIVE): State.SHELF,  # what was held when it was sent is held again: see `after`
    (State.OUT, Deed.BRING_BACK): State.SHELF,
    (State.REPAIR, Deed.REPAIRED): State.SHELF,
    (State.REPAIR, Deed.RECYCLE): State.RECYCLED,
}
FOR_GOOD = frozenset({State.RECYCLED, State.REGISTER})


def after(state: State | None, deed: Deed, *, promised: bool = False) -> State | None:
    """The state that follows when something is done, or None where it cannot be done.

    `state` is None for an item that nobody knows yet; `promised` says that a request waits for the item: what
    arrives for one is held.

    >>> after(State.SHELF, Deed.RESERVE).name, after(State.RECYCLED, Deed.RESERVE)
    ('HELD', None)
    >>> after(State.IN_TRANSFER, Deed.ARRIVE, promised=True).name
    'HELD'
    """
    follows = AFTER.get((state, deed))
    return State.HELD if deed == Deed.ARRIVE and follows is not None and promised else follows


def possible(state: State | None) -> list[Deed]:
    """What can be done to an item in a state, in the order in which desks do it.

    >>> [deed.name for deed in possible(State.GRADED)]
    ['INSPECT', 'ACCEPT', 'TAKE_BACK', 'RECYCLE', 'TO_REGISTER']
    """
    return [deed for deed in Deed if (state, deed) in AFTER]
