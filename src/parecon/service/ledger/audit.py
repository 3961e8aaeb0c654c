"""Whether the books are whole: the chain walked, balances and holds counted again, the first difference named."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from parecon.base.postings import Amounts, Postings, post
from parecon.service.ledger import store
from parecon.service.ledger.chain import START, Head, Name, Row, own_hash
from parecon.service.ledger.law import HoldState
from parecon.service.ledger.models import Account, Balance, Entry, FloorSet, Hold

AT_ONCE = 10_000  # rows in memory while the chain is walked


@dataclass(frozen=True)
class Verdict:
    """How far the chain was followed, and what is wrong first ("" if nothing is)."""

    head: Head
    wrong: str = ""


class _Different(Exception):
    """The first thing that is not as it must be."""


class _Totals:
    """What accounts should have, counted from the entries: by number, posted in milli-credits."""

    def __init__(self) -> None:
        self.number = np.array(sorted(Account.objects.values_list("number", flat=True)), np.int64)
        self.posted_mcr: Amounts = np.zeros(len(self.number), np.int64)

    def add(self, rows: Sequence[Row]) -> None:
        """Carries entries out."""
        giving, receiving, amount_mcr = list(zip(*rows, strict=True))[2:5]
        debit, credit = (np.searchsorted(self.number, side) for side in (giving, receiving))
        post(self.posted_mcr, Postings.of(debit, credit, amount_mcr, 0))

    def by_account(self) -> dict[int, int]:
        """The sums, by the accounts' numbers."""
        return dict(zip(self.number.tolist(), self.posted_mcr.tolist(), strict=True))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Millions of rows are read without looking for garbage among them: it takes half of the time and finds none."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def verify(known: Sequence[Head] = ()) -> Verdict:
    """Reads the whole ledger and names the first row that is not what it must be.

    `known` are ends of the chain that were printed or given away earlier: they must still be in it. Only they
    show that the last entries were dropped and everything else made to fit. Nothing may be written meanwhile
    that is not whole: all is read in one transaction.
    """
    at = Head(0, START)
    with store.writing(), without_collecting():
        try:
            totals = _Totals()
            for reached, rows in _walked(known):
                at = reached
                totals.add(rows)
            _known_are_there(known, at)
            _balances_agree(totals.by_account())
            _holds_agree()
            _floors_agree()
        except _Different as different:
            return Verdict(at, str(different))
    return Verdict(at)


def _walked(known: Sequence[Head]) -> Iterator[tuple[Head, list[Row]]]:
    """The entries in the order of the chain, each held to its hash; and the end of the chain after them."""
    name = {number: Name(*of) for number, *of in Account.objects.values_list("number", "act", "party", "kind")}
    printed, at = dict(known), Head(0, START)
    for stored in store.all_entries("previous_hash", "own_hash", at_once=AT_ONCE):
        rows = []
        for values in stored:
            row, previous, own = Row._make(values[:-2]), values[-2], values[-1]
            _follows(at, row, previous, own, name)
            at = Head(row.number, own)
            if printed.get(row.number, own) != own:
                raise _Different(f"entry {row.number}: its hash is not the one that was printed")
            rows.append(row)
        yield at, rows


def _follows(at: Head, row: Row, previous: str, own: str, name: dict[int, Name]) -> None:
    if row.number != at.number + 1:
        raise _Different(f"entry {at.number + 1}: it is missing; the next is entry {row.number}")
    if previous != at.own_hash:
        raise _Different(f"entry {row.number}: it does not follow entry {at.number}")
    if row.debit not in name or row.credit not in name:
        raise _Different(f"entry {row.number}: one of its accounts does not exist")
    if own != own_hash(previous, row, name[row.debit], name[row.credit]):
        raise _Different(f"entry {row.number}: it does not say what was hashed, or an account changed hands")


def _known_are_there(known: Sequence[Head], at: Head) -> None:
    for each in sorted(known):
        if each.number > at.number:
            raise _Different(f"entry {at.number + 1}: it is missing; entry {each.number} was printed")


def _balances_agree(posted_mcr: dict[int, int]) -> None:
    kept = {number: (posted, held) for number, posted, held in
            Balance.objects.values_list("account_id", "posted_mcr", "held_mcr")}
    held_mcr = dict.fromkeys(posted_mcr, 0)
    for debit, amount in Hold.objects.filter(state=HoldState.OPEN).values_list("debit_id", "amount_mcr"):
        held_mcr[debit] += amount
    for number, posted in posted_mcr.items():
        counted = posted, held_mcr[number]
        if kept.get(number) != counted:
            raise _Different(f"account {number}: posted and held are {kept.get(number)}, by its rows {counted}")


def _holds_agree() -> None:
    """Every posted hold has the entry it became, and no other hold has one."""
    content = ("act", "debit_id", "credit_id", "amount_mcr", "purpose", "group")
    posted = {number: (by, *rest) for number, by, _, *rest in
              Hold.objects.filter(state=HoldState.POSTED).values_list("number", "resolved_by", *content)}
    entered = {number: tuple(rest) for number, *rest in
               Entry.objects.exclude(hold=None).values_list("hold_id", *content)}
    for number in sorted({*posted, *entered}):
        if posted.get(number) != entered.get(number):
            raise _Different(f"hold {number}: it and its entry do not agree")


def _floors_agree() -> None:
    """Each change of a floor begins where the one before ended, and the last one stands."""
    stands: dict[int, int | None] = {}
    for number, account, before, floor in FloorSet.objects.order_by("number").values_list(
            "number", "account_id", "before_mcr", "floor_mcr"):
        if stands.get(account, before) != before:
            raise _Different(f"floor {number}: it does not begin where the one before it ended")
        stands[account] = floor
    kept = dict(Account.objects.filter(pk__in=FloorSet.objects.values("account")).values_list("number", "floor_mcr"))
    for number, floor in stands.items():
        if kept[number] != floor:
            raise _Different(f"account {number}: its floor is {kept[number]}, by its changes {floor}")
