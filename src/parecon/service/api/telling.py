"""How things, requests and accounts are told to programs: codes and exact numbers where pages have words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.acts import SENTENCES, Refusal
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.clock import FIRST_YEAR, begin_us, month_of
from parecon.service.desk import columns, showing, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Item, Quote, Request, Store
from parecon.service.ledger import books
from parecon.service.ledger.books import credits_of
from parecon.service.ledger.models import Account, Balance
from parecon.service.ledger.store import LARGEST_NUMBER

LATEST_YEAR = 9998


def month_written(month: int) -> str:
    """A month as programs read it.

    >>> month_written(25), month_read("2002-02")
    ('2002-02', 25)
    """
    year, rest = divmod(month, MONTHS_A_YEAR)
    return f"{FIRST_YEAR + year:04}-{rest + 1:02}"


def month_read(written: str) -> int:
    """The month that was written as 2002-02."""
    year, _dash, month = written.partition("-")
    return (int(year) - FIRST_YEAR) * MONTHS_A_YEAR + int(month) - 1


def mcr_of(credits_written: str) -> int:
    """Credits as they are written, in whole milli-credits, exactly.

    >>> mcr_of("12.5"), mcr_of("-0.007")
    (12500, -7)
    """
    whole, _point, rest = credits_written.lstrip("-").partition(".")
    amount = int(whole) * 1000 + int(rest.ljust(3, "0"))
    return -amount if credits_written.startswith("-") else amount


def good_number(now: InForce, code: str) -> int:
    """A good of the catalogue, by its code; 404 where there is none."""
    if code not in now.durables.code:
        raise Http404
    return now.durables.code.index(code)


def store_at(code: str) -> Store:
    """A store, by the code of its council; 404 where there is none."""
    found = Store.objects.select_related("council").filter(council__code=code).first()
    if found is None:
        raise Http404
    return found


def things(now: InForce, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Things at the prices of the schedule in force."""
    prices: list[int] = columns.of(now, now.announced.price_mcr, items).tolist() if items else []
    return [{
        "label": item.label, "number": item.pk, "good": now.durables.code[item.good],
        "title": showing.title(now, item), "description": item.description, "made": month_written(item.made_month),
        "grade": None if item.grade is None else item.grade + 1, "state": State(item.state).name.lower(),
        "store": item.store.council.code if item.store else None, "price": credits_of(price),
        "shelved_us": item.shelved_us} for item, price in zip(items, prices, strict=True)]


def offer(quote: Quote) -> dict[str, Any]:
    """What is offered for a thing."""
    reason = Refusal(quote.reason)
    return {"quote": quote.pk, "kind": quote.kind, "grade": quote.grade + 1, "credits": credits_of(quote.credit_mcr),
            "reason": reason.name.lower().replace("_", "-"), "sentence": gettext(SENTENCES[reason]),
            "until": month_written(quote.until_month), "accepted": quote.accepted_us is not None}


def asked(now: InForce, each: Request) -> dict[str, Any]:
    """A request of a household, or one that is kept at a desk."""
    thing = each.item or each.wanted
    return {"number": each.pk, "good": now.durables.code[thing.good if thing else each.good],
            "label": thing.label if thing else None, "store": each.store.council.code,
            "state": RequestState(each.state).name.lower(), "fetch_until_us": each.fetch_until_us,
            "price": None if each.price_mcr is None else credits_of(each.price_mcr)}


def account_in(account: Account, month: str | None, at_us: int) -> dict[str, Any]:
    """An account in a month, this one if none is said."""
    which = month_of(at_us) if month is None else month_read(month)
    if not 0 <= which < (LATEST_YEAR - FIRST_YEAR) * MONTHS_A_YEAR:
        raise Http404
    told, stands = books.statement(account.number, begin_us(which), begin_us(which + 1)), Balance.objects.get(
        account=account)
    return {"account": account.number, "month": month_written(which), "before": credits_of(told.before_mcr),
            "after": credits_of(told.after_mcr), "posted": credits_of(stands.posted_mcr),
            "held": credits_of(stands.held_mcr), "lines": [{
                "entry": line.entry.number, "at_us": line.entry.made_at_us,
                "purpose": words.purpose_name(line.entry.purpose), "change": credits_of(line.change_mcr),
                "after": credits_of(line.after_mcr)} for line in told.lines]}


def place_read(cursor: str) -> tuple[int, int]:
    """Where a page ended, kept within what a database can compare."""
    first, _dash, second = cursor.partition("-")
    return min(int(first), LARGEST_NUMBER), min(int(second), LARGEST_NUMBER)
