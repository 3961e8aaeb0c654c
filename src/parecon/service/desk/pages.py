"""What all pages of the desk share: what is in force, who acts, and what is not there or not theirs to see."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parecon.service.answers import Answer
from parecon.service.clock import date_of, now_us
from parecon.service.desk import columns
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Schedule, Store
from parecon.service.face.forms import ActForm
from parecon.service.people.policy import Actor, home
from parecon.service.people.session import actor

__all__ = ["actor", "at_home", "in_force", "pressed"]


def in_force() -> InForce:
    """What holds now; where no federation is founded yet there is no page."""
    try:
        return columns.in_force(now_us())
    except Schedule.DoesNotExist:
        raise Http404 from None


def at_home(who: Actor) -> Store | None:
    """The store of the council to which the household belongs, if it keeps one."""
    return Store.objects.select_related("council").filter(council=home(who.household.pk, date_of(who.at_us))).first()


def pressed(request: HttpRequest, command: Callable[[str], Answer], said: str, to: str,
            refused: str | None = None) -> HttpResponse:
    """A button's act, by the name that its form carries: done and said so, or why not; then the page that follows."""
    form = ActForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not one of ours; please begin with a new one."))
        return redirect(refused or to)
    answer = command(form.cleaned_data["act"])
    if not answer.done:
        messages.error(request, _(answer.sentence))
        return redirect(refused or to)
    messages.success(request, _("This was already done: nothing happened twice.") if answer.again else said)
    return redirect(to)
