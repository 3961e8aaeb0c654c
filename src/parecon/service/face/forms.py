"""Forms that do their act once: each carries a name for the act, minted with it, that a second click repeats."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parecon.service.answers import Answer, Refusal

A_NAME = RegexValidator(r"\A[0-9a-f]{32}\Z", _("This form is not one of ours; please begin with a new one."))


def minted() -> str:
    """A name for an act that nobody can guess or mint again."""
    return secrets.token_hex(16)


class Renderer(TemplatesSetting):
    """Forms and fields in the face's templates: label, help and errors belong to their field, also for the ear."""

    form_template_name = "face/form.html"
    field_template_name = "face/field.html"


class ActForm(forms.Form):
    """A form whose sending is an act of its own.

    `cleaned_data["act"]` is the act's name. A refusal leaves no trace, so the same form can be mended and sent again.
    """

    required_css_class = "required"
    error_css_class = "wrong"
    act = forms.CharField(widget=forms.HiddenInput, initial=minted, validators=[A_NAME])

    def refuse(self, answer: Answer) -> None:
        """Says above the form why its act was not done; a name that is taken is replaced by a new one."""
        self.add_error(None, gettext(answer.sentence))
        if answer.reason == Refusal.NAME_TAKEN:
            self.data: Any = self.data.copy()
            self.data[self.add_prefix("act")] = minted()
