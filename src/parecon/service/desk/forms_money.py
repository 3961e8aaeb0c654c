"""What treasurers fill in: how much for whom, for what, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parecon.base.postings import MCR_A_CREDIT
from parecon.service import lengths
from parecon.service.desk import words
from parecon.service.desk.paying import BY_MANDATE
from parecon.service.face.forms import ActForm
from parecon.service.people import law
from parecon.service.people.models import Council, CouncilKind, Member

LARGEST_CREDITS = 10**12
ALL = 0  # no council's number: the households of all councils


class Explained(ActForm):
    """A payment, and why it is made: everybody who sees the books reads it."""

    why = forms.CharField(label=_("Why?"), max_length=lengths.WHY, widget=forms.Textarea(attrs={"rows": 2}),
                          help_text=_("Whoever may see the books can read this."))


class Allowances(Explained):
    """The same amount for every household of a council, or of all."""

    council = forms.TypedChoiceField(label=_("For the households of which council?"), coerce=int)
    each = forms.DecimalField(label=_("How many credits for each household?"), min_value=0, decimal_places=3,
                              max_value=LARGEST_CREDITS)
    field_order = ("council", "each", "why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        councils = Council.objects.filter(kind=CouncilKind.CONSUMER, closed_on=None).order_by("name")
        fields["council"].choices = [("", _("Choose …")), (ALL, _("all households")),
                                     *((council.pk, council.name) for council in councils)]

    def each_mcr(self) -> int:
        """For each household, in milli-credits."""
        return int(self.cleaned_data["each"] * MCR_A_CREDIT)


class Paying(Explained):
    """A payment between society and a household."""

    card = forms.CharField(label=_("The card of a member of the household"), max_length=40)
    amount = forms.DecimalField(label=_("How many credits?"), decimal_places=3, max_value=LARGEST_CREDITS,
                                min_value=-LARGEST_CREDITS,
                                help_text=_("Above 0 the household gets them from society, below 0 it pays them."))
    purpose = forms.TypedChoiceField(label=_("What for?"), coerce=int, choices=[
        (purpose.value, words.PURPOSES[purpose]) for purpose in sorted(BY_MANDATE)])
    field_order = ("card", "amount", "purpose", "why")

    def clean_card(self) -> Member:
        """The member whose card it is."""
        card = law.card_read(self.cleaned_data["card"])
        found = Member.objects.filter(card=card, is_active=True).first() if card else None
        if found is None:
            raise forms.ValidationError(_("There is no such card."))
        return found

    def amount_mcr(self) -> int:
        """How much, in milli-credits."""
        return int(self.cleaned_data["amount"] * MCR_A_CREDIT)


class Correcting(Explained):
    """An entry that is to be taken back."""

    entry = forms.IntegerField(label=_("The number of the entry"), min_value=1, max_value=2**62,
                               help_text=_("It stands beside each line of a statement."))
    field_order = ("entry", "why")
