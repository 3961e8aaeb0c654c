"""Payments that a desk's decision brings with it: the law's postings, as lines of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parecon.base.postings import Postings
from parecon.service.answers import Answer
from parecon.service.desk.columns import Parties
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.commands import Line


class NotPostedError(RuntimeError):
    """The ledger refuses what the law decided: nothing of the act is written."""


def lines(postings: Postings, acts: Iterable[str], parties: Parties) -> list[Line]:
    """Postings as lines, one named each: [posting]."""
    account = parties.accounts()
    columns = (postings.debit.tolist(), postings.credit.tolist(), postings.amount_mcr.tolist(),
               postings.purpose.tolist())
    return [Line(act, account[debit], account[credit], amount, purpose)
            for act, debit, credit, amount, purpose in zip(acts, *columns, strict=True)]


def post(payments: Sequence[Line], at_us: int) -> list[Answer]:
    """Makes payments that the law has decided, all of them."""
    return made(ledger.post_batch(payments, at_us) if payments else [])


def made(answers: list[Answer]) -> list[Answer]:
    """The ledger's answers, none of which is a refusal."""
    for answer in answers:
        if not answer.done:
            raise NotPostedError(answer.sentence)
    return answers
