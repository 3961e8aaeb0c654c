"""The page on which organisers open the park of a council."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from parecon.service.answers import Answer
from parecon.service.face.acting import there
from parecon.service.parks import founding
from parecon.service.parks.acts import OpenPark
from parecon.service.parks.forms import OpenForm
from parecon.service.parks.models import Park
from parecon.service.people import seen
from parecon.service.people.models import CouncilKind
from parecon.service.people.pages import act_page, read_or_send
from parecon.service.people.session import actor


@read_or_send
def open_park(request: HttpRequest, code: str) -> HttpResponse:
    """A council of kind park that is not open yet opens it: where, when, and by which clock."""
    who = actor(request)
    council = there(seen.organised(who).filter(code=code, kind=CouncilKind.PARK).first())
    if request.method != "POST" and Park.objects.filter(pk=council.pk).exists():
        return redirect("people:council", code)
    form = OpenForm(request.POST or None)

    def command() -> Answer:
        said = form.cleaned_data
        row = OpenPark(said["act"], council.pk, said["place"], said["hours"], said["zone"])
        return founding.open_park([row], who)[0]
    back = reverse("people:council", args=[code])
    return act_page(request, form, command, _("The park is open. Now give somebody a mandate as keeper there."), back,
                    back=back, title=_("Open %(council)s") % {"council": council}, button=_("Open the park"),
                    lead=_("Households join at its desk with a card, bring what they do not need alone, and book it "
                           "by the hour. It gets an account of its own, which begins with nothing."))
