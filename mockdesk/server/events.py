"""The events over HTTP: long poll and server-sent events, from the same readers as the WebSocket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TypeAlias

from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError, ExpiredToken, NotAcceptable, NotFound, UnknownConversation, UnknownPosition
from mockdesk.dialects import canonical
from mockdesk.dialects.canonical_feed import CanonicalFeed
from mockdesk.dialects.feeds import EXPIRED, NORMAL, REMOVED, SLOW
from mockdesk.dialects.seam import Finish, Frame
from mockdesk.server.calls import Call
from mockdesk.server.delivery import Reader
from mockdesk.server.polling import is_readable
from mockdesk.server.served import TAKEN_KEY, ServedCall
from mockdesk.server.server_sent import EVENT_STREAM, PEER_CHECK_SECONDS, PIECE_BYTES, event_stream
from mockdesk.server.slowness import await_room
from mockdesk.server.steps import LONG_POLL, RESTART, SERVER_SENT, Mute, ReaderRequest, Step, Write
from mockdesk.server.wsgi import ConnectionTaken

JSON_TYPE = "application/json"
_REFUSALS: Mapping[int, type[DeskError]] = MappingProxyType(
    {EXPIRED: ExpiredToken, REMOVED: UnknownConversation, SLOW: UnknownPosition}
)
Frames: TypeAlias = Iterator[bytes]


def poll_events(call: Call) -> Response:
    """The events after a position: at once, when there are some, or as an endless answer."""
    reader, wait = open_poll(call)
    return event_stream(reader) if reader.transport == SERVER_SENT else long_poll(call, reader, wait, batch)


def open_poll(call: Call) -> tuple[Reader, float]:
    """Return the reader of what a call asks for, by long poll or server-sent events, and how long to hold a poll.

    Raises:
        DeskError: it may not be read, not from there, or not in this way.
    """
    accepted = call.request.accept_mimetypes
    transport = _transport(accepted)
    with call.desk() as desk:
        call.authorize(desk)
        if transport not in desk.settings.transports:
            raise NotFound(f"this desk does not offer {transport}")
    wait = canonical.parse_wait(call.request.args.get("wait"), call.host.settings.max_poll_wait_seconds)
    return call.host.open_reader(_reader_request(call, transport)), wait


def _transport(accepted: MIMEAccept) -> str:
    """JSON where both will do, as for ``*/*``."""
    best = JSON_TYPE if not accepted else accepted.best_match([JSON_TYPE, EVENT_STREAM])
    if best is None:
        raise NotAcceptable(f"events can be had as {JSON_TYPE} or {EVENT_STREAM}")
    return SERVER_SENT if best == EVENT_STREAM else LONG_POLL


def _reader_request(call: Call, transport: str) -> ReaderRequest:
    headers = call.request.headers
    after = canonical.parse_position(call.request.args.get("after"), headers.get("Last-Event-ID"))
    token = canonical.bearer(headers.get("Authorization"))
    feed = CanonicalFeed(call.host.desk, call.conversation_id or "", token, call.host.entries)
    return ReaderRequest(feed, after, transport, call.connection, call.position)


def batch(poll: LongPoll) -> Response:
    """Return the answer of a long poll."""
    return Response(canonical.batch(poll.frames, poll.position, poll.ended), content_type=JSON_TYPE)


def long_poll(call: ServedCall, reader: Reader, wait: float, make: Callable[[LongPoll], Response]) -> Response:
    """Collect what comes within ``wait`` seconds of the desk's time, and answer with what ``make`` makes of it.

    Raises:
        DeskError: the reader may not read any more.
    """
    poll = LongPoll(reader, wait)
    try:
        poll.collect()
    except BaseException:
        call.host.remove_reader(reader)
        raise
    if poll.silent:
        await_peer(call)
    if poll.silent or poll.cut:
        call.host.remove_reader(reader)
        return taken(call)
    response = make(poll)
    body = response.get_data()
    response.response = _written_then(reader, body)
    if body:
        response.content_length = len(body)
    response.call_on_close(lambda: reader.host.remove_reader(reader))
    return response


def _written_then(reader: Reader, body: bytes) -> Frames:
    """Give the body, in pieces that each have room; when the server asks for more it has been written, and the barrier
    need not wait any longer.

    Raises:
        ConnectionTaken: the client reads too slowly.
    """
    limits = reader.host.options.streams
    for begin in range(0, len(body), PIECE_BYTES):
        if not await_room(reader.connection, reader, limits):
            reader.host.remove_reader(reader)
            raise ConnectionTaken("the client reads too slowly")
        yield body[begin : begin + PIECE_BYTES]
    reader.host.remove_reader(reader)


def taken(call: ServedCall) -> Response:
    """Answer nothing: the connection ends as it is."""
    call.request.environ[TAKEN_KEY] = True
    return Response()


def await_peer(call: ServedCall) -> None:
    """Wait until the client has given up, or the server shuts the connection."""
    connection = call.request.environ["werkzeug.socket"]
    while not call.connection.is_gone():
        is_readable(connection, PEER_CHECK_SECONDS)


class LongPoll:
    """One long poll while it waits."""

    def __init__(self, reader: Reader, wait: float) -> None:
        self.frames: list[Frame] = []
        self.ended = False
        self.cut = False
        self.silent = False
        self._reader = reader
        self._host = reader.host
        self._wait = wait
        self._time_is_up = wait <= 0

    @property
    def position(self) -> int:
        """Where the reader stands behind the frames."""
        return self._reader.position

    def collect(self) -> None:
        """Wait for events, for the end of the desk's time, or for the wall cap; then hold what there is.

        Raises:
            ExpiredToken, UnknownConversation, UnknownPosition: it happened meanwhile.
        """
        with self._host.lock, self.timed():
            self._collect(time.monotonic() + self._host.options.poll_cap_seconds)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Wake the reader when the time of the poll is up, on the desk's clock."""
        with self._host.lock:
            timer = self._host.clock.call_later(self._wait, self._time_out)
        try:
            yield
        finally:
            with self._host.lock:
                timer.cancel()

    def is_over(self) -> bool:
        """Take what there is; return whether the poll has something to answer. With the desk's lock held.

        Raises:
            ExpiredToken, UnknownConversation, UnknownPosition: it happened meanwhile.
        """
        return self._take_ready() or bool(self.frames) or self._time_is_up

    def _time_out(self) -> None:
        self._time_is_up = True
        self._reader.wake()

    def _collect(self, deadline: float) -> None:
        while not self.is_over():
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._reader.wait(min(left, PEER_CHECK_SECONDS))
            if self._reader.connection.is_gone():
                self.cut = True
                return

    def _take_ready(self) -> bool:
        """Take every step that is ready; return whether the poll is over."""
        while (step := self._reader.next_step()) is not None:
            if isinstance(step, Write):
                self.frames.extend(step.frames)
                self._reader.note_written(step)
            elif self._ends(step):
                return True
        return False

    def _ends(self, step: Step) -> bool:
        self.silent = isinstance(step, Mute)
        if isinstance(step, Finish):
            refusal = _REFUSALS.get(step.code or 0)
            if refusal is not None:
                raise refusal(step.reason)
            self.ended = step.code == NORMAL
            self.cut = step.code not in (NORMAL, RESTART)
        return True
