"""Who may know whom, and what a law may not touch: that the checks are there and do catch what they should."""

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "parecon"


def ruff(code, name):
    """The rules that ruff finds broken in this code, if it stood in a file of this name."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--stdin-filename", name, "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT, check=False).stdout


@pytest.mark.parametrize("banned", [
    "import time", "import random", "import os", "from numpy.random import default_rng", "import datetime",
    "from pathlib import Path"])
def test_a_law_knows_no_clock_no_chance_and_no_files(banned):
    assert "TID251" in ruff(f"{banned}\n", "src/parecon/planning/law.py")
    assert "TID251" not in ruff(f"{banned}\n", "src/parecon/planning/tables.py")


def test_no_file_opened_in_a_law_goes_unseen():
    assert "PTH123" in ruff('CONTENT = open("law.toml").read()\n', "src/parecon/planning/law.py")


def test_the_contracts_name_rooms_that_exist():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {name for layer in contracts[0]["layers"] for name in re.split(" [:|] ", layer)}
    named = layers | {name for each in contracts for key in ("source_modules", "forbidden_modules", "modules")
                      for name in each.get(key, [])}
    assert all(find_spec(name) for name in named)
    rooms = {f"parecon.{path.name}" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms == layers


def test_the_contracts_are_kept():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


def test_the_package_says_the_version_of_the_project():
    import parecon

    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == parecon.__version__


def test_the_lock_file_has_a_hash_for_everything_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in lock.replace("\\\n", " ").splitlines() if entry.strip() and not entry.startswith("#")]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + [entry for extra in project["optional-dependencies"].values() for entry in extra]
    wanted = {re.split(r"[>\[]", entry)[0] for entry in asked} - {project["name"]}  # an extra may ask for another
    assert wanted <= {entry.split("==")[0] for entry in entries}
