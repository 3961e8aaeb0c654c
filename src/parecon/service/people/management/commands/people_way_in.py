"""`people_way_in CARD`: a new link with which a member chooses a password, once, for whoever sits at the machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from parecon.service.clock import now_us
from parecon.service.face.beginning import address, way_in
from parecon.service.ledger.store import writing
from parecon.service.people.founding import of_card

PORT = 8000


class Command(BaseCommand):
    """From the machine on which the service runs, and from nowhere else."""

    help = "Prints a new link with which a member chooses a password, once, within 14 days; earlier links are void."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("card", help="the number on the member's card")
        parser.add_argument("--port", type=int, default=PORT, help="at which this computer serves; not with a name")

    def handle(self, *_: Any, card: str, port: int, **__: Any) -> None:
        with writing():
            secret = way_in(of_card(card), now_us())
        self.stdout.write(f"{address(port)}/invitation/{secret}/")
