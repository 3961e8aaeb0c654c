"""What stewards fill in when the federation has decided on rules: all that can be decided, as it will be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.formats import sanitize_separators
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from parecon.base.parameters import Law, declared
from parecon.service import lengths
from parecon.service.desk.models import Schedule
from parecon.service.desk.rules import VOTED, law_after, wrong
from parecon.service.desk.rules_told import READINGS, RULES, told, written
from parecon.service.face.forms import ActForm


class Numbers(forms.CharField):
    """Numbers of a rule in the unit of people: one, or as many as the law has, with a semicolon between them."""

    def __init__(self, name: str, entry: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)
        self.name, self.entry = name, entry

    def clean(self, value: Any) -> Any:
        """The number, or the numbers, in the law's unit."""
        said = super().clean(value)
        if not isinstance(self.entry["value"], list):
            return self._number(said)
        numbers = [self._number(each) for each in said.split(";")]
        if len(numbers) != self.entry["length"]:
            raise forms.ValidationError(_("Please write %(count)s numbers, with a semicolon between them.")
                                        % {"count": self.entry["length"]})
        return numbers

    def _number(self, said: str) -> int | float:
        low, high = self.entry["bounds"]
        times = RULES[self.name].times
        try:
            value = Decimal(str(sanitize_separators(said.strip()))) * times
        except InvalidOperation:
            several = isinstance(self.entry["value"], list)
            raise forms.ValidationError(_("Please write %(count)s numbers, with a semicolon between them.") % {
                "count": self.entry["length"]} if several else _("Please write a number.")) from None
        if not value.is_finite() or not low <= value <= high:
            raise forms.ValidationError(_("Please write a number from %(low)s to %(high)s.") % {
                "low": told(self.name, low), "high": told(self.name, high)})
        first = self.entry["value"][0] if isinstance(self.entry["value"], list) else self.entry["value"]
        if isinstance(first, int) and value != int(value):
            raise forms.ValidationError(_("Please write a whole number.") if times == 1 else
                                        _("Please write fewer digits after the point."))
        return int(value) if isinstance(first, int) else float(value)


class Rules(ActForm):
    """Every rule as it will be, and why what is different is so."""

    def __init__(self, data: Any, now: Law, last: Schedule) -> None:
        super().__init__(data)
        self.last, self.following = last, law_after(last)
        for name in VOTED:
            self.fields[name] = _field(name, declared("secondhand")[name], now[name], self.following[name])
        self.fields["why"] = forms.CharField(
            label=_("Who decided it, and why?"), max_length=lengths.WHY, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Everybody can read this beside the rules."))

    def clean(self) -> dict[str, Any]:
        """Something must be different."""
        told_of = super().clean() or self.cleaned_data
        if not self.errors and not self.decided():
            raise forms.ValidationError(_("Nothing is different from what is decided already."))
        if not self.errors and wrong(self.decided(), self.last):  # each is within its bounds: it is the grades
            self.add_error("grade_permille", _("A worse condition cannot be worth more than a better one."))
        return told_of

    def decided(self) -> tuple[tuple[str, Any], ...]:
        """What is different: the name and the value of each."""
        return tuple((name, self.cleaned_data[name]) for name in VOTED
                     if self.cleaned_data[name] != self.following[name])


def _field(name: str, entry: Mapping[str, Any], now: Any, following: Any) -> forms.Field:
    rule = RULES[name]
    if "choices" in entry:
        return forms.ChoiceField(label=rule.name, help_text=rule.about, initial=following, widget=forms.RadioSelect,
                                 choices=[(each, READINGS[each]) for each in entry["choices"]])
    label = format_lazy("{} ({})", rule.name, rule.unit) if rule.unit else rule.name
    said = [rule.about, *([_("Please write a semicolon between the numbers.")] if isinstance(now, list) else []),
            format_lazy(_("This year: {}."), told(name, now))]
    return Numbers(name, entry, label=label, initial=written(name, following), help_text=format_lazy(
        " ".join(["{}"] * len(said)), *said))
