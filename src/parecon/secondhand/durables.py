"""The catalogue of durable goods: what each costs new, how long it lasts, how it loses worth, who buys it.

One catalogue comes with the program, `us-2017`: sixteen goods of US households, where one credit is one
US dollar of 2017. A community writes its own as a table with the same columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats
from parecon.base.errors import BadInput
from parecon.base.parameters import Law
from parecon.base.postings import MCR_A_CREDIT, Amounts
from parecon.economy.table import Table, is_written, nearest, read_table
from parecon.secondhand import law as rules
from parecon.secondhand.law import Form

DATA = Path(__file__).parent / "data"
BUNDLED = {"us-2017": DATA / "durables.csv"}

FORMS = {form.name.lower().replace("_", " "): form for form in Form}
FIFTHS = ("q1", "q2", "q3", "q4", "q5")
COLUMNS = ("code", "name", "new_price_credits", "service_life_years", "form", "annual_rate", "beta", "profile",
           "weight_kg", "emissions_kg_per_credit", "purchases_credits_a_year", *FIFTHS,
           "nipa_lines", "bea_class", "basis")
PROFILE_COLUMNS = ("profile", "age_years", "value_relative_to_new")
MOST_CREDITS, MOST_YEARS = 1e9, 100
MOST_GOODS = np.iinfo(np.int8).max  # the column of goods in tables of items


@dataclass(frozen=True, eq=False)
class Durables:
    """The durable goods of an exchange as columns, one row a good.

    Shapes [good], but `profile_share` [good, age_months], whose ages reach the end of the longest life, and
    `spending_share` [good, fifth]: the part of what is spent on the good that each fifth of households by income
    spends, poorest first. `annual_rate` and `beta` are nan where the law is to say them. `purchases_mcr_a_year`
    is what a mean household spends on new ones; `emissions_kg_per_credit` what making them emits (CO2e).
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    new_price_mcr: Amounts
    life_months: npt.NDArray[np.int16]
    form: npt.NDArray[np.int8]
    annual_rate: Floats
    beta: Floats
    profile: tuple[str, ...]
    profile_share: npt.NDArray[np.float64]
    weight_kg: Floats
    emissions_kg_per_credit: Floats
    purchases_mcr_a_year: Amounts
    spending_share: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.code)

    def remaining_share(self, law: Law) -> npt.NDArray[np.float64]:
        """What is left of the worth of each good by age, under the law in force: [good, age_months].

        The law may have all goods follow one form, and says the rate and beta of goods that do not list one.

        >>> from parecon.base.parameters import parameters
        >>> read_durables().remaining_share(parameters("secondhand"))[0, [0, 12, 60]].round(4).tolist()
        [1.0, 0.8208, 0.3258]
        """
        listed = law["schedule_form"] == "as listed"
        rate = np.minimum(law["declining_balance"] * MONTHS_A_YEAR / self.life_months, 1.0)
        return rules.remaining_share(
            self.form if listed else np.full(len(self), FORMS[law["schedule_form"]]), self.life_months,
            np.where(np.isnan(self.annual_rate), rate, self.annual_rate),
            np.where(np.isnan(self.beta), law["hyperbolic_beta"], self.beta), self.profile_share)


@dataclass(frozen=True, eq=False)
class Fifths:
    """The five fifths of US households by income, poorest first: [fifth], a household's mean, a year."""

    name: tuple[str, ...]
    households: npt.NDArray[np.int64]
    people: Floats
    income_before_tax_mcr: Amounts
    income_after_tax_mcr: Amounts
    spending_mcr: Amounts


def schedule(durables: Durables, index: Floats, law: Law, source: object = "law") -> Amounts:
    """What is announced for a year: what an item of each good, age and grade is worth: [good, age_months, grade], mcr.

    `index` [good] is 1 in the first year and is then adjusted. Raises BadInput, naming `source`, where the law's
    grades rise.

    >>> from parecon.base.parameters import parameters
    >>> worth = schedule(read_durables(), np.ones(16), parameters("secondhand"))
    >>> worth[0, [0, 12, 60, 156], 0].tolist()
    [23750000, 20520000, 8145000, 0]
    """
    grades = law["grade_permille"]
    if any(better < worse for better, worse in pairwise(grades)):
        raise BadInput(source, "[secondhand] grade_permille", grades, "the best grade first, none above one before it")
    return rules.announced(durables.new_price_mcr, durables.remaining_share(law), grades, index,
                           rules.most_permille(law["reduction_permille"], law["spread_permille"]))


