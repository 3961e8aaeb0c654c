"""A new user installs, opens the demonstration, hands in a bicycle, gets a revised quote, accepts, and another member
in another area requests and receives it, with the ledger verified at the end: on telephones, with and without
JavaScript.
"""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from served import free_port, serving
from service.telephones import Telephone, chromium

from command import one_object, parecon

STANDS = """SELECT posted_mcr FROM ledger_balance JOIN ledger_account a ON account_id = a.number
            JOIN people_household h USING (party) JOIN people_member m ON m.household_id = h.number WHERE card = ?"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A new user installs and opens the demonstration: its folder, its address, and the cards that it tells."""
    folder, port = tmp_path_factory.mktemp("story") / "demonstration", free_port()
    with chromium() as browser, serving(folder, port, "--demo") as said:
        cards = dict(re.findall(r"^ +(\S.*?) +card (\S+) ", said, re.MULTILINE))
        yield browser, folder, f"http://localhost:{port}", cards


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def story(request, opened):
    return Story(*opened, javascript=request.param == "with JavaScript")


class Story:
    """What people do in it, one after the other."""

    def __init__(self, browser, folder, at, cards, *, javascript):
        self.browser, self.folder, self.at, self.cards, self.javascript = browser, folder, at, cards, javascript
        self.bicycle = f"grandmother's bicycle ({'new' if javascript else 'old'} telephone)"

    @contextmanager
    def telephone(self, who):
        """The telephone of somebody who signs in."""
        telephone = Telephone(self.browser, self.at, self.javascript)
        telephone.signs_in(self.cards[who])
        yield telephone
        telephone.puts_away()

    def balance(self, who):
        """What stands on the account of somebody's household, by the books in the folder."""
        with closing(sqlite3.connect(self.folder / "parecon.sqlite3")) as books:
            return books.execute(STANDS, [self.cards[who]]).fetchone()[0]

    def announces_a_bicycle_like_new(self, who):
        """What the page promises for it, before anybody looked at it; and the letters of its label."""
        with self.telephone(who) as of:
            of.goes_to("Bring")
            of.chooses("What is it?", "bicycle")
            of.ticks("In what condition", "like new")
            of.presses("Show what I would get")
            estimate = of.credits()
            of.fills_in("What would you call it?", self.bicycle)
            of.chooses("To which store", "Riverside")
            of.presses("Announce it")
            of.reads("It is announced", "bring it to Riverside, Mill Lane 4")
            of.follows("The slip to bring along")
            return estimate, of.page.locator("code").first.inner_text()

    def receives_and_inspects_it(self, who, label):
        """The clerk scans the slip, finds the bicycle worn, and says why."""
        with self.telephone(who) as of:
            of.goes_to("The desk")
            of.fills_in("Scan or type", label)
            of.presses("Go")
            of.presses("Receive it at Riverside")
            of.follows("Inspect and grade")
            of.reads("Make the offer")
            for question in ("Do both brakes work", "Are frame and fork straight", "Do the lights work",
                             "Does the frame number belong"):
                of.ticks(question, "yes")
            of.ticks("Do wheels run true", "no")
            of.ticks("In what condition", "worn")
            of.fills_in("What should the member know?", "The gears slip.")
            of.presses("Make the offer")
            of.reads("The offer is made")

    def reads_the_revised_quote_and_accepts(self, who, estimate):
        """What the member got for it."""
        with self.telephone(who) as of:
            of.goes_to("My things")
            of.follows(self.bicycle.capitalize())
            of.reads("Before and now", "The gears slip.", "Ask for a second inspection")
            quote = of.credits()
            assert 0 < quote < estimate
            of.presses("Accept:")
            of.reads("Receipt: handed in", "the credits are on your account")
            return quote

    def requests_it(self, who):
        """What the member of the other area is to pay."""
        with self.telephone(who) as of:
            of.goes_to("Find")
            of.follows("Bicycle")
            of.follows(self.bicycle.capitalize())
            price = of.credits()
            of.follows("I want this one")
            of.chooses("Where will you fetch it?", "Hillside")
            of.presses("Keep it for me")
            of.reads("It is kept for you", "It is being sent to Hillside")
            return price

    def receives_it_from_the_lorry_and_hands_it_over(self, who, label):
        """The other store's clerk, when the member stands there with the card."""
        with self.telephone(who) as of:
            of.goes_to("The desk")
            of.reads("Coming here")
            of.fills_in("Scan or type", label)
            of.presses("Go")
            of.presses("It has arrived here")
            of.reads(self.cards["a member in Hillside"])
            of.presses("The card is right: hand it over")
            of.reads("It is handed over and paid")

    def has_it_at_home(self, who):
        """The member finds it among what the household has."""
        with self.telephone(who) as of:
            of.reads("What you have from the exchange")
            of.follows(self.bicycle.capitalize())
            of.reads("with you")

    def books_are_whole(self):
        """The ledger verifies, and the law comes to the same entries."""
        file = self.folder / "parecon.sqlite3"
        verified = subprocess.run([sys.executable, "-m", "parecon.service", "ledger_verify"], capture_output=True,
                                  text=True, check=False, env=os.environ | {"DATABASE_URL": f"sqlite:///{file}"})
        assert verified.stdout.startswith("whole, "), verified.stderr
        assert one_object(parecon("audit", file, "--json"))["agrees"]


def test_a_bicycle_handed_in_is_received_in_another_area_and_the_ledger_verifies(story):
    giver, taker = "a member in Riverside", "a member in Hillside"
    had = {who: story.balance(who) for who in (giver, taker)}

    estimate, label = story.announces_a_bicycle_like_new(giver)
    story.receives_and_inspects_it("the clerk in Riverside", label)
    quote = story.reads_the_revised_quote_and_accepts(giver, estimate)
    price = story.requests_it(taker)
    story.receives_it_from_the_lorry_and_hands_it_over("the clerk in Hillside", label)
    story.has_it_at_home(taker)

    story.books_are_whole()
    assert story.balance(giver) == had[giver] + quote
    assert story.balance(taker) == had[taker] - price


def test_what_is_said_is_reckoned_and_searched_at_once_or_when_a_button_is_pressed(story):
    with story.telephone("a member in Riverside") as of:
        of.page.goto("/schedule/")
        of.chooses("What is it?", "bicycle")
        of.ticks("In what condition", "good")
        if not story.javascript:
            of.presses("Show what it is worth")
        of.reads("You would get about")
        of.page.wait_for_url("**good=4**")
        first, before = of.credits(), of.page.locator(".figure").first.inner_text()
        of.ticks("In what condition", "worn")
        if not story.javascript:
            of.presses("Show what it is worth")
        of.page.wait_for_url("**grade=2**")
        of.reads_another(".figure", before)
        assert of.credits() < first

        of.page.goto("/find/?good=4")
        of.page.get_by_text("Change the search").click()
        of.fills_in("At most how many credits?", "1")
        if not story.javascript:
            of.presses("Search")
        of.reads("There is none like this at present")
        of.page.wait_for_url("**most=1**")
