"""What the register's pages ask for. Forms check that it can be read; whether it may be done, commands say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand.collectables.law import PERMILLE, Standing
from parecon.service import lengths
from parecon.service.face.forms import ActForm
from parecon.service.people.law import card_read
from parecon.service.people.models import Member
from parecon.service.register.commands import MOST_MCR
from parecon.service.register.models import Kind


class Amount(forms.DecimalField):
    """An amount in credits, as whole milli-credits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_MCR // MCR_A_CREDIT, decimal_places=3, **kwargs)

    def clean(self, value: Any) -> Any:
        """Milli-credits; None where nothing is written and nothing need be."""
        said: Decimal | None = super().clean(value)
        return None if said is None else int(said * MCR_A_CREDIT)


class Card(forms.CharField):
    """The number of a member's card, read as that member; of those who left too where `also_left`."""

    def __init__(self, *, also_left: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.taking_part = {} if also_left else {"is_active": True}

    def clean(self, value: Any) -> Any:
        """The member who has the card."""
        card = card_read(super().clean(value))
        member = Member.objects.select_related("household").filter(card=card or "", **self.taking_part).first()
        if member is None:
            raise ValidationError(_("No member has this card; please look at its number again."))
        return member


def _title() -> forms.CharField:
    return forms.CharField(label=_("What is it?"), max_length=lengths.TITLE,
                           help_text=_("As on a label: maker, name, year. No names of people."))


def _description() -> forms.CharField:
    return forms.CharField(label=_("How is it recognised?"), max_length=lengths.DESCRIPTION, required=False,
                           widget=forms.Textarea, help_text=_("Size, marks, damage, where it came from."))


def _kind() -> Any:
    return forms.ModelChoiceField(Kind.objects.order_by("name"), label=_("Of which kind?"),
                                  empty_label=_("Choose …"))


class Classifying(ActForm):
    """A new kind, and what it is judged by."""

    name = forms.CharField(label=_("Name of the kind"), max_length=lengths.TITLE)
    description = _description()
    schedule_mcr = Amount(label=_("Announced price in credits"),
                          help_text=_("0 if it is worth something to its holder only."))
    visitors_worth_mcr = Amount(label=_("What visits would be worth to all visitors together, in credits"))
    collector_worth_mcr = Amount(label=_("The most that one collector would pay, in credits"))
    in_favour_permille = forms.IntegerField(label=_("Of a thousand members, how many want it in a museum?"),
                                            min_value=0, max_value=PERMILLE)


class Entering(ActForm):
    """A thing of a member that goes on the register."""

    card = Card(label=_("Card of the member who holds it"))
    kind = _kind()
    title = _title()
    description = _description()
    paid_mcr = Amount(label=_("What the member paid for it, in credits"),
                      help_text=_("By a receipt, or as both of you agree. 0 if it was a gift or was found."))
    label = forms.CharField(label=_("Label, if it was handed in at a desk"), max_length=12, required=False)


class Finding(ActForm):
    """A thing on a store's shelf that is a collectable."""

    label = forms.CharField(label=_("Label on the thing"), max_length=12)
    kind = _kind()
    title = _title()
    description = _description()


class OfMember(ActForm):
    """An act on a thing for the member whose card it names."""

    card = Card(label=_("Card of the member who brings it"))


class Giving(ActForm):
    """To whom a thing is given."""

    card = Card(label=_("Card of the member who is to have it"),
                help_text=_("The number on the card; ask for it. Nobody else sees to whom you gave."))


class Dying(ActForm):
    """A death, and who comes after."""

    card = Card(label=_("Card of the member who died"), also_left=True)
    heir = Card(label=_("Card of the relative who comes after"),
                help_text=_("Things of personal or small value go to this person, who may also take the others first."))
    not_found = forms.RegexField(r"\A[\d ,]*\Z", label=_("Numbers of things that were not found"), required=False,
                                 max_length=lengths.WHY)

    def numbers(self) -> tuple[int, ...]:
        """The entries that were not found."""
        return tuple(int(each) for each in self.cleaned_data["not_found"].replace(",", " ").split())


class Bidding(ActForm):
    """What a member would pay for a thing of a kind."""

    kind = forms.ModelChoiceField(Kind.objects.filter(standing=Standing.TRADED).order_by("name"),
                                  label=_("What would you like to have?"), empty_label=_("Choose …"))
    most_mcr = Amount(label=_("The most that you would pay, in credits"),
                      help_text=_("Say your true limit: you pay what it takes, and never more than this."))


class Replying(ActForm):
    """Whether a relative takes a thing first."""

    takes = forms.TypedChoiceField(label=_("Do you want it?"), choices=[("yes", _("Yes")), ("no", _("No"))],
                                   widget=forms.RadioSelect)
    most_mcr = Amount(label=_("If yes: the most that you would pay, in credits"), required=False,
                      help_text=_("You pay what anybody else would have to pay."))

    def clean(self) -> dict[str, Any]:
        """A yes says how much at most."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("takes") == "yes" and told.get("most_mcr") is None and "most_mcr" not in self.errors:
            self.add_error("most_mcr", _("Please say the most that you would pay."))
        return told


class Closing(ActForm):
    """That a month is closed as it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    month = forms.IntegerField(widget=forms.HiddenInput, min_value=-32000, max_value=32000)


class Searching(forms.Form):
    """What is looked for on the register."""

    q = forms.CharField(label=_("Number, or a word"), max_length=60, required=False)
    kind = forms.ModelChoiceField(Kind.objects.order_by("name"), label=_("Kind"), required=False,
                                  empty_label=_("all kinds"))
