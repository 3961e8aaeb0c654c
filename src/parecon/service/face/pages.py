"""The pages that are no institution's: home, coming in and going out, the language, and forms that came too late."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from parecon.secondhand.lifecycle import State
from parecon.service.desk.models import Item, Request
from parecon.service.face.second_proof import second_proof, set_up_second_proof
from parecon.service.face.signing_in import MANDATE_SESSION_SECONDS, SignIn, has_mandate
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Balance

__all__ = ["SignInPage", "home", "language", "second_proof", "set_up_second_proof", "sign_out", "too_old"]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What a member has, waits for and can spend."""
    household = request.user.household
    balance = Balance.objects.filter(account__party=household.party, account__kind=Kind.MEMBER.value).first()
    items = Item.objects.filter(holder=household.party, state__in=(State.OUT, State.HANDED_IN, State.GRADED,
                                                                   State.ANNOUNCED)).order_by("-number")
    requests = Request.objects.filter(household=household, ended_us=None).select_related("store__council", "item")
    free_mcr = balance.posted_mcr - balance.held_mcr if balance else None
    return render(request, "face/home.html", {"household": household, "balance": balance, "free_mcr": free_mcr,
                                              "items": items, "requests": requests.order_by("number")})


class SignInPage(LoginView):
    """Card number and password."""

    form_class = SignIn
    template_name = "face/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        if has_mandate(self.request.user):
            self.request.session.set_expiry(MANDATE_SESSION_SECONDS)
        return answer


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaves; whatever was open in this browser is forgotten."""
    logout(request)
    return redirect("face:sign-in")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Shows everything in another language from now on, on this device."""
    return set_language(request)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """A form that cannot be trusted any more: it lay too long, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
