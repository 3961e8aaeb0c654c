"""A member's tokens for programs, and what programs can ask for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.service.api.door import api
from parecon.service.api.forms import Making
from parecon.service.api.models import Token
from parecon.service.api.tokens import MakeToken, RevokeToken, make_token, revoke_tokens, tokens_of
from parecon.service.desk.pages import pressed
from parecon.service.face.acting import there
from parecon.service.face.forms import ActForm
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people.policy import Actor
from parecon.service.people.session import actor


def _oneself(request: HttpRequest) -> Actor:
    """Whoever is signed in, acting for nobody else: a token is personal, whoever's card lies on the desk."""
    return replace(actor(request), on_behalf_of=None)


@sensitive_variables("made")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of a member, and a new one; its secret is on the page that answers, and never again."""
    who = _oneself(request)
    form = Making(who, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = make_token(MakeToken(said["act"], said["name"], form.mandate(), form.until_us()), who)
        if made.answer.done:
            return render(request, "api/made.html", {"secret": made.secret, "again": made.answer.again,
                                                     "address": request.build_absolute_uri(reverse("api:me"))})
        form.refuse(made.answer)
    return render(request, "api/tokens.html", {"form": form, "tokens": tokens_of(who),
                                               "button": ActForm(auto_id=False)})


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Ends a token."""
    who = _oneself(request)
    there(Token.objects.filter(pk=min(number, LARGEST_NUMBER), member=who.member).first())
    return pressed(request, lambda act: revoke_tokens([RevokeToken(act, number)], who)[0],
                   _("It is revoked: no program comes in with it any more."), reverse("programs:tokens"))


@cache
def _parts() -> list[tuple[str, list[dict[str, Any]]]]:
    """The parts of the interface and what can be asked for in each; it is the same as long as the service runs."""
    told: dict[str, list[dict[str, Any]]] = {}
    for path, methods in api.get_openapi_schema(path_prefix=reverse("api:api-root"))["paths"].items():
        for method, of in methods.items():
            told.setdefault(str(of["tags"][0]), []).append({
                "method": method.upper(), "path": path, "about": of.get("description", "")})
    return sorted(told.items())


@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """All that programs can ask for, in words."""
    return render(request, "api/endpoints.html", {"parts": _parts()})
