"""Files of rows: checked and shown with what each row would come to, then, confirmed, posted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from parecon.base.errors import BadInput
from parecon.service.answers import Answer, Refusal
from parecon.service.api.kinds import KINDS, Kind
from parecon.service.api.models import Batch
from parecon.service.api.reading import MOST_BYTES, Line, lines
from parecon.service.clock import DAY_US
from parecon.service.ledger.store import writing
from parecon.service.people.policy import Actor

MOST_WAITING = 20  # files of one member


class Told(NamedTuple):
    """What a row of a file comes to: its line, an answer, and a sentence; no answer where it cannot be read."""

    line: int
    answer: Answer | None
    sentence: str


class Checked(NamedTuple):
    """What all rows of a file come to, and the mark by which the same is known again."""

    rows: list[Told]

    @property
    def mark(self) -> str:
        """Another one as soon as any row would be answered otherwise."""
        return sha256("\n".join(f"{row.line} {row.answer and row.answer.reason!r} {row.answer is None}"
                                for row in self.rows).encode()).hexdigest()

    @property
    def unreadable(self) -> int:
        """How many rows cannot be read; while there is one, nothing is posted."""
        return sum(row.answer is None for row in self.rows)

    @property
    def to_post(self) -> int:
        """How many rows would be done now."""
        return sum(row.answer is not None and row.answer.done and not row.answer.again for row in self.rows)

    @property
    def done_before(self) -> int:
        """How many rows were done before."""
        return sum(row.answer is not None and row.answer.again for row in self.rows)

    @property
    def refused(self) -> int:
        """How many rows the law or the policy refuses."""
        return sum(row.answer is not None and not row.answer.done for row in self.rows)

    @property
    def sentences(self) -> list[tuple[str, int]]:
        """What is answered how often, the most frequent first."""
        return Counter(row.sentence for row in self.rows if row.answer is not None).most_common()


class _OnlyLookedError(Exception):
    """What was tried is undone."""


def kept(kind: str, file: BinaryIO, actor: Actor) -> Batch:
    """Keeps a file of rows for a day, as it was sent; raises BadInput where it cannot be read as rows."""
    content = file.read(MOST_BYTES + 1)
    _rows(KINDS[kind], content)
    with writing():
        throw_old_away(actor.at_us)
        mine = Batch.objects.filter(member=actor.member, posted_us=None).order_by("-number")
        Batch.objects.filter(pk__in=[each.pk for each in mine[MOST_WAITING - 1:]]).delete()
        return Batch.objects.create(member=actor.member, kind=kind, content=content, sent_us=actor.at_us,
                                    content_hash=sha256(content).hexdigest())


def throw_old_away(at_us: int) -> None:
    """Forgets files that nobody confirmed in a day."""
    Batch.objects.filter(sent_us__lt=at_us - DAY_US, posted_us=None).delete()


def _rows(kind: Kind, content: bytes) -> list[Line]:
    found = list(lines(BytesIO(content), kind.columns, kind.optional))
    if not found:
        raise BadInput(".", _("line %(number)s") % {"number": 2}, _("nothing"), _("a row at least"))
    return found


def checked(batch: Batch, actor: Actor) -> Checked:
    """What each row would come to now: tried with the very commands, and undone."""
    found: list[Checked] = []
    with suppress(_OnlyLookedError), writing():
        found.append(_carried_out(batch, actor))
        raise _OnlyLookedError
    return found[0]


def posted(batch: Batch, shown: str, actor: Actor) -> tuple[Answer, Checked | None]:
    """Posts what was shown, once; then only counts are kept. Otherwise than shown, nothing is posted."""
    reason = Refusal.NOT_AS_SHOWN
    with suppress(_OnlyLookedError), writing():
        now = Batch.objects.get(pk=batch.pk)
        if now.posted_us is not None:
            return Answer(Refusal.ACCEPTED, now.posted, again=True), None
        found = _carried_out(now, actor)
        if found.unreadable or found.mark != shown:
            reason = Refusal.BAD_FORM if found.unreadable else reason
            raise _OnlyLookedError
        now.posted_us, now.content, now.posted, now.refused = actor.at_us, b"", found.to_post, found.refused
        now.save()
        return Answer(Refusal.ACCEPTED, found.to_post), found
    return Answer(reason), None


def _carried_out(batch: Batch, actor: Actor) -> Checked:
    """The rows, those that can be read given to their command; named after the file, whoever sends it."""
    kind = KINDS[batch.kind]
    found = _rows(kind, bytes(batch.content))
    name = f"csv-{batch.kind[0]}{batch.content_hash[:32]}"
    read = kind.read(found, name, actor)
    fit = [row for row in read if not isinstance(row, BadInput)]
    answers = iter(kind.post(name, fit, actor) if fit else [])
    sentence = cache(_)  # the same few are said ten thousand times
    return Checked([_told(line, row if isinstance(row, BadInput) else next(answers), sentence)
                    for line, row in zip(found, read, strict=True)])


def _told(line: Line, came: BadInput | Answer, sentence: Callable[[str], str]) -> Told:
    if isinstance(came, BadInput):
        return Told(line.number, None, _("%(place)s: found %(found)s; expected is %(expected)s.") % {
            "place": came.place, "found": came.found, "expected": came.expected})
    return Told(line.number, came, sentence(came.sentence))
