"""Payments by mandate: what no act at a desk brings with it is paid by a treasurer, who stands on the record for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parecon.secondhand.acts import Purpose
from parecon.service.answers import Answer, Refusal
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.commands import Line
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.record import once

BY_MANDATE = frozenset({Purpose.ALLOWANCE, Purpose.ORDINARY_CONSUMPTION, Purpose.REMOVAL, Purpose.FINE})
"""What mandates pay for; all else follows from acts, by the law alone."""


class Pay(NamedTuple):
    """A payment from one account to another, both by number; `group` joins payments that belong together."""

    act: str
    debit: int
    credit: int
    amount_mcr: int
    purpose: int
    group: str = ""


def pay(rows: Sequence[Pay], actor: Actor) -> list[Answer]:
    """Makes payments one after the other; what an account cannot pay does not stop the rest; the numbers: entries.

    The account of the exchange is not among those that can be paid from or to: it moves by the law alone.
    """
    return once("pay", rows, actor, lambda fresh: _paid(fresh, actor))


def _paid(rows: list[Pay], actor: Actor) -> list[Answer]:
    of = federation()
    if not policy.may(actor, Power.PAY, of.council):
        return [Answer(Refusal.NOT_ALLOWED)] * len(rows)
    reasons = [_unpayable(row, of) for row in rows]
    lines = [Line(f"{row.act}/paid", *row[1:]) for row, reason in zip(rows, reasons, strict=True) if not reason]
    made = iter(ledger.post_batch(lines, actor.at_us) if lines else [])
    return [Answer(reason) if reason else next(made) for reason in reasons]


def _unpayable(row: Pay, of: Federation) -> Refusal:
    numbers = not any(isinstance(each, bool | str | None) for each in row[1:5])
    fit = numbers and row.purpose in BY_MANDATE and of.exchange_account not in {row.debit, row.credit}
    return Refusal.ACCEPTED if fit else Refusal.BAD_FORM
