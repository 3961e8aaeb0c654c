"""The rules of people and councils as pure functions: card numbers that show a slip of the hand, and no circles.

Days are whole numbers (how many since any first one); a time goes from its first day up to, not with, its last,
or on without an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

CARD_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXY"  # 31, a prime; none of which two look alike
MISREAD = str.maketrans("OILUZ", "011V2")
CARD_NUMBER = 7  # letters before the last one, which checks them
NEVER = 10**9  # a day that does not come: the last of what has no end


class Link(NamedTuple):
    """That something belongs to something else, both by number, for a time."""

    of: int
    to: int
    from_day: int
    until_day: int = NEVER


def card_with_check(letters: str) -> str:
    """A card's number as it is printed: seven letters in any order, and one by which a wrong letter shows.

    Any one wrong letter and any two that changed places give another last letter: the weights differ, and the
    number of letters is a prime.

    >>> card_with_check("4F7K2M9")
    '4F7K-2M9W'
    """
    check = sum(weight * CARD_LETTERS.index(letter) for weight, letter in enumerate(letters, 2)) % len(CARD_LETTERS)
    return f"{letters[:4]}-{letters[4:]}{CARD_LETTERS[check]}"


def card_read(typed: str) -> str | None:
    """The number of a card as it was typed or scanned, or None where no card can have it.

    >>> card_read(" 4f7k 2m9w "), card_read("4F7K-2M92")
    ('4F7K-2M9W', None)
    """
    letters = "".join(typed.split()).replace("-", "").upper().translate(MISREAD)
    if len(letters) != CARD_NUMBER + 1 or not set(letters) <= set(CARD_LETTERS):
        return None
    card = card_with_check(letters[:CARD_NUMBER])
    return card if card[-1] == letters[-1] else None


def by_lower(links: Iterable[Link]) -> dict[int, list[Link]]:
    """Links by the number of what belongs to something else."""
    found: dict[int, list[Link]] = {}
    for link in links:
        found.setdefault(link.of, []).append(link)
    return found


def reached(start: int, links: Mapping[int, Sequence[Link]], day: int) -> set[int]:
    """What something belongs to on a day, directly or through others, and itself.

    >>> sorted(reached(1, by_lower([Link(1, 2, 0, 10), Link(2, 3, 5)]), 4))
    [1, 2]
    """
    found, waiting = {start}, [start]
    while waiting:
        for link in links.get(waiting.pop(), ()):
            if link.from_day <= day < link.until_day and link.to not in found:
                found.add(link.to)
                waiting.append(link.to)
    return found


def meet(one: Link, other: Link) -> bool:
    """Whether there is a day on which both hold.

    >>> meet(Link(1, 2, 0, 10), Link(1, 2, 9)), meet(Link(1, 2, 0, 10), Link(1, 2, 10))
    (True, False)
    """
    return one.from_day < other.until_day and other.from_day < one.until_day


def closes_a_circle(new: Link, links: Mapping[int, Sequence[Link]]) -> bool:
    """Whether with a new link something would belong to itself on any day.

    A circle is there from a day on which one of its links begins: only these days are looked at.

    >>> closes_a_circle(Link(3, 1, 4), by_lower([Link(1, 2, 0, 10), Link(2, 3, 5)]))
    True
    """
    begins = {link.from_day for some in links.values() for link in some if new.from_day < link.from_day < new.until_day}
    return any(new.of in reached(new.to, links, day) for day in {new.from_day, *begins})
