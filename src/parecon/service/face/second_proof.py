"""The second proof of who signs in: a number that an app shows, new every half minute (TOTP, RFC 6238)."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice

DIGITS = 6


class ShownNumber(forms.Form):
    """The number that the app shows now."""

    number = forms.RegexField(
        r"\A\d{6}\Z", label=_("Number that your app shows"), max_length=DIGITS, strip=True,
        error_messages={"invalid": _("The number has six digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}))

    def __init__(self, device: TOTPDevice | None, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.device = device

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if self.device is None or not verified(self.device, number):
            raise forms.ValidationError(gettext("This is not the number that your app shows now. Wait for the next "
                                                "one; after several wrong numbers a pause is needed."))
        return str(number)


def before_second_proof(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view as open to all who are signed in, also before the second proof."""
    view.__dict__["second_proof"] = False
    return view


def verified(device: TOTPDevice, number: str) -> bool:
    """Whether it is the number of now; wrong ones make the next wait longer, right ones count once."""
    allowed, _why = device.verify_is_allowed()
    return bool(allowed and device.verify_token(number))


def onward(request: HttpRequest) -> str:
    """Where the person wanted to go; home if that is not a page of ours."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()) else "/"


@before_second_proof
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def second_proof(request: HttpRequest) -> HttpResponse:
    """Asks for the number once a session."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    if device is None or request.user.is_verified():
        return redirect(onward(request))
    form = ShownNumber(device, request.POST or None)
    if form.is_valid():
        login(request, device)
        return redirect(onward(request))
    return render(request, "face/second_proof.html", {"form": form, "next": onward(request)})


@before_second_proof
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def set_up_second_proof(request: HttpRequest) -> HttpResponse:
    """Shows the square to scan, and takes the first number as the proof that it was."""
    if TOTPDevice.objects.filter(user=request.user, confirmed=True).exists():
        return redirect("face:second-proof")
    device, _made = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False,
                                                     defaults={"name": request.user.card})
    form = ShownNumber(device, request.POST or None)
    if form.is_valid():
        device.confirmed = True
        device.save()
        login(request, device)
        messages.success(request, gettext("Done: from now on this app belongs to signing in."))
        return redirect(onward(request))
    secret = b32encode(device.bin_key).decode()
    return render(request, "face/set_up_second_proof.html", {"form": form, "device": device, "secret": secret,
                                                             "next": onward(request)})


