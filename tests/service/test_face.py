"""What all pages share: who comes in, what browsers are told, and that nothing is open that need not be."""

import os
import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.forms import CharField
from django.http import QueryDict
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, get_resolver
from django.utils.translation import override
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from parecon.service.answers import Answer, Refusal
from parecon.service.clock import DAY_US, begin_us, now_us
from parecon.service.face import environment, static
from parecon.service.face.beginning import way_in
from parecon.service.face.forms import ActForm, minted
from parecon.service.face.signing_in import address, card_that_was_typed, written
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Council, CouncilKind, Household, Mandate, Member, Role

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "between-us-and-the-pump"  # noqa: S105 - of nobody
CARD = card_with_check("4F7K2M9")
OPEN_TO_ALL = {"face:sign-in", "face:sign-out", "face:language", "face:invitation"}
PUBLISHED = {"desk:schedule", "desk:schedule-csv", "desk:good", "desk:stores", "desk:years", "desk:year",
             "desk:paper", "desk:rules", "api:schedule", "api:good", "api:estimate", "api:stores", "api:rules_told",
             "api:openapi-json"}


@pytest.fixture
def ana(books):  # noqa: ARG001 - the books that are in use
    """A member with a password."""
    household = Household.objects.create(party="h-ana", name="Ana's")
    member = Member(party="p-ana", card=CARD, name="Ana", household=household, joined_on=date(2026, 1, 1))
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture
def browser(ana):  # noqa: ARG001 - who may come in
    """A browser on this computer, that shows forms only what it was given itself."""
    return Client(SERVER_NAME="localhost", enforce_csrf_checks=True)


class Forms(HTMLParser):
    """The fields of a page's forms, by the address that they are sent to."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.errors, self.inputs = {}, [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms[given.get("action", "")] = self.now = {}
        if tag == "input":
            self.inputs.append(given)
            if given.get("name") and given.get("type") != "checkbox":
                self.now[given["name"]] = given.get("value", "")


def sent(browser, url, **filled):
    """What comes of filling in a page's form as a person without JavaScript does."""
    page = browser.get(url, follow=True)
    forms = Forms(page.content.decode()).forms
    to = next(action for action, fields in forms.items() if set(filled) <= set(fields))
    return browser.post(to or page.request["PATH_INFO"], forms[to] | filled)


def sign_in(browser, card=CARD, word=PASSWORD, to="/sign-in/"):
    return sent(browser, to, username=card, password=word)


def mandate(member, role=Role.CLERK, until_us=None):
    """A mandate that runs."""
    council = Council.objects.get_or_create(code="north", defaults={"name": "North", "kind": CouncilKind.CONSUMER,
                                                                    "party": "c-north"})[0]
    now = now_us()
    return Mandate.objects.create(member=member, council=council, role=role, from_us=now - DAY_US,
                                  until_us=until_us or now + DAY_US, given_by="p-x")


# Who comes in.

def test_whoever_is_not_signed_in_is_asked_to_and_led_on(browser):
    assert browser.get("/?x=1").url == "/sign-in/?next=/%3Fx%3D1"
    assert sign_in(browser, to="/?x=1").url == "/?x=1"
    assert "Your household" in browser.get("/").content.decode()


def test_a_card_is_read_however_it_was_typed(browser):
    assert sign_in(browser, card=f" {CARD.lower().replace('-', ' ')} ").url == "/"


@pytest.mark.parametrize("wrong", [{"word": "another"}, {"card": "9999"}])
def test_wrong_card_or_password_is_said_alike_and_does_not_let_in(browser, wrong):
    page = sign_in(browser, **wrong).content.decode()
    assert "do not belong together" in page
    assert browser.get("/").status_code == 302


def test_whoever_left_does_not_come_in(ana, browser):
    Member.objects.filter(pk=ana.pk).update(is_active=False)
    assert "do not belong together" in sign_in(browser).content.decode()


def test_nobody_is_led_to_a_page_of_others(browser):
    assert sign_in(browser, to="/sign-in/?next=https://elsewhere.example/").url == "/"


def test_five_wrong_passwords_lock_this_card_from_here_alone(browser):
    for _ in range(4):
        assert sign_in(browser, word="guess").status_code == 200
    locked = sign_in(browser, card=CARD.lower(), word="guess")
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert sign_in(browser).status_code == 429
    elsewhere = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7", enforce_csrf_checks=True)
    assert sign_in(elsewhere).url == "/"


def test_signing_out_closes_the_session(browser):
    sign_in(browser)
    assert sent(browser, "/").url == "/sign-in/"
    assert browser.get("/").status_code == 302


