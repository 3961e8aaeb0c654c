"""Whatever is wrong with a file is said in one line: file, place, what was found, what was expected."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.archive import columns
from parecon.economy.bundled import BY_NAME
from parecon.economy.read import fingerprint, read
from parecon.economy.write import write_folder

from command import parecon, refused

Edit = Callable[[Path], object]


@pytest.fixture
def village(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BY_NAME["village"].folder, tmp_path / "village"))


def complaint(source: str | Path) -> str:
    with pytest.raises(BadInput) as error:
        read(source)
    assert "\n" not in str(error.value)
    return str(error.value)


def swap(file: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    return edit


def write(file: str, raw: bytes) -> Edit:
    return lambda folder: (folder / file).write_bytes(raw)


def add(file: str, line: str) -> Edit:
    return lambda folder: (folder / file).write_text((folder / file).read_text() + line + "\n")


def remove(file: str) -> Edit:
    return lambda folder: (folder / file).unlink()


FOLDERS: dict[str, tuple[Edit, str]] = {
    "missing table": (remove("recipes.csv"), "recipes: found no such table, expected recipes.csv or recipes.parquet"),
    "missing header": (remove("economy.toml"), "economy.toml: found no such file"),
    "a table twice": (write("goods.parquet", b""), "goods: found goods.csv and goods.parquet"),
    "a table of another name": (write("recipe.csv", b""), "recipe.csv: found a table recipe (did you mean recipes?)"),
    "negative exponent": (swap("recipes.csv", "mill,craft-work,0.3", "mill,craft-work,-0.3"),
                          "recipes.csv line 3, column exponent: found -0.3, expected a number above 0"),
    "zero exponent": (swap("recipes.csv", "smithy,smoke,0.1", "smithy,smoke,0"),
                      "recipes.csv line 26, column exponent"),
    "nobody makes it": (swap("workers.csv", "forest,timber", "forest,flour"),
                        "goods.csv line 10 (timber): found a good used by bakery-bridge that nobody makes"),
    "nobody makes what is wanted": (swap("workers.csv", "school,school", "school,park"),
                                    "goods.csv line 7 (school): found a good wanted by consumers that nobody makes"),
    "product does not exist": (swap("workers.csv", "smithy,tools", "smithy,tool"),
                               "workers.csv line 10, column makes: found tool, expected a good of the "),
    "unknown good in a recipe": (swap("recipes.csv", "garden,land", "garden,lamb"),
                                 "recipes.csv line 16, column good: found lamb"),
    "unknown council in a recipe": (swap("recipes.csv", "garden,land", "gardens,land"),
                                    "recipes.csv line 16, column council: found gardens"),
    "unknown good in tastes": (swap("tastes.csv", "hill,school", "hill,schools"), "tastes.csv line 7, column good"),
    "NaN price": (swap("goods.csv", "piece,10", "piece,NaN"),
                  "goods.csv line 4 (furniture), column start_price: found nan, expected a number above 0"),
    "negative price": (swap("goods.csv", "piece,10", "piece,-1"), "goods.csv line 4 (furniture), column start_price"),
    "infinite price": (swap("goods.csv", "piece,10", "piece,inf"), "column start_price: found inf"),
    "duplicate good": (add("goods.csv", "bread,More bread,private,loaf,10,"),
                       "goods.csv line 16, column code: found bread again, as in goods.csv line 2"),
    "duplicate council": (swap("workers.csv", "school,school", "clinic,school"), "found clinic again"),
    "duplicate unit": (add("units.csv", "food,Food,industry,"), "units.csv line 9, column code: found food again"),
    "missing column": (swap("recipes.csv", "council,good,exponent", "council,good"),
                       "recipes.csv line 2: found 3 cells"),
    "missing column name": (swap("goods.csv", "code,name,kind", "code,name,sort"),
                            "goods.csv line 1: found column sort, expected one of code, name, kind"),
    "column not there": (write("recipes.csv", b"council,good\nmill,grain\n"),
                         "recipes.csv line 1: found columns council, good, expected a column exponent"),
    "column twice": (swap("goods.csv", "code,name,kind", "code,code,kind"), "found column 'code' twice"),
    "semicolons": (write("goods.csv", b"code;name;kind\nbread;Bread;private\n"),
                   "goods.csv line 1: found columns separated by semicolons, expected columns separated by commas"),
    "tabs": (write("goods.csv", b"code\tname\n"), "goods.csv line 1: found columns separated by tabs"),
    "empty table": (write("goods.csv", b""), "goods.csv line 1: found nothing"),
    "no rows": (write("consumers.csv", b"code,income\n"), "consumers.csv: found no rows, expected at least one"),
    "no goods": (write("goods.csv", b"code,name,kind\n"), "goods.csv: found no rows, expected at least one"),
    "word for a number": (swap("consumers.csv", "3000", "lots"),
                          "consumers.csv line 3, column income: found lots, expected a number"),
    "blank where needed": (swap("recipes.csv", "mill,grain,0.5", "mill,grain,"),
                           "recipes.csv line 2, column exponent: found nothing, expected a number"),
    "unknown kind": (swap("goods.csv", "Park,public", "Park,common"), "goods.csv line 6, column kind: found common"),
    "not UTF-8": (write("workers.csv", b"code,makes\nmill,flour\nb\xe4ckerei,bread\n"),
                  "workers.csv line 3: found byte 0xe4, expected text in UTF-8"),
    "header not UTF-8": (write("economy.toml", b"name = '\xe4'"), "economy.toml: found byte 0xe4"),
    "header no TOML": (write("economy.toml", b"name = village"), "economy.toml: found"),
    "unknown key": (add("economy.toml", "curency = 'hours'"),
                    "economy.toml: found key curency (did you mean currency?)"),
    "wrong type in the header": (add("economy.toml", "year = '2031'"), "economy.toml, year: found '2031'"),
    "change of nothing": (add("economy.toml", "[change]\nincomes = 'effort'"), "found changes of nothing"),
    "line break in a cell": (add("units.csv", '"a\nb",c,d,'), "units.csv row 8, column code: found a line break"),
    "too many cells": (swap("goods.csv", "loaf,10,", "loaf,10,0,0,0"), "goods.csv line 2: found 8 cells, expected 6"),
    "negative income": (swap("consumers.csv", "3000", "-3000"), "consumers.csv line 3 (river), column income"),
    "no tastes": (write("tastes.csv", b"council,good,taste\nhill,bread,1\nriver,bread,1\nsquare,bread,0\n"),
                  "tastes.csv line 4 (square), column taste: found tastes that add up to 0"),
    "no taste of a council": (write("tastes.csv", b"council,good,taste\nhill,bread,1\nriver,bread,1\n"),
                              "tastes.csv (square), column taste: found tastes that add up to 0"),
    "negative taste": (add("tastes.csv", "square,flour,-0.5"),
                       "tastes.csv line 20 (square, flour), column taste: found -0.5, expected 0 or a number above it"),
    "infinite satellite": (write("satellites.csv", b"measure,unit,good,per_output\nCO2,kg,bread,1\nCO2,kg,flour,inf\n"),
                           "satellites.csv line 3 (CO2, flour), column per_output: found inf, expected a number"),
    "a measure in two units": (
        write("satellites.csv", b"measure,unit,good,per_output\nCO2,kg,bread,1\nwork,hour,bread,1\nCO2,t,flour,2\n"),
        "satellites.csv line 4, column unit: found t for CO2, expected kg, as in satellites.csv line 2"),
    "nobody's council uses it": (
        lambda folder: (write("workers.csv", b"makes\nflour\nbread\n")(folder),
                        write("recipes.csv", b"council,good,exponent\n0,land,0.5\n1,furniture,0.5\n")(folder),
                        remove("units.csv")(folder), remove("memberships.csv")(folder)),
        "goods.csv line 4 (furniture): found a good used by the council of workers.csv line 3 that nobody makes"),
    "taste twice": (add("tastes.csv", "hill,bread,2"), "tastes.csv line 20: found an entry that stands further up"),
    "input twice": (add("recipes.csv", "mill,grain,0.1"),
                    "recipes.csv line 35: found mill,grain again, as in recipes.csv line 2, expected each input of a"),
    "input twice, columns in another order": (
        write("recipes.csv", b"good,exponent,council\ngrain,.4,mill\ntimber,.1,smithy\n\ngrain,.1,mill\n"),
        "recipes.csv line 5: found mill,grain again, as in recipes.csv line 2"),
    "empty recipe": (swap("recipes.csv", "park-keepers,land,0.4\npark-keepers,field-work,0.4\n", ""),
                     "workers.csv line 12 (park-keepers), column makes: found nothing to make it from"),
    "scale of zero": (swap("workers.csv", "mill,flour,4", "mill,flour,0"),
                      "workers.csv line 2, column scale: found 0.0"),
    "effort without end": (swap("workers.csv", "mill,flour,4,0.1,2", "mill,flour,4,2,2"),
                           "workers.csv line 2 (mill), column effort_disutility_exponent: found 2.0"),
    "bad date": (swap("memberships.csv", "2029-05-01", "2029-13-01"), "memberships.csv line 17, column since"),
    "end before beginning": (swap("memberships.csv", "2029-05-01", "2032-05-01"),
                             "memberships.csv line 17, column until"),
    "unknown side": (swap("memberships.csv", "village,consumer", "village,eater"),
                     "memberships.csv line 2, column side"),
    "unknown member": (swap("memberships.csv", "worker,garden", "worker,gardens"),
                       "memberships.csv line 13, column council: found gardens"),
    "unknown parent": (swap("units.csv", "place,village", "place,town"), "units.csv line 3, column parent: found town"),
    "unit above itself": (swap("units.csv", "village,The village,place,", "village,The village,place,uplands"),
                          "found a unit that is above itself"),
    "permits without end": (swap("communities.csv", "10,0.5,2", "10,2,0.5"), "communities.csv line 2, column damage"),
    "no Parquet": (lambda folder: (remove("goods.csv")(folder), write("goods.parquet", b"PAR1 nothing")(folder)),
                   "goods.parquet: found"),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_that_cannot_be_used_is_refused_in_one_line(case: str, village: Path) -> None:
    edit, words = FOLDERS[case]
    edit(village)
    assert words in complaint(village)


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    said = complaint("vilage")
    assert "did you mean village?" in said
    assert "us-2017-402-establishments" in said
    assert "neither a path" in complaint(tmp_path / "nowhere.npz")
    (tmp_path / "a.json").write_text("{}")
    assert ".cljs.gz or .npz" in complaint(tmp_path / "a.json")


def test_a_table_of_the_current_folder_is_named_alone(village: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("goods.csv", b"code;name\n")(village)
    monkeypatch.chdir(village)
    assert complaint(".").startswith("goods.csv line 1: ")


MIXTURES: dict[str, tuple[Edit, str]] = {
    "unknown archetype": (swap("mixture.csv", "square,poor", "square,por"), "column archetype: found por"),
    "of nothing": (swap("mixture.csv", "square,poor,1\nsquare,rich,3", "square,poor,0"), "no share of any archetype"),
    "negative": (swap("mixture.csv", "square,poor,1", "square,poor,-1"),
                 "mixture.csv line 4 (square, poor), column share: found -1.0"),
}


@pytest.mark.parametrize("case", MIXTURES)
def test_a_mixture_that_refers_to_nothing_is_refused(case: str, village: Path) -> None:
    (village / "tastes.csv").write_text("archetype,good,taste\npoor,bread,1\nrich,furniture,1\n")
    (village / "mixture.csv").write_text("council,archetype,share\nhill,poor,1\nriver,rich,1\n"
                                         "square,poor,1\nsquare,rich,3\n")
    assert read(village).consumers.mixture[2].tolist() == [1, 3]  # type: ignore[index]
    edit, words = MIXTURES[case]
    edit(village)
    assert words in complaint(village)


VARIANTS = {
    "unknown change": ("[change]\nincome = 'effort'", "change: found key income"),
    "unknown way": ("[change]\nincomes = 'equal'", "change.incomes: found 'equal'"),
    "unknown good": ("[change.endowment]\nlandd = -0.1",
                     "change.endowment.landd: found no such good (did you mean land?)"),
    "more than all": ("[change.endowment]\nland = -1.5", "change.endowment.land: found -1.5"),
    "all of what is needed": ("[change.endowment]\nland = -1",
                              "economy.toml, change: goods row 11 (land): found a good used by farm-hill that nobody"),
    "without end": ("[change.endowment]\nland = 1e308",
                    "economy.toml, change: goods row 11 (land), column endowment: found inf, expected 0 or a number"),
    "more of nothing": ("[change.endowment]\nbread = 0.1",
                        "change.endowment.bread: found an endowment of 0, expected a good that has an endowment"),
}


@pytest.mark.parametrize("case", VARIANTS)
def test_a_variant_that_means_nothing_is_refused(case: str, tmp_path: Path) -> None:
    change, words = VARIANTS[case]
    (tmp_path / "economy.toml").write_text(f'based_on = "village"\n{change}\n')
    assert words in complaint(tmp_path)


@pytest.mark.parametrize("circle", [("one",), ("one", "two"), ("one", "two", "three")])
@pytest.mark.parametrize("use", [read, fingerprint])
def test_economies_based_on_one_another_in_a_circle_are_refused(
        use: Callable[[Path], object], circle: tuple[str, ...], tmp_path: Path) -> None:
    for name, base in zip(circle, (*circle[1:], circle[0]), strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "economy.toml").write_text(f'based_on = "../{base}"\n')
    with pytest.raises(BadInput) as error:
        use(tmp_path / "one")
    assert "economy.toml, based_on: found ../one again, expected one that is not based on this one" in str(error.value)
    assert len(str(error.value)) < 400


def test_a_command_refuses_an_economy_based_on_itself_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "economy.toml").write_text('based_on = "."\n')
    said = refused(parecon("plan", tmp_path, "--out", tmp_path / "out"))
    assert f"{tmp_path}: economy.toml, based_on: found . again, expected one that is not based on this one" in said


def test_a_variant_beside_tables_is_refused(village: Path) -> None:
    (village / "economy.toml").write_text('based_on = "us-2017-71"')
    assert "a table beside based_on" in complaint(village)


def archive(path: Path, **arrays: np.ndarray | None) -> Path:
    """The village's archive with some arrays replaced, or left out (None)."""
    np.savez(path, **{name: array for name, array in (columns(read("village")) | arrays).items() if array is not None})
    return path


