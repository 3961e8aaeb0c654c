"""Whatever breaks while people act: what was told as done is done, nothing is done by halves, and it goes on after."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from benchmarks.postgres import MISSING, NOBODY, programs, server
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.db.models import QuerySet

from parecon.secondhand.lifecycle import RequestState
from parecon.service import clock
from parecon.service.clock import DAY_US
from parecon.service.desk.models import Item, Quote, Request
from parecon.service.ledger import audit
from parecon.service.ledger.models import Entry
from service.clerk import act
from service.page_town import announced, bring_address, browser, everything, form_of, graded, send, town

from databases import using

CLERK = Path(__file__).parent / "clerk.py"
SENTENCE = "Nothing was lost, and nothing was done by halves"


@pytest.fixture
def at(books):
    """Two towns with a store each."""
    assert books
    found = town()
    yield found
    assert not audit.verify().wrong


def killed_after(lines, name, url):
    """The acts that a clerk's process told as done before it was killed, a little after so many."""
    command = [sys.executable, str(CLERK), name]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "parecon.service.settings"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as clerk:
        said = [clerk.stdout.readline() for _ in range(lines)]
        clerk.kill()
        said += [line for line in clerk.stdout if line.endswith("\n")]
    assert clerk.returncode == -signal.SIGKILL
    return [json.loads(line) for line in said]


def test_what_a_clerk_was_told_as_done_outlives_the_process_that_is_killed(at, books):
    for name, lines in (("one", 3), ("two", 11), ("three", 20)):
        said = killed_after(lines, name, books)
        assert len(said) >= lines
        assert not audit.verify().wrong
        assert all(act(kind, row).again for kind, row in said)
    paid = Entry.objects.filter(debit__party=at.members["ben"].household.party)
    assert paid.count() == Request.objects.filter(state=RequestState.SERVED).count() >= 4
    assert at.balance("ana") == 3_000_000 + sum(Quote.objects.exclude(accepted_us=None).values_list(
        "credit_mcr", flat=True))


@contextmanager
def no_room():
    """A disk on which the database cannot grow by a page."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        yield
        cursor.execute(f"PRAGMA max_page_count = {2**30}")


@contextmanager
def kept_by_another(url):
    """Somebody else writes the database, for longer than anybody waits."""
    with connection.cursor() as cursor, closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as another:
        cursor.execute("PRAGMA busy_timeout = 200")
        another.execute("BEGIN IMMEDIATE")
        yield
        another.rollback()


@pytest.mark.parametrize("books", ["sqlite"], indirect=True)
class TestSQLite:
    def test_on_a_full_disk_nothing_is_done_by_halves_and_it_goes_on_when_there_is_room(self, at):
        ana, told, sent = browser(at, "ana"), [], None
        ana.raise_request_exception = False
        for _ in range(4):
            announced(at)
        with no_room():
            while len(told) < 200 and (not told or told[-1].status_code == 302):
                before, sent = everything(), form_of(ana, bring_address())
                told.append(ana.post(sent[0], sent[1] | {"title": "bicycle", "description": "b" * 2000}))
            assert told[-1].status_code == 500
            assert SENTENCE in told[-1].content.decode()
            assert everything() == before
            assert ana.get("/schedule/").status_code == 200
        again = ana.post(sent[0], sent[1] | {"title": "bicycle", "description": "b" * 2000})
        assert again.status_code == 302
        assert Item.objects.count() == 4 + len(told)

    def test_a_database_that_another_keeps_for_long_is_said_and_then_goes_on(self, at, books):
        ana, item = browser(at, "ana"), graded(at)
        ana.raise_request_exception = False
        where, fields = form_of(ana, f"/things/{item.label}/", f"/things/{item.label}/accept/")
        before = everything()
        with kept_by_another(books):
            told = ana.post(where, fields)
            assert told.status_code == 500
            assert SENTENCE in told.content.decode()
            assert ana.get("/schedule/").status_code == 200
        assert everything() == before
        assert ana.post(where, fields).status_code == 302
        assert at.balance("ana") == 3_000_000 + Quote.objects.exclude(accepted_us=None).get().credit_mcr


class Postgres:
    """A server that can be killed and started again."""

    def __init__(self, address):
        self.address, self.again = address, None
        self.folder = Path(address.partition("host=")[2])

    def is_killed(self):
        """It stops in the middle of whatever it does, as when the power fails."""
        running = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        os.kill(running, signal.SIGQUIT)
        while (self.folder / "data/postmaster.pid").exists():
            time.sleep(0.02)

    def starts_again(self):
        """It comes back, with what it had on its disk."""
        user = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        command = [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", ""]
        self.again = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
                                      **user)
        while subprocess.run([programs() / "pg_isready", "-q", "-h", self.folder], check=False).returncode:
            time.sleep(0.05)


@pytest.fixture
def postgres():
    """A server of this test's own; it is stopped whoever started it last."""
    if programs() is None:
        pytest.skip(MISSING)
    with server(durable=True) as address:
        found = Postgres(address.format("postgres"))
        with using(found.address):
            call_command("migrate", verbosity=0)
            yield found
        if found.again:
            found.again.send_signal(signal.SIGINT)
            found.again.wait()


