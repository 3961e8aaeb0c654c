"""A month of simulated collectors: illness and gifts, things handed back, deaths, requests, the closing.

It runs alone, with people of its own (`started`), or inside a larger world that says who earns what, how
old everybody is and what they have. Draws depend on seed, month and person alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import INHERITED, Acts, Answers, Deed, Fate, Purpose, Requests
from parecon.secondhand.collectables.behaviour import (
    Lives,
    gives,
    offers,
    struck_down,
    tastes,
    warmth,
)
from parecon.secondhand.collectables.closing import Closing, close, next_schedule
from parecon.secondhand.collectables.decide import Estates, Moment, deaths, immediate
from parecon.secondhand.collectables.law import Flags, Standing
from parecon.secondhand.collectables.register import MUSEUM, NO_ONE, Kinds, Register

RELATIVES = 3


@dataclass(frozen=True)
class Collectors:
    """All that there is at the beginning of a month.

    `hidden` [item] marks registered things handed on unreported; `appeal` [kind] is relative to the average;
    `ill`, `warmth` and `evades` are [household], `relatives` [household, relative] are the households a thing
    may go to, the youngest first. `exchange` is the party of the federation's shelf.
    """

    register: Register
    kinds: Kinds
    hidden: Flags
    appeal: Floats
    ill: Flags
    warmth: Floats
    evades: Flags
    relatives: npt.NDArray[np.int32]
    exchange: int
    month: int = 0


@dataclass(frozen=True)
class Month:
    """What a month leads to: who died, what moves between accounts, and figures for the record."""

    collectors: Collectors
    died: Flags
    postings: Postings
    figures: dict[str, int]


def started(kinds: Kinds, appeal: Floats, items_a_kind: int, households: int, exchange: int, people: Law,
            seed: int) -> Collectors:
    """Collectors at the start: every thing with a household drawn by lot, which paid the announced price for it.

    The register is empty; in the first month everybody registers what they have.
    """
    who, item = np.arange(households), np.arange(len(kinds) * items_a_kind)
    kind = item // items_a_kind
    holder = _picked(seed, "holder", item, households)
    register = Register.of(kind, holder, kinds.schedule_mcr[kind])
    others = 1 + _picked(seed, "relatives", np.arange(households * RELATIVES), households - 1)
    return Collectors(
        register, kinds, np.zeros(len(item), bool), appeal, np.zeros(households, bool),
        warmth(uniform(key(seed, "collectables warmth"), who), people),
        uniform(key(seed, "collectables evades"), who) < people["evading_share"],
        ((who[:, None] + others.reshape(households, RELATIVES)) % households).astype(np.int32), exchange)


def _picked(seed: int, purpose: str, ids: Ints, among: int, month: int = 0) -> npt.NDArray[np.int32]:
    return (uniform(key(seed, f"collectables {purpose}", month), ids) * among).astype(np.int32)


def month(collectors: Collectors, income_mcr: Amounts, age_months: Ints, balance_mcr: Amounts, weight: Ints, law: Law,
          people: Law, seed: int, level_ppm: int = rules.PPM) -> Month:
    """One month: the new state, who died, the postings and figures for the record.

    `income_mcr` (a year's) and `age_months` are [household], `balance_mcr` and `weight` (shares of the
    windfall) are [account], of which households are the first; none of them is changed. Whoever died is
    followed by a new household in the same row: the caller sets its age.
    """
    moment, lives = Moment(collectors.month, level_ppm), _lives(people, law)
    lot = uniform(key(seed, "collectables illness", moment.month), np.arange(len(age_months)))
    died, ill = struck_down(age_months, collectors.ill, lot, lives, people)
    heir = _youngest(collectors.relatives, age_months)
    acts, hidden = _acts(collectors, age_months, heir, lives, people, seed)
    done, register = immediate(acts, collectors.register, collectors.kinds, collectors.exchange, moment, law)
    means = balance_mcr.copy()
    post(means, done.postings)
    others = np.arange(len(age_months), len(means), dtype=np.int32)  # accounts of institutions, which do not die
    estates, register = deaths(np.append(died, np.zeros(len(others), bool)), np.append(heir, others), ~hidden,
                               register, collectors.kinds, collectors.exchange, moment.month, law)
    requests = _requests(collectors, income_mcr, people, seed)
    answers = _answers(register, collectors, income_mcr, people, seed)
    closing, register = close(requests, answers, register, collectors.kinds, means, weight, collectors.exchange,
                              moment, law)
    kinds = next_schedule(closing.kinds, register, collectors.exchange, collectors.month, law)
    after = replace(collectors, register=register, kinds=kinds, hidden=hidden & (estates.fate != Fate.NOT_FOUND),
                    ill=ill, month=moment.month + 1)
    return Month(after, died, Postings.together([done.postings, closing.outcome.postings]),
                 _figures(collectors, after, acts, died, estates, closing, law))


def _lives(people: Law, law: Law) -> Lives:
    told = tuple((name, float(people[name])) for name in ("aging_rate", "modal_age_years", "ill_months"))
    return _tables(told, law["look_back_years"])


@lru_cache(64)
def _tables(told: tuple[tuple[str, float], ...], look_back_years: int) -> Lives:
    return Lives.of(dict(told), look_back_years)


def _youngest(relatives: npt.NDArray[np.int32], age_months: Ints) -> npt.NDArray[np.int32]:
    """The household that things of each household go to: [household]."""
    first = relatives[:, 0].copy()
    for column in relatives.T[1:]:
        younger = age_months[column] < age_months[first]
        first[younger] = column[younger]
    return first


def _acts(collectors: Collectors, age_months: Ints, heir: Ints, lives: Lives, people: Law,
          seed: int) -> tuple[Acts, Flags]:
    """What holders bring and give this month, and which things are hidden after it."""
    register = collectors.register
    if collectors.month == 0:
        everything = np.arange(len(register))
        return Acts.of(Deed.REGISTER, register.holder, everything), collectors.hidden
    held = (register.holder >= 0) & (register.holder < len(age_months)) & ~collectors.hidden
    item = np.flatnonzero(held & (register.standing == Standing.TRADED))
    holder = register.holder[item]
    ill, age, evades = collectors.ill[holder], age_months[holder], collectors.evades[holder]
    stands = np.where(evades, 1.0, np.where(ill, lives.ill_lives_on, lives.lives_on[age]))
    years = np.where(ill, lives.ill_years, lives.years[age])
    wants = gives(collectors.warmth[holder], stands, years, people["enjoyment_share"])
    tires = ~wants & (uniform(key(seed, "collectables tires", collectors.month), item) < people["tires_share"])
    gift = wants & ~evades
    hidden = collectors.hidden.copy()
    hidden[item[wants & evades]] = True
    return Acts.together(Acts.of(Deed.GIVE, holder[gift], item[gift], heir[holder[gift]]),
                         Acts.of(Deed.HAND_BACK, holder[tires], item[tires])), hidden


def _requests(collectors: Collectors, income_mcr: Amounts, people: Law, seed: int) -> Requests:
    traded = np.flatnonzero(collectors.kinds.standing == Standing.TRADED)
    asks = uniform(key(seed, "collectables asks", collectors.month), np.arange(len(income_mcr))) \
        < people["seeking_share"]
    member = np.flatnonzero(asks & bool(len(traded))).astype(np.int32)
    kind = traded[_picked(seed, "which", member, len(traded), collectors.month)].astype(np.int32)
    return Requests(member, kind, _offers(collectors, member, kind, income_mcr, people, seed),
                    uniform(key(seed, "collectables lot", collectors.month), member))


def _answers(register: Register, collectors: Collectors, income_mcr: Amounts, people: Law, seed: int) -> Answers:
    """Relatives who are offered a thing first would pay for it what they would pay for any other of its kind."""
    item = np.flatnonzero(register.first_refusal != NO_ONE).astype(np.int32)
    member = register.first_refusal[item]
    return Answers(member, item, _offers(collectors, member, register.kind[item], income_mcr, people, seed))


def _offers(collectors: Collectors, member: Ints, kind: Ints, income_mcr: Amounts, people: Law, seed: int) -> Amounts:
    taste = tastes(key(seed, "collectables taste"), member, kind, len(collectors.kinds))
    return offers(income_mcr[member], taste, collectors.appeal[kind], people)


def _figures(before: Collectors, after: Collectors, acts: Acts, died: Flags, estates: Estates, closing: Closing,
             law: Law) -> dict[str, int]:
    """Counts and values of the month; values at the prices that things last went at."""
    price = before.kinds.price_mcr[before.register.kind]
    substantial = price > law["least_reverting_mcr"]
    sold = closing.outcome.postings.purpose
    return {"deaths": int(died.sum()), "gifts": int((acts.deed == Deed.GIVE).sum()),
            "handed_back": int((acts.deed == Deed.HAND_BACK).sum()),
            "passed_on": int((sold == Purpose.PASSED_ON).sum()),
            "taken_by_relatives": int((sold == Purpose.FIRST_REFUSAL).sum()),
            "reverted_mcr": int(price[estates.fate == Fate.REVERTS].sum()),
            "inherited_mcr": int(price[np.isin(estates.fate, INHERITED) & substantial].sum()),
            "windfall_mcr": closing.shared_mcr,
            "on_shelf": int((after.register.holder == after.exchange).sum()),
            "in_museums": int((after.register.holder == MUSEUM).sum())}
