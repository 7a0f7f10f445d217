"""Streams of events over WebSocket, one frame at a time, each reported to the wire's recorder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from contracts.desk.bodies import decoded
from contracts.desk.wire import OWN, Dial, Token, Wire

CLOSE_SECONDS = 0.5
"""Wall seconds that a desk has to take part in closing a stream; then it is dropped: an end must not wait for it."""
LOST = 1006
"""The close code of a connection that ended without a close frame (RFC 6455)."""


class StreamClosed(Exception):
    """The stream has ended, with this close code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the stream closed with code {code}")
        self.code = code


class EventStream(Protocol):
    """What a reader of events needs of a stream, whatever carries it."""

    def receive(self, timeout: float | None = None) -> Any:
        """Return the next frame. Raises TimeoutError, or StreamClosed when there will be none."""

    def drain(self, count: int | None, timeout: float) -> list[Any]:
        """Return frames until ``count`` have come, the stream closes, or none comes for ``timeout`` wall seconds."""

    def close(self) -> None:
        """Close the stream; harmless when it is closed, and from any thread."""


@dataclass
class Stream:
    """One open stream. Frames are read by one thread; :meth:`close` may be called from any."""

    wire: Wire
    conversation_id: str
    after: int
    connection: int
    socket: ClientConnection
    closing: ExitStack
    dial: Dial
    purpose: str | None = None
    _closed: bool = False
    _lock: Lock = field(default_factory=Lock)

    def receive(self, timeout: float | None = None) -> Any:
        """Return the next frame, as parsed JSON or raw text.

        Raises:
            TimeoutError: nothing came within ``timeout`` wall seconds.
            StreamClosed: the desk closed the stream, or the connection is gone.
        """
        try:
            frame = decoded(self._received(timeout))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else LOST
            self._report_closed(code, "desk")
            raise StreamClosed(code) from None
        self.wire.take_frame(frame, self._about())
        return frame

    def _received(self, timeout: float | None) -> str | bytes:
        """Return the next frame as it came; meanwhile send what keeps the stream alive."""
        beat, pause = self.dial.beat, self.dial.beat_seconds
        end = None if timeout is None else monotonic() + timeout
        while beat is not None and pause is not None:
            left = pause if end is None else min(pause, end - monotonic())
            try:
                return self.socket.recv(max(0.0, left))
            except TimeoutError:
                if end is not None and monotonic() >= end:
                    raise
                self.socket.send(beat)
        return self.socket.recv(timeout)

    def drain(self, count: int | None, timeout: float) -> list[Any]:
        """Return frames until ``count`` have come, the stream closes, or none comes for ``timeout`` wall seconds."""
        frames: list[Any] = []
        try:
            while count is None or len(frames) < count:
                frames.append(self.receive(timeout))
        except (StreamClosed, TimeoutError):
            pass
        return frames

    def close(self) -> None:
        """Close the stream; harmless when it is closed."""
        self._report_closed(1000, "client")
        self.closing.close()

    def _report_closed(self, code: int, by: str) -> None:
        with self._lock:
            first, self._closed = not self._closed, True
        if first:
            self._record("stream.closed", code=code, by=by)

    def _record(self, kind: str, **data: Any) -> None:
        self.wire.record(kind, **self._about(), **data)

    def _about(self) -> dict[str, Any]:
        return {
            "conversation_id": self.conversation_id,
            "connection": self.connection,
            "after": self.after,
            "purpose": self.purpose,
        }


@dataclass(frozen=True)
class Handshake:
    """How opening a stream went: ``status`` 101 with a stream, else the answer's status, or ``None``: no answer."""

    status: int | None
    stream: EventStream | None
    body: Any = None
    error: str | None = None
    subprotocol: str | None = None


def open_stream(
    wire: Wire,
    conversation_id: str,
    after: int = 0,
    *,
    token: Token = OWN,
    by_header: bool = False,
    ping_seconds: float = 20.0,
    purpose: str | None = None,
) -> Handshake:
    """Open a stream of the conversation after a position.

    The token goes in the subprotocols as a browser sends it, or ``by_header``. The client pings every ``ping_seconds``
    (wall) and takes the stream for lost when no answer comes for as long again.
    """
    connection = wire.next_connection(conversation_id)
    dial = wire.dial(conversation_id, after, token, by_header)
    closing = ExitStack()
    try:
        socket = closing.enter_context(
            connect(
                dial.url,
                subprotocols=[Subprotocol(name) for name in dial.subprotocols] or None,
                additional_headers=dict(dial.headers) or None,
                compression=None,
                open_timeout=wire.timeout,
                close_timeout=CLOSE_SECONDS,
                ping_interval=ping_seconds,
                ping_timeout=ping_seconds,
                max_size=None,
                proxy=None,
            )
        )
        for frame in dial.first:
            socket.send(frame)
    except InvalidStatus as refused:
        answer = refused.response
        result = Handshake(answer.status_code, None, decoded(bytes(answer.body or b"")))
    except (InvalidHandshake, ConnectionClosed, OSError, TimeoutError, EOFError) as error:
        closing.close()
        result = Handshake(None, None, error=f"{type(error).__name__}: {error}")
    else:
        stream = Stream(wire, conversation_id, after, connection, socket, closing, dial, purpose)
        result = Handshake(101, stream, subprotocol=socket.subprotocol)
    _report(wire, result, conversation_id, connection, token, after, purpose)
    return result


def _report(
    wire: Wire,
    result: Handshake,
    conversation_id: str,
    connection: int,
    token: Token,
    after: int,
    purpose: str | None,
) -> None:
    wire.record(
        "handshake",
        conversation_id=conversation_id,
        connection=connection,
        token=token.owner,
        after=after,
        status=result.status,
        subprotocol=result.subprotocol,
        body=result.body,
        error=result.error,
        purpose=purpose,
    )
