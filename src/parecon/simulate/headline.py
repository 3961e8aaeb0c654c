"""What a run came to, in a few numbers for people who compare runs: each with its value and unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand import law as rules

if TYPE_CHECKING:
    import polars as pl

Held = dict[str, "pl.DataFrame"]
Measure = dict[str, Any]


def measures(held: Held) -> dict[str, Measure]:
    """The measures of the tables of a run: nan where there was nothing to measure."""
    return _goods(held) | _account(held) | _private(held) | _collectables(held) | _parks(held)


def _goods(held: Held) -> dict[str, Measure]:
    """What was passed on, served and refused, and what making the rest emitted."""
    months, reasons = held["months"], dict(held["reasons"].select("reason", "acts").iter_rows())
    passed_on, brought = int(months["passed_on"].sum()), sum(reasons.values())
    return {
        "used_share_of_goods_acquired": _measure(
            _ratio(passed_on, passed_on + int(months["bought_new"].sum())), "share"),
        "requests_served": _measure(_ratio(passed_on, int(months["asked"].sum())), "share of requests"),
        "hand_ins_refused": _measure(_ratio(brought - reasons["accepted"], brought), "share of items brought"),
        "excess_demand_last_year": _measure(_excess(held["years"]), "share of mean of demand and supply"),
        "emissions_of_new_goods": _measure(_emissions(held), "kg CO2e a household a year"),
    }


def _account(held: Held) -> dict[str, Measure]:
    """What the federation gained or lost, and who bore it."""
    federation = held["federation"]
    per_head = federation["shared_by_all_mcr"].to_numpy() / federation["households"].to_numpy() / MCR_A_CREDIT
    result, paid = federation["total_mcr"].to_numpy(), federation["paid_mcr"].to_numpy()
    return {
        "result_shared_by_all": _measure(_mean(per_head), "credits a household a year"),
        "result_of_turnover": _measure(_ratio(float(result.sum()), float(paid.sum())), "share of what buyers paid"),
        "years_without_loss": _measure(_mean(result >= 0), "share of years"),
        "true_up_spread": _measure(_mean(federation["true_up_spread"].to_numpy()),
                                   "standard deviation, share of price"),
    }


def _private(held: Held) -> dict[str, Measure]:
    """How much changed hands privately, and how unequal wealth became."""
    if "private" not in held:
        return {}
    months, private = held["months"], held["private"]
    sold = int(months["sold_privately"].sum())
    return {
        "private_share": _measure(_ratio(sold, sold + int(months["handed_in"].sum())), "share of items parted with"),
        "traders_at_the_end": _measure(float(private["traders"][-1]), "households"),
        "gini_of_credits_and_tokens_at_the_end": _measure(float(private["gini"][-1]), "Gini coefficient"),
    }


def _collectables(held: Held) -> dict[str, Measure]:
    """What scarce things brought to all, and how much of them slipped through to relatives."""
    if "collectables" not in held:
        return {}
    told, households = held["collectables"], held["federation"]["households"]
    years = max(1.0, len(told) / 12)
    inherited, reverted = int(told["inherited_mcr"].sum()), int(told["reverted_mcr"].sum())
    windfall = int(told["windfall_mcr"].sum()) / MCR_A_CREDIT / years
    return {
        "windfall_of_collectables": _measure(_ratio(windfall, households[0] if len(households) else 0),
                                             "credits a household a year"),
        "collectables_inherited": _measure(_ratio(inherited, inherited + reverted), "share of value left behind"),
    }


def _parks(held: Held) -> dict[str, Measure]:
    """How many own a thing or share one at the end, goods that parks keep taken together, and how many were refused."""
    if "parks" not in held or not len(held["federation"]):
        return {}
    parks = held["parks"]
    homes = float(held["federation"]["households"][0])
    over = {name: float(parks[name].sum()) for name in ("given", "handed_in", "wishes", "refused")}
    last = parks.filter(parks["month"] == parks["month"].max())
    at_end = {name: float(last[name].sum()) for name in ("owned", "relying", "in_parks")}
    return {
        "owned_of_what_parks_keep": _measure(_ratio(at_end["owned"], homes), "things a household"),
        "relied_on_parks_for": _measure(_ratio(at_end["relying"], homes), "things a household"),
        "pieces_in_parks": _measure(_ratio(at_end["in_parks"], homes), "pieces a household"),
        "given_up_for_parks": _measure(_ratio(over["given"] + over["handed_in"], homes), "things a household"),
        "bookings_refused": _measure(_ratio(over["refused"], over["wishes"]), "share of wishes"),
    }


def _measure(value: float, unit: str) -> Measure:
    return {"value": float(value), "unit": unit}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def _mean(values: npt.NDArray[Any]) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def _excess(years: pl.DataFrame) -> float:
    """How far apart what was wanted and offered were in the last year, the mean of goods that were wanted."""
    if not len(years):
        return np.nan
    last = years.filter(years["year"] == years["year"].max())
    gap = np.abs(rules.excess_demand(last["wanted"].to_numpy(), last["offered"].to_numpy()))
    return _mean(gap[last["wanted"].to_numpy() > 0])


def _emissions(held: Held) -> float:
    """What making the new goods that were bought emits, for each household and year."""
    months, goods = held["months"], held["goods"]
    if not len(held["federation"]):
        return np.nan
    each = goods["new_price_mcr"].to_numpy() / MCR_A_CREDIT * goods["emissions_kg_per_credit"].to_numpy()
    bought = months["bought_new"].to_numpy().reshape(-1, len(goods)).sum(axis=0)
    return float(bought @ each / (len(months) / len(goods) / 12) / held["federation"]["households"][0])
