"""How households use things that can be kept in common: a table of goods, how often and for how long each is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats
from parecon.base.errors import BadInput
from parecon.base.parameters import Law
from parecon.base.postings import MCR_A_CREDIT, Amounts
from parecon.economy.table import nearest, read_table
from parecon.secondhand.durables import Durables, read_durables

BUNDLED = Path(__file__).parent / "data" / "uses.csv"
POSITIVE = ("new_price_credits", "life_years", "life_hours", "uses_a_month", "hours_each")
COLUMNS = ("code", "name", "durable", *POSITIVE, "owned_share", "basis")
MOST = 1e9


@dataclass(frozen=True)
class Uses:
    """Goods that households may share, as columns: [good].

    `durable` is the good of the catalogue that each is a kind of.
    A piece is worn out by age (`life_months`) and by use (`life_hours`) together. `uses_a_month` is of a
    household that has the thing at hand, each for `hours_each` hours; `owned_share` of households own one
    where there is no park. `emissions_kg` is what making a new one emits (CO2e).
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    durable: tuple[str, ...]
    new_price_mcr: Amounts
    life_months: npt.NDArray[np.int64]
    life_hours: npt.NDArray[np.int64]
    uses_a_month: Floats
    hours_each: npt.NDArray[np.int32]
    owned_share: Floats
    emissions_kg: Floats

    def __len__(self) -> int:
        return len(self.code)


def read_uses(file: str | Path = BUNDLED, durables: Durables | None = None) -> Uses:
    """The table of uses at this path, as CSV or Parquet; without one, the table that comes with the program.

    Its column `durable` names the good of the catalogue whose emissions per credit hold. Raises BadInput,
    naming file, line and column, for numbers that cannot be and goods that the catalogue does not have.

    >>> uses = read_uses()
    >>> uses.code[0], int(uses.new_price_mcr[0]), int(uses.hours_each[0])
    ('washers', 750000, 1)
    """
    file, catalogue = Path(file), durables or read_durables()
    table = read_table(file.parent, file.stem, COLUMNS)
    number = {column: table.numbers(column) for column in (*POSITIVE, "owned_share")}
    for column, values in number.items():
        least, most = (0.0, 1.0) if column == "owned_share" else (0.001, MOST)
        for row in np.flatnonzero(~((values >= least) & (values <= most))):
            raise BadInput(file.parent, f"{table.place(int(row))}, column {column}", values[row],
                           f"from {least:g} to {most:g}")
    durable = table.words("durable")
    for line, code in enumerate(durable):
        if code not in catalogue.code:
            raise BadInput(file.parent, f"{table.place(line)}, column durable", code,
                           f"a good of the catalogue of durables{nearest(code, catalogue.code)}")
    emitted = catalogue.emissions_kg_per_credit[[catalogue.code.index(code) for code in durable]]
    return Uses(table.codes(), table.words("name"), durable,
                np.rint(number["new_price_credits"] * MCR_A_CREDIT).astype(np.int64),
                np.maximum(np.rint(number["life_years"] * MONTHS_A_YEAR), 1).astype(np.int64),
                np.ceil(number["life_hours"]).astype(np.int64), number["uses_a_month"],
                np.ceil(number["hours_each"]).astype(np.int32), number["owned_share"],
                emitted * number["new_price_credits"])


def as_catalogued(uses: Uses, durables: Durables, law: Law) -> Uses:
    """The goods of a catalogue that can be shared, in its order: used as the first use that is listed for each.

    Price, life and emissions are the catalogue's. Its life is that of a thing in a home, which age and the use of
    one household wear out together: they are told apart by the hours of use that a piece lasts, `life_hours`.
    `owned_share` stays that of the use.

    >>> shared = as_catalogued(read_uses(), read_durables(), {"most_by_use_share": 0.9})
    >>> shared.code[0], int(shared.new_price_mcr[0]), shared.life_months[0] > 156
    ('cars', 25000000, np.True_)
    """
    goods = [good for good, code in enumerate(durables.code) if code in uses.durable]
    row = [uses.durable.index(durables.code[good]) for good in goods]
    hours_a_month, worn_a_month = uses.uses_a_month[row] * uses.hours_each[row], 1 / durables.life_months[goods]
    by_use = np.minimum(hours_a_month / uses.life_hours[row], worn_a_month * law["most_by_use_share"])
    code, price = tuple(durables.code[good] for good in goods), durables.new_price_mcr[goods]
    return Uses(code, tuple(durables.name[good] for good in goods), code, price,
                np.rint(1 / (worn_a_month - by_use)).astype(np.int64), np.rint(hours_a_month / by_use).astype(np.int64),
                uses.uses_a_month[row], uses.hours_each[row], uses.owned_share[row],
                durables.emissions_kg_per_credit[goods] * price / MCR_A_CREDIT)
