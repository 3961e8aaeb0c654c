"""Value moves only as postings: an amount in whole milli-credits from one account to another.

Because each posting takes from one account what it gives to another, the sum of all balances is the
same after any number of them: nothing else in the program may change a balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints

MCR_A_CREDIT = 1000  # milli-credits
Amounts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Postings:
    """Amounts that move, one row each: [posting].

    `debit` is the row of the account that gives, `credit` of the account that receives, `amount_mcr` what
    moves, above 0, in milli-credits; `purpose` says what for (a code of the institution that decided it).

    >>> Postings.of([0], [1], [1500], 7).total_mcr
    1500
    """

    debit: npt.NDArray[np.int32]
    credit: npt.NDArray[np.int32]
    amount_mcr: Amounts
    purpose: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.amount_mcr)

    @property
    def total_mcr(self) -> int:
        """What moves in all."""
        return int(self.amount_mcr.sum())

    @classmethod
    def of(cls, debit: npt.ArrayLike, credit: npt.ArrayLike, amount_mcr: npt.ArrayLike, purpose: int) -> Postings:
        """Postings of one purpose; rows of amount 0 are left out, and single accounts serve all rows."""
        amount = np.atleast_1d(np.asarray(amount_mcr, np.int64))
        assert amount.size == 0 or amount.min() >= 0, "a posting moves an amount above 0; turn it round instead"
        moving = np.flatnonzero(amount)
        giving, receiving = (np.broadcast_to(np.asarray(side, np.int32), amount.shape)[moving]
                             for side in (debit, credit))
        return cls(giving, receiving, amount[moving], np.full(len(moving), purpose, np.int8))

    @classmethod
    def signed(cls, account: npt.ArrayLike, against: int, amount_mcr: npt.ArrayLike, purpose: int) -> Postings:
        """What each account is given (above 0) or asked for (below 0), to or from one other account.

        >>> Postings.signed([3, 4], 0, [10, -5], 1).debit.tolist()
        [0, 4]
        """
        amount = np.atleast_1d(np.asarray(amount_mcr, np.int64))
        account = np.broadcast_to(np.asarray(account, np.int32), amount.shape)
        return cls.of(np.where(amount > 0, against, account), np.where(amount > 0, account, against),
                      np.abs(amount), purpose)

    @classmethod
    def together(cls, several: Iterable[Postings]) -> Postings:
        """One table of several, in their order."""
        tables = list(several) or [cls.of([], [], [], 0)]
        return cls(*(np.concatenate([getattr(each, name) for each in tables])
                     for name in ("debit", "credit", "amount_mcr", "purpose")))


def post(balance_mcr: Amounts, postings: Postings) -> None:
    """Carries postings out on the balances of all accounts: [account], changed in place; their sum stays.

    An account that stands in many rows gets the sum of them all.

    >>> balance = np.array([5000, 0, 0])
    >>> post(balance, Postings.of([0, 0], [1, 1], [1500, 500], 1))
    >>> balance.tolist()
    [3000, 2000, 0]
    """
    np.subtract.at(balance_mcr, postings.debit, postings.amount_mcr)
    np.add.at(balance_mcr, postings.credit, postings.amount_mcr)


def post_run(balance_mcr: Amounts, other: int, first: int, amount_mcr: Amounts) -> None:
    """A posting to each account of an unbroken run from one other account, or to it where the amount is below 0.

    The same as a table of postings with one row an account, without the table: `amount_mcr` [account of the run].

    >>> balance = np.array([0, 0, 9])
    >>> post_run(balance, 2, 0, np.array([5, -1]))
    >>> balance.tolist()
    [5, -1, 5]
    """
    assert not first <= other < first + len(amount_mcr), "no account pays itself"
    balance_mcr[first:first + len(amount_mcr)] += amount_mcr
    balance_mcr[other] -= amount_mcr.sum()


def shared_out(total_mcr: int, weight: Ints) -> Amounts:
    """An amount shared in proportion to whole weights, to the last milli-credit: [share], its sum is the amount.

    Each gets its share rounded down; the milli-credits left over go one each to the largest fractions,
    the first of equals first (the method of the largest remainder). A negative total is shared as a debt.
    At least one weight must be above 0.

    >>> shared_out(100, np.array([1, 1, 1])).tolist(), shared_out(-100, np.array([1, 1, 1])).tolist()
    ([34, 33, 33], [-34, -33, -33])
    """
    shares = np.asarray(weight, np.int64)
    size, owed = abs(total_mcr), int(shares.sum())
    assert owed > 0, "somebody must have a share"
    assert shares.min() >= 0, "a share is not below 0"
    each, rest = _divided(size, shares, owed)
    left = size - int(each.sum())
    each[np.argsort(-rest, kind="stable")[:left]] += 1
    return each if total_mcr >= 0 else -each


def _divided(size: int, weight: Amounts, owed: int) -> tuple[Amounts, Amounts]:
    """Whole shares and what is left of each division; in exact arithmetic however large the amounts are."""
    if size.bit_length() + int(weight.max()).bit_length() < 63:
        each = size * weight
        return each // owed, each % owed
    pairs = [divmod(size * int(one), owed) for one in weight]
    return (np.array([whole for whole, _ in pairs], np.int64),
            np.array([rest * 2**40 // owed for _, rest in pairs], np.int64))
