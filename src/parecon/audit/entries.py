"""All entries of the ledger, read once: as columns, and what stood on an account before any of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from parecon.base.columns import Ints
from parecon.base.postings import Amounts
from parecon.service.ledger import store
from parecon.service.ledger.chain import Row


@dataclass(frozen=True)
class Entries:
    """The entries in the order of the chain: [entry], numbered from 1, once the chain was found whole.

    `act`, `group` and `takes_back` (the act of the entry that one corrects, "" for none) are texts.
    """

    act: list[str]
    group: list[str]
    takes_back: list[str]
    debit: Ints
    credit: Ints
    amount_mcr: Amounts
    purpose: Ints
    made_us: Amounts

    @classmethod
    def read(cls) -> Entries:
        """Whatever stands in the books."""
        columns: list[list[Any]] = [[] for _ in Row._fields]
        for rows in store.all_entries():
            for column, some in zip(columns, zip(*rows, strict=True), strict=True):
                column.extend(some)
        told = dict(zip(Row._fields, columns, strict=True))
        act = told["act"]
        takes_back = ["" if number is None else act[number - 1] for number in told["corrects"]]
        return cls(act, told["group"], takes_back, *(np.array(told[name], np.int64) for name in (
            "debit", "credit", "amount_mcr", "purpose", "made_at_us")))

    def __len__(self) -> int:
        return len(self.act)

    @cached_property
    def first(self) -> dict[str, int]:
        """The place of the first entry of each group."""
        found: dict[str, int] = {}
        for place, group in enumerate(self.group):
            if group:
                found.setdefault(group, place)
        return found

    def of(self, purposes: Iterable[int]) -> list[int]:
        """The places of the entries that are for one of these."""
        return np.flatnonzero(np.isin(self.purpose, list(purposes))).tolist()

    def before(self, group: str, at_us: int) -> int:
        """How many entries were there before a group; where it has none, those made up to a time."""
        place = self.first.get(group)
        return int(np.sum(self.made_us <= at_us)) if place is None else place

    def balance_mcr(self, account: int, entries: int) -> int:
        """What stood on an account after so many entries."""
        of, place, stood = self._moved
        begins, ends = np.searchsorted(of, [account, account + 1])
        row = int(begins + np.searchsorted(place[begins:ends], entries))
        return int(stood[row - 1]) if row > begins else 0

    @cached_property
    def _moved(self) -> tuple[Ints, Ints, Amounts]:
        """By account, then entry: the account, the entry's place, and what stood there afterwards."""
        of = np.concatenate([self.debit, self.credit])
        place = np.tile(np.arange(len(self)), 2)
        moved = np.concatenate([-self.amount_mcr, self.amount_mcr])
        order = np.lexsort((place, of))
        of, place, stood = of[order], place[order], np.cumsum(moved[order])
        begins = np.flatnonzero(np.diff(of, prepend=-1))
        earlier = np.concatenate([[0], stood])[begins]
        return of, place, stood - np.repeat(earlier, np.diff(np.append(begins, len(of))))
