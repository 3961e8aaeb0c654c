"""Writes the tables of parameters in docs/ from the files in which the parameters stand.

python scripts/parameter_tables.py docs/second-hand.md docs/simulated-people.md

A table stands between the lines `<!-- table: NAME -->` and `<!-- end of table -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from parecon.base.parameters import declared

PLACE = re.compile(r"(<!-- table: (\S+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
ROOMS = ("secondhand", "secondhand.areas", "secondhand.parks", "secondhand.private", "secondhand.collectables")
ALL = ("secondhand.behaviour", "secondhand.collectables.behaviour")
SOME = {  # parameters of people that stand among those of a law
    "secondhand.areas": ("moving_share_a_year", "distance_decay", "errand_hours", "hour_mcr", "hire_permille_of_new",
                         "longest_wait_months"),
    "secondhand.private": ("entrepreneurs_share", "trial_rate_share", "imitation_share", "most_premium_share",
                           "most_markup_share", "most_least_worth_mcr", "error_share", "review_months",
                           "home_capacity_items", "first_stock_items", "stock_months", "deals_a_month",
                           "contacts_a_month", "liquidity_discount_share", "holding_rate_share", "search_mcr",
                           "waiting_value_share", "taste_for_legality_share"),
    "secondhand.parks": ("willing_share", "tolerable_refused_share", "tolerable_walk_km", "walk_km", "walk_mcr_per_km",
                         "use_deviation", "newcomers_share", "tries", "lead_hours", "experience_weight", "readiness",
                         "impatience"),
}


def main() -> None:
    """Writes the tables of the pages anew."""
    for page in map(Path, sys.argv[1:]):
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")


def refreshed(text: str) -> str:
    """A page with its tables as the parameters now are."""
    return PLACE.sub(lambda found: "\n".join([found[1], *table(found[2]), "", found[3]]), text)


def table(name: str) -> Iterator[str]:
    """The lines of a table: the readings of the law, or the parameters of how people behave in an institution."""
    if name == "readings":
        return readings()
    return people(name, declared(name) if name in ALL else SOME[name])


def readings() -> Iterator[str]:
    """What the source text leaves open, with the readings that there are; the one in force first, in bold."""
    yield "| parameter | readings, the one in force in bold | what it decides |"
    yield "|---|---|---|"
    for room in ROOMS:
        for name, each in declared(room).items():
            if "choices" in each:
                in_force, others = each["value"], [one for one in each["choices"] if one != each["value"]]
                choices = ", ".join([f"**{said(in_force)}**", *map(said, others)])
                yield f"| `{room}.{name}` | {choices} | {each['about']} |"


def people(institution: str, names: Iterable[str]) -> Iterator[str]:
    """Parameters of one institution, with where their values come from."""
    yield "| parameter | value | what it is | where it is from |"
    yield "|---|---|---|---|"
    for name in names:
        each = declared(institution)[name]
        yield f"| `{name}` | {said(each['value'])} {each['unit']} | {each['about']} | {each['source']} |"


def said(value: Any) -> str:
    """A value as it is read: lists without brackets."""
    if isinstance(value, list):
        return ", ".join(map(said, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
