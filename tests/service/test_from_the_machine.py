"""What only whoever sits at the machine can do for a member: a new way in, and another second proof."""

import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from federation import begun, household
from parecon.service.clock import now_us
from parecon.service.people.models import Invitation, Member

PASSWORD = "between-us-and-the-pump"  # noqa: S105 - of nobody
NAMES = "from parecon.service import settings; print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)"


@pytest.fixture
def ana(books):  # noqa: ARG001 - the books that are in use
    town = begun(now_us())
    return household(town, town.east, "Ana")[0]


def said(capsys, *command):
    call_command(*command)
    return capsys.readouterr().out


def test_a_new_link_lets_a_member_choose_a_password_once_and_voids_the_one_before(ana, capsys):
    first, link = said(capsys, "people_way_in", ana.card), said(capsys, "people_way_in", ana.card.lower())
    assert re.fullmatch(r"http://localhost:8000/invitation/[A-Z2-7-]+/\n", link)
    assert "localhost:8001/" in said(capsys, "people_way_in", ana.card, "--port", "8001")
    assert Invitation.objects.filter(member=ana).count() == 1
    link = said(capsys, "people_way_in", ana.card)
    with override_settings(ALLOWED_HOSTS=["localhost"], SECOND_PROOF_REQUIRED=False,
                           STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage."
                                                                "StaticFilesStorage"}}):
        browser = Client(SERVER_NAME="localhost")
        for each in (first, link):
            page = browser.get(each.strip().removeprefix("http://localhost:8000"), follow=True).content.decode()
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
            browser.post("/invitation/", fields | {"password": PASSWORD, "again": PASSWORD})
            assert Member.objects.get(pk=ana.pk).check_password(PASSWORD) is (each == link)


def test_a_lost_telephone_is_forgotten_and_no_other(ana, capsys):
    other = Member.objects.exclude(pk=ana.pk)[0]
    for member in (ana, other):
        TOTPDevice.objects.create(user=member, name="telephone", confirmed=True)
    assert said(capsys, "people_forget_second_proof", ana.card) == "done\n"
    assert [each.user_id for each in TOTPDevice.objects.all()] == [other.pk]
    with pytest.raises(CommandError, match="this member has no second proof"):
        call_command("people_forget_second_proof", ana.card)


@pytest.mark.parametrize("command", ["people_way_in", "people_forget_second_proof", "people_appoint"])
def test_a_card_that_nobody_has_is_said_in_one_line(ana, command):
    Member.objects.filter(pk=ana.pk).update(is_active=False)
    for card in (ana.card, "2222-2222", "\0", ""):
        with pytest.raises(CommandError, match=r"\A(no card has this number|no federation is founded)\Z"):
            call_command(command, card)
    assert not Invitation.objects.exists()


def test_a_browser_stays_signed_in_to_the_demonstration_and_to_a_federation_beside_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    names = []
    for demo in ("", "1"):
        monkeypatch.setenv("PARECON_DEMO", demo)
        done = subprocess.run([sys.executable, "-c", NAMES], cwd=tmp_path, capture_output=True, text=True, check=True)
        names += done.stdout.split()
    assert len(set(names)) == 4
