"""Writes the tidy files on durable goods that the package ships, from the publishers' tables.

    python scripts/build_durables_data.py RAW_FOLDER [--into FOLDER]

RAW_FOLDER holds, as long CSV files, the depreciation rates and the consumption bridge of the Bureau of Economic
Analysis and the Consumer Expenditure Survey. The result is the same on every machine. What is done, and why,
stands in the data cards beside the files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from durables_data.judged import GOODS, LEFT_OUT, MERGED, Good
from us_data.raw import QUINTILES, Array, number, text_table, write

from parecon.economy.us_table import read_table

INTO = Path(__file__).parents[1] / "src/parecon/secondhand/data"

NAMES = ("poorest fifth", "second fifth", "middle fifth", "fourth fifth", "richest fifth")
PROFILES = {"Autos": "cars", "Computers and peripherals": "computers"}
USUAL_DECLINE = 1.65  # declining-balance rate where there are no used prices
HEADER = ("code", "name", "new_price_credits", "service_life_years", "form", "annual_rate", "beta", "profile",
          "weight_kg", "emissions_kg_per_credit", "purchases_credits_a_year", *QUINTILES,
          "nipa_lines", "bea_class", "basis")


def main() -> None:
    """Reads the raw folder named on the command line and writes every file."""
    parser = argparse.ArgumentParser(description="Write the tidy files on durable goods.")
    parser.add_argument("raw_folder", type=Path)
    parser.add_argument("--into", type=Path, default=INTO)
    settings = parser.parse_args()
    raw, into = settings.raw_folder, settings.into
    into.mkdir(parents=True, exist_ok=True)
    write_durables(raw, into)
    write_profiles(raw, into)
    write_classes(raw, into)
    write_households(raw, into)


# --- The catalogue ----------------------------------------------------------------------------------------------

def write_durables(raw: Path, into: Path) -> None:
    """Writes one row a good: price, life, rate, weight, emissions, purchases and who makes them."""
    listed = {row["nipa_line"]: row for row in text_table(raw / "durables.csv").iter_rows(named=True)}
    bridge = text_table(raw / "pce_2012_bridge.csv").filter(~pl.col("commodity").is_in(LEFT_OUT))
    growth, intensity, survey = spending_growth(raw), emissions_of_making(), shares_of_spending(raw)
    households = float(survey_rows(raw)["Number of consumer units (in thousands)"]["all_units"]) * 1000
    rows = []
    for good in GOODS:
        inside = bridge.filter(pl.col("nipa_line").is_in(good.lines))
        bought = number(inside, "purchasers_usd_m").sum()
        makers = [MERGED.get(code, code) for code in inside["commodity"]]
        emitted = number(inside, "producers_usd_m") @ [intensity[code] for code in makers]
        rows.append((good.code, good.name, good.new_price_usd, *loss_of_worth(good, listed[good.lines[0]]),
                     f"{good.weight_kg:g}", f"{emitted / bought:.4f}",
                     f"{bought * 1e6 * growth[good.spending] / households:.2f}",
                     *(f"{part:.4f}" for part in fifths(good, listed, survey)), " ".join(good.lines),
                     "" if good.life_years else listed[good.lines[0]]["bea_class"], good.basis))
    write(into / "durables.csv", HEADER, rows)


def loss_of_worth(good: Good, listed: dict[str, str]) -> tuple[str, ...]:
    """Life, form, yearly rate, beta (for the law to say) and profile of a good."""
    profile = PROFILES.get(listed["bea_class"], "")
    life = good.life_years or float(listed["service_life_years"])
    rate = USUAL_DECLINE / life if good.life_years else float(listed["geometric_rate"])
    return f"{life:g}", "empirical" if profile else "geometric", f"{rate:.4f}", "", profile


def fifths(good: Good, listed: dict[str, dict[str, str]], survey: dict[str, Array]) -> Array:
    """Each fifth's share of what is spent on a good, by the survey's item or the nearest to each line."""
    if good.survey:
        parts = survey[good.survey]
    else:
        parts = sum(float(listed[line]["purchasers_2012_usd_m"])
                    * np.array([float(listed[line][f"cex_share_{q}_pct"]) for q in QUINTILES]) for line in good.lines)
    return parts / np.sum(parts)


def spending_growth(raw: Path) -> dict[str, float]:
    """How much more was spent in 2017 than in 2012 on each group of durable goods."""
    return {row["category"].strip(): float(row["2017"]) / float(row["2012"])
            for row in text_table(raw / "pce_us_2007_2018_usd_m.csv").iter_rows(named=True)}


def emissions_of_making() -> dict[str, float]:
    """Greenhouse gases per dollar that each of the 400 sectors makes, its suppliers' and theirs included: kg CO2e."""
    table = read_table("402")
    inputs = table.flows[:len(table.code)] / table.sector["output_usd_million"]
    total = np.linalg.solve((np.eye(len(table.code)) - inputs).T, table.sector["ghg_kg_per_usd"])
    return dict(zip(table.code, total, strict=True))


