"""The register's pages for members: what there is, each thing's history, gifts, offers, the museum, forms on paper."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parecon.secondhand.collectables.acts import SENTENCES, Refusal
from parecon.secondhand.collectables.law import Standing
from parecon.secondhand.lifecycle import State
from parecon.service.desk.models import Item
from parecon.service.desk.pages import pressed
from parecon.service.face.acting import done
from parecon.service.face.forms import ActForm
from parecon.service.people import policy
from parecon.service.people.policy import Actor, Power
from parecon.service.people.session import actor
from parecon.service.register import acting, commands, told
from parecon.service.register import offers as asked
from parecon.service.register.forms import Bidding, Giving, OfMember, Replying, Searching
from parecon.service.register.models import MUSEUMS, SHELF, Entry, Kind, Offer, OfferState

ON_A_PAGE, DIGITS = 30, 18
PAPERS = ("registration", "gift", "first-refusal")


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What stands on the register, with a search."""
    reader, form = _reader(request), Searching(request.GET)
    found = Entry.objects.select_related("kind").order_by("-number")
    rows, following = _portion(_searched(found, form), request)
    return render(request, "register/all.html", {
        "form": form, "rows": [(entry, told.place(entry, reader)) for entry in rows], "following": following,
        "mine": found.filter(holder=reader), "keeps": _keeps(request),
        "sent": Item.objects.filter(state=State.REGISTER, entry=None).select_related("store__council")[:ON_A_PAGE],
        "asked": Entry.objects.filter(first_refusal=reader)})


def _searched(found: QuerySet[Entry], form: Searching) -> QuerySet[Entry]:
    if not form.is_valid():
        return found.none()
    word, kind = form.cleaned_data["q"].strip(), form.cleaned_data["kind"]
    found = found.filter(kind=kind) if kind else found
    if word.isascii() and word.isdigit() and len(word) < DIGITS:
        return found.filter(number=int(word))
    kinds = list(Kind.objects.filter(name__icontains=word).values_list("number", flat=True))
    return found.filter(Q(title__icontains=word) | Q(kind__in=kinds)) if word else found


def _portion(found: QuerySet[Entry], request: HttpRequest) -> tuple[list[Entry], int | None]:
    """A page of entries, the newest first, and from where the next one goes on; nothing is counted."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < DIGITS:
        found = found.filter(number__lt=int(before))
    rows = list(found[:ON_A_PAGE + 1])
    return rows[:ON_A_PAGE], rows[ON_A_PAGE - 1].number if len(rows) > ON_A_PAGE else None


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """A thing with all that happened to it, and what the reader can do with it now; a gift is made here."""
    of, who = _entry(number), actor(request)
    form = Giving(request.POST if request.method == "POST" else None, auto_id="give_%s")
    if request.method == "POST" and form.is_valid():
        answer = commands.give([commands.Give(form.cleaned_data["act"], number, form.cleaned_data["card"].party)],
                               who)[0]
        way = done(request, form, answer, _("It is given, and the register knows who has it now."),
                   reverse("register:entry", args=[number]))
        if way:
            return way
    return _shown(request, of, {"giving": form})


def _shown(request: HttpRequest, of: Entry, forms: dict[str, Any]) -> HttpResponse:
    reader = _reader(request)
    first = of.first_refusal == reader and not Offer.objects.filter(entry=of, state=OfferState.OPEN).exists()
    return render(request, "register/entry.html", {
        "entry": of, "place": told.place(of, reader), "what": told.STANDINGS[of.standing],
        "history": told.history(of, reader), "is_mine": of.holder == reader, "is_asked": first,
        "can_give": of.holder == reader and of.standing in {Standing.PERSONAL, Standing.TRADED},
        "receives": _receives(request) and of.holder not in {SHELF, MUSEUMS}, "lost": of.standing < 0,
        "giving": Giving(auto_id="give_%s"), "replying": Replying(auto_id="reply_%s"),
        "bringing": OfMember(auto_id="bring_%s")} | forms)


@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """A relative's answer to the first refusal."""
    of, form = _entry(number), Replying(request.POST, auto_id="reply_%s")
    if form.is_valid():
        told_ = form.cleaned_data
        most = told_["most_mcr"] if told_["takes"] == "yes" else None
        answer = asked.reply([asked.Reply(told_["act"], number, most)], actor(request))[0]
        way = done(request, form, answer, _("Your answer is entered. The next closing decides."),
                   reverse("register:offers"))
        if way:
            return way
    return _shown(request, of, {"replying": form})


@require_POST
def bring(request: HttpRequest, number: int) -> HttpResponse:
    """A thing that a member brings to a desk: handed back and paid for, or entered again if it was lost."""
    if not _receives(request):
        raise Http404
    of, form, who = _entry(number), OfMember(request.POST, auto_id="bring_%s"), actor(request)
    if form.is_valid():
        act, at_desk = form.cleaned_data["act"], Actor(who.member, who.at_us, form.cleaned_data["card"])
        answer = (commands.enter_again([commands.EnterAgain(act, number)], at_desk) if of.standing < 0 else
                  commands.hand_back([commands.HandBack(act, number)], at_desk))[0]
        way = done(request, form, answer, _("It is done, and what is due is on the member's account."),
                   reverse("register:entry", args=[number]))
        if way:
            return way
    return _shown(request, of, {"bringing": form})


@require_http_methods(["GET", "HEAD", "POST"])
def offers(request: HttpRequest) -> HttpResponse:
    """What the reader asked for and what became of it; a new offer."""
    form, who = Bidding(request.POST if request.method == "POST" else None), actor(request)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = asked.bid([asked.Bid(said["act"], said["kind"].pk, said["most_mcr"])], who)[0]
        way = done(request, form, answer, _("Your offer is entered. The next closing decides."),
                   reverse("register:offers"))
        if way:
            return way
    mine = Offer.objects.filter(member=_reader(request)).select_related("kind", "entry", "served").order_by("-number")
    rows = [(each, "" if not each.reason else SENTENCES[Refusal(each.reason)]) for each in mine[:100]]
    return render(request, "register/offers.html", {
        "form": form, "rows": rows, "open": OfferState.OPEN, "withdrawn": OfferState.WITHDRAWN,
        "button": ActForm(auto_id=False), "kinds": Kind.objects.filter(standing=Standing.TRADED).order_by("name")})


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Takes an offer back."""
    if not Offer.objects.filter(pk=number, member=_reader(request)).exists():
        raise Http404
    return pressed(request, lambda act: asked.withdraw([asked.Withdraw(act, number)], actor(request))[0],
                   _("Your offer is taken back."), reverse("register:offers"))


@require_safe
def museum(request: HttpRequest) -> HttpResponse:
    """What stands in museums, for everybody to enjoy."""
    pieces = Entry.objects.filter(holder=MUSEUMS).select_related("kind").order_by("-number")
    rows, following = _portion(pieces, request)
    return render(request, "register/museum.html", {"rows": rows, "following": following})


@require_safe
def paper(request: HttpRequest, which: str) -> HttpResponse:
    """A form on paper for whoever has no telephone."""
    if which not in PAPERS:
        raise Http404
    return render(request, f"register/paper-{which}.html")


def _entry(number: int) -> Entry:
    found = Entry.objects.select_related("kind").filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def _reader(request: HttpRequest) -> str:
    return acting.person(actor(request)).party


def _keeps(request: HttpRequest) -> bool:
    return bool(policy.reach(actor(request), Power.KEEP_REGISTER))


def _receives(request: HttpRequest) -> bool:
    return _keeps(request) or bool(policy.reach(actor(request), Power.SERVE_AT_DESK))
