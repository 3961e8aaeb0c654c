"""What an audit ends with where something is not what it must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Different(Exception):
    """The first row that is not what the law makes of it: the table, the row in it, what stands there, what should.

    >>> print(Different("quote 7", "credit_mcr 900", "credit_mcr 950"))
    quote 7: found credit_mcr 900, expected credit_mcr 950
    """

    def __init__(self, place: str, found: object, expected: object) -> None:
        super().__init__(f"{place}: found {found}, expected {expected}")
        self.place, self.found, self.expected = place, str(found), str(expected)

    def told(self) -> dict[str, str]:
        """Its three parts by name."""
        return {"place": self.place, "found": self.found, "expected": self.expected}


def held_to(place: str, found: object, expected: object) -> None:
    """Raises Different unless what was found is what was expected."""
    if found != expected:
        raise Different(place, found, expected)


@contextmanager
def readable(place: str) -> Iterator[None]:
    """Raises Different where rows speak of others that are not there, or of nothing that the law can decide on.

    >>> with readable("event 3"):
    ...     {}["h-nobody"]
    Traceback (most recent call last):
    ...
    parecon.audit.difference.Different: event 3: found 'h-nobody', expected rows that go together
    """
    try:
        yield
    except (LookupError, ValueError, TypeError) as error:
        raise Different(place, " ".join(str(error).split()), "rows that go together") from error


class Broken(Different):
    """The chain of entries, or a sum over them, does not hold; the sentence says where.

    >>> print(Broken("entry 5: it does not follow entry 4"))
    entry 5: it does not follow entry 4
    """

    def __init__(self, sentence: str) -> None:
        place, _, wrong = sentence.partition(": ")
        super().__init__(place, wrong, "a chain and sums that hold")
        self.args = (sentence,)
