"""Claim U12: people could pass collectables on to relatives before they die, and so inherit after all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parecon.base.columns import Ints
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law, in_force, parameters
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.collectables.behaviour import MONTHS, OLDEST_MONTHS, Lives, gives, struck_down, warmth
from parecon.secondhand.collectables.law import looked_back_on

HOLDERS = 2000
FIRST_AGE_YEARS = 40
LOOK_BACK_YEARS = (0, 3, 7, 15)
MANY_EVADE = 0.3
CAUTIOUS_WARMTH = 0.02  # at which as few would give as the lowest published figure says: see remarks
USE_KEPT_SHARE = 0.005  # what a giver loses who goes on using the thing: a tenth of what others lose
THRESHOLD = 0.1


@dataclass(frozen=True)
class Lifetimes:
    """Ages in months at which holders [holder] fall ill (beyond all ages: never) and at which they die."""

    ill_months: Ints
    death_months: Ints


def lifetimes(seed: int, people: Law) -> Lifetimes:
    """Lives of people from the age at which they came to have a thing, month by month until nobody is left."""
    who, lives = np.arange(HOLDERS), Lives.of(people, 0)
    ill, dead = np.zeros(HOLDERS, bool), np.zeros(HOLDERS, bool)
    fell_ill, death = (np.full(HOLDERS, OLDEST_MONTHS) for _ in range(2))
    for age in range(FIRST_AGE_YEARS * MONTHS, OLDEST_MONTHS):
        lot = uniform(key(seed, "U12 illness", age), who)
        died, ill_now = struck_down(np.full(HOLDERS, age), ill, lot, lives, people)
        fell_ill[ill_now & ~ill & ~dead] = age
        death[died & ~dead] = age
        ill, dead = ill_now, dead | died
        if dead.all():
            break
    return Lifetimes(fell_ill, death)


def inherited_share(seed: int, lived: Lifetimes, look_back_years: int, behaviour: dict[str, float]) -> float:
    """How many of the things of people who died end with relatives free of charge, under a law and a behaviour."""
    people = in_force("secondhand.collectables.behaviour", behaviour, "claim U12")
    lives, who = Lives.of(people, look_back_years), np.arange(HOLDERS)
    warm = warmth(uniform(key(seed, "U12 warmth"), who), people)
    evades = uniform(key(seed, "U12 evades"), who) < people["evading_share"]
    age = np.arange(FIRST_AGE_YEARS * MONTHS, OLDEST_MONTHS)[:, None]
    ill = age > lived.ill_months  # known from the month after
    stands = np.where(evades, 1.0, np.where(ill, lives.ill_lives_on, lives.lives_on[age]))
    wants = gives(warm, stands, np.where(ill, lives.ill_years, lives.years[age]), people["enjoyment_share"])
    wants &= age <= lived.death_months
    gift_month = age[np.argmax(wants, axis=0), 0]
    reverts = looked_back_on(gift_month, lived.death_months, look_back_years) & ~evades
    return float((wants.any(axis=0) & ~reverts).mean())


def measured(seed: int) -> Measured:
    """Shares inherited without a look-back and with longer and longer ones, and under other behaviour."""
    lived = lifetimes(seed, parameters("secondhand.collectables.behaviour"))
    usual = parameters("secondhand.collectables")["look_back_years"]

    def share(look_back_years: int, **behaviour: float) -> float:
        return inherited_share(seed, lived, look_back_years, behaviour)

    return {f"look_back_{years}": share(years) for years in LOOK_BACK_YEARS} | {
        "value": share(0),
        "cautious": share(0, warmth_median=CAUTIOUS_WARMTH),
        "nobody_evades": share(usual, evading_share=0.0),
        "many_evade": share(usual, evading_share=MANY_EVADE),
        "use_kept": share(usual, enjoyment_share=USE_KEPT_SHARE),
        "use_kept_longest": share(LOOK_BACK_YEARS[-1], enjoyment_share=USE_KEPT_SHARE),
    }


def judge(samples: Samples) -> Judgement:
    """False if without a look-back less than a tenth is inherited; limited if that hangs on how warm people are."""
    percent = {name: f"{100 * float(values.mean()):.1f} %" for name, values in samples.items()}
    looks = ", ".join(f"{percent[f'look_back_{years}']} where the law looks back {years} years"
                      for years in LOOK_BACK_YEARS[1:])
    rest = (f"{looks}. What is left is mostly handed on unreported: {percent['nobody_evades']} if nobody does so, "
            f"{percent['many_evade']} if three in ten would. If givers go on using what they gave, "
            f"{percent['use_kept']} is inherited with a look-back of seven years and "
            f"{percent['use_kept_longest']} with one of fifteen.")
    if samples["value"].mean() < THRESHOLD:
        return Judgement("fails", f"Gifts before death hardly matter: {percent['value']} of collectables is inherited "
                                  f"without any look-back, {rest}")
    if samples["cautious"].mean() < THRESHOLD:
        return Judgement("holds only if", f"Reversion is got round only if relatives are as dear to people as reported "
                                          f"estates suggest: {percent['value']} is inherited without a look-back "
                                          f"({percent['cautious']} if they are less so), {rest}")
    return Judgement("holds", f"Without a look-back {percent['value']} of collectables is inherited "
                              f"({percent['cautious']} if relatives are less dear to people), {rest}")


CLAIM = Claim(
    id="U12",
    quote="people could find ways to gift items to relatives before passing",
    source="participatoryeconomy.org, Second-hand goods, 22 November 2022, second reply",
    hypothesis="Reversion at death does little unless the law looks back on gifts made before.",
    experiment=(f"{HOLDERS:,} people a run, who have a registered thing of a substantial price from the age of forty. "
                "They fall ill and know it, or die without warning (15 %). They give the thing to relatives as soon as "
                "what that is worth to them, times the chance that the gift will stand, exceeds what they would still "
                "enjoy of the thing. One in ten of them would hand it on unreported. The law looks back 0, 3, 7 and 15 "
                "years; further runs change warmth, evasion, and whether givers go on using what they gave."),
    measure="share of the worth of collectables that ends with relatives free of charge, without look-back",
    unit="share",
    threshold=THRESHOLD,
    falsified_if="less than a tenth is inherited although the law does not look back at all",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=("How dear it is to people that relatives have a thing is set so that, where half of its price could be "
             "saved, about 18 % of those who are ill would give: estates reported for tax were 15-20 % smaller after "
             "a long illness (Kopczuk 2007). The cautious runs take the lowest figure of that study, 5 %. How long "
             "people live is Gompertz's law. Things are of equal worth; one that relatives buy back at a closing "
             "counts as reverted. The source text has no look-back; seven years is the rule of the United Kingdom."),
)
