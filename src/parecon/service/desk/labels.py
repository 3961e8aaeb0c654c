"""What stands on an item's label: ten letters that nobody guesses, the last of which checks the others."""

from __future__ import annotations

import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"  # 31, a prime: no 0 and O, no 1 and I, no U that reads as V
LENGTH = 9


def label() -> str:
    """A new label.

    >>> checked(label()) is not None, label() == label()
    (True, False)
    """
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return drawn + _check(drawn)


def checked(typed: str) -> str | None:
    """The label that was typed or scanned, in whatever letters; None where the check letter says that it is misread.

    Every single letter that is wrong shows, and every two neighbours that changed places.

    >>> checked("23456-789ar"), checked("32456789AR")
    ('23456789AR', None)
    """
    letters = "".join(each for each in typed.upper() if not each.isspace() and each != "-")
    whole = len(letters) == LENGTH + 1 and all(each in LETTERS for each in letters)
    return letters if whole and _check(letters[:-1]) == letters[-1] else None


def _check(letters: str) -> str:
    return LETTERS[sum(place * LETTERS.index(each) for place, each in enumerate(letters, 1)) % len(LETTERS)]
