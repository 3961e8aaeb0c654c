"""`parecon serve`: the live federation, kept in a folder and served to browsers."""

from __future__ import annotations

import os
import signal
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal
from urllib.parse import quote

from cyclopts import Parameter

from parecon.base.errors import BadInput
from parecon.cli import BAD_INPUT, DONE
from parecon.cli.demonstration import BOOKS, TEXT, is_made, made_aside

OWN, OF_DEMONSTRATION = Path("parecon-federation"), Path("parecon-demonstration")
LIBRARIES = ("PIL", "argon2", "axes", "csp", "django", "django_otp", "gunicorn", "ninja", "psycopg", "segno",
             "whitenoise")
LAWS = ("secondhand", "secondhand.areas", "secondhand.parks", "secondhand.collectables", "secondhand.private")
Just = Annotated[bool, Parameter(negative=())]


def serve(*, folder: Path | None = None, port: int = 8000, demo: Just = False, check: Just = False,
          federation: str = "", council: str = "", organiser: str = "",
          mode: Literal["guaranteed", "true-up"] = "guaranteed", catalogue: str = "us-2017",
          changes: Annotated[list[str] | None, Parameter(name="--set", negative=())] = None) -> int:
    """Keep a live federation's books and serve its pages; the first time it is founded, with three questions.

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
        What its first council, which keeps the first store, is called; asked for if nothing is said, or like the
        federation where nobody can answer.
    organiser
        Who first arranges things there; asked for if nothing is said.
    mode
        Whether a new federation's prices hold for a year, and all share what it ends with; or are settled with those
        who brought and fetched by what would have cleared the year.
    catalogue
        What goods a new federation's exchange takes: a bundled catalogue, or a table of your own (CSV or Parquet).
    changes
        What a new federation decides otherwise than the law's own parameters, as KEY=VALUE; may be given several
        times. With secondhand.least_worth_mcr=60000 it takes things in that are worth more than 60 credits.
    """
    if any(find_spec(name) is None for name in LIBRARIES):
        print('parecon: serving needs more libraries: pip install "parecon[serve]"', file=sys.stderr)
        return BAD_INPUT
    home = (folder or (OF_DEMONSTRATION if demo else OWN)).resolve()
    if check:
        return _checked(home, demo=demo)
    listening = _bound(port)
    _prepared(home, demo=demo)
    decided = _decided(mode, changes or [])
    where = _demonstrated(home, port) if demo else _begun(port, (federation, council, organiser), catalogue, decided)
    sentence = f"serving at {where}; everything is kept in {home}; Ctrl-C stops it"
    server = [sys.executable, "-m", "parecon.service.server", str(listening.fileno()), sentence]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until the server is told how to take it
    return os.execv(sys.executable, server)  # noqa: S606 - in this one's place, with no thread of it left


def _prepared(home: Path, *, demo: bool) -> None:
    """Makes the folder, for its owner alone, and says in the environment where everything is."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise BadInput("--folder", "folder", f"{home} ({error.strerror})", "one that can be written; choose another "
                       "with --folder") from error
    own = _address(home)
    os.environ["DATABASE_URL"] = own if demo else os.environ.get("DATABASE_URL", own)
    os.environ["PARECON_FOLDER"] = str(home)
    os.environ["PARECON_DEMO"] = "1" if demo else ""


def _address(folder: Path) -> str:
    return f"sqlite:///{quote(str(folder / BOOKS))}"


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


def _begun(port: int, named: tuple[str, str, str], catalogue: str, decided: dict[str, dict[str, Any]]) -> str:
    """Brings tables and federation into place, and says how to go in; the address at which the pages are found."""
    from parecon.service.clock import now_us
    from parecon.service.face import beginning

    beginning.started()
    where = beginning.address(port)
    with beginning.reachable():
        beginning.tables()
        if not beginning.is_founded():
            print(beginning.founded(beginning.Named(*_asked(*named), catalogue, decided), now_us(), where), flush=True)
        elif waits := beginning.nobody_came_in(now_us(), where):
            print(waits, flush=True)
    return where


def _decided(mode: str, changes: list[str]) -> dict[str, dict[str, Any]]:
    """What a federation decides otherwise than its laws, by law."""
    from parecon.base.parameters import parameters
    from parecon.cli.changes import by_name
    from parecon.simulate.scenario_file import read_changes

    laws = {name: parameters(name) for name in LAWS}
    return read_changes({"secondhand.mode": mode} | by_name(changes), laws, "--set")


def _demonstrated(home: Path, port: int) -> str:
    """Brings the demonstration into place, and says what to try; the address at which the pages are found."""
    if not is_made(home):
        print("making the demonstration; this takes half a minute", flush=True)
        with made_aside(home) as aside:
            os.environ["DATABASE_URL"] = _address(aside)
            where = _filled(port, aside / TEXT)
        os.environ["DATABASE_URL"] = _address(home)
    else:
        where = _filled(port)
    print((home / TEXT).read_text(), flush=True)
    return where


def _filled(port: int, text: Path | None = None) -> str:
    """Brings the demonstration's tables up to date; where its text is to be written, makes it."""
    from parecon.service.face import beginning

    beginning.started()
    with beginning.reachable():
        beginning.tables()
        if text:
            text.write_text(beginning.demonstrate())
    return beginning.address(port)


def _asked(federation: str, council: str, organiser: str) -> tuple[str, str, str]:
    """The names of a new federation; asked for where somebody can answer."""
    federation = federation or _answer("What is your federation called?", "--federation")
    if not council and sys.stdin.isatty():
        council = _answer("What is its first council called, which keeps the first store?", "--council")
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