# --- Reading ----------------------------------------------------------------------------------------------------

def read_durables(name_or_path: str | Path = "us-2017", source: object = "durables") -> Durables:
    """The catalogue of this name, or the one written at this path as CSV or Parquet.

    Profiles of used prices are looked for in a table `profiles` beside it, then among the program's own.
    Raises BadInput, naming `source`, where there is no such catalogue, and naming file, line and column where
    something in it cannot be.

    >>> durables = read_durables()
    >>> len(durables), durables.code[0], int(durables.new_price_mcr[0]), int(durables.life_months[0])
    (16, 'cars', 25000000, 156)
    """
    path = BUNDLED.get(str(name_or_path), Path(name_or_path))
    if not path.is_file() or path.suffix not in (".csv", ".parquet"):
        raise BadInput(source, "durables", name_or_path, f"a table in CSV or Parquet, or one of {', '.join(BUNDLED)}")
    table = read_table(path.parent, path.stem, COLUMNS)
    if not 0 < len(table) <= MOST_GOODS:
        raise BadInput(path, "rows", len(table), f"from 1 to {MOST_GOODS} goods")
    return _columns(table, path.parent)


def read_fifths() -> Fifths:
    """How many US households are in each fifth by income in 2017, how large they are, what they take in and spend.

    >>> read_fifths().people.tolist()
    [1.6, 2.2, 2.5, 2.9, 3.1]
    """
    table = read_table(DATA, "households", ("code", "name", "households", "people", "income_before_tax_credits",
                                            "income_after_tax_credits", "spending_credits"))
    return Fifths(table.words("name"), table.numbers("households").astype(np.int64), table.numbers("people"),
                  *(_mcr(table.numbers(f"{what}_credits"))
                    for what in ("income_before_tax", "income_after_tax", "spending")))


def _columns(table: Table, folder: Path) -> Durables:
    life_months = np.rint(_within(table, "service_life_years", 1 / MONTHS_A_YEAR, MOST_YEARS)
                          * MONTHS_A_YEAR).astype(np.int16)
    profile = table.words("profile", "")
    form = _forms(table)
    return Durables(
        code=table.codes(), name=table.words("name"),
        new_price_mcr=_mcr(_within(table, "new_price_credits", 1 / MCR_A_CREDIT, MOST_CREDITS)),
        life_months=life_months, form=form,
        annual_rate=_within(table, "annual_rate", 0, 1, np.nan), beta=_within(table, "beta", 0, 0.99, np.nan),
        profile=profile, profile_share=_profile_shares(table, folder, form, profile, life_months),
        weight_kg=_within(table, "weight_kg", 0, MOST_CREDITS),
        emissions_kg_per_credit=_within(table, "emissions_kg_per_credit", 0, MOST_CREDITS),
        purchases_mcr_a_year=_mcr(_within(table, "purchases_credits_a_year", 0, MOST_CREDITS)),
        spending_share=_spending_shares(table))


def _mcr(credit: Floats) -> Amounts:
    return np.rint(credit * MCR_A_CREDIT).astype(np.int64)


def _within(table: Table, column: str, least: float, most: float, default: float | None = None) -> Floats:
    """A column of numbers between two bounds; a blank is the default, if there is one."""
    numbers = np.asarray(table.numbers(column, default), np.float64)
    unlisted = np.isnan(numbers) if default is not None else np.zeros(len(numbers), bool)
    _refuse_where(table, column, ~(unlisted | (numbers >= least) & (numbers <= most)),
                  f"a number from {least:.3g} to {most:,.12g}")
    return numbers


