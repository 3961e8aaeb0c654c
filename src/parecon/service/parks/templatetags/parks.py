"""Tags of the templates of parks."""

from __future__ import annotations

from django import template

from parecon.service.face import forms

register = template.Library()


@register.simple_tag
def minted() -> str:
    """A name for the act of a button."""
    return forms.minted()
