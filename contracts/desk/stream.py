"""Streams of events over WebSocket, one frame at a time, each reported to the wire's recorder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from contracts.desk.bodies import decoded
from contracts.desk.wire import OWN, Token, Wire

PROTOCOL = Subprotocol("byosd.v1")
LOST = 1006
"""The close code of a connection that ended without a close frame (RFC 6455)."""


class StreamClosed(Exception):
    """The stream has ended, with this close code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the stream closed with code {code}")
        self.code = code


@dataclass
class Stream:
    """One open stream. Frames are read by one thread; :meth:`close` may be called from any."""

    wire: Wire
    conversation_id: str
    after: int
    connection: int
    socket: ClientConnection
    closing: ExitStack
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
            frame = decoded(self.socket.recv(timeout))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else LOST
            self._report_closed(code, "desk")
            raise StreamClosed(code) from None
        self._record("frame", transport="websocket", frame=frame)
        return frame

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
        self.wire.record(
            kind,
            conversation_id=self.conversation_id,
            connection=self.connection,
            after=self.after,
            purpose=self.purpose,
            **data,
        )


@dataclass(frozen=True)
class Handshake:
    """How opening a stream went: ``status`` 101 with a stream, else the answer's status, or ``None``: no answer."""

    status: int | None
    stream: Stream | None
    body: Any = None
    error: str | None = None


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
    bearer = wire.bearer(conversation_id, token)
    protocols = [PROTOCOL] if by_header or bearer is None else [PROTOCOL, Subprotocol(f"bearer.{bearer}")]
    closing = ExitStack()
    try:
        socket = closing.enter_context(
            connect(
                f"{_address(wire, conversation_id)}?after={after}",
                subprotocols=protocols,
                additional_headers={"Authorization": f"Bearer {bearer}"} if by_header and bearer else None,
                compression=None,
                open_timeout=wire.timeout,
                close_timeout=min(wire.timeout, 2.0),
                ping_interval=ping_seconds,
                ping_timeout=ping_seconds,
                max_size=None,
                proxy=None,
            )
        )
    except InvalidStatus as refused:
        answer = refused.response
        result = Handshake(answer.status_code, None, decoded(bytes(answer.body or b"")))
    except (InvalidHandshake, OSError, TimeoutError, EOFError) as error:
        result = Handshake(None, None, error=f"{type(error).__name__}: {error}")
    else:
        result = Handshake(101, Stream(wire, conversation_id, after, connection, socket, closing, purpose))
    _report(wire, result, conversation_id, connection, token, after, purpose)
    return result


def _address(wire: Wire, conversation_id: str) -> str:
    """Return the address of the stream: what the desk answered at the start, else the contract's path."""
    chat = wire.chats.get(conversation_id)
    if chat is not None and chat.stream_url.startswith("ws"):
        return chat.stream_url
    return f"{wire.desk_url.replace('http', 'ws', 1)}/v1/conversations/{conversation_id}/stream"


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
        subprotocol=result.stream.socket.subprotocol if result.stream else None,
        body=result.body,
        error=result.error,
        purpose=purpose,
    )
