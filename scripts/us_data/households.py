"""What each fifth of households by income spends on each commodity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from us_data.raw import QUINTILES, Array, number, text_table, write

# What visitors to the country buy: the 200,997 million that the national accounts take out of households' spending.
VISITED = ("481000", "485000", "48A000", "532100", "561500", "611A00", "622000", "711100", "711200", "712000",
           "713100", "713200", "713900", "721000", "722110", "722211", "722A00", "448000", "452000", "4B0000")


def household_spending(raw: Path, items: Path) -> pl.DataFrame:
    """Households' spending of 2017 by commodity and fifth, and visitors' share of it: million USD."""
    frame = text_table(raw / "pce_2017_by_commodity.csv")
    shares = quintile_shares(raw, items, frame)
    amount = number(frame, "producers_usd_m")
    # Scrap that households sell is a source of scrap, not a negative purchase; visitors bear the adjustment for them.
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


def write_consumers(raw: Path, into: Path) -> None:
    """Writes the five fifths of households by income, and how many there are in each."""
    frame = text_table(raw / "cex_2017_quintile.csv")
    people = frame["item"].to_list().index("People")
    names = ("poorest fifth", "second fifth", "middle fifth", "fourth fifth", "richest fifth")
    write(into / "households.csv", ("code", "name", "households", "people_per_household"),
          ((q, name, f"{float(frame[q][0]) * 1000:.0f}", frame[q][people])
           for q, name in zip(QUINTILES, names, strict=True)))
