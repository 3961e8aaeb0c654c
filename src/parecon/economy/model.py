"""An economy: goods, worker councils, consumer councils, and what is around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parecon.economy.councils import Communities, ConsumerCouncils, Satellites, WorkerCouncils
from parecon.economy.goods import Goods
from parecon.economy.units import NO_UNITS, Units

NO_COMMUNITIES = Communities(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Economy:
    """Everything the councils know before the first round of a year's planning.

    `currency` is the unit of prices and incomes (credits, million US dollars). `notes` are sentences
    for the reader of a report: where the numbers come from and what was assumed. `baseline` is the
    economy this one is a variant of, for comparisons of before and after.
    """

    name: str
    goods: Goods
    workers: WorkerCouncils
    consumers: ConsumerCouncils
    communities: Communities = NO_COMMUNITIES
    satellites: Satellites | None = None
    units: Units = NO_UNITS
    currency: str = "credits"
    year: int | None = None
    notes: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)
    baseline: Economy | None = None
