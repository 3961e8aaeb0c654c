"""The files of the pages - style, htmx - each under an address with the hash of its content.

So browsers can keep them for a year, and nothing has to be collected before the service starts.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class Hashed(StaticFilesStorage):
    """Static files where their apps keep them; `url` adds what changes with the content."""

    def url(self, name: str | None) -> str:
        return f"{super().url(name)}?v={content_hash(name or '')}"


@cache
def content_hash(name: str) -> str:
    """The first letters of the hash of a static file."""
    file = finders.find(name)
    assert file is not None, f"there is no static file {name}"
    return sha256(Path(file).read_bytes()).hexdigest()[:12]
