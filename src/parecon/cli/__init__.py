"""The command line: `parecon COMMAND`, each command a module of its own that is loaded when called.

Results go to standard output, what happens on the way to standard error. Exit codes: 0 done (a plan:
converged), 1 an audit found what differs, 2 bad input, 3 the plan did not converge, 130 stopped, 141 whoever read
the output has gone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from parecon import __version__
from parecon.base.errors import BadInput
from parecon.cli.stops import heed_none, heed_one, was_stop

DONE, DIFFERS, BAD_INPUT, STOPPED, UNREAD = 0, 1, 2, 130, 141

COMMANDS = {
    "plan": ("parecon.cli.plan:plan", "plan a year, round by round"),
    "simulate": ("parecon.cli.simulate:simulate", "simulate years of institutions, month by month"),
    "generate": ("parecon.cli.generate:generate", "make an economy: as in the book, or the United States of 2017"),
    "claims": ("parecon.cli.claims:claims", "try what is claimed of such an economy, by experiment"),
    "audit": ("parecon.cli.audit:audit", "go through books by the law once more, of a simulation or of people"),
    "serve": ("parecon.cli.serve:serve", "keep a live federation's books and serve its pages to browsers"),
    "report": ("parecon.cli.report:report", "make the page of a run again"),
    "list": ("parecon.cli.catalogue:catalogue", "the bundled economies and scenarios, and what they can be told"),
}


class Stopped(KeyboardInterrupt):
    """The program was asked to stop; the message says what is kept and how to go on."""


def main() -> None:
    """What `parecon` on the command line does."""
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has gone: nothing more is said, not even that
        code, nowhere = UNREAD, os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Carries out a command and returns its exit code; says in one line on standard error what went wrong."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(contents())
        return DONE
    if arguments[0] == "--version":
        print(__version__)
        return DONE
    try:
        heed_one()
        return _carry_out(arguments)
    except (KeyboardInterrupt, SystemError) as end:
        if not was_stop(end):
            raise
        return _say(str(end) if isinstance(end, Stopped) else "stopped; nothing was written", STOPPED)
    except BrokenPipeError:
        raise
    except (BadInput, OSError, MemoryError) as error:
        return _say(_in_a_line(error), BAD_INPUT)
    finally:
        heed_none()


def _in_a_line(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'writing'}: {error.strerror or error}"
    return "not enough memory for an economy of this size" if isinstance(error, MemoryError) else str(error)


def contents() -> str:
    """The help page of the whole program, said without loading any of it.

    >>> print(contents().splitlines()[0])
    Usage: parecon COMMAND
    """
    lines = [f"  {name:<10}{sentence}" for name, (_, sentence) in COMMANDS.items()]
    return "\n".join([
        "Usage: parecon COMMAND", "", "Runs a participatory economy: simulates one before people live in it.", "",
        "Commands:", *lines, "", "parecon COMMAND --help says more of each. parecon --version prints the version."])


def _carry_out(arguments: Sequence[str]) -> int:
    from cyclopts import App
    from cyclopts.exceptions import CycloptsError

    app = App("parecon", version=__version__, suppress_keyboard_interrupt=False)
    for name, (place, _) in COMMANDS.items():
        app.command(place, name=name)
    try:
        return app(arguments, print_error=False, exit_on_error=False, result_action="return_value") or DONE
    except CycloptsError as error:
        return _say(" ".join(str(error).split()), BAD_INPUT)


def _say(sentence: str, code: int) -> int:
    print(f"parecon: {sentence}", file=sys.stderr)
    return code
