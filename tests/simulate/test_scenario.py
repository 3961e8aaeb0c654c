"""A scenario file: what it says is in force, and whatever else stands in it is refused in one line with its place."""

import pickle
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from parecon.base.errors import BadInput
from parecon.base.parameters import parameters
from parecon.secondhand.durables import BUNDLED as CATALOGUES
from parecon.simulate.scenario import BUNDLED, SCENARIOS, read_scenario

HEADER = {"format": "1", "name": '"ours"', "title": '"Our town."', "about": '"It is small."', "years": "3",
          "institutions": '["secondhand"]'}


def written(folder, tables="", **otherwise):
    """A scenario file with these tables, and with lines of its header otherwise or (None) left out."""
    lines = [f"{key} = {value}" for key, value in (HEADER | otherwise).items() if value is not None]
    file = folder / "ours.toml"
    file.write_text("\n".join([*lines, tables]), encoding="utf-8")
    return str(file)


def refusal(name, *arguments):
    with pytest.raises(BadInput) as refused:
        read_scenario(name, *arguments)
    assert len(str(refused.value).splitlines()) == 1
    assert refused.value.source == name or refused.value.source.startswith("--") or "goods" in refused.value.source
    return str(refused.value)


class TestWhatItSays:
    def test_what_nobody_decided_is_as_the_law_says(self, tmp_path):
        scenario = read_scenario(written(tmp_path))
        assert set(scenario.laws) == {"simulate", "secondhand", "secondhand.behaviour"}
        assert all(dict(law) == dict(parameters(name)) for name, law in scenario.laws.items())
        assert scenario.decided == {}
        assert (scenario.name, scenario.years, scenario.institutions) == ("ours", 3, ("secondhand",))

    def test_to_write_what_the_law_says_decides_nothing(self, tmp_path):
        law = parameters("secondhand")
        tables = f"[secondhand]\nspread_permille = {law['spread_permille']}\nmode = \"spot\""
        assert read_scenario(written(tmp_path, tables)).decided == {"secondhand": {"mode": "spot"}}
        assert read_scenario(written(tmp_path, tables), {"secondhand.mode": law["mode"]}).decided == {}

    def test_what_is_decided_is_in_force_and_nothing_else_changes(self, tmp_path):
        tables = """
            [secondhand]
            mode = "spot"
            [secondhand.behaviour]
            parts_share = 0.1
            [secondhand.areas]
            road_circuity = 2
            """
        file = written(tmp_path, tables, institutions='["secondhand.areas", "secondhand"]')
        scenario = read_scenario(file)
        assert scenario.institutions == ("secondhand", "secondhand.areas")
        assert scenario.laws["secondhand"] == dict(parameters("secondhand")) | {"mode": "spot"}
        assert scenario.laws["secondhand.behaviour"]["parts_share"] == 0.1
        assert scenario.laws["secondhand.areas"]["road_circuity"] == 2
        assert scenario.decided == {"secondhand": {"mode": "spot"}, "secondhand.behaviour": {"parts_share": 0.1},
                                    "secondhand.areas": {"road_circuity": 2}}

    def test_what_is_decided_for_a_run_goes_before_the_file(self, tmp_path):
        file = written(tmp_path, "[secondhand]\nspread_permille = 60\nreduction_permille = 20")
        changes = {"secondhand.spread_permille": "40", "secondhand.mode": "true-up", "simulate.goods": '["cars"]',
                   "secondhand.behaviour.grade_shares": "[0.1, 0.2, 0.3, 0.4]"}
        scenario = read_scenario(file, changes, years=7)
        law = scenario.laws["secondhand"]
        assert (law["spread_permille"], law["reduction_permille"], law["mode"]) == (40, 20, "true-up")
        assert scenario.laws["secondhand.behaviour"]["grade_shares"] == [0.1, 0.2, 0.3, 0.4]
        assert scenario.durables.code == ("cars",)
        assert scenario.years == 7

    def test_a_catalogue_stands_beside_the_scenario(self, tmp_path):
        (tmp_path / "goods.csv").write_text("\n".join(CATALOGUES["us-2017"].read_text().splitlines()[:4]))
        file = written(tmp_path, '[simulate]\ndurables = "goods.csv"')
        assert len(read_scenario(file).durables) == 3

    def test_goods_that_take_part_keep_what_the_catalogue_says_of_them(self, tmp_path):
        whole = read_scenario(written(tmp_path)).durables
        some_goods = read_scenario(written(tmp_path, '[simulate]\ngoods = ["tools", "cars"]')).durables
        rows = [whole.code.index(code) for code in ("cars", "tools")]
        assert some_goods.code == ("cars", "tools")
        assert some_goods.new_price_mcr.tolist() == whole.new_price_mcr[rows].tolist()
        assert some_goods.spending_share.tolist() == whole.spending_share[rows].tolist()

    def test_the_fingerprint_tells_what_is_in_force_and_nothing_else(self, tmp_path):
        print_of = read_scenario(written(tmp_path)).fingerprint
        assert print_of() == read_scenario(written(tmp_path, "# a remark", title='"Another."')).fingerprint()
        assert print_of() == read_scenario(written(tmp_path, "[secondhand]\nspread_permille = 100")).fingerprint()
        assert print_of() != read_scenario(written(tmp_path, "[secondhand]\nspread_permille = 99")).fingerprint()
        assert print_of() != read_scenario(written(tmp_path), years=4).fingerprint()

    def test_it_can_be_sent_to_another_process(self, tmp_path):
        scenario = read_scenario(written(tmp_path))
        sent = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - our own
        assert sent.fingerprint() == scenario.fingerprint()
        complaint = pickle.loads(pickle.dumps(BadInput("a", "b", 5, "d")))  # noqa: S301 - our own
        assert str(complaint) == "a: b: found 5, expected d"


