"""What kinds of things in parks are called in the reader's language; a table of uses may bring its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

THINGS = {
    "washers": _("washing machines"),
    "dryers": _("clothes dryers"),
    "mowers": _("lawn mowers"),
    "drills": _("power drills"),
    "cleaners": _("carpet cleaners"),
    "sewing-machines": _("sewing machines"),
    "tents": _("tents"),
    "cargo-bicycles": _("cargo bicycles"),
    "cars": _("cars"),
}
