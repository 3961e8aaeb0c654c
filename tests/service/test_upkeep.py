"""Copies of the books are whole when they have their name, can be restored, and move to another engine unchanged."""

import os
import shutil
import subprocess
import sys
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from parecon.base.errors import BadInput
from parecon.service.database import database
from parecon.service.ledger import audit, store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account, Balance, Entry, Hold
from parecon.service.upkeep.copies import HEADS, backed_up, drilled, known_heads
from parecon.service.upkeep.moving import moved

from databases import using


def told(*arguments, url):
    """What the program says, as its operator starts it."""
    return subprocess.run([sys.executable, "-m", "parecon.service", *arguments], env=os.environ | {"DATABASE_URL": url},
                          capture_output=True, text=True, check=False)


def some_entries(accounts, name, count=7):
    ana, ben, everybody = accounts
    ledger.post_batch([ledger.Line(f"{name}:{row}", everybody, ana if row % 2 else ben, 100 + row, 1)
                       for row in range(count)], 5)
    ledger.hold(f"{name}:hold", ana, ben, 50, 2, 10**15, 6)


def test_a_copy_can_be_restored_and_is_whole(books, three, tmp_path):
    some_entries(three, "one")
    made = told("backup", str(tmp_path / "copies"), url=books)
    assert made.returncode == 0, made.stderr
    copy = next(file for file in (tmp_path / "copies").iterdir() if file.suffix in (".sqlite3", ".dump"))
    drill = told("restore_drill", str(copy), url=books)
    assert drill.returncode == 0, drill.stderr
    assert f"whole, {Entry.objects.count()} entries" in drill.stdout
    text = copy.with_suffix(".beancount").read_text()
    assert "CREDIT" in text
    assert not list((tmp_path / "copies").glob("*.partial"))


def test_a_copy_is_consistent_while_others_write(three, tmp_path):
    stop = threading.Event()

    def write():
        row = 0
        while not stop.is_set():
            ledger.post(f"busy:{row}", three[2], three[0], 1, 1, 1)
            row += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [backed_up(tmp_path / str(each)) for each in range(3)]
    finally:
        stop.set()
        writer.join()
    for copy in copies:
        assert "whole" in drilled(copy.file, known_heads(copy.file))


def test_a_copy_that_lost_entries_or_is_torn_is_refused(three, tmp_path):
    early = backed_up(tmp_path / "early")
    some_entries(three, "later")
    with pytest.raises(BadInput, match="missing"):
        drilled(early.file, [store.head()])
    torn = tmp_path / f"torn{early.file.suffix}"
    torn.write_bytes(early.file.read_bytes()[:5000])
    with pytest.raises(BadInput):
        drilled(torn, [])
    with pytest.raises(BadInput, match="no such file"):
        drilled(tmp_path / "none.sqlite3", [])


def test_the_notes_beside_a_copy_keep_the_end_of_the_chain(three, tmp_path):
    some_entries(three, "one")
    copy = backed_up(tmp_path)
    assert known_heads(copy.file) == [store.head()]
    assert str(store.head()) in (tmp_path / HEADS).read_text()


class TestMoving:
    """From the embedded database to PostgreSQL."""

    @pytest.fixture
    def filled(self, embedded, tmp_path):
        """A file with a ledger in it."""
        file = shutil.copy(embedded, tmp_path / "books.sqlite3")
        with using(f"sqlite:///{file}") as url:
            accounts = [ledger.open_account(f"open:{name}", name, kind, floor, 1).number for name, kind, floor in (
                ("ana", ledger.Kind.MEMBER, 0), ("ben", ledger.Kind.MEMBER, 0), ("all", ledger.Kind.SOCIETY, None))]
            some_entries(accounts, "one", 5000)
            ledger.post_batch([ledger.Line("debt", accounts[1], accounts[2], 10**9, 9, owed=True)], 7)
            ledger.post_hold("pay", "one:hold", 8)
            yield url

    @pytest.fixture
    def empty(self, postgresql):
        """The address of a database without anything in it."""
        with using(postgresql.format("postgres")), connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS moved WITH (FORCE)")
            cursor.execute("CREATE DATABASE moved")
        return postgresql.format("moved")

    def test_every_row_arrives_and_the_ledger_goes_on(self, filled, empty):
        def everything():
            return [list(table.objects.order_by("pk").values_list()) for table in (Account, Balance, Hold, Entry)]

        before = everything()
        said = told("move", empty, url=filled)
        assert said.returncode == 0, said.stderr
        assert "whole" in said.stdout
        with using(empty):
            assert everything() == before
            assert not audit.verify().wrong
            account = Account.objects.get(party="ana").number
            assert ledger.open_account("open:new", "new", ledger.Kind.MEMBER, 0, 9).number > account
            assert ledger.post("after", Account.objects.get(party="all").number, account, 1, 1, 9).number == \
                len(before[3]) + 1
            assert ledger.post("too-much", Account.objects.get(party="ben").number, account, 1, 1, 9).reason == \
                ledger.Refusal.NOT_ENOUGH_CREDIT

    def test_only_an_empty_postgresql_is_moved_to(self, filled, empty, tmp_path):
        moved(empty)
        with pytest.raises(BadInput, match="an empty database"):
            moved(empty)
        with pytest.raises(BadInput, match="postgresql://"):
            moved(f"sqlite:///{tmp_path}/other.sqlite3")

    def test_a_move_that_fails_leaves_the_other_database_empty_and_guarded(self, filled, empty, monkeypatch):
        from parecon.service.upkeep import moving

        with monkeypatch.context() as patch:
            patch.setattr(moving, "_count_on_from", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                moved(empty)
        with using(empty):
            assert not Entry.objects.exists()
        moved(empty)
        with using(empty), pytest.raises(Exception, match="never deleted"):  # noqa: SIM117
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM ledger_entry")


def test_an_operator_is_told_in_one_line_what_is_wrong(books, tmp_path):
    said = told("restore_drill", str(tmp_path / "nothing.dump"), url=books)
    assert said.returncode
    assert len(said.stderr.strip().splitlines()) == 1
    with pytest.raises((CommandError, BadInput)):
        call_command("restore_drill", str(tmp_path / "nothing.dump"))
    assert database(books)
