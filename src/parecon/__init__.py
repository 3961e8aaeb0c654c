"""parecon runs a participatory economy: it simulates one before people live in it.

Ten names, loaded when first used:

- `read`, `book` - an economy from a file, a folder or a bundled name; one drawn as in the book
- `plan`, `Plan` - a year's plan, and what came out
- `Economy`, `Round` - what there is; what a price rule sees
- `next_year` - the economy and the start of the year after
- `write_folder` - an economy to a folder
- `write_run`, `write_report` - a plan to a run folder with its page
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "read": "parecon.economy.read",
    "book": "parecon.economy.generate",
    "plan": "parecon.planning.procedure",
    "Plan": "parecon.planning.procedure",
    "Economy": "parecon.economy.model",
    "Round": "parecon.planning.round",
    "next_year": "parecon.planning.years",
    "write_folder": "parecon.economy.write",
    "write_run": "parecon.planning.record",
    "write_report": "parecon.report.page",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605 - one list of names, above


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'parecon' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
