"""Months and years of the exchange: the stewards' closings, and the account of a year for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.parameters import Law
from parecon.base.postings import MCR_A_CREDIT
from parecon.secondhand.settlement import Result
from parecon.service.clock import FIRST_YEAR, begin_us
from parecon.service.desk import closing, columns, figures, rules, showing, year
from parecon.service.desk.models import MonthClosed, Schedule, YearClosed
from parecon.service.desk.pages import actor, in_force, pressed
from parecon.service.desk.rules_told import RULES, told
from parecon.service.desk.templatetags.desk import amount
from parecon.service.face.acting import there
from parecon.service.face.forms import ActForm
from parecon.service.people.policy import Actor, Power, may

A_LIST, SHARES = 12, 200


def steward(request: HttpRequest) -> Actor:
    """Whoever is signed in, if they may announce and close; no page for all others."""
    who = actor(request)
    if not may(who, Power.ANNOUNCE, columns.federation().council):
        raise Http404
    return who


def next_to_close(at_us: int) -> dict[str, Any]:
    """The month to close next, whether it is over, and whether the year before it must be closed first."""
    month = year.month_to_close()
    return {"month": month, "is_over": begin_us(month + 1) <= at_us,
            "year_first": not Schedule.objects.filter(year__gte=month // MONTHS_A_YEAR).exists()}


@require_safe
def closings(request: HttpRequest) -> HttpResponse:
    """What is closed, what is to be closed next, and what is announced."""
    in_force()
    who = steward(request)
    closed = set(YearClosed.objects.values_list("year", flat=True))
    announced = list(Schedule.objects.order_by("-year"))
    return render(request, "desk/closings.html", {
        **next_to_close(who.at_us), "form": ActForm(),
        "months": list(MonthClosed.objects.order_by("-month")[:A_LIST]),
        "open": [FIRST_YEAR + each.year for each in reversed(announced) if each.year not in closed],
        "closed": [FIRST_YEAR + each for each in sorted(closed, reverse=True)],
        "announced": [(FIRST_YEAR + each.year, each.announced_us) for each in announced]})


@require_POST
def close_month(request: HttpRequest) -> HttpResponse:
    """Closes the month that the page showed."""
    who, written = steward(request), request.POST.get("month", "")
    month = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else -1
    return pressed(request, lambda act: closing.close_month([closing.CloseMonth(act, month)], who)[0],
                   _("The month is closed: its costs are paid, and what was wanted and brought is noted."),
                   reverse("desk:closings"))


@require_http_methods(["GET", "HEAD", "POST"])
def close_year(request: HttpRequest, number: int) -> HttpResponse:
    """The end of a year as it would be posted now; then, confirmed, posted once, exactly as it was shown."""
    who, which = steward(request), number - FIRST_YEAR
    if request.method == "POST":
        return pressed(request, lambda act: closing.close_year(
            [closing.CloseYear(act, which, request.POST.get("shown", "")[:64])], who)[0],
            _("The year is closed, everybody's share is posted, and next year's schedule is announced."),
            reverse("desk:year", args=[number]), refused=reverse("desk:close-year", args=[number]))
    if YearClosed.objects.filter(year=which).exists() or not Schedule.objects.filter(year=which).exists():
        raise Http404
    preview, now = year.preview_year(which), in_force()
    law = rules.law_of(Schedule.objects.get(year=which))
    name = showing.households(each.party for each in preview.shares[:SHARES])
    return render(request, "desk/close_year.html", _of(preview.ended.result) | {
        "year": number, "preview": preview, "form": ActForm(), "households": len(preview.ended.share_mcr),
        "shares": [(name[each.party], each) for each in preview.shares[:SHARES]],
        "more": max(0, len(preview.shares) - SHARES), "left_mcr": abs(preview.ended.left_mcr),
        "is_loss": preview.ended.left_mcr < 0,
        "shared": sorted({abs(each) for each in preview.ended.share_mcr.tolist()}) or [0],
        "goods": [(showing.words.good_name(code, code), wanted, offered, number_format(before, 3),
                   number_format(after, 3))
                  for code, wanted, offered, before, after in zip(
                      preview.code, *(each.tolist() for each in (preview.ended.wanted, preview.ended.offered)),
                      preview.index, preview.ended.index.tolist(), strict=True)],
        "others": _others(law, preview.next_law), "settles": now.law["mode"] != "guaranteed"})


def _others(law: Law, following: Law) -> list[tuple[Any, str, str]]:
    """The rules that are others from the next schedule on: what each is called, was and will be."""
    return [(RULES[name].name, told(name, law[name]), told(name, following[name])) for name in rules.VOTED
            if law[name] != following[name]]


@login_not_required
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """The accounts of all closed years, for everybody."""
    closed = [(FIRST_YEAR + each.year, Result(**each.result), each) for each in YearClosed.objects.order_by("-year")]
    return render(request, "desk/years.html", {"years": closed})


@login_not_required
@require_safe
def account_of_year(request: HttpRequest, number: int) -> HttpResponse:
    """The exchange's account of a year: its result by its parts, and how it was shared."""
    closed = there(YearClosed.objects.filter(year=number - FIRST_YEAR).first() if 0 < number < 30_000 else None)
    least, most = ((each * closed.shared_mcr) // max(closed.households, 1) * each for each in (1, -1))
    return render(request, "desk/year.html", _of(Result(**closed.result)) | {
        "year": number, "closed": closed, "left_mcr": abs(closed.shared_mcr),
        "shared": sorted({abs(least), abs(most)})})


def _of(result: Result) -> dict[str, Any]:
    """A result by its parts, as rows and as a picture."""
    parts = [(_("Paid for used things"), result.paid_mcr),
             (_("Credited for things handed in"), -result.credited_mcr),
             (_("Inspecting"), -result.inspection_mcr), (_("Keeping on shelves"), -result.holding_mcr),
             (_("Carrying between stores"), -result.transport_mcr),
             (_("Shelves: worth more, or less"), result.shelves_change_mcr)]
    bars = [figures.Bar(label, mcr, amount(mcr)) for label, mcr in parts]
    total = figures.Bar(_("Left for all"), result.total_mcr, amount(result.total_mcr))
    return {"parts": parts, "result": result, "unit": MCR_A_CREDIT,
            "picture": figures.waterfall(bars, total, _("What made the year's result, in credits"))}
