"""The first way in: the code of an invitation, and a password of one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from parecon.service.answers import Refusal
from parecon.service.clock import now_us
from parecon.service.face.forms import ActForm
from parecon.service.face.signing_in import ends_sooner
from parecon.service.people.invitations import redeem
from parecon.service.people.models import Member

BACKEND = "django.contrib.auth.backends.ModelBackend"
A_NEW_ONE = {"autocomplete": "new-password"}


class Welcome(ActForm):
    """The code that stands on the slip or in the message, and a new password twice."""

    code = forms.CharField(label=_("Code of your invitation"), max_length=60,
                           widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    password = forms.CharField(label=_("New password"), strip=False, max_length=200,
                               help_text=lazystr(password_validators_help_text_html()),
                               widget=forms.PasswordInput(attrs=A_NEW_ONE))
    again = forms.CharField(label=_("The same password once more"), strip=False, max_length=200,
                            widget=forms.PasswordInput(attrs=A_NEW_ONE))

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        """With both passwords alike."""
        given = self.cleaned_data
        if "password" in given and given.get("again") not in {None, given["password"]}:
            self.add_error("again", gettext("The two passwords differ."))
        return given


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def invitation(request: HttpRequest, code: str = "") -> HttpResponse:
    """Takes the code once, sets the password, and leads in."""
    form = Welcome(request.POST or None, initial={"code": code})
    if form.is_valid():
        given = form.cleaned_data
        answer = redeem(given["act"], given["code"], given["password"], now_us())
        if answer.done and not answer.again:
            return _let_in(request, Member.objects.get(pk=answer.number))
        if answer.done:
            messages.success(request, gettext("Your password is set; please sign in with it."))
            return redirect("face:sign-in")
        if answer.reason == Refusal.BAD_FORM:
            form.add_error("password", gettext("This is too easy to guess."))
            return render(request, "face/invitation.html", {"form": form})
        form.add_error("code", gettext("This code is not valid, or not any more: it works once, for 14 days. "
                                       "Your council's organiser makes you a new one."))
    return render(request, "face/invitation.html", {"form": form})


def _let_in(request: HttpRequest, member: Member) -> HttpResponse:
    login(request, member, BACKEND)
    ends_sooner(request)
    messages.success(request, gettext("Welcome. From now on you sign in with your card's number, %(card)s, and "
                                      "the password that you just chose.") % {"card": member.card})
    return redirect("face:home")
