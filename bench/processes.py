"""Starting a server as a process of its own, and ending it: only what was started here is ever ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench import machine

HOST = "127.0.0.1"
START_SECONDS = 60.0
"""How long (wall) a server may take to its first answer."""
STOP_SECONDS = 60.0
"""How long (wall) it may take to end before it is killed."""


class CannotMeasure(Exception):
    """Why a figure is missing, in words for the table."""


@dataclass(frozen=True)
class Launch:
    """How a server is started: ``{port}`` in the command stands for its port; ``probe`` is a path that answers 2xx."""

    command: tuple[str, ...]
    probe: str
    folder: Path

    def with_options(self, *options: str) -> Launch:
        """Return the same with more options at the end of the command."""
        return Launch((*self.command, *options), self.probe, self.folder)


class ServerProcess:
    """A server that runs; ``seconds_to_answer`` is how long it took from its start to its first 2xx (wall)."""

    def __init__(self, launch: Launch) -> None:
        self.port = free_port()
        command = [part.format(port=self.port) if "{port}" in part else part for part in launch.command]
        self._is_stopped = False
        self._began = time.perf_counter()
        # A file, as in real use; a pipe that nobody reads would stop the server.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            command,
            cwd=launch.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,
        )
        try:
            self.seconds_to_answer = self._wait_for_answer(launch.probe)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The id of the process that was started."""
        return self._process.pid

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def cpu_seconds(self) -> float:
        """Return what the server and its descendants have used."""
        return machine.cpu_seconds(self.pid)

    def resident_kib(self) -> int:
        """Return the resident memory of the server and its descendants."""
        return machine.resident_kib(self.pid)

    def threads(self) -> int:
        """Return how many threads the server and its descendants have."""
        return machine.thread_count(self.pid)

    def stop(self) -> float:
        """Ask the server to end, kill it when it does not; return the seconds (wall) until it had ended.

        Harmless when it was stopped before.
        """
        if self._is_stopped:
            return 0.0
        self._is_stopped = True
        began = time.perf_counter()
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        seconds = time.perf_counter() - began
        self._signal(signal.SIGKILL)  # descendants that outlived it are of its session, too
        self._process.wait()
        self._errors.close()
        return seconds

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][-200:] if lines else "it said nothing"

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _wait_for_answer(self, path: str) -> float:
        status = 0
        while (seconds := time.perf_counter() - self._began) < START_SECONDS:
            status = ask(self.port, path)
            if 200 <= status < 300:
                return time.perf_counter() - self._began
            if self._process.poll() is not None:
                raise CannotMeasure(f"it ended with code {self._process.returncode}: {self._last_words()}")
            time.sleep(0.003)
        raise CannotMeasure(f"no 2xx within {seconds:.0f} s (last status {status or 'none'})")


def environment() -> dict[str, str]:
    """Return this program's environment, but let Python keep what it compiles: else each start would do it anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def running(launch: Launch) -> Iterator[ServerProcess]:
    """Run a server for a while."""
    server = ServerProcess(launch)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def ask(port: int, path: str) -> int:
    """Return the status of a GET, 0 when nothing answers. A bare socket: a client library would be slower than some."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((HOST, port), 2.0) as connection:
            connection.sendall(request.encode())
            answer = connection.recv(4096)
    except OSError:
        return 0
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1][:3].isdigit() else 0
