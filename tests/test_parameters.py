"""Every parameter has a value that its own bounds or choices allow, a unit, a source, and says what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import parecon
from parecon.base.errors import BadInput
from parecon.base.parameters import declared, in_force

ROOT = Path(parecon.__file__).parent
INSTITUTIONS = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".law")
    for file in [*ROOT.rglob("law.toml"), *ROOT.rglob("behaviour.toml")])
ALL = [(institution, name) for institution in INSTITUTIONS for name in declared(institution)]


def test_the_laws_of_all_institutions_are_found():
    assert {"planning", "secondhand", "secondhand.behaviour", "secondhand.areas", "simulate"} <= set(INSTITUTIONS)


@pytest.mark.parametrize(("institution", "name"), ALL)
def test_a_parameter_is_what_it_may_be_and_says_where_it_comes_from(institution: str, name: str) -> None:
    each = declared(institution)[name]
    if "choices" in each:
        assert each["value"] in each["choices"]
    elif isinstance(each["value"], int | float) or (isinstance(each["value"], list) and "bounds" in each):
        least, most = each["bounds"]
        assert least <= np.min(each["value"])
        assert np.max(each["value"]) <= most
    assert each["unit"]
    assert len(each["source"]) > 3
    assert institution == "planning" or each["about"].endswith(".")


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_a_law_accepts_its_own_values(institution: str) -> None:
    law = {name: each["value"] for name, each in declared(institution).items()}
    assert in_force(institution, law, "itself") == law


BAD = [
    ("secondhand", {"spread_percent": 5}, "[secondhand] spread_percent: .* perhaps spread_permille"),
    ("secondhand", {"spread_permille": 5000}, "from 0 to 1,000"),
    ("secondhand", {"spread_permille": "wide"}, "a whole number"),
    ("secondhand", {"mode": "free"}, "one of guaranteed, spot, true-up"),
    ("secondhand", {"grade_permille": [1000, 900]}, "4 values"),
    ("simulate", {"households": True}, "a whole number"),
]


@pytest.mark.parametrize(("institution", "decided", "said"), BAD)
def test_what_a_law_does_not_allow_is_refused_in_one_line(institution: str, decided, said: str) -> None:
    with pytest.raises(BadInput, match=said.replace("[", r"\[").replace("]", r"\]")) as refused:
        in_force(institution, decided, "my.toml")
    assert str(refused.value).startswith("my.toml: ")
    assert "\n" not in str(refused.value)