@pytest.mark.parametrize("name", BUNDLED)
class TestBundled:
    def test_it_can_be_read_and_is_named_as_its_file(self, name):
        scenario = read_scenario(name)
        assert scenario.name == name
        assert len(scenario.title) <= 100
        assert len(scenario.about) > 200

    def test_it_says_what_differs_from_the_law_and_why(self, name):
        scenario, lines = read_scenario(name), (SCENARIOS / f"{name}.toml").read_text().splitlines()
        for law, entries in scenario.decided.items():
            for parameter in entries:
                row = next(row for row, line in enumerate(lines) if line.startswith(f"{parameter} ="))
                assert "#" in lines[row] or lines[row - 1].startswith("#"), (law, parameter)
        assert tomllib.loads("\n".join(lines))["format"] == 1


class TestRefused:
    @pytest.mark.parametrize(("otherwise", "said"), [
        ({"format": None}, "format: found nothing, expected 1"),
        ({"format": "2"}, "format: found 2, expected 1: it was made for a newer version"),
        ({"format": "0"}, "format: found 0, expected 1"),
        ({"format": '"1"'}, "format: found '1', expected 1"),
        ({"name": None}, "name: found nothing, expected a text in quotes"),
        ({"name": '""'}, "name: found '', expected a text in quotes"),
        ({"about": "7"}, "about: found 7, expected a text in quotes"),
        ({"years": "0"}, "years: found 0, expected from 1 to 200 years"),
        ({"years": "1_000_000_000"}, "years: found 1000000000, expected from 1 to 200 years"),
        ({"years": "2.5"}, "years: found 2.5, expected a whole number"),
        ({"years": "true"}, "years: found true, expected a whole number"),
        ({"yaers": "4"}, "yaers: found a name that means nothing here, expected perhaps years"),
        ({"institutions": '"secondhand"'}, "institutions: found 'secondhand', expected a list"),
        ({"institutions": "[]"}, 'institutions: found [], expected "secondhand" among them'),
        ({"institutions": '["secondhand.parks"]'}, 'expected "secondhand" among them'),
        ({"institutions": '["secondhand", "secondhand"]'}, "expected each once"),
        ({"institutions": '["secondhand", "secondhand.park"]'},
         "institutions: found 'secondhand.park', expected perhaps secondhand.parks"),
        ({"institutions": '["secondhand", 3]'}, "institutions: found 3"),
    ])
    def test_above_the_tables(self, otherwise, said, tmp_path):
        assert said in refusal(written(tmp_path, **otherwise))

    @pytest.mark.parametrize(("tables", "said"), [
        ("[secondhand]\nspread_percent = 5",
         "[secondhand] spread_percent: found a name the law does not know, expected perhaps spread_permille"),
        ("[secondhand]\nspread_permille = 1001",
         "[secondhand] spread_permille: found 1001, expected from 0 to 1,000 (permille of worth)"),
        ("[secondhand]\nspread_permille = 5.0", "[secondhand] spread_permille: found 5.0, expected a whole number"),
        ('[secondhand]\nmode = "garanteed"', "[secondhand] mode: found 'garanteed', expected one of guaranteed, spot"),
        ("[secondhand]\nmode = 1979-05-27", "[secondhand] mode: found datetime.date(1979, 5, 27), expected text"),
        ("[secondhand]\ngrade_permille = [1000, 850]", "grade_permille: found 2 values, expected 4 values"),
        ("[secondhand]\ngrade_permille = [100, 850, 650, 400]",
         "grade_permille: found [100, 850, 650, 400], expected the best grade first"),
        ("[secondhand.behaviour]\nparts_share = nan", "[secondhand.behaviour] parts_share: found nan, expected from 0"),
        ("[secondhand.privat]\nx = 1",
         "[secondhand.privat]: found nothing of this name, expected perhaps secondhand.private"),
        ("[secondhand.areas]\nroad_circuity = 1.3",
         '[secondhand.areas]: found a table of an institution that is not plugged in, expected "secondhand.areas"'),
        ("[secondhnad]\nmode = 1", "secondhnad: found a name that means nothing here, expected perhaps secondhand"),
        ("[[secondhand]]\nmode = 1", "expected a table, [secondhand]"),
        ('[simulate]\ngoods = ["carz"]', "[simulate] goods: found 'carz', expected perhaps cars"),
        ('[simulate]\ngoods = ["boats"]', "[simulate] goods: found 'boats', expected one of cars, "),
        ("[simulate]\nhouseholds = 0",
         "households: found 0, expected from 1 to 20,000,000"),
        ("[simulate]\nhouseholds = true", "households: found true, expected a whole number"),
        ("[simulate]\ngoods = [1]", "[simulate] goods: found 1, expected text"),
        ('[simulate]\ndurables = "ours.csv"', "ours.csv, expected a table in CSV or Parquet"),
        ('[simulate]\ndurables = "a\\u0000b.csv"', "durables"),
        (f'[simulate]\ndurables = "{"long" * 100}.csv"', "durables"),
        (f"[simulate]\nhouseholds = {'9' * 30}", "simulate.households: found a number of too many digits"),
        (f"[simulate]\nhouseholds = {'9' * 5000}", "file: found"),
        ("[simulate]\nhouseholds = " + "[" * 20000, "file: found"),
    ])
    def test_in_the_tables(self, tables, said, tmp_path):
        assert said in refusal(written(tmp_path, tables))

    def test_syntax_is_refused_with_its_line(self, tmp_path):
        assert "line 8, column 1" in refusal(written(tmp_path, "\n= 5"))

    @pytest.mark.parametrize(("content", "said"), [
        (b"", "file: found nothing in it, expected a scenario, which begins with format = 1"),
        (b" \n", "file: found nothing in it"),
        (b"\xff\xfe", "file: found byte 0xff, expected text in UTF-8"),
        (b"# only a remark", "format: found nothing, expected 1"),
    ])
    def test_a_file_that_is_none(self, content, said, tmp_path):
        (tmp_path / "ours.toml").write_bytes(content)
        assert said in refusal(str(tmp_path / "ours.toml"))

    def test_a_name_that_nothing_has(self, tmp_path):
        assert "scenario: found no such file, expected perhaps region" in refusal("regoin")
        assert "expected one of town, region" in refusal(str(tmp_path / "zzz"))
        assert "a file that can be read" in refusal(str(tmp_path))

    @pytest.mark.parametrize(("changes", "said"), [
        ({"secondhand.spread_percent": "5"},
         "secondhand.spread_percent: found a name that is not in force here, expected perhaps secondhand.spread_permi"),
        ({"spread_permille": "5"},
         "spread_permille: found a name that is not in force here, expected perhaps secondhand.spread_permille"),
        ({"secondhand.areas.road_circuity": "1.5"}, "a name that is not in force here"),
        ({"secondhand.spread_permille": "5 %"}, "[secondhand] spread_permille: found '5 %', expected a whole number"),
        ({"secondhand.spread_permille": "5\nx = 6"}, "[secondhand] spread_permille: found '5"),
        ({"secondhand.spread_permille": "2000"}, "--set: [secondhand] spread_permille: found 2000, expected from 0"),
        ({"secondhand.mode": "spto"}, "--set: [secondhand] mode: found 'spto', expected one of"),
        ({"simulate.households": "0x" + "f" * 5000}, "[simulate] households"),
    ])
    def test_what_is_decided_for_a_run(self, changes, said):
        assert said in refusal("town", changes)

    @pytest.mark.parametrize("years", [0, -1, 10**9])
    def test_another_length(self, years):
        assert f"--years: value: found {years}, expected from 1 to 200 years" in refusal("town", None, years)


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=6), inner, max_size=3),
    max_leaves=6)
