"""What the desk's pages call things: kinds of goods, states of items and requests, deeds, grades, payments.

The catalogue's own names are shown where a kind of good is not among these; a catalogue may bring its own.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parecon.secondhand.acts import Purpose
from parecon.secondhand.lifecycle import Deed, RequestState, State

GOODS = {
    "cars": _("car"),
    "vans": _("van, pickup or off-roader"),
    "motorcycles": _("motorcycle"),
    "campers": _("camping vehicle or trailer"),
    "bicycles": _("bicycle"),
    "furniture": _("furniture or mattress"),
    "major-appliances": _("washing machine, fridge or stove"),
    "small-appliances": _("small kitchen or household appliance"),
    "tools": _("tool or garden equipment"),
    "televisions": _("television or video equipment"),
    "stereos": _("stereo or other audio equipment"),
    "computers": _("computer, tablet or printer"),
    "telephones": _("telephone"),
    "cameras": _("camera"),
    "sports": _("sports equipment"),
    "instruments": _("musical instrument"),
}
GRADES = (_("like new"), _("good"), _("worn"), _("much worn"), _("does not work or is not safe"))
GRADE_HELP = (
    _("no traces of use that you would notice"),
    _("works as it should, few traces of use"),
    _("works as it should, clear traces of use"),
    _("works, with damage or parts that will not last long"),
    _("the exchange cannot take it in; it can be repaired or recycled"),
)
STATES = {
    State.ANNOUNCED: _("announced: not brought yet"),
    State.HANDED_IN: _("at the desk: waits for its inspection"),
    State.GRADED: _("inspected: waits for the member's answer"),
    State.SHELF: _("on the shelf: to be had"),
    State.HELD: _("kept for somebody who asked for it"),
    State.IN_TRANSFER: _("on its way to another store"),
    State.OUT: _("with a household"),
    State.REPAIR: _("being repaired"),
    State.RECYCLED: _("taken apart for parts and material"),
    State.REGISTER: _("in the register of collectables"),
    State.RETURNED: _("back with whoever brought it"),
}
OWN_STATES = {  # what differs where the reader's own household holds the thing
    State.GRADED: _("inspected: waits for your answer"),
    State.OUT: _("with you"),
    State.RETURNED: _("back with you"),
}
ASKED_AGAIN = _("inspected: you asked for a second inspection")
REQUEST_STATES = {
    RequestState.WAITS: _("waits: there is none yet, or others were first"),
    RequestState.HELD: _("kept for you: come and fetch it"),
    RequestState.SERVED: _("fetched"),
    RequestState.CANCELLED: _("cancelled"),
    RequestState.EXPIRED: _("not fetched in time"),
    RequestState.UNPAID: _("there was one, but the credits did not cover its price"),
    RequestState.BROUGHT_BACK: _("brought back: it was not as described"),
}
ON_ITS_WAY = _("on its way to %(store)s: you get word here when it has arrived")
TO_BE_SENT = _("kept for you: it will be sent to %(store)s, and you get word here when it has arrived")
DEEDS = {  # what a desk's button says
    Deed.ANNOUNCE: _("Announce"),
    Deed.WITHDRAW: _("Withdraw the announcement"),
    Deed.HAND_IN: _("Receive it at the desk"),
    Deed.INSPECT: _("Inspect and grade"),
    Deed.ACCEPT: _("The member accepts the offer"),
    Deed.TAKE_BACK: _("The member takes it back"),
    Deed.RESERVE: _("Keep it for a request"),
    Deed.RELEASE: _("Free it again"),
    Deed.SEND: _("Send it to another store"),
    Deed.ARRIVE: _("It has arrived here"),
    Deed.HAND_OVER: _("Hand it over"),
    Deed.BRING_BACK: _("The buyer brings it back"),
    Deed.TO_REPAIR: _("Send it to repair"),
    Deed.REPAIRED: _("It is repaired"),
    Deed.RECYCLE: _("Recycle it"),
    Deed.TO_REGISTER: _("Put it into the register"),
}
HISTORY = {  # what an item's history says
    Deed.ANNOUNCE: _("announced by a member"),
    Deed.WITHDRAW: _("not brought after all"),
    Deed.HAND_IN: _("received at the desk"),
    Deed.INSPECT: _("inspected"),
    Deed.ACCEPT: _("taken in: on the shelf"),
    Deed.TAKE_BACK: _("taken back by whoever brought it"),
    Deed.RESERVE: _("kept for a request"),
    Deed.RELEASE: _("free again: on the shelf"),
    Deed.SEND: _("sent to another store"),
    Deed.ARRIVE: _("arrived at the store"),
    Deed.HAND_OVER: _("handed over to a member"),
    Deed.BRING_BACK: _("brought back by the buyer"),
    Deed.TO_REPAIR: _("sent to repair"),
    Deed.REPAIRED: _("repaired"),
    Deed.RECYCLE: _("recycled"),
    Deed.TO_REGISTER: _("put into the register of collectables"),
}
PURPOSES = {
    Purpose.ALLOWANCE: _("allowance"),
    Purpose.ORDINARY_CONSUMPTION: _("ordinary consumption"),
    Purpose.NEW_GOOD: _("a new good"),
    Purpose.HAND_IN: _("a used thing handed in"),
    Purpose.PASSED_ON: _("a used thing fetched"),
    Purpose.INSPECTION: _("inspections"),
    Purpose.HOLDING: _("keeping things on shelves"),
    Purpose.TRANSPORT: _("carrying things between stores"),
    Purpose.SHARED_RESULT: _("share of the exchange's result of the year"),
    Purpose.TRUE_UP_OF_BUYERS: _("year's settlement of what was bought"),
    Purpose.TRUE_UP_OF_SELLERS: _("year's settlement of what was handed in"),
    Purpose.REMOVAL: _("removal"),
    Purpose.FINE: _("charge"),
}


def good_name(code: str, name: str) -> str:
    """What one good of a kind is called, in the reader's language; the catalogue's own name where none is known.

    >>> str(good_name("bicycles", "bicycles")), good_name("boats", "rowing boats")
    ('bicycle', 'rowing boats')
    """
    return str(GOODS[code]) if code in GOODS else gettext(name)


def grade_name(grade: int) -> str:
    """What a grade is called; the last is what cannot be taken in.

    >>> grade_name(0), grade_name(9)
    ('like new', 'does not work or is not safe')
    """
    return str(GRADES[min(grade, len(GRADES) - 1)])


def purpose_name(purpose: int) -> str:
    """What a payment was for, by its code.

    >>> purpose_name(4)
    'a used thing handed in'
    """
    known = {each.value: name for each, name in PURPOSES.items()}
    return str(known.get(purpose, gettext("payment")))
