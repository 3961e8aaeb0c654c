"""Collectables in a simulated month: the register, deaths and estates, the closing, for the households of a world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parecon.base.draws import key, uniform
from parecon.base.postings import Amounts
from parecon.secondhand.collectables.behaviour import MONTHS, Lives, assessed
from parecon.secondhand.collectables.law import classified, museum_piece
from parecon.secondhand.collectables.month import Collectors, month, started
from parecon.secondhand.collectables.register import Kinds
from parecon.secondhand.durables import read_fifths
from parecon.simulate.store import COLLECTABLES, BrokenIdentity

if TYPE_CHECKING:
    from parecon.simulate.world import World

ROOM, PEOPLE = "secondhand.collectables", "secondhand.collectables.behaviour"
JURY = 2000  # households that a museum decision asks: enough to know the permille in favour


@dataclass
class State:
    """Who collects what, and how old everybody is: `age_months` is [household]."""

    collectors: Collectors
    age_months: npt.NDArray[np.int32]


def opened(world: World) -> State:
    """Collectors before the first month: kinds of unequal appeal, each classified; who has what is drawn by lot."""
    from scipy.special import ndtri

    people, households = world.law(PEOPLE), world.store.parties.households
    kind = np.arange(people["kinds"])
    lots = np.clip(uniform(key(world.seed, "appeal"), kind), 1e-9, 1 - 1e-9)
    appeal = np.exp(people["appeal_sd"] * ndtri(lots))
    kinds = _classified(world, appeal)
    things = max(1, round(people["things_a_household"] * households / len(kind)))
    ages = Lives.of(people, world.law(ROOM)["look_back_years"]).standing_ages(
        uniform(key(world.seed, "age"), np.arange(households)), people["starting_age_years"] * MONTHS)
    return State(started(kinds, appeal, things, households, world.store.parties.single(COLLECTABLES), people,
                         world.seed), ages)


def _classified(world: World, appeal: npt.NDArray[np.float64]) -> Kinds:
    """The kinds with their first schedules, museum pieces among them as a jury of households would have it."""
    people, jury = world.law(PEOPLE), min(JURY, world.store.parties.households)
    income = incomes_mcr(world)[:jury]
    ids = np.arange(jury * len(appeal)).reshape(jury, len(appeal))
    taste, visits = (uniform(key(world.seed, purpose), ids) for purpose in ("museum taste", "museum visits"))
    fame = uniform(key(world.seed, "fame"), np.arange(len(appeal))) * 2
    museum = museum_piece(*assessed(income, taste, visits, appeal, fame, people), world.law(ROOM)["museum_rule"])
    schedule = np.rint(people["willing_share"] * income.mean() * appeal).astype(np.int64)
    return Kinds(schedule, schedule.copy(), classified(schedule, museum))


def incomes_mcr(world: World) -> Amounts:
    """What each household has to live on in a year, by its fifth, or alike where incomes are equal: [household]."""
    fifths = read_fifths().income_after_tax_mcr
    if world.law("simulate")["incomes"] == "equal":
        fifths = np.full_like(fifths, fifths.mean())
    return fifths[world.homes.group]


def collect(world: World) -> None:
    """A month of collectors: gifts, things handed back, deaths, requests and the closing."""
    state, weight = world.others[ROOM], np.zeros(len(world.store.parties), np.int64)
    weight[:world.store.parties.households] = 1
    outcome = month(state.collectors, incomes_mcr(world), state.age_months, world.store.balance_mcr, weight,
                    world.law(ROOM), world.law(PEOPLE), world.seed)
    world.store.post(outcome.postings)
    young = world.law(PEOPLE)["starting_age_years"] * MONTHS
    world.others[ROOM] = State(outcome.collectors, np.where(outcome.died, young, state.age_months + 1).astype(np.int32))
    world.record.note(ROOM, outcome.figures)
    _check(world, outcome.collectors)


def _check(world: World, collectors: Collectors) -> None:
    register, party = collectors.register, collectors.exchange
    owed = int(world.store.balance_mcr[party]) + int(register.cost_mcr[register.holder == party].sum())
    if owed:
        raise BrokenIdentity(f"collectables: the account and the cost of the shelf sum to {owed:,} mcr instead of 0")
