"""Forms about people and councils. What can be chosen is what the actor may choose; anything else is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from parecon.service import lengths
from parecon.service.clock import DAY_US, date_of
from parecon.service.face.forms import ActForm
from parecon.service.people import law, seen
from parecon.service.people.commands import Person
from parecon.service.people.models import Council, CouncilKind, Member, Role
from parecon.service.people.policy import Actor

PEOPLE_IN_A_FORM = 4


class Offered(forms.ModelChoiceField):
    """A choice among what was offered; who sends anything else finds no such page."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise Http404 from None


class Day(forms.DateField):
    """A day, chosen from a calendar where the browser has one."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", *forms.DateField().input_formats], **more)


def _card(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=20, help_text=help_text, widget=forms.TextInput(
        attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}))


class WithCard(ActForm):
    """A form that names a member by the number on the card."""

    card = _card(_("Number on the card"), _("Eight letters and digits, such as 4F7K-2M9W."))

    def clean_card(self) -> Member:
        number = law.card_read(self.cleaned_data["card"])
        member = Member.objects.filter(card=number, is_active=True).first() if number else None
        if member is None:
            raise forms.ValidationError(_("No card has this number. Please look at each letter again."))
        return member


class LayCard(ActForm):
    """The card that a clerk lays on the desk."""

    card = _card(_("Number on the member's card"), _("Type it or scan the square on the card."))


class Described(ActForm):
    """Name, e-mail and language of a member."""

    name = forms.CharField(label=_("Name"), max_length=lengths.NAME)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Not needed: everything can be done at "
                                                                           "the desk or on paper."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def person(self) -> Person:
        """Who the form tells of."""
        return Person(self.cleaned_data["name"], self.cleaned_data["email"], self.cleaned_data["language"])


class Reached(ActForm):
    """How a member is reached, as they may change it themselves."""

    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)


class AddMember(Described):
    """A person who joins a household."""

    from_on = Day(label=_("From which day"))


class AddHousehold(ActForm):
    """A household of up to four people; more can join it later."""

    council = Offered(label=_("Council where they live"), queryset=Council.objects.none())
    from_on = Day(label=_("From which day"))
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        councils = seen.organised(actor).filter(kind=CouncilKind.CONSUMER)
        self.fields["council"].queryset = councils
        self.fields["council"].initial = councils[0] if len(councils[:2]) == 1 else None
        self.fields["from_on"].initial = date_of(actor.at_us)
        for number in range(1, PEOPLE_IN_A_FORM + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Name of person %(number)s") % {"number": number}, max_length=lengths.NAME,
                required=number == 1)
            self.fields[f"email_{number}"] = forms.EmailField(
                label=_("E-mail of person %(number)s") % {"number": number}, required=False)

    def people(self) -> tuple[Person, ...]:
        """Who the form tells of."""
        said = self.cleaned_data
        rows = [(said[f"name_{number}"], said[f"email_{number}"]) for number in range(1, PEOPLE_IN_A_FORM + 1)]
        return tuple(Person(name, email, said["language"]) for name, email in rows if name)


class MoveHouse(ActForm):
    """To which council a household moves, and when."""

    council = Offered(label=_("New council"), queryset=Council.objects.none())
    on = Day(label=_("First day there"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["council"].queryset = seen.consumer_councils()


class MakeInvitation(ActForm):
    """How somebody gets an invitation."""

    by_mail = forms.TypedChoiceField(label=_("How"), coerce=lambda value: value == "mail", widget=forms.RadioSelect,
                                     choices=[("slip", _("on a slip, printed now")), ("mail", _("by e-mail"))],
                                     initial="slip")


class NewPassword(ActForm):
    """The present password, and another."""

    old = forms.CharField(label=_("Present password"), strip=False, max_length=200,
                          widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(label=_("New password"), strip=False, max_length=200,
                          widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class Sure(ActForm):
    """That somebody means what cannot be undone."""

    sure = forms.BooleanField(label=_("Yes, I am sure"))


class AddCouncil(ActForm):
    """A new council."""

    name = forms.CharField(label=_("Name"), max_length=lengths.NAME)
    kind = forms.ChoiceField(label=_("Kind"), choices=CouncilKind.choices)
    parent = Offered(label=_("Belongs to"), queryset=Council.objects.none())
    from_on = Day(label=_("From which day"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].queryset = seen.organised(actor)
        self.fields["from_on"].initial = date_of(actor.at_us)

    def code(self) -> str:
        """The short name of the council in addresses, made of its name."""
        return slugify(self.cleaned_data["name"])[:40].strip("-") or f"council-{self.cleaned_data['act'][:8]}"


class Affiliate(ActForm):
    """To which other council one is to belong."""

    parent = Offered(label=_("Belongs to"), queryset=Council.objects.none())
    from_on = Day(label=_("From which day"))
    until_on = Day(label=_("Up to which day"), required=False)

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].queryset = seen.organised(actor)
        self.fields["from_on"].initial = date_of(actor.at_us)


class OnDay(ActForm):
    """A day on which something ends."""

    on = Day(label=_("On which day"))


class GiveMandate(WithCard):
    """Who is to have which role, and until when."""

    role = forms.ChoiceField(label=_("What for"), choices=[("", _("Choose …")), *Role.choices])
    until_on = Day(label=_("Last day"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until_on"].initial = date_of(actor.at_us) + timedelta(days=365)

    def until_us(self) -> int:
        """The end of the last day."""
        last: date = self.cleaned_data["until_on"]
        return int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp()) * 1_000_000 + DAY_US
