"""The ledger's books on both engines: an empty database for each test, copied from one with the tables in place."""

import shutil

import pytest
from benchmarks.postgres import MISSING, programs, server
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from databases import using


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """A file with the ledger's tables."""
    file = tmp_path_factory.mktemp("embedded") / "empty.sqlite3"
    with using(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)
    return file


@pytest.fixture(scope="session")
def postgresql():
    """The address of a server, whose database `empty` has the ledger's tables."""
    if programs() is None:
        pytest.skip(MISSING)
    with server(durable=False) as address:
        with using(address.format("postgres")), connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE empty")
        with using(address.format("empty")):
            call_command("migrate", verbosity=0)
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request, tmp_path):
    """An empty ledger on each engine; its address."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("embedded"), tmp_path / "books.sqlite3")
        with using(f"sqlite:///{file}") as url:
            yield url
        return
    address = request.getfixturevalue("postgresql")
    with using(address.format("postgres")), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS books WITH (FORCE)")
        cursor.execute("CREATE DATABASE books TEMPLATE empty")
    with using(address.format("books")) as url:
        yield url


@pytest.fixture
def three(books):  # noqa: ARG001 - the books that are in use
    """A member with 100 credits of which nothing may be owed, another with none, and society without a floor."""
    from parecon.service.ledger import commands as ledger

    accounts = [ledger.open_account(f"open:{name}", name, kind, floor, 1).number for name, kind, floor in (
        ("ana", ledger.Kind.MEMBER, 0), ("ben", ledger.Kind.MEMBER, 0), ("all", ledger.Kind.SOCIETY, None))]
    ledger.post("first", accounts[2], accounts[0], 100_000, 1, 1)
    return accounts


@pytest.fixture(autouse=True)
def in_english():
    """Whatever language a test's visitor chose, the next begins in the service's own."""
    yield
    translation.deactivate()


@pytest.fixture
def ana(books):  # noqa: ARG001 - the books that are in use
    """A member with a password."""
    from service import visitor

    return visitor.member()


@pytest.fixture
def browser(ana):  # noqa: ARG001 - who may come in
    """A browser on this computer, that shows forms only what it was given itself."""
    from service import visitor

    return visitor.browser()
