"""The schedule that is announced for the year after the last, as a table that people can pin up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Refusal

if TYPE_CHECKING:
    import polars as pl

    from parecon.simulate.world import World

GRADES = "ABCD"


def published(world: World) -> pl.DataFrame:
    """What a used item is worth, what one gets and pays for it, and whether it is taken in: by good, age and grade.

    A row for each good, whole year of age up to its life, and grade, best first; amounts in mcr. Where prices
    clear every month, none is announced: credit and price then are null, and worth is what depreciation leaves.
    """
    import polars as pl

    announced, law = world.exchange.announced, world.law("secondhand")
    ages = [np.arange(life // MONTHS_A_YEAR + 1) for life in announced.life_months.tolist()]
    good = np.repeat(np.arange(len(ages)), [len(each) * len(GRADES) for each in ages])
    age_years = np.repeat(np.concatenate(ages), len(GRADES))
    grade = np.tile(np.arange(len(GRADES)), len(good) // len(GRADES))
    entry = (good, age_years * MONTHS_A_YEAR, grade)
    reason = rules.eligible(announced.worth_mcr[entry], entry[1], announced.life_months[good],
                            law["least_worth_mcr"], law["least_remaining_months"])
    spot = law["mode"] == "spot"
    quoted = {name: pl.lit(None, pl.Int64) if spot else pl.Series(table[entry])
              for name, table in (("credit_mcr", announced.credit_mcr), ("price_mcr", announced.price_mcr))}
    return pl.DataFrame({"good": np.array(world.durables.code)[good], "age_years": age_years,
                         "grade": np.array(list(GRADES))[grade], "worth_mcr": announced.worth_mcr[entry]}).with_columns(
        **quoted, taken_in=pl.Series(reason == Refusal.ACCEPTED))
