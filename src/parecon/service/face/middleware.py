"""What holds for every page: how much may be sent, who needs a second proof, and that nothing private is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django_otp import user_has_device

from parecon.service.face.signing_in import has_mandate


class UploadLimit(MiddlewareMixin):
    """Refuses what is larger than any form of ours, before it is read."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        return render(request, "413.html", status=413) if length > settings.UPLOAD_BYTES else None


class SecondProof(MiddlewareMixin):
    """Lets nobody whose mandates reach further than the own household go on without the second proof.

    Whoever set one up shows it once a session. Whoever holds a mandate and has none is led to set one up, where the
    service can be reached from other computers; on this computer alone, and in the demonstration, it is only offered.
    A view says with `second_proof = False` that it is open to all who are signed in.
    """

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_authenticated or not getattr(view, "second_proof", True) or user.is_verified():
            return None
        if not getattr(view, "login_required", True):
            return None
        if user_has_device(user):
            return redirect_to_login(request.get_full_path(), reverse("face:second-proof"))
        if settings.SECOND_PROOF_REQUIRED and has_mandate(user):
            return redirect_to_login(request.get_full_path(), reverse("face:set-up-second-proof"))
        return None


class NotKept(MiddlewareMixin):
    """Tells browsers to keep no page of a member, so that it cannot be leafed back to after signing out."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response
