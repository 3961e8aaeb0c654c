"""The page of a simulation: an opening that says what came of it, the sections, and how to run it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parecon.report import (
    simulation_collectables,
    simulation_federation,
    simulation_goods,
    simulation_handover,
    simulation_parks,
    simulation_private,
    simulation_refusals,
    simulation_requests,
    simulation_runs,
    simulation_schedule,
    simulation_worth,
)
from parecon.report.html import Markup, Section, contents, document, paragraph, text, tiles
from parecon.report.numbers import counted, listed, number, percent
from parecon.report.simulation_read import Simulated, open_simulation, total
from parecon.report.style import css

SECTIONS = (simulation_goods.section, simulation_requests.section, simulation_schedule.section,
            simulation_worth.section, simulation_federation.section, simulation_refusals.section,
            simulation_refusals.areas_section, simulation_private.section, simulation_collectables.section,
            simulation_parks.section, simulation_goods.new_section, simulation_handover.section,
            simulation_runs.section)
"""Each makes a section from the run, or None where the run has nothing for it."""

MODES = {"guaranteed": "with prices guaranteed for each year", "spot": "with prices that clear every month",
         "true-up": "with provisional prices that are settled after each year"}
WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
CLOSE = 0.1  # relative; how far "one in eight" may be from the share it stands for
FEWEST_HOUSEHOLDS, FEWEST_PASSED_ON = 200, 100  # below, shares are mostly chance
LEAST_GIVEN = 0.005  # credits a household a year; less is said to be next to nothing


def page(folder: Path, about: dict[str, Any]) -> str:
    """The page of a simulation as HTML, from its folder and what its run.json says.

    Sections whose tables the run does not have are left out. Raises BadInput where the folder is not that of
    a finished simulation.
    """
    run = open_simulation(folder, about)
    sections = [found for make in SECTIONS if (found := make(run)) is not None]
    sections.append(simulation_runs.again(run))
    title = headline(run)
    return document(title, css(), _opening(run, title, sections), sections)


def headline(run: Simulated) -> str:
    """What came of it, in a sentence: how much is passed on, and what came of the institutions beside the exchange.

    Where there are none, it is what the exchange gives or takes.
    """
    used = run.measure("used_share_of_goods_acquired")
    if used is None:
        return f"{run.name}: nothing changed hands"
    if not used:
        return f"{run.name}: nothing is passed on, all is bought new"
    return f"{run.name}: {listed([f'{one_in(used)} passed on', *(_beside(run) or [_given(run)])], ', and ')}"


def one_in(part: float) -> str:
    """A share of goods as people say it.

    >>> one_in(0.124), one_in(0.02), one_in(0.45).replace(chr(0x202f), " ")
    ('one good in eight is', 'one good in 50 is', '45 % of goods are')
    """
    whole = round(1 / part)
    if whole < 2 or abs(1 / whole - part) > CLOSE * part:
        return f"{percent(part, 2)} of goods are"
    return f"one good in {WORDS[whole - 2] if whole - 2 < len(WORDS) else number(whole, 2)} is"


def _beside(run: Simulated) -> list[str]:
    """What came of private exchange, collectables and parks, of those that there are."""
    private, windfall, relying = (run.measure(name) for name in (
        "private_share", "windfall_of_collectables", "relied_on_parks_for"))
    said = []
    if private is not None:
        said.append(f"{percent(private, 2) if private else 'nothing'} of what members sell goes to traders")
    if windfall is not None:
        does = "give each household" if windfall > 0 else "cost each household"
        said.append(f"collectables {does} {number(abs(windfall), 2)} credits a year" if windfall else
                    "collectables bring nothing")
    if relying is not None:
        said.append(f"parks spare a hundred households {number(100 * relying, 2)} things of their own" if relying else
                    "nobody relies on parks")
    return said


def _given(run: Simulated) -> str:
    given = run.measure("result_shared_by_all")
    if not given:
        return "the exchange keeps nothing"
    if abs(given) < LEAST_GIVEN:
        return "the exchange keeps next to nothing"
    does = "gives each household" if given > 0 else "costs each household"
    return f"the exchange {does} {number(abs(given), 2)} credits a year"


def _opening(run: Simulated, title: str, sections: list[Section]) -> Markup:
    areas = int(run.parameter("simulate", "areas", 1))
    several = f" Title and tiles are means of {counted(run.runs, 'run')}; all else is of the first." * (run.runs > 1)
    who = (f"{counted(run.households, 'household')} in {'one area' if areas == 1 else counted(areas, 'area')} had a "
           f"second-hand exchange for {counted(run.length, 'year')}, {MODES.get(run.mode, run.mode)}.")
    lead = " ".join([who, *(section.changed for section in sections if section.changed)]) + several
    small = _too_small(run)
    numbers = [*_measured(run), *(section.tile for section in sections if section.tile)]
    about = paragraph(" ".join(str(run.about.get("about") or "").split()), "note")
    return Markup(f'<p class="kind">parecon · simulation of {counted(run.length, "year")}</p><h1>{text(title)}</h1>'
                  f'{paragraph(lead, "lead")}{small}{about}{tiles(numbers)}{contents(sections)}')


def _too_small(run: Simulated) -> Markup:
    """A warning where so few households or goods stand behind the shares that another draw gives others."""
    passed_on = total(run.by_year["passed_on"])
    few = [counted(run.households, "household")] * (run.households < FEWEST_HOUSEHOLDS)
    few += [f"{counted(passed_on, 'good')} passed on in all"] * (passed_on < FEWEST_PASSED_ON)
    if not few:
        return Markup("")
    return paragraph(f"With {listed(few)} this run is too small for its shares to mean much.", "warning")


def _measured(run: Simulated) -> list[tuple[str, str]]:
    """The measures that stand first, where anything was measured."""
    named = (("used_share_of_goods_acquired", "of goods acquired were used"),
             ("requests_served", "of requests for used goods served"),
             ("hand_ins_refused", "of items brought were refused"))
    shown = named if run.mode != "spot" else (named[0], named[2])
    return [(percent(value, 2), words) for name, words in shown if (value := run.measure(name)) is not None]
