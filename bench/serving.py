"""``mockdesk serve`` as a process, for as long as something is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType

WAIT_SECONDS = 0.01


class Serving:
    """The process; entering gives its port."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._ready = folder / "ready"
        command = [
            sys.executable,
            "-m",
            "mockdesk",
            "serve",
            "--port",
            "0",
            "--ready-file",
            str(self._ready),
            *arguments,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> int:
        """Wait until it answers."""
        while not self._ready.exists():
            try:
                self._process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError("the server ended before it answered")
        return int(self._ready.read_text().strip().rpartition(":")[2])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
