"""Writes the tidy files of the US economy of 2017 that the package ships, from the publishers' tables.

    python scripts/build_us_data.py RAW_FOLDER [--into FOLDER]

RAW_FOLDER holds the make and use tables of the Bureau of Economic Analysis, the Consumer Expenditure
Survey, County Business Patterns and the environmental intensities, as long CSV files. The result is the same
on every machine. What is done, and why, stands in the data cards beside the files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from us_data.households import household_spending, write_consumers
from us_data.raw import MERGED, QUINTILES, Array, Table, dense, number, text_table, write
from us_data.workplaces import write_establishments

INTO = Path(__file__).parents[1] / "src/parecon/economy/data/us"

CONTROL = {"71": {"used": ["Used"], "foreign": ["Other"]},
           "402": {"used": ["S00401", "S00402"], "foreign": ["S00300", "S00900"]}}
VALUE_ADDED = {"71": ("V001", "V002", "V003"), "402": ("V00100", "V00200", "V00300")}
USED, FOREIGN = "used-goods", "noncomparable-imports"
LEAST_FLOW = 0.05  # million USD: what rounds to 0.1
FINAL = {"public": ("F06C", "F07C", "F10C"),
         "public_works": tuple(g + k for g in ("F06", "F07", "F10") for k in "ENS"),
         "private_investment": ("F02E", "F02N", "F02R", "F02S"), "inventories": ("F030",),
         "exports": ("F040",), "imports": ("F050",)}
MEASURES = {"ghg_kg_per_usd": "ghg_per_2012usd", "acid_kg_so2e_per_usd": "acid_per_2012usd",
            "eutr_kg_ne_per_usd": "eutr_per_2012usd", "pm_kg_pm25e_per_usd": "hrsp_per_2012usd",
            "smog_kg_o3e_per_usd": "smog_per_2012usd", "water_kg_per_usd": "watr_per_2012usd",
            "land_m2yr_per_usd": "land_per_2012usd", "nonrenewable_energy_mj_per_usd": "nnrg_per_2012usd",
            "ghg_kg_per_usd_2020inv": "ghg_per_2012usd"}


def main() -> None:
    """Reads the raw folder named on the command line and writes every file."""
    parser = argparse.ArgumentParser(description="Write the tidy files of the US economy of 2017.")
    parser.add_argument("raw_folder", type=Path)
    parser.add_argument("--into", type=Path, default=INTO)
    settings = parser.parse_args()
    raw, into = settings.raw_folder, settings.into
    spending = household_spending(raw, into / "spending_items.csv")
    for level in ("71", "402"):
        table = merged(square(raw, level, spending), MERGED[level])
        write_table(raw, into, level, table)
    write_consumers(raw, into)


# --- The square table -------------------------------------------------------------------------------------------

def square(raw: Path, level: str, spending: pl.DataFrame) -> Table:
    """Industry by industry under fixed product sales: each buyer takes a product from its makers in their shares."""
    ending = ".csv" if level == "71" else ".csv.gz"
    make, use = (text_table(raw / f"us_2017_{kind}_{level}{ending}") for kind in ("make", "use"))
    codes, names, summary = industries(raw, level)
    control = CONTROL[level]["used"] + CONTROL[level]["foreign"]
    commodities = sorted(set(make["commodity"]) - set(control))
    made = dense(make, codes, commodities)
    shares = made / made.sum(axis=0)
    final_codes = sorted({code for code in use["column"] if code.startswith("F")} - {"F010", "F01000"})
    uses = dense(use, commodities, codes + final_codes)
    primary = np.vstack([dense(use, CONTROL[level][kind], codes + final_codes).sum(axis=0)
                         for kind in ("used", "foreign")])
    all_uses = np.vstack([shares @ uses, primary])
    otherwise = dense(make, codes, control).sum(axis=1)
    final = {name: all_uses[:, [len(codes) + i for i, code in enumerate(final_codes) if code[:4] in group]].sum(axis=1)
             for name, group in FINAL.items()}
    final |= households(spending, level, commodities, shares)
    final["exports"] += final.pop("visitors")
    final["exports"][-1] = 0.0  # the rest of the world's adjustment: visitors' spending, counted where they spend it
    final["made_otherwise"] = np.append(otherwise, [0.0, 0.0])
    labour, taxes, _ = (dense(use, [row], codes)[0] for row in VALUE_ADDED[level])
    return Table(tuple(codes), tuple(summary), tuple(names), made.sum(axis=1) + otherwise,
                 all_uses[:, :len(codes)], final, labour, taxes)


def industries(raw: Path, level: str) -> tuple[list[str], list[str], list[str]]:
    """Codes, names and summary codes of the industries of a table, in the publisher's order."""
    if level == "71":
        frame = text_table(raw / "industries.csv")
        return frame["code"].to_list(), frame["name"].to_list(), frame["code"].to_list()
    frame = text_table(raw / "us_2017_sectors_402.csv")
    return frame["detail_code"].to_list(), frame["name"].to_list(), frame["summary_code"].to_list()


