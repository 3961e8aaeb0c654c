"""The register's side of the ledger: the account of the federation's shelf, and postings as lines of the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from parecon.base.postings import Postings
from parecon.secondhand.collectables.acts import Purpose
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.people.models import Member
from parecon.service.register.models import SHELF


class UnpaidError(Exception):
    """A payment that the ledger refuses: nothing of what was begun is done."""

    def __init__(self, reason: IntEnum) -> None:
        super().__init__(reason.name)
        self.reason = reason


def shelf_account(at_us: int) -> int:
    """The account of the federation's shelf; it is opened when it is first needed."""
    found = Account.objects.filter(party=SHELF, kind=Kind.EXCHANGE).values_list("number", flat=True).first()
    return found or ledger.open_account("register/shelf", SHELF, Kind.EXCHANGE, None, at_us).number


def households_of(persons: Iterable[str]) -> dict[str, str]:
    """The household of each member, both by pseudonym."""
    return dict(Member.objects.filter(party__in=set(persons)).values_list("party", "household__party"))


def accounts_of(households: Iterable[str]) -> dict[str, int]:
    """The account of each household that has one, by pseudonym."""
    return dict(Account.objects.filter(party__in=set(households), kind=Kind.MEMBER).values_list("party", "number"))


def lines(postings: Postings, account: Mapping[int, int], acts: Sequence[str], group: str = "") -> list[ledger.Line]:
    """Postings as lines of the books: `account` [party row] by number, `acts` [posting]."""
    columns = (postings.debit.tolist(), postings.credit.tolist(), postings.amount_mcr.tolist(),
               postings.purpose.tolist())
    return [ledger.Line(act, account[debit], account[credit], amount, purpose, group, owed=purpose == Purpose.WINDFALL)
            for act, debit, credit, amount, purpose in zip(acts, *columns, strict=True)]


def paid(lines: Sequence[ledger.Line], at_us: int) -> None:
    """Posts all of these; raises `UnpaidError` if the ledger refuses any, so that nothing of it is done."""
    for answer in ledger.post_batch(lines, at_us):
        if answer.reason != ledger.Refusal.ACCEPTED:
            raise UnpaidError(answer.reason)
