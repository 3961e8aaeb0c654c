"""Every page can be used by everybody: WCAG 2.2 AA by axe, light and dark, small screens, large text, keys alone."""

from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import resolve

from served import free_port, serving
from service.everybody import ROLES, begun, pages
from service.telephones import HEIGHT, WIDTH, chromium
from service.test_matrix import rows

from databases import using

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
           "resultTypes": ["violations"]}
NARROW, MOST_KEYS = 320, 120
WIDER_BY = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WITH_TEXT = "size => { document.documentElement.style.fontSize = size; return %s }" % WIDER_BY  # noqa: UP031 - braces
FIRST_ACTION = "document.querySelector('main button:not(.quiet), main a.button') !== null"
FOCUSED = """() => {  // the parts of a date field are the browser's own, with a mark of its own
  const at = document.activeElement, of = getComputedStyle(at), around = at.getBoundingClientRect();
  const first = document.querySelector('main button:not(.quiet), main a.button');
  return [at === first, at.tagName + ' ' + (at.innerText || at.name || ''),
          at === document.body || at.type === 'date' ||
          (of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 2 && around.width > 0)];
}"""


@dataclass
class Wrong:
    """What was found wrong on pages, by what was looked at."""

    seen: set = field(default_factory=set)
    buttons: set = field(default_factory=set)  # addresses that answer nobody with a page
    axe: list = field(default_factory=list)
    dark: list = field(default_factory=list)
    scrolls: list = field(default_factory=list)
    keys: list = field(default_factory=list)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    """Every page of every role, looked at once: a page that many see, in the role of the first."""
    folder, port = tmp_path_factory.mktemp("usable"), free_port()
    file, found = folder / "parecon.sqlite3", Wrong()
    with using(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)
    here = begun(file)
    found.buttons = {resolve(row["address"].format(**here.names)).view_name for row in rows()
                     if row["way"] == "GET" and "200" not in {row[role] for role in ROLES}}
    with chromium() as browser, serving(folder, port):
        for role in sorted(ROLES, key=lambda role: role == "stranger"):
            page = _page(browser, f"http://localhost:{port}", here.sessions.get(role))
            for address in _new(here, role, found.seen):
                _look(page, address, found)
            page.context.close()
    return found


def _page(browser, at, session):
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, base_url=at, reduced_motion="reduce")
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": at}])
    return context.new_page()


def _new(here, role, seen):
    """The addresses of pages that nobody before has seen; what is no page to look at counts as seen."""
    for row in rows():
        address = row["address"].format(**here.names)
        if row["way"] != "GET" or row[role] != "200":
            continue
        name = resolve(address).view_name
        if name in seen and not (role == "clerk" and name == "desk:at-desk"):  # which has a page for every state
            continue
        seen.add(name)
        if not address.endswith((".csv", ".jpg", "/export/")):
            yield address


def _look(page, address, found):
    assert page.goto(address).status == 200, address
    found.axe += [f"{address}: {each}" for each in _violations(page, WCAG)]
    _with_keys_alone(page, address, found)
    page.emulate_media(color_scheme="dark")
    found.dark += [f"{address}: {each}" for each in _violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    found.scrolls += [f"{address}: with text twice as large"] if page.evaluate(WITH_TEXT, "200%") > 0 else []
    page.evaluate(WITH_TEXT, "")
    for width in (WIDTH, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        by = page.evaluate(WIDER_BY)
        found.scrolls += [f"{address}: {by} too wide on {width}"] if by > 0 else []
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def _violations(page, rules):
    told = Axe().run(page, options=rules).response["violations"]
    return [f"{each['id']} at {node['target']}: {node['html'][:100]}" for each in told for node in each["nodes"][:2]]


def _with_keys_alone(page, address, found):
    """Goes from field to field until the page's first action; each is seen to be the one where one is."""
    reached, wanted = False, page.evaluate(FIRST_ACTION)
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        reached, what, shown = page.evaluate(FOCUSED)
        if not shown:
            found.keys.append(f"{address}: nothing shows that one is at {what}")
        if reached or not wanted:
            break
    if wanted and not reached:
        found.keys.append(f"{address}: its action is not reached")


def test_every_page_was_looked_at(wrong):
    assert len(wrong.seen) > 70
    assert {name for name in set(pages()) - wrong.seen if name not in wrong.buttons} == set()


def test_axe_finds_nothing(wrong):
    assert not wrong.axe


def test_axe_finds_nothing_in_the_dark(wrong):
    assert not wrong.dark


def test_nothing_is_wider_than_a_small_screen_nor_with_large_text(wrong):
    assert not wrong.scrolls


def test_keys_alone_lead_to_what_can_be_done_and_show_where_one_is(wrong):
    assert not wrong.keys
