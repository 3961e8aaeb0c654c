"""Finding something: what stands on the shelves, a thing's own page, and asking for it or for one of its kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from parecon.secondhand.lifecycle import Deed
from parecon.service.desk import findings, labels, search, seen, showing, words
from parecon.service.desk.forms import Looking
from parecon.service.desk.models import Photo
from parecon.service.desk.pages import actor, in_force
from parecon.service.desk.search import A_PAGE, Place
from parecon.service.face.acting import there


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What stands on the shelves: first the kinds of things, then those of a kind, a page at a time."""
    now = in_force()
    form = Looking(now, request.GET)
    wanted = form.wanted()
    if wanted is None:
        store = form.cleaned_data.get("store") if form.is_valid() else None
        counted = search.counts(store)
        kinds = sorted(((showing.name(now, good), good, count) for good, count in counted.items()),
                       key=lambda row: row[0].casefold())
        return render(request, "desk/find.html", {"form": form, "kinds": kinds, "store": store})
    items = search.found(wanted, now.announced, now.month, _after(request.GET.get("after", "")))
    page, more = items[:A_PAGE], len(items) > A_PAGE
    asked = {name: value for name, value in request.GET.items() if name != "after" and value}
    following = urlencode(asked | {"after": f"{page[-1].shelved_us}-{page[-1].pk}"}) if more else ""
    return render(request, "desk/find.html", {
        "form": form, "wanted": wanted, "kind": showing.name(now, wanted.good), "following": following,
        "first": "after" not in request.GET, "found": showing.shown(now, page, search.pictures(page))})


def _after(written: str) -> Place | None:
    """Where the page before ended; from the beginning where it is not one of ours."""
    since, _, number = written.partition("-")
    if not (since.isascii() and since.isdigit() and number.isascii() and number.isdigit() and len(written) < 40):
        return None
    return Place(min(int(since), 2**62), min(int(number), 2**62))


@require_safe
def item(request: HttpRequest, label: str) -> HttpResponse:
    """A thing that can be had: what it is and costs, where it stands, and its history without names."""
    now, who = in_force(), actor(request)
    found = there(seen.on_show(label))
    events = [(event.at_us, words.HISTORY[Deed(event.deed)], event.store) for event in seen.history(found)]
    return render(request, "desk/item.html", {
        "told": showing.shown(now, [found])[0], "item": found, "photos": seen.photos(found), "events": events,
        "who": who, "findings": findings.of(found)})


@require_safe
def photo(request: HttpRequest, number: int) -> HttpResponse:
    """A picture of a thing that may be seen: on show, the household's own, or at a desk where the member serves."""
    shown = there(Photo.objects.select_related("item").filter(number=number).first() if number < 2**63 else None)
    who = actor(request)
    seen_by_all = not shown.hidden and shown.item.state in seen.ON_SHOW
    if not seen_by_all and shown.item.holder != who.household.party:
        there(seen.at_desk(seen.desks(who), shown.item.label))
    return HttpResponse(bytes(shown.jpeg), content_type="image/jpeg", headers={
        "Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"})


@require_safe
def scanned(request: HttpRequest, label: str) -> HttpResponse:
    """Where the square on a label leads: at a desk to what can be done with the thing, else to what it is."""
    who, read = actor(request), labels.checked(label) or ""
    stores = seen.desks(who)
    if seen.at_desk(stores, read) or seen.sent_from(stores, read):
        return redirect("desk:at-desk", read)
    if seen.own(who.household, read):
        return redirect("desk:thing", read)
    return redirect("desk:item", there(seen.on_show(read)).label)
