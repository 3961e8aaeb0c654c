"""What is published for everybody, also without signing in: schedules, stores, and the year's account."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Ints
from parecon.base.postings import Amounts
from parecon.service.clock import FIRST_YEAR, begin_us
from parecon.service.desk import columns, figures, search, showing, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.forms import Described
from parecon.service.desk.models import Schedule, Store
from parecon.service.desk.pages import in_force
from parecon.service.ledger.books import credits_of

SHOWN_YEARS = (1, 3, 5)


@login_not_required
@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """Every kind of good: what a new one costs, what used ones are worth, what is taken in; and a calculator."""
    now = _year_asked(request)
    form = Described(now, request.GET) if "good" in request.GET else Described(now)
    estimate = form.estimate() if form.is_bound and form.is_valid() else None
    return render(request, "desk/schedule.html", _told(now) | {
        "form": form, "estimate": estimate, "picture": estimate and picture(now, estimate.good, estimate),
        "rows": [_row(now, good) for good in _by_name(now)], "shown_years": SHOWN_YEARS})


@login_not_required
@require_safe
def good(request: HttpRequest, code: str) -> HttpResponse:
    """One kind of good: its whole curve by age and grade, as a picture and as tables."""
    now = _year_asked(request)
    if code not in now.durables.code:
        raise Http404
    which = now.durables.code.index(code)
    kept = showing.taken_in(now, which)
    tables = [(_("What you get for one"), _by_year(now.announced.credit_mcr[which], kept)),
              (_("What the next member pays"), _by_year(now.announced.price_mcr[which], kept))]
    return render(request, "desk/good.html", _told(now) | {
        "name": showing.name(now, which), "code": code, "new_price_mcr": int(now.durables.new_price_mcr[which]),
        "life": showing.age(int(now.durables.life_months[which])), "picture": picture(now, which), "tables": tables,
        "grades": list(zip(words.GRADES[:-1], words.GRADE_HELP[:-1], strict=True)), "listed": bool(kept.any())})


@login_not_required
@require_safe
def schedule_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The whole schedule, each good, age and grade a line."""
    now = _year_asked(request)
    name = f"schedule-{FIRST_YEAR + now.schedule.year}.csv"
    return StreamingHttpResponse(_lines(now), content_type="text/csv; charset=utf-8",
                                 headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_not_required
@require_safe
def stores(request: HttpRequest) -> HttpResponse:
    """The stores: where they are, when they are open, what stands there."""
    now, counted = in_force(), search.stock()
    told = [(store, _stock_of(now, store, counted))
            for store in Store.objects.select_related("council").order_by("area")]
    together = [figures.Bar(str(store), sum(each.amount for each in rows), str(sum(each.amount for each in rows)))
                for store, rows in told]
    return render(request, "desk/stores.html", {
        "together": figures.bars(together, _("How many things stand in each store")),
        "stores": [(store, rows, figures.bars(rows, _("What stands in %(store)s") % {"store": store}))
                   for store, rows in told]})


@login_not_required
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Blank forms to print: to bring something, and to ask for something."""
    return render(request, "desk/paper.html", {
        "grades": list(zip(words.GRADES, words.GRADE_HELP, strict=True)),
        "stores": Store.objects.select_related("council").order_by("area")})


def picture(now: InForce, which: int, of: showing.Estimate | None = None) -> str:
    """The curve of a good, with a thing's place in it if there is one."""
    title = _("What a %(good)s is worth by age and condition") % {"good": showing.name(now, which)}
    point = of and figures.Point(of.age_months, of.worth_mcr, _("this one"))
    return figures.curves(now.announced.worth_mcr[which], showing.taken_in(now, which),
                          int(now.durables.life_months[which]), [str(each) for each in words.GRADES[:-1]], title, point)


def _year_asked(request: HttpRequest) -> InForce:
    """What holds now, or in another year whose schedule is announced."""
    asked, now = request.GET.get("of", ""), in_force()
    if asked in {"", str(FIRST_YEAR + now.schedule.year)}:
        return now
    known = {str(FIRST_YEAR + year): year for year in Schedule.objects.values_list("year", flat=True)}
    if asked not in known:
        raise Http404
    return columns.in_force(begin_us(known[asked] * MONTHS_A_YEAR))


def _by_year(amount_mcr: Amounts, kept: Ints) -> list[tuple[int, list[Any]]]:
    """What a table says of each whole year of age and grade, and whether such a thing is taken in."""
    ages = range(0, len(amount_mcr), MONTHS_A_YEAR)
    said = words.GRADES[:amount_mcr.shape[1]]
    return [(age // MONTHS_A_YEAR, list(zip(amount_mcr[age].tolist(), (kept[age] > 0).tolist(), said, strict=True)))
            for age in ages if amount_mcr[age].any()]


def _told(now: InForce) -> dict[str, Any]:
    years = Schedule.objects.order_by("year").values_list("year", flat=True)
    return {"year": FIRST_YEAR + now.schedule.year, "years": [FIRST_YEAR + year for year in years],
            "least_mcr": now.law["least_worth_mcr"], "least_left": showing.age(now.law["least_remaining_months"]),
            "mode": now.law["mode"]}


def _by_name(now: InForce) -> list[int]:
    return sorted(range(len(now.durables)), key=lambda good: showing.name(now, good).casefold())


def _row(now: InForce, good: int) -> dict[str, Any]:
    """A good's line: what like-new ones are worth after some years, and up to which age it is taken in at all."""
    kept = np.flatnonzero(showing.taken_in(now, good).any(axis=1))
    worth, ages = now.announced.worth_mcr[good, :, 0], len(now.announced.worth_mcr[good])
    return {"name": showing.name(now, good), "code": now.durables.code[good],
            "new_price_mcr": int(now.durables.new_price_mcr[good]),
            "worth_mcr": [int(worth[min(year * MONTHS_A_YEAR, ages - 1)]) for year in SHOWN_YEARS],
            "until": showing.age(int(kept[-1])) if len(kept) else None}


def _lines(now: InForce) -> Iterator[str]:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["good", "age_months", "grade", "worth_credits", "member_gets_credits", "next_pays_credits",
                     "taken_in"])
    for good, code in enumerate(now.durables.code):
        kept = showing.taken_in(now, good)
        for months in range(int(now.durables.life_months[good])):
            for grade in range(kept.shape[1]):
                amounts = [credits_of(int(table[good, months, grade])) for table in (
                    now.announced.worth_mcr, now.announced.credit_mcr, now.announced.price_mcr)]
                writer.writerow([code, months, grade + 1, *amounts, "yes" if kept[months, grade] else "no"])
        yield written.getvalue()
        written.seek(0)
        written.truncate()


def _stock_of(now: InForce, store: Store, counted: dict[tuple[int, int], int]) -> list[figures.Bar]:
    rows = [(showing.name(now, good), counted.get((store.pk, good), 0)) for good in range(len(now.durables))]
    return [figures.Bar(name, count, str(count)) for name, count in sorted(rows, key=lambda row: (-row[1], row[0]))
            if count]
