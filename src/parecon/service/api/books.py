"""What programs do with the books: closings by stewards, payments by treasurers, reading by those who may see them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from parecon.service.answers import Refusal
from parecon.service.api.asked import Deciding, MonthAct, Paying, YearAct
from parecon.service.api.door import READ, WRITTEN, acts, answered, reaches_all
from parecon.service.api.telling import account_in, mcr_of, month_read, month_written
from parecon.service.api.told import Problem, Statement
from parecon.service.api.values import Month, Number
from parecon.service.clock import FIRST_YEAR
from parecon.service.desk import closing, remarks, rules, year
from parecon.service.desk.models import MonthClosed, Schedule, YearClosed
from parecon.service.desk.pages import in_force
from parecon.service.desk.pages_books import _name_seen as name_seen
from parecon.service.desk.paying import BY_MANDATE
from parecon.service.face.acting import there
from parecon.service.ledger import books
from parecon.service.ledger import store as ledger
from parecon.service.ledger.audit import verify
from parecon.service.ledger.books import credits_of
from parecon.service.ledger.models import Account
from parecon.service.people import law
from parecon.service.people.models import Member
from parecon.service.people.policy import Power

router = Router(tags=["the books"])
MOST_VERIFIED = 200_000  # entries that are read while somebody waits; more by the command `ledger_verify`
LATEST_YEAR = 9998
PURPOSES = {purpose.name.lower().replace("_", "-"): purpose for purpose in sorted(BY_MANDATE)}


class Head(Schema):
    """The end of the chain of entries: how many there are, and the hash of the last."""

    entries: int
    hash: str


class Verified(Head):
    """How far the chain was followed, and what is wrong first, if anything is."""

    whole: bool
    wrong: str


class Closings(Schema):
    """Which month is to be closed next, and which months and years are closed."""

    next_month: str
    months: list[str]
    years: list[int]


class Share(Schema):
    """What a year's end brings a household."""

    party: str
    change: str


class Preview(Schema):
    """A year's end as it would be posted now, and the mark by which it is known again."""

    year: int
    months_open: int
    result: dict[str, str]
    shares: list[Share]
    shown: str


# --- Closings -------------------------------------------------------------------------------------------------------

@router.get("/closings", response={200: Closings, **READ})
def closings(request: HttpRequest) -> Any:
    """What is closed, and what comes next."""
    in_force()
    reaches_all(request, Power.ANNOUNCE)
    return {"next_month": month_written(year.month_to_close()),
            "months": [month_written(each.month) for each in MonthClosed.objects.order_by("-month")],
            "years": [FIRST_YEAR + each.year for each in YearClosed.objects.order_by("-year")]}


@router.post("/closings/month", response=WRITTEN)
def close_month(request: HttpRequest, sent: MonthAct) -> Any:
    """Closes a month: what keeping things cost is paid."""
    in_force()
    who = reaches_all(request, Power.ANNOUNCE)
    return answered(closing.close_month([closing.CloseMonth(sent.act, month_read(sent.month))], who)[0])


@router.post("/closings/rules", response=WRITTEN)
def decide(request: HttpRequest, sent: Deciding) -> Any:
    """Puts on record what the federation has decided for the next schedule; the number is the year that begins it."""
    in_force()
    who, values = reaches_all(request, Power.ANNOUNCE), tuple(sorted(sent.rules.items()))
    answer = rules.decide([rules.Decide(sent.act, values, sent.why)], who)[0]
    if answer.reason == Refusal.BAD_FORM:
        raise HttpError(422, str(rules.wrong(values, Schedule.objects.select_related("catalogue").latest("year"))))
    return answered(answer._replace(number=FIRST_YEAR + answer.number) if answer.done else answer)


@router.get("/closings/{number}", response={200: Preview, **READ})
def preview(request: HttpRequest, number: Number) -> Any:
    """The end of a year as it would be posted now; nothing is written."""
    in_force()
    reaches_all(request, Power.ANNOUNCE)
    which = number - FIRST_YEAR
    announced = abs(which) < 2**31 and Schedule.objects.filter(year=which).exists()
    there(None if YearClosed.objects.filter(year=which).exists() or not announced else which)
    told = year.preview_year(which)
    return {"year": number, "months_open": told.months_open, "shown": told.mark,
            "result": {name.removesuffix("_mcr"): credits_of(amount)
                       for name, amount in vars(told.ended.result).items()},
            "shares": [{"party": each.party, "change": credits_of(each.total_mcr)} for each in told.shares]}


@router.post("/closings/{number}", response=WRITTEN)
def close_year(request: HttpRequest, number: Number, sent: YearAct) -> Any:
    """Closes a year exactly as its preview showed it."""
    in_force()
    who = reaches_all(request, Power.ANNOUNCE)
    which = there(number - FIRST_YEAR if number < LATEST_YEAR else None)
    return answered(closing.close_year([closing.CloseYear(sent.act, which, sent.shown)], who)[0])


# --- Payments -------------------------------------------------------------------------------------------------------

@router.post("/payments", response=WRITTEN)
def pay(request: HttpRequest, sent: Paying) -> Any:
    """A payment between society and a household, with its reason; the number is the entry's."""
    in_force()
    who = reaches_all(request, Power.PAY)
    card = law.card_read(sent.card)
    member = there(Member.objects.filter(card=card, is_active=True).first() if card else None)
    row = remarks.Give(sent.act, (member.household_id,), mcr_of(sent.credits), there(PURPOSES.get(sent.purpose)),
                       sent.why)
    return answered(remarks.give(row, who))


# --- Reading --------------------------------------------------------------------------------------------------------

@router.get("/ledger/head", response={200: Head, **READ})
def head(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja's name
    """The end of the chain, for everybody who has a token: to print in minutes or give to a sister council."""
    told = ledger.head()
    return {"entries": told.number, "hash": told.own_hash}


@router.get("/ledger/verify", response={200: Verified, **READ, 409: Problem})
def verified(request: HttpRequest) -> Any:
    """Reads the whole ledger and says whether it is whole; where it is long, a command does that instead."""
    in_force()
    reaches_all(request, Power.SEE_BOOKS)
    if ledger.head().number > MOST_VERIFIED:
        raise HttpError(409, _("The ledger is too long to be read while you wait: use the command ledger_verify."))
    told = verify()
    return {"entries": told.head.number, "hash": told.head.own_hash, "whole": not told.wrong, "wrong": told.wrong}


@router.get("/ledger/accounts/{number}", response={200: Statement, **READ})
def account(request: HttpRequest, number: Number, month: Month | None = None) -> Any:
    """Anybody's account in a month, for those whose mandate lets them see it."""
    who, found = acts(request), there(Account.objects.filter(number=number).first())
    there(name_seen(found, who))
    return account_in(found, month, who.at_us)


@router.get("/ledger/entries", response=READ, openapi_extra={"responses": {200: {
    "description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}}})
def entries(request: HttpRequest) -> Any:
    """The whole ledger as plain text that people and beancount can read, as a stream."""
    in_force()
    reaches_all(request, Power.SEE_BOOKS)
    return StreamingHttpResponse(books.export(), content_type="text/plain; charset=utf-8",
                                 headers={"Cache-Control": "no-store"})
