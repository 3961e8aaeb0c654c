"""On every page: for whom a clerk is acting."""

from __future__ import annotations

from typing import Any

from django import template

from parecon.service.people.session import actor, minutes_left

register = template.Library()


@register.inclusion_tag("people/on_the_desk.html", takes_context=True)
def on_the_desk(context: Any) -> dict[str, Any]:
    """The band that says whose card lies on the desk, and the button to finish; nothing where none does."""
    request = context.get("request")
    user = getattr(request, "user", None)  # none is known where a request was refused before it was asked who sent it
    if request is None or user is None or not user.is_authenticated:
        return {}
    return {"at_desk": actor(request).on_behalf_of, "minutes": minutes_left(request),
            "csrf_token": context.get("csrf_token")}
