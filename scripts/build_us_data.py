"""Writes the tidy files of the US economy of 2017 that the package ships, from the publishers' tables.

    python scripts/build_us_data.py RAW_FOLDER [--into FOLDER]

RAW_FOLDER holds the make and use tables of the Bureau of Economic Analysis, the Consumer Expenditure
Survey, County Business Patterns and the environmental intensities, as long CSV files. The result is the same
on every machine. What is done, and why, stands in the data cards beside the files.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

INTO = Path(__file__).parents[1] / "src/parecon/economy/data/us"
Array = npt.NDArray[np.float64]

CONTROL = {"71": {"used": ["Used"], "foreign": ["Other"]},
           "402": {"used": ["S00401", "S00402"], "foreign": ["S00300", "S00900"]}}
VALUE_ADDED = {"71": ("V001", "V002", "V003"), "402": ("V00100", "V00200", "V00300")}
MERGED = {"71": {"525": "523"}, "402": {"525000": "523900", "4200ID": "423A00"}}
USED, FOREIGN, WORKS = "used-goods", "noncomparable-imports", "public-works"
QUINTILES = ("q1", "q2", "q3", "q4", "q5")
FINAL = {"public": ("F06C", "F07C", "F10C"),
         "public_works": tuple(g + k for g in ("F06", "F07", "F10") for k in "ENS"),
         "private_investment": ("F02E", "F02N", "F02R", "F02S"), "inventories": ("F030",),
         "exports": ("F040",), "imports": ("F050",)}
# What visitors to the country buy: the 200,997 million that the national accounts take out of households' spending.
VISITED = ("481000", "485000", "48A000", "532100", "561500", "611A00", "622000", "711100", "711200", "712000",
           "713100", "713200", "713900", "721000", "722110", "722211", "722A00", "448000", "452000", "4B0000")
GOVERNMENT = ("GFGD", "GFGN", "GFE", "GSLG", "GSLE")
MEASURES = {"ghg_kg_per_usd": "ghg_per_2012usd", "acid_kg_so2e_per_usd": "acid_per_2012usd",
            "eutr_kg_ne_per_usd": "eutr_per_2012usd", "pm_kg_pm25e_per_usd": "hrsp_per_2012usd",
            "smog_kg_o3e_per_usd": "smog_per_2012usd", "water_kg_per_usd": "watr_per_2012usd",
            "land_m2yr_per_usd": "land_per_2012usd", "nonrenewable_energy_mj_per_usd": "nnrg_per_2012usd",
            "ghg_kg_per_usd_2020inv": "ghg_per_2012usd"}
CLASSES = ("1_4", "5_9", "10_19", "20_49", "50_99", "100_249", "250_499", "500_999", "1000")
FARMS, LOCAL_GOVERNMENTS, STATES = 2_040_000, 87_525, 51
# Classification codes of 2012 whose table sector is not the one with the longest common beginning.
ELSEWHERE = {"722511": "722110", "722513": "722211", "722514": "722A00", "722515": "722A00", "5221": "52A000",
             "521": "52A000", "5222": "522A00", "5223": "522A00", "442": "4B0000", "443": "4B0000", "451": "4B0000",
             "453": "4B0000", "51911": "5191A0", "51912": "5191A0", "51919": "5191A0", "5174": "517A00",
             "5179": "517A00", "333911": "333914", "333913": "333914", "333995": "33399B",
             "333996": "33399B", "333241": "33329A", "333243": "33329A", "333244": "33329A", "333249": "33329A",
             "531110": "531HST", "6114": "611B00", "6115": "611B00", "6116": "611B00", "6117": "611B00",
             "6232": "623B00", "6239": "623B00", "8134": "813B00", "8139": "813B00"}


@dataclass(frozen=True)
class Table:
    """A square table: `flows` [product, buyer], `final` [product] by use; products end with two primary rows."""

    codes: tuple[str, ...]
    summary: tuple[str, ...]
    names: tuple[str, ...]
    output: Array
    flows: Array
    final: dict[str, Array]
    compensation: Array
    taxes: Array


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


def text_table(path: Path) -> pl.DataFrame:
    """A CSV with every column as text: codes such as 22 and 111CA must not become numbers."""
    return pl.read_csv(path, infer_schema=False)


def number(frame: pl.DataFrame, column: str) -> Array:
    """A column as numbers; an empty cell is 0."""
    return frame[column].cast(pl.Float64).fill_null(0.0).to_numpy()


def dense(frame: pl.DataFrame, rows: list[str], columns: list[str]) -> Array:
    """A long table (row, column, amount) as a matrix of the rows and columns named; the rest is left out."""
    row, column = ({code: i for i, code in enumerate(codes)} for codes in (rows, columns))
    matrix = np.zeros((len(rows), len(columns)))
    for one, other, amount in frame.iter_rows():
        if one in row and other in column:
            matrix[row[one], column[other]] += float(amount)
    return matrix


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


# --- Households' spending by fifth ------------------------------------------------------------------------------

def household_spending(raw: Path, items: Path) -> pl.DataFrame:
    """Households' spending of 2017 by commodity and fifth, and visitors' share of it: million USD."""
    frame = text_table(raw / "pce_2017_by_commodity.csv")
    shares = quintile_shares(raw, items, frame)
    amount = number(frame, "producers_usd_m")
    # Scrap that households sell is a source of scrap, not a negative purchase; the adjustment for visitors goes to them.
    visitors = -amount[frame["commodity"].to_list().index("S00900")]
    amount = np.maximum(amount, 0.0)
    visited = np.where(np.isin(frame["commodity"].to_numpy(), VISITED), amount, 0.0)
    visited *= visitors / visited.sum()
    parts = shares * (amount - visited)[:, None]
    return frame.select("commodity", "summary_code").with_columns(
        *(pl.Series(q, parts[:, i]) for i, q in enumerate(QUINTILES)), pl.Series("visitors", visited))


def quintile_shares(raw: Path, items: Path, frame: pl.DataFrame) -> Array:
    """Each fifth's share of the spending on each commodity: shape [commodity, fifth]."""
    survey = survey_shares(raw)
    chosen = {(kind, code): survey[item] for kind, code, _, item in text_table(items).iter_rows()}
    weights: dict[str, Array] = {}
    for row in text_table(raw / "pce_2012_bridge.csv").iter_rows(named=True):
        commodity = "335220" if row["commodity"].startswith("33522") else row["commodity"]
        part = max(float(row["purchasers_usd_m"]), 0.0) * chosen["category", row["nipa_line"]]
        weights[commodity] = weights.get(commodity, np.zeros(5)) + part
    usual = survey["Annual aggregate expenditures"]
    shares = np.array([weights.get(code, usual) if weights.get(code, usual).sum() else usual
                       for code in frame["commodity"]])
    shares /= shares.sum(axis=1, keepdims=True)
    margins = sum(number(frame, f"{kind}_usd_m") for kind in ("transport", "wholesale", "retail"))
    trade = margins @ shares / np.sum(margins)
    for i, code in enumerate(frame["commodity"]):
        if code[:2] in ("42", "44", "45", "4B"):
            shares[i] = chosen.get(("trade", code), trade)
    return shares / shares.sum(axis=1, keepdims=True)


