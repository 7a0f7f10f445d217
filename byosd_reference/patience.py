"""Calls of one conversation that leave a desk alone for as long as it asks for.

A desk that answers 429 or 503 with ``Retry-After`` is left alone until then: what is asked before is refused here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from byosd_reference.errors import DeskRefused
from byosd_reference.http_line import Answer
from byosd_reference.settings import Deadline


class Asked(Protocol):
    """Whom requests are made to: :class:`~byosd_reference.http_line.HttpLine`, or something like it."""

    def call(
        self, what: str, method: str, path: str, deadline: Deadline, token: str | None = None, **more: Any
    ) -> Answer:
        """Ask the desk to ``what`` and return its answer, whatever its status; raises ``DeskError`` without one."""


class PatientCalls:
    """Calls below ``path``, with a token where one is wanted."""

    def __init__(self, line: Asked, token: str | None, path: str, now: Callable[[], float]) -> None:
        self._line = line
        self._token = token
        self._path = path
        self._now = now
        self._not_before = 0.0

    def _ask(self, what: str, method: str, path: str, deadline: Deadline, *statuses: int, **more: Any) -> Any:
        """Ask, and return the body of an answer with one of ``statuses``; any other one raises."""
        return self._call(what, method, path, deadline, **more).expect(what, *statuses)

    def _call(self, what: str, method: str, path: str, deadline: Deadline, **more: Any) -> Answer:
        """Ask, unless the desk wants to be left alone, and return its answer, whatever its status."""
        wait = self._not_before - self._now()
        if wait > 0:
            raise DeskRefused(what, 429, "rate_limited", wait)
        answer = self._exchange(what, method, path, deadline, **more)
        if answer.status in (429, 503) and answer.retry_after is not None:
            self._not_before = self._now() + answer.retry_after
        return answer

    def _exchange(self, what: str, method: str, path: str, deadline: Deadline, **more: Any) -> Answer:
        """Ask at once."""
        return self._line.call(what, method, self._path + path, deadline, self._token, **more)
