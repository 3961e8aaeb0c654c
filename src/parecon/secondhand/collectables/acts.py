"""What members do with collectables, as columns: one row an act; why an act is refused, and what a death leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.base.postings import Amounts


class Deed(IntEnum):
    """The immediate acts: decided one after the other, as they come."""

    REGISTER = 0
    HAND_BACK = 1
    GIVE = 2


class Refusal(IntEnum):
    """Why an act is not done; 0 where it is."""

    ACCEPTED = 0
    NOT_YOURS = 1
    NOT_REGISTERED = 2
    ALREADY_REGISTERED = 3
    ONLY_PERSONAL = 4
    MUSEUM_PIECE = 5
    TO_ONESELF = 6
    NONE_THERE = 7
    OFFER_TOO_LOW = 8
    NOT_ENOUGH_CREDIT = 9
    OTHERS_FIRST = 10
    NO_FIRST_REFUSAL = 11


SENTENCES = {
    Refusal.ACCEPTED: "done",
    Refusal.NOT_YOURS: "the thing is not held by the member who brings it",
    Refusal.NOT_REGISTERED: "the thing is not on the register of collectables; it can be registered first",
    Refusal.ALREADY_REGISTERED: "the thing is on the register already",
    Refusal.ONLY_PERSONAL: "the thing is of personal value only: there is no schedule for it, and the family keeps it",
    Refusal.MUSEUM_PIECE: "the thing belongs in a museum: it can be handed back, but not given away",
    Refusal.TO_ONESELF: "a gift is to somebody else",
    Refusal.NONE_THERE: "the federation has none of this kind; the request can be made again",
    Refusal.OFFER_TOO_LOW: "the offer is below the announced price",
    Refusal.NOT_ENOUGH_CREDIT: "the member's credits do not cover the offer together with the member's other offers",
    Refusal.OTHERS_FIRST: "there were not enough for all: others offered more, or relatives of the last holder took it",
    Refusal.NO_FIRST_REFUSAL: "only the relatives of the last holder may take a thing first",
}


class Fate(IntEnum):
    """What becomes of a thing at a death."""

    NOT_CONCERNED = 0
    STAYS_IN_FAMILY = 1
    """personal, or of no substantial price: to the heir, or with whoever it was given to"""
    REVERTS = 2
    """to society; relatives may take it first, at a price"""
    TO_MUSEUM = 3
    GIFT_STANDS = 4
    """given away longer ago than the law looks back"""
    NOT_FOUND = 5
    """on the register, but handed on unreported: the heirs have it"""
    OFF_REGISTER = 6
    """never registered, or lost from the register: the heirs have it"""


INHERITED = (Fate.GIFT_STANDS, Fate.NOT_FOUND, Fate.OFF_REGISTER)


class Purpose(IntEnum):
    """What a posting is for."""

    REPURCHASE = 40  # apart from the exchange's and the parks', so that one ledger can keep all
    PASSED_ON = 41
    FIRST_REFUSAL = 42
    WINDFALL = 43


@dataclass(frozen=True)
class Acts:
    """Immediate acts: [act]; what is done, by whom, with which item, and who is to have it (gifts only)."""

    deed: npt.NDArray[np.int8]
    member: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    to: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.deed)

    @classmethod
    def of(cls, deed: npt.ArrayLike, member: npt.ArrayLike, item: npt.ArrayLike, to: npt.ArrayLike = -1) -> Acts:
        """Acts from columns; a single deed, member or taker serves all rows."""
        items = np.atleast_1d(np.asarray(item, np.int32))
        return cls(np.broadcast_to(np.asarray(deed, np.int8), items.shape),
                   np.broadcast_to(np.asarray(member, np.int32), items.shape), items,
                   np.broadcast_to(np.asarray(to, np.int32), items.shape))

    @classmethod
    def together(cls, *several: Acts) -> Acts:
        """One table of several, in their order."""
        return cls(*(np.concatenate([getattr(each, name) for each in several]) for name in cls.__dataclass_fields__))

    def rows(self, chosen: Ints) -> Acts:
        """Some of them, in the order given."""
        return Acts(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Requests:
    """Things asked for: [request]; by whom, of which kind, for how much at most. Cleared: decided at a closing."""

    member: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    offer_mcr: Amounts
    lot: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True)
class Answers:
    """What relatives answer who were offered a thing first: [answer]; the item, and the most they would pay."""

    member: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    most_mcr: Amounts

    def __len__(self) -> int:
        return len(self.member)
