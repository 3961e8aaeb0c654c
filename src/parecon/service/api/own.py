"""What programs do for a household: finding, bringing, asking, its account; a clerk's for the member at the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from parecon.service.api.asked import Accepting, ActOnly, Announcing, Asking
from parecon.service.api.door import CARD, READ, WRITTEN, acts, answered, of_household
from parecon.service.api.telling import (
    account_in,
    asked,
    good_number,
    mcr_of,
    month_read,
    offer,
    place_read,
    store_at,
    things,
)
from parecon.service.api.told import Asked, Me, OwnThing, Statement, Thing, Things
from parecon.service.api.values import Code, Credits, Cursor, Grade, Label, Month, Number, Word
from parecon.service.desk import asking, intake, offers, requests, search, seen
from parecon.service.desk.models import Item, Quote
from parecon.service.desk.pages import in_force
from parecon.service.desk.search import A_PAGE, Place, Wanted
from parecon.service.face.acting import there
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.people.policy import Actor

router = Router(tags=["for a household"])
MOST_THINGS = 500


@router.get("/me", response={200: Me, **READ})
def me(request: HttpRequest) -> Any:
    """What this token is."""
    token, who = request.auth, acts(request)
    of = token.mandate
    return {"token": token.pk, "name": token.name, "household": who.household.party if of is None else None,
            "role": of and of.role, "council": of and of.council.code, "until_us": token.until_us}


# --- Finding --------------------------------------------------------------------------------------------------------

@router.get("/items", response={200: Things, **READ})
def items(request: HttpRequest, good: Code, store: Code | None = None,  # noqa: ARG001 - ninja's name
          worst_grade: Query[Grade | None] = None, least: Credits | None = None, most: Credits | None = None,
          word: Word = "", after: Cursor | None = None) -> Any:
    """Things of a kind on shelves, the newest first, a page at a time; the next page begins after `next`."""
    now = in_force()
    wanted = Wanted(good_number(now, good), None if store is None else store_at(store).pk,
                    None if worst_grade is None else worst_grade - 1,
                    None if least is None else mcr_of(least), None if most is None else mcr_of(most), word.strip())
    found = search.found(wanted, now.announced, now.month, None if after is None else Place(*place_read(after)))
    page = found[:A_PAGE]
    following = f"{page[-1].shelved_us}-{page[-1].pk}" if len(found) > A_PAGE else None
    return {"things": things(now, page), "next": following}


@router.get("/items/{label}", response={200: Thing, **READ})
def item(request: HttpRequest, label: Label) -> Any:  # noqa: ARG001 - ninja's name
    """A thing that can be had, is kept for somebody or is carried between stores."""
    return things(in_force(), [there(seen.on_show(label))])[0]


# --- Bringing -------------------------------------------------------------------------------------------------------

@router.get("/things", response={200: list[Thing], **READ}, openapi_extra=CARD)
def own_things(request: HttpRequest) -> Any:
    """What the household announced, brought or has from the exchange, the latest first, 500 at most."""
    held = Item.objects.filter(holder=of_household(request).household.party).select_related("store__council")
    return things(in_force(), list(held.order_by("-number")[:MOST_THINGS]))


@router.get("/things/{label}", response={200: OwnThing, **READ}, openapi_extra=CARD)
def own_thing(request: HttpRequest, label: Label) -> Any:
    """A thing of the household, with all offers that were made for it."""
    _who, found = _own(request, label)
    return things(in_force(), [found])[0] | {"offers": [offer(each) for each in seen.quotes_of([found])[found.pk]]}


@router.post("/things", response=WRITTEN, openapi_extra=CARD)
def announce(request: HttpRequest, sent: Announcing) -> Any:
    """Says that a thing will be brought; the number is the thing's."""
    who, now = of_household(request), in_force()
    row = intake.Announce(sent.act, who.household.pk, good_number(now, sent.good), month_read(sent.made),
                          sent.grade - 1, store_at(sent.store).pk, sent.title, sent.description)
    return answered(intake.announce([row], who)[0])


