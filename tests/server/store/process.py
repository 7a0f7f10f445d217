"""``mockdesk serve`` with a store as a real process, which can be killed and started again at the same address."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.server.support import until


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class StoredServer:
    """The process, again and again."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = folder / "desk.db"
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "mockdesk", "serve", "--port", str(self.port), "--ready-file", str(ready)]
        command += ["--store", f"sqlite:{self.store}", *self._arguments]
        with (self.folder / "log").open("a") as log:
            process = self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        until(lambda: ready.exists() or process.poll() is not None, "the server answers", 60.0)
        assert process.poll() is None, self.log()

    def kill(self) -> None:
        """Kill it as nothing else can be: it has no chance to write anything."""
        self.stop(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it with a signal, and wait for the end. Harmless when it does not run."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=30)
            self._process = None

    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "log").read_text()