ARCHIVES = {
    "objects": ({"goods.code": np.array(["a", None], dtype=object)}, "goods.code.npy: found an array of object"),
    "a missing array": ({"workers.product": None}, "workers.product: found no such array"),
    "a strange array": ({"goods.colour": np.zeros(14)}, "goods.colour: found an array of a name that means nothing"),
    "words for numbers": ({"goods.start_price": np.array(["ten"] * 14)}, "goods.start_price: found an array of <U3"),
    "another length": ({"goods.start_price": np.ones(13)}, "start_price: found shape (13,), expected shape (14,)"),
    "offsets out of order": ({"workers.input_start": np.zeros(13, np.int64)}, "workers.input_start: found offsets"),
    "a product that is none": ({"workers.product": np.full(12, 14)}, "column makes: found 14"),
    "a negative product": ({"workers.product": np.full(12, -1)}, "column makes: found -1"),
    "NaN prices": ({"goods.start_price": np.full(14, np.nan)}, "column start_price: found nan"),
    "no header": ({"economy": np.array("[]")}, "economy: found no name"),
    "a side that is none": ({"units.side": np.full(21, 2, np.int8)}, "column side: found 2"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_that_cannot_be_used_is_refused(case: str, tmp_path: Path) -> None:
    arrays, words = ARCHIVES[case]
    assert words in complaint(archive(tmp_path / "a.npz", **arrays))


def test_an_archive_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:-2000])
    assert "expected a whole NumPy archive" in complaint(path)


