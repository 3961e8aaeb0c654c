"""`move ADDRESS`: copies all that the federation keeps to an empty PostgreSQL, and verifies the ledger there."""

from __future__ import annotations

import os
import subprocess
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parecon.service.ledger import store
from parecon.service.upkeep.copies import VERIFY
from parecon.service.upkeep.moving import moved


class Command(BaseCommand):
    """Moves from the embedded database to PostgreSQL; stop the service first, start it with the new address after."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="postgresql://USER:PASSWORD@HOST:PORT/NAME of an empty database")

    def handle(self, **options: Any) -> None:
        head, rows = store.head(), moved(options["address"])
        verdict = subprocess.run(  # noqa: S603 - our own program
            [*VERIFY, "--head", str(head)], env=os.environ | {"DATABASE_URL": options["address"]}, text=True,
            capture_output=True, check=False)
        if verdict.returncode:
            raise CommandError(f"copied, but the ledger there is not whole: {verdict.stderr.strip()}")
        filled = [count for count in rows.values() if count]
        self.stdout.write(f"{sum(filled):,} rows in {len(filled)} tables; {verdict.stdout.strip()}\n"
                          "from now on start the service with DATABASE_URL set to the new address")
