"""The web server: two workers with four threads each, in the program's own process, until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the server takes it itself: ends at once, and says nothing
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from gunicorn.app.base import BaseApplication  # noqa: E402 - what takes seconds to load comes after

WORKERS, THREADS = 2, 4
SECONDS_FOR_A_PAGE = 60
SECONDS_TO_FINISH = 10  # what is being asked when it is told to stop is still answered


class Server(BaseApplication):
    """The service behind a socket that is bound already; says a sentence when it is ready."""

    def __init__(self, socket: int, sentence: str) -> None:
        self.options: dict[str, Any] = {
            "bind": f"fd://{socket}", "workers": WORKERS, "threads": THREADS, "worker_class": "gthread",
            "preload_app": True, "timeout": SECONDS_FOR_A_PAGE, "graceful_timeout": SECONDS_TO_FINISH,
            "loglevel": "warning", "control_socket_disable": True,
            "when_ready": lambda _: print(sentence, flush=True)}  # noqa: T201 - to whoever started it
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from parecon.service.wsgi import application

        return application


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parecon.service.settings")
    Server(int(sys.argv[1]), sys.argv[2]).run()
