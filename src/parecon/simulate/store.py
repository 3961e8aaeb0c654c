"""The array store: accounts and items as columns, changed by postings and moves alone, and audited every month."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.errors import BrokenIdentity
from parecon.base.outcome import NOBODY, Outcome, move
from parecon.base.postings import Amounts, Postings, post

SOCIETY, EXCHANGE, COLLECTABLES = "society", "exchange", "collectables"
GROWTH = 9 / 8  # how much longer the table of items gets when it is full


@dataclass(frozen=True)
class Parties:
    """Who can hold credits or items, in one numbering: households, stores of areas, single parties, then parks."""

    households: int
    areas: int
    singles: tuple[str, ...] = (SOCIETY, EXCHANGE, COLLECTABLES)
    parks: int = 0

    def __len__(self) -> int:
        return self._first_park + self.parks

    def store(self, area: Ints) -> npt.NDArray[np.int32]:
        """The store of each area: party rows."""
        return np.asarray(area, np.int32) + np.int32(self.households)

    def single(self, name: str) -> int:
        """The row of a party that there is one of."""
        return self.households + self.areas + self.singles.index(name)

    def park(self, park: Ints) -> npt.NDArray[np.int32]:
        """The account of each park, which also holds its pieces: party rows."""
        return np.asarray(park, np.int32) + np.int32(self._first_park)

    @property
    def _first_park(self) -> int:
        return self.households + self.areas + len(self.singles)

    def name(self, party: int) -> str:
        """What a party is called.

        >>> Parties(2, 1).name(1), Parties(2, 1).name(2), Parties(2, 1).name(3)
        ('household 1', 'store 0', 'society')
        """
        if party < self.households:
            return f"household {party}"
        if party < self.households + self.areas:
            return f"store {party - self.households}"
        if party < self._first_park:
            return self.singles[party - self.households - self.areas]
        return f"park {party - self._first_park}"


@dataclass
class Items:
    """Durables that exist, one row each: [item]; rows of scrapped ones serve again.

    `made_month` and `fails_month` are counted from the start of the simulation, `grade` is how well the item is
    kept (0 best), `holder` the party that has it, or nobody.
    """

    good: npt.NDArray[np.int8]
    grade: npt.NDArray[np.int8]
    made_month: npt.NDArray[np.int16]
    fails_month: npt.NDArray[np.int16]
    holder: npt.NDArray[np.int32]
    free: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    @classmethod
    def none(cls) -> Items:
        """No items yet."""
        return cls(np.zeros(0, np.int8), np.zeros(0, np.int8), np.zeros(0, np.int16), np.zeros(0, np.int16),
                   np.zeros(0, np.int32))

    def rows(self, count: int) -> npt.NDArray[np.int32]:
        """Rows for items to be made, nobody's until they are."""
        if len(self.free) < count:
            self._grow(count - len(self.free))
        taken, self.free = self.free[:count], self.free[count:]
        return taken

    def _grow(self, least: int) -> None:
        now = len(self.good)
        more = max(least, int(now * (GROWTH - 1)))
        for name in ("good", "grade", "made_month", "fails_month", "holder"):
            column = getattr(self, name)
            fresh = np.full(more, NOBODY if name == "holder" else 0, column.dtype)
            setattr(self, name, np.concatenate([column, fresh]))
        self.free = np.concatenate([self.free, np.arange(now, now + more, dtype=np.int32)])

    def returned(self, rows: Ints) -> None:
        """Rows of items that are no more, to serve again."""
        self.free = np.concatenate([self.free, rows.astype(np.int32)])


@dataclass
class Store:
    """The books and the goods of a simulated economy: balances [party] in milli-credits, and items."""

    parties: Parties
    balance_mcr: Amounts
    items: Items

    def apply(self, outcome: Outcome) -> None:
        """Carries a decision out."""
        post(self.balance_mcr, outcome.postings)
        move(self.items.holder, outcome.moves)

    def post(self, postings: Postings) -> None:
        """Carries postings out."""
        post(self.balance_mcr, postings)

    def scrap(self, rows: npt.NDArray[np.int32]) -> None:
        """Items that are no more."""
        self.items.holder[rows] = NOBODY
        self.items.returned(rows)

    def check_money(self) -> None:
        """Raises BrokenIdentity unless all balances sum to nothing, naming the account that is largest."""
        total = int(self.balance_mcr.sum())
        if total:
            worst = int(np.abs(self.balance_mcr).argmax())
            raise BrokenIdentity(f"credits: all balances sum to {total:,} mcr instead of 0; the largest is "
                                 f"{self.parties.name(worst)} with {int(self.balance_mcr[worst]):,} mcr")
