"""A month of the demonstration: who is in it, its lots and the names of its acts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from parecon.base.columns import Floats
from parecon.base.draws import key, uniform
from parecon.service.clock import DAY_US, SECOND_US, begin_us
from parecon.service.demo.federation import SEED, People
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor

HOUR_US = 3600 * SECOND_US


@dataclass
class Month:
    """A month of the demonstration, with its lots."""

    people: People
    number: int
    at_us: int
    lots_drawn: int = field(default=0)

    def lots(self, count: int) -> Floats:
        """Some lots of this month, each drawn once."""
        ids = np.arange(self.lots_drawn, self.lots_drawn + count)
        self.lots_drawn += count
        return uniform(key(SEED, "demonstration", self.number), ids)

    def name(self, what: str, row: object) -> str:
        """The name of an act of this month."""
        return f"demo/{self.number}/{what}/{row}"

    def on(self, day: int, member: Member) -> Actor:
        """Somebody who does something on a day of it, from 0, at noon; never later than two hours ago.

        Nor before the last month is closed, which is when this one begins.
        """
        begins = begin_us(self.number) + SECOND_US
        return Actor(member, max(begins, min(begins + day * DAY_US + 12 * HOUR_US, self.at_us - 2 * HOUR_US)))
