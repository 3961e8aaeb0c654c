"""Claim U7: who would deal privately needs room for it, and room is in the commons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats
from parecon.base.parameters import in_force
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.secondhand.private.stream import Areas, years_of_trade

SOURCE = "participatoryeconomy.org, Second-hand goods, 22 November 2022, second reply"
HOUSEHOLDS, YEARS, LAST_MONTHS, ALIKE = 1000, 10, 36, 3
SPREAD_PERMILLE, SHORTAGE = 500, 0.3  # a badly run exchange, so that there is something to cap
CAPACITIES = (0, 1, 2, 4, 8, 16, 32, 64)  # items
ENTREPRENEURS = {"few": 0.02, "many": 0.10}  # of households
THRESHOLD = 0.1  # elasticity
LEAST = 1e-3  # private share, for the logarithm


def shares(entrepreneurs_share: float, seed: int) -> npt.NDArray[np.float64]:
    """The private share by the room that traders have: [capacity], the mean of areas that are alike."""
    law = in_force("secondhand.private", {"entrepreneurs_share": entrepreneurs_share}, "claim U7")
    room = np.repeat(CAPACITIES, ALIKE)
    areas = Areas(HOUSEHOLDS, np.full(len(room), SPREAD_PERMILLE), np.full(len(room), SHORTAGE), room)
    return years_of_trade(areas, law, seed, YEARS).private_share(LAST_MONTHS).reshape(-1, ALIKE).mean(axis=1)


def elasticity(private: Floats) -> float:
    """By how many per cent the private share rises for one per cent more room: the slope over all rooms above 0."""
    room = np.log(CAPACITIES[1:])
    return float(np.polyfit(room, np.log(np.maximum(private[1:], LEAST)), 1)[0])


def measured(seed: int) -> Measured:
    """Ten years of dealing beside a badly run exchange, by the room traders have: what of it is private."""
    numbers = {}
    for name, share in ENTREPRENEURS.items():
        private = shares(share, seed)
        numbers[f"elasticity_{name}"] = elasticity(private)
        numbers |= {f"private_share_{name}_room_{room}": float(one)
                    for room, one in zip(CAPACITIES, private, strict=True)}
    return {"value": numbers["elasticity_few"]} | numbers


def judge(samples: Samples) -> Judgement:
    """False if room makes no difference: an elasticity of .1 or less."""
    few, many = (float(samples[f"elasticity_{name}"].mean()) for name in ENTREPRENEURS)
    told = "; ".join(
        f"where {100 * share:.0f} % of households would deal: " + ", ".join(
            f"{100 * float(samples[f'private_share_{name}_room_{room}'].mean()):.0f} % with room for {room}"
            for room in CAPACITIES) for name, share in ENTREPRENEURS.items())
    figures = (f"one per cent more room makes private trade {few:.2f} % larger ({many:.2f} % where many would deal). "
               f"The private share {told}")
    if few <= THRESHOLD:
        return Judgement("fails", f"Room makes next to no difference: {figures}.")
    if many <= THRESHOLD:
        return Judgement("holds only if", f"Room caps private trade only if few would deal at home: {figures}.")
    return Judgement("holds", f"Private trade is limited by the room that traders have: {figures}.")


CLAIM = Claim(
    id="U7",
    quote="they would need access to assets in the commons such as buildings",
    source=SOURCE,
    hypothesis="The less room private traders have, the less of the trade in used goods is private.",
    experiment=(f"Areas of {HOUSEHOLDS} households beside a badly run exchange (a spread of 50 %, three members in "
                f"ten wait up to five months), where a trader has room for {', '.join(map(str, CAPACITIES))} items; "
                "two per cent of households would deal, or ten per cent. Traders as in U5, ten years; the private "
                "share is that of the last three."),
    measure="elasticity of the private share to the room of a trader, from 1 to 64 items",
    unit="per cent a per cent",
    threshold=THRESHOLD,
    falsified_if="room has no effect (an elasticity of .1 or less)",
    runs=20,
    measured=measured,
    judge=judge,
    remarks=("A trader must keep an item from one month to the next. One who only brings seller and buyer together, "
             "the item staying with the seller, needs no room at all and is not modelled."),
)
