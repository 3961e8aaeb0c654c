"""A PostgreSQL of one's own: started in a folder, reached through a socket in it, gone when done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NOBODY = 65534  # PostgreSQL does not run as root; a test set-up that does runs it as nobody
MISSING = "PostgreSQL is missing; on Debian: apt-get install postgresql"
SECONDS_TO_START = 30


def programs() -> Path | None:
    """The folder with PostgreSQL's programs, the newest that is installed; None if none is."""
    on_path = shutil.which("initdb")
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *([Path(on_path).parent] if on_path else [])]
    whole = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(whole, key=lambda folder: (folder.parent.name.isdigit(), folder.parent.name), default=None)


@contextmanager
def server(*, durable: bool) -> Iterator[str]:
    """Runs a fresh server and gives the address of its database, with `{}` where the database's name goes.

    Without `durable` commits do not wait for the disk: for tests, which never cut the power.
    """
    found = programs()
    assert found is not None, MISSING
    with TemporaryDirectory(prefix="pg-") as folder:
        as_user = _handed_over(folder)
        subprocess.run([found / "initdb", "-D", f"{folder}/data", "-U", "parecon", "--auth=trust", "--encoding=UTF8",
                        "--locale=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
        options = [] if durable else ["-c", "fsync=off"]
        with Path(folder, "log").open("w") as log:
            running = subprocess.Popen([found / "postgres", "-D", f"{folder}/data", "-k", folder, "-h", "", *options],
                                       stdout=log, stderr=log, cwd=folder, **as_user)
        try:
            _wait(found, folder)
            yield f"postgresql://parecon@/{{}}?host={folder}"
        finally:
            running.send_signal(2)  # "fast shutdown": ends connections, keeps the data whole
            running.wait()


def _handed_over(folder: str) -> dict[str, object]:
    """Who runs the server: whoever is here, or nobody, to whom the folder then belongs, if that is root."""
    if os.geteuid():
        return {}
    os.chown(folder, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _wait(found: Path, folder: str) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while subprocess.run([found / "pg_isready", "-q", "-h", folder, "-U", "parecon"], check=False).returncode:
        if time.monotonic() > end:
            sys.exit("PostgreSQL does not start: " + Path(folder, "log").read_text())
        time.sleep(0.05)
