"""What the desk's pages ask for. Forms check that what is written can be read; whether it may be done, commands say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.postings import MCR_A_CREDIT
from parecon.service import lengths
from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import showing, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Store
from parecon.service.desk.offers import OLDEST_MONTHS
from parecon.service.desk.search import Wanted
from parecon.service.desk.showing import Estimate
from parecon.service.face.forms import ActForm

OLDEST_YEARS = 60


def goods(now: InForce) -> list[tuple[int, str]]:
    """The kinds of goods there are, by name."""
    return sorted(((good, showing.name(now, good)) for good in range(len(now.durables))),
                  key=lambda pair: pair[1].casefold())


class Described(forms.Form):
    """What a thing is, when it was new, and in what condition it seems to be."""

    good = forms.TypedChoiceField(label=_("What is it?"), coerce=int)
    year = forms.TypedChoiceField(label=_("In which year was it new?"), coerce=int)
    month = forms.TypedChoiceField(label=_("In which month?"), coerce=int, initial=7,
                                   help_text=_("If you do not know, leave July."))
    grade = forms.TypedChoiceField(label=_("In what condition is it, by your own eye?"), coerce=int,
                                   widget=forms.RadioSelect)

    def __init__(self, now: InForce, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        this_year = FIRST_YEAR + now.month // MONTHS_A_YEAR
        fields: Any = self.fields
        fields["good"].choices = [("", _("Choose …")), *goods(now)]
        fields["year"].choices = [(year, year) for year in range(this_year, this_year - OLDEST_YEARS, -1)]
        fields["month"].choices = list(MONTHS.items())
        fields["grade"].choices = [(grade, f"{name}: {told}") for grade, (name, told) in
                                   enumerate(zip(words.GRADES, words.GRADE_HELP, strict=True))]

    def clean(self) -> dict[str, Any]:
        """With the month in which the thing was new, as the clock counts; this month at the latest."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if "year" in told and "month" in told:
            made = (told["year"] - FIRST_YEAR) * MONTHS_A_YEAR + told["month"] - 1
            told["made_month"] = min(made, self.now.month)
        return told

    def estimate(self) -> Estimate:
        """What a calculator says of it, where the form is valid."""
        return showing.estimate(self.now, *(self.cleaned_data[each] for each in ("good", "made_month", "grade")))


class Announcing(ActForm):
    """A thing that a household means to bring: as it was described, with a name of its own, and to which store."""

    good = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    made_month = forms.IntegerField(widget=forms.HiddenInput)
    grade = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=len(words.GRADES) - 1)
    title = forms.CharField(label=_("What would you call it?"), max_length=lengths.TITLE, required=False,
                            help_text=_("For example: red city bicycle, 28 inches."))
    description = forms.CharField(label=_("What should the next one know?"), max_length=lengths.DESCRIPTION,
                                  required=False, widget=forms.Textarea(attrs={"rows": 3}))
    store = forms.TypedChoiceField(label=_("To which store will you bring it?"), coerce=int)

    def __init__(self, now: InForce, home: Store | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        fields: Any = self.fields
        fields["store"].choices = stores()
        fields["store"].initial = home and home.pk

    def clean_good(self) -> int:
        """A row of the catalogue."""
        good: int = self.cleaned_data["good"]
        if good >= len(self.now.durables):
            raise forms.ValidationError(_("There is no such kind of thing."))
        return good

    def estimate(self) -> Estimate | None:
        """What a calculator says of it, where enough can be read."""
        told = [self.cleaned_data.get(each) for each in ("good", "made_month", "grade")]
        if any(each is None for each in told) or not self.now.month - OLDEST_MONTHS <= told[1] <= self.now.month:
            return None
        return showing.estimate(self.now, *told)

    def said(self) -> dict[str, Any]:
        """The same as the form before it asks for it."""
        told = self.cleaned_data
        year, month = divmod(told.get("made_month") or self.now.month, MONTHS_A_YEAR)
        return {"good": told.get("good"), "grade": told.get("grade"), "year": FIRST_YEAR + year, "month": month + 1}


class Looking(forms.Form):
    """What is looked for on the shelves."""

    good = forms.TypedChoiceField(label=_("What?"), coerce=int, required=False, empty_value=None)
    store = forms.TypedChoiceField(label=_("In which store?"), coerce=int, required=False, empty_value=None)
    most = forms.DecimalField(label=_("At most how many credits?"), required=False, min_value=0, max_value=10**9,
                              decimal_places=3)
    least = forms.DecimalField(label=_("At least how many?"), required=False, min_value=0, max_value=10**9,
                               decimal_places=3)
    grade = forms.TypedChoiceField(label=_("How worn at most?"), coerce=int, required=False, empty_value=None)
    word = forms.CharField(label=_("A word in its description"), required=False, max_length=60)

    def __init__(self, now: InForce, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["good"].choices = [("", _("everything")), *goods(now)]
        fields["store"].choices = [("", _("all stores")), *stores()]
        fields["grade"].choices = [("", _("does not matter")), *enumerate(words.GRADES[:-1])]

    def wanted(self) -> Wanted | None:
        """What is looked for; none where the kind of thing is not said yet, or something cannot be read."""
        if not self.is_valid() or self.cleaned_data["good"] is None:
            return None
        told = self.cleaned_data
        least, most = (None if told[each] is None else int(told[each] * MCR_A_CREDIT) for each in ("least", "most"))
        return Wanted(told["good"], told["store"], told["grade"], least, most, told["word"].strip())


class Fetching(ActForm):
    """Where a thing that is asked for will be fetched."""

    store = forms.TypedChoiceField(label=_("Where will you fetch it?"), coerce=int)

    def __init__(self, home: Store | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["store"].choices = stores()
        fields["store"].initial = home and home.pk


class Waiting(Fetching):
    """Any one of a kind that is waited for, and where it will be fetched."""

    good = forms.TypedChoiceField(label=_("What are you looking for?"), coerce=int)
    field_order = ("good", "store")

    def __init__(self, now: InForce, home: Store | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(home, *args, **kwargs)
        fields: Any = self.fields
        fields["good"].choices = [("", _("Choose …")), *((good, name) for good, name in goods(now)
                                                         if now.announced.listed[good])]


def stores() -> list[tuple[int, str]]:
    """The stores there are, in the order of their areas."""
    return [(store.pk, str(store)) for store in Store.objects.select_related("council").order_by("area")]
