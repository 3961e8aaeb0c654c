"""What all pages share: who comes in, what browsers are told, and that nothing is open that need not be."""

from datetime import date

import pytest
from django.test import Client

from parecon.service.people.models import Household, Member

PASSWORD = "between-us-and-the-pump"  # noqa: S105 - of nobody


@pytest.fixture
def ana(books):  # noqa: ARG001 - the books that are in use
    """A member with a password."""
    household = Household.objects.create(party="h-ana", name="Ana's")
    member = Member(party="p-ana", card="4F7K-2M91", name="Ana", household=household, joined_on=date(2026, 1, 1))
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture
def browser():
    """A browser on this computer."""
    return Client(SERVER_NAME="localhost")


def test_whoever_is_not_signed_in_is_asked_to(books, browser):  # noqa: ARG001 - the books that are in use
    answer = browser.get("/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/")


def test_card_and_password_sign_in(ana, browser):
    assert "this card number and password do not" in browser.post(
        "/sign-in/", {"username": ana.card, "password": "x"}).content.decode().lower()
    assert browser.post("/sign-in/", {"username": " 4f7k-2m91 ", "password": PASSWORD}).url == "/"
    assert "Your household" in browser.get("/").content.decode()
