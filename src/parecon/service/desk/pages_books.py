"""The books as members and auditors read them: statements of accounts month by month, and the end of the chain."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parecon.base.clock import MONTHS_A_YEAR
from parecon.service.clock import FIRST_YEAR, begin_us, date_of, month_of
from parecon.service.desk import columns, showing, words
from parecon.service.desk.models import Federation
from parecon.service.desk.pages import actor
from parecon.service.face.acting import there
from parecon.service.face.forms import ActForm
from parecon.service.ledger import books
from parecon.service.ledger import store as ledger
from parecon.service.ledger.audit import verify
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account, Balance
from parecon.service.people import law
from parecon.service.people.models import Household, Member
from parecon.service.people.policy import Actor, Power, home, may, reach
from parecon.service.people.seen import lived_in

LATEST_YEAR, A_LIST = 9998, 30


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """The household's own account, a month at a time."""
    who = actor(request)
    account = there(Account.objects.filter(party=who.household.party, kind=Kind.MEMBER).first())
    return _statement(request, account, who, showing.households([account.party])[account.party])


@require_safe
def account(request: HttpRequest, number: int) -> HttpResponse:
    """Anybody's account, for those whose mandate lets them see the books."""
    who = actor(request)
    found = there(Account.objects.filter(number=number).first() if number < 2**63 else None)
    return _statement(request, found, who, there(_name_seen(found, who)))


def _name_seen(found: Account, who: Actor) -> str | None:
    """Whose account it is, if the actor may see it: households' where they live, all others with the federation's."""
    if found.kind != Kind.MEMBER:
        of = Federation.objects.select_related("council").first()
        return _(Kind(found.kind).name.lower()) if of and may(who, Power.SEE_BOOKS, of.council) else None
    household = Household.objects.filter(party=found.party).first()
    lives = household and home(household.pk, date_of(who.at_us))
    return showing.households([found.party])[found.party] if lives and may(who, Power.SEE_BOOKS, lives) else None


def _statement(request: HttpRequest, found: Account, who: Actor, name: str) -> HttpResponse:
    month = _month_asked(request, who)
    told = books.statement(found.number, begin_us(month), begin_us(month + 1))
    stands = Balance.objects.get(account=found)
    return render(request, "desk/statement.html", {
        "name": name, "account": found, "month": month, "told": told, "stands": stands,
        "free_mcr": stands.posted_mcr - stands.held_mcr, "before": _written(month - 1),
        "after": _written(month + 1) if month < month_of(who.at_us) else "",
        "lines": [(line, words.purpose_name(line.entry.purpose)) for line in told.lines]})


def _month_asked(request: HttpRequest, who: Actor) -> int:
    """The month in the address, as 2027-03; this one where there is none that can be."""
    year, _dash, month = request.GET.get("month", "").partition("-")
    known = all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (year, month))
    if known and FIRST_YEAR <= int(year) <= LATEST_YEAR and 1 <= int(month) <= MONTHS_A_YEAR:
        return (int(year) - FIRST_YEAR) * MONTHS_A_YEAR + int(month) - 1
    return month_of(who.at_us)


def _written(month: int) -> str:
    year, rest = divmod(month, MONTHS_A_YEAR)
    return f"{FIRST_YEAR + year}-{rest + 1:02}" if month >= 0 else ""


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Finds an account by a name or a card, and shows the end of the chain and the federation's own accounts."""
    who = actor(request)
    reached = reach(who, Power.SEE_BOOKS)
    there(reached or None)
    of, typed = columns.federation(), request.GET.get("typed", "").replace("\0", "").strip()[:60]
    lives = lived_in(date_of(who.at_us)).filter(council__in=reached).values("household")
    named = Q(name__icontains=typed) | Q(card=law.card_read(typed) or "")
    found = Member.objects.filter(named, household__in=lives).select_related("household").order_by("name", "number")
    people = list(found[:A_LIST]) if typed else []
    number = columns.accounts([each.household.party for each in people])
    return render(request, "desk/accounts.html", {
        "typed": typed, "people": [(each, number.get(each.household.party)) for each in people],
        "own": [(of.society_account, _("society")), (of.exchange_account, _("the exchange"))]
        if of.council_id in reached else [], "verifies": of.council_id in reached, "form": ActForm()})


@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The end of the chain of entries, to print in minutes or give to a sister council."""
    return render(request, "desk/head.html", {"head": ledger.head(), "at_us": actor(request).at_us})


@require_POST
def verified(request: HttpRequest) -> HttpResponse:
    """Reads the whole ledger, for those who may see all of the books, and says whether it is whole."""
    who = actor(request)
    if not may(who, Power.SEE_BOOKS, columns.federation().council):
        raise Http404
    verdict: Any = verify()
    if verdict.wrong:
        messages.error(request, _("The ledger is not whole: %(wrong)s") % {"wrong": verdict.wrong})
    else:
        messages.success(request, _("The ledger is whole: all %(count)s entries.") % {"count": verdict.head.number})
    return redirect("desk:accounts")