def test_an_archive_that_unpacks_into_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, economy=np.zeros(2**25))
    assert path.stat().st_size < 2**20
    assert "that unpack into over" in complaint(path)


def test_an_array_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    path, array = archive(tmp_path / "a.npz", **{"goods.endowment": None}), io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("goods.endowment.npy", array.getvalue())
    assert "goods.endowment.npy: found 0 bytes, expected an array of shape (1000000000000000,)" in complaint(path)


def test_a_gzip_file_that_unpacks_into_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.clj.gz"
    path.write_bytes(gzip.compress(bytes(2**27)))
    assert "that unpack into over" in complaint(path)


def test_a_gzip_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.clj.gz"
    path.write_bytes(gzip.compress(b"(def wcs [])" * 100)[:-9])
    assert "expected a whole gzip file" in complaint(path)
    path.write_bytes(b"(def wcs [])")
    assert "expected a whole gzip file" in complaint(path)


def test_a_complaint_about_parquet_names_the_row(tmp_path: Path) -> None:
    import polars as pl
    folder = write_folder(read("village"), tmp_path / "v")
    frame = pl.read_parquet(folder / "recipes.parquet")
    frame.with_columns(exponent=-frame["exponent"]).write_parquet(folder / "recipes.parquet")
    assert "recipes.parquet row 1, column exponent: found -0.5" in complaint(folder)
    twice = pl.concat([frame, frame[3:4].with_columns(exponent=frame["exponent"][3:4] / 2)])
    twice.write_parquet(folder / "recipes.parquet")
    assert f"recipes.parquet row {len(frame) + 1}: found " in complaint(folder)
    assert "again, as in recipes.parquet row 4, expected each input of a council once" in complaint(folder)
    frame.with_columns(exponent=pl.lit("much")).write_parquet(folder / "recipes.parquet")
    assert "recipes.parquet row 1, column exponent: found much, expected a number" in complaint(folder)


@pytest.mark.parametrize("form", ["csv", "npz", "packed npz", "clj.gz"])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(form: str, village: Path, tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    if form == "csv":
        files = sorted(village.glob("*.[ct]*"))
    elif form == "clj.gz":
        files = [tmp_path / "a.clj.gz"]
        files[0].write_bytes(gzip.compress(b"(def a [{:production-inputs [[] [] [1]] :utility-exponents [1]}])"))
    else:
        files = [archive(tmp_path / "a.npz")]
        if form == "packed npz":
            np.savez_compressed(files[0], **columns(read("village")))
    refused: list[BadInput] = []
    for _ in range(150):
        file = files[draw.integers(len(files))]
        whole = file.read_bytes()
        damaged, at = bytearray(whole), draw.integers(len(whole))
        damaged[at:at + draw.integers(0, 20)] = draw.integers(0, 256, draw.integers(0, 5), np.uint8).tobytes()
        file.write_bytes(damaged)
        try:
            read(village if form == "csv" else file)
        except BadInput as error:
            refused.append(error)
        file.write_bytes(whole)
    assert len(refused) > 30
    assert not any("\n" in str(error) for error in refused)
