"""Many payments between society and households at once, each with its reason; for lists that treasurers send."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from parecon.service.answers import Answer, Refusal
from parecon.service.desk import columns
from parecon.service.desk.models import Remark
from parecon.service.desk.paying import BY_MANDATE
from parecon.service.ledger import commands as ledger
from parecon.service.ledger import store
from parecon.service.ledger.commands import Line
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import once


class Given(NamedTuple):
    """Society gives an account, by number, so much (above 0), or asks for it (below 0), for a reason."""

    account: int
    amount_mcr: int
    purpose: int
    why: str


class _Reasoned(NamedTuple):
    """Entries that follow each other, made for one reason."""

    act: str
    first: int
    entries: int
    why: str


def pay_many(name: str, rows: Sequence[Given], actor: Actor) -> list[Answer]:
    """Makes payments one after the other; what one cannot pay does not stop the rest; the numbers: entries.

    The name of the list, with the place of each row in it, is that of its payment, whoever sends it: a list that is
    sent again does nothing twice. What was refused before is decided anew.
    """
    of = columns.federation()
    if not policy.may(actor, Power.PAY, of.council):
        return [Answer(Refusal.NOT_ALLOWED)] * len(rows)
    fit = all(row.purpose in BY_MANDATE and row.why.strip() and row.account != of.exchange_account for row in rows)
    if not fit:
        return [Answer(Refusal.BAD_FORM)] * len(rows)
    lines = [_line(f"{name}-{place}/paid", of.society_account, row) for place, row in enumerate(rows)]
    with store.writing():
        answers = ledger.post_batch(lines, actor.at_us)
        made = [(row.why, answer.number) for row, answer in zip(rows, answers, strict=True)
                if answer.done and not answer.again]
        _remember(name, made, actor)
    return answers


def _line(act: str, society: int, row: Given) -> Line:
    sides = (society, row.account) if row.amount_mcr >= 0 else (row.account, society)
    return Line(act, *sides, abs(row.amount_mcr), row.purpose)


def _remember(name: str, made: Sequence[tuple[str, int]], actor: Actor) -> None:
    """Keeps the reasons beside the books, one for all payments that follow each other and have the same."""
    runs = []
    for why, group in groupby(made, key=lambda each: each[0]):
        entries = [number for _why, number in group]
        runs.append(_Reasoned(f"{name}/{entries[0]}", entries[0], len(entries), why.strip()))
    once("pay many", runs, actor, lambda fresh: [Answer(Refusal.ACCEPTED, run.first) for run in fresh])
    Remark.objects.bulk_create([Remark(act=run.act, why=run.why, by=actor.member.party, at_us=actor.at_us,
                                       entries=run.entries, first=run.first) for run in runs])
