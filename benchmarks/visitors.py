"""Visitors of pages: a process of its own that asks for each page at a time that was fixed before.

python -m benchmarks.visitors PLAN, a file of JSON; prints a line when all are signed in, and then, as JSON, each
visit's page, when it was meant to begin, the seconds that it took, and the status.

However slowly the service answers, the next visit begins when it was meant to, and its seconds count from then: what
had to wait behind a slow page is told (an open loop). Each visit opens its own connection, as a browser that comes back
after a while does.
"""

from __future__ import annotations

import json
import re
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

AT_ONCE = 200  # visits that wait at the same time
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|act)" value="([^"]+)"')
SIGN_IN, SECONDS_TO_WAIT = "/sign-in/", 60


class Answer(NamedTuple):
    """What came back."""

    status: int
    to: str
    text: str


class Browser:
    """A visitor's browser: its cookies, and what its pages' forms carry hidden."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(self, address: str, form: dict[str, str] | None = None) -> Answer:
        """A page, or what sending a form leads to."""
        connection = HTTPConnection("localhost", self.port, timeout=SECONDS_TO_WAIT)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if form is None else "POST", address, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, answer.headers.get("Location", ""), text)

    def sign_in(self, card: str, password: str) -> None:
        """Comes in; what later forms need to be trusted is kept."""
        self.token = dict(HIDDEN.findall(self.ask(SIGN_IN).text))["csrfmiddlewaretoken"]
        said = {"username": card, "password": password, "csrfmiddlewaretoken": self.token}
        answer = self.ask(SIGN_IN, said)
        assert answer.status == HTTPStatus.FOUND, answer.text
        self.token = dict(HIDDEN.findall(self.ask("/").text))["csrfmiddlewaretoken"]


def visited(plan: dict[str, Any]) -> list[tuple[str, float, float, int]]:
    """Every visit of a plan: its page, when it was meant to begin, how long it then took in s, and the status."""
    browsers = []
    for card in plan["cards"]:
        browsers.append(Browser(plan["port"]))
        browsers[-1].sign_in(card, plan["password"])
    print("all are signed in", flush=True)
    waiting: list[Future[Any]] = []
    with ThreadPoolExecutor(AT_ONCE) as hands:
        began = time.monotonic() + 1
        for visit in plan["visits"]:
            time.sleep(max(0, began + visit["at"] - time.monotonic()))
            page = waiting[visit["after"]] if "after" in visit else None
            waiting.append(hands.submit(_visit, browsers[visit["who"]], visit, began, page))
    return [each.result()[:4] for each in waiting]


def _visit(browser: Browser, visit: dict[str, Any], began: float, page: Future[Any] | None) -> tuple[Any, ...]:
    """One visit; a form is sent with what stood hidden in the page that had it, which must have come."""
    form, text = visit.get("form"), ""
    if form is not None:
        form = form | {"csrfmiddlewaretoken": browser.token} | dict(HIDDEN.findall(page.result()[4]) if page else {})
    try:
        answer = browser.ask(visit["address"], form)
        status, text = answer.status, answer.text
    except OSError:
        status = 0
    return visit["page"], visit["at"], time.monotonic() - began - visit["at"], status, text


if __name__ == "__main__":
    print(json.dumps(visited(json.loads(Path(sys.argv[1]).read_text()))))
