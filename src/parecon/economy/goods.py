"""Goods: everything that has a price in the plan, from bread to an hour of work to a permit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats


class Kind(IntEnum):
    """The class in which a good is reported. Any good may be an input, whatever its kind."""

    PRIVATE = 0
    """made by worker councils, consumed by members for themselves"""
    PUBLIC = 1
    """made by worker councils, consumed in common"""
    INTERMEDIATE = 2
    """made by worker councils for other worker councils"""
    NATURE = 3
    """a natural resource, available in a given quantity"""
    LABOUR = 4
    """a kind of work, available in a given quantity"""
    CAPITAL = 5
    """the year's services of equipment and buildings, available in a given quantity"""
    POLLUTANT = 6
    """a permit to pollute, granted by the communities affected"""


PRODUCED = (Kind.PRIVATE, Kind.PUBLIC, Kind.INTERMEDIATE)


@dataclass(frozen=True, eq=False)
class Goods:
    """The goods of an economy as columns, one row a good.

    Shapes [good]. `endowment` is what there is without production in the year, in the good's own
    unit: hours, land, imports, permits of a fixed number. `given_demand` is bought whatever the
    price: investment, exports. `start_price` is in credits per unit, where the first round begins.
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    unit: tuple[str, ...]
    kind: npt.NDArray[np.int8]
    start_price: Floats
    endowment: Floats
    given_demand: Floats

    def __len__(self) -> int:
        return len(self.code)

    def of_kind(self, *kinds: Kind) -> npt.NDArray[np.intp]:
        """The rows of these kinds, in order."""
        return np.flatnonzero(np.isin(self.kind, [int(kind) for kind in kinds]))
