"""What clerks fill in at the desk: findings, where something is sent, why something is done, photographs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.lifecycle import State
from parecon.service import lengths
from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import checklists, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.forms import OLDEST_YEARS, stores
from parecon.service.desk.models import Item
from parecon.service.face.forms import ActForm


class Inspecting(ActForm):
    """What an inspection found: the answers of the checklist, the age, the grade, and what to tell the member."""

    year = forms.TypedChoiceField(label=_("In which year was it new?"), coerce=int)
    month = forms.TypedChoiceField(label=_("In which month?"), coerce=int)
    grade = forms.TypedChoiceField(label=_("In what condition is it?"), coerce=int, widget=forms.RadioSelect,
                                   help_text=_("What is not safe, or not theirs who bring it, is the last of these, "
                                               "however good it looks."))
    second = forms.BooleanField(widget=forms.HiddenInput, required=False)  # whether the thing was inspected before
    why = forms.CharField(label=_("What should the member know?"), max_length=lengths.WHY, required=False,
                          help_text=_("Above all if it differs from what was said before."),
                          widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, now: InForce, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.item = now, item
        self.questions = checklists.questions(now.durables.code[item.good])
        for place, question in enumerate(self.questions):
            self.fields[f"question_{place}"] = forms.ChoiceField(
                label=gettext(question), widget=forms.RadioSelect,
                choices=[(answer, gettext(answer)) for answer in checklists.ANSWERS],
                help_text=gettext("If not, it cannot be taken in.") if question in checklists.BARRED else "")
        fields: Any = self.fields
        this_year = FIRST_YEAR + now.month // MONTHS_A_YEAR
        made_year, made_month = divmod(item.made_month, MONTHS_A_YEAR)
        fields["year"].choices = [(year, year) for year in range(this_year, this_year - OLDEST_YEARS, -1)]
        fields["month"].choices = list(MONTHS.items())
        fields["grade"].choices = [(grade, f"{name}: {told}") for grade, (name, told) in
                                   enumerate(zip(words.GRADES, words.GRADE_HELP, strict=True))]
        fields["second"].initial = item.state == State.GRADED
        fields["year"].initial, fields["month"].initial = FIRST_YEAR + made_year, made_month + 1
        self.order_fields([f"question_{place}" for place in range(len(self.questions))])

    def made_month(self) -> int:
        """When it was new, as the clock counts; this month at the latest."""
        told = self.cleaned_data
        return min((told["year"] - FIRST_YEAR) * MONTHS_A_YEAR + told["month"] - 1, self.now.month)

    def findings(self) -> tuple[tuple[str, str], ...]:
        """The checklist with its answers, as they are kept."""
        return tuple((question, self.cleaned_data[f"question_{place}"])
                     for place, question in enumerate(self.questions))

    def told(self) -> str:
        """What the member is told; in plain words how the finding differs, where the inspector wrote nothing."""
        told, said = self.cleaned_data, self.item
        if told["why"].strip() or said.grade is None:
            return str(told["why"]).strip()
        if told["grade"] != said.grade:
            return gettext("The condition was found to be: %(found)s.") % {"found": words.grade_name(told["grade"])}
        return gettext("It was made at another time than was said.") if self.made_month() != said.made_month else ""


class Sending(ActForm):
    """To which store a thing is sent."""

    store = forms.TypedChoiceField(label=_("To which store?"), coerce=int)

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["store"].choices = [(store, name) for store, name in stores() if store != item.store_id]


class Reasoned(ActForm):
    """Something that is done for a reason."""

    why = forms.CharField(label=_("Why?"), max_length=lengths.WHY, widget=forms.Textarea(attrs={"rows": 2}))


class Regraded(ActForm):
    """In what condition a thing comes back from repair."""

    grade = forms.TypedChoiceField(label=_("In what condition is it now?"), coerce=int, widget=forms.RadioSelect,
                                   choices=list(enumerate(words.GRADES[:-1])))
    note = forms.CharField(label=_("What was repaired?"), max_length=lengths.WHY, required=False)


class BroughtBack(Reasoned):
    """What is not as it was described."""

    grade = forms.TypedChoiceField(label=_("In what condition is it in truth?"), coerce=int, required=False,
                                   empty_value=None, choices=[("", _("as it was described")),
                                                              *enumerate(words.GRADES[:-1])])


class Picture(ActForm):
    """A photograph."""

    picture = forms.FileField(label=_("Photograph"), widget=forms.FileInput(
        attrs={"accept": "image/*", "capture": "environment"}))


class Scan(forms.Form):
    """A label's letters, the address in its square, or a card's number."""

    typed = forms.CharField(label=_("Scan or type a label or a card"), max_length=300, widget=forms.TextInput(
        attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))
