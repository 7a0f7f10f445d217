"""A process that is spoken to in lines: standard input and output carry messages, standard error carries its log."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO

LAST_LINES = 12
"""So many of the last lines on standard error are kept for the report of a crash."""
EXIT_SECONDS = 2.0
"""How long (wall) a process whose output has ended may take to end, too."""


class LineProcess:
    """A process in a session of its own, so that its children end with it. Works on POSIX systems.

    ``on_line`` gets each line of standard output, ``on_log`` each line of standard error, each from a thread of its
    own; ``on_end`` is called once, after the last line. A :class:`contracts.lanes.line.Line`.
    """

    what = "the adapter's process"

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[bytes], None],
        on_log: Callable[[str], None],
        on_end: Callable[[], None],
    ) -> None:
        """Start the process; nothing is read before :meth:`start`.

        Raises:
            OSError: it cannot be started.
        """
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._on_line, self._on_log, self._on_end = on_line, on_log, on_end
        self._threads = [self._thread(what) for what in (self._write, self._read_log, self._read)]

    def start(self) -> None:
        """Begin to read and to write."""
        for thread in self._threads:
            thread.start()

    def _thread(self, what: Callable[[], None]) -> threading.Thread:
        name = f"contracts-stdio-{self._process.pid}-{what.__name__.strip('_')}"
        return threading.Thread(target=what, name=name, daemon=True)

    def send(self, line: bytes) -> None:
        """Hand a line over to be written; never blocks, and a process that has ended does not get it."""
        self._lines.put(line)

    def close_input(self) -> None:
        """Close standard input behind the lines that were handed over."""
        self._lines.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait (wall seconds) for the end of the process; return whether it ended."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the process and everything that it has started and that is still in its session's group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.close_input()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(EXIT_SECONDS)

    def outcome(self) -> str:
        """Say how the process ended."""
        code = self._process.poll()
        if code is None:
            return "it closed its standard output, and still runs"
        return f"exit status {code}" if code >= 0 else f"ended by {_signal_name(-code)}"

    def ended_by_signal(self) -> bool:
        """Tell whether a signal has ended the process."""
        return (self._process.poll() or 0) < 0

    def last_lines(self) -> list[str]:
        """Return the last lines on standard error."""
        return list(self._last)

    def _write(self) -> None:
        pipe = _open(self._process.stdin)
        with contextlib.suppress(OSError):
            while (line := self._lines.get()) is not None:
                pipe.write(line)
                pipe.flush()
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        with _open(self._process.stdout) as pipe:
            for line in pipe:
                if line.strip():
                    self._on_line(line)
        self.wait(EXIT_SECONDS)
        self._threads[1].join(EXIT_SECONDS)  # its last words on standard error may still be on their way
        self._on_end()

    def _read_log(self) -> None:
        with _open(self._process.stderr) as pipe:
            for line in pipe:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                self._last.append(text)
                self._on_log(text)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
