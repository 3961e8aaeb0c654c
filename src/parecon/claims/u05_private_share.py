"""Claim U5: private dealing stays small as long as the federation's exchange functions well."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.parameters import Law, in_force, parameters
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.private.law import (
    bound_kept_share,
    bound_share,
    danger_index,
    return_share,
    shortage_premium_share,
    stake_share,
)
from parecon.secondhand.private.stream import GOOD_WORTH_MCR, Areas, drawn, years_of_trade

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022, section 2"
HOUSEHOLDS, YEARS, LAST_MONTHS = 1000, 8, 36
SPREADS_PERMILLE = tuple(range(0, 601, 50))
SHORTAGES, CAPACITIES = (0.0, 0.3), (4, 50)
DISCOUNTS = (0.05, 0.20)
FUNCTIONS_WELL, OUTSIDE = 0.95, 0.05  # of volume within the bound
THRESHOLD = 0.05  # of used goods by worth


def areas() -> Areas:
    """An area for every spread, shortage and room that is tried."""
    spread, shortage, room = zip(*product(SPREADS_PERMILLE, SHORTAGES, CAPACITIES), strict=True)
    return Areas(HOUSEHOLDS, np.array(spread), np.array(shortage), np.array(room))


def tried(discount_share: float, seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How much of the volume of each area is within the no-entry bound, and how much is private in the end: [area]."""
    law = in_force("secondhand.private", {"liquidity_discount_share": discount_share}, "claim U5")
    tried_areas = areas()
    private = years_of_trade(tried_areas, law, seed, YEARS).private_share(LAST_MONTHS)
    return within_bound(tried_areas, law, seed), private


def within_bound(tried_areas: Areas, law: Law, seed: int) -> npt.NDArray[np.float64]:
    """How much of a month's volume is within the bound, by worth: [area]."""
    offers, wants = drawn(tried_areas, seed, 0)
    premium = shortage_premium_share(wants.waiting_months, law)
    spread = tried_areas.spread_permille[offers.area] / 1000
    return np.array([bound_kept_share(offers.worth_mcr[here], spread[here], premium[here], law)
                     for here in (offers.area == area for area in range(len(tried_areas)))])


def entry(private: Floats) -> float:
    """The spread from which on more than 5 % is private where nobody must wait: the cut that errs in fewest areas."""
    here = areas()
    prompt = here.shortage_share == 0
    spread, dealt = here.spread_permille[prompt], private[prompt] > THRESHOLD
    cuts = np.array(SPREADS_PERMILLE[1:]) - np.diff(SPREADS_PERMILLE) / 2
    wrong = [np.sum(dealt != (spread > cut)) for cut in cuts]
    return float(np.mean(cuts[wrong == np.min(wrong)])) / 1000


def measured(seed: int) -> Measured:
    """Eight years of traders who know no bound, in a hundred areas: what is private within the bound and outside it."""
    within, private, entries = [], [], {}
    for discount in DISCOUNTS:
        kept, share = tried(discount, seed)
        within.append(kept)
        private.append(share)
        entries[f"entry_spread_discount_{round(100 * discount)}"] = entry(share)
    kept, share = np.concatenate(within), np.concatenate(private)
    well = kept >= FUNCTIONS_WELL
    law = parameters("secondhand.private")
    return {
        "value": float(share[well].max()),
        "mean_private_share_within": float(share[well].mean()),
        "areas_within": float(well.sum()),
        "mean_private_share_outside": float(share[kept <= OUTSIDE].mean()),
        "danger_index_within": float(danger_index(share[well].max(), stake_share(law), law["trades_a_year"],
                                                  return_share(law))),
    } | entries


def formula(discount_share: float) -> float:
    """The bound where nobody must wait, for an item of mean worth."""
    law = in_force("secondhand.private", {"liquidity_discount_share": discount_share}, "claim U5")
    return float(bound_share(np.array([GOOD_WORTH_MCR.mean()]), law["storage_months"], law)[0])


def judge(samples: Samples) -> Judgement:
    """False if more than 5 % becomes private where the exchange functions well, or no more than 5 % where not."""
    worst, outside = float(samples["value"].mean()), float(samples["mean_private_share_outside"].mean())
    found = "; ".join(
        f"with a token discount of {100 * discount:.0f} % dealing begins at a spread of "
        f"{100 * float(np.mean(samples[f'entry_spread_discount_{round(100 * discount)}'])):.0f} % "
        f"(the bound says {100 * formula(discount):.0f} %)" for discount in DISCOUNTS)
    figures = (f"of used goods {100 * worst:.1f} % are private in the worst of the well-functioning areas, "
               f"{100 * outside:.0f} % on average where nearly all is outside the bound; {found}")
    if worst > THRESHOLD:
        return Judgement("fails", f"Private dealing grows although the exchange functions well: {figures}.")
    if outside <= THRESHOLD:
        return Judgement("fails", f"The bound does not tell where private dealing grows: {figures}.")
    return Judgement("holds", f"Private dealing stays small where the exchange functions well, and only there: "
                              f"{figures}.")


CLAIM = Claim(
    id="U5",
    quote=("There should be little risk of these private systems growing out of hand as long as the “official” system "
           "managed by the NFCC functioned well"),
    source=SOURCE,
    hypothesis=("Less than 5 % of used goods are exchanged privately if and only if spread and shortage premium are "
                "within what a dealer must bear: token discount, keeping, search and sanction."),
    experiment=(f"{2 * len(areas())} areas of {HOUSEHOLDS} households, two per cent of which would deal for a profit: "
                "spreads from 0 to 60 %, nobody or three in ten waiting up to five months, room for 4 or 50 items, "
                "token discounts of 5 and 20 %. Traders begin with terms out of the air, imitate what paid, leave "
                "after a loss, and know no bound. An exchange functions well if at least 95 % of its volume, item by "
                "item, is within the bound. Eight years; the private share is that of the last three."),
    measure="private share of used goods by worth, in the worst of the areas that function well",
    unit="share",
    threshold=THRESHOLD,
    falsified_if="more than 5 % is private within the bound (or no more than 5 % outside it)",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=("Members are taken not to mind dealing privately. Dealing begins above the bound and not at it, since "
             "close to it only terms that nearly nobody thinks of would pay."),
)
