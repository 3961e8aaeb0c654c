"""What programs may read without a token, as everybody may read the pages: the schedule, estimates, stores."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router

from parecon.service.api.door import OPEN
from parecon.service.api.telling import good_number, month_read, month_written
from parecon.service.api.told import Estimated, Good, Goods, RulesToldOf, Shelf
from parecon.service.api.values import Code, Grade, Month
from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import rules, search, showing
from parecon.service.desk.models import Schedule, Store
from parecon.service.desk.offers import OLDEST_MONTHS
from parecon.service.desk.pages import in_force
from parecon.service.ledger.books import credits_of

router = Router(auth=None, tags=["for everybody"])


@router.get("/schedule", response={200: Goods, **OPEN})
def schedule(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja's name
    """This year's schedule: its mode and the codes of its kinds of goods."""
    now = in_force()
    return {"year": FIRST_YEAR + now.schedule.year, "mode": now.law["mode"], "goods": list(now.durables.code)}


@router.get("/schedule/{good}", response={200: Good, **OPEN})
def good(request: HttpRequest, good: Code) -> Any:  # noqa: ARG001 - ninja's name
    """A kind of good: each row of the tables an age in months, each column a grade."""
    now = in_force()
    which = good_number(now, good)
    life = int(now.durables.life_months[which])
    tables = [[[credits_of(amount) for amount in row] for row in table[which, :life].tolist()] for table in (
        now.announced.worth_mcr, now.announced.credit_mcr, now.announced.price_mcr)]
    return {"code": good, "name": showing.name(now, which), "life_months": life,
            "new_price": credits_of(int(now.durables.new_price_mcr[which])), "worth": tables[0], "gets": tables[1],
            "pays": tables[2], "taken_in": (showing.taken_in(now, which)[:life] > 0).tolist()}


@router.get("/rules", response={200: RulesToldOf, **OPEN})
def rules_told(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja's name
    """The rules of the exchange: those of this year, and those that the next schedule will be announced under."""
    now, last = in_force(), Schedule.objects.select_related("catalogue").latest("year")
    following = rules.law_after(last)
    return {"year": FIRST_YEAR + now.schedule.year, "rules": {name: now.law[name] for name in rules.VOTED},
            "next_year": FIRST_YEAR + last.year + 1, "next_rules": {name: following[name] for name in rules.VOTED}}


@router.get("/estimate", response={200: Estimated, **OPEN})
def estimate(request: HttpRequest, good: Code, made: Month, grade: Query[Grade]) -> Any:  # noqa: ARG001 - ninja's name
    """What the schedule says of one thing, by what is said of it. It promises nothing."""
    now, month = in_force(), month_read(made)
    if not now.month - OLDEST_MONTHS <= month <= now.month:
        raise Http404
    told = showing.estimate(now, good_number(now, good), month, grade - 1)
    return {"good": good, "age_months": told.age_months, "grade": grade, "worth": credits_of(told.worth_mcr),
            "new_price": credits_of(told.new_price_mcr), "gets": credits_of(told.credit_mcr),
            "pays": credits_of(told.price_mcr), "taken_in": told.reason == 0, "sentence": gettext(told.sentence),
            "until": month_written(told.until_month)}


@router.get("/stores", response={200: list[Shelf], **OPEN})
def stores(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja's name
    """The stores, where they are, when they are open, and what stands there."""
    now, counted = in_force(), search.stock()
    return [{"code": store.council.code, "name": store.council.name, "address": store.address, "hours": store.hours,
             "stock": {code: counted[store.pk, row] for row, code in enumerate(now.durables.code)
                       if counted.get((store.pk, row))}}
            for store in Store.objects.select_related("council").order_by("area")]
