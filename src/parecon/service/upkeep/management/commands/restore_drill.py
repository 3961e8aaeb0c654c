"""`restore_drill COPY`: restores a copy in a place of its own and reads all of it; the books in use stay untouched."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from parecon.service.ledger.chain import Head
from parecon.service.upkeep.copies import drilled, known_heads


class Command(BaseCommand):
    """Shows that a copy can be restored and its books are whole."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("copy", type=Path, help="a file that `backup` made")
        parser.add_argument("--head", action="append", type=Head.read, default=[], metavar="NUMBER:HASH",
                            help="an end of the chain that must be in it, beside the one noted with the copy")

    def handle(self, **options: Any) -> None:
        copy = options["copy"]
        self.stdout.write(f"restored and read: {drilled(copy, [*options['head'], *known_heads(copy)])}")