# --- Profiles, classes, households ------------------------------------------------------------------------------

def write_profiles(raw: Path, into: Path) -> None:
    """Writes what used cars and computers sold for, by age, beside new ones."""
    rows = [(name, *row) for name, file in (("cars", "auto"), ("computers", "pc"))
            for row in text_table(raw / f"{file}_depreciation_bea.csv").iter_rows()]
    write(into / "profiles.csv", ("profile", "age_years", "value_relative_to_new"), rows)


def write_classes(raw: Path, into: Path) -> None:
    """Writes the classes of consumer durables that the catalogue uses, as published."""
    listed = {row["nipa_line"]: row["bea_class"] for row in text_table(raw / "durables.csv").iter_rows(named=True)}
    used = {listed[good.lines[0]] for good in GOODS if not good.life_years}
    rates = text_table(raw / "bea_depreciation_rates.csv")
    rates = rates.filter(pl.col("section") == "Durable goods owned by consumers")
    columns = ("depreciation_rate", "service_life_years", "declining_balance_rate")
    rows = [(class_name(row), *(row[name] for name in columns)) for row in rates.iter_rows(named=True)]
    write(into / "classes.csv", ("bea_class", "annual_rate", "service_life_years", "declining_balance_rate"),
          (row for row in rows if row[0] in used and row[1]))


def class_name(row: dict[str, str | None]) -> str:
    """What the catalogue calls a class of the depreciation table."""
    asset = str(row["asset"])
    return f"Trucks, {asset.removesuffix(' years')}" if str(row["group"]).endswith("Trucks") else asset


def write_households(raw: Path, into: Path) -> None:
    """Writes how many households each fifth has, how large they are, what they take in and spend."""
    rows, spent = survey_rows(raw), shares_of_spending(raw)["Annual aggregate expenditures"]
    count = np.array([float(rows["Number of consumer units (in thousands)"][q]) * 1000 for q in QUINTILES])
    total = float(rows["Annual aggregate expenditures"]["all_units"]) * 1e6
    write(into / "households.csv",
          ("code", "name", "households", "people", "income_before_tax_credits", "income_after_tax_credits",
           "spending_credits"),
          ((q, NAMES[i], f"{count[i]:.0f}", rows["People"][q], f"{float(rows['Income before taxes'][q]):.0f}",
            f"{float(rows['Income after taxes'][q]):.0f}", f"{total * spent[i] / count[i]:.0f}")
           for i, q in enumerate(QUINTILES)))


def survey_rows(raw: Path) -> dict[str, dict[str, str]]:
    """The survey's rows, each item where it first stands."""
    return {row["item"]: row for row in reversed(text_table(raw / "cex_2017_quintile.csv").to_dicts())}


def shares_of_spending(raw: Path) -> dict[str, Array]:
    """Each fifth's share of spending on each item, from the part of the survey that counts aggregate spending."""
    frame = text_table(raw / "cex_2017_quintile.csv")
    first = frame["item"].to_list().index("Annual aggregate expenditures")
    shares = {row["item"]: np.array([float(row[q] or 0) for q in QUINTILES]) for row in frame[first:].to_dicts()}
    return {item: part / part.sum() for item, part in shares.items() if part.sum()}


if __name__ == "__main__":
    main()
