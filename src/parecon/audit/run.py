"""A simulation with a live desk beside it: one run, its tables, and the books that the desk kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from parecon.audit import books
from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.errors import BadInput
from parecon.simulate.ensemble import Asked, OnMonth, Run, recorded
from parecon.simulate.scenario import Scenario
from parecon.simulate.world import begin
from parecon.simulate.year import month

OPTION = "--through-service"
EXCHANGE_ALONE = ("secondhand",)


@dataclass(frozen=True)
class Kept:
    """What stands in the books of a desk that agreed to the end: how many accounts and entries; the chain's end."""

    accounts: int
    entries: int
    head: str


def run_through(scenario: Scenario, seed: int, folder: Path, file: Path, *, on_month: OnMonth,
                asked_to_stop: Asked) -> tuple[Run, Kept]:
    """A run whose every act a live desk does too, keeping its books in a file.

    Raises Different at the first act, balance or thing in which they do not agree, KeyboardInterrupt where asked to
    stop: nothing is kept then. For scenarios that a desk can follow: see `refuse_what_no_desk_does`.
    """
    began = time.perf_counter()
    file.unlink(missing_ok=True)
    with books.opened(books.in_file(file)):
        from django.core.management import call_command

        from parecon.audit.through import Through  # once the service is loaded

        call_command("migrate", verbosity=0)
        world = begin(scenario, seed)
        world.witness = Through(world)
        ready = time.perf_counter()
        while world.clock.month < scenario.years * MONTHS_A_YEAR:
            month(world)
            on_month(world)
            if asked_to_stop():
                raise KeyboardInterrupt
        seconds = {"setup": ready - began, "months": time.perf_counter() - ready}
        return Run(seed, recorded(world, folder, tables=True), world.clock.month, 0, seconds), _kept()


def refuse_what_no_desk_does(scenario: Scenario) -> None:
    """Raises BadInput unless the scenario has the exchange alone, with prices that are announced."""
    if scenario.institutions != EXCHANGE_ALONE:
        raise BadInput(scenario.source, "institutions", ", ".join(scenario.institutions),
                       f"secondhand alone with {OPTION}, as in town")
    if scenario.laws["secondhand"]["mode"] == "spot":
        raise BadInput(scenario.source, "[secondhand] mode", "spot", f"guaranteed or true-up with {OPTION}")


def _kept() -> Kept:
    from parecon.service.ledger.models import Account
    from parecon.service.ledger.store import head

    end = head()
    return Kept(Account.objects.count(), end.number, str(end))
