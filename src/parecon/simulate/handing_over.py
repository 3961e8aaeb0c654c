"""What the federation of a simulated economy has counted, and what it hands to the plan after each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand import law as rules
from parecon.secondhand.handover import Expected, Seen, as_always, expected

if TYPE_CHECKING:
    import polars as pl

    from parecon.simulate.world import World


def seen(world: World) -> Seen:
    """What was counted of each year that is closed: [year, good]."""
    bought_new, passed_on, asked, handed_in = (
        yearly(world, name).sum(axis=1).astype(float) for name in ("bought_new", "passed_on", "asked", "handed_in"))
    stock, waiting = (yearly(world, name)[:, -1].astype(float) for name in ("stock", "waiting"))
    return Seen(bought_new, passed_on, asked, handed_in, stock, waiting, _index_growth(world))


def yearly(world: World, name: str) -> npt.NDArray[np.int64]:
    """Counts of the years that are closed: [year, month of the year, good]."""
    goods, years = len(world.durables), len(world.record.years)
    months = world.record.months.get(name, [])[:years * MONTHS_A_YEAR]
    return np.reshape(np.array(months, np.int64), (years, MONTHS_A_YEAR, goods))


def _index_growth(world: World) -> npt.NDArray[np.float64]:
    """What each next year's schedule was beside the year's own: [year, good]; 1 where prices are found by the month."""
    law = world.law("secondhand")
    goods = [[each["goods"][name] for each in world.record.years] for name in ("wanted", "offered")]
    wanted, offered = np.reshape(np.array(goods, float), (2, -1, len(world.durables)))
    if law["mode"] == "spot":
        return np.ones_like(wanted)
    return rules.adjusted(np.ones_like(wanted), wanted, offered, law["adjustment_response"], law["adjustment_most"])


def handed_over(world: World) -> Expected:
    """What was expected after each year: [year, good]. Earlier deliveries are reckoned as those of the first year."""
    count, life = seen(world), world.durables.life_months
    return expected(count, as_always(count.bought_new[:1].sum(axis=0), life), life,
                    world.law("secondhand")["reckoned_elasticity"])


def handover(world: World) -> pl.DataFrame:
    """The table that is handed to the plan: a row for each closed year and good, of what to expect of the next."""
    import polars as pl

    durables, count, told = world.durables, seen(world), handed_over(world)
    each_kg = durables.new_price_mcr / MCR_A_CREDIT * durables.emissions_kg_per_credit
    columns = {"stock": count.stock, "waiting": count.waiting, "expected_ends": told.ends,
               "expected_used_supply": told.used_supply, "expected_used": told.used, "expected_new": told.new,
               "expected_new_from_vintages": told.new_from_vintages,
               "expected_new_from_purchases": told.new_from_purchases,
               "expected_emissions_kg": told.new * each_kg}
    years = [each["year"] for each in world.record.years]
    return pl.DataFrame({"year": np.repeat(np.array(years, np.int64), len(durables)),
                         "good": list(durables.code) * len(years)}
                        | {name: np.ravel(column) for name, column in columns.items()})
