"""What every template is given: whose federation it is, and where the person can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from parecon.service.clock import now_us
from parecon.service.desk.models import Federation
from parecon.service.face.navigation import Place, places
from parecon.service.people.models import Role
from parecon.service.people.policy import POWERS, Power, in_force


def here(request: HttpRequest) -> dict[str, Any]:
    """The federation, what the person may do, and the navigation; each looked up when a template first needs it."""
    powers = SimpleLazyObject(lambda: powers_of(request))
    return {"federation": SimpleLazyObject(Federation.objects.first), "powers": powers,
            "places": SimpleLazyObject(lambda: shown(request, powers)), "languages": settings.LANGUAGES,
            "demo": settings.DEMO}


def powers_of(request: HttpRequest) -> set[Power]:
    """Everything that the mandates of whoever is signed in allow somewhere; pages ask the policy again for where."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return set()
    return {power for mandate in in_force(user, now_us()) for power in POWERS[Role(mandate.role)]}


def shown(request: HttpRequest, powers: set[Power]) -> list[Place]:
    """The places that the person can go to; none before signing in."""
    user: Any = getattr(request, "user", None)
    return [] if user is None or not user.is_authenticated else places(powers, request.path)
