"""What the machine that the service runs on says of itself: its folder, its key, its mail server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from parecon.base.errors import BadInput

KEY_FILE = "secret.key"
ONLY_ITS_OWNER = 0o600
MAIL_PORT = 587


def home(database: Mapping[str, Any]) -> Path:
    """The folder in which the service keeps what is its own: that of the embedded database, or where it is started."""
    return Path(database["NAME"]).parent if database["ENGINE"].endswith("sqlite3") else Path(
        os.environ.get("PARECON_FOLDER", "."))


def kept_key(folder: Path) -> str:
    """The key that signs sessions, from its file; made on first use, for its owner's eyes alone."""
    file = folder / KEY_FILE
    if not file.exists():
        new = folder / f".{secrets.token_hex(8)}.key"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_ITS_OWNER), "w") as out:
            out.write(secrets.token_urlsafe(64))
        try:
            os.link(new, file)  # whole or not at all, and only the first of several that make one
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return file.read_text().strip()


def mail(url: str) -> dict[str, Any]:
    """Django's settings for a mail server, and from whom its mail comes; none for an empty address.

    >>> mail("smtp://desk%40river.town:secret@mail.town")["DEFAULT_FROM_EMAIL"]
    'desk@river.town'
    >>> mail("smtp://desk:secret@mail.town")["EMAIL_PORT"]
    587
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise BadInput("PARECON_MAIL", "address", parts.scheme or "none", "smtp://USER:PASSWORD@HOST:PORT")
    user = unquote(parts.username or "desk")
    return {"DEFAULT_FROM_EMAIL": user if "@" in user else f"{user}@{parts.hostname}",
            "EMAIL_HOST": parts.hostname, "EMAIL_PORT": parts.port or MAIL_PORT, "EMAIL_USE_TLS": True,
            "EMAIL_HOST_USER": unquote(parts.username or ""), "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_TIMEOUT": 10}