@router.post("/things/{label}/withdraw", response=WRITTEN, openapi_extra=CARD)
def withdraw(request: HttpRequest, label: Label, sent: ActOnly) -> Any:
    """The thing will not be brought."""
    who, found = _own(request, label)
    return answered(intake.withdraw([intake.Withdraw(sent.act, found.pk)], who)[0])


@router.post("/things/{label}/accept", response=WRITTEN, openapi_extra=CARD)
def accept(request: HttpRequest, label: Label, sent: Accepting) -> Any:
    """Takes the offer that was shown: the quote by its number."""
    who = of_household(request)
    quote = there(Quote.objects.filter(number=sent.quote, household=who.household, item__label=label).first())
    return answered(offers.accept([offers.Accept(sent.act, quote.pk)], who)[0])


@router.post("/things/{label}/take-back", response=WRITTEN, openapi_extra=CARD)
def take_back(request: HttpRequest, label: Label, sent: ActOnly) -> Any:
    """The household takes its thing back; that is free."""
    who, found = _own(request, label)
    return answered(intake.take_back([intake.TakeBack(sent.act, found.pk)], who)[0])


@router.post("/things/{label}/ask-again", response=WRITTEN, openapi_extra=CARD)
def ask_again(request: HttpRequest, label: Label, sent: ActOnly) -> Any:
    """Somebody else shall look at the thing again before the household answers."""
    who, found = _own(request, label)
    return answered(asking.ask_again([asking.AskAgain(sent.act, found.pk)], who)[0])


def _own(request: HttpRequest, label: str) -> tuple[Actor, Item]:
    who = of_household(request)
    return who, there(seen.own(who.household, label))


# --- Asking ---------------------------------------------------------------------------------------------------------

@router.get("/requests", response={200: list[Asked], **READ}, openapi_extra=CARD)
def own_requests(request: HttpRequest) -> Any:
    """What the household asked for: what is open, then the latest that ended."""
    now, home = in_force(), of_household(request).household
    return [asked(now, each) for each in [*seen.open_requests(home), *seen.ended_requests(home)]]


@router.post("/requests", response=WRITTEN, openapi_extra=CARD)
def ask(request: HttpRequest, sent: Asking) -> Any:
    """Asks for a thing by its label, or for any of a kind; the number is the request's."""
    who, now = of_household(request), in_force()
    store = store_at(sent.store).pk
    if sent.label is not None:
        wanted = there(_seen_by(sent.label, who))
        row = requests.Ask(sent.act, who.household.pk, wanted.good, store, wanted.pk)
    else:
        row = requests.Ask(sent.act, who.household.pk, good_number(now, sent.good or ""), store)
    return answered(requests.ask([row], who)[0])


def _seen_by(label: str, who: Actor) -> Item | None:
    """A thing that can be asked for, or that the household asked for before; what others have is not theirs to see."""
    before = Item.objects.filter(label=label, requests__household=who.household)
    return seen.on_show(label) or before.first()


@router.post("/requests/{number}/cancel", response=WRITTEN, openapi_extra=CARD)
def cancel(request: HttpRequest, number: Number, sent: ActOnly) -> Any:
    """Gives a request up; what was set aside for it is free again."""
    who = of_household(request)
    each = there(seen.own_request(who.household, number))
    return answered(requests.cancel([requests.Cancel(sent.act, each.pk)], who)[0])


@router.get("/account", response={200: Statement, **READ}, openapi_extra=CARD)
def account(request: HttpRequest, month: Month | None = None) -> Any:
    """The household's account in a month; in this one if none is said."""
    who = of_household(request)
    found = there(Account.objects.filter(party=who.household.party, kind=Kind.MEMBER).first())
    return account_in(found, month, who.at_us)
