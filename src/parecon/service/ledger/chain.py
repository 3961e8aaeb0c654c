"""The chain of entries: each one's hash is made of all it says and of the hash before it.

Whoever changes, drops, swaps or slips in a row must make all later hashes again, and then the last one
differs from the one that was printed or given to a sister council.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from json import dumps
from json.encoder import encode_basestring_ascii as _text
from typing import NamedTuple

NAMES_KNOWN = 2**17  # accounts whose words for the hash are remembered
START = "0" * 64  # the hash before the first entry


class Name(NamedTuple):
    """Who an account belongs to, as it goes into the hashes: accounts cannot change hands unseen."""

    act: str
    party: str
    kind: int


class Row(NamedTuple):
    """An entry as it is stored and hashed; accounts, the entry it corrects and the hold it posts by number."""

    number: int
    act: str
    debit: int
    credit: int
    amount_mcr: int
    purpose: int
    group: str
    corrects: int | None
    hold: int | None
    owed: bool
    made_at_us: int


class Head(NamedTuple):
    """The end of the chain: the last entry's number and hash.

    >>> Head.read("12:" + "ab" * 32).number
    12
    """

    number: int
    own_hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.own_hash}"

    @classmethod
    def read(cls, printed: str) -> Head:
        """The head that stands on paper; a `ValueError` where none does."""
        number, _, own_hash = printed.strip().partition(":")
        if len(own_hash) != len(START):
            raise ValueError(printed)
        return cls(int(number), own_hash.lower())


def own_hash(previous_hash: str, row: Row, debit: Name, credit: Name) -> str:
    """The hash of an entry that follows another.

    >>> row = Row(1, "first", 1, 2, 1500, 3, "", None, None, False, 0)
    >>> own_hash(START, row, Name("a", "p", 1), Name("b", "q", 4))[:8]
    '6b0e9f0a'
    """
    return sha256(told(previous_hash, row, debit, credit).encode()).hexdigest()


def told(previous_hash: str, row: Row, debit: Name, credit: Name) -> str:
    """What is hashed: all of it as a list in JSON, written by hand because whole books are read this way.

    >>> row = Row(1, "first", 1, 2, 1500, 3, "", None, 8, True, 0)
    >>> debit, credit = Name("a", "p", 1), Name("b", "q", 4)
    >>> told(START, row, debit, credit) == dumps([START, *row, *debit, *credit], separators=(",", ":"))
    True
    """
    number, act, debited, credited, amount_mcr, purpose, group, corrects, hold, owed, made_at_us = row
    return (f"[{_text(previous_hash)},{number},{_text(act)},{debited},{credited},{amount_mcr},{purpose},{_text(group)},"
            f"{'null' if corrects is None else corrects},{'null' if hold is None else hold},"
            f"{'true' if owed else 'false'},{made_at_us},{_name(debit)},{_name(credit)}]")


@lru_cache(NAMES_KNOWN)
def _name(of: Name) -> str:
    return dumps(of, separators=(",", ":"))[1:-1]
