"""The books as people read them: the statement of an account, and all of it as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from parecon.base.postings import MCR_A_CREDIT
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account, Balance, Entry


@dataclass(frozen=True)
class StatementLine:
    """An entry seen from one account: what it brought (below 0: took), and what stood there after it, in mcr."""

    entry: Entry
    change_mcr: int
    after_mcr: int


@dataclass(frozen=True)
class Statement:
    """An account over a time: what stood there before, each entry, and what stands there after."""

    account: int
    before_mcr: int
    lines: list[StatementLine]

    @property
    def after_mcr(self) -> int:
        """What stands there at the end."""
        return self.lines[-1].after_mcr if self.lines else self.before_mcr


def statement(account: int, from_us: int, to_us: int) -> Statement:
    """The entries of an account from a time up to, not with, another (microseconds since 1970, UTC), as they came.

    By the time that each entry states: also if a clock was set back, the entries before, in and after a
    time are all there are, so that statements that follow each other fit together.
    """
    earlier = Entry.objects.filter(made_at_us__lt=from_us)
    before = stands = _sum_mcr(earlier.filter(credit_id=account)) - _sum_mcr(earlier.filter(debit_id=account))
    meanwhile = Q(made_at_us__gte=from_us, made_at_us__lt=to_us)
    touching = Entry.objects.filter(meanwhile & Q(debit_id=account) | meanwhile & Q(credit_id=account))
    lines = []
    for entry in touching.order_by("number"):
        change = -entry.amount_mcr if entry.debit_id == account else entry.amount_mcr
        stands += change
        lines.append(StatementLine(entry, change, stands))
    return Statement(account, before, lines)


def _sum_mcr(entries: QuerySet[Entry]) -> int:
    """What entries amount to: of one side of an account, read from an index alone, as quick for a million."""
    return int(entries.aggregate(sum=Sum("amount_mcr"))["sum"] or 0)


def export() -> Iterator[str]:
    """The whole ledger as plain text that people and beancount can read, line by line; its last lines are checks."""
    yield 'option "title" "ledger"\n'
    label = {}
    for account in Account.objects.order_by("number"):
        label[account.number] = f"Assets:{Kind(account.kind).name.capitalize()}:A{account.number}"
        yield f'1970-01-01 open {label[account.number]} CREDIT\n  party: "{account.party}"\n  act: "{account.act}"\n'
    latest = datetime(1970, 1, 1, tzinfo=UTC)
    for entry in Entry.objects.order_by("number").iterator():
        latest = max(latest, entry.made_at)
        yield from _transaction(entry, label)
    for number, posted in Balance.objects.order_by("account_id").values_list("account_id", "posted_mcr"):
        yield f"{latest + timedelta(days=1):%Y-%m-%d} balance {label[number]} {credits_of(posted)} CREDIT\n"


def _transaction(entry: Entry, label: dict[int, str]) -> Iterator[str]:
    yield f'\n{entry.made_at:%Y-%m-%d} * "purpose {entry.purpose}"\n'
    told = {"entry": entry.number, "act": entry.act, "at": entry.made_at.isoformat(), "group": entry.group,
            "corrects": entry.corrects_id, "hold": entry.hold_id, "owed": entry.owed or "", "hash": entry.own_hash}
    yield from (f'  {name}: "{value}"\n' for name, value in told.items() if value not in {"", None})
    yield f"  {label[entry.debit_id]} -{credits_of(entry.amount_mcr)} CREDIT\n"
    yield f"  {label[entry.credit_id]} {credits_of(entry.amount_mcr)} CREDIT\n"


def credits_of(amount_mcr: int) -> str:
    """Milli-credits as credits, to the last digit.

    >>> credits_of(-1500), credits_of(7), credits_of(2**60)
    ('-1.500', '0.007', '1152921504606846.976')
    """
    whole, rest = divmod(abs(amount_mcr), MCR_A_CREDIT)
    return f"{'-' if amount_mcr < 0 else ''}{whole}.{rest:03}"
