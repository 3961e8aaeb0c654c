"""What nobody needs any more is thrown away: nothing grows without end, and no traces stay for no reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.contrib.sessions.models import Session

from parecon.service.api.batches import throw_old_away
from parecon.service.clock import SECOND_US

DAYS_OF_SIGNING_IN = 30  # for so long one can see who tried to come in


def sweep(at_us: int) -> None:
    """Throws away sessions that ended, files that nobody confirmed in a day, and who signed in a month ago."""
    now = datetime.fromtimestamp(at_us // SECOND_US, UTC)
    Session.objects.filter(expire_date__lt=now).delete()
    throw_old_away(at_us)
    for name in ("AccessAttempt", "AccessFailureLog", "AccessLog"):
        apps.get_model("axes", name).objects.filter(attempt_time__lt=now - timedelta(days=DAYS_OF_SIGNING_IN)).delete()
