"""What is written down of a simulation: counts by month and good, results by year; nothing is computed anew later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Ints
from parecon.secondhand.acts import SENTENCES, Refusal
from parecon.simulate.handing_over import handover
from parecon.simulate.published import published

if TYPE_CHECKING:
    import polars as pl

    from parecon.secondhand.settlement import Result
    from parecon.simulate.world import World

COUNTS = ("bought_new", "could_not_pay", "asked", "passed_on", "gave_up", "handed_in", "refused",
          "appeals",
          "scrapped_at_home", "scrapped_on_shelf", "carried", "sold_on_moving", "taken_along",
          "sold_privately", "bought_privately", "scrapped_privately", "given_to_parks", "scrapped_in_parks")
SCRAPPED = ("scrapped_at_home", "scrapped_on_shelf", "scrapped_privately", "scrapped_in_parks")
RESULT = ("paid_mcr", "credited_mcr", "inspection_mcr", "holding_mcr", "transport_mcr", "shelves_change_mcr",
          "total_mcr")

YEARLY = ("wanted", "offered", "next_index")


@dataclass
class Record:
    """The counts of this month [good], the months that are over, and the years that are closed."""

    goods: int
    now: dict[str, npt.NDArray[np.int64]]
    reasons: npt.NDArray[np.int64]
    months: dict[str, list[npt.NDArray[np.int64]]] = field(default_factory=dict)
    years: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, list[dict[str, float | str]]] = field(default_factory=dict)
    made: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    scrapped: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def begun(cls, world: World) -> Record:
        """An empty record of an economy that begins: what households have counts as made."""
        goods = len(world.durables)
        made = (world.homes.item >= 0).sum(axis=0).astype(np.int64)
        return cls(goods, {}, np.zeros(len(Refusal), np.int64), made=made, scrapped=np.zeros(goods, np.int64))

    def count(self, what: str, good: Ints) -> None:
        """Counts acts or items of this month by good."""
        self.now[what] = self.now.get(what, 0) + np.bincount(good, minlength=self.goods)

    def note(self, institution: str, figures: Mapping[str, float | str]) -> None:
        """Writes down what a month of another institution came to."""
        self.figures.setdefault(institution, []).append(dict(figures))

    def standing(self) -> npt.NDArray[np.int64]:
        """Items made and not scrapped, this month's included: [good]."""
        now = self.now
        return self.made - self.scrapped + now.get("bought_new", 0) - sum(now.get(name, 0) for name in SCRAPPED)

    def close_month(self, world: World) -> None:
        """Writes the month down: its counts, and what stands on shelves and who waits at its end."""
        exchange, none = world.exchange, np.zeros(self.goods, np.int64)
        stand = {"stock": world.store.items.good[exchange.shelf], "waiting": exchange.requests.good}
        closing = {name: np.bincount(good, minlength=self.goods) for name, good in stand.items()}
        for name, counts in ({name: self.now.get(name, none) for name in COUNTS} | closing).items():
            self.months.setdefault(name, []).append(counts)
        self.now = {}
        self.made = self.made + self.months["bought_new"][-1]
        self.scrapped = self.scrapped + sum(self.months[name][-1] for name in SCRAPPED)

    def close_year(self, world: World, goods: dict[str, npt.NDArray[Any]], result: Result, shared_mcr: int,
                   true_up_spread: float) -> None:
        """Writes the year down: the exchange's result by its parts, who bore it, and what schedules followed."""
        federation = {name: getattr(result, name) for name in RESULT}
        federation |= {"shared_by_all_mcr": shared_mcr, "true_up_spread": true_up_spread}
        by_good = {name: np.asarray(column, float).tolist() for name, column in goods.items()}
        self.years.append({"year": world.clock.year, "federation": federation,
                           "goods": by_good | {"next_index": world.exchange.index.tolist()}})


def tables(world: World) -> dict[str, pl.DataFrame]:
    """What is written down, as tables: the goods, months and years by good, and the federation's account by year."""
    import polars as pl

    record, durables, years = world.record, world.durables, world.record.years
    codes, months = list(durables.code), len(record.months.get("bought_new", ()))
    by_month = {name: np.concatenate(columns) for name, columns in record.months.items()} if months else {}
    federation = [{"year": each["year"], "households": world.store.parties.households} | each["federation"]
                  for each in years]
    return {
        "goods": pl.DataFrame({"good": codes, "name": list(durables.name), "new_price_mcr": durables.new_price_mcr,
                               "life_months": durables.life_months,
                               "emissions_kg_per_credit": durables.emissions_kg_per_credit}),
        "months": pl.DataFrame({"month": np.repeat(np.arange(months), len(codes)), "good": codes * months} | by_month),
        "years": pl.DataFrame({"year": np.repeat([each["year"] for each in years], len(codes)),
                               "good": codes * len(years)}
                              | {name: [one for each in years for one in each["goods"][name]] for name in YEARLY}),
        "federation": pl.DataFrame(federation),
        "schedule": published(world),
        "handover": handover(world),
        "reasons": pl.DataFrame({"reason": [each.name.lower() for each in Refusal], "acts": record.reasons,
                                 "sentence": [SENTENCES[each] for each in Refusal]}),
        **{name.rpartition(".")[2]: _by_month(pl.DataFrame(figures)) for name, figures in record.figures.items()},
    }


def _by_month(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures with the month they are of, unless they say themselves of what year they are."""
    return figures if "year" in figures.columns else figures.with_row_index("month")
