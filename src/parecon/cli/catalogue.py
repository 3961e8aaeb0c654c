"""`parecon list`: what can be planned and simulated, and what each can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from parecon.cli import DONE

WIDTH = 118


def catalogue(*, scenario: str | None = None) -> int:
    """List the bundled economies and scenarios, price rules, behaviours; or all that is in force in a scenario.

    Parameters
    ----------
    scenario
        The name or path of a scenario: prints every parameter in force in it, with its unit, bounds and
        source, marked with * where the scenario decided otherwise than the law.
    """
    print("\n".join(_everything() if scenario is None else _in_force(scenario)))
    return DONE


def _everything() -> Iterator[str]:
    yield from _economies()
    yield from ("", "Scenarios:")
    yield from _scenarios()
    yield from ("", "Price rules (--rule, --beside):")
    yield from _rules()


def _economies() -> Iterator[str]:
    from parecon.economy.bundled import BUNDLED

    yield "Economies (worker councils, consumer councils, goods):"
    for each in BUNDLED:
        counts = f"{each.worker_councils:,}, {each.consumer_councils:,}, {each.goods:,}"
        yield from (f"  {each.name} ({counts})", f"    {each.sentence}")


def _scenarios() -> Iterator[str]:
    from parecon.simulate.scenario import BUNDLED, read_scenario

    for name in BUNDLED:
        yield f"  {name:<14}{read_scenario(name).title}"


def _rules() -> Iterator[str]:
    from parecon.planning.round import BEHAVIOURS
    from parecon.planning.rules import RULES

    yield from (f"  {name:<14}{sentence}" for name, sentence in RULES.items())
    yield from ("", "Behaviours of worker councils (--behaviour):")
    yield from (f"  {name:<14}{sentence}" for name, sentence in BEHAVIOURS.items())


def _in_force(name: str) -> Iterator[str]:
    """Every parameter in force in a scenario, by institution."""
    from parecon.base.parameters import declared
    from parecon.simulate.scenario import read_scenario

    scenario = read_scenario(name)
    yield from (f"{scenario.name}: {scenario.title}", *wrap(scenario.about.strip(), WIDTH))
    yield f"{scenario.years} years; --set NAME=VALUE decides otherwise, * marks what the scenario did"
    for law, values in scenario.laws.items():
        for parameter, entry in declared(law).items():
            yield from ("", *_parameter(f"{law}.{parameter}", values[parameter], entry))


def _parameter(name: str, value: Any, entry: Mapping[str, Any]) -> Iterator[str]:
    otherwise = value != entry["value"]
    beside = f" (the law says {_value(entry['value'])})" if otherwise else ""
    yield f"{'*' if otherwise else ' '} {name} = {_value(value)}{beside}"
    within = _within(entry)
    yield from _indented(entry["about"])
    yield from _indented(f"unit: {entry['unit']}{f'; {within}' if within else ''}")
    yield from _indented(f"source: {entry['source']}")


def _within(entry: Mapping[str, Any]) -> str:
    """The bounds or choices of a parameter in words.

    >>> _within({"bounds": [0, 1000]}), _within({"choices": ["spot", "true-up"]})
    ('from 0 to 1,000', 'one of spot, true-up')
    """
    if "choices" in entry:
        return f"one of {', '.join(map(_value, entry['choices']))}"
    return "from {} to {}".format(*map(_value, entry["bounds"])) if "bounds" in entry else ""


def _value(value: Any) -> str:
    """A value as people would type it, but for the commas in large numbers."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return value if isinstance(value, str) else f"{value:,}"


def _indented(text: str) -> Iterator[str]:
    yield from wrap(text, WIDTH, initial_indent="      ", subsequent_indent="      ", break_long_words=False)
