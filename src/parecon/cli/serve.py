"""`parecon serve`: the live federation, kept in a folder and served to browsers."""

from __future__ import annotations

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from cyclopts import Parameter

from parecon.base.errors import BadInput
from parecon.cli import BAD_INPUT, DONE

OWN, OF_DEMONSTRATION = Path("parecon-federation"), Path("parecon-demonstration")
LIBRARIES = ("PIL", "argon2", "axes", "csp", "django", "django_otp", "gunicorn", "ninja", "psycopg", "segno",
             "whitenoise")
BOOKS, TEXT = "parecon.sqlite3", "demonstration.txt"
Just = Annotated[bool, Parameter(negative=())]


def serve(*, folder: Path | None = None, port: int = 8000, demo: Just = False, check: Just = False,
          federation: str = "", council: str = "", organiser: str = "",
          mode: Literal["guaranteed", "true-up"] = "guaranteed", catalogue: str = "us-2017") -> int:
    """Keep a live federation's books and serve its pages; the first time it is founded, with two questions.

    Books, photographs and the key that signs sessions are kept in the folder; DATABASE_URL puts the books into
    PostgreSQL instead. The pages are reached from this computer alone until PARECON_HOSTS says under which names
    others reach them, through a proxy that speaks https (PARECON_HTTPS=1). Ctrl-C stops it.

    Parameters
    ----------
    folder
        Where everything is kept; parecon-federation here if nothing is said, parecon-demonstration with --demo.
    port
        On which port of this computer browsers, or the proxy, find it.
    demo
        A federation of 200 modelled members, to try everything out in; in a folder of its own.
    check
        Say what is wrong with settings and books, and serve nothing; exit code 0 if nothing is, else 2.
    federation
        What a new federation is called; asked for if nothing is said.
    council
        What its first council, which keeps the first store, is called; like the federation if nothing is said.
    organiser
        Who first arranges things there; asked for if nothing is said.
    mode
        Whether a new federation's prices hold for a year, and all share what it ends with; or are settled with those
        who brought and fetched by what would have cleared the year.
    catalogue
        What goods a new federation's exchange takes: a bundled catalogue, or a table of your own (CSV or Parquet).
    """
    if any(find_spec(name) is None for name in LIBRARIES):
        print('parecon: serving needs more libraries: pip install "parecon[serve]"', file=sys.stderr)
        return BAD_INPUT
    home = (folder or (OF_DEMONSTRATION if demo else OWN)).resolve()
    if check:
        return _checked(home, demo=demo)
    listening = _bound(port)
    _prepared(home, demo=demo)
    where = _begun(home, port, (federation, council, organiser), (mode, catalogue), demo=demo)
    sentence = f"serving at {where}; everything is kept in {home}; Ctrl-C stops it"
    server = [sys.executable, "-m", "parecon.service.server", str(listening.fileno()), sentence]
    return os.execv(sys.executable, server)  # noqa: S606 - in this one's place, with no thread of it left


def _prepared(home: Path, *, demo: bool) -> None:
    """Makes the folder, for its owner alone, and says in the environment where everything is."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = f"sqlite:///{quote(str(home / BOOKS))}"
    os.environ["DATABASE_URL"] = own if demo else os.environ.get("DATABASE_URL", own)
    os.environ["PARECON_FOLDER"] = str(home)
    os.environ["PARECON_DEMO"] = "1" if demo else ""


def _bound(port: int) -> socket.socket:
    """The place at which the pages are served, taken before anything else is done."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except (OSError, OverflowError) as error:
        found = f"{port} ({getattr(error, 'strerror', None) or 'not a port'})"
        raise BadInput("--port", "port", found, "one that is free; choose another with --port") from error
    listening.set_inheritable(True)
    return listening


def _begun(home: Path, port: int, named: tuple[str, str, str], decided: tuple[str, str], *, demo: bool) -> str:
    """Brings tables and federation into place, and says how to go in; the address at which the pages are found."""
    from parecon.service.clock import now_us
    from parecon.service.face import beginning

    beginning.started()
    where = beginning.address(port)
    with beginning.reachable():
        beginning.tables()
        if demo:
            print(_demonstration(home / TEXT, beginning), flush=True)
        elif not beginning.is_founded():
            print(beginning.founded(beginning.Named(*_asked(*named), *decided), now_us(), where), flush=True)
    return where


def _demonstration(text: Path, beginning: Any) -> str:
    """What to try in the demonstration; it is made once, and said at every start."""
    if not beginning.is_founded():
        text.write_text(beginning.demonstrate())
    return text.read_text()


def _asked(federation: str, council: str, organiser: str) -> tuple[str, str, str]:
    """The names of a new federation; asked for where somebody can answer."""
    federation = federation or _answer("What is your federation called?", "--federation")
    organiser = organiser or _answer("What is your own name? You will be the first to organise in it.", "--organiser")
    return federation, council or federation, organiser


def _answer(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput(option, "name", "nothing", f"a name, since nobody is there to ask: {option} NAME")
    while not (answer := input(f"{question} ").strip()):
        pass
    return answer


def _checked(home: Path, *, demo: bool) -> int:
    """Says what is wrong, a line each."""
    from parecon.service.face import beginning

    if not (home / BOOKS).is_file() and (demo or "DATABASE_URL" not in os.environ):
        raise BadInput("--folder", "books", f"none in {home}", "a folder in which parecon serve keeps them")
    _prepared(home, demo=demo)
    beginning.started()
    with beginning.reachable():
        wrong = beginning.wrong()
    print("\n".join(wrong or ["nothing is wrong with settings and books"]))
    return BAD_INPUT if wrong else DONE