def test_a_session_of_a_mandate_is_short(ana, browser):
    sign_in(browser)
    assert browser.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    sent(browser, "/")
    mandate(ana)
    sign_in(browser)
    assert browser.session.get_expiry_age() < settings.DAY_SECONDS


# The first way in.

def twice(word):
    return {"password": word, "again": word}


def invited(member, at_us=None):
    return f"/invitation/{way_in(member, at_us or now_us())}/"


def test_an_invitation_sets_a_password_once_and_leads_in(ana, browser):
    link = invited(ana)
    assert sent(browser, link, **twice("quite another one")).url == "/"
    assert "Your household" in browser.get("/").content.decode()
    other = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert "not valid" in sent(other, link, **twice("a third one, why not")).content.decode()
    assert sign_in(other, word="quite another one").url == "/"


def test_an_invitation_ends_after_14_days_and_a_new_one_replaces_it(ana, browser):
    old, stale = invited(ana), invited(ana, now_us() - 15 * DAY_US)
    for link in (old, stale, "/invitation/AAAA-BBBB/"):
        page = sent(browser, link, **twice("quite another one"))
        assert "not valid" in page.content.decode()
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


@pytest.mark.parametrize(("first", "second", "said"), [
    ("m7-ortega", "m7-ortega", "at least 10"), ("1234567890123", "1234567890123", "entirely numeric"),
    ("password123", "password123", "too common"), ("quite another one", "quite another", "differ")])
def test_a_password_that_is_easily_guessed_or_mistyped_is_not_taken(ana, browser, first, second, said):
    link = invited(ana)
    page = sent(browser, link, password=first, again=second).content.decode()
    assert said in page
    assert first not in page
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert sent(browser, link, **twice("quite another one")).url == "/"


# The second proof.

def number_of(device):
    return f"{totp(device.bin_key):06}"


def with_device(member):
    return TOTPDevice.objects.create(user=member, confirmed=True, name="x")


def test_whoever_set_up_a_second_proof_shows_it_once_a_session(ana, browser):
    device = with_device(ana)
    sign_in(browser)
    assert browser.get("/?x=1").url == "/second-proof/?next=/%3Fx%3D1"
    number = number_of(device)
    assert "not the number" in sent(browser, "/second-proof/", number=f"{(int(number) + 1) % 10**6:06}"
                                    ).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert sent(browser, "/second-proof/?next=/%3Fx%3D1", number=number).url == "/?x=1"
    assert browser.get("/").status_code == 200


def test_a_number_counts_once(ana, browser):
    device = with_device(ana)
    number = number_of(device)
    sign_in(browser)
    assert sent(browser, "/second-proof/", number=number).url == "/"
    other = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    sign_in(other)
    assert "not the number" in sent(other, "/second-proof/", number=number).content.decode()


def test_guessing_numbers_needs_longer_and_longer_pauses(ana, browser):
    device = with_device(ana)
    sign_in(browser)
    number = number_of(device)
    sent(browser, "/second-proof/", number=f"{(int(number) + 1) % 10**6:06}")
    assert "not the number" in sent(browser, "/second-proof/", number=number).content.decode()


def test_a_mandate_needs_a_second_proof_where_others_can_reach_the_service(ana, browser):
    sign_in(browser)
    with override_settings(SECOND_PROOF_REQUIRED=True):
        assert browser.get("/").status_code == 200
        given = mandate(ana)
        assert browser.get("/").url == "/second-proof/set-up/?next=/"
        Mandate.objects.filter(pk=given.pk).update(recalled_us=now_us())
        assert browser.get("/").status_code == 200
    mandate(ana)
    assert "Set up a second proof" in browser.get("/").content.decode()


def test_setting_up_takes_the_first_number_as_proof(ana, browser):
    mandate(ana)
    sign_in(browser)
    page = browser.get("/second-proof/set-up/").content.decode()
    assert '<svg role="img"' in page
    device = TOTPDevice.objects.get()
    assert not device.confirmed
    assert "six digits" in sent(browser, "/second-proof/set-up/", number="12").content.decode()
    assert sent(browser, "/second-proof/set-up/", number=number_of(device)).url == "/"
    with override_settings(SECOND_PROOF_REQUIRED=True):
        assert browser.get("/").status_code == 200
    assert browser.get("/second-proof/set-up/").url == "/second-proof/"


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


def test_attempts_are_counted_by_card_however_typed():
    spellings = [CARD, CARD.lower(), f" {CARD.replace('-', '')} "]
    assert {card_that_was_typed(None, {"username": each}) for each in spellings} == {written(CARD)} == {CARD}
    assert card_that_was_typed(None, {}) is None


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


def test_passwords_are_kept_as_argon2(ana):
    assert ana.password.startswith("argon2")


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
