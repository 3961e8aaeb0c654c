"""Councils and what they belong to: added, affiliated for a time, never in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.core.validators import validate_slug

from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.clock import date_of
from parecon.service.people import law
from parecon.service.people.models import Affiliation, Council, CouncilKind
from parecon.service.people.policy import Actor, Power, above, reach, running
from parecon.service.people.record import fits, once, possible, pseudonym

CODE_LETTERS = 40


class NewCouncil(NamedTuple):
    """A council that is to be, and the council it will belong to, by its code; also one added just before."""

    act: str
    code: str
    name: str
    kind: str
    parent: str
    from_on: date


class NewAffiliation(NamedTuple):
    """That a council is to belong to another from a day, and until a day if that is known; both by number."""

    act: str
    council: int
    parent: int
    from_on: date
    until_on: date | None = None


class EndOfAffiliation(NamedTuple):
    """That a council is to belong to another no longer from a day; the affiliation by number."""

    act: str
    affiliation: int
    on: date


def add_councils(acts: Sequence[NewCouncil], actor: Actor) -> list[Answer]:
    """Adds councils under councils that the organiser's mandate reaches: [act]; answers with their numbers."""
    return once("add council", acts, actor, lambda rows: _added(rows, actor))


def _added(rows: list[NewCouncil], actor: Actor) -> list[Answer]:
    codes = {code for row in rows for code in (row.code, row.parent)}
    known = {each.code: each for each in Council.objects.filter(code__in=codes)}
    allowed = reach(actor, Power.ARRANGE_PEOPLE)
    reached = {each.code for each in known.values() if each.pk in allowed}
    reasons = []
    for row in rows:
        reason = _not_added(row, known, reached)
        reasons.append(reason)
        if reason == Refusal.ACCEPTED:
            known[row.code] = Council(code=row.code, name=row.name.strip(), kind=row.kind, party=pseudonym("c"))
            reached.add(row.code)
    accepted = [row for row, reason in zip(rows, reasons, strict=True) if reason == Refusal.ACCEPTED]
    Council.objects.bulk_create([known[row.code] for row in accepted])
    Affiliation.objects.bulk_create([Affiliation(council=known[row.code], parent=known[row.parent],
                                                 from_on=row.from_on) for row in accepted])
    return [Answer(reason, 0 if reason else known[row.code].pk) for row, reason in zip(rows, reasons, strict=True)]


def _not_added(row: NewCouncil, known: dict[str, Council], reached: set[str]) -> Refusal:
    if row.parent not in known:
        return Refusal.NO_SUCH_THING
    if row.parent not in reached:
        return Refusal.NOT_ALLOWED
    said = fits(row.name, lengths.NAME) and row.kind in CouncilKind.values and is_code(row.code)
    return Refusal.ACCEPTED if said and row.code not in known else Refusal.BAD_FORM


def is_code(code: str) -> bool:
    """Whether a council can have this code: letters, digits, - and _.

    >>> is_code("river-town"), is_code("River Town")
    (True, False)
    """
    return 0 < len(code) <= CODE_LETTERS and validate_slug.regex.fullmatch(code) is not None


def affiliate(acts: Sequence[NewAffiliation], actor: Actor) -> list[Answer]:
    """Makes councils belong to others: [act], each decided after those before it. An organiser of both does it."""
    return once("affiliate", acts, actor, lambda rows: _affiliated(rows, actor))


def _affiliated(rows: list[NewAffiliation], actor: Actor) -> list[Answer]:
    named = possible(number for row in rows for number in (row.council, row.parent))
    there = set(Council.objects.filter(pk__in=named).values_list("pk", flat=True))
    reached, links, made = reach(actor, Power.ARRANGE_PEOPLE), law.by_lower(all_links()), []
    reasons = []
    for row in rows:
        reason = _not_affiliated(row, there, reached, links)
        reasons.append(reason)
        if reason == Refusal.ACCEPTED:
            links.setdefault(row.council, []).append(_link(row))
            made.append(Affiliation(council_id=row.council, parent_id=row.parent, from_on=row.from_on,
                                    until_on=row.until_on))
    numbers = iter(Affiliation.objects.bulk_create(made))
    return [Answer(reason, 0 if reason else next(numbers).pk) for reason in reasons]


def _not_affiliated(row: NewAffiliation, there: set[int], reached: set[int],
                    links: dict[int, list[law.Link]]) -> Refusal:
    if not {row.council, row.parent} <= there:
        return Refusal.NO_SUCH_THING
    if not {row.council, row.parent} <= reached:
        return Refusal.NOT_ALLOWED
    new = _link(row)
    if new.from_day >= new.until_day:
        return Refusal.BAD_FORM
    if any(each.to == new.to and law.meet(each, new) for each in links.get(new.of, ())):
        return Refusal.NOT_AS_SHOWN
    return Refusal.A_CIRCLE if law.closes_a_circle(new, links) else Refusal.ACCEPTED


def _link(row: NewAffiliation) -> law.Link:
    return law.Link(row.council, row.parent, row.from_on.toordinal(), _day(row.until_on))


def all_links() -> list[law.Link]:
    """Every affiliation there was, is or is to be, as the law's columns have them."""
    rows = Affiliation.objects.values_list("council_id", "parent_id", "from_on", "until_on")
    return [law.Link(council, parent, begins.toordinal(), _day(ends)) for council, parent, begins, ends in rows]


def _day(on: date | None) -> int:
    return law.NEVER if on is None else on.toordinal()


def end_affiliations(acts: Sequence[EndOfAffiliation], actor: Actor) -> list[Answer]:
    """Ends affiliations on a day: [act]. An organiser of either council does it; somebody must be left to organise."""
    return once("end affiliation", acts, actor, lambda rows: [_ended(row, actor) for row in rows])


def _ended(row: EndOfAffiliation, actor: Actor) -> Answer:
    found = Affiliation.objects.select_related("council").filter(pk=row.affiliation).first()
    if found is None:
        return Answer(Refusal.NO_SUCH_THING)
    if not {found.council_id, found.parent_id} & reach(actor, Power.ARRANGE_PEOPLE):
        return Answer(Refusal.NOT_ALLOWED)
    if row.on <= found.from_on or row.on < date_of(actor.at_us):
        return Answer(Refusal.BAD_FORM)
    if found.until_on is not None and found.until_on <= row.on:
        return Answer(Refusal.OVER)
    if not _organised_without(found, row.on, actor.at_us):
        return Answer(Refusal.LAST_ORGANISER)
    Affiliation.objects.filter(pk=found.pk).update(until_on=row.on)
    return Answer(Refusal.ACCEPTED, found.pk)


def _organised_without(ending: Affiliation, on: date, at_us: int) -> bool:
    """Whether somebody organises the council also when it belongs to the other no longer."""
    kept = Affiliation.objects.on(on).exclude(pk=ending.pk)
    parents = [each.parent for each in kept.filter(council=ending.council).select_related("parent")]
    councils = {ending.council_id}.union(*(above(parent, on) for parent in parents))
    return running(at_us).filter(role="organiser", council_id__in=councils, member__is_active=True).exists()