def survey_shares(raw: Path) -> dict[str, Array]:
    """The survey's shares of each item by fifth of income, from the part of it that counts aggregate spending."""
    frame = text_table(raw / "cex_2017_quintile.csv")
    first = frame["item"].to_list().index("Annual aggregate expenditures")
    return {row[1]: np.array([float(x or 0) for x in row[4:9]]) for row in frame[first:].iter_rows()}


# --- Writing ----------------------------------------------------------------------------------------------------

def write_table(raw: Path, into: Path, level: str, table: Table) -> None:
    """Writes sectors, flows, final uses and establishments of one table, balanced to the last digit."""
    products = [*table.codes, USED, FOREIGN]
    flows = np.round(table.flows, 1) + 0.0
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


def write_establishments(raw: Path, into: Path, level: str, table: Table) -> None:
    """Writes, for each sector, workplaces by size class and the employees of a usual one in each class."""
    counts = establishment_counts(raw, table, level)
    size = class_sizes(raw, table)
    write(into / f"establishments_{level}.csv",
          ("code", *(f"n{c}" for c in CLASSES), *(f"size{c}" for c in CLASSES)),
          ((code, *(f"{n:.0f}" for n in counts[i]), *(f"{s:.4g}" for s in size[i]))
           for i, code in enumerate(table.codes)))


