"""`parecon serve` in a process of its own, while somebody looks at it."""

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

from command import START

SERVING = "serving at "


def free_port():
    """A port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def serving(folder, port, *more, **options):
    """The program while it serves, and what it said before; stopped as Ctrl-C does, which it must take well."""
    command = [sys.executable, "-c", START, "serve", "--folder", str(folder), "--port", str(port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options) as program:
        said = []
        try:
            while not (said and said[-1].startswith(SERVING)):
                line = program.stdout.readline()
                assert line, "".join(said) + program.stderr.read()
                said.append(line)
            yield "".join(said)
        finally:
            program.send_signal(signal.SIGINT)
            left = program.communicate(timeout=20)
    assert program.returncode == 0, left
    assert "Traceback" not in left[1]
