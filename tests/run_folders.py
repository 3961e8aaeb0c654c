"""Run folders made up for tests of the report: small, seeded, and shaped like those that `parecon plan` writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

VILLAGE = ("bread", "vegetables", "clothing", "clinic", "school", "flour", "timber", "electricity", "farm land",
           "forest", "skilled work", "general work")
VILLAGE_KINDS = ("private",) * 3 + ("public",) * 2 + ("intermediate",) * 3 + ("nature",) * 2 + ("labour",) * 2
SECTORS = (
    "Farms", "Forestry, fishing, and related activities", "Oil and gas extraction", "Utilities", "Construction",
    "Wood products", "Primary metals", "Machinery", "Computer and electronic products",
    "Furniture and related products",
    "Electrical equipment, appliances, and components", "Motor vehicles, bodies and trailers, and parts",
    "Food and beverage and tobacco products", "Apparel and leather and allied products", "Chemical products",
    "Petroleum and coal products", "Wholesale trade", "Food and beverage stores", "Other retail", "Air transportation",
    "Publishing industries, except internet (includes software)", "Broadcasting and telecommunications", "Housing",
    "Data processing, internet publishing, and other information services", "Insurance carriers and related activities",
    "Federal Reserve banks, credit intermediation, and related activities", "Educational services", "Hospitals",
    "Nursing and residential care facilities", "Amusements, gambling, and recreation industries",
    "Food services and drinking places", "Other services, except government")
QUINTILES = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
HOSTILE = '<script>alert("x")</script> & \'quoted\' "onload=alert(1)'


def imbalances(goods: int, start: float, end: float, rounds: int, seed: int = 1) -> np.ndarray:
    """Signed imbalances [round, good] whose worst falls evenly on a logarithmic scale from start to end."""
    draw = np.random.default_rng(seed)
    signed = draw.uniform(0.02, 1.0, goods) * draw.choice([-1.0, 1.0], goods)
    signed[draw.integers(goods)] = -1.0
    signed[(draw.integers(goods - 1) + 1 + np.argmax(np.abs(signed))) % goods] = 0.9
    return np.geomspace(start, end, rounds)[:, None] * signed


def write(folder: Path, *, name: str, goods: pl.DataFrame, plans: Sequence[tuple[str, np.ndarray]],
          threshold: float = 0.05, tables: dict[str, pl.DataFrame] | None = None, **about: Any) -> Path:
    """Write a run folder: goods (code, name, kind, unit, start_price, price), one table of imbalances a rule."""
    folder.mkdir(parents=True, exist_ok=True)
    first = plans[0][1][-1]
    ended = goods.with_columns(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("good"), pl.Series("supply", 1000 * (1 + first / 2)),
        pl.Series("demand", 1000 * (1 - first / 2)), pl.Series("imbalance", np.abs(first)))
    ended.write_parquet(folder / "goods.parquet")
    pl.concat([rounds_table(ended, rule, signed) for rule, signed in plans]).write_parquet(folder / "rounds.parquet")
    for table, rows in (tables or {}).items():
        rows.write_parquet(folder / f"{table}.parquet")
    record = {"parecon": "0.1.0", "kind": "plan", "economy": name, "source": "book", "input_sha256": "ab" * 32,
              "currency": "credits", "year": None, "notes": [], "seed": 1, "threshold": threshold,
              "parameters": {"board": {"largest_step": 0.25}}, "councils": {"worker": 12, "consumer": 9},
              "goods": len(goods), "plans": [plan(rule, signed, threshold) for rule, signed in plans],
              "seconds": {"read": 0.01, "setup": 0.02, "rounds": 0.03, "write": 0.04}} | about
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def rounds_table(goods: pl.DataFrame, rule: str, signed: np.ndarray) -> pl.DataFrame:
    """rounds.parquet of one rule: prices go evenly from the start price to the end price."""
    rounds, count = signed.shape
    start, end = goods["start_price"].to_numpy(), goods["price"].to_numpy()
    share = np.linspace(0, 1, rounds)[:, None] if rounds > 1 else np.ones((1, 1))
    return pl.DataFrame({
        "rule": [rule] * (rounds * count), "round": np.repeat(np.arange(1, rounds + 1, dtype=np.int32), count),
        "good": np.tile(np.arange(count, dtype=np.int32), rounds), "price": (start * (end / start) ** share).ravel(),
        "supply": (1000 * (1 + signed / 2)).ravel(), "demand": (1000 * (1 - signed / 2)).ravel(),
        "imbalance": np.abs(signed).ravel()})


def plan(rule: str, signed: np.ndarray, threshold: float) -> dict[str, Any]:
    """What run.json says of one rule."""
    worst = np.abs(signed).max(axis=1)
    reached = {f"{t:.2f}": next((r + 1 for r, v in enumerate(worst) if v < t), None) for t in (.2, .1, .05, .03, .01)}
    converged = bool(worst[-1] < threshold)
    return {"rule": rule, "verdict": "converged" if converged else "cycle", "converged": converged,
            "why": "" if converged else "Prices go round in a circle of 2 rounds.", "rounds": len(worst),
            "rounds_to": reached, "worst_imbalance": worst.tolist(), "seconds": {"setup": 0.1, "rounds": 0.2}}


def goods_table(names: Sequence[str], kinds: Sequence[str], seed: int = 1, spread: float = 0.3) -> pl.DataFrame:
    """Goods with start prices of 1 to 9 and end prices that differ by e^N(0, spread)."""
    draw = np.random.default_rng(seed)
    start = draw.uniform(1, 9, len(names))
    return pl.DataFrame({"code": [f"g{i}" for i in range(len(names))], "name": list(names), "kind": list(kinds),
                         "unit": ["hour" if kind == "labour" else "unit" for kind in kinds], "start_price": start,
                         "price": start * np.exp(draw.normal(0, spread, len(names)))})


def workers_table(products: np.ndarray, ratios: np.ndarray, establishments: np.ndarray, rising: int = 0,
                  ) -> pl.DataFrame:
    """workers.parquet; the first `rising` councils are at a second-order minimum."""
    count = len(products)
    return pl.DataFrame({
        "council": [f"w{i}" for i in range(count)], "product": products.astype(np.int32),
        "output": np.full(count, 10.0), "receipts": 100 * ratios, "input_cost": np.full(count, 100.0),
        "benefit_to_cost": ratios, "effort": np.ones(count), "returns": 1 / ratios,
        "order": ["minimum"] * rising + ["maximum"] * (count - rising), "establishments": establishments})


def consumption_table(groups: Sequence[str], members: Sequence[float], before: Sequence[float],
                      after: Sequence[float], goods: pl.DataFrame, seed: int = 1) -> pl.DataFrame:
    """consumption.parquet: each group spends its whole income on the goods, by tastes of its own."""
    draw, count = np.random.default_rng(seed), len(goods)
    old, new = goods["start_price"].to_numpy(), goods["price"].to_numpy()
    size = draw.lognormal(0, 1.1, count)
    tables = []
    for group, people, income, later in zip(groups, members, before, after, strict=True):
        taste = size * draw.uniform(0.6, 1.4, count)
        spent, spends = income * taste / taste.sum(), later * taste / taste.sum()
        tables.append(pl.DataFrame({
            "group": [group] * count, "good": np.arange(count, dtype=np.int32),
            "members": np.full(count, float(people)),
            "spending_before": spent, "quantity_before": spent / old, "spending_after": spends,
            "quantity_after": spends / new}))
    return pl.concat(tables)


def incomes_table(groups: Sequence[str], members: Sequence[float], before: Sequence[float], after: Sequence[float],
                  ) -> pl.DataFrame:
    """incomes.parquet."""
    return pl.DataFrame({"group": list(groups), "members": [float(m) for m in members],
                         "income_before": list(before), "income_after": list(after)})


def village(folder: Path, names: Sequence[str] = VILLAGE, name: str = "village") -> Path:
    """Twelve goods and twelve councils, one plan, with the board's reasons."""
    goods = goods_table(names, VILLAGE_KINDS)
    ratios = np.linspace(0.95, 1.6, 12)
    groups, money = ([names[0]] if names is not VILLAGE else ["all councils"]), [40_000.0]
    why = pl.DataFrame({"round": [2] * 4, "good": [0, 0, 0, 5], "price_before": [4.0, 4.0, 4.0, 2.0],
                        "price_after": [6.0, 6.0, 6.0, 1.8], "cause_good": [0, 5, 8, 5],
                        "share_of_change": [0.25, 0.65, 0.1, 1.0]},
                       schema_overrides={"good": pl.Int32, "cause_good": pl.Int32})
    tables = {"workers": workers_table(np.arange(12) % 8, ratios, np.ones(12)),
              "consumption": consumption_table(groups, [90], money, money, goods.head(5)),
              "incomes": incomes_table(groups, [90], money, money), "why": why}
    return write(folder, name=name, goods=goods, plans=[("predictive", imbalances(12, 1.12, 0.008, 3))], tables=tables)