NAMES = some.sampled_from([*HEADER, "simulate", "secondhand", "secondhand.private", "spread_permille", "durables",
                           "goods", "behaviour", "mode", "grade_permille"]) | some.text(max_size=8)


def as_toml(value):
    """A value as somebody might write it, right or wrong."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}" = {as_toml(each)}' for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def complaint(*arguments):
    """With what a scenario is refused, if it is; anything else that goes wrong fails the test."""
    try:
        read_scenario(*arguments)
    except BadInput as refused:
        return str(refused)
    return ""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=some.dictionaries(NAMES, VALUES, max_size=5), tables=some.dictionaries(NAMES, VALUES, max_size=5),
       cut=some.integers(0, 60) | some.none(), junk=some.binary(max_size=6))
def test_nothing_but_bad_input_whatever_stands_in_the_file(entries, tables, cut, junk, tmp_path):
    lines = [f"{key} = {value}" for key, value in HEADER.items() if key not in entries]
    lines += [f'"{name}" = {as_toml(value)}' if name not in HEADER else f"{name} = {as_toml(value)}"
              for name, value in entries.items()]
    lines += ["[secondhand]"] * ("secondhand" not in entries)
    lines += [f"{name} = {as_toml(value)}" for name, value in tables.items()]
    content = "\n".join(lines).encode(errors="replace")
    file = tmp_path / "ours.toml"
    file.write_bytes(content if cut is None else content[:-cut] + junk)
    assert len(complaint(str(file)).splitlines()) <= 1


@settings(max_examples=150, deadline=None)
@given(name=some.sampled_from([f"{law}.{each}" for law in ("simulate", "secondhand") for each in parameters(law)]),
       value=VALUES.map(as_toml) | some.text(max_size=12))
def test_nothing_but_bad_input_whatever_is_typed(name, value):
    assert len(complaint("town", {name: value}).splitlines()) <= 1
