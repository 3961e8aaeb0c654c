"""Files of rows for programs: sent in to be checked or posted, and taken out."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import File, Form, Router, Schema, Status, UploadedFile
from ninja.errors import HttpError
from pydantic import StringConstraints

from parecon.base.errors import BadInput
from parecon.service.api import out
from parecon.service.api.batches import Checked, checked, kept, posted
from parecon.service.api.door import CARD, READ, acts, of_household, reaches_all, said, with_power
from parecon.service.api.kinds import KINDS
from parecon.service.api.models import Batch
from parecon.service.api.values import Code, Month
from parecon.service.desk import seen
from parecon.service.desk.pages import in_force
from parecon.service.face.acting import there
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.people.policy import Power

router = Router(tags=["files of rows"])
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
AS_FILE = {"responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}}


class Row(Schema):
    """What a row of a file comes to; its reason is missing where it cannot be read."""

    line: int
    done: bool
    again: bool
    reason: str | None
    sentence: str
    number: int


class Rows(Schema):
    """What all rows come to, and the mark with which exactly that can be posted."""

    to_post: int
    done_before: int
    refused: int
    unreadable: int
    shown: str
    rows: list[Row]


class Posted(Schema):
    """What became of a file: how many rows were posted now."""

    done: bool
    again: bool
    reason: str
    sentence: str
    number: int
    rows: list[Row]


@router.post("/batches/{kind}/check", response={200: Rows, **READ})
def check(request: HttpRequest, kind: Code, file: File[UploadedFile]) -> Any:
    """What each row of a file would come to; nothing is posted."""
    found = checked(_kept(request, kind, file), acts(request))
    return {"to_post": found.to_post, "done_before": found.done_before, "refused": found.refused,
            "unreadable": found.unreadable, "shown": found.mark, "rows": _rows(found)}


@router.post("/batches/{kind}", response={200: Posted, **READ, 409: Posted})
def post(request: HttpRequest, kind: Code, file: File[UploadedFile], shown: Form[Mark]) -> Any:
    """Posts a file whose check gave this mark, once: sent again it does nothing twice."""
    answer, found = posted(_kept(request, kind, file), shown, acts(request))
    return Status(200 if answer.done else 409, said(answer) | {"rows": _rows(found) if found else []})


def _kept(request: HttpRequest, kind: str, file: UploadedFile) -> Batch:
    if kind not in KINDS:
        raise Http404
    in_force()
    who = with_power(request, KINDS[kind].power)
    try:
        return kept(kind, file.file, who)
    except BadInput as bad:
        raise HttpError(422, str(bad)) from bad


def _rows(found: Checked) -> list[dict[str, Any]]:
    return [(said(row.answer) if row.answer else {"done": False, "again": False, "reason": None, "number": 0}) |
            {"line": row.line, "sentence": row.sentence} for row in found.rows]


# --- Taken out ------------------------------------------------------------------------------------------------------

@router.get("/files/statement.csv", response=READ, openapi_extra=AS_FILE | CARD)
def statement(request: HttpRequest, month: Month | None = None) -> Any:
    """The household's account in a month."""
    who = of_household(request)
    found = there(Account.objects.filter(party=who.household.party, kind=Kind.MEMBER).first())
    return out.statement(found, month, who.at_us)


@router.get("/files/things.csv", response=READ, openapi_extra=AS_FILE | CARD)
def things(request: HttpRequest) -> Any:
    """What the household announced, brought or got."""
    return out.own_things(of_household(request).household.party, in_force())


@router.get("/files/items.csv", response=READ, openapi_extra=AS_FILE)
def items(request: HttpRequest) -> Any:
    """All things at the clerk's stores."""
    return out.items(seen.desks(with_power(request, Power.SERVE_AT_DESK)), in_force())


@router.get("/files/households.csv", response=READ, openapi_extra=AS_FILE)
def households(request: HttpRequest) -> Any:
    """The households that the organiser's mandate reaches."""
    return out.households(with_power(request, Power.ARRANGE_PEOPLE))


@router.get("/files/entries.csv", response=READ, openapi_extra=AS_FILE)
def entries(request: HttpRequest) -> Any:
    """All entries of the ledger, for those who may see all of the books."""
    in_force()
    reaches_all(request, Power.SEE_BOOKS)
    return out.entries()
