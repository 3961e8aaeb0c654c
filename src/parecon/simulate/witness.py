"""Who is told what people and the exchange do in a simulated month, act by act, in the order in which it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import Outcome
from parecon.base.postings import Amounts
from parecon.secondhand.acts import HandIns, Requests
from parecon.secondhand.decide import Shelf

if TYPE_CHECKING:
    from parecon.simulate.world import World


class Witness(Protocol):
    """Somebody who is told of each kind of act once it is carried out; looks on, and changes nothing.

    Rows of items and parties are those of the world. Each method that is not written takes no notice.
    """

    def given(self, world: World, amount_mcr: Amounts) -> None:
        """What society gave each household (above 0), or each gave society: [household], in mcr."""

    def bought(self, world: World, member: Ints, good: Ints, item: Ints, outcome: Outcome) -> None:
        """New goods were asked for: [act]; who got them, and `item`, what they became, where the outcome says so."""

    def appealed(self, world: World, item: Ints, first: npt.NDArray[np.int8], second: npt.NDArray[np.int8]) -> None:
        """Members contested the grades first found of what they are bringing, and others were found: [item]."""

    def brought(self, world: World, acts: HandIns, outcome: Outcome) -> None:
        """Items were brought to the stores, and taken in where the outcome says so."""

    def asked(self, world: World, requests: Requests) -> None:
        """Used goods were asked for."""

    def served(self, world: World, requests: Requests, shelf: Shelf, outcome: Outcome,
               served_by: npt.NDArray[np.intp]) -> None:
        """Requests were decided together: [request]; `served_by` is the row of the shelf that each got, or -1."""

    def gave_up(self, world: World, requests: Requests) -> None:
        """Requests were withdrawn."""

    def gone(self, world: World, item: Ints) -> None:
        """Items that households had are no more."""

    def shelves_kept(self, world: World, item: Ints) -> None:
        """The shelves were gone through: these items went to recycling, and keeping the others is paid for."""

    def year_closed(self, world: World) -> None:
        """The exchange's year was closed: what was left over is borne, and next year's schedule announced."""

    def month_over(self, world: World) -> None:
        """Nothing more happens in this month."""


class Nobody(Witness):
    """Takes no notice of anything."""