def households(spending: pl.DataFrame, level: str, commodities: list[str], shares: Array) -> dict[str, Array]:
    """What each fifth of households, and visitors, spend on each product; last the two primary rows."""
    code = "summary_code" if level == "71" else "commodity"
    result = {}
    for who in (*QUINTILES, "visitors"):
        bought = dict(spending.group_by(code).agg(pl.col(who).sum()).iter_rows())
        used, foreign = (sum(bought.get(c, 0.0) for c in CONTROL[level][kind]) for kind in ("used", "foreign"))
        result[who] = np.append(shares @ np.array([bought.get(c, 0.0) for c in commodities]), [used, foreign])
    return result


def merged(table: Table, into: dict[str, str]) -> Table:
    """The table with some sectors added to others: accounting entities that have no workers of their own."""
    target = [table.codes.index(into.get(code, code)) for code in table.codes]
    kept = [i for i, code in enumerate(table.codes) if code not in into]
    adder = np.zeros((len(kept), len(table.codes)))
    adder[[kept.index(t) for t in target], np.arange(len(target))] = 1.0
    rows = np.zeros((len(kept) + 2, len(table.codes) + 2))
    rows[:-2, :-2], rows[-2:, -2:] = adder, np.eye(2)
    pick = tuple(kept)
    return Table(*(tuple(column[i] for i in pick) for column in (table.codes, table.summary, table.names)),
                 adder @ table.output, rows @ table.flows @ adder.T,
                 {name: rows @ column for name, column in table.final.items()},
                 adder @ table.compensation, adder @ table.taxes)


# --- Writing ----------------------------------------------------------------------------------------------------

def write_table(raw: Path, into: Path, level: str, table: Table) -> None:
    """Writes sectors, flows, final uses and establishments of one table, balanced to the last digit."""
    products = [*table.codes, USED, FOREIGN]
    flows = np.round(without_crumbs(table.flows), 1) + 0.0
    final = {name: np.round(column, 1) + 0.0 for name, column in table.final.items()}
    output = np.round(table.output)
    final["adjustment"] = np.round(np.append(output, [0, 0]) - flows.sum(axis=1) - sum(final.values()), 1) + 0.0
    order = (*QUINTILES, "public", "public_works", "private_investment", "inventories", "exports", "imports",
             "made_otherwise", "adjustment")
    write(into / f"final_{level}.csv", ("product", *order),
          zip(products, *([f"{x:.1f}" for x in final[name]] for name in order), strict=True))
    at = np.argwhere(flows)
    write(into / f"flows_{level}.csv.gz", ("product", "buyer", "usd_million"),
          ((products[i], table.codes[j], f"{flows[i, j]:.1f}") for i, j in at))
    write_sectors(raw, into, level, table, output, flows)
    write_establishments(raw, into, level, table)


def without_crumbs(flows: Array) -> Array:
    """Flows without cells that would round to 0, and with what they were added to the buyer's other cells."""
    kept = np.where(np.abs(flows) >= LEAST_FLOW, flows, 0.0)
    total = kept.sum(axis=0)
    return kept * np.divide(flows.sum(axis=0), total, out=np.ones(len(total)), where=total > 0)


