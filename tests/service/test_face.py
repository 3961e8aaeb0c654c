"""What all pages share: what is open, what browsers are told, forms, words, and what the first pages lead to."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.forms import CharField
from django.http import QueryDict
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, get_resolver
from django.utils.translation import override

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import begin_us
from parecon.service.face import environment, static
from parecon.service.face.forms import ActForm, minted
from parecon.service.face.signing_in import address
from parecon.service.people.models import Household, Role
from service.visitor import CARD, Forms, mandate, sign_in

ROOT = Path(__file__).parent.parent.parent
OPEN_TO_ALL = {"face:sign-in", "face:sign-out", "face:language", "face:invitation"}
PUBLISHED = {"desk:schedule", "desk:schedule-csv", "desk:good", "desk:stores", "desk:years", "desk:year",
             "desk:paper", "desk:rules", "api:schedule", "api:good", "api:estimate", "api:stores", "api:rules_told",
             "api:openapi-json"}


# What is open, and what browsers are told.

def pages(patterns=None, before="", space=""):
    """Every address of the service, with examples in place of what changes: its name and the address."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + re.sub(r"<(?:(\w+):)?\w+>", lambda part: "1" if part[1] == "int" else "a", str(each.pattern))
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}", f"/{path.lstrip('^').rstrip('$')}"
        else:
            yield from pages(each.url_patterns, path, f"{each.namespace}:" if each.namespace else space)


def test_every_address_that_is_not_open_to_all_refuses_whoever_is_not_signed_in(books):  # noqa: ARG001
    asked = list(pages())
    assert {name for name, _ in asked} >= OPEN_TO_ALL
    outside = Client(SERVER_NAME="localhost")
    open_to_all = {name for name, path in asked
                   if not all(refuses(answer) for answer in (outside.get(path), outside.post(path)))}
    assert open_to_all <= OPEN_TO_ALL | PUBLISHED


def refuses(answer):
    """Whether somebody is not let in, or sent to sign in first; or cannot ask like this at all."""
    return answer.status_code in {401, 403, 405} or (
        answer.status_code == 302 and answer.url.startswith("/sign-in/?next="))


def test_what_everybody_may_read_takes_nothing_from_anybody(books):  # noqa: ARG001 - the books that are in use
    outside = Client(SERVER_NAME="localhost")
    for name, path in pages():
        if name in PUBLISHED:
            assert outside.post(path).status_code in {404, 405}




def test_forms_from_elsewhere_and_old_forms_change_nothing_and_say_so(browser):
    sign_in(browser)
    page = browser.post("/sign-out/", {})
    assert page.status_code == 403
    assert "too old" in page.content.decode()
    assert browser.get("/").status_code == 200


