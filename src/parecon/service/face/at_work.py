"""What the first page shows to whoever holds a mandate: their work, before their household."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.desk import seen as seen_at_desk
from parecon.service.desk.models import Item, Request, Store
from parecon.service.desk.pages_desk import desk_of
from parecon.service.face.context import powers_of
from parecon.service.people import seen
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power


def work(request: HttpRequest, who: Actor) -> dict[str, Any]:
    """The desk with how many things wait there, and what comes next where no second household is yet; else nothing."""
    if who.on_behalf_of:
        return {}
    powers = powers_of(request)
    found: dict[str, Any] = {"arranges": Power.ARRANGE_PEOPLE in powers}
    if found["arranges"] and len(Household.objects.all()[:2]) < 2:
        found["first_council"] = seen.organised(who).filter(kind="consumer").first()
    if Power.SERVE_AT_DESK in powers and seen_at_desk.desks(who):
        found["desk"] = desk_of(request, who)[0]
        found["waiting"] = waiting(found["desk"])
    return found


def waiting(desk: Store) -> int:
    """How many things are there to inspect, and to hand over."""
    return (Item.objects.filter(store=desk, state=State.HANDED_IN).count()
            + Request.objects.filter(store=desk, state=RequestState.HELD, fetch_until_us__isnull=False).count())


def cards_of_demonstration() -> list[str]:
    """The cards that can be used, as the demonstration's text names them; none where people are real."""
    if not settings.DEMO:
        return []
    text = Path(os.environ.get("PARECON_FOLDER", "."), "demonstration.txt")
    lines = text.read_text().splitlines() if text.is_file() else []
    return [" ".join(line.split()) for line in lines if line.startswith("  ") and " card " in line]
