"""How the desk's doings reach the event loop, from whatever thread they are made."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

LOGGER = logging.getLogger("mockdesk.server")
AT_ONCE = 256
"""How many readers are written for before the loop looks after its sockets again."""
FEW = 4
"""So many readers may be written for before a request is answered."""


class LoopSignal:
    """Wakes whoever writes for one reader, on the loop: many wake-ups before it comes to that are one."""

    __slots__ = ("_waiting", "_wakes", "on_wake")

    def __init__(self, wakes: Wakes) -> None:
        self._wakes = wakes
        self._waiting = False
        self.on_wake: Callable[[], None] | None = None

    def notify(self) -> None:
        """Call ``on_wake`` on the loop, soon."""
        if not self._waiting:
            self._waiting = True
            self._wakes.add(self)

    def wait_for(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Refuse: nobody may block the loop."""
        raise RuntimeError("a reader of the event loop is called, it does not wait")

    def run(self) -> None:
        """Call ``on_wake``; on the loop."""
        self._waiting = False
        if self.on_wake is not None:
            self.on_wake()

    async def wait(self, seconds: float | None) -> None:
        """Wait on the loop (wall) until the next wake-up, but not longer than ``seconds``."""
        woken = asyncio.get_running_loop().create_future()
        self.on_wake = lambda: None if woken.done() else woken.set_result(None)
        try:
            await asyncio.wait_for(woken, seconds)
        except TimeoutError:
            return
        finally:
            self.on_wake = None


class Wakes:
    """The signals that wait for the loop, from all threads; the loop is told once for many."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._waiting: deque[LoopSignal] = deque()
        self._is_told = False

    def add(self, signal: LoopSignal) -> None:
        """Let a signal have its turn on the loop."""
        with self._lock:
            self._waiting.append(signal)
            if self._is_told:
                return
            self._is_told = True
        self.call(self._run)

    def run_few(self) -> None:
        """Let the signals that wait have their turn now, if they are few; on the loop.

        What was done is pushed then before its own request is answered, which takes as long again.
        """
        if not 0 < len(self._waiting) <= FEW:
            return
        with self._lock:
            turn = list(self._waiting)
            self._waiting.clear()
        _run_all(turn)

    def call(self, function: Callable[[], object]) -> None:
        """Call a function on the loop, soon."""
        if threading.get_ident() == self._thread:
            self.loop.call_soon(function)
        elif not self.loop.is_closed():
            self.loop.call_soon_threadsafe(function)

    def _run(self) -> None:
        with self._lock:
            turn = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            self._is_told = bool(self._waiting)
        if self._is_told:
            self.loop.call_soon(self._run)
        _run_all(turn)


def _run_all(turn: Iterable[LoopSignal]) -> None:
    for signal in turn:
        try:
            signal.run()
        except Exception:
            LOGGER.exception("a stream failed")  # the others of this turn must not suffer for it
