"""Units and spaces: wards, industries, clans, networks; who belongs to what, and since when.

A unit is anything councils can belong to; a space is a family of units (regions, industries,
online). A council may belong to many units of many spaces at once, each membership with its dates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WORKER, CONSUMER = 0, 1
ALWAYS, FOREVER = -(2**62), 2**62
"""the days that stand for a membership without a known beginning, and without an end in sight"""


@dataclass(frozen=True, eq=False)
class Units:
    """Units as columns [unit], and dated memberships of councils in them as columns [membership].

    `parent` is the row of the unit above, -1 at the top. `side` is WORKER or CONSUMER, `council` the
    row in that table. Dates are days since 1970; `until_day` is the first day no longer a member.
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    space: tuple[str, ...]
    parent: npt.NDArray[np.int64]
    unit: npt.NDArray[np.int64]
    side: npt.NDArray[np.int8]
    council: npt.NDArray[np.int64]
    since_day: npt.NDArray[np.int64]
    until_day: npt.NDArray[np.int64]

    def members(self, code: str, side: int, day: int) -> npt.NDArray[np.int64]:
        """The councils of one side that belong to a unit on a day: rows, ascending."""
        belongs = (self.unit == self.code.index(code)) & (self.side == side)
        on_day = (self.since_day <= day) & (day < self.until_day)
        return np.unique(self.council[belongs & on_day])


NOBODY = np.zeros(0, np.int64)
NO_UNITS = Units((), (), (), NOBODY, NOBODY, np.zeros(0, np.int8), NOBODY, NOBODY, NOBODY)
