"""Statements, the plain-text export, the commands of an operator, and which database is used."""

import io
import re
import sqlite3
from collections import Counter

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections

from parecon.base.errors import BadInput
from parecon.service.database import WAL_IS_SAFE_FROM, database
from parecon.service.ledger import audit, books, checks, store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Balance


def test_statements_that_follow_each_other_fit_together_also_when_the_clock_goes_back(three):
    ana, ben, _ = three
    for row, time in enumerate((5, 12, 7, 30, 11)):
        ledger.post(f"pay:{row}", ana, ben, 100 + row, 1, time)
    spans = [books.statement(ana, begin, begin + 10) for begin in range(0, 40, 10)]
    assert spans[0].before_mcr == 0
    assert [span.after_mcr for span in spans[:-1]] == [span.before_mcr for span in spans[1:]]
    assert spans[-1].after_mcr == Balance.objects.get(pk=ana).posted_mcr
    assert [line.change_mcr for line in spans[1].lines] == [-101, -104]
    assert [line.entry.act for line in spans[0].lines] == ["first", "pay:0", "pay:2"]
    assert books.statement(ben, 0, 10).after_mcr == 202


def test_the_export_adds_up_by_itself(three):
    ana, ben, _ = three
    ledger.post("odd", ana, ben, 1001, 1, 9, "group:1")
    ledger.correct("even", "odd", 10)
    ledger.post("large", three[2], ben, 2**60 + 1, 1, 86_400_000_001)
    printed = io.StringIO()
    call_command("ledger_export", stdout=printed)
    sums = Counter()
    for account, amount in re.findall(r"^  (Assets:\S+) (-?[\d.]+) CREDIT$", printed.getvalue(), re.MULTILINE):
        sums[account] += int(amount.replace(".", ""))
    said = re.findall(r"^1970-01-03 balance (\S+) (-?[\d.]+) CREDIT$", printed.getvalue(), re.MULTILINE)
    assert {account: int(amount.replace(".", "")) for account, amount in said} == dict(sums)
    assert sorted(sums.values()) == sorted(Balance.objects.values_list("posted_mcr", flat=True))
    assert '  group: "group:1"\n' in printed.getvalue()
    assert store.head().own_hash in printed.getvalue()


def test_an_operator_can_verify_and_print_the_head(three):
    assert three
    printed = io.StringIO()
    call_command("ledger_verify", stdout=printed)
    head = printed.getvalue().split()[-1]
    assert head == str(store.head())
    call_command("ledger_verify", "--head", head, stdout=printed)
    assert audit.verify().head.number == 1


@pytest.mark.parametrize(("url", "place"), [
    ("mysql://host/x", "scheme"), ("books.db", "scheme"), ("", "scheme"), ("postgresql://host", "name"),
    ("sqlite:///", "name"), ("postgresql://host:99999/x", "port"), ("postgresql://host:p/x", "port")])
def test_an_address_that_names_no_database_is_told(url, place):
    with pytest.raises(BadInput) as told:
        database(url)
    assert told.value.place == place


def test_an_address_says_all_that_is_needed():
    found = database("postgresql://a%40b:p%2Fw@db:5433/books?sslmode=require")
    assert [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["books", "a@b", "p/w", "db", 5433]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert database("sqlite:////var/lib/books.db")["NAME"] == "/var/lib/books.db"


def opened(tmp_path, **options):
    settings = database(f"sqlite:///{tmp_path}/other.sqlite3")
    settings["OPTIONS"] |= options
    return connections.configure_settings({"default": settings})


@pytest.mark.parametrize(("options", "code"), [
    ({}, None), ({"transaction_mode": "DEFERRED"}, "E001"), ({"init_command": "PRAGMA synchronous=NORMAL"}, "E002"),
    ({"init_command": "PRAGMA journal_mode=WAL"}, "E003" if sqlite3.sqlite_version_info < WAL_IS_SAFE_FROM else None),
    ({"init_command": "PRAGMA journal_mode=MEMORY"}, "E004"), ({"init_command": "PRAGMA mmap_size=1000000"}, "E005"),
    ({"init_command": "PRAGMA foreign_keys=OFF"}, "E006")])
def test_a_database_that_could_lose_what_it_told_is_not_used(tmp_path, monkeypatch, options, code):
    connection.close()
    del connections["default"]
    monkeypatch.setattr(connections, "settings", opened(tmp_path, **options))
    try:
        found = checks.sqlite_keeps_what_it_tells(["default"])
        assert [error.id for error in found] == [f"ledger.{code}"] * (code is not None)
        if code is not None:
            with pytest.raises(SystemCheckError):
                call_command("ledger_verify", stdout=io.StringIO())
    finally:
        connection.close()
        del connections["default"]


def test_the_tables_are_those_of_the_models(three):
    assert three
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
