"""Workplaces by sector and size class, those that the count leaves out filled in from stated facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from us_data.raw import MERGED, Array, Table, number, text_table, write

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
    common = {code: common_beginning(naics, code) for code in inside}
    best = max(common.values())
    if best < 3:
        return None
    # Of equals, the sector coded with a letter is the one that gathers the rest of a class.
    return max((code for code in inside if common[code] == best), key=lambda code: any(c.isalpha() for c in code))


def common_beginning(one: str, other: str) -> int:
    """How many characters two codes share from the first on."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


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
