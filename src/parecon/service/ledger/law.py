"""The rules of the ledger, as pure functions: who may pay, what a hold can become, and how a refusal is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

MOST_MCR = 2**61  # no amount and no balance is larger, so that sums of balances and holds fit into 64 bits
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}")


class Kind(IntEnum):
    """Whose account it is."""

    MEMBER = 1
    COUNCIL = 2
    EXCHANGE = 3
    SOCIETY = 4


class HoldState(IntEnum):
    """What became of a hold; all but the first are for good."""

    OPEN = 1
    POSTED = 2
    VOIDED = 3
    EXPIRED = 4


class Refusal(IntEnum):
    """Why a command is not carried out; 0 where it is."""

    ACCEPTED = 0
    BAD_NAME = 1
    NAME_TAKEN = 2
    NO_SUCH_ACCOUNT = 3
    SAME_ACCOUNT = 4
    NOT_AN_AMOUNT = 5
    NOT_ENOUGH_CREDIT = 6
    TOO_LARGE = 7
    NO_SUCH_HOLD = 8
    HOLD_RESOLVED = 9
    HOLD_OVER = 10
    HOLD_STILL_RUNS = 11
    NO_SUCH_ENTRY = 12
    CORRECTED_BEFORE = 13
    ACCOUNT_EXISTS = 14


SENTENCES = {
    Refusal.ACCEPTED: "done",
    Refusal.BAD_NAME: "a name has 1 to 64 letters, digits and - _ . : / and begins with a letter or digit",
    Refusal.NAME_TAKEN: "this form was sent before with other content; please begin with a new one",
    Refusal.NO_SUCH_ACCOUNT: "there is no such account",
    Refusal.SAME_ACCOUNT: "no account pays itself",
    Refusal.NOT_AN_AMOUNT: "the amount must be above 0",
    Refusal.NOT_ENOUGH_CREDIT: "the credits that are there and not held for something else do not cover the amount",
    Refusal.TOO_LARGE: "the ledger does not keep amounts this large",
    Refusal.NO_SUCH_HOLD: "there is no such hold",
    Refusal.HOLD_RESOLVED: "the hold was posted, voided or expired before",
    Refusal.HOLD_OVER: "the time of the hold is over",
    Refusal.HOLD_STILL_RUNS: "the time of the hold is not over yet",
    Refusal.NO_SUCH_ENTRY: "there is no such entry",
    Refusal.CORRECTED_BEFORE: "the entry was corrected before",
    Refusal.ACCOUNT_EXISTS: "the party has an account of this kind",
}


class Standing(NamedTuple):
    """What stands on an account: posted, held for something, and how low the rest may fall (None: no floor), in mcr."""

    posted_mcr: int
    held_mcr: int
    floor_mcr: int | None


def well_named(*names: str) -> bool:
    """Whether all of these can be names of acts, parties and groups.

    >>> well_named("hand-in:2026/17"), well_named("=1+1"), well_named("")
    (True, False, False)
    """
    return all(_NAME.fullmatch(name) is not None for name in names)


def decided(debit: Sequence[int], credit: Sequence[int], amount_mcr: Sequence[int], owed: Sequence[bool],
            standing: Mapping[int, Standing]) -> list[Refusal]:
    """Which payments can be made, one after the other: [payment]; a refused one leaves the credits to those after it.

    What is `owed` - a debt of a settlement - is paid whatever stands on the account: no floor stops it.
    `standing` has the accounts by number; others do not exist. Whole numbers without limit, and rows in
    their order: ten thousand take milliseconds.

    >>> shelf = {1: Standing(100, 20, 0), 2: Standing(0, 0, None)}
    >>> [reason.name for reason in decided([1, 1, 1, 1], [2, 2, 2, 1], [70, 40, 10, 1], [False] * 4, shelf)]
    ['ACCEPTED', 'NOT_ENOUGH_CREDIT', 'ACCEPTED', 'SAME_ACCOUNT']
    >>> [reason.name for reason in decided([1, 1], [2, 2], [90, 1], [True, False], shelf)]
    ['ACCEPTED', 'NOT_ENOUGH_CREDIT']
    """
    posted = {account: each.posted_mcr for account, each in standing.items()}
    reasons = []
    for giver, taker, amount, is_owed in zip(debit, credit, amount_mcr, owed, strict=True):
        reason = _unpayable(giver, taker, amount, posted, standing, is_owed=is_owed)
        reasons.append(reason)
        if reason == Refusal.ACCEPTED:
            posted[giver] -= amount
            posted[taker] += amount
    return reasons


def _unpayable(giver: int, taker: int, amount_mcr: int, posted_mcr: Mapping[int, int],
               standing: Mapping[int, Standing], *, is_owed: bool) -> Refusal:
    if amount_mcr <= 0:
        return Refusal.NOT_AN_AMOUNT
    if giver not in standing or taker not in standing:
        return Refusal.NO_SUCH_ACCOUNT
    if giver == taker:
        return Refusal.SAME_ACCOUNT
    _, held, floor = standing[giver]
    left = posted_mcr[giver] - amount_mcr - held
    if floor is not None and left < floor and not is_owed:
        return Refusal.NOT_ENOUGH_CREDIT
    if left < -MOST_MCR or posted_mcr[taker] + amount_mcr > MOST_MCR:
        return Refusal.TOO_LARGE
    return Refusal.ACCEPTED


def held_for(debit: Sequence[int], credit: Sequence[int], amount_mcr: Sequence[int],
             standing: Mapping[int, Standing]) -> list[Refusal]:
    """For which later payments credits can be held, one after the other, as if each were made now: [payment].

    What is held is not there for the rows after it, and is not the taker's yet.

    >>> shelf = {1: Standing(100, 20, 0), 2: Standing(0, 0, None)}
    >>> [reason.name for reason in held_for([1, 1, 1], [2, 2, 2], [60, 21, 20], shelf)]
    ['ACCEPTED', 'NOT_ENOUGH_CREDIT', 'ACCEPTED']
    """
    posted = {account: each.posted_mcr for account, each in standing.items()}
    left, reasons = dict(standing), []
    for giver, taker, amount in zip(debit, credit, amount_mcr, strict=True):
        reasons.append(_unpayable(giver, taker, amount, posted, left, is_owed=False))
        if reasons[-1] == Refusal.ACCEPTED:
            left[giver] = left[giver]._replace(held_mcr=left[giver].held_mcr + amount)
    return reasons


def too_large(taker: Standing, amount_mcr: int) -> Refusal:
    """Whether what is held for an account is more than the ledger can keep there.

    >>> too_large(Standing(MOST_MCR, 0, None), 1).name
    'TOO_LARGE'
    """
    return Refusal.TOO_LARGE if taker.posted_mcr + amount_mcr > MOST_MCR else Refusal.ACCEPTED


def resolved(state: int, wanted: HoldState, until_us: int, at_us: int) -> Refusal:
    """Whether a hold can become posted, voided or expired at a time (microseconds); it does so once.

    >>> resolved(HoldState.OPEN, HoldState.POSTED, 500, 501).name
    'HOLD_OVER'
    """
    if state != HoldState.OPEN:
        return Refusal.HOLD_RESOLVED
    if wanted == HoldState.POSTED and at_us > until_us:
        return Refusal.HOLD_OVER
    if wanted == HoldState.EXPIRED and at_us <= until_us:
        return Refusal.HOLD_STILL_RUNS
    return Refusal.ACCEPTED
