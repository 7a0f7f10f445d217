"""What a waiting guest may learn of the queue. The event stream tells nothing of it, so the middleware is asked."""

from __future__ import annotations

from typing import Any

from byosd_reference.errors import DeskError
from byosd_reference.events import log
from byosd_reference.genesys.middleware import Middleware
from byosd_reference.settings import Deadline


class QueueNews:
    """Asks for the queue, and tells only what has changed. ``seconds``: of wall time for each question."""

    def __init__(self, middleware: Middleware, name: str, seconds: float) -> None:
        self._middleware = middleware
        self._name = name
        self._seconds = seconds
        self._told: dict[str, Any] = {}

    def moved_to(self, name: str | None) -> None:
        """The guest waits in this queue from now on; ``None``: nobody knows its name."""
        self._name = name or self._name

    def ask(self) -> dict[str, Any] | None:
        """Return what is known of the queue, ``None``: nothing new. A question without an answer bothers nobody."""
        try:
            known = self._middleware.queue(self._name, Deadline(self._seconds))
        except DeskError as error:
            log.warning("the queue is not known: %s", error)
            return None
        is_new, self._told = known != self._told, known
        return {**known, "queue": self._name} if known and is_new else None
