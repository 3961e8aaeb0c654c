"""What the page of a simulation says of several runs, and how to run it again."""

from __future__ import annotations

import shlex

from parecon.base.measures import said
from parecon.report.claim_words import amount, interval, named
from parecon.report.html import Column, Markup, Section, facts, flat, paragraph, table, text
from parecon.report.numbers import NOTHING, counted, number
from parecon.report.simulation_read import Simulated


def section(run: Simulated) -> Section | None:
    """The section on several runs: the mean of each measure, with its interval."""
    if run.runs < 2:
        return None
    measures = run.about["measures"]
    words = (f"{counted(run.runs, 'run')} that differ in their lots alone, seeds {run.about['seed']} to "
             f"{run.about['seed'] + run.runs - 1}. Figures and tables above show the first of them; the title "
             "and the tiles at the top of the page are means of all.")
    return Section("runs", "How sure the figures are", [paragraph(words), table(
        "Mean of all runs, and the interval in which it lies with a confidence of 95 %", [
            Column("measured", [named(name) for name in measures], numeric=False),
            Column("mean", [_mean(each) for each in measures.values()]),
            Column("95 % interval", [interval(each, each["unit"]) for each in measures.values()]),
            Column("unit", [said(each["unit"])[2] for each in measures.values()], numeric=False)])])


def _mean(measure: dict[str, object]) -> str:
    value = measure["value"]
    return NOTHING if not isinstance(value, int | float) else amount(value, str(measure["unit"]))


def again(run: Simulated) -> Section:
    """The last section: what a reader needs to get the same numbers again."""
    about = run.about
    known = {"parecon": about.get("parecon"), "scenario": run.name, "source": about.get("source"),
             "institutions": ", ".join(about.get("institutions") or []) or None, "seed": about.get("seed"),
             "runs": about.get("runs"), "years": about.get("years"),
             "hash of the input (SHA-256)": about.get("input_sha256")}
    times = {f"seconds: {step}": number(spent) for step, spent in (about.get("seconds") or {}).items()}
    tables = {"Decided otherwise than the law says": about.get("decided"),
              "Parameters in force": dict(flat(about.get("parameters") or {}))}
    return Section("again", "How to get these numbers again", [
        Markup(f"<pre><code>{text(command(run))}</code></pre>"), facts("This run", known | times),
        *(facts(caption, some) for caption, some in tables.items() if some)])


def command(run: Simulated) -> str:
    """The command that simulates it again."""
    about = run.about
    changes = [word for name, value in (about.get("changes") or {}).items()
               for word in ("--set", f"{name}={value}")]
    return shlex.join(["parecon", "simulate", str(about.get("source") or run.name), *changes,
                       "--years", str(about.get("years")), "--seed", str(about.get("seed")),
                       *(["--runs", str(run.runs)] if run.runs > 1 else [])])
