"""`backup FOLDER`: copies the database while it is in use, and the ledger as plain text."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from parecon.service.upkeep.copies import backed_up


class Command(BaseCommand):
    """Makes a copy of the books and says which, and where the chain ended then."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where copies are kept; on another disk, if there is one")

    def handle(self, **options: Any) -> None:
        copy = backed_up(options["folder"])
        self.stdout.write(f"{copy.file}\nthe chain ended at\n{copy.head}\n"
                          f"try it: python -m parecon.service restore_drill {copy.file}")
