"""`ledger_verify [--head NUMBER:HASH]`: reads the whole ledger and says whether it is whole."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parecon.service.ledger.audit import verify
from parecon.service.ledger.chain import Head


class Command(BaseCommand):
    """Walks the chain, counts balances and holds again, and names the first row that differs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", action="append", type=Head.read, default=[], metavar="NUMBER:HASH",
                            help="an end of the chain that was printed earlier; may be given several times")

    def handle(self, **options: Any) -> None:
        self.check(databases=["default"], display_num_errors=False)
        verdict = verify(options["head"])
        if verdict.wrong:
            raise CommandError(verdict.wrong)
        self.stdout.write(f"whole, {verdict.head.number} entries; the chain ends at\n{verdict.head}")
