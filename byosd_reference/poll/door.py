"""Polls under a session id that rotates. They are read like one connection, as those of the canonical API.

A poll is told neither a position nor an end; both are made here. The position is the id of the last event, which the
stream compares with what it handled; the end is the status ``disconnected``. A desk that says ``404`` without it has
lost the chat, and the stream makes of that what it makes of every stream that is refused for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from byosd_reference import reading
from byosd_reference.errors import UnreadableBatch
from byosd_reference.http_line import Answer, HttpLine
from byosd_reference.long_poll_line import BatchDoor
from byosd_reference.poll.session_api import SessionApi
from byosd_reference.poll.sessions import Sessions
from byosd_reference.poll.translation import ENDED, envelopes
from byosd_reference.settings import Deadline, TimeLimits
from contracts.adapter import Clock


class SessionDoor(BatchDoor):
    """Opens the polls of one chat. ``line`` is for them only; the session ids are those of the whole chat."""

    def __init__(
        self,
        line: HttpLine,
        token: str,
        sessions: Sessions,
        clock: Clock,
        times: TimeLimits,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(line, clock, times)
        self._api = SessionApi(line, token, sessions, clock.now)
        self._sessions = sessions
        self._changed = changed

    def poll(self, after: int, wait: float) -> Mapping[str, Any]:
        """Ask for what comes next: everything before it was shown, so the id of the last batch takes over.

        That is written down before it is used: a page that goes away must not leave stale ids only.
        """
        if self._sessions.has_next:
            self._sessions.shown()
            self._changed()
            self._sessions.move_on()
        return super().poll(after, wait)

    def _ask(self, after: int, wait: float, deadline: Deadline) -> Answer:
        return self._api.events(wait, deadline)

    def _batch(self, answer: Answer, after: int) -> Mapping[str, Any]:
        if answer.status == 304:
            return {}
        session = reading.text(answer.body, "session")
        if answer.status != 200 or session is None or not _has_events(answer.body):
            raise UnreadableBatch("the desk's answer is no batch of events")
        self._sessions.came(session)
        found = envelopes(reading.items(answer.body, "events"), after)
        ended = any(one["type"] == ENDED for one in found)
        return {"events": found, "next": max((one["seq"] for one in found), default=after), "ended": ended}


def _has_events(body: Any) -> bool:
    events = reading.part(body).get("events")
    return isinstance(events, Sequence) and not isinstance(events, str)
