"""The page of a plan run: an opening that says it all at a glance, the sections, and how to run it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polars.exceptions import PolarsError

from parecon.base.errors import BadInput
from parecon.report import balance, members, prices, rounds, simulation, workplaces
from parecon.report.html import Markup, Section, contents, document, facts, flat, paragraph, prose, text, tiles
from parecon.report.numbers import count, counted, level, number
from parecon.report.read import Run, open_run, read_about, rounds_needed
from parecon.report.style import css

SECTIONS = (rounds.section, prices.section, balance.section, workplaces.section, members.section,
            members.satellites_section, balance.why_section)


def write_report(run_folder: Path) -> Path:
    """Write the page of a run into its folder, from what the folder holds, and say where it is.

    The page, of a plan or of a simulation, is one HTML file that needs no network and no script. Sections whose
    tables the run does not have are left out. Raises BadInput where the folder is not that of a finished run.

    >>> write_report(Path("no-such-run"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BadInput: no-such-run: run.json: found no such file, expected the folder of a finished run, which holds it
    """
    folder = Path(run_folder)
    about = read_about(folder)
    page = folder / "report.html"
    simulated = about.get("kind") == "simulation"
    try:
        said = simulation.page(folder, about) if simulated else _page(open_run(folder, about))
    except PolarsError as error:  # what shows only when rows are read
        raise BadInput(folder, "tables", error, "tables as a run writes them") from error
    page.write_text(said, encoding="utf-8")
    return page


def _page(run: Run) -> str:
    sections = [found for make in SECTIONS if (found := make(run)) is not None]
    sections.append(_again(run))
    title = _headline(run)
    return document(title, css(), _opening(run, title, sections), sections)


def _headline(run: Run) -> str:
    needed = rounds_needed(run.plans[0], run.threshold)
    if needed is None:
        return f"{run.about['economy']}: no plan after {counted(run.plans[0]['rounds'], 'round')}"
    others = [rounds_needed(plan, run.threshold) for plan in run.plans[1:]]
    instead = f" instead of {others[0]}" if len(others) == 1 and others[0] and others[0] != needed else ""
    return f"{run.about['economy']}: a plan in {counted(needed, 'round')}{instead}"


def _opening(run: Run, title: str, sections: list[Section]) -> Markup:
    plan, councils = run.plans[0], run.about.get("councils", {})
    year = f" for {run.about['year']}" if run.about.get("year") else ""
    who = (f"{counted(councils.get('worker', 0), 'worker council')} and "
           f"{counted(councils.get('consumer', 0), 'consumer council')} planned "
           f"{counted(len(run.goods), 'good')}{year}.")
    lead = " ".join([who, rounds.opening(run), *(section.changed for section in sections if section.changed)])
    verdict = Markup(f'<p class="verdict {"good" if plan["converged"] else "bad"}">{text(plan["verdict"])}'
                     f"<span>{prose(plan.get('why') or '')}</span></p>")
    others = "".join(_beside(other) for other in run.plans[1:])
    numbers = [(count(plan["rounds"]), f"round{'s' * (plan['rounds'] != 1)} of proposals{others}"),
               *(section.tile for section in sections if section.tile)]
    return Markup(f'<p class="kind">parecon · plan of a year</p><h1>{text(title)}</h1>{paragraph(lead, "lead")}'
                  f"{verdict}{tiles(numbers)}{contents(sections)}")


def _beside(other: Mapping[str, Any]) -> str:
    """The rounds of the other rule, and that they led to no plan where they did not."""
    if not other["converged"]:
        return f", {other['rule']}: none in {count(other['rounds'])}"
    return f", {count(other['rounds'])} with {other['rule']}"


def _again(run: Run) -> Section:
    """The last section: what a reader needs to get the same numbers again."""
    about = run.about
    known = {"parecon": about.get("parecon"), "economy": about["economy"], "source": about.get("source"),
             "hash of the input (SHA-256)": about.get("input_sha256"), "seed": about.get("seed"),
             "behaviour of worker councils": run.plans[0].get("behaviour"),
             "threshold": level(run.threshold), "currency": run.currency}
    times = {f"seconds: {step}": number(spent) for step, spent in (about.get("seconds") or {}).items()}
    parameters = dict(flat(about.get("parameters") or {}))
    parts = [Markup(f"<pre><code>{text(_command(run))}</code></pre>"), facts("This run", known | times)]
    parts += [facts("Parameters in force", parameters)] if parameters else []
    notes = "".join(f"<li>{text(note)}</li>" for note in about.get("notes") or [])
    parts += [Markup(f"<h3>Where the numbers come from</h3><ul>{notes}</ul>")] if notes else []
    return Section("again", "How to get these numbers again", parts)


def _command(run: Run) -> str:
    beside = [word for plan in run.plans[1:] for word in ("--beside", str(plan["rule"]))]
    limited = ["--behaviour", "limited"] if run.plans[0].get("behaviour") == "limited" else []
    given = [word for option in ("max_rounds", "seed") if run.about.get(option) is not None
             for word in (f"--{option.replace('_', '-')}", str(run.about[option]))]
    return shlex.join(["parecon", "plan", str(run.about.get("source") or run.about["economy"]), "--rule", run.rule,
                       *beside, *limited, "--threshold", f"{run.threshold:g}", *given])
