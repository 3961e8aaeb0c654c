"""A hostile member: whatever form is sent with whatever in it, what is others' is left alone."""

import struct
import zlib
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from PIL import Image

from parecon.service.desk.models import Item, Photo, Request
from parecon.service.face.forms import minted
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance
from parecon.service.people.models import Council, Household, Mandate, Member
from service.everybody import NAME, ROLES, SIGNED_IN, begun, picture
from service.test_matrix import rows

from databases import using

HOSTILE = "formerly"  # had every mandate, and has none
MAY_KNOW = {"member", "clerk", "steward", "treasurer", "organiser", "auditor", "keeper"}  # Ana's name, by the policy
MARK = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}%s%n{0.__class__}\u202egnp"
EXTRA = ("holder", "household", "party", "on_behalf_of", "member", "state", "price_mcr", "credit_mcr", "is_active",
         "role", "is_superuser", "council", "number", "account", "pk", "id", "by", "at_us", "item", "request")
ELSEWHERE = ("https://evil.example/", "//evil.example/", "\\\\evil.example",
             "https:evil.example", "javascript:alert(1)")


class Forms(HTMLParser):
    """The forms of a page that are sent: where to, and what is in them when somebody chose the first of everything."""

    def __init__(self, at, page):
        super().__init__()
        self.at, self.found, self.now, self.list = at, [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        about = dict(attributes)
        if tag == "form" and about.get("method") == "post":
            self.now = {"action": about.get("action") or self.at, "fields": {}, "texts": [], "files": []}
            self.found.append(self.now)
        elif tag == "form":
            self.now = None
        elif self.now is not None and about.get("name") and tag in {"input", "textarea", "select"}:
            self._field(tag, about)
        elif tag == "option" and self.list and about.get("value") and not self.now["fields"].get(self.list):
            self.now["fields"][self.list] = about["value"]

    def _field(self, tag, about):
        name, kind = about["name"], about.get("type", "text" if tag == "input" else tag)
        self.list = name if tag == "select" else None
        if kind in {"text", "textarea"}:
            self.now["texts"].append(name)
        if kind == "file":
            self.now["files"].append(name)
        if kind not in {"file", "submit"} and not (kind == "radio" and name in self.now["fields"]):
            self.now["fields"][name] = about.get("value", "")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile") / "everybody.sqlite3"


@pytest.fixture(scope="module")
def here(file):
    """Everybody; nothing that a test does stays done."""
    with using(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)
    found = begun(file)
    with using(f"sqlite:///{file}"):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        yield found


@pytest.fixture(autouse=True)
def _undone(here):
    assert here
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def forms(here):
    """All forms, each by one who sees it; the hostile member first."""
    seen, found = set(), {}
    for role in sorted(set(SIGNED_IN) - {"gone"}, key=lambda role: role != HOSTILE):
        found[role] = [form for form in forms_of(here, role) if form["action"] not in seen]
        seen |= {form["action"] for form in found[role]}
    return found


def pages_of(here, role):
    """Pages that somebody can see: all of the hostile member's and of Ana's, of others' what only they can see."""
    browser, found = here.browser(role), {}
    for row in rows():
        if row["way"] == "GET" and row[role] == "200" and (role in {HOSTILE, "member"} or row[HOSTILE] != "200"):
            address = row["address"].format(**here.names)
            told = browser.get(address)
            found[address] = (b"".join(told) if told.streaming else told.content).decode("utf-8", "replace")
    return found


def forms_of(here, role):
    found = [form for at, page in pages_of(here, role).items() for form in Forms(at, page).found]
    return list({form["action"]: form for form in found if form["action"] not in {"/sign-out/", "/language/"}}.values())


def rows_of_others(here):
    """All that is not the hostile member's: accounts, things, requests, people, mandates, councils."""
    who = here.members[HOSTILE]
    account = Balance.objects.get(account__party=who.household.party).account_id
    models = {Item: "holder", Request: "household", Household: "party", Member: "party"}
    mine = {Item: who.household.party, Request: who.household_id, Household: who.household.party, Member: who.party}
    told = [list(model.objects.exclude(**{name: mine[model]}).order_by("pk").values_list())
            for model, name in models.items()]
    balances = Balance.objects.exclude(account=account).order_by("account").values_list()
    return [*told, list(balances), list(Mandate.objects.order_by("pk").values_list()),
            list(Council.objects.order_by("pk").values_list())]


def sent(browser, form, **more):
    """What comes of sending a form as it was seen, with an act's name of one's own."""
    cookies = SimpleCookie({name: each.value for name, each in browser.cookies.items()})
    fields = {name: value for name, value in form["fields"].items() if name != "csrfmiddlewaretoken"}
    files = {name: SimpleUploadedFile("a.png", picture(), "image/png") for name in form["files"]}
    told = browser.post(form["action"], fields | {"act": minted()} | files | more)
    browser.cookies = cookies
    return told


def filled(here, form, text):
    """What somebody would write into a form, with a text wherever one can be written."""
    said = dict.fromkeys(form["texts"], text)
    return said | {name: here.members["member"].card for name in ("card", "heir") if name in said}


# --- Others' forms and ids ------------------------------------------------------------------------------------------

def test_no_form_of_others_does_anything_in_the_hands_of_a_member(here, forms):
    browser, before = here.browser(HOSTILE), rows_of_others(here)
    others = [form for role in forms if role != HOSTILE for form in forms[role]]
    assert len(others) > 40
    for form in others:
        told = sent(browser, form, **filled(here, form, "mine now"))
        assert told.status_code == 404 or form["action"].startswith("/register/1/"), form["action"]
        assert rows_of_others(here) == before, form["action"]


def test_ids_and_fields_of_others_in_ones_own_forms_change_nothing_of_theirs(here, forms):
    browser, ana = here.browser(HOSTILE), here.members["member"]
    of_ana = {"label": here.names["announced"], "request": here.names["request kept"], "item": here.names["offered"],
              "role": "organiser", "council": Council.objects.get(code="federation").pk, "is_superuser": "1",
              "price_mcr": "1", "credit_mcr": "999999999"}
    given = dict.fromkeys(EXTRA, str(ana.household_id)) | of_ana | {"holder": ana.household.party, "party": ana.party}
    for form in forms[HOSTILE]:
        hidden = {name: value for name, value in given.items() if name not in form["texts"]}
        before = rows_of_others(here)
        with transaction.atomic():
            told = sent(browser, form, **filled(here, form, "mine") | hidden)
            assert told.status_code in {200, 302, 404}, form["action"]
            after = rows_of_others(here)
            transaction.set_rollback(True)
        if not form["action"].endswith(("/request/", "/wait/")):  # what others could have had
            assert after == before, form["action"]
    assert not audit.verify().wrong


def test_what_is_asked_for_with_fields_of_ones_own_costs_what_it_costs(here, forms):
    [form] = [each for each in forms[HOSTILE] if each["action"] == f"/find/{here.names['shelved']}/request/"]
    price = {}
    for more in ({}, {"price_mcr": "1", "household": here.members["member"].household_id, "hold": "0", "state": "2"}):
        with transaction.atomic():
            assert sent(here.browser(HOSTILE), form, **more).status_code == 302
            asked = Request.objects.latest("number")
            price[bool(more)] = asked.price_mcr, asked.household_id, asked.state
            transaction.set_rollback(True)
    assert price[True] == price[False]
    assert price[True][1] == here.members[HOSTILE].household_id


def test_without_the_proof_that_a_page_of_ours_was_open_nothing_is_done(here, forms):
    for role, seen in forms.items():
        browser, before = here.browser(role, checks=True), rows_of_others(here)
        for form in seen:
            assert sent(browser, form, **filled(here, form, "x")).status_code == 403, form["action"]
        assert rows_of_others(here) == before


# --- Names ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role", sorted(set(ROLES) - MAY_KNOW))
def test_a_members_name_is_shown_to_nobody_whom_the_policy_does_not_let_know_it(here, role):
    told = pages_of(here, role)
    shown = [address for address, page in told.items() if NAME in page or NAME.split()[1] in page]
    assert not shown


def test_whoever_may_know_a_name_is_shown_it_somewhere(here):
    for role in MAY_KNOW:
        assert any(NAME in page for page in pages_of(here, role).values()), role


# --- Slipped in -----------------------------------------------------------------------------------------------------

def test_script_and_formats_in_every_text_of_every_form_are_shown_as_text(here, forms):
    accepted = 0
    for role, seen in forms.items():
        for form in seen:
            told = sent(here.browser(role), form, **filled(here, form, MARK))
            assert told.status_code < 500, (role, form["action"])
            accepted += told.status_code == 302 and bool(form["texts"])
            assert b"<script>alert" not in told.content, (role, form["action"])
    assert accepted > 8
    shown = 0
    for role in ROLES:
        for address, page in pages_of(here, role).items():
            plain = address.endswith((".csv", "/export/"))
            assert plain or not any(each in page for each in ("<script>alert", "<img src=x")), address
            assert "14%s" not in page, address
            shown += "&lt;script&gt;" in page
    assert shown > 2


@pytest.mark.parametrize("text", ["a\0b", "x" * 200_000, "\ud800".encode("utf-8", "surrogatepass"), "-1", "9" * 400,
                                  "NaN"])
def test_whatever_is_written_is_answered_without_a_fault(here, forms, text):
    for role, seen in forms.items():
        for form in seen:
            with transaction.atomic():
                told = sent(here.browser(role), form, **dict.fromkeys(form["texts"], text))
                transaction.set_rollback(True)
            assert told.status_code < 500, (role, form["action"])


@pytest.mark.parametrize("value", ["\0", "-1", "9" * 30, "x"])
def test_whatever_stands_in_hidden_fields_is_answered_without_a_fault(here, forms, value):
    for role, seen in forms.items():
        for form in seen:
            others = {name: value for name in form["fields"] if name not in {*form["texts"], "act"}}
            with transaction.atomic():
                told = sent(here.browser(role), form, **filled(here, form, "text") | others)
                transaction.set_rollback(True)
            assert told.status_code < 500, (role, form["action"])


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nobody_is_led_to_another_place(here, to):
    stranger, member = here.browser("stranger"), here.browser("member")
    answers = [member.get("/sign-in/", {"next": to}), member.get("/second-proof/", {"next": to}),
               member.post("/language/", {"language": "de", "next": to}),
               stranger.post("/language/", {"language": "de", "next": to}, headers={"referer": to})]
    for told in answers:
        assert told.status_code == 302
        assert urlsplit(told.url).netloc in {"", "localhost", "testserver"}, told.url
        assert told.url.startswith("/"), told.url
        assert not told.url.startswith(("//", "/\\")), told.url


def test_another_hosts_name_is_refused(here):
    for host in ("evil.example", "localhost.evil.example", "localhost@evil.example", "localhost/../evil", ""):
        told = here.browser("member").get("/", headers={"host": host})
        assert told.status_code == 400, host
        assert b"evil" not in told.content


@pytest.mark.parametrize("label", ["..%2f..%2fetc%2fpasswd", "%2e%2e", "..;", "%00", "%0d%0aSet-Cookie:x=1", "*", "%25",
                                   "%F0%9F%9A%B2", "A" * 3000])
def test_paths_in_labels_lead_nowhere(here, label):
    member, clerk = here.browser("member"), here.browser("clerk")
    for page in (f"/things/{label}/", f"/things/{label}/slip/", f"/find/{label}/", f"/l/{label}/"):
        told = member.get(page)
        assert told.status_code == 404, page
        assert "Set-Cookie:x" not in str(told.headers)
    for page in (f"/desk/things/{label}/", f"/desk/labels/?label={label}", f"/desk/things/{label}/photograph/"):
        assert clerk.get(page).status_code == 404, page


# --- Photographs ----------------------------------------------------------------------------------------------------

def bomb(side=50_000):
    """A small PNG that says that it is very large."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rest


def photographed(here, sent_bytes):
    """What a clerk is answered who adds a photograph to the bicycle on the shelf."""
    form = {"action": f"/desk/things/{here.names['shelved']}/photograph/", "fields": {}, "files": []}
    return sent(here.browser("clerk"), form, picture=SimpleUploadedFile("a.jpg", sent_bytes, "image/jpeg"))


@pytest.mark.parametrize("none", [b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", bomb(),
                                  b"GIF89a/*<script>*/=1;alert(1)", b"%PDF-1.4", b"\xff\xd8\xff\xe0" + bytes(500),
                                  picture()[:60], b"#!/bin/sh\n", b"x"])
def test_what_is_no_photograph_is_refused_in_words(here, none):
    told = photographed(here, none)
    assert told.status_code == 200
    assert "not a picture that can be read" in told.content.decode()
    assert Photo.objects.count() == 1


def test_of_a_photograph_nothing_but_the_picture_is_kept(here):
    made, about = BytesIO(), Image.Exif()
    about[0x010E], about[0x8825] = "where Ana lives", {1: "N", 2: (52.0, 30.0, 0.0)}
    Image.new("RGB", (300, 200), "blue").save(made, "JPEG", exif=about)
    assert photographed(here, made.getvalue() + b"<script>alert(1)</script>PK\x03\x04").status_code == 302
    kept = bytes(Photo.objects.latest("number").jpeg)
    assert b"script" not in kept
    assert b"Ana" not in kept
    assert not Image.open(BytesIO(kept)).getexif()
    shown = here.browser("member").get(f"/photos/{Photo.objects.latest('number').pk}.jpg")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
