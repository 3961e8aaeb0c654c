"""demplan with what each council consumes left out: only the totals, which do not move within a year.

demplan states every council's bundle in every round. Where a comparison leaves these out on both
sides, this is its side: one row that stands for all councils, and their incomes for their spending.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from demplan.prefabs.hahnel.book_2021 import book_2021_rule
from demplan.prefabs.hahnel.councils import CouncilModel

Array = npt.NDArray[np.float64]


class WithoutMatrices(CouncilModel):  # type: ignore[misc]
    """demplan's councils and board, with consumers' demand added up beforehand."""

    def __init__(self, economy: object, threshold_pct: float) -> None:
        super().__init__(economy, threshold_pct, book_2021_rule)
        rate = self.entitlement / self.total_exponent
        self.spent_private = (rate @ self.consumption_exponent)[None, :]
        self.spent_public = (rate @ self.public_exponent)[None, :]

    def _demand(self, price: Array) -> tuple[Array, Array]:
        return (self.spent_private / price[self.consumption_commodity],
                self.spent_public / self._public_price(price))

    def _expenditure(self, price: Array, private: Array, public: Array) -> Array:
        return self.entitlement

    def rounds(self, start: Array) -> int:
        """Rounds from a start price until the threshold is met."""
        state, count = self.initial_state(start), 0
        while not self.converged(state):
            state, count = self.step(state), count + 1
        return count


def stated_bundles(model: CouncilModel, price: Array) -> tuple[Array, Array]:
    """Every council's consumption at a price, as demplan states it: private and public goods."""
    return CouncilModel._demand(model, price)  # noqa: SLF001 - the one part that is left out above