def nation(folder: Path, councils: int = 2000, second: float = 0.009) -> Path:
    """Eighty goods, two rules side by side, five groups of households whose incomes become equal."""
    names = [SECTORS[i % 32] + ("", ", for export", ", imported")[i // 32] for i in range(72)]
    names += ["land", "imports", *(f"hours: {what}" for what in ("management", "care", "transport")), "equipment",
              "buildings", "carbon dioxide"]
    kinds = ["private"] * 40 + ["intermediate"] * 26 + ["public"] * 6 + ["nature"] * 2 + ["labour"] * 3
    goods = goods_table(names, [*kinds, "capital", "capital", "pollutant"], seed=3)
    draw = np.random.default_rng(7)
    ratios = 1 / draw.uniform(0.55, 1.06, councils)
    members = [25.7e6] * 5
    before = [members[0] * each / 1e6 for each in (11_000, 29_000, 51_000, 85_000, 198_000)]
    after = [sum(before) / 5] * 5
    satellites = pl.DataFrame({"measure": ["greenhouse gases", "hours worked", "land", "water"],
                               "unit": ["million t CO2e", "million hours", "km2", "million m3"],
                               "before": [5_400.0, 255_000.0, 0.0, 440_000.0],
                               "after": [5_120.0, 258_000.0, 1.0, 390_000.0]})
    tables = {"workers": workers_table(draw.integers(0, 72, councils), ratios, draw.integers(1, 4000, councils) * 1.0),
              "consumption": consumption_table(QUINTILES, members, before, after, goods.head(40)),
              "incomes": incomes_table(QUINTILES, members, before, after), "satellites": satellites}
    plans = [("predictive", imbalances(80, 1.12, 0.008, 3)), ("book-2021", imbalances(80, 1.12, second, 21, seed=2))]
    return write(folder, name="us-2017", goods=goods, plans=plans, threshold=0.01, tables=tables, source="us-2017",
                 currency="million USD", year=2017, councils={"worker": councils, "consumer": 5},
                 notes=["Input-output accounts of 2017, 71 industries.",
                        "Recipes are varied by lot around their industry's."])


def book(folder: Path, kinds: int = 100, councils: int = 30_000, rounds: int = 12) -> Path:
    """Five classes of goods as in the book, one in five councils with increasing returns."""
    classes = ("private", "public", "intermediate", "nature", "labour")
    names = [f"{kind} {i + 1}" for kind in classes for i in range(kinds)]
    goods = goods_table(names, [kind for kind in classes for _ in range(kinds)], spread=0.5)
    draw = np.random.default_rng(5)
    rising = councils // 5
    ratios = 1 / np.concatenate([draw.uniform(1.01, 1.1, rising), draw.uniform(0.78, 0.92, councils - rising)])
    money = [5000.0 * councils]
    eaten = consumption_table(["all councils"], [10 * councils], money, money, goods.head(2 * kinds))
    tables = {"workers": workers_table(np.arange(councils) % (3 * kinds), ratios, np.ones(councils), rising),
              "consumption": eaten, "incomes": incomes_table(["all councils"], [10 * councils], money, money)}
    return write(folder, name="book-30000+30000-100-1", goods=goods, tables=tables,
                 plans=[("book-2021", imbalances(5 * kinds, 1.6, 0.041, rounds))],
                 councils={"worker": councils, "consumer": councils})


def hostile(folder: Path) -> Path:
    """A village whose every name tries to become markup."""
    return village(folder, [f"{HOSTILE}{i % 6}" for i in range(12)], name=HOSTILE)
