"""The catalogue of durable goods: what ships agrees with its publishers, what is written wrongly is refused."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.base.parameters import parameters
from parecon.economy.us_table import read_households
from parecon.secondhand.durables import COLUMNS, DATA, read_durables, read_fifths
from parecon.secondhand.law import Form

DURABLES_BOUGHT_USD = 1_412_570e6  # durable goods bought by US persons in 2017 (Bureau of Economic Analysis)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- What ships -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("each", rows("classes"), ids=[row["bea_class"] for row in rows("classes")])
def test_a_published_rate_is_the_declining_balance_rate_over_the_life(each: dict[str, str]) -> None:
    expected = float(each["declining_balance_rate"]) / float(each["service_life_years"])
    assert float(each["annual_rate"]) == pytest.approx(expected, abs=2e-4)


def test_goods_have_the_rate_and_life_of_their_class() -> None:
    classes = {row["bea_class"]: row for row in rows("classes")}
    by_class = [row for row in rows("durables") if row["bea_class"] in classes]
    assert len(by_class) == 13
    for row in by_class:
        assert (float(row["annual_rate"]), float(row["service_life_years"])) == tuple(
            float(classes[row["bea_class"]][column]) for column in ("annual_rate", "service_life_years"))
        assert row["form"] == "geometric"


@pytest.mark.parametrize("profile", ["cars", "computers"])
def test_a_profile_is_what_used_ones_were_seen_to_sell_for_at_whole_years(profile: str) -> None:
    durables = read_durables()
    row = durables.code.index(profile)
    share = durables.remaining_share(parameters("secondhand"))[row]
    published = [each for each in rows("profiles") if each["profile"] == profile]
    for each in published:
        assert share[12 * int(each["age_years"])] == pytest.approx(float(each["value_relative_to_new"]), abs=1e-12)
    assert durables.form[row] == Form.EMPIRICAL
    assert share[6] == pytest.approx((share[0] + share[12]) / 2)


def test_a_geometric_good_keeps_what_its_rate_leaves_until_its_life_is_over() -> None:
    durables = read_durables()
    furniture = durables.remaining_share(parameters("secondhand"))[durables.code.index("furniture")]
    assert furniture[12] == pytest.approx(1 - 0.1179)
    assert furniture[14 * 12 - 1] == pytest.approx((1 - 0.1179) ** (167 / 12))
    assert furniture[14 * 12:].tolist() == [0.0] * (len(furniture) - 168)


def test_what_households_buy_is_part_of_the_durables_bought_in_the_country() -> None:
    durables, fifths = read_durables(), read_fifths()
    bought = durables.purchases_mcr_a_year.sum() / 1000 * fifths.households.sum()
    assert 0.4 * DURABLES_BOUGHT_USD < bought < 0.7 * DURABLES_BOUGHT_USD
    each_fifth = durables.purchases_mcr_a_year @ durables.spending_share * 5
    assert (each_fifth < 0.25 * fifths.spending_mcr).all()
    assert (np.diff(each_fifth) > 0).all()


def test_the_fifths_are_those_of_the_planned_economy() -> None:
    names, households = read_households()
    fifths = read_fifths()
    assert fifths.name == names
    assert fifths.households.tolist() == households.tolist()


def test_the_columns_are_one_row_a_good() -> None:
    durables = read_durables()
    assert len(set(durables.code)) == len(durables) == 16
    assert durables.spending_share.sum(axis=1) == pytest.approx(np.ones(16))
    assert durables.profile_share.shape == (16, durables.life_months.max() + 1)
    assert durables.new_price_mcr.dtype == durables.purchases_mcr_a_year.dtype == np.int64
    assert durables.life_months.dtype == np.int16
    assert (durables.emissions_kg_per_credit > 0).all()
    assert (durables.weight_kg > 0).all()


# --- A catalogue of one's own -----------------------------------------------------------------------------------

HEADER = ",".join(COLUMNS[:11])
GOODS = (HEADER, "boat,rowing boats,900,20,hyperbolic,,0.6,,80,0.1,5", "tent,tents,300,8,straight line,,,,6,0.2,9",
         "loom,looms,1200,30,geometric,0.07,,,60,0.1,3", "stove,stoves,500,15,geometric,,,,90,0.3,4",
         "cart,carts,700,10,empirical,,,carts,50,0.1,2")
PROFILES = ("profile,age_years,value_relative_to_new", "carts,0,1", "carts,2,0.6", "carts,7,0.2")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "profiles.csv").write_text("\n".join(PROFILES) + "\n", encoding="utf-8")
    path = tmp_path / "goods.csv"
    path.write_text("\n".join(GOODS) + "\n", encoding="utf-8")
    return path


def test_goods_of_ones_own_are_read_as_written(own: Path) -> None:
    durables = read_durables(own)
    assert durables.code == ("boat", "tent", "loom", "stove", "cart")
    assert durables.new_price_mcr.tolist() == [900_000, 300_000, 1_200_000, 500_000, 700_000]
    assert durables.form.tolist() == [Form.HYPERBOLIC, Form.STRAIGHT_LINE, Form.GEOMETRIC, Form.GEOMETRIC,
                                      Form.EMPIRICAL]
    assert durables.spending_share.tolist() == [[0.2] * 5] * 5
    share = durables.remaining_share(parameters("secondhand"))
    assert share[0, 120] == pytest.approx(120 / (240 - 0.6 * 120))
    assert share[1, 24] == pytest.approx(0.75)
    assert share[2, 12] == pytest.approx(0.93)
    assert share[3, 12] == pytest.approx(1 - 1.65 / 15)  # no rate written: the usual one over the life
    assert share[4, [12, 24, 54, 119, 120]].tolist() == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0])


def test_what_ships_can_be_copied_and_changed(tmp_path: Path) -> None:
    copy = Path(shutil.copy(DATA / "durables.csv", tmp_path / "ours.csv"))
    assert np.array_equal(read_durables(copy).profile_share, read_durables().profile_share)


def swap(file: str, old: str, new: str) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return edit


BAD = {
    "an unknown column": (swap("goods.csv", "weight_kg", "wieght_kg"),
                          "goods.csv line 1: found column wieght_kg (did you mean weight_kg?), expected one of code"),
    "a missing column": (swap("goods.csv", ",purchases_credits_a_year", ""),
                         "goods.csv line 2: found 11 cells, expected 10, as in the header"),
    "a negative price": (swap("goods.csv", "boats,900", "boats,-900"),
                         "goods.csv line 2, column new_price_credits: found -900, expected a number from 0.001"),
    "no price": (swap("goods.csv", "boats,900", "boats,"),
                 "goods.csv line 2, column new_price_credits: found nothing, expected a number"),
    "a price that is no number": (swap("goods.csv", "boats,900", "boats,dear"),
                                  "goods.csv line 2, column new_price_credits: found dear, expected a number"),
    "a price of nan": (swap("goods.csv", "boats,900", "boats,nan"),
                       "goods.csv line 2, column new_price_credits: found nan, expected a number from 0.001"),
    "an unknown form": (swap("goods.csv", "straight line", "straigth line"),
                        "goods.csv line 3, column form: found straigth line, expected one of geometric, straight line"),
    "no life": (swap("goods.csv", "looms,1200,30", "looms,1200,0"),
                "goods.csv line 4, column service_life_years: found 0, expected a number from 0.0833 to 100"),
    "a rate above 1": (swap("goods.csv", "0.07", "7"),
                       "goods.csv line 4, column annual_rate: found 7, expected a number from 0 to 1"),
    "a beta of 1": (swap("goods.csv", ",0.6,,80", ",1,,80"),
                    "goods.csv line 2, column beta: found 1, expected a number from 0 to 0.99"),
    "a code twice": (swap("goods.csv", "tent,", "boat,"),
                     "goods.csv line 3, column code: found boat again, as in goods.csv line 2, expected each"),
    "an unknown profile": (swap("goods.csv", ",carts,50", ",cart,50"),
                           "goods.csv line 6, column profile: found cart, expected one of cars, computers, carts"),
    "no profile": (swap("goods.csv", ",carts,50", ",,50"),
                   "goods.csv line 6, column profile: found nothing, expected one of cars, computers, carts"),
    "ages beyond the life": (swap("goods.csv", "carts,700,10", "carts,700,6"),
                             "column age_years: found 7, expected no age beyond the life of cart, 6 years"),
    "a profile that rises": (swap("profiles.csv", "7,0.2", "7,0.7"),
                             "line 4, column value_relative_to_new: found 0.7, expected no more than at the age"),
    "a profile that begins late": (swap("profiles.csv", "carts,0,1\n", ""),
                                   "profiles.csv line 2, column age_years: found 2, expected 0"),
    "a profile that begins low": (swap("profiles.csv", "0,1", "0,0.9"),
                                  "profiles.csv line 2, column value_relative_to_new: found 0.9, expected 1"),
    "ages out of order": (swap("profiles.csv", "carts,7", "carts,2"),
                          "profiles.csv line 4, column age_years: found 2, expected an age above the one before it"),
    "no goods": (lambda folder: (folder / "goods.csv").write_text(HEADER + "\n"),
                 "goods.csv: rows: found 0, expected from 1 to 127 goods"),
    "shares that do not add up": (
        lambda folder: (folder / "goods.csv").write_text(
            f"{HEADER},q1,q2,q3,q4,q5\n{GOODS[2]},0.2,0.2,0.2,0.2,0.3\n"),
        "goods.csv line 2, columns q1 to q5: found 1.1 in all, expected shares that add up to 1"),
    "a fifth without a share": (
        lambda folder: (folder / "goods.csv").write_text(f"{HEADER},q1,q2,q3,q4\n{GOODS[2]},0.2,0.2,0.2,0.2\n"),
        "goods.csv line 1: found columns code, name"),
}


@pytest.mark.parametrize(("edit", "expected"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_in_one_line(own: Path, edit: Callable[[Path], object], expected: str) -> None:
    edit(own.parent)
    with pytest.raises(BadInput) as error:
        read_durables(own)
    assert str(error.value).startswith(str(own.parent))
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_a_column_that_is_missing_is_named(own: Path) -> None:
    own.write_text("code,name\nboat,boats\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"goods\.csv line 1: found columns code, name, expected a column"):
        read_durables(own)


@pytest.mark.parametrize("name", ["us-2018", "nowhere.csv", "."])
def test_a_catalogue_that_is_not_there_is_blamed_on_who_named_it(name: str) -> None:
    with pytest.raises(BadInput, match=r"town\.toml: durables: found .*, expected a table in CSV"):
        read_durables(name, "town.toml")
