"""The rules of the exchange for everybody to read, and the stewards' page for what the federation decides anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import rules
from parecon.service.desk.forms_rules import Rules
from parecon.service.desk.models import Decision, Schedule
from parecon.service.desk.pages import in_force
from parecon.service.desk.pages_closing import steward
from parecon.service.desk.rules_told import RULES, told
from parecon.service.face.acting import done

A_LIST = 50


@login_not_required
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Every rule that can be decided: what it is now, what it will be, and what was decided when, and why."""
    now, last = in_force(), _last()
    following = rules.law_after(last)
    decisions = list(Decision.objects.order_by("-number")[:A_LIST])
    return render(request, "desk/rules.html", {
        "year": FIRST_YEAR + now.schedule.year, "next_year": FIRST_YEAR + last.year + 1,
        "rows": [(RULES[name], told(name, now.law[name]), told(name, following[name])) for name in rules.VOTED],
        "decisions": [(each, FIRST_YEAR + each.year, RULES[each.name].name, told(each.name, each.value))
                      for each in decisions],
        "replaced": _replaced(decisions)})


def _replaced(decisions: Sequence[Decision]) -> set[int]:
    """The numbers of decisions, the latest first, after which another came for the same rule and the same year."""
    last = {(each.name, each.year): each.pk for each in reversed(decisions)}
    return {each.pk for each in decisions} - set(last.values())


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """What the federation has decided is put on record, and holds from the next schedule on."""
    now, who, last = in_force(), steward(request), _last()
    form = Rules(request.POST or None, now.law, last)
    if request.method == "POST" and form.is_valid():
        row = rules.Decide(form.cleaned_data["act"], form.decided(), form.cleaned_data["why"])
        to = done(request, form, rules.decide([row], who)[0],
                  _("It is on record and holds from the next schedule on."), reverse("desk:rules"))
        if to is not None:
            return to
    return render(request, "desk/decide.html", {"form": form, "next_year": FIRST_YEAR + last.year + 1})


def _last() -> Schedule:
    return Schedule.objects.select_related("catalogue").latest("year")
