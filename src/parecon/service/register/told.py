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
    return _(str(said)) % {"giver": _holder(event.giver, reader), "taker": _holder(event.taker, reader),
                           "amount": as_credits(event.amount_mcr)}


def _noop(text: str) -> str:
    """Marks a sentence for translation; it is translated when it is told."""
    return text


SENTENCES = {
    "bought": _noop("Entered on the register and bought for a museum from %(giver)s, for %(amount)s."),
    What.REGISTERED: _noop("Entered on the register; held by %(taker)s."),
    What.FROM_DESK: _noop("Found on a store's shelf and entered; the store got %(amount)s, and %(taker)s has it."),
    What.HANDED_BACK: _noop("Handed back by %(giver)s to %(taker)s, for %(amount)s."),
    What.GIVEN: _noop("Given by %(giver)s to %(taker)s."),
    What.STAYS_IN_FAMILY: _noop("After a death it stayed in the family: it is with %(taker)s."),
    What.REVERTED: _noop("After a death it came back to all; a relative may take it first."),
    What.TO_MUSEUM: _noop("After a death it went to a museum."),
    What.GIFT_STANDS: _noop("Whoever gave it away died; the gift was long enough ago to stand."),
    What.NOT_FOUND: _noop("After a death it was not found; the register lost sight of it."),
    What.PASSED_ON: _noop("Passed on to %(taker)s at a closing, for %(amount)s."),
    What.FIRST_REFUSAL: _noop("Taken first by %(taker)s as a relative, for %(amount)s."),
}
