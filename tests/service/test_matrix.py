"""Every page, asked for by somebody in every role in every way, answers as matrix.csv says: cell by cell.

`200` a page, `in` the way to the sign-in, `on` the way to another page, `404` no such page for them, `405` not asked
for that way. A button's page is sent the name of an act, and what stands behind the question mark. HEAD is answered
as GET; PUT, DELETE and PATCH are answered by no page at all: asked for by strangers and members everywhere, and by
all others wherever they are answered otherwise than members.
"""

import csv
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import resolve

from parecon.service.face.forms import minted
from service.everybody import ROLES, begun, pages

from databases import using

TABLE = Path(__file__).parent / "matrix.csv"
OTHERS = ("PUT", "DELETE", "PATCH")


def rows():
    """The lines of the table: an address with names in it, how it is asked for, and what each role is answered."""
    with TABLE.open() as file:
        return [{name.strip(): cell.strip() for name, cell in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Everybody, in a database to which nothing that is asked for is done for good."""
    file = tmp_path_factory.mktemp("matrix") / "everybody.sqlite3"
    with using(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)
    found = begun(file)
    with using(f"sqlite:///{file}"):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # of what is undone nothing need reach the disk
        yield found


def answered(browser, way, address):
    """What somebody is answered, in the words of the table; whatever was done is undone."""
    address, _, said = address.partition("?") if way == "POST" else (address, "", "")
    cookies = SimpleCookie({name: each.value for name, each in browser.cookies.items()})
    with transaction.atomic():
        told = browser.generic(way, address, f"act={minted()}&{said}" if way == "POST" else "",
                               "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    browser.cookies = cookies
    if told.status_code == 302:
        return "in" if told.url.startswith("/sign-in/?next=") else "on"
    return str(told.status_code)


def test_every_page_is_in_the_table_as_it_is_got_and_as_it_is_sent_to(here):
    for way in ("GET", "POST"):
        asked = {resolve(row["address"].format(**here.names).partition("?")[0]).view_name
                 for row in rows() if row["way"] == way}
        assert asked == set(pages()), way


def test_the_table_has_all_roles():
    assert list(rows()[0]) == ["address", "way", *ROLES]


@pytest.mark.parametrize("role", ROLES)
def test_every_cell_is_as_the_table_says(here, role):
    browser, wrong = here.browser(role), []
    for row in rows():
        address = row["address"].format(**here.names)
        found = answered(browser, row["way"], address)
        if found != row[role]:
            wrong.append(f"{row['way']} {row['address']}: {found}, not {row[role]}")
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_told_without_their_text_as_they_are_with_it_and_nothing_else_is_answered(here, role):
    browser, wrong = here.browser(role), []
    for row in rows():
        if row["way"] != "GET" or (role not in {"stranger", "member"} and row[role] == row["member"]):
            continue
        address = row["address"].format(**here.names)
        ways = {"HEAD": row[role]} | dict.fromkeys(OTHERS, "in" if row[role] == "in" else "405")
        wrong += [f"{way} {row['address']}: {found}, not {told}" for way, told in ways.items()
                  if (found := answered(browser, way, address)) != told]
    assert not wrong
    assert connection.in_atomic_block is False
