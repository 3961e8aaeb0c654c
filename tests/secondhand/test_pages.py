"""The pages on the exchange say what its files say: tables of parameters, every reading, a picture of the schedules."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from parecon.base.parameters import declared

ROOT = Path(__file__).parent.parent.parent
TABLES = runpy.run_path(str(ROOT / "scripts" / "parameter_tables.py"))


@pytest.mark.parametrize(("page", "tables"), [("second-hand", 1), ("simulated-people", 5)])
def test_the_tables_of_parameters_are_as_the_files_say(page: str, tables: int) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert len(TABLES["PLACE"].findall(text)) == tables
    assert TABLES["refreshed"](text) == text


@pytest.mark.parametrize("room", TABLES["ROOMS"])
def test_every_reading_of_the_law_is_on_its_page(room: str) -> None:
    page = (ROOT / "docs" / "second-hand.md").read_text(encoding="utf-8")
    open_questions = [name for name, each in declared(room).items() if "choices" in each]
    assert all(f"| `{room}.{name}` |" in page for name in open_questions)


@pytest.mark.parametrize("institution", TABLES["ALL"])
def test_every_parameter_of_people_is_on_its_page(institution: str) -> None:
    page = (ROOT / "docs" / "simulated-people.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | " in page for name in declared(institution))


def test_the_picture_is_of_the_schedules_as_they_are() -> None:
    draw = runpy.run_path(str(ROOT / "scripts" / "draw_schedules.py"))
    assert draw["picture"]() == (ROOT / "docs" / "_static" / "schedules.svg").read_text(encoding="utf-8")
