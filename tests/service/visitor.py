"""Somebody who comes to the pages: a member with a password, the browser they use, and how they come in."""

from datetime import date
from html.parser import HTMLParser

from django.test import Client

from parecon.service.clock import DAY_US, now_us
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Council, CouncilKind, Household, Mandate, Member, Role

PASSWORD = "between-us-and-the-pump"  # noqa: S105 - of nobody
CARD = card_with_check("4F7K2M9")


def member():
    """Ana, who has a password."""
    household = Household.objects.create(party="h-ana", name="Ana's")
    ana = Member(party="p-ana", card=CARD, name="Ana", household=household, joined_on=date(2026, 1, 1))
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def browser():
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
