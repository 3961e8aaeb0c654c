"""`parecon serve` as a volunteer starts it: in a process of its own, on a free port, in an empty folder."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest

from parecon.secondhand.durables import BUNDLED
from served import SERVING, free_port, serving

from command import START, parecon, refused

DURABLES = BUNDLED["us-2017"]
NAMED = ("--federation", "Millbrook", "--organiser", "Ana Ortega")
PASSWORD = "between-us-and-the-pump"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in ("DATABASE_URL", "SECRET_KEY", "PARECON_HOSTS", "PARECON_HTTPS", "PARECON_DEMO", "PARECON_FOLDER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def port():
    return free_port()


def wait_for(file, seconds=30):
    """Until a file is there."""
    until = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.05)


class Browser:
    """A browser without JavaScript: it follows addresses, keeps cookies and sends forms."""

    def __init__(self, port):
        self.at = f"http://localhost:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, url):
        return self._asked(url)

    def send(self, url, to, **filled):
        page = self.get(url)[1]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)) | filled
        return self._asked(to, urlencode(fields).encode())

    def _asked(self, url, data=None):
        try:
            with self.opener.open(url if "://" in url else self.at + url, data, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, monkeypatch):
    """Nothing said of a database, or the address of an empty one on a server."""
    if request.param == "sqlite":
        return
    address = request.getfixturevalue("postgresql")
    with psycopg.connect(address.format("postgres"), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS served WITH (FORCE)")
        server.execute("CREATE DATABASE served")
    monkeypatch.setenv("DATABASE_URL", address.format("served"))


@pytest.mark.usefixtures("where")
def test_it_founds_a_federation_leads_its_organiser_in_and_goes_on_where_it_stopped(tmp_path, port):
    folder = tmp_path / "own"
    with serving(folder, port, *NAMED) as said:
        assert "Millbrook is founded. Ana Ortega holds every mandate" in said
        card, link = re.search(r"Card number: (\S+)", said)[1], re.search(r"http\S+/invitation/\S+", said)[0]
        browser = Browser(port)
        assert "Sign in" in browser.get("/")[1]
        page = browser.send(link, "/invitation/", password=PASSWORD, again=PASSWORD)[1]
        assert "Your household" in page
        assert card in page
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with serving(folder, port) as said:
        assert said.startswith(SERVING)
        assert "Your household" in browser.get("/")[1]
        other = Browser(port)
        assert "Millbrook" in other.send("/sign-in/", "/sign-in/", username=card.lower(), password=PASSWORD)[1]
        status, style = other.get(re.search(r'href="(/static/[^"]+css[^"]*)"', other.get("/")[1])[1])
        assert (status, "@media print" in style) == (200, True)
        assert other.get("/nothing/")[0] == 404


def test_prices_and_goods_of_a_new_federation_are_as_was_said(tmp_path, port):
    table = tmp_path / "ours.csv"
    table.write_text(DURABLES.read_text())
    with serving(tmp_path / "own", port, *NAMED, "--mode", "true-up", "--catalogue", str(table),
                 "--set", "secondhand.least_worth_mcr=60_000"):
        pass
    with closing(sqlite3.connect(tmp_path / "own" / "parecon.sqlite3")) as books:
        [(changes,)] = books.execute("SELECT changes FROM desk_federation")
        [(name, law)] = books.execute("SELECT name, law FROM desk_schedule JOIN desk_catalogue ON catalogue_id = id")
    assert json.loads(changes) == {"secondhand": {"mode": "true-up", "least_worth_mcr": 60_000}}
    assert (name, json.loads(law)["mode"]) == ("ours.csv", "true-up")


@pytest.mark.parametrize(("option", "value", "said"), [
    ("--mode", "spot", "guaranteed"),
    ("--catalogue", "nowhere.csv", "founding: durables: found nowhere.csv, expected a table in CSV or Parquet, or "),
    ("--catalogue", "bad.csv", "bad.csv"),
    ("--set", "secondhand.least_wort=1", "--set: secondhand.least_wort: found a name that is not in force here"),
    ("--set", "secondhand.least_worth_mcr=-1", "[secondhand] least_worth_mcr: found -1, expected from 0 to ")])
def test_prices_and_goods_that_cannot_be_are_one_line_and_nothing_is_founded(tmp_path, port, option, value, said):
    (tmp_path / "bad.csv").write_text("code,name\n")
    line = refused(parecon("serve", "--folder", "own", "--port", port, *NAMED, option, value, cwd=tmp_path))
    assert said in line
    if (file := tmp_path / "own" / "parecon.sqlite3").exists():
        with closing(sqlite3.connect(file)) as books:
            tables = ("desk_federation", "desk_schedule", "people_council", "people_member")
            assert [books.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables] == [(0,)] * 4


def test_its_three_questions_are_asked_where_somebody_can_answer(tmp_path, port):
    ours, theirs = os.openpty()
    os.write(ours, b"Millbrook\n\nRiverside\nAna\n")
    with serving(tmp_path / "own", port, stdin=theirs) as said:
        assert "What is your federation called?" in said
        assert "What is its first council called" in said
        assert "Millbrook is founded. Ana holds" in said
    os.close(ours)
    os.close(theirs)


def test_nobody_is_asked_where_nobody_can_answer(tmp_path, port):
    done = parecon("serve", "--folder", tmp_path / "own", "--port", port, stdin=subprocess.DEVNULL)
    assert refused(done) == ("parecon: --federation: name: found nothing, expected a name, since nobody is there to "
                             "ask: --federation NAME")


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(parecon("serve", "--folder", tmp_path / "own", "--port", port, *NAMED))
    assert said == (f"parecon: --port: port: found {port} (Address already in use), expected one that is free; choose "
                    "another with --port")
    assert not (tmp_path / "own").exists()
    assert "not a port" in refused(parecon("serve", "--folder", tmp_path / "own", "--port", "99999"))


@pytest.mark.parametrize(("url", "said"), [
    ("mysql://db/books", "DATABASE_URL: scheme: found mysql"),
    ("postgresql://desk:secret@127.0.0.1:1/books", "DATABASE_URL: books at 127.0.0.1: found"),
    ("sqlite:////dev/null/books", "DATABASE_URL: /dev/null/books: found unable to open database file")])
def test_a_database_that_cannot_be_had_is_one_line(tmp_path, port, url, said):
    line = refused(parecon("serve", "--folder", tmp_path / "own", "--port", port, *NAMED,
                           env=os.environ | {"DATABASE_URL": url}))
    assert line.startswith(f"parecon: {said}")
    assert "secret" not in line


def test_a_file_that_is_no_database_is_one_line(tmp_path, port):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "parecon.sqlite3").write_text("not a database " * 100)
    assert "file is not a database" in refused(parecon("serve", "--folder", folder, "--port", port, *NAMED))


def test_libraries_that_are_missing_are_named_in_one_line(tmp_path):
    without = "import importlib.util\nimportlib.util.find_spec = lambda name: None\n"
    done = parecon("serve", cwd=tmp_path, before=without)
    assert refused(done) == 'parecon: serving needs more libraries: pip install "parecon[serve]"'
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("where")
def test_checking_says_what_is_wrong_with_settings_and_books(tmp_path, port):
    folder = tmp_path / "own"
    with serving(folder, port, *NAMED):
        pass
    alone = parecon("serve", "--folder", folder, "--check")
    assert alone.returncode == 2
    assert {line.split(":")[0] for line in alone.stdout.splitlines()[:-1]} == {
        "security.W004", "security.W008", "security.W012", "security.W016"}
    whole = parecon("serve", "--folder", folder, "--check", env=os.environ | {
        "PARECON_HTTPS": "1", "PARECON_HOSTS": "exchange.town.example"})
    assert (whole.returncode, whole.stdout) == (0, "nothing is wrong with settings and books\n"), whole.stderr


def test_checking_names_the_account_that_somebody_changed(tmp_path, port):
    folder = tmp_path / "own"
    with serving(folder, port, *NAMED):
        pass
    with sqlite3.connect(folder / "parecon.sqlite3") as books:
        for (trigger,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            books.execute(f"DROP TRIGGER {trigger}")
        books.execute("UPDATE ledger_balance SET posted_mcr = 1 WHERE account_id = 2")
    books.close()
    done = parecon("serve", "--folder", folder, "--check", env=os.environ | {
        "PARECON_HTTPS": "1", "PARECON_HOSTS": "exchange.town.example"})
    assert done.returncode == 2
    assert done.stdout.startswith("ledger: account 2:")


def test_checking_a_folder_without_books_makes_none(tmp_path):
    assert "parecon: --folder: books: found none in" in refused(parecon("serve", "--folder", tmp_path / "x", "--check"))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_demonstration_that_was_stopped_while_it_was_made_is_begun_anew(tmp_path, port, stop):
    folder = tmp_path / "demo"
    with subprocess.Popen([sys.executable, "-c", START, "serve", "--demo", "--folder", folder, "--port", str(port)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert "half a minute" in program.stdout.readline()
        wait_for(folder / "demonstration.part" / "parecon.sqlite3")
        program.send_signal(stop)
        said = program.communicate(timeout=20)[1]
    assert "Traceback" not in said
    if stop == signal.SIGINT:
        assert (program.returncode, list(folder.iterdir())) == (130, [])
    (folder / "parecon.sqlite3").touch()  # as a start that was stopped by an older program left it
    with serving(folder, port, "--demo") as said:
        assert "Sign in with one of these cards" in said
    assert {file.name for file in folder.iterdir()} >= {"parecon.sqlite3", "demonstration.txt"}
    assert not (folder / "demonstration.part").exists()


def test_a_demonstration_leaves_the_books_of_others_alone(tmp_path, port):
    folder = tmp_path / "own"
    with serving(folder, port, *NAMED):
        pass
    before = (folder / "parecon.sqlite3").read_bytes()
    assert "those of another federation" in refused(parecon("serve", "--demo", "--folder", folder, "--port", port))
    assert (folder / "parecon.sqlite3").read_bytes() == before


def test_who_has_no_password_yet_gets_a_new_way_in_at_the_next_start(tmp_path, port):
    folder = tmp_path / "own"
    with serving(folder, port, *NAMED) as said:
        first = re.search(r"/invitation/(\S+)/", said)[1]
    with serving(folder, port) as said:
        assert "Ana Ortega has chosen no password yet." in said
        assert first not in said
        link = re.search(r"http\S+/invitation/\S+", said)[0]
        assert "Your household" in Browser(port).send(link, "/invitation/", password=PASSWORD, again=PASSWORD)[1]
    with serving(folder, port) as said:
        assert said.startswith(SERVING)


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0])
def test_ctrl_c_in_the_first_moments_ends_it_without_a_traceback(tmp_path, port, seconds):
    with subprocess.Popen([sys.executable, "-c", START, "serve", "--folder", tmp_path / "own", "--port", str(port),
                           *NAMED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        time.sleep(seconds)
        program.send_signal(signal.SIGINT)
        left = program.communicate(timeout=20)
    assert "Traceback" not in left[1]
    assert program.returncode in (130, -signal.SIGINT, 0)
    with serving(tmp_path / "own", port, *NAMED) as said:
        assert SERVING in said


def test_a_folder_that_cannot_be_written_is_one_line(port):
    said = refused(parecon("serve", "--folder", "/proc/own", "--port", port, *NAMED))
    assert said.endswith("expected one that can be written; choose another with --folder")
