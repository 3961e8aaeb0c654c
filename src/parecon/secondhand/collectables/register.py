"""The register of collectables: what there is, who has it, what was paid for it, and who gave it to whom."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.outcome import Moves
from parecon.base.postings import Amounts
from parecon.secondhand.collectables.law import Flags, Standing

MUSEUM = -1
"""the holder of what stands in museums"""
NO_ONE = -1
"""in `first_refusal`: nobody may take the thing before others"""


@dataclass(frozen=True)
class Kinds:
    """Kinds of collectables: [kind]; the announced schedule (0: none), the price they last went at, their class."""

    schedule_mcr: Amounts
    price_mcr: Amounts
    standing: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.schedule_mcr)


@dataclass(frozen=True)
class Gifts:
    """Gifts that are remembered until the giver's death: [gift]; which item, by whom, in which month."""

    item: npt.NDArray[np.int32]
    giver: npt.NDArray[np.int32]
    month: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.item)

    def kept(self, keep: Flags) -> Gifts:
        """Those to be remembered further."""
        return Gifts(self.item[keep], self.giver[keep], self.month[keep])

    def more(self, item: Ints, giver: Ints, month: int) -> Gifts:
        """These and others, of one month."""
        added = (item, giver, np.full(len(item), month))
        return Gifts(*(np.concatenate([old, new]).astype(np.int32)
                       for old, new in zip((self.item, self.giver, self.month), added, strict=True)))


NO_GIFTS = Gifts(*(np.zeros(0, np.int32) for _ in range(3)))


@dataclass
class Register:
    """All collectables as columns, one row an item: [item]; and the gifts that are remembered.

    `kind` is the row of its kind, `standing` its class (-1: not on the register yet), `holder` a party or
    MUSEUM. `paid_mcr` is what the last holder to buy it paid, at the price level `paid_level_ppm`; a gift
    leaves both as they are. `cost_mcr` is what a thing on the federation's shelf cost it. `first_refusal` is
    the party that may take a thing on the shelf before others.
    """

    kind: npt.NDArray[np.int32]
    standing: npt.NDArray[np.int8]
    holder: npt.NDArray[np.int32]
    paid_mcr: Amounts
    paid_level_ppm: Amounts
    cost_mcr: Amounts
    first_refusal: npt.NDArray[np.int32]
    gifts: Gifts = NO_GIFTS

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def of(cls, kind: npt.ArrayLike, holder: npt.ArrayLike, paid_mcr: npt.ArrayLike,
           standing: npt.ArrayLike = Standing.UNREGISTERED, paid_level_ppm: npt.ArrayLike = 1_000_000) -> Register:
        """A register from columns, with no gift and nothing on the shelf; single values serve all items.

        >>> Register.of([0, 0], [3, 4], 1000).paid_mcr.tolist()
        [1000, 1000]
        """
        kinds = np.array(kind, np.int32)

        def column(values: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
            return np.array(np.broadcast_to(np.asarray(values, dtype), kinds.shape))

        return cls(kinds, column(standing, np.int8), column(holder, np.int32), column(paid_mcr, np.int64),
                   column(paid_level_ppm, np.int64), column(0, np.int64), column(NO_ONE, np.int32))

    def copy(self) -> Register:
        """The same, to be changed without changing this one."""
        return replace(self, **{each.name: getattr(self, each.name).copy() for each in fields(self)
                                if each.name != "gifts"})

    def moves_since(self, before: Register) -> Moves:
        """What changed hands since an earlier register, each item once: from who had it then to who has it now."""
        moved = np.flatnonzero(self.holder != before.holder)
        return Moves.of(moved, before.holder[moved], self.holder[moved])

    def forget_gifts(self, gone: Flags) -> None:
        """Forgets the gifts of items [item] that have come to the federation or a museum."""
        if len(self.gifts):
            self.gifts = self.gifts.kept(~gone[self.gifts.item])
