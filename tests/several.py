"""Several calls that begin at the same moment, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections


def at_once(*calls):
    """What the calls answer, all begun together, each with a connection of its own."""
    ready = Barrier(len(calls))

    def one(call):
        ready.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))
