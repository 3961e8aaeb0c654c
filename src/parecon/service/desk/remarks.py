"""Payments and corrections by treasurers, each with its reason in words, kept beside the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parecon.service import lengths
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns
from parecon.service.desk.models import Remark
from parecon.service.desk.paying import BY_MANDATE, Pay, pay
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Entry
from parecon.service.people import policy
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import once
from parecon.service.rows import by_number

LATEST = 30


class Give(NamedTuple):
    """Society gives each of these households, by number, so much (above 0), or asks for it (below 0), for a reason."""

    act: str
    households: tuple[int, ...]
    amount_mcr: int
    purpose: int
    why: str


class Correct(NamedTuple):
    """An entry, by number, is taken back by a new one, for a reason."""

    act: str
    entry: int
    why: str


class _NotAllError(Exception):
    """One of several payments is refused: none is made."""


def give(row: Give, actor: Actor) -> Answer:
    """Pays every household the same, all of them or none; the number is the first entry's."""
    refused: list[Answer] = []
    try:
        return once("give", [row], actor, lambda _: [_given(row, actor, refused)])[0]
    except _NotAllError:
        return refused[0]


def _given(row: Give, actor: Actor, refused: list[Answer]) -> Answer:
    homes: dict[int, Household] = by_number(Household.objects.all(), row.households)
    if not homes or not _says(row.why):
        return Answer(Refusal.BAD_FORM)
    society, account = columns.federation().society_account, columns.accounts([each.party for each in homes.values()])
    sides = [_turned(society, account.get(home.party, 0), row.amount_mcr) for home in homes.values()]
    answers = pay([Pay(f"{row.act}/{place}", debit, credit, abs(row.amount_mcr), row.purpose)
                   for place, (debit, credit) in enumerate(sides)], actor)
    refused += [answer for answer in answers if not answer.done]
    if refused:
        raise _NotAllError  # what was paid before the one that is refused is undone with it
    _remember(row.act, row.why, actor, answers)
    return Answer(Refusal.ACCEPTED, answers[0].number)


def _turned(giver: int, taker: int, amount_mcr: int) -> tuple[int, int]:
    return (giver, taker) if amount_mcr >= 0 else (taker, giver)


def correct(rows: Sequence[Correct], actor: Actor) -> list[Answer]:
    """Takes payments back that treasurers made; what follows from the law is taken back by the law's own acts."""
    return once("correct", rows, actor, lambda fresh: [_corrected(row, actor) for row in fresh])


def _corrected(row: Correct, actor: Actor) -> Answer:
    if not policy.may(actor, Power.PAY, columns.federation().council):
        return Answer(Refusal.NOT_ALLOWED)
    wrong = Entry.objects.filter(number=row.entry).first()
    if wrong is None:
        return Answer(Refusal.NO_SUCH_THING)
    if wrong.purpose not in BY_MANDATE:
        return Answer(Refusal.NOT_NOW)
    if not _says(row.why):
        return Answer(Refusal.BAD_FORM)
    made = ledger.correct(f"{row.act}/corrected", wrong.act, actor.at_us)
    if made.reason:
        return Answer(made.reason)
    answer = Answer(Refusal.ACCEPTED, made.number)
    _remember(row.act, row.why, actor, [answer])
    return answer


def _says(why: str) -> bool:
    return 0 < len(why.strip()) <= lengths.WHY


def _remember(act: str, why: str, actor: Actor, made: Sequence[Answer]) -> None:
    Remark.objects.create(act=act, why=why.strip(), by=actor.member.party, at_us=actor.at_us, entries=len(made),
                          first=min(answer.number for answer in made))


def latest() -> list[Remark]:
    """The reasons given last."""
    return list(Remark.objects.order_by("-at_us", "-act")[:LATEST])