def test_a_database_server_that_dies_in_the_middle_of_an_act_leaves_no_half_of_it(postgres, monkeypatch):
    at = town()
    ana, item = browser(at, "ana"), graded(at)
    ana.raise_request_exception = False
    where, fields = form_of(ana, f"/things/{item.label}/", f"/things/{item.label}/accept/")
    before, write = everything(), QuerySet.bulk_create

    def dies(*rows, **more):
        made = write(*rows, **more)
        postgres.is_killed()
        return made

    monkeypatch.setattr(QuerySet, "bulk_create", dies)
    told = ana.post(where, fields)
    monkeypatch.undo()
    assert told.status_code == 500
    assert SENTENCE in told.content.decode()
    close_old_connections()
    assert ana.get("/schedule/").status_code == 500
    postgres.starts_again()
    close_old_connections()
    assert everything() == before
    assert ana.get("/schedule/").status_code == 200
    assert ana.post(where, fields).status_code == 302
    assert at.balance("ana") == 3_000_000 + Quote.objects.exclude(accepted_us=None).get().credit_mcr
    assert not audit.verify().wrong


@pytest.mark.parametrize("days", [1, 59])
@pytest.mark.parametrize("books", ["sqlite"], indirect=True)
def test_a_clock_that_is_set_back_between_two_acts_takes_nothing_from_anybody(at, monkeypatch, days):
    ana, cleo, ben = (browser(at, who) for who in ("ana", "cleo", "ben"))
    item, now = graded(at), clock.time.time_ns
    monkeypatch.setattr("parecon.service.clock.time", type("Back", (), {
        "time_ns": staticmethod(lambda: now() - days * DAY_US * 1000)}))
    told = send(ana, f"/things/{item.label}/", f"/things/{item.label}/accept/")
    assert told.url.endswith("/receipt/")
    send(ben, f"/find/{item.label}/request/", store=at.stores["north"].pk)
    asked = Request.objects.get()
    desk = f"/desk/things/{item.label}/"
    assert send(cleo, desk, f"/desk/requests/{asked.pk}/hand-over/").url.endswith("/receipt/")
    monkeypatch.undo()
    assert at.balance("ana") == 3_000_000 + Quote.objects.exclude(accepted_us=None).get().credit_mcr
    assert at.balance("ben") == 3_000_000 - Request.objects.get().price_mcr
    for client, page in ((ana, "/"), (ana, f"/things/{item.label}/receipt/"), (ben, "/requests/"), (cleo, "/desk/"),
                         (ben, "/account/")):
        assert client.get(page).status_code == 200, page