def establishment_counts(raw: Path, table: Table, level: str) -> Array:
    """Workplaces by sector and size class; those the count leaves out are filled from stated facts."""
    own = np.array([MERGED["71"].get(code, code) for code in table.summary])
    counts = np.zeros((len(table.codes), len(CLASSES)))
    row_of = {code: i for i, code in enumerate(table.codes)}
    homeless: dict[str, Array] = {}
    for row in text_table(raw / "establishments_2012_naics6.csv").iter_rows(named=True):
        number_of = np.array([float(row[f"n{c}"] or 0) for c in CLASSES])
        sector = sector_of(row["naics"], MERGED["71"].get(row["code"], row["code"]), table, level)
        if sector:
            counts[row_of[sector]] += number_of
        else:
            code = MERGED["71"].get(row["code"], row["code"])
            homeless[code] = homeless.get(code, np.zeros(len(CLASSES))) + number_of
    for code, number_of in homeless.items():
        inside = np.flatnonzero((own == code) & (counts.sum(axis=1) == 0) & (table.compensation > 0))
        share = np.floor(np.cumsum(table.output[inside]) / table.output[inside].sum() * number_of[:, None] + 0.5)
        counts[inside] += np.diff(share, axis=1, prepend=0).T
    return filled(raw, table, own, counts)


def sector_of(naics: str, summary: str, table: Table, level: str) -> str | None:
    """The sector a six-digit class belongs to: the one in its summary industry with the longest common beginning."""
    if level == "71":
        return summary
    for digits in range(6, 2, -1):
        if naics[:digits] in ELSEWHERE:
            return ELSEWHERE[naics[:digits]]
    inside = [c for c, s in zip(table.codes, table.summary, strict=True) if MERGED["71"].get(s, s) == summary]
    common = {code: len(os.path.commonprefix([naics, code])) for code in inside}
    best = max(common.values())
    if best < 3:
        return None
    # Of equals, the sector coded with a letter is the one that gathers the rest of a class.
    return max((code for code in inside if common[code] == best), key=lambda code: any(c.isalpha() for c in code))


def filled(raw: Path, table: Table, own: npt.NDArray[np.str_], counts: Array) -> Array:
    """Counts with farms, railways, governments and other uncounted workplaces filled in, all in the first class."""
    jobs = {row["code"]: float(row["jobs"]) for row in text_table(raw / "industries.csv").iter_rows(named=True)}
    governments = LOCAL_GOVERNMENTS + STATES + 1
    size = jobs["GSLG"] / governments
    known = {"111CA": FARMS, "GSLG": governments} | {c: jobs[c] / size for c in ("GFGD", "GFGN", "GFE", "GSLE")}
    haulage = np.isin(own, ["481", "483", "484", "485", "486", "487OS"])
    known["482"] = jobs["482"] / (sum(jobs[c] for c in set(own[haulage])) / counts[haulage].sum())
    counts = counts.copy()
    for code, number_of in known.items():
        inside = np.flatnonzero(own == code)
        share = np.floor(np.cumsum(table.output[inside]) / table.output[inside].sum() * number_of + 0.5)
        counts[inside, 0] = np.maximum(np.diff(share, prepend=0), 1)
    empty = counts.sum(axis=1) == 0
    counts[empty, 0] = 1
    return counts


def class_sizes(raw: Path, table: Table) -> Array:
    """Employees of a usual workplace of each class: the industry's own mean where it lies in the class."""
    low = np.array([1, 5, 10, 20, 50, 100, 250, 500, 1000], float)
    high = np.array([4, 9, 19, 49, 99, 249, 499, 999, 20000], float)
    frame = text_table(raw / "establishments_2012_71.csv")
    number_of = np.column_stack([number(frame, f"n{c}") for c in CLASSES])
    staff = np.column_stack([number(frame, f"e{c}") for c in CLASSES])
    usual = staff.sum(axis=0) / number_of.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = staff / number_of
    mean = np.where((mean >= low) & (mean <= high), mean, np.clip(usual, low, high))
    size = dict(zip(frame["code"], mean, strict=True))
    return np.array([size[code] for code in table.summary])


def write_consumers(raw: Path, into: Path) -> None:
    """Writes the five fifths of households by income, and how many there are in each."""
    frame = text_table(raw / "cex_2017_quintile.csv")
    people = frame["item"].to_list().index("People")
    names = ("poorest fifth", "second fifth", "middle fifth", "fourth fifth", "richest fifth")
    write(into / "households.csv", ("code", "name", "households", "people_per_household"),
          ((q, name, f"{float(frame[q][0]) * 1000:.0f}", frame[q][people])
           for q, name in zip(QUINTILES, names, strict=True)))


def write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Writes a CSV, compressed where the name says so, with no date inside so that it is always the same."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


if __name__ == "__main__":
    main()
