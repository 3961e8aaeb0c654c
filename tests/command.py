"""The program as its users start it: in a process of its own, whole or sabotaged."""

import json
import os
import pty
import subprocess
import sys

START = "from parecon.cli import main; main()"
WITHOUT_PAGE = "import parecon.report.page; parecon.report.page.write_report = lambda folder: folder\n"


def parecon(*arguments, cwd=None, before="", **options):
    """Runs a command to its end; `before` is code that the process carries out first."""
    command = [sys.executable, "-c", before + START, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **options)


def seen_in_a_terminal(arguments, before="", **options):
    """What a command says to somebody who sits at a terminal; it must end well."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", before + START, *map(str, arguments)]
    with subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL, **options) as process:
        os.close(theirs)
        seen = b""
        while part := _read(ours):
            seen += part
    os.close(ours)
    assert process.returncode == 0
    return seen.decode()


def _read(handle):
    try:
        return os.read(handle, 65536)
    except OSError:  # the other side has closed the terminal
        return b""


def one_object(done):
    """The one JSON object that a command printed, and nothing else."""

    def refuse(word):
        raise AssertionError(word)

    return json.loads(done.stdout, parse_constant=refuse)


def refused(done):
    """The one line with which a command refused: exit code 2, nothing on standard output."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]