def write_sectors(raw: Path, into: Path, level: str, table: Table, output: Array, flows: Array) -> None:
    """Writes each sector's output, labour, taxes, surplus, replacement of capital, hours and emissions."""
    industry = {row["code"]: row for row in text_table(raw / "industries.csv").iter_rows(named=True)}
    labour, taxes = np.round(table.compensation), np.round(table.taxes)
    surplus = output - flows.sum(axis=0) - labour - taxes
    mixed = np.round(farm_mixed_income(table, industry, surplus), 1)
    labour, surplus = labour + mixed, surplus - mixed
    hours = spread(table, industry, "hours_million", labour)
    replaced = replacement(raw, table)
    measures = [intensity(raw, table, industry, name, level) for name in MEASURES]
    columns = ("output", "labour", "mixed_income_in_labour", "taxes_less_subsidies", "surplus", "replacement")
    write(into / f"sectors_{level}.csv",
          ("code", "summary", "name", *(f"{name}_usd_million" for name in columns), "hours_million", *MEASURES),
          ((code, table.summary[i], table.names[i], f"{output[i]:.0f}", f"{labour[i]:.1f}", f"{mixed[i]:.1f}",
            f"{taxes[i]:.0f}", f"{surplus[i]:.1f}", f"{replaced[i]:.1f}", f"{hours[i]:.4f}",
            *(f"{measure[i]:.6g}" for measure in measures)) for i, code in enumerate(table.codes)))


def spread(table: Table, industry: dict[str, dict[str, str]], name: str, weight: Array) -> Array:
    """A published figure of each summary industry, spread over its sectors in proportion to `weight`."""
    into = MERGED["71"]
    total: dict[str, float] = {}
    for code, row in industry.items():
        total[into.get(code, code)] = total.get(into.get(code, code), 0.0) + float(row[name])
    own = np.array([into.get(code, code) for code in table.summary])
    result = np.zeros(len(own))
    for code in dict.fromkeys(own):
        inside = own == code
        part = weight * inside if weight[inside].sum() > 0 else table.output * inside
        result += total[code] * part / part.sum()
    return result


def farm_mixed_income(table: Table, industry: dict[str, dict[str, str]], surplus: Array) -> Array:
    """What farmers earn for their own hours: an hour on a farm is paid as one in forestry, fishing and support."""
    other = industry["113FF"]
    pay = float(other["compensation_usd_m"]) / float(other["hours_million"])
    due = pay * float(industry["111CA"]["hours_million"]) - float(industry["111CA"]["compensation_usd_m"])
    part = np.where(np.array(table.summary) == "111CA", np.maximum(surplus, 0.0), 0.0)
    return due * part / part.sum()


def replacement(raw: Path, table: Table) -> Array:
    """A year's wear of equipment, buildings and software: that of 2013, grown with all industries' output."""
    years = text_table(raw / "industries_timeseries_1997_2023.csv")
    now, then = (number(years.filter(pl.col("year") == y), "gross_output_usd_m").sum() for y in ("2017", "2013"))
    worn = np.zeros(len(table.codes))
    own = np.array([MERGED["71"].get(code, code) for code in table.summary])
    for row in text_table(raw / "capital_2013_by_industry.csv").iter_rows(named=True):
        # Of housing and other real estate together, the table has only what is not dwellings.
        group = ["ORE"] if row["code"] == "HS+ORE" else [MERGED["71"].get(c, c) for c in row["code"].split("+")]
        part = table.output * np.isin(own, group)
        worn += float(row["implied_depreciation_usd_m"]) * now / then * part / part.sum()
    return worn


def intensity(raw: Path, table: Table, industry: dict[str, dict[str, str]], name: str, level: str) -> Array:
    """Emissions or resources per dollar: the published 2017 total of each summary industry, spread over its sectors."""
    amount = {code: row | {"amount": str(float(row[name]) * float(row["output_usd_m"]))}
              for code, row in industry.items()}
    weight = np.ones(len(table.codes))
    if level == "402":
        detail = {row["code"]: row for row in
                  text_table(raw / "useeio_2012_direct_intensity_411.csv").iter_rows(named=True)}
        weight = np.array([float(detail[code][MEASURES[name]]) if code in detail else np.nan for code in table.codes])
        summary = np.array([float(industry[code][name]) for code in table.summary])
        weight = np.where(np.isnan(weight), summary, weight)
    return spread(table, amount, "amount", weight * table.output) / table.output


if __name__ == "__main__":
    main()
