"""The page of the claims book: at a glance what holds, then each claim with its quotation, test and figures."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parecon.base.errors import BadInput
from parecon.base.measures import said
from parecon.report.claim_words import amount, first_sentence, interval, level, named, quoted, with_figures
from parecon.report.dots import dots
from parecon.report.figures import even_axis
from parecon.report.html import Column, Markup, Section, document, exhibit, facts, paragraph, prose, table, text
from parecon.report.numbers import count, counted, number
from parecon.report.style import css, drawn

Entry = Mapping[str, Any]
VERDICTS = {"holds": ("good", "●", "holds", "hold"),
            "holds only if": ("only", "◐", "holds only under a condition", "hold only under a condition"),
            "fails": ("bad", "○", "fails", "fail")}
"""Of each verdict: its colour, its sign, and what one claim does, or several."""
DATED = r"(?<=\b[12]\d{3})\b(?!.*\b[12]\d{3}\b)"  # behind the last year of a source: before it, the document
LEAD = ("Each claim is a sentence that somebody wrote. It was made into an experiment that could go against it, with a "
        "threshold fixed before the first run, and tried many times, each time with other chance events. A verdict "
        "says what follows from the assumptions of the experiment, which stand beside it. It does not say what "
        "people would do, and it does not judge the rest of the text from which the sentence is taken.")
MEANING = ("Only under a condition: of the cases that were tried some bear the claim out and some do not; the sentence "
           "beside it, or the claim's own section, says which.")
NEEDED = ("id", "quote", "source", "hypothesis", "experiment", "measure", "unit", "threshold", "falsified_if",
          "verdict", "sentence", "value", "low", "high", "runs", "seed", "measures", "samples")


def write_claims(folder: Path) -> Path:
    """Writes the page of the claims that were tried into their folder, from its claims.json, and says where it is.

    Raises BadInput where the folder has no claims.json as `parecon claims` writes it.

    >>> write_claims(Path("no-such-run"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BadInput: no-such-run: claims.json: found no such file, expected what parecon claims leaves behind
    """
    told = _read(Path(folder))
    page = Path(folder) / "claims.html"
    page.write_text(_page(told), encoding="utf-8")
    return page


def _read(folder: Path) -> dict[str, Any]:
    file, expected = folder / "claims.json", "what parecon claims leaves behind"
    if not file.is_file():
        raise BadInput(folder, "claims.json", "no such file", expected)
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(file, "the whole file", error, "JSON as parecon claims writes it") from error
    rows = told.get("claims") if isinstance(told, dict) else None
    if not rows or not isinstance(rows, list):
        raise BadInput(file, "claims", "nothing", expected)
    for row, entry in enumerate(rows):
        missing = [name for name in NEEDED if name not in entry] if isinstance(entry, dict) else list(NEEDED)
        if missing:
            raise BadInput(file, f"claims[{row}]", f"no {missing[0]}", expected)
    return dict(told)


def _page(told: Mapping[str, Any]) -> str:
    entries = told["claims"]
    title = _headline(entries)
    sections = [_glance(entries), _figures(entries), *(_claim(entry) for entry in entries), _again(told)]
    header = Markup(f'<p class="kind">parecon · claims book</p><h1>{text(title)}</h1>{paragraph(LEAD, "lead")}'
                    f"{_sources(entries)}")
    return document(title, css() + Path(__file__).with_suffix(".css").read_text(encoding="utf-8"), header, sections)


def _headline(entries: Sequence[Entry]) -> str:
    tally = Counter(entry["verdict"] for entry in entries)
    if len(entries) == 1:
        return f"Claim {entries[0]['id']} {VERDICTS[entries[0]['verdict']][2]}"
    some = [f"{count(tally[verdict])} {one if tally[verdict] == 1 else several}"
            for verdict, (_, _, one, several) in VERDICTS.items() if tally[verdict]]
    return f"{count(len(entries))} claims tried: {', '.join(some)}"


def _sources(entries: Sequence[Entry]) -> Markup:
    documents = dict.fromkeys(re.split(DATED, entry["source"])[0] for entry in entries)
    return paragraph(f"The sentences are from: {'; '.join(documents)}.", "note")


def _glance(entries: Sequence[Entry]) -> Section:
    """The claims by verdict, each a line: its name, its quotation, what came out."""
    groups = [paragraph(MEANING, "note")] if any(entry["verdict"] == "holds only if" for entry in entries) else []
    for verdict, (colour, sign, _, several) in VERDICTS.items():
        rows = "".join(_line(entry) for entry in entries if entry["verdict"] == verdict)
        heading = f'<h3 class="{colour}">{sign} {several.capitalize()}</h3>'
        groups += [Markup(f'<div class="glance">{heading}<ul>{rows}</ul></div>')] if rows else []
    return Section("glance", "At a glance", groups)


def _line(entry: Entry) -> str:
    name = text(entry["id"])
    return (f'<li><a href="#{name}">{name}</a><q>{quoted(entry["quote"])}</q>'
            f"<span>{with_figures(first_sentence(entry['sentence']))}</span></li>")


def _figures(entries: Sequence[Entry]) -> Section:
    return Section("figures", "Measured against the threshold", [table(
        "Mean over all runs of each claim, with its 95 % interval", [
            Column("claim", [entry["id"] for entry in entries], numeric=False),
            Column("verdict", [entry["verdict"] for entry in entries], numeric=False),
            Column("mean", [amount(entry["value"], entry["unit"]) for entry in entries]),
            Column("95 % interval", [interval(entry, entry["unit"]) for entry in entries]),
            Column("threshold", [level(entry["threshold"], entry["unit"]) for entry in entries]),
            Column("unit", [said(entry["unit"])[2] for entry in entries], numeric=False),
            Column("runs", [count(entry["runs"]) for entry in entries]),
            Column("what was measured", [entry["measure"] for entry in entries], numeric=False)])])


def _claim(entry: Entry) -> Section:
    threshold = f"{level(entry['threshold'], entry['unit'])} {said(entry['unit'])[2]}"
    tried = {"What would follow": entry["hypothesis"], "How it was tried": entry["experiment"],
             "What was measured": entry["measure"], "Threshold, fixed beforehand": threshold,
             "It would be false if": entry["falsified_if"]}
    again = Markup(f"<code>{text(command([entry['id']], entry['seed']))}</code>")
    return Section(entry["id"], f"Claim {entry['id']}", [
        _quotation(entry), _told(tried), _verdict(entry), _exhibit(entry),
        _told({"Remarks": entry.get("remarks"), "To try it again": again})])


def _verdict(entry: Entry) -> Markup:
    colour, sign, does, _ = VERDICTS[entry["verdict"]]
    return Markup(f'<p class="verdict {colour}">{sign} {does}'
                  f"<span>{with_figures(entry['sentence'])}</span></p>")


def _quotation(entry: Entry) -> Markup:
    return Markup(f'<figure class="quotation"><blockquote>{quoted(entry["quote"])}</blockquote>'
                  f"<figcaption>{prose(entry['source'])}</figcaption></figure>")


def _told(some: Mapping[str, Any]) -> Markup:
    """What is said of a claim, each under its heading; nothing of what is not said."""
    rows = "".join(f"<div><dt>{text(what)}</dt><dd>{with_figures(words)}</dd></div>"
                   for what, words in some.items() if words)
    return Markup(f'<dl class="told">{rows}</dl>')


def _exhibit(entry: Entry) -> Markup:
    unit = entry["unit"]
    factor, sign, rest = said(unit)
    values = [factor * run for run in entry["samples"]["value"]]
    mean, low, high, limit = (factor * entry[name] for name in ("value", "low", "high", "threshold"))
    axis = even_axis(f"{entry['measure']}, {sign} {rest}".rstrip(", "), [*values, limit], percent=False, zero=False,
                     room=0.05)
    name = f"threshold {level(entry['threshold'], unit)}"
    figure = drawn(f"Values of {counted(len(values), 'run')}, their mean, and the {name}.",
                   dots(values, (mean, low, high), limit, name, axis))
    note = ("Each blue dot: one run. Orange: their mean, and the interval in which it lies with a confidence of 95 %. "
            "Dashed: the threshold.")
    title = f"{amount(entry['value'], unit)} {rest} (95 % interval: {interval(entry, unit)}), {name}"
    return exhibit(title.replace("  ", " "), figure, _numbers(entry), note)


def _numbers(entry: Entry) -> Markup:
    """The headline and whatever else was measured, each with mean and interval."""
    unit, first, runs = entry["unit"], entry["seed"], entry["runs"]
    others = entry["measures"]
    return table(f"{counted(runs, 'run')}, seeds {first} to {first + runs - 1}", [
        Column("measured", ["the headline figure", *(named(name) for name in others)], numeric=False),
        Column("mean", [amount(entry["value"], unit), *(number(each["value"]) for each in others.values())]),
        Column("95 % interval", [interval(entry, unit), *(interval(each, "") for each in others.values())])])


def command(ids: Sequence[str], seed: int) -> str:
    """The command that tries claims again.

    >>> command(["U4"], 7)
    'parecon claims U4 --seed 7'
    """
    return shlex.join(["parecon", "claims", *ids, *(["--seed", str(seed)] if seed != 1 else [])])


def _again(told: Mapping[str, Any]) -> Section:
    """The last section: how anyone can check the figures."""
    entries = told["claims"]
    about = {"parecon": told.get("parecon"), "made": entries[0].get("made"), "first seed": told.get("seed"),
             "hash of the program (SHA-256)": told.get("code_sha256"), "intervals": told.get("interval")}
    again = command([entry["id"] for entry in entries], int(told.get("seed", 1)))
    words = ("The same command gives the same figures to the last digit. claims.json, beside this page, holds what "
             "was measured in every run, so that verdicts and intervals can be computed again without parecon.")
    return Section("again", "How to get these figures again", [
        paragraph(words), Markup(f"<pre><code>{text(again)}</code></pre>"),
        facts("This run", about)])