def _refuse_where(table: Table, column: str, wrong: npt.NDArray[np.bool_], expected: str) -> None:
    """Refuses the first cell of a column that is wrong: [row]."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(table.source, f"{table.place(row)}, column {column}", table.frame[column][row], expected)


def _forms(table: Table) -> npt.NDArray[np.int8]:
    words = table.words("form")
    for row, word in enumerate(words):
        if word not in FORMS:
            raise BadInput(table.source, f"{table.place(row)}, column form", word,
                           f"one of {', '.join(FORMS)}{nearest(word, FORMS)}")
    return np.array([FORMS[word] for word in words], np.int8)


def _spending_shares(table: Table) -> npt.NDArray[np.float64]:
    """What each fifth spends of the whole: [good, fifth]; equal parts where the file does not say."""
    if not any(table.has(column) for column in FIFTHS):
        return np.full((len(table), len(FIFTHS)), 1 / len(FIFTHS))
    shares = np.column_stack([_within(table, column, 0, 1) for column in FIFTHS])
    total = shares.sum(axis=1)
    wrong = np.abs(total - 1) > 0.005
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(table.source, f"{table.place(row)}, columns {FIFTHS[0]} to {FIFTHS[-1]}",
                       f"{total[row]:.4g} in all", "shares that add up to 1")
    return shares / total[:, None]


# --- Profiles of used prices ------------------------------------------------------------------------------------

def _profile_shares(table: Table, folder: Path, form: npt.NDArray[np.int8], profile: tuple[str, ...],
                    life_months: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """What the profile of each good says by age: [good, age_months]; 0 for goods that follow none."""
    age_months = np.arange(int(life_months.max()) + 1)
    share = np.zeros((len(form), len(age_months)))
    known = _profiles(DATA) | (_profiles(folder) if is_written(folder, "profiles") else {})
    for row in np.flatnonzero(form == Form.EMPIRICAL).tolist():
        if profile[row] not in known:
            raise BadInput(table.source, f"{table.place(row)}, column profile", profile[row] or "nothing",
                           f"one of {', '.join(known)}{nearest(profile[row], known)}")
        file, rows, months, shares = known[profile[row]]
        if months[-1] > life_months[row]:
            raise BadInput(file.source, f"{file.place(int(rows[-1]))}, column age_years", f"{months[-1] / 12:g}",
                           f"no age beyond the life of {table.frame['code'][row]}, {life_months[row] / 12:g} years")
        share[row] = rules.interpolated(months, shares, age_months)
    return share


Profile = tuple[Table, npt.NDArray[np.intp], Floats, Floats]
"""Where a profile stands: its file, its rows; and what it says: ages in months, shares of the new price."""


def _profiles(folder: Path) -> dict[str, Profile]:
    """The profiles of a folder, by name; refused unless they begin with 1 at age 0 and never rise."""
    table = read_table(folder, "profiles", PROFILE_COLUMNS)
    names = np.array(table.words("profile"))
    age = _within(table, "age_years", 0, MOST_YEARS)
    share = _within(table, "value_relative_to_new", 0, 1)
    found = {}
    for name in dict.fromkeys(names.tolist()):
        rows = np.flatnonzero(names == name)
        _refuse_in_profile(table, rows[:1], "age_years", age[rows[:1]] != 0, "0, the age of a new one, first")
        _refuse_in_profile(table, rows[:1], "value_relative_to_new", share[rows[:1]] != 1, "1, the worth of a new one")
        _refuse_in_profile(table, rows[1:], "age_years", np.diff(age[rows]) <= 0, "an age above the one before it")
        _refuse_in_profile(table, rows[1:], "value_relative_to_new", np.diff(share[rows]) > 0,
                           "no more than at the age before it: worth does not rise with age")
        found[str(name)] = (table, rows, age[rows] * MONTHS_A_YEAR, share[rows])
    return found


def _refuse_in_profile(table: Table, rows: npt.NDArray[np.intp], column: str, wrong: npt.NDArray[np.bool_],
                       expected: str) -> None:
    everywhere = np.zeros(len(table), bool)
    everywhere[rows] = wrong
    _refuse_where(table, column, everywhere, expected)
