"""What the documentation must have: every public name, every command, a picture that is of a real run."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

import pytest

import parecon
from parecon.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", parecon.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert f":: parecon.{name}\n" in (DOCS / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help_on_the_page_of_commands(command: str) -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert f"## parecon {command}\n" in page
    assert f"$ parecon {command}" in page


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} <= set(contents)


def named_tests(file: Path) -> set[str]:
    """The tests in a file, those of a class as `Class::test`."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    inside = {f"{each.name}::{test.name}" for each in body if isinstance(each, ast.ClassDef)
              for test in each.body if isinstance(test, ast.FunctionDef)}
    return inside | {each.name for each in body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("page", ["the-service.md", "federation-security.md"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    written = (DOCS / page).read_text(encoding="utf-8")
    named = re.findall(r"`(?:tests/(\w+)/)?(test_\w+\.py)(?:::(\w+(?:::\w+)?))?`", written)
    assert len(named) > 10
    for folder, file, test in named:
        found = ROOT / "tests" / (folder or "service") / file
        assert found.is_file(), file
        assert not test or test in named_tests(found), f"{file}::{test}"


def test_the_table_of_roles_is_the_one_by_which_is_decided() -> None:
    from parecon.service.people.models import Role
    from parecon.service.people.policy import POWERS, Power

    page = (DOCS / "federation-security.md").read_text(encoding="utf-8")
    told = re.search(r"\| role \| may \|\n\|---\|---\|\n((?:\|.*\n)+)", page)
    assert told is not None
    may = {role.value: "; ".join(str(power.value) for power in Power if power in POWERS[role]) for role in Role}
    assert told[1].splitlines() == [f"| {role} | {powers} |" for role, powers in may.items()]


def test_the_picture_is_of_a_run_as_it_is_now() -> None:
    draw = runpy.run_path(str(ROOT / "scripts" / "draw_picture.py"))
    economy = parecon.book(seed=1)
    worst = {rule: parecon.plan(economy, rule).worst_imbalance for rule in draw["RULES"]}
    assert draw["picture"](worst) == (DOCS / "picture.svg").read_text(encoding="utf-8")


def test_a_command_that_prints_something_else_is_seen() -> None:
    from documents import alike

    assert alike("round 1: 9 ms\nround 2: 1.5 s\ndone\n", "round 1: 2 min 3 s\n...\ndone\n")
    assert alike("worst 2.4e-09 %\n", "worst 7e-12 %\n")
    assert alike("worst 3.91 % (bread), 0.000790 %\n...\n", "worst 3.9 % (bread), 0.000791 %\n...\n")
    assert not alike("worst 3.9 % (bread)\n", "worst 4.9 % (bread)\n")
    assert not alike("worst 3.9 % (bread)\n", "worst 3.9 % (wine)\n")
    assert not alike("round 1: 9 ms\n", "round 2: 9 ms\n")
    assert not alike("one\ntwo\n", "one\n")
    assert not alike("", "one\n")