def test_browsers_are_told_to_run_nothing_but_ours_and_to_keep_nothing_private(browser):
    sign_in(browser)
    page = browser.get("/")
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert (page["X-Frame-Options"], page["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"


def templates():
    return [path for path in (ROOT / "src" / "parecon" / "service").rglob("*.html") if "templates" in path.parts]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_template_has_script_or_style_in_it(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)


def test_what_is_larger_than_any_form_is_not_read(browser):
    sign_in(browser)
    answer = browser.generic("POST", "/", b"", CONTENT_LENGTH=str(settings.UPLOAD_BYTES + 1))
    assert answer.status_code == 413
    assert "25 megabytes" in answer.content.decode()


def test_a_page_that_is_not_there_says_so(browser):
    sign_in(browser)
    page = browser.get("/nothing/")
    assert page.status_code == 404
    assert "no such page" in page.content.decode()


def test_under_a_name_that_is_not_ours_nothing_is_served(browser):
    browser.raise_request_exception = False
    page = browser.get("/sign-in/", headers={"host": "desk.elsewhere.example"})
    assert page.status_code == 400
    assert "cannot be understood" in page.content.decode()


def test_a_mistake_of_ours_says_that_nothing_is_lost(browser, monkeypatch):
    sign_in(browser)
    browser.raise_request_exception = False
    monkeypatch.setattr("parecon.service.face.pages.Balance.objects", None)
    page = browser.get("/")
    assert page.status_code == 500
    assert "Nothing was lost" in page.content.decode()
    assert "Nichts ging verloren" in page.content.decode()


def test_static_files_are_served_under_the_hash_of_their_content(browser):
    name = "face/style.css"
    url = static.Hashed().url(name)
    assert url == f"/static/{name}?v={static.content_hash(name)}"
    answer = browser.get(url)
    assert "max-age=31536000" in answer["Cache-Control"]
    assert b"@media print" in b"".join(answer)


def test_htmx_is_the_published_one_with_its_licence():
    folder = ROOT / "src/parecon/service/face/static/face"
    assert 'version:"2.0.11"' in (folder / "htmx.min.js").read_text()
    assert "Zero-Clause BSD" in (folder / "htmx.LICENSE").read_text()


# Settings.

def checked(**environment):
    command = [sys.executable, "-m", "parecon.service", "check", "--deploy", "--fail-level", "WARNING"]
    kept = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=False)


def test_the_deploy_checks_are_clean_behind_a_proxy(tmp_path):
    url = f"sqlite:///{tmp_path}/books.sqlite3"
    done = checked(DATABASE_URL=url, PARECON_HTTPS="1", PARECON_HOSTS="exchange.town.example")
    assert (done.returncode, done.stdout + done.stderr) == (0, "System check identified no issues (2 silenced).\n")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert "security.W004" in checked(DATABASE_URL=url).stderr


def test_the_key_is_made_once_and_kept(tmp_path):
    first = environment.kept_key(tmp_path)
    assert len(first) >= 50
    assert environment.kept_key(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_behind_the_proxy_its_last_word_is_from_where_somebody_comes():
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.1")
    assert address(request) == "127.0.0.1"
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert address(request) == "192.0.2.1"


# Forms.

class Sized(ActForm):
    """A form with a field."""

    size = CharField(label="Size", help_text="In metres.")


def test_each_form_has_a_name_of_its_own_that_nobody_can_choose():
    assert len({Forms(f"<form>{ActForm()}").inputs[0]["value"] for _ in range(5)}) == 5
    for bad in ("", "a" * 31, "A" * 32, "x" * 32, "a" * 33, f"{'a' * 31}\n"):
        assert not ActForm({"act": bad}).is_valid()
    assert ActForm({"act": minted()}).is_valid()


def test_errors_belong_to_their_field_also_for_the_ear():
    page = str(Sized({"act": minted()}))
    [field] = [each for each in Forms(f"<form>{page}").inputs if each["name"] == "size"]
    assert field["aria-invalid"] == "true"
    assert set(field["aria-describedby"].split()) == {"id_size_helptext", "id_size_error"}
    assert all(f'id="{each}"' in page for each in field["aria-describedby"].split())
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert '<a href="#id_size">Size</a>' in page
    assert 'role="alert"' not in str(Sized())


def test_a_refused_form_keeps_its_name_unless_the_name_is_taken():
    data = QueryDict(f"act={minted()}&size=2")
    form = Sized(data)
    assert form.is_valid()
    form.refuse(Answer(Refusal.NOT_NOW))
    assert (form["act"].value(), "cannot be done as things stand" in str(form)) == (data["act"], True)
    form.refuse(Answer(Refusal.NAME_TAKEN))
    assert form["act"].value() != data["act"]
    assert ActForm({"act": form["act"].value()}).is_valid()


# Words.

def rendered(template, language="en", **given):
    with override(language):
        return Template("{% load face %}" + template).render(Context(given))


@pytest.mark.parametrize(("amount_mcr", "english", "german"), [
    (1_234_500, "1,234.50 credits", "1.234,50 Credits"), (0, "0.00 credits", "0,00 Credits"),
    (-7, "−0.007 credits", "−0,007 Credits"), (1000, "1.00 credit", "1,00 Credit"),
    (2**60, "1,152,921,504,606,846.976 credits", "1.152.921.504.606.846,976 Credits"), (None, "–", "–")])
def test_credits_are_told_to_the_last_digit_in_both_languages(amount_mcr, english, german):
    assert rendered("{{ amount|credits }}", amount=amount_mcr) == english
    assert rendered("{{ amount|credits }}", "de", amount=amount_mcr) == german


def test_months_times_and_sentences_are_told_in_both_languages():
    assert rendered("{{ 25|month }} {{ none|month }}", none=None) == "February 2002 –"
    assert rendered("{{ 25|month }}", "de") == "Februar 2002"
    assert rendered("{{ at|when }}", at=begin_us(25)) == "Feb. 1, 2002, 00:00"
    assert rendered("{{ at|when }}", "de", at=date(2026, 3, 1)) == "1. März 2026"
    answer = Answer(Refusal.NOT_NOW)
    assert rendered("{{ answer|sentence }}", answer=answer) == answer.sentence
    assert rendered("{{ answer|sentence }}", "de", answer=answer) != answer.sentence


def test_what_is_shown_is_text_and_nothing_else():
    page = rendered("{% qr text label %}", text="x", label='"><script>alert(1)</script>')
    assert "<script>" not in page


def test_the_language_can_be_chosen_and_stays(browser):
    sign_in(browser)
    form = Forms(browser.get("/").content.decode()).forms["/language/"]
    assert browser.post("/language/", form | {"language": "de"}).url == "/"
    page = browser.get("/").content.decode()
    assert '<html lang="de">' in page
    assert "Ihr Haushalt" in page


def test_everything_that_is_shown_has_its_german_and_is_compiled():
    done = subprocess.run([sys.executable, ROOT / "scripts" / "translations.py", "--check"], capture_output=True,
                          text=True, check=False)
    assert done.stdout == "everything is translated\n", done.stderr


# What the first pages lead to.

def test_signing_in_leads_to_what_is_open_to_all_and_names_cards_in_the_demonstration_alone(browser, tmp_path,
                                                                                            monkeypatch):
    (tmp_path / "demonstration.txt").write_text(f"Sign in with:\n  the clerk   card {CARD}   (Ana)\nTo try\n")
    monkeypatch.setenv("PARECON_FOLDER", str(tmp_path))
    page = browser.get("/sign-in/").content.decode()
    assert all(f'href="/{place}/"' in page for place in ("schedule", "stores", "years"))
    assert CARD not in page
    with override_settings(DEMO=True):
        assert f"<li>the clerk card {CARD} (Ana)</li>" in browser.get("/sign-in/").content.decode()


def test_who_organises_alone_is_told_what_comes_next_and_others_are_not(ana, browser):
    mandate(ana, Role.ORGANISER)
    sign_in(browser)
    page = browser.get("/").content.decode()
    for place in ("/households/add/", "/councils/of/north/mandate/", "/members/cards/"):
        assert f'href="{place}"' in page
    assert page.index("Your work") < page.index("What you can spend")
    Household.objects.create(party="h-ben", name="Ben's")
    page = browser.get("/").content.decode()
    assert "Your work" not in page
    assert "Members and households" in page


def test_a_role_is_chosen_and_never_taken_for_granted(ana, browser):
    mandate(ana, Role.ORGANISER)
    sign_in(browser)
    page = browser.get("/councils/of/north/mandate/").content.decode()
    assert re.search(r'<option value=""[^>]*selected[^>]*>Choose …', page)


def test_the_band_of_the_desk_is_on_no_print():
    printed = (ROOT / "src/parecon/service/face/static/face/style.css").read_text().partition("@media print")[2]
    assert ".desk," in next(line for line in printed.splitlines() if "display: none" in line)


def test_a_mandate_is_named_in_the_language_of_the_page(ana):
    with override("de"):
        assert str(mandate(ana)) == "Ana: Schalterdienst für North"
