"""What the first page shows to whoever holds a mandate: their work, before their household."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import seen as seen_at_desk
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Item, Request, Store
from parecon.service.desk.pages_closing import next_to_close
from parecon.service.desk.pages_desk import desk_of
from parecon.service.face.context import powers_of
from parecon.service.face.templatetags.face import month as month_name
from parecon.service.parks.pages import kept_by
from parecon.service.people import seen
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power, may


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
    found["tasks"] = list(_tasks(who, powers))
    return found


def _tasks(who: Actor, powers: set[Power]) -> Iterator[tuple[str, str]]:
    """What else their mandates are for: what it is called, and where it is done."""
    if Power.ANNOUNCE in powers:
        yield from _to_close(who)
    if Power.PAY in powers:
        yield gettext("Payments"), reverse("desk:payments")
    if Power.KEEP_REGISTER in powers:
        yield gettext("Collectables"), reverse("register:all")
    if Power.KEEP_PARK in powers:
        for park in kept_by(who):
            yield f"{park}: " + gettext("keeper's desk"), reverse("parks:keep", args=[park.council.code])
    if Power.SEE_BOOKS in powers:
        yield gettext("The books"), reverse("desk:accounts")


def _to_close(who: Actor) -> Iterator[tuple[str, str]]:
    """A year that waits for its end, else a month that is over; nothing where neither is, or for others to do."""
    if not may(who, Power.ANNOUNCE, federation().council):
        return
    told = next_to_close(who.at_us)
    month = told["month"]
    if told["year_first"]:
        last = FIRST_YEAR + month // MONTHS_A_YEAR - 1
        yield gettext("Look at the end of %(each)s") % {"each": last}, reverse("desk:close-year", args=[last])
    elif told["is_over"]:
        yield gettext("Close %(month)s") % {"month": month_name(month)}, reverse("desk:closings")


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
