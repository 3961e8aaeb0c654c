"""The virtual clock: months counted from 0, twelve to a year."""

from __future__ import annotations

from dataclasses import dataclass

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Clock:
    """What month it is, counted from the first month of the first year.

    >>> Clock(25).year, Clock(25).month_of_year, Clock(23).closes_year
    (2, 1, True)
    """

    month: int = 0

    @property
    def year(self) -> int:
        """Years that are over."""
        return self.month // MONTHS_A_YEAR

    @property
    def month_of_year(self) -> int:
        """From 0 for January to 11 for December."""
        return self.month % MONTHS_A_YEAR

    @property
    def closes_year(self) -> bool:
        """Whether this is the last month of a year."""
        return self.month_of_year == MONTHS_A_YEAR - 1

    def next(self) -> Clock:
        """A month later."""
        return Clock(self.month + 1)
