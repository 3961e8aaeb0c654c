"""What the pages of tokens and files ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parecon.service.api.models import TOKEN_NAME_LETTERS
from parecon.service.clock import SECOND_US, date_of
from parecon.service.face.forms import ActForm
from parecon.service.people.policy import Actor, in_force

HOUSEHOLD = "household"
SECONDS_A_DAY = 24 * 3600
DAYS_AT_FIRST, MOST_DAYS = 90, 365


class Making(ActForm):
    """A token: what it is for, what it may do, and until when."""

    name = forms.CharField(label=_("What is it for?"), max_length=TOKEN_NAME_LETTERS,
                           help_text=_("So that you know it again. For example: my shopping list."))
    may = forms.ChoiceField(label=_("What may it do?"), widget=forms.RadioSelect, initial=HOUSEHOLD)
    until = forms.DateField(label=_("Until when?"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_(
        "The last day. A year at most; by a mandate no longer than the mandate."))

    def __init__(self, who: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mandates = {str(each.pk): each for each in in_force(who.member, who.at_us).select_related("council")}
        self.today = date_of(who.at_us)
        fields: Any = self.fields
        fields["may"].choices = [(HOUSEHOLD, _("act for my household: bring, find, ask, its account")), *(
            (number, f"{each.get_role_display()} · {each.council}") for number, each in self.mandates.items())]
        fields["until"].initial = self.today + timedelta(days=DAYS_AT_FIRST)

    def clean_until(self) -> date:
        """A day from today on, within a year."""
        day: date = self.cleaned_data["until"]
        if not self.today <= day <= self.today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day

    def mandate(self) -> int | None:
        """By which mandate, by number; None for the household."""
        return None if self.cleaned_data["may"] == HOUSEHOLD else int(self.cleaned_data["may"])

    def until_us(self) -> int:
        """The end of the last day, or of the mandate where that is over before."""
        day: date = self.cleaned_data["until"]
        end = (day - date(1970, 1, 1) + timedelta(days=1)).days * SECONDS_A_DAY * SECOND_US
        chosen = self.mandates.get(self.cleaned_data["may"])
        return min(end, chosen.until_us) if chosen else end


class Sending(forms.Form):
    """A file of rows."""

    file = forms.FileField(label=_("The file"), help_text=_(
        "A text file with commas or semicolons between cells, as spreadsheets save it (CSV UTF-8)."))
