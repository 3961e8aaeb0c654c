"""A round: the councils answer a price list, and the board measures how far supply is from demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parecon.base.columns import Floats, hand_out, read_only
from parecon.base.errors import BadInput
from parecon.economy.model import Economy
from parecon.planning.behaviour import CapacityBounded, CobbDouglas, Proposals, Workers
from parecon.planning.consumers import Asked, Consumers
from parecon.planning.law import relative_imbalance

# Published is what holds where nothing is asked: the book's results, and what the price rules promise, are about it.
BEHAVIOURS = {
    "published": "each worker council proposes what pays best, however much that is, as in the book's simulations",
    "limited": "the same within each council's capacity, for economies that state capacities",
}


@dataclass(eq=False)
class Round:
    """One round as the board sees it: the prices announced, and everything proposed at them.

    `number` counts from 1. Of shape [good] are `log_price` (price in credits per unit), `supply` and
    `demand` (in the good's unit a year) and `imbalance` (a share). `fixed_supply` and `fixed_demand`
    [good] are the endowments and what is bought whatever the price, in the same units. `proposals` are
    those of all worker councils; `asked` is what consumers spend and communities grant.
    """

    number: int
    log_price: Floats
    proposals: Proposals
    asked: Asked
    fixed_supply: Floats
    fixed_demand: Floats

    def __post_init__(self) -> None:
        hand_out(self, "log_price", "fixed_supply", "fixed_demand")

    @cached_property
    def price(self) -> Floats:
        return read_only(np.exp(self.log_price))

    @cached_property
    def supply(self) -> Floats:
        return read_only(self.proposals.totals.sold / self.price + self.fixed_supply + self.asked.granted)

    @cached_property
    def demand(self) -> Floats:
        return read_only((self.proposals.totals.bought + self.asked.spending) / self.price + self.fixed_demand)

    @cached_property
    def imbalance(self) -> Floats:
        return read_only(relative_imbalance(self.supply, self.demand))

    @property
    def worst(self) -> float:
        return float(self.imbalance.max())


class Councils:
    """All councils of an economy, ready to answer price lists."""

    def __init__(self, economy: Economy, workers: Workers | None = None, consumers: Consumers | None = None) -> None:
        self.economy = economy
        self.workers = workers or CobbDouglas(economy.workers, len(economy.goods))
        self.consumers = consumers or Consumers(economy)

    @property
    def behaviour(self) -> str:
        """How the worker councils answer: a name in `BEHAVIOURS`, or that of the class of other ones."""
        named = {CobbDouglas: "published", CapacityBounded: "limited"}
        return named.get(type(self.workers), type(self.workers).__name__)

    def answer(self, log_price: Floats, earlier: Round | None, number: int = 1) -> Round:
        """The round that follows when these prices are announced; `earlier` is the round before, if any."""
        goods = self.economy.goods
        return Round(
            number=number, log_price=log_price,
            proposals=self.workers.propose(log_price, earlier.proposals if earlier else None),
            asked=self.consumers.ask(log_price, earlier.asked if earlier else None),
            fixed_supply=goods.endowment, fixed_demand=goods.given_demand)


def councils_of(economy: Economy, behaviour: str = "published") -> Councils:
    """All councils of an economy, the worker councils answering as `BEHAVIOURS` says under this name.

    Raises BadInput for another name, and for limited behaviour where no council has a capacity, or one
    with returns of 1 or more has none.

    >>> from parecon.economy.us import us
    >>> councils_of(us(), "limited").behaviour
    'limited'
    """
    if behaviour not in BEHAVIOURS:
        raise BadInput("behaviour", "name", behaviour, "one of " + ", ".join(BEHAVIOURS))
    plain = CobbDouglas(economy.workers, len(economy.goods))
    if behaviour == "published":
        return Councils(economy, plain)
    if np.isinf(economy.workers.capacity).all():
        raise BadInput("limited behaviour", economy.name, "no worker council with a capacity",
                       "a capacity for those that have a limit")
    return Councils(economy, CapacityBounded(plain))
