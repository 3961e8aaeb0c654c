"""Where people can go: one line a page that stands in the navigation, and which powers it is for."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parecon.service.people.policy import Power


class Entry(NamedTuple):
    """A line of the navigation: the name of its page, what it is called, and for which powers; for all if none."""

    page: str
    label: Promise | str
    powers: frozenset[Power] = frozenset()


class Place(NamedTuple):
    """A line as it is shown."""

    url: str
    label: Promise | str
    is_here: bool


ENTRIES = (
    Entry("face:home", _("Home")),
    Entry("desk:find", _("Find")),
    Entry("desk:bring", _("Bring")),
    Entry("desk:things", _("My things")),
    Entry("desk:requests", _("My requests")),
    Entry("desk:schedule", _("What things are worth")),
    Entry("parks:home", _("Park")),
    Entry("desk:today", _("The desk"), frozenset({Power.SERVE_AT_DESK})),
    Entry("desk:closings", _("Closings"), frozenset({Power.ANNOUNCE})),
    Entry("desk:payments", _("Payments"), frozenset({Power.PAY})),
    Entry("desk:accounts", _("The books"), frozenset({Power.SEE_BOOKS})),
    Entry("people:desk", _("Serve a member"), frozenset({Power.SERVE_AT_DESK})),
    Entry("people:members", _("Members"), frozenset({Power.ARRANGE_PEOPLE})),
    Entry("people:councils", _("Councils")),
    Entry("people:mandates", _("Mandates")),
    Entry("people:me", _("You")),
    Entry("register:all", _("Collectables")),
    Entry("desk:watch", _("Watch report"), frozenset({Power.SEE_BOOKS})),
)


def places(powers: set[Power], path: str) -> list[Place]:
    """The lines for somebody with these powers, in order."""
    urls = [(reverse(entry.page), entry.label) for entry in ENTRIES if not entry.powers or entry.powers & set(powers)]
    within = max((url for url, _label in urls if path.startswith(url)), key=len, default="")
    return [Place(url, label, url == within and (url != "/" or path == "/")) for url, label in urls]
