"""What a desk does with what stands in its store: repair, recycle, pass to the register, photograph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from hashlib import sha256
from typing import Any, NamedTuple

from parecon.secondhand.lifecycle import Deed, State
from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns
from parecon.service.desk.acting import Permits, in_turns
from parecon.service.desk.deeds import Step, possible, record
from parecon.service.desk.known import fits, known_items
from parecon.service.desk.models import Item, Photo
from parecon.service.desk.pictures import jpeg
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import once
from parecon.service.rows import by_number


class ToRepair(NamedTuple):
    """An item goes from the shelf to a workshop."""

    act: str
    item: int
    why: str


class Repaired(NamedTuple):
    """An item comes back from a workshop, in a grade."""

    act: str
    item: int
    grade: int
    note: str = ""


class Recycle(NamedTuple):
    """An item is taken apart for good."""

    act: str
    item: int
    why: str


class ToRegister(NamedTuple):
    """An item is a collectable and goes on in the register."""

    act: str
    item: int
    why: str


class Photograph(NamedTuple):
    """A picture of an item, as it was sent."""

    act: str
    item: int
    sent: bytes


class Hide(NamedTuple):
    """A picture that should not be seen."""

    act: str
    photo: int


def to_repair(asked: Sequence[ToRepair], actor: Actor) -> list[Answer]:
    """Sends items to a workshop; they keep their place in the line."""
    return _done("to repair", asked, Deed.TO_REPAIR, actor, lambda row: (row.why, {}))


def repaired(asked: Sequence[Repaired], actor: Actor) -> list[Answer]:
    """Puts items that were repaired back on their shelf, in the grade that they now have."""
    grades = len(columns.in_force(actor.at_us).law["grade_permille"])
    return _done("repaired", asked, Deed.REPAIRED, actor, lambda row: (row.note, {"grade": row.grade}),
                 good=lambda row: fits(row.grade, 0, grades - 1))


def recycle(asked: Sequence[Recycle], actor: Actor) -> list[Answer]:
    """Has items taken apart, for a reason; those of a household only with its card on the desk."""
    return _done("recycle", asked, Deed.RECYCLE, actor, lambda row: (row.why, {"shelved_us": None}),
                 good=lambda row: bool(row.why.strip()))


def to_register(asked: Sequence[ToRegister], actor: Actor) -> list[Answer]:
    """Passes items to the register of collectables, for a reason."""
    return _done("to register", asked, Deed.TO_REGISTER, actor, lambda row: (row.why, {"shelved_us": None}),
                 good=lambda row: bool(row.why.strip()), power=Power.KEEP_REGISTER)


def _done(what: str, asked: Sequence[Any], deed: Deed, actor: Actor,
          told: Callable[[Any], tuple[str, dict[str, Any]]], good: Callable[[Any], bool] = lambda _: True,
          power: Power = Power.SERVE_AT_DESK) -> list[Answer]:
    """A deed that a mandate at the item's store allows; `told` is its note and what it changes."""
    def decided(some: list[Any]) -> list[Answer]:
        items, permits, steps, answers = known_items([row.item for row in some]), Permits(actor), [], []
        for row in some:
            item, (note, changes) = items.get(row.item), told(row)
            reason = _undoable(item, deed, permits, power)
            if not reason and (len(note) > lengths.WHY or not good(row)):
                reason = Refusal.BAD_FORM
            if not reason and item is not None:
                steps.append(Step(row.act, item, deed, note=note.strip(), changes=changes))
            answers.append(Answer(reason, 0 if reason else row.item))
        record(steps, actor.member.party, actor.at_us)
        return answers

    return once(what, asked, actor, lambda fresh: in_turns(fresh, lambda row: row.item, decided))


def _undoable(item: Item | None, deed: Deed, permits: Permits, power: Power) -> IntEnum:
    if item is None:
        return Refusal.NO_SUCH_THING
    if item.store is None:
        return Refusal.NOT_NOW
    if not permits.serves(item.store, power):
        return Refusal.NOT_ALLOWED
    if item.state == State.GRADED and item.holder == permits.actor.member.household.party:
        return Refusal.NOT_BY_ONESELF
    if not possible(item, deed):
        return Refusal.NOT_NOW
    is_anothers = item.state == State.GRADED and item.holder != permits.actor.household.party
    return Refusal.NO_CARD if is_anothers else Refusal.ACCEPTED


# --- Photographs ----------------------------------------------------------------------------------------------------

class _Picture(NamedTuple):
    act: str
    item: int
    content: str


def photograph(asked: Sequence[Photograph], actor: Actor) -> list[Answer]:
    """Adds pictures to items, by the households that hold them or at a desk; the numbers are the photographs'."""
    sent = {row.act: row.sent for row in reversed(asked)}
    rows = [_Picture(row.act, row.item, sha256(row.sent).hexdigest()) for row in asked]
    return once("photograph", rows, actor, lambda fresh: [_photographed(row, sent[row.act], actor) for row in fresh])


def _photographed(row: _Picture, sent: bytes, actor: Actor) -> Answer:
    item = known_items([row.item]).get(row.item)
    if item is None:
        return Answer(Refusal.NO_SUCH_THING)
    home, permits = Household.objects.filter(party=item.holder).first(), Permits(actor)
    if item.store is None or item.state in {State.RECYCLED, State.REGISTER}:
        return Answer(Refusal.NOT_NOW)
    if not (permits.acts_for(home, item.store) if home else permits.serves(item.store)):
        return Answer(Refusal.NOT_ALLOWED)
    made = jpeg(sent)
    if made is None:
        return Answer(Refusal.NO_PICTURE)
    return Answer(Refusal.ACCEPTED, Photo.objects.create(item=item, jpeg=made, made_us=actor.at_us).pk)


def hide(asked: Sequence[Hide], actor: Actor) -> list[Answer]:
    """Hides pictures that should not be seen."""
    def hidden(fresh: list[Hide]) -> list[Answer]:
        found: dict[int, Photo] = by_number(Photo.objects.select_related("item__store__council").defer("jpeg"),
                                            [row.photo for row in fresh])
        permits, answers = Permits(actor), []
        for row in fresh:
            at = found[row.photo].item.store if row.photo in found else None
            allowed = at is not None and permits.serves(at)
            answers.append(Answer(Refusal.ACCEPTED, row.photo) if allowed else Answer(Refusal.NO_SUCH_THING))
        Photo.objects.filter(pk__in=[answer.number for answer in answers if answer.done]).update(hidden=True)
        return answers

    return once("hide a picture", asked, actor, hidden)
