"""What the simulated people's most important parameters do to a town: the table in docs/simulated-people.md.

python scripts/sensitivity.py

Each parameter is halved and doubled, alone; the same towns without an exchange say how many new goods it saves.
Takes some minutes on two cores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context

import numpy as np

from parecon.base.parameters import parameters
from parecon.simulate.headline import measures
from parecon.simulate.record import tables
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import begin
from parecon.simulate.year import month

HOUSEHOLDS, YEARS, LAST_YEARS, SEEDS = 3000, 10, 5, (1, 2, 3, 4)
PEOPLE = "secondhand.behaviour"
NO_EXCHANGE = {"secondhand.least_worth_mcr": str(10**12)}
SETTINGS = (
    ("considers_months", "parts_share", "parts_anyway_share"),  # as many part with something in a year as before
    ("parts_share", "parts_anyway_share"),
    ("substitution_elasticity",),
    ("instead_share",),
    ("used_liking",),
)
MOST = {"instead_share": 1.0}
COLUMNS = ("parameter", "value", "used, of goods acquired", "requests served", "excess demand, last year",
           "shared by all, credits", "new goods saved for each used one", "emissions saved")
Figures = dict[str, float]


def main() -> None:
    """Runs all settings with all seeds and prints the table."""
    settings = list(named())
    jobs = [(seed, decided | extra) for _, _, decided in settings for extra in ({}, NO_EXCHANGE) for seed in SEEDS]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        done = iter(list(pool.map(lived, *zip(*jobs, strict=True))))
    print("|", " | ".join(COLUMNS), "|")
    print("|", " | ".join(["---"] * len(COLUMNS)), "|")
    for name, value, _ in settings:
        with_it, without = ([next(done) for _ in SEEDS] for _ in range(2))
        print("|", " | ".join([name, value, *row(with_it, without)]), "|")


def named() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each setting: what is varied, its value, and what is decided for it."""
    usual = parameters(PEOPLE)
    yield "as they are", "", {}
    for varied, factor in product(SETTINGS, (0.5, 2.0)):
        value = {each: min(usual[each] * factor, MOST.get(each, np.inf)) for each in varied}
        names, values = ", ".join(f"`{each}`" for each in varied), ", ".join(f"{each:g}" for each in value.values())
        yield names, values, {f"{PEOPLE}.{each}": str(one) for each, one in value.items()}


def lived(seed: int, decided: Mapping[str, str]) -> Figures:
    """What a town came to: its headline measures; new goods, used ones and emissions in its last years."""
    town = {"simulate.households": str(HOUSEHOLDS), "simulate.first_prices_off": "0.0"}
    world = begin(read_scenario("town", town | dict(decided), YEARS), seed)
    for _ in range(12 * YEARS):
        month(world)
    held = tables(world)
    told = {name: each["value"] for name, each in measures(held).items()}
    late = held["months"].filter(held["months"]["month"] >= 12 * (YEARS - LAST_YEARS))
    kg = (held["goods"]["new_price_mcr"] / 1000 * held["goods"]["emissions_kg_per_credit"]).to_numpy()
    emitted = late["bought_new"].to_numpy().reshape(-1, len(kg)).sum(axis=0) @ kg
    return told | {"new": float(late["bought_new"].sum()), "used": float(late["passed_on"].sum()),
                   "emitted": float(emitted)}


def row(with_it: list[Figures], without: list[Figures]) -> list[str]:
    """The figures of a setting: means over the seeds, after the sign of plus or minus half of their range."""
    saved = [(none["new"] - one["new"]) / one["used"] for one, none in zip(with_it, without, strict=True)]
    cleaner = [100 * (1 - one["emitted"] / none["emitted"]) for one, none in zip(with_it, without, strict=True)]
    percent = {name: [100 * each[name] for each in with_it] for name in (
        "used_share_of_goods_acquired", "requests_served", "excess_demand_last_year")}
    shared = [each["result_shared_by_all"] for each in with_it]
    return [*(said(each, 1, " %") for each in percent.values()), said(shared, 1), said(saved, 2),
            said(cleaner, 1, " %")]


def said(values: list[float], digits: int, unit: str = "") -> str:
    """A mean, and how far chance moved it."""
    return f"{np.mean(values):.{digits}f} ± {(max(values) - min(values)) / 2:.{digits}f}{unit}"


if __name__ == "__main__":
    main()
