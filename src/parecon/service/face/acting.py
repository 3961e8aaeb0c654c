"""From an act's answer, or from what was looked up, to the next page."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from parecon.service.answers import Answer
from parecon.service.face.forms import ActForm

Found = TypeVar("Found")


def there(found: Found | None) -> Found:
    """What was looked up; a page that is not there where there is none, or where it is not theirs to see."""
    if found is None:
        raise Http404
    return found


def done(request: HttpRequest, form: ActForm, answer: Answer, said: str, to: Any) -> HttpResponseRedirect | None:
    """The way on if the act is done, with what is said then; None if it was refused, which the form then says."""
    if not answer.done:
        form.refuse(answer)
        return None
    messages.success(request, _("This was already done: nothing happened twice.") if answer.again else said)
    return redirect(to)
