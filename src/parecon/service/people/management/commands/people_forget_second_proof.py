"""`people_forget_second_proof CARD`: lets a member who lost the telephone set up another second proof."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_otp.plugins.otp_totp.models import TOTPDevice

from parecon.service.people.founding import of_card


class Command(BaseCommand):
    """From the machine on which the service runs, and from nowhere else."""

    help = "Forgets a member's second proof; it can be set up anew at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("card", help="the number on the member's card")

    def handle(self, *_: Any, card: str, **__: Any) -> None:
        forgotten, _of = TOTPDevice.objects.filter(user=of_card(card)).delete()
        if not forgotten:
            raise CommandError("this member has no second proof")
        self.stdout.write("done")
