"""First come, first served: what the user does reaches the desk in the order in which it was done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from byosd_reference.errors import AnswerLost, ChatEnded
from byosd_reference.settings import Deadline


class Turnstile:
    """Lets one pass at a time, in the order of their tickets. A plain lock would let anybody pass next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tickets: list[object] = []
        self._closed = False

    def ticket(self) -> object:
        """Take a place at the end of the line. Never waits."""
        ticket = object()
        with self._changed:
            self._tickets.append(ticket)
        return ticket

    def is_waiting_last(self, ticket: object) -> bool:
        """Tell whether this ticket is still waiting and nobody stands behind it."""
        with self._changed:
            return len(self._tickets) > 1 and self._tickets[-1] is ticket

    @contextmanager
    def passing(self, ticket: object, deadline: Deadline) -> Iterator[None]:
        """Wait for the ticket's turn and hold it.

        Raises:
            ChatEnded: the line was closed meanwhile.
            AnswerLost: the time was used up.
        """
        try:
            with self._changed:
                first = self._changed.wait_for(lambda: self._closed or self._tickets[0] is ticket, deadline.remaining())
                if self._closed:
                    raise ChatEnded("the chat has ended")
                if not first:
                    raise AnswerLost("take the message", "earlier messages used the time up", timed_out=True)
            yield
        finally:
            with self._changed:
                self._tickets.remove(ticket)
                self._changed.notify_all()

    def close(self) -> None:
        """Send everybody away who is still waiting; who is passing goes on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_until_empty(self, deadline: Deadline) -> bool:
        """Wait until nobody is passing or waiting; return whether that came to be."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._tickets, deadline.remaining())
