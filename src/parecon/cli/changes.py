"""What is decided otherwise than the law, as people type it: `--set KEY=VALUE`, as often as needed."""

from __future__ import annotations

from parecon.base.errors import BadInput


def by_name(changes: list[str]) -> dict[str, str]:
    """What was decided otherwise, by the parameter's full name."""
    named: dict[str, str] = {}
    for change in changes:
        name, equals, value = (part.strip() for part in change.partition("="))
        if not (name and equals and value):
            raise BadInput("--set", "value", change, "KEY=VALUE, as secondhand.spread_permille=50")
        if name in named:
            raise BadInput("--set", name, "it twice", "each parameter once")
        named[name] = value
    return named
