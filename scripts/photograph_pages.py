"""Photographs the pages that docs/ shows: a bicycle's way through a demonstration that is made for it.

python scripts/photograph_pages.py docs/pictures
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PORT = 8949
PHONE, DESKTOP = (390, 800), (1100, 760)
PATIENCE_MS = 8_000
MARGIN = 24
COLOURS = 64  # pages have few: a palette keeps a picture small
LARGEST_BYTES = 150_000
CHROMIUM = "/usr/bin/chromium"
SETTINGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]


def main() -> None:
    """Makes the demonstration, goes its way, and leaves the pictures in a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    with demonstration() as cards, sync_playwright() as playwright:
        own = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
        browser = playwright.chromium.launch(args=SETTINGS, **own)
        way(Album(folder, browser, cards))
        browser.close()


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """A demonstration that is served for as long as this lasts; the cards to sign in with."""
    with TemporaryDirectory() as folder:
        program = str(Path(sys.executable).with_name("parecon"))
        asked = [program, "serve", "--demo", "--folder", folder, "--port", str(PORT)]
        served = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        assert served.stdout is not None
        told = ""
        while "serving at" not in told:
            line = served.stdout.readline()
            assert line, told
            told += line
        try:
            yield dict(re.findall(r"^  (?:an? |the )(.*?) +card (\S+)", told, re.MULTILINE))
        finally:
            served.terminate()
            served.wait()


class Album:
    """The people of the demonstration at their telephones and computers, and the pictures that are taken of them."""

    def __init__(self, folder: Path, browser: Browser, cards: dict[str, str]) -> None:
        self.folder, self.browser, self.cards = folder, browser, cards

    def sees(self, who: str, size: tuple[int, int]) -> Page:
        """Somebody's browser, signed in."""
        page = self.browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="en-GB",
                                     base_url=f"http://localhost:{PORT}")
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/sign-in/")
        page.get_by_label("Card number").fill(self.cards[who])
        page.get_by_label("Password").fill("demonstration")
        page.get_by_role("button", name="Sign in").click()
        return page

    def take(self, page: Page, name: str, at: str = "h1") -> None:
        """One picture of what is seen, from a heading on."""
        seen, whole = page.viewport_size, page.locator("body").bounding_box()
        begins = page.locator(at).first.bounding_box()
        assert seen is not None
        assert whole is not None
        assert begins is not None
        top = begins["y"] + page.evaluate("window.scrollY") - MARGIN
        clip = {"x": 0.0, "y": top, "width": seen["width"], "height": min(seen["height"], whole["height"] - top)}
        picture = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
        file = self.folder / f"{name}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        assert file.stat().st_size < LARGEST_BYTES, file


def way(album: Album) -> None:
    """A bicycle is brought in Riverside, offered for, accepted, and fetched in Hillside; then the year is looked at."""
    brings, clerk = album.sees("member in Riverside", PHONE), album.sees("clerk in Riverside", DESKTOP)
    label = announced(album, brings)
    inspected(album, clerk, label)
    brings.goto(f"/things/{label}/")
    album.take(brings, "offer-phone")
    brings.get_by_role("button", name="Accept").click()
    fetched(album, label)
    served_with_a_card(album)
    years(album)


def announced(album: Album, page: Page) -> str:
    """The label under which a bicycle is announced."""
    page.goto("/bring/")
    page.get_by_label("What is it?").select_option(label="bicycle")
    page.get_by_label("In which year was it new?").select_option(index=3)
    page.get_by_label("like new").check()
    page.get_by_role("button", name="Show what I would get").click()
    album.take(page, "estimate-phone")
    page.get_by_label("What would you call it?").fill("Green city bicycle")
    page.get_by_role("button", name="Announce it").click()
    return page.url.rstrip("/").split("/")[-1 if "slip" not in page.url else -2]


def inspected(album: Album, page: Page, label: str) -> None:
    """The clerk receives it, looks at it, and makes the offer."""
    page.goto("/desk/")
    album.take(page, "desk-desktop")
    page.get_by_label("Scan or type a label or a card").fill(label)
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Receive it at").click()
    page.get_by_role("link", name="Inspect").click()
    for question in page.locator("fieldset").filter(has=page.get_by_label("not tried")).all():
        question.get_by_label("yes", exact=True).check()
    page.get_by_label("worn", exact=False).first.check()
    page.get_by_label("What should the member know?").fill("The paint has scratches, and the rear tyre is worn.")
    album.take(page, "inspect-desktop")
    page.get_by_role("button", name="Make the offer").click()
    page.goto(f"/desk/labels/?label={label}")
    album.take(page, "label-desktop")


def fetched(album: Album, label: str) -> None:
    """Somebody in Hillside asks for it; it is sent, arrives, and is handed over."""
    asks, clerk = album.sees("member in Hillside", PHONE), album.sees("clerk in Hillside", PHONE)
    asks.goto(f"/find/{label}/")
    album.take(asks, "found-phone")
    asks.get_by_role("link", name="I want this one").click()
    asks.get_by_label("Where will you fetch it?").select_option(label="Hillside")
    asks.locator("main form button").click()
    clerk.goto(f"/desk/things/{label}/")
    clerk.get_by_role("button", name="It has arrived here").click()
    album.take(clerk, "hand-over-phone")
    clerk.get_by_role("button", name="The card is right: hand it over").click()


def served_with_a_card(album: Album) -> None:
    """A member with only a card is served."""
    page = album.sees("clerk in Riverside", PHONE)
    page.goto("/desk/")
    page.get_by_label("Scan or type a label or a card").fill(album.cards["member in Riverside"])
    page.get_by_role("button", name="Go").click()
    album.take(page, "card-phone", ".desk")


def years(album: Album) -> None:
    """The steward looks at a year's account and at the year that runs."""
    page = album.sees("steward", DESKTOP)
    page.goto("/years/")
    page.locator("main table a").first.click()
    album.take(page, "year-desktop")
    page.goto("/closings/")
    album.take(page, "closings-desktop")
    page.goto("/rules/")
    album.take(page, "rules-desktop")
    page.goto("/books/end/")
    album.take(page, "end-of-books-desktop")


if __name__ == "__main__":
    main()
