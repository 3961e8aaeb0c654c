"""`run_due`: does what is due now, throws old traces away, sends the mail that waits; to be run every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from parecon.service.clock import now_us
from parecon.service.desk.due import run_due
from parecon.service.people.outbox import send
from parecon.service.upkeep.sweeping import sweep


class Command(BaseCommand):
    """What is due at the desk."""

    help = "Does what is due now, once: what was not fetched, offers not answered, who waits next; then sends mail."

    def handle(self, *args: Any, **options: Any) -> None:
        at_us = now_us()
        due = run_due(at_us)
        sweep(at_us)
        sent = send(at_us)
        self.stdout.write(f"{due.expired} not fetched, {due.served} served, {due.lapsed} offers lapsed, {sent} letters")
