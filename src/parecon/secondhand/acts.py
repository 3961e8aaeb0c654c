"""What members do at the second-hand exchange, as columns: one row an act; and how an act is refused.

The same columns carry a month of a simulated nation and the one act of a member at the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints


class Refusal(IntEnum):
    """Why an act is not done; 0 where it is."""

    ACCEPTED = 0
    NOT_YOURS = 1
    NOT_LISTED = 2
    WORTH_TOO_LITTLE = 3
    TOO_OLD = 4
    NOT_WORKING = 5
    NOT_ENOUGH_CREDIT = 6
    OUT_OF_STOCK = 7
    QUOTE_EXPIRED = 8
    ALREADY_DONE = 9
    ONE_IS_ENOUGH = 10


SENTENCES = {
    Refusal.ACCEPTED: "done",
    Refusal.NOT_YOURS: "the item is not held by the member who brings it",
    Refusal.NOT_LISTED: "goods of this kind are not in the catalogue, or never worth enough to be taken in",
    Refusal.WORTH_TOO_LITTLE: "by the schedule the item is worth less than the exchange takes in",
    Refusal.TOO_OLD: "the item has less of its life left than the exchange takes in",
    Refusal.NOT_WORKING: "the inspection found that the item does not work or is not safe",
    Refusal.NOT_ENOUGH_CREDIT: "the member's credits do not cover the price",
    Refusal.OUT_OF_STOCK: "there is none in stock; the request can wait",
    Refusal.QUOTE_EXPIRED: "the time to accept the quote is over; a new one can be asked for",
    Refusal.ALREADY_DONE: "this was done before",
    Refusal.ONE_IS_ENOUGH: "the member has such an item, or waits for one",
}


class Purpose(IntEnum):
    """What a posting is for."""

    ALLOWANCE = 1
    ORDINARY_CONSUMPTION = 2
    NEW_GOOD = 3
    HAND_IN = 4
    PASSED_ON = 5
    INSPECTION = 6
    HOLDING = 7
    TRANSPORT = 8
    SHARED_RESULT = 9
    TRUE_UP_OF_BUYERS = 10
    TRUE_UP_OF_SELLERS = 11
    REMOVAL = 12
    FINE = 13


@dataclass(frozen=True)
class HandIns:
    """Items brought to the stores: [act]; the member who brings it, the item, and what the inspection found.

    `age_months` is counted from when the item was new; `grade` from 0 (best) to the number of grades, which
    means that it does not work. `holder` is the party that has the item, `store` the party it is brought to.
    """

    member: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    holder: npt.NDArray[np.int32]
    store: npt.NDArray[np.int32]
    good: npt.NDArray[np.int8]
    age_months: npt.NDArray[np.int16]
    grade: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True)
class Requests:
    """Used goods asked for at a store: [act]; served together at a closing time, the longest waiting first."""

    member: npt.NDArray[np.int32]
    good: npt.NDArray[np.int8]
    area: npt.NDArray[np.int16]
    since_month: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.member)

    def rows(self, chosen: Ints | npt.NDArray[np.bool_]) -> Requests:
        """Some of them, in the order given."""
        return Requests(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @classmethod
    def together(cls, one: Requests, other: Requests) -> Requests:
        """Both tables as one, in their order."""
        return cls(*(np.concatenate([getattr(one, name), getattr(other, name)])
                     for name in cls.__dataclass_fields__))
