"""The watch report as a page and on paper, for those who may see the books."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parecon.service.desk import columns, figures
from parecon.service.desk.pages import actor, in_force
from parecon.service.desk.watch import report
from parecon.service.face.acting import there
from parecon.service.people.policy import Power, may

MOST_BARS = 12


@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """What the books show of private dealing, and what they cannot show."""
    who, now = actor(request), in_force()
    there(who if may(who, Power.SEE_BOOKS, columns.federation().council) else None)
    told = report(now, who.at_us)
    moved = [each for each in told.goods if each.brought][:MOST_BARS]
    bars = [figures.Bar(each.name, round(1000 * each.margin_share / each.bound_share),
                        f"{number_format(100 * each.margin_share / each.bound_share, 0)} %") for each in moved]
    picture = figures.bars(bars, _("What a dealer could earn, of what one must bear")) if bars else ""
    return render(request, "desk/watch.html", {"told": told, "picture": picture})
