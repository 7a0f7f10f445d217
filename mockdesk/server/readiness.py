"""Whether the server accepts work: what load balancers and scripts that start it ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mockdesk.core.errors import DeskError

STARTING, STOPPING = "it is starting", "it is stopping"


class NotReady(DeskError):
    """The server is there, but accepts no work now."""

    code, status, title, retryable = "not_ready", 503, "The server accepts no work now", True


class Readiness:
    """Why the server accepts no work: as long as there is a reason it does not. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reasons: dict[str, int] = {STARTING: 1}

    def block(self, reason: str) -> None:
        """Accept no work, for a reason that completes "the server accepts no work:"."""
        with self._lock:
            self._reasons[reason] = self._reasons.get(reason, 0) + 1

    def unblock(self, reason: str) -> None:
        """Take a reason back; harmless when there was none."""
        with self._lock:
            left = self._reasons.get(reason, 0) - 1
            if left > 0:
                self._reasons[reason] = left
            else:
                self._reasons.pop(reason, None)

    @contextmanager
    def blocked(self, reason: str) -> Iterator[None]:
        """Accept no work meanwhile, such as while a store is loaded."""
        self.block(reason)
        try:
            yield
        finally:
            self.unblock(reason)

    def check(self) -> None:
        """Refuse when there is a reason.

        Raises:
            NotReady: naming every reason.
        """
        with self._lock:
            reasons = sorted(self._reasons)
        if reasons:
            raise NotReady(f"the server accepts no work: {', '.join(reasons)}")
