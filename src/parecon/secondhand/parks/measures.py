"""What parks change: the pieces households need, how well parks use theirs, who is refused, what is not emitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.parameters import Law
from parecon.secondhand.parks.behaviour import Month
from parecon.secondhand.parks.law import wanted_hours_a_month
from parecon.secondhand.parks.uses import Uses


@dataclass(frozen=True)
class Difference:
    """The same households with parks and without: [good] each, but `emissions_saved_kg`, a household's in a year.

    Pieces are those at the end of the months compared; the use rate is hours booked of the hours in which
    things are wanted; `replaced` is how many pieces of households a park's piece stands for. Emissions are
    those of making new pieces; pieces that go to the exchange are not counted as saved.
    """

    pieces_with: Floats
    pieces_without: Floats
    replaced: Floats
    use_rate: Floats
    refused_share: Floats
    emissions_saved_kg: float


def difference(with_parks: Sequence[Month], without: Sequence[Month], households: int, uses: Uses,
               law: Law) -> Difference:
    """Compares as many months with parks and without, month by month the same draws; one month or more."""
    last, other = with_parks[-1], without[-1]
    hours, in_parks, wishes, refused = (np.sum([getattr(each, name) for each in with_parks], axis=0, dtype=np.float64)
                                        for name in ("hours", "in_parks", "wishes", "refused"))
    bought = sum((each.bought_by_households + each.bought_by_parks for each in with_parks), np.zeros(len(uses), int))
    else_bought = sum((each.bought_by_households for each in without), np.zeros(len(uses), int))
    saved = float(((else_bought - bought) * uses.emissions_kg).sum())
    return Difference((last.owned + last.in_parks) / households, other.owned / households,
                      _ratio(other.owned - last.owned, last.in_parks),
                      _ratio(hours, in_parks * wanted_hours_a_month(law)), _ratio(refused, wishes),
                      saved / households / len(with_parks) * 12)


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """Part by whole, 0 where there is no whole: [good]."""
    below = np.asarray(whole, np.float64)
    return np.divide(part, below, out=np.zeros(below.shape), where=below > 0)
