"""What organisers fill in of a store: where it is and when it is open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parecon.service.desk.models import Store
from parecon.service.desk.stores import ABOUT_LETTERS, MOST_KM
from parecon.service.face.forms import ActForm


class AboutStore(ActForm):
    """Address and opening hours."""

    address = forms.CharField(label=_("Address"), max_length=ABOUT_LETTERS)
    hours = forms.CharField(label=_("Opening hours"), max_length=ABOUT_LETTERS,
                            help_text=_("In your own words, such as: Tuesday and Friday, 16 to 19."))


def _far(label: Any, help_text: Any) -> forms.FloatField:
    return forms.FloatField(label=label, help_text=help_text, min_value=-MOST_KM, max_value=MOST_KM,
                            widget=forms.NumberInput(attrs={"step": "any"}))


class NewStore(AboutStore):
    """Also how far it is from the first store, as the crow flies."""

    east_km = _far(_("How many kilometres east of the first store?"), _("West of it: with a minus, such as -2.5."))
    north_km = _far(_("How many kilometres north of the first store?"), _("South of it: with a minus."))

    def place_km(self, first: Store) -> tuple[float, float]:
        """Kilometres east and north, as the first store's own are counted."""
        return first.east_km + self.cleaned_data["east_km"], first.north_km + self.cleaned_data["north_km"]
