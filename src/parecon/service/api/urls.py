"""Where programs find the interface, and members their tokens and files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.urls.resolvers import URLResolver
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from parecon.service.api import books, commons, desk, files, own, public
from parecon.service.api.door import ByToken, api

for _prefix, _of in (("", public), ("", own), ("/desk", desk), ("", books), ("", commons), ("", files)):
    api.add_router(_prefix, _of.router)


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """An address that the interface does not have."""
    known = ByToken()(request)
    sentence = _("There is nothing at this address.") if known else _("This needs a token.")
    return api.create_response(request, {"sentence": sentence}, status=404 if known else 401)


def _by_token(patterns: list[Any]) -> list[URLPattern | URLResolver]:
    """The same addresses, which the door of the interface keeps by itself: no sign-in and no cookie opens them."""
    for each in patterns:
        each.callback.login_required = False
    return patterns


_patterns, _app, _namespace = api.urls
_document = next(each for each in _patterns if each.name == "openapi-json")
app_name = "api"
urlpatterns = _by_token([
    *(each for each in _patterns if each.name not in {"openapi-json", "api-root"}),
    path("openapi.json", require_safe(_document.callback), name="openapi-json"),
    path("", csrf_exempt(nothing_here), name="api-root"), path("<path:rest>", csrf_exempt(nothing_here)),
])
