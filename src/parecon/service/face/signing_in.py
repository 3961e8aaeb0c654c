"""Who comes in: by card and password, and with a second proof for those whose mandates reach further than their own."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parecon.service.clock import now_us
from parecon.service.people.law import card_read
from parecon.service.people.models import Member
from parecon.service.people.policy import in_force

MANDATE_SESSION_SECONDS = 12 * 3600


class SignIn(AuthenticationForm):
    """Card number and password."""

    username = forms.CharField(label=_("Card number"), max_length=20, help_text=_("It stands on your card."),
                               widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True,
                                                             "autocapitalize": "characters", "spellcheck": "false"}))
    error_messages = {  # noqa: RUF012 - in the form that Django reads
        "invalid_login": _("This card number and password do not belong together. Please look at both again."),
        "inactive": _("This card is no longer in use.")}

    def clean_username(self) -> str:
        return written(self.cleaned_data["username"])


def written(card: str) -> str:
    """A card number as it stands on the card, however it was typed; what no card can have stays as it is.

    >>> written(" 4f7k 2m9w "), written(" ana ")
    ('4F7K-2M9W', 'ANA')
    """
    return card_read(card) or card.strip().upper()


def card_that_was_typed(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """By which name failed attempts are counted."""
    typed = (credentials or {}).get("username") or (request.POST.get("username") if request else None)
    return written(typed) if typed else None


def address(request: HttpRequest) -> str:
    """From where somebody comes; behind the proxy, what it says of the last step before it."""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return said.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def ends_sooner(request: HttpRequest) -> None:
    """The session of whoever holds a mandate does not last as long as others."""
    if has_mandate(cast(Member, request.user)):
        request.session.set_expiry(MANDATE_SESSION_SECONDS)


def has_mandate(member: Member) -> bool:
    """Whether a member may do more at present than act for the own household."""
    return bool(in_force(member, now_us()))
