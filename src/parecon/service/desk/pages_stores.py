"""Pages on which organisers open a council's store, and say anew where it is and when it is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parecon.service.answers import Answer
from parecon.service.desk import stores
from parecon.service.desk.forms_stores import AboutStore, NewStore
from parecon.service.desk.models import Store
from parecon.service.desk.pages import actor
from parecon.service.face.acting import there
from parecon.service.people import seen
from parecon.service.people.models import CouncilKind
from parecon.service.people.pages import act_page, read_or_send


@read_or_send
def open_store(request: HttpRequest, code: str) -> HttpResponse:
    """A consumer council that has no store opens one."""
    who = actor(request)
    council = there(seen.organised(who).filter(code=code, kind=CouncilKind.CONSUMER).first())
    first = there(Store.objects.select_related("council").filter(area=0).first())
    if request.method != "POST" and Store.objects.filter(pk=council.pk).exists():
        return redirect("desk:describe-store", code)
    form = NewStore(request.POST or None)

    def command() -> Answer:
        said = form.cleaned_data
        row = stores.OpenStore(said["act"], council.pk, said["address"], said["hours"], *form.place_km(first))
        return stores.open_store([row], who)[0]
    back = reverse("people:council", args=[code])
    return act_page(request, form, command, _("The store is open. Now give somebody a mandate as clerk there."), back,
                    back=back, title=_("Open a store for %(council)s") % {"council": council},
                    button=_("Open the store"),
                    lead=_("Members bring and fetch things there. The first store is the one of %(first)s: the "
                           "distance to it, in a straight line, says what carrying things costs, and stays as you "
                           "enter it.") % {"first": first})


@read_or_send
def describe_store(request: HttpRequest, code: str) -> HttpResponse:
    """Another address and other hours of a store."""
    who = actor(request)
    store = there(Store.objects.select_related("council").filter(
        council__in=seen.organised(who).filter(code=code)).first())
    form = AboutStore(request.POST or None, initial={"address": store.address, "hours": store.hours})

    def command() -> Answer:
        said = form.cleaned_data
        return stores.describe_store([stores.DescribeStore(said["act"], store.pk, said["address"], said["hours"])],
                                     who)[0]
    back = reverse("people:council", args=[code])
    return act_page(request, form, command, _("It stands on the page of stores from now on."), back, back=back,
                    title=_("The store of %(council)s") % {"council": store}, button=_("Keep address and hours"),
                    lead=_("Everybody can read where it is and when it is open, also without signing in."))
