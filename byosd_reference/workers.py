"""The threads of a chat: named, counted, and waited for when it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from byosd_reference.settings import Deadline

log = logging.getLogger("byosd_reference")


class Workers:
    """Threads that belong to one chat."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self, name: str, function: Callable[[], None]) -> threading.Thread:
        """Run ``function`` in a thread of its own. What it raises is noted, never thrown into the void."""
        thread = threading.Thread(target=_run, args=(name, function), name=f"byosd-reference-{name}", daemon=True)
        with self._lock:
            self._threads = [*(known for known in self._threads if known.is_alive()), thread]
            thread.start()
        return thread

    def join(self, deadline: Deadline) -> None:
        """Wait until they are done; the calling thread may be one of them and does not wait for itself."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(deadline.remaining())


def _run(name: str, function: Callable[[], None]) -> None:
    try:
        function()
    except Exception as error:
        log.warning("the %s thread failed: %s", name, type(error).__name__)
