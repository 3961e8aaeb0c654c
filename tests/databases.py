"""Django's one database, another one for each test."""

from contextlib import contextmanager

from django.db import connections

from parecon.service.database import database


@contextmanager
def using(url):
    """Django's one database is this one for a while."""
    before = connections.settings
    forget()
    connections.settings = connections.configure_settings({"default": database(url)})
    try:
        yield url
    finally:
        forget()
        connections.settings = before


def forget():
    """Closes the connection; the next use opens one by the settings as they then are."""
    connections["default"].close()
    del connections["default"]
