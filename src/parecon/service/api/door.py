"""The door of the interface: who comes in by which token, what each token reaches, and how every answer is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from parecon.service.answers import Answer, Refusal
from parecon.service.api.models import Token
from parecon.service.api.tokens import actor_of
from parecon.service.api.told import Done, Problem
from parecon.service.clock import now_us
from parecon.service.ledger.law import Refusal as OfLedger
from parecon.service.people import law, policy
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor, Power, at_desk, reach

REFUSALS = {Refusal.NOT_ALLOWED: 403, Refusal.NO_SUCH_THING: 404, Refusal.BAD_FORM: 422,
            Refusal.NO_PICTURE: 422, OfLedger.BAD_NAME: 422,
            OfLedger.NOT_AN_AMOUNT: 422}
READ: dict[Any, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem}
WRITTEN: dict[Any, Any] = {200: Done, 401: Problem, 403: Done | Problem, 404: Done | Problem, 409: Done,
                           422: Done | Problem}
OPEN: dict[Any, Any] = {404: Problem, 422: Problem}
CARD = {"parameters": [{
    "in": "header", "name": "Card", "required": False, "schema": {"type": "string", "maxLength": 12},
    "description": "With a clerk's token: the card of the member who is at the desk, for whom it is done."}]}


class ByToken(HttpBearer):
    """Lets programs in that show a token in the header: `Authorization: Bearer parecon_...`. Cookies open nothing."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """The token, with who acts by it kept for this request."""
        found = actor_of(token, now_us())
        if found is None:
            return None
        vars(request)["parecon_by_token"] = found[0]
        return found[1]


class Interface(NinjaAPI):
    """The interface, whose answers nobody keeps on the way: each is for whoever asked."""

    def create_response(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = super().create_response(request, *args, **more)
        response.setdefault("Cache-Control", "no-store")
        return response


api = Interface(title="parecon", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json",
                auth=ByToken(), description="The same acts as on the pages, by the same law, for programs.")


# --- Who acts -------------------------------------------------------------------------------------------------------

def acts(request: HttpRequest) -> Actor:
    """Who acts by the token of this request."""
    found: Actor = vars(request)["parecon_by_token"]
    return found


def of_household(request: HttpRequest) -> Actor:
    """Who acts for a household: by a token for it, or a clerk for the member whose card lies on the desk."""
    who = acts(request)
    if "Card" in request.headers:
        return _at_desk(who, request.headers["Card"])
    if not who.for_household:
        raise HttpError(403, _("This token acts by a mandate. Say in the header Card for which member it is done."))
    return who


def _at_desk(clerk: Actor, typed: str) -> Actor:
    card = law.card_read(typed)
    found = Member.objects.select_related("household").filter(card=card, is_active=True).first() if card else None
    if found is None or at_desk(clerk, found):
        raise HttpError(404, _("Nobody with this card belongs to a council that this desk serves."))
    return Actor(clerk.member, clerk.at_us, found, clerk.by_mandates, clerk.for_household)


def with_power(request: HttpRequest, power: Power) -> Actor:
    """Who acts by a mandate that allows something somewhere; where exactly, commands ask again."""
    who = acts(request)
    if not reach(who, power):
        raise HttpError(403, _("This needs a token for a mandate: %(power)s.") % {"power": _(power.value)})
    return who


def reaches_all(request: HttpRequest, power: Power) -> Actor:
    """Who acts by a mandate of the whole federation."""
    from parecon.service.desk.columns import federation

    who = with_power(request, power)
    if not policy.may(who, power, federation().council):
        raise HttpError(403, _("This needs a mandate of the whole federation."))
    return who


# --- What is answered -----------------------------------------------------------------------------------------------

def answered(answer: Answer) -> Status[Any]:
    """What came of an act, with the status that says it to programs."""
    status = 200 if answer.done else REFUSALS.get(answer.reason, 409)
    return Status(status, said(answer))


def said(answer: Answer) -> dict[str, Any]:
    """What came of an act, as data and as a sentence."""
    return {"done": answer.done, "again": answer.again, "reason": answer.reason.name.lower().replace("_", "-"),
            "sentence": _(answer.sentence), "number": answer.number}


def _problem(status: int, sentence: Callable[[Any], str]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: api.create_response(request, {"sentence": sentence(error)}, status=status)


def unreadable(error: ValidationError) -> str:
    """The first thing in a request that cannot be read: where it stands, and what is wrong with it."""
    first: dict[str, Any] = (error.errors or [{}])[0]
    where = ".".join(str(part) for part in _place(first.get("loc", ())))
    return _("%(where)s cannot be read: %(what)s") % {"where": where or _("the request"), "what": first.get("msg", "")}


def _place(where: Sequence[Any]) -> Sequence[Any]:
    """Without the names that only the program has for it."""
    return [part for part in where[1:] if part != "sent"] or where[:1]


api.add_exception_handler(ValidationError, _problem(422, unreadable))
api.add_exception_handler(Http404, _problem(404, lambda _error: _(
    "There is no such thing, or it is not yours to see.")))
api.add_exception_handler(AuthenticationError, _problem(401, lambda _error: _(
    "This needs a token that is good: made on the page of your tokens, not over, not revoked, its mandate in force.")))
api.add_exception_handler(RequestDataTooBig, _problem(413, lambda _error: _("This is larger than anything read here.")))
for _unreadable in (SuspiciousOperation, MultiPartParserError):
    api.add_exception_handler(_unreadable, _problem(422, lambda _error: _("What was sent cannot be read.")))


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    """A request that is refused before any act; one that cannot be read at all is as one with a wrong value."""
    if error.status_code == 400:  # ninja's own: no JSON
        return api.create_response(request, {"sentence": _("What was sent cannot be read.")}, status=422)
    return api.create_response(request, {"sentence": str(error)}, status=error.status_code)
