"""The register in sentences: what a thing is, where it is, and what happened to it. Nobody is named."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parecon.secondhand.collectables.law import Standing
from parecon.service.face.templatetags.face import as_credits
from parecon.service.register.models import MUSEUMS, SHELF, Entry, Event, What

STANDINGS: dict[int, Promise] = {
    Standing.UNREGISTERED: gettext_lazy("lost from the register"),
    Standing.PERSONAL: gettext_lazy("of personal value: it stays in the family"),
    Standing.TRADED: gettext_lazy("may be handed back and passed on at a price"),
    Standing.MUSEUM: gettext_lazy("a museum piece: not traded, for everybody to see"),
}

SENTENCES: dict[int | str, Promise] = {
    "bought": gettext_lazy("Entered on the register and bought for a museum from %(giver)s, for %(amount)s."),
    What.REGISTERED: gettext_lazy("Entered on the register; held by %(taker)s."),
    What.FROM_DESK: gettext_lazy("Found on a store's shelf and entered; the store got %(amount)s."),
    What.HANDED_BACK: gettext_lazy("Handed back by %(giver)s to %(taker)s, for %(amount)s."),
    What.GIVEN: gettext_lazy("Given by %(giver)s to %(taker)s."),
    What.STAYS_IN_FAMILY: gettext_lazy("After a death it stayed in the family: it is with %(taker)s."),
    What.REVERTED: gettext_lazy("After a death it came back to all; a relative may take it first."),
    What.TO_MUSEUM: gettext_lazy("After a death it went to a museum."),
    What.GIFT_STANDS: gettext_lazy("Whoever gave it away died; the gift was long enough ago to stand."),
    What.NOT_FOUND: gettext_lazy("After a death it was not found; the register lost sight of it."),
    What.PASSED_ON: gettext_lazy("Passed on to %(taker)s at a closing, for %(amount)s."),
    What.FIRST_REFUSAL: gettext_lazy("Taken first by %(taker)s as a relative, for %(amount)s."),
}


def place(entry: Entry, reader: str) -> str:
    """Where a thing is; `reader` is the pseudonym of whoever reads it."""
    return _holder(entry.holder, reader)


def history(entry: Entry, reader: str) -> list[tuple[int, str]]:
    """What happened to a thing, from its entry on: when, and a sentence."""
    return [(event.at_us, _sentence(event, reader)) for event in entry.events.order_by("number")]


def _holder(party: str, reader: str) -> str:
    if party == reader:
        return _("you")
    return {SHELF: _("the federation"), MUSEUMS: _("a museum")}.get(party) or _("a member")


def _sentence(event: Event, reader: str) -> str:
    bought = event.what == What.REGISTERED and event.taker == MUSEUMS
    said = SENTENCES["bought" if bought else What(event.what)]
    return str(said) % {"giver": _holder(event.giver, reader), "taker": _holder(event.taker, reader),
                           "amount": as_credits(event.amount_mcr)}
