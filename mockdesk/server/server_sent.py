"""Server-sent events: the endless answer that a :class:`Reader` feeds, written in the request's thread."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from werkzeug.wrappers import Response

from mockdesk.dialects import canonical
from mockdesk.dialects.feeds import SLOW
from mockdesk.dialects.seam import Finish
from mockdesk.server.delivery import Reader
from mockdesk.server.slowness import await_room
from mockdesk.server.steps import Mute, Step, Write
from mockdesk.server.wsgi import ConnectionTaken

EVENT_STREAM = "text/event-stream"
HEADERS: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
"""What keeps caches and proxies from holding an event stream back."""

OPENING = b": events follow\n\n"
PING = b": still here\n\n"
PIECE_BYTES = 16_384
"""What is written in one go: less than the room that a writable socket has."""

PEER_CHECK_SECONDS = 0.5
"""How often (wall) a quiet stream looks whether its client is still there."""


def event_stream(reader: Reader) -> Response:
    """Return the answer that gives the reader's events."""
    reader.connection.bound_write_buffer()
    response = Response(EventStream(reader).frames(), 200, HEADERS, content_type=f"{EVENT_STREAM}; charset=utf-8")
    response.call_on_close(lambda: reader.host.remove_reader(reader))
    return response


class EventStream:
    """One event stream. What a generator here has given was written when it is asked for more."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._limits = reader.host.options.streams
        self._ended_by: Finish | None = None
        self._last = time.monotonic()

    def frames(self) -> Iterator[bytes]:
        """Give bytes until the stream ends.

        Raises:
            ConnectionTaken: a fault cuts the connection.
        """
        try:
            yield OPENING
            while self._ended_by is None and not self._reader.connection.is_gone():
                yield from self._perform(self._next())
        finally:
            self._reader.close(self._ended_by)
        if self._ended_by is not None and self._ended_by.code is None:
            raise ConnectionTaken("the stream is cut")

    def _next(self) -> Step | None:
        """Return the next step; ``None`` after some quiet time."""
        with self._reader.host.lock:
            step = self._reader.next_step()
            if step is None:
                self._reader.wait(min(PEER_CHECK_SECONDS, self._limits.ping_seconds))
            return step

    def _perform(self, step: Step | None) -> Iterator[bytes]:
        if isinstance(step, Finish):
            self._ended_by = step
        elif isinstance(step, Write):
            event = None if step.entry is None else step.entry.event
            for frame in step.frames:
                yield from self._written(canonical.server_sent(frame, event).encode())
            self._reader.note_written(step)
        elif not isinstance(step, Mute) and not self._reader.muted and self._is_quiet():
            yield from self._written(PING)

    def _is_quiet(self) -> bool:
        return time.monotonic() - self._last >= self._limits.ping_seconds

    def _written(self, data: bytes) -> Iterator[bytes]:
        """Give the bytes in pieces, each when there is room for it; end the stream when there is none for too long."""
        self._last = time.monotonic()
        for start in range(0, len(data), PIECE_BYTES):
            if self._ended_by is None and not await_room(self._reader.connection, self._reader, self._limits):
                self._ended_by = Finish(SLOW, "the client reads too slowly")
            if self._ended_by is None:
                yield data[start : start + PIECE_BYTES]
