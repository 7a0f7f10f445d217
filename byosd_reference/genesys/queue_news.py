"""What a waiting guest may learn of the queue. The event stream tells nothing of it, so the middleware is asked.

It tells how many wait, and how long the next guest would: neither is about this guest, who has a place in between. But
just before the guest waits, both are: whoever comes next is this guest. So it is asked then, and once more when the
guest waits; if the queue has grown by one, nobody came in between, and the place is told. Later it is only looked
whether somebody still answers.
"""

from __future__ import annotations

from typing import Any

from byosd_reference.errors import DeskError
from byosd_reference.events import log
from byosd_reference.genesys.middleware import Middleware, QueueState
from byosd_reference.settings import Deadline, TimeLimits


class QueueNews:
    """Asks for the queue of one guest. A question without an answer bothers nobody."""

    def __init__(self, middleware: Middleware, name: str, times: TimeLimits) -> None:
        self._middleware = middleware
        self._name = name
        self._times = times
        self._before: QueueState | None = None
        self._agents: int | None = None

    def comes_next(self, deadline: Deadline) -> None:
        """The guest is about to wait: ask for the queue as it is without them, which must not hold up the start."""
        self._before = self._ask(deadline.within(self._times.settle))

    def waits(self, name: str | None) -> dict[str, Any] | None:
        """The guest waits in a queue from now on. Return what is known of it, in canonical names; ``None``: nothing.

        ``name``: that of the queue, ``None`` if it could not be looked up.
        """
        self._name = name or self._name
        before, now = self._before, self._ask(Deadline(self._times.other))
        self._before = None
        if now is None:
            return None
        self._agents = now.agents
        return {"queue": self._name, "agents_online": now.agents, **_place(before, now)}

    def still_waits(self) -> dict[str, Any] | None:
        """Return what has changed since: how many agents answer; ``None``: nothing."""
        now = self._ask(Deadline(self._times.other))
        if now is None or now.agents in (None, self._agents):
            return None
        self._agents = now.agents
        return {"queue": self._name, "agents_online": now.agents}

    def _ask(self, deadline: Deadline) -> QueueState | None:
        try:
            return self._middleware.queue(self._name, deadline)
        except DeskError as error:
            log.warning("the queue is not known: %s", error)
            return None


def _place(before: QueueState | None, now: QueueState) -> dict[str, Any]:
    if before is None or before.waiting is None or now.waiting != before.waiting + 1:
        return {}
    return {"position": now.waiting, "estimated_wait_seconds": before.next_wait_seconds}
