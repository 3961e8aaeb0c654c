"""What acts carry when a program asks for them."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from parecon.service.api.values import (
    Act,
    Card,
    Code,
    Credits,
    Description,
    Grade,
    Hours,
    Label,
    Month,
    Number,
    Reason,
    Rules,
    Title,
    Why,
)

Finding = Annotated[list[Why], Field(min_length=2, max_length=2)]


class ActOnly(Schema):
    """An act with nothing to add. What is written otherwise than said here, or beside it, is not read at all."""

    model_config = ConfigDict(extra="forbid", strict=True)
    act: Act


class Announcing(ActOnly):
    """A thing that will be brought: its kind, when it was new, its condition, and to which store."""

    good: Code
    made: Month
    grade: Grade
    store: Code
    title: Title = ""
    description: Description = ""


class Accepting(ActOnly):
    """The quote that is accepted, by number: the one that was shown."""

    quote: Number


class Asking(ActOnly):
    """What is asked for - a thing by its label, or any of a kind - and where it will be fetched."""

    store: Code
    label: Label | None = None
    good: Code | None = None


class At(ActOnly):
    """An act at a store, by the code of its council."""

    store: Code


class Found(ActOnly):
    """What an inspection finds."""

    grade: Grade
    made: Month
    why: Why = ""
    findings: Annotated[list[Finding], Field(max_length=40, default_factory=list)]


class Explained(ActOnly):
    """An act with its reason."""

    why: Reason


class Mended(ActOnly):
    """In which grade a thing comes back from the workshop."""

    grade: Grade
    note: Why = ""


class Returned(Explained):
    """Why something is brought back, and in which grade, if that is not as it was."""

    grade: Grade | None = None


class Paying(Explained):
    """A payment from society to a member's household (above 0), or the other way (below 0), and what for."""

    card: Card
    credits: Credits
    purpose: Code


class MonthAct(ActOnly):
    """The month that is closed."""

    month: Month


class YearAct(ActOnly):
    """The mark of the preview that was shown: exactly that is posted."""

    shown: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Deciding(ActOnly):
    """Rules that are others from the next schedule on, who decided it and why."""

    rules: Rules
    why: Reason


class Booking(ActOnly):
    """A kind of thing in a park, from which hour of its calendar, for how many hours."""

    thing: Code
    start: Annotated[int, Field(ge=-2**30, le=2**30)]
    hours: Hours


class Back(ActOnly):
    """A piece brought back: whether it still works, and what there is to say."""

    works: bool
    note: Why = ""


class Bidding(ActOnly):
    """A kind of collectable, by number, and the most that is offered."""

    kind: Number
    most: Credits
