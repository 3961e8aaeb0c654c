"""The pages that are no institution's: home, coming in and going out, the language, and forms that came too late."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from parecon.secondhand.lifecycle import State
from parecon.service.desk import seen, showing
from parecon.service.desk.columns import in_force
from parecon.service.desk.models import Item
from parecon.service.face.at_work import cards_of_demonstration, work
from parecon.service.face.second_proof import second_proof, set_up_second_proof
from parecon.service.face.signing_in import SignIn, ends_sooner
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Balance
from parecon.service.people.models import Household
from parecon.service.people.session import actor

__all__ = ["SignInPage", "home", "language", "second_proof", "set_up_second_proof", "sign_out", "too_old"]
WITH_THEM = (State.OUT, State.RETURNED)
MOST = 20  # of what a household has from the exchange; the page of its things has all


class Line(NamedTuple):
    """A thing or a request on the first page: what it is, how it stands, and where more is said of it."""

    name: str
    stands: Any
    url: str
    until_us: int | None = None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a household can spend, waits for and has."""
    who = actor(request)
    household = who.household
    balance = Balance.objects.filter(account__party=household.party, account__kind=Kind.MEMBER.value).first()
    free_mcr = balance.posted_mcr - balance.held_mcr if balance else None
    return render(request, "face/home.html", {
        "balance": balance, "free_mcr": free_mcr, "requests": _requests(household, who.at_us),
        "items": _items(household, who.at_us), **work(request, who)})


def _requests(household: Household, at_us: int) -> list[Line]:
    found = seen.open_requests(household)
    if not found:
        return []
    now, page = in_force(at_us), reverse("desk:requests")
    return [Line(each.item.title if each.item and each.item.title else showing.name(now, each.good),
                 showing.stands(each), page, each.fetch_until_us) for each in found]


def _items(household: Household, at_us: int) -> list[Line]:
    held = Item.objects.filter(holder=household.party, state__in=WITH_THEM).order_by("-number")[:MOST]
    found = [*seen.things_on_the_way_in(household), *held]
    now = in_force(at_us) if found else None
    stand = showing.own_states(found)
    return [Line(showing.title(now, each), stand[each.pk], reverse("desk:thing", args=[each.label]))
            for each in found if now]


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), "dispatch")
class SignInPage(LoginView):
    """Card number and password."""

    form_class = SignIn
    template_name = "face/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(cards=cards_of_demonstration(), **more)

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        ends_sooner(self.request)
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
