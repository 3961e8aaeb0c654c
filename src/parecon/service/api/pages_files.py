"""Pages of files: what can be sent and taken out, each file looked at row by row before anything is posted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parecon.base.errors import BadInput
from parecon.service.api import batches, out
from parecon.service.api.forms import Sending
from parecon.service.api.kinds import KINDS
from parecon.service.api.models import Batch
from parecon.service.desk import columns, seen
from parecon.service.desk.pages import actor, in_force
from parecon.service.face.acting import there
from parecon.service.face.forms import ActForm
from parecon.service.ledger.law import Kind
from parecon.service.ledger.models import Account
from parecon.service.ledger.store import LARGEST_NUMBER
from parecon.service.people.policy import Actor, Power, may, reach

MOST_SHOWN = 100  # rows of each kind of answer


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """What somebody may send, and what they may take out."""
    who = actor(request)
    return render(request, "api/files.html", {
        "kinds": [(name, kind) for name, kind in KINDS.items() if reach(who, kind.power)],
        "at_desk": bool(reach(who, Power.SERVE_AT_DESK)), "organises": bool(reach(who, Power.ARRANGE_PEOPLE)),
        "sees": _sees_all(who)})


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, kind: str) -> HttpResponse:
    """A file is chosen, read, and kept until it is confirmed."""
    who, of = _allowed(request, kind)
    form = Sending(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = batches.kept(kind, form.cleaned_data["file"], who)
        except BadInput as bad:
            form.add_error("file", _("This file cannot be read. %(place)s: found %(found)s; expected is %(expected)s.")
                           % {"place": bad.place.capitalize(), "found": bad.found[:80], "expected": bad.expected})
        else:
            return redirect("programs:batch", batch.pk)
    return render(request, "api/send.html", {"form": form, "kind": of})


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """What each row of a file comes to; confirmed, all that can be done is done, once."""
    who = actor(request)
    kept = there(Batch.objects.filter(pk=min(number, LARGEST_NUMBER), member=who.member).first())
    _allowed(request, kept.kind)
    if request.method == "POST":
        answer, _found = batches.posted(kept, request.POST.get("shown", "")[:64], who)
        if answer.done:
            messages.success(request, _("This was already done: nothing happened twice.") if answer.again else
                             _("The rows are posted."))
        else:
            messages.error(request, _(answer.sentence))
        return redirect("programs:batch", kept.pk)
    found = None if kept.posted_us is not None else batches.checked(kept, who)
    return render(request, "api/batch.html", {"batch": kept, "kind": KINDS[kept.kind], "found": found,
                                              "form": ActForm()} | (_shown(found) if found else {}))


def _shown(found: batches.Checked) -> dict[str, Any]:
    """The rows that a page shows: all that go wrong first, then those that will be done."""
    wrong = [row for row in found.rows if row.answer is None or not row.answer.done]
    fine = [row for row in found.rows if row.answer is not None and row.answer.done]
    return {"wrong": wrong[:MOST_SHOWN], "fine": fine[:MOST_SHOWN], "more": len(found.rows) - len(
        wrong[:MOST_SHOWN]) - len(fine[:MOST_SHOWN])}


def _allowed(request: HttpRequest, kind: str) -> tuple[Actor, Any]:
    """Whoever is signed in, if files of this kind are theirs to send; no page for all others."""
    who = actor(request)
    if kind not in KINDS or not reach(who, KINDS[kind].power):
        raise Http404
    in_force()
    return who, KINDS[kind]


# --- Taken out ------------------------------------------------------------------------------------------------------

@require_safe
def statement(request: HttpRequest) -> StreamingHttpResponse:
    """The household's account in this month, or in the one that is asked for, as 2027-03."""
    who, month = actor(request), request.GET.get("month", "")
    account = there(Account.objects.filter(party=who.household.party, kind=Kind.MEMBER).first())
    written = len(month) == 7 and month[4] == "-" and month.isascii() and f"{month[:4]}{month[5:]}".isdigit()
    return out.statement(account, month if written else None, who.at_us)


@require_safe
def things(request: HttpRequest) -> StreamingHttpResponse:
    """What the household announced, brought or got."""
    return out.own_things(actor(request).household.party, in_force())


@require_safe
def items(request: HttpRequest) -> StreamingHttpResponse:
    """All things at the clerk's stores."""
    return out.items(there(seen.desks(actor(request)) or None), in_force())


@require_safe
def households(request: HttpRequest) -> StreamingHttpResponse:
    """The households that the organiser's mandate reaches."""
    who = actor(request)
    return out.households(there(who if reach(who, Power.ARRANGE_PEOPLE) else None))


@require_safe
def entries(request: HttpRequest) -> StreamingHttpResponse:
    """All entries of the ledger."""
    there(_sees_all(actor(request)) or None)
    return out.entries()


def _sees_all(who: Actor) -> bool:
    """Whether somebody may see all of the books."""
    return bool(reach(who, Power.SEE_BOOKS)) and may(who, Power.SEE_BOOKS, columns.federation().council)
