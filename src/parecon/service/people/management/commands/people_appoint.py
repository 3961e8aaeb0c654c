"""`people_appoint CARD`: makes a member an organiser of the federation for a year, where nobody organises any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from parecon.service.answers import SENTENCES, Refusal
from parecon.service.clock import DAY_US, now_us
from parecon.service.desk.models import Federation
from parecon.service.people.founding import appoint, of_card

A_YEAR_US = 365 * DAY_US


class Command(BaseCommand):
    """From the machine on which the service runs, and from nowhere else."""

    help = "Makes a member an organiser of the federation for a year, where nobody organises any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("card", help="the number on the member's card")

    def handle(self, *_: Any, card: str, **__: Any) -> None:
        federation = Federation.objects.select_related("council").first()
        if federation is None:
            raise CommandError("no federation is founded")
        member = of_card(card)
        at_us = now_us()
        refusal = appoint(member, federation.council, at_us, at_us + A_YEAR_US)
        if refusal == Refusal.NOT_ALLOWED:
            raise CommandError("somebody organises in the federation: they give mandates")
        if refusal:
            raise CommandError(SENTENCES[refusal])
        self.stdout.write("done")
