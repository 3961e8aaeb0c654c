"""Members' telephones: browsers of telephone size, with or without JavaScript, looking at a served demonstration."""

import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = "/usr/bin/chromium"
MISSING = "a browser is missing; on Debian: apt-get install chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
WIDTH, HEIGHT = 390, 844
PASSWORD = "demonstration"  # noqa: S105 - everybody is told it


@contextmanager
def chromium():
    """The browser, once for many telephones."""
    if not Path(CHROMIUM).exists() and not shutil.which("chromium"):
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Telephone:
    """A telephone in somebody's hand: what they can read, fill in and press on it."""

    def __init__(self, browser, at, javascript):
        self.context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, is_mobile=True, has_touch=True,
                                           java_script_enabled=javascript, base_url=at)
        self.page, self.wrong = self.context.new_page(), []
        self.page.set_default_timeout(10_000)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        self.page.on("response", lambda told: self.wrong.append(told.url) if told.status >= 400 else None)

    def signs_in(self, card):
        """Opens the first page, which asks for a card and a password."""
        self.page.goto("/")
        self.fills_in("Card number", card)
        self.fills_in("Password", PASSWORD)
        self.presses("Sign in")

    def goes_to(self, place):
        """Opens the menu and follows a line of it."""
        self.page.get_by_text("Menu", exact=True).click()
        self.page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()

    def follows(self, link):
        """Follows a link."""
        self.page.get_by_role("link", name=link).first.click()

    def fills_in(self, label, text):
        """Writes into a field."""
        self.page.get_by_label(label).fill(text)

    def chooses(self, label, what):
        """Chooses from a list."""
        self.page.get_by_label(label).select_option(label=what)

    def ticks(self, question, answer):
        """Ticks one of the answers to a question."""
        self.page.get_by_role("group", name=question).get_by_label(re.compile(rf"^\s*{answer}\s*(:|$)")).check()

    def presses(self, button):
        """Presses a button."""
        self.page.get_by_role("button", name=button).click()

    def reads(self, *texts):
        """Whether all of this can be seen on the page."""
        for text in texts:
            self.page.get_by_text(text).first.wait_for()

    def reads_another(self, where, text):
        """Whether something else stands there, now or in a moment."""
        self.page.locator(where).first.filter(has_not_text=text).wait_for()

    def credits(self, of=".figure"):
        """The amount that stands there, in milli-credits."""
        whole, rest = re.search(r"([\d,]+)\.(\d+) credits?", self.page.locator(of).first.inner_text()).groups()
        return int(whole.replace(",", "")) * 1000 + int(rest.ljust(3, "0"))

    def puts_away(self):
        """Closes it; nothing went wrong behind what was seen."""
        self.context.close()
        assert not self.wrong
