"""The councils: workers with their recipes, consumers with their tastes, communities with permits.

Everything is a column, one row a council, so that a village and a nation are the same object.
A column that is the same for all may be a broadcast view (`numpy.broadcast_to`): it costs no memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints, sums


@dataclass(frozen=True, eq=False)
class WorkerCouncils:
    """Worker councils: each makes one good from its own recipe.

    Output = exp(log_scale) x effort^effort_exponent x product of inputs^input_exponent; members
    judge effort e to be worth effort_disutility_scale x e^effort_disutility_exponent credits.
    Council i's recipe is the entries input_start[i]:input_start[i+1] of input_good and
    input_exponent. `receipt_rate` is what the council is credited per credit of output sold
    (1 unless there are taxes or subsidies on it); `capacity` the most it can make in the year, in
    the product's unit (infinite where unknown). `establishments` counts the workplaces that a
    row stands for.

    Shapes: [council], but input_start [council + 1] and input_* [input].
    """

    product: npt.NDArray[np.integer[Any]]
    input_start: npt.NDArray[np.int64]
    input_good: Ints
    input_exponent: Floats
    log_scale: Floats
    effort_exponent: Floats
    effort_disutility_exponent: Floats
    effort_disutility_scale: Floats
    receipt_rate: Floats
    capacity: Floats
    establishments: Floats
    code: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.product)

    def returns(self) -> npt.NDArray[np.float64]:
        """Returns to scale of each council, effort included: below 1 decreasing, above 1 increasing."""
        return sums(self.input_start, self.input_exponent) + self.effort_exponent / self.effort_disutility_exponent

    def name_of(self, council: int) -> str:
        """The council's code, or its row where the councils have none."""
        return self.code[council] if self.code is not None else f"worker council {council}"


@dataclass(frozen=True, eq=False)
class ConsumerCouncils:
    """Consumer councils: each spends its income on goods in proportion to its tastes.

    With `mixture` None the councils' tastes are dense: row i of `taste` [council, column] is council
    i's. Otherwise `taste` holds a few archetypes [archetype, column] and `mixture` [council,
    archetype] how much of each a council is, so that a million councils fit. `taste_good` [column]
    names the good of each column. `income` is in credits a year, before payments for permits;
    `effort_rating` is the members' average (1 = average); `members` counts people or households.
    """

    income: npt.NDArray[np.float64]
    taste: Floats
    taste_good: npt.NDArray[np.int64]
    effort_rating: Floats
    members: Floats
    mixture: Floats | None = None
    archetype: tuple[str, ...] | None = None
    code: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.income)


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities affected by a pollutant, each of which decides how many permits to grant.

    At price p a community grants the quantity z that maximises benefit x (p z)^benefit_exponent
    - z^damage_exponent. What is paid for permits goes to the members of all consumer councils
    alike. Shapes [community]; `pollutant` is the row of the good.
    """

    pollutant: npt.NDArray[np.int64]
    benefit: npt.NDArray[np.float64]
    benefit_exponent: npt.NDArray[np.float64]
    damage_exponent: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.pollutant)


@dataclass(frozen=True, eq=False)
class Satellites:
    """What is counted beside the plan, per unit of each good made: emissions, hours, land.

    `per_output` [measure, good] in `unit` per unit of the good; `per_input` [measure, good] counts
    per unit of the good used as an input by councils (hours actually worked per hour of labour).
    """

    name: tuple[str, ...]
    unit: tuple[str, ...]
    per_output: npt.NDArray[np.float64]
    per_input: npt.NDArray[np.float64]
