"""Who comes in: by card and password, for the first time by an invitation, with a second proof."""

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from parecon.service.clock import DAY_US, now_us
from parecon.service.face.beginning import way_in
from parecon.service.face.signing_in import card_that_was_typed, written
from parecon.service.people.models import Mandate, Member
from service.visitor import CARD, PASSWORD, mandate, sent, sign_in

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


def test_passwords_are_kept_as_argon2(ana):
    assert ana.password.startswith("argon2")


def test_attempts_are_counted_by_card_however_typed():
    spellings = [CARD, CARD.lower(), f" {CARD.replace('-', '')} "]
    assert {card_that_was_typed(None, {"username": each}) for each in spellings} == {written(CARD)} == {CARD}
    assert card_that_was_typed(None, {}) is None
