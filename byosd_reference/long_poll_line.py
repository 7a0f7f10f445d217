"""The event stream by long poll: for desks that offer no WebSocket, or prefer polls. It reads like one connection.

The desk holds a poll until something happens, at most for the time that it was asked to. A desk that answers at once
with nothing must not turn this into a busy loop: after such an answer the next poll waits until a second has gone by
since the last one, by the injected clock.
"""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_api import Credentials, path_of
from byosd_reference.errors import AnswerLost, DeskError, DeskRefused, StreamLost, StreamRefused, UnreadableBatch
from byosd_reference.http_line import Answer, HttpLine
from byosd_reference.settings import Deadline, TimeLimits
from contracts.adapter import Clock

WHAT = "tell what happens"
"""What a poll asks, in the words of an error."""
WAIT_SECONDS = 20.0
"""For how long the desk is asked to hold a poll."""
PAUSE_SECONDS = 1.0
"""From one poll to the next, by the injected clock, when the desk answered at once with nothing."""
MOST_UNREADABLE = 2
"""So many answers in a row that make no sense are passed over, as frames of a WebSocket; then the stream is lost."""


class Polls:
    """What an open connection is to a WebSocket: polls, one after the other."""

    def __init__(self, door: BatchDoor, clock: Clock, first: Mapping[str, Any], after: int) -> None:
        self._door = door
        self._clock = clock
        self._batch = first
        self._after = after
        self._asked_at = clock.now()
        self._unreadable = 0
        self._closed = threading.Event()
        self._why = "a poll failed"

    def frames(self) -> Iterator[str]:
        """Give each event as it comes; end when a poll fails or the desk has no more."""
        while not self._closed.is_set():
            found = reading.items(self._batch, "events")
            yield from map(json.dumps, found)
            if self._batch.get("ended") is True:
                self._why = "the desk has no more events"
                return
            self._after = reading.whole(self._batch, "next", least=self._after) or self._after
            if not self._pause(idle=not found) or not self._next():
                return

    def _pause(self, *, idle: bool) -> bool:
        """Wait before the next poll if need be; return whether there is to be one."""
        rest = self._asked_at + PAUSE_SECONDS - self._clock.now() if idle else 0.0
        return not (rest > 0 and self._clock.wait(self._closed, rest)) and not self._closed.is_set()

    def _next(self) -> bool:
        self._asked_at = self._clock.now()
        try:
            self._batch = self._door.poll(self._after, WAIT_SECONDS)
            self._unreadable = 0
        except UnreadableBatch as error:
            self._batch, self._why = {}, str(error)
            self._unreadable += 1
            return self._unreadable <= MOST_UNREADABLE
        except DeskError as error:
            self._why = str(error)
            return False
        return True

    def answers(self, seconds: float) -> bool:
        """Say that the desk is there: each poll has a limit of its own."""
        return True

    def why_closed(self) -> str:
        """Say why there are no more events."""
        return self._why

    def close(self) -> None:
        """Ask no more, and break off the poll that is under way."""
        self._closed.set()
        self._door.cut()


class BatchDoor(ABC):
    """Opens the stream, as often as needed. The line is for polls only: what is cut on it is the stream.

    A desk that refused a poll with ``Retry-After`` is left alone until then: polls before are refused here.
    """

    def __init__(self, line: HttpLine, clock: Clock, times: TimeLimits) -> None:
        self._line = line
        self._clock = clock
        self._times = times
        self._not_before = 0.0

    def open(self, after: int, deadline: Deadline) -> Polls:
        """Open the stream behind position ``after``: the first poll answers at once.

        Raises:
            StreamRefused: the desk refused the poll with an HTTP status.
            StreamLost: there was no answer in time, or none that can be read.
        """
        return Polls(self, self._clock, self._call(after, 0.0, deadline), after)

    def poll(self, after: int, wait: float) -> Mapping[str, Any]:
        """Return what happens after a position, within ``wait`` seconds; raises what :meth:`open` raises."""
        return self._call(after, wait, Deadline(self._times.other + wait * self._times.scale))

    def shut(self) -> None:
        """Let nobody in any more, and break off a poll that is under way."""
        self._line.close()

    def cut(self) -> None:
        """Break off a poll that is under way."""
        self._line.cut()

    def _call(self, after: int, wait: float, deadline: Deadline) -> Mapping[str, Any]:
        rest = self._not_before - self._clock.now()
        if rest > 0:
            raise StreamRefused(WHAT, 429, None, rest)
        try:
            answer = self._ask(after, wait, deadline)
        except AnswerLost as lost:
            raise StreamLost(str(lost)) from None
        except DeskRefused as refusal:
            raise self._refused(refusal.status, refusal.retry_after) from None
        if answer.status >= 400:
            raise self._refused(answer.status, answer.retry_after)
        return self._batch(answer, after)

    def _refused(self, status: int, retry_after: float | None) -> StreamRefused:
        """Return the refusal, and remember for how long the desk is to be left alone."""
        if retry_after is not None:
            self._not_before = self._clock.now() + retry_after
        return StreamRefused(WHAT, status, None, retry_after)

    @abstractmethod
    def _ask(self, after: int, wait: float, deadline: Deadline) -> Answer:
        """Poll once; raises what the line raises."""

    @abstractmethod
    def _batch(self, answer: Answer, after: int) -> Mapping[str, Any]:
        """Return the batch in an answer: ``events`` as envelopes, ``next``, the position of the last one, and ``ended``
        when there are no more.

        Raises:
            UnreadableBatch: the answer is no batch.
        """


class PollDoor(BatchDoor):
    """The long poll of the canonical API."""

    def __init__(self, line: HttpLine, credentials: Credentials, clock: Clock, times: TimeLimits) -> None:
        super().__init__(line, clock, times)
        self._path = f"{path_of(credentials.conversation_id)}/events"
        self._token = credentials.token

    def _ask(self, after: int, wait: float, deadline: Deadline) -> Answer:
        query = {"after": after, "wait": f"{wait:g}"}
        return self._line.call(WHAT, "GET", self._path, deadline, self._token, params=query)

    def _batch(self, answer: Answer, after: int) -> Mapping[str, Any]:
        if answer.status != 200 or not isinstance(answer.body, Mapping):
            raise UnreadableBatch("the desk's answer is no batch of events")
        return answer.body
