"""Forms of parks: booking, bringing back, contributing; each is an act of its own."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand.parks.law import WHOLE_PPM
from parecon.service import lengths
from parecon.service.face.forms import ActForm
from parecon.service.parks.models import Thing
from parecon.service.people import law
from parecon.service.people.models import Member

PERCENT_PPM = WHOLE_PPM // 100


class BookForm(ActForm):
    """From which hour, for how many."""

    start = forms.IntegerField(widget=forms.HiddenInput)
    hours = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)


class OpenForm(ActForm):
    """Where a park is, when it is open, and which clock hangs on its wall."""

    place = forms.CharField(label=_("Address"), max_length=200)
    hours = forms.CharField(label=_("Opening hours"), max_length=200,
                            help_text=_("In your own words, such as: Tuesday and Friday, 16 to 19."))
    zone = forms.ChoiceField(label=_("By which clock?"), choices=lambda: [("", _("Choose …")), *(
        (each, each.replace("_", " ")) for each in sorted(available_timezones()) if "/" in each)],
                             help_text=_("Bookings are by the hour, as on a clock there."))


class NeedForm(ActForm):
    """How many pieces of a kind members have agreed to keep."""

    thing = forms.ModelChoiceField(label=_("What?"), queryset=Thing.objects.order_by("name"))
    pieces = forms.IntegerField(label=_("How many have members agreed to keep?"), min_value=0, max_value=10_000)


class BackForm(ActForm):
    """Whether it still works."""

    works = forms.TypedChoiceField(label=_("Does it still work?"), coerce=lambda said: said == "yes",
                                   choices=[("yes", _("Yes")), ("no", _("No, it is broken"))], widget=forms.RadioSelect)
    note = forms.CharField(label=_("Is there something the keeper should know?"), max_length=lengths.WHY,
                           required=False)


class ContributeForm(ActForm):
    """A thing that a member brings to the park, as the keeper finds it."""

    card = forms.CharField(label=_("Number on the card of who brings it"), max_length=20)
    thing = forms.ModelChoiceField(label=_("What is it?"), queryset=Thing.objects.order_by("name"))
    title = forms.CharField(label=_("Make or name"), max_length=lengths.TITLE, required=False)
    new_price = forms.DecimalField(label=_("What does a new one cost, in credits?"), min_value=0, max_digits=12,
                                   decimal_places=3)
    worn = forms.IntegerField(label=_("How much of its life is gone, in percent?"), min_value=0, max_value=99)
    works = forms.BooleanField(label=_("It works and is safe"), required=False)

    def clean_card(self) -> Member:
        """The member with this card."""
        card = law.card_read(self.cleaned_data["card"])
        found = Member.objects.filter(card=card or "", is_active=True).select_related("household").first()
        if found is None:
            raise forms.ValidationError(_("No member has a card with this number."))
        return found

    def values(self) -> dict[str, Any]:
        """What the form says, in the units of the books."""
        said = self.cleaned_data
        return {"household": said["card"].household_id, "thing": said["thing"].pk, "title": said["title"],
                "new_price_mcr": int(said["new_price"] * MCR_A_CREDIT), "worn_ppm": said["worn"] * PERCENT_PPM,
                "works": said["works"]}
