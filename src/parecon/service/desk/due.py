"""What is due at a time, whoever looks at the clock: kept things not fetched, offers not answered, who waits next.

Run it as often as you like, also twice at once, also after a clock was set back: each thing is done once.
"""

from __future__ import annotations

from typing import NamedTuple

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.clock import month_of
from parecon.service.desk import clearing, notices
from parecon.service.desk.known import latest_quotes
from parecon.service.desk.models import Item, Quote, Request, Store
from parecon.service.ledger import store as books
from parecon.service.people.models import Done
from parecon.service.rows import among


class Due(NamedTuple):
    """How many requests were not fetched in time, were served or found unpaid, and how many offers lapsed."""

    expired: int
    served: int
    lapsed: int


def run_due(at_us: int) -> Due:
    """Does what is due at a time, in one transaction, with the mail that tells of it."""
    with books.writing():
        expired = _expire(at_us)
        served = clearing.serve_waiting(sorted(Store.objects.values_list("pk", flat=True)), at_us)
        return Due(expired, len(served), _lapse(at_us))


def _expire(at_us: int) -> int:
    """What was not fetched in time goes back to its old place in the line."""
    over = list(Request.objects.filter(state=RequestState.HELD, fetch_until_us__lt=at_us).order_by("number")
                .select_related("household", "store__council", "item"))
    clearing.let_go([(f"{request.act}/over", request) for request in over], RequestState.EXPIRED,
                    clearing.BY_THE_CLOCK, at_us)
    notices.of_requests(over, at_us)
    return len(over)


def _lapse(at_us: int) -> int:
    """Whoever did not answer an offer in time is told, once; the thing waits to be fetched."""
    waiting = Item.objects.filter(state=State.GRADED, store__in=Store.objects.all()).values_list("pk", flat=True)
    over = [quote for quote in latest_quotes(list(waiting)).values() if quote.until_month < month_of(at_us)]
    told = {act for (act,) in among(Done, "act", [_lapsed(quote) for quote in over], "act")}
    fresh = [quote for quote in over if _lapsed(quote) not in told]
    Done.objects.bulk_create([Done(act=_lapsed(quote), what="lapse", number=quote.pk, by=clearing.BY_THE_CLOCK,
                                   content_hash="", at_us=at_us) for quote in fresh])
    notices.of_lapsed(fresh, at_us)
    return len(fresh)


def _lapsed(quote: Quote) -> str:
    return f"{quote.act}/lapsed"
