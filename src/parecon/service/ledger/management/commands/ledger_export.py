"""`ledger_export > books.beancount`: the whole ledger as plain text."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from parecon.service.ledger.books import export


class Command(BaseCommand):
    """Writes all accounts, entries and balances in the syntax of beancount."""

    help = __doc__

    def handle(self, **_: Any) -> None:
        for line in export():
            self.stdout.write(line, ending="")
