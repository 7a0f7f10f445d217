"""Where a mapped chat's events come from: a WebSocket, or polls that look like a stream."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import Any

from contracts.adapter import Clock
from contracts.desk.stream import LOST, Handshake, StreamClosed, open_stream
from contracts.mapping.http import Line
from contracts.mapping.model import Events, among
from contracts.mapping.progress import Progress
from contracts.mapping.wire import MappedWire

OVER = 1000
REFUSED = 4401
"""Close codes that a stream of polls has: the conversation is over; the token is not accepted any more."""
DENIED = (401, 403)
LONGEST_REST = 30.0
"""Seconds for which a desk that asks for patience is left alone at most."""


class MappedSource:
    """What both transports share: progress, and what is picked from frames for the next opening."""

    given_up: Collection[int] = frozenset({4401, 4403, 4404})

    def __init__(self, wire: MappedWire, conversation_id: str, *, ping_seconds: float) -> None:
        self.finished: Collection[int] = frozenset({OVER, *wire.mapping.events.ended_codes})
        self.refused: Collection[int] = _statuses(wire.mapping.events)
        self._wire = wire
        self._id = conversation_id
        self._ping = ping_seconds
        self._progress = Progress(wire.mapping.events)

    def open(self) -> Handshake:
        """Open the WebSocket after what has been read."""
        return open_stream(self._wire, self._id, self.after, ping_seconds=self._ping, purpose="client")

    @property
    def after(self) -> int:
        """The position after which events are asked for."""
        by_position = "position" in self._wire.mapping.events.names()
        return self._progress.position if by_position else self._progress.reached

    def fresh(self, frame: Any) -> list[Mapping[str, Any]] | None:
        """Return the new events of a frame, and keep what says where to go on."""
        known = self._wire.known[self._id]
        self._wire.caller.pick(self._wire.mapping.events.pick, frame, known.cursor)
        return list(self._progress.take(frame))


def _statuses(events: Events) -> frozenset[int]:
    """Return the statuses of a refused opening after which another one is of no use."""
    return frozenset({*DENIED, *(status for status in range(400, 600) if among(status, events.gone))})


class PollingSource(MappedSource):
    """Events that are asked for again and again."""

    def __init__(self, wire: MappedWire, conversation_id: str, clock: Clock, *, ping_seconds: float) -> None:
        super().__init__(wire, conversation_id, ping_seconds=ping_seconds)
        self._clock = clock

    def open(self) -> Handshake:
        """Ask once, without waiting; when the desk answers, the rest looks like a stream."""
        line = Line()
        answer, frame = self.ask(line, 0.0)
        if answer.ok:
            return Handshake(101, PollStream(self, self._clock, line, frame))
        return Handshake(answer.status, None, answer.body, answer.error)

    def ask(self, line: Line, wait: float) -> tuple[Any, Any]:
        """Ask for what has not been read; ``wait``: seconds for which the desk may keep the request."""
        query = {"after": self.after, "wait": wait}
        return self._wire.poll(self._id, query, purpose="client", line=line)

    @property
    def events(self) -> Events:
        """How the mapping says that events are had."""
        return self._wire.mapping.events


class PollStream:
    """Polls that look like a stream: a frame is an answer with news."""

    def __init__(self, source: PollingSource, clock: Clock, line: Line, first: Any) -> None:
        self._source = source
        self._clock = clock
        self._line = line
        self._first = first
        self._last: Any = None
        self._stop = threading.Event()

    def receive(self, timeout: float | None = None) -> Any:
        """Return the next answer that has news; ``timeout`` is not used: a poll is as long as the mapping says.

        Raises:
            StreamClosed: the conversation is over, the token is refused, or the desk did not answer.
        """
        frame, self._first = self._first, None
        while frame is None:
            frame = self._next()
        return frame

    def _next(self) -> Any:
        events = self._source.events
        answer, frame = self._source.ask(self._line, events.wait)
        if self._stop.is_set() or among(answer.status, events.gone):
            raise StreamClosed(OVER)
        if answer.status in DENIED:
            raise StreamClosed(REFUSED)
        if answer.status == 429:
            self._clock.wait(self._stop, _patience(answer.headers.get("retry-after"), events.interval))
            return None
        if not answer.ok:
            raise StreamClosed(LOST)
        if not answer.body["events"] or frame == self._last:  # what no rule knows moves nothing, and comes again
            self._clock.wait(self._stop, events.interval)
        self._last = frame
        return frame

    def drain(self, count: int | None, timeout: float) -> list[Any]:
        """Return one answer with news: a stream of polls has no end of its own."""
        return [self.receive(timeout)]

    def close(self) -> None:
        """Ask no more, and give up the request that is under way."""
        self._stop.set()
        self._line.abort()


def _patience(told: str | None, interval: float) -> float:
    seconds = float(told) if told is not None and told.isdigit() else max(interval, 1.0)
    return min(seconds, LONGEST_REST)
