"""`parecon simulate`: reads a scenario, lets its years go by, and leaves a run folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from parecon.base.errors import BadInput
from parecon.base.measures import said
from parecon.cli import DIFFERS, DONE
from parecon.cli.changes import by_name
from parecon.cli.show import duration, in_millions

MOST_RUNS = 100_000
BEFORE_SETTLING = ("result_of_turnover", "years_without_loss")
MOST_SEED = 2**62
LEAST_THROUGH, MOST_THROUGH = 3, 100_000


def simulate(scenario: str, *, changes: Annotated[list[str] | None, Parameter(name="--set", negative=())] = None,
             seed: int = 1, runs: int = 1, years: int | None = None, through_service: int | None = None,
             out: Path | None = None, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Simulate years: modelled people act month by month, and institutions decide by the rules in force.

    Leaves a run folder: tables in Parquet, run.json, and report.html to look at. A run that was
    stopped goes on where it was when the same command is given again.

    Exit code 0 when it ran, 1 when a live desk beside it differs, 2 for bad input, 130 when stopped.

    Parameters
    ----------
    scenario
        The name of a bundled scenario (see parecon list), or the path of one.
    changes
        A parameter decided otherwise, as secondhand.spread_permille=50; may be given several times
        (see parecon list --scenario).
    seed
        The same number draws the same lots.
    runs
        How many runs, each with a seed of its own from the seed on, on all cores: measures then are means
        with an interval, and tables those of the first run.
    years
        How many years instead of the scenario's own.
    through_service
        With so many households, and a live desk beside it that does every act too and must agree on every balance;
        the run folder then has its books, books.sqlite3 (see parecon audit). For scenarios of the exchange alone.
    out
        The run folder to make; by default runs/SCENARIO, numbered if that is taken.
    json
        Print one JSON object on standard output and nothing else.
    """
    from parecon.audit.difference import Different
    from parecon.audit.run import refuse_what_no_desk_does
    from parecon.cli.years import Simulation, carry_out
    from parecon.simulate.scenario import read_scenario

    _in_range("--seed", seed, 0, MOST_SEED)
    _in_range("--runs", runs, 1, MOST_RUNS)
    read = read_scenario(scenario, by_name(_through(through_service, runs) + (changes or [])), years)
    if through_service is not None:
        refuse_what_no_desk_does(read)
    try:
        folder, told = carry_out(Simulation(read, seed, runs, quiet=json, through=through_service), out)
    except Different as different:
        print(f"parecon: the service differs: {different}", file=sys.stderr)
        return DIFFERS
    print(_as_one_object(told, folder) if json else _in_words(told, folder))
    return DONE


def _through(households: int | None, runs: int) -> list[str]:
    """The households that a desk can follow, as a parameter decided otherwise."""
    if households is None:
        return []
    _in_range("--through-service", households, LEAST_THROUGH, MOST_THROUGH)
    if runs > 1:
        raise BadInput("--runs", "value", runs, "1 with --through-service")
    return [f"simulate.households={households}"]


def _in_range(option: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(option, "value", value, f"a whole number from {least:,} to {most:,}")


def _as_one_object(told: dict[str, Any], out: Path) -> str:
    from parecon.base.written import as_json

    of_run = ("scenario", "seed", "runs", "years", "measures", "seconds", "household_months_a_second",
              "resumed_after_months")
    books = {"books": told["books"]} if "books" in told else {}
    places = {"out": str(out), "report": str(out / "report.html")}
    return as_json({name: told[name] for name in of_run} | books | places)


def _in_words(told: dict[str, Any], out: Path) -> str:
    runs, years = told["runs"], told["years"]
    heading = f"{told['scenario']}: {years} year{'s' * (years > 1)}" + (f", mean of {runs} runs" if runs > 1 else "")
    names = {name: _named(name, told) for name in told["measures"]}
    width = max(map(len, names.values()), default=0)
    measured = [f"  {names[name]:<{width}}  {_amount(entry, runs)}" for name, entry in told["measures"].items()]
    spent = ", ".join(f"{part} {duration(seconds)}" for part, seconds in told["seconds"].items())
    speed = f"{in_millions(told['household_months_a_second'])} household-months a second"
    return "\n".join([heading, *measured, *_agreed(told), f"  time: {spent}; {speed}",
                      f"  to look at: {out / 'report.html'}"])


def _agreed(told: dict[str, Any]) -> list[str]:
    """That a live desk came to the same, where one was asked to."""
    kept = told.get("books")
    return [f"  every balance agrees: {kept['accounts']:,} accounts, {kept['entries']:,} entries"] if kept else []


def _named(measure: str, told: dict[str, Any]) -> str:
    """A measure in words; where prices are settled, what was left before that is no loss of anybody's."""
    settled = told["parameters"]["secondhand"]["mode"] != "guaranteed" and measure in BEFORE_SETTLING
    return measure.replace("_", " ") + ", before settling" * settled


def _amount(entry: dict[str, Any], runs: int) -> str:
    """A measure with its unit, and of several runs with the interval of its mean."""
    if entry["value"] is None:
        return "none"
    factor, sign, words = said(entry["unit"])
    value, low, high = (_number(factor * entry[name]) for name in ("value", "low", "high"))
    between = f" ({low} to {high})" if runs > 1 else ""
    return f"{value}{f' {sign}' if sign else ''}{between} {words}".rstrip()


def _number(value: float) -> str:
    """A number with as many digits as tell something.

    >>> _number(1234567.8), _number(0.012345), _number(3.0)
    ('1,234,568', '0.0123', '3')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
