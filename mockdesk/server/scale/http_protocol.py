"""HTTP on the event loop: uvicorn's protocol, which hands over its transport, answers refusals as problems, and lets no
client keep a connection by sending or reading slowly, or by saying too much."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockdesk.server.connection import connections_allowed, refuse_connection
from mockdesk.server.limits import ServerLimits
from mockdesk.server.problems import NOT_HTTP, PROBLEM_JSON, not_http
from mockdesk.server.scale.application import TRANSPORT, ScaleApplication
from mockdesk.server.scale.connection import with_socket
from mockdesk.server.scale.head import Head
from mockdesk.server.scale.short_answers import ShortAnswer, is_short, write_answer

if TYPE_CHECKING:
    from mockdesk.server.scale.socket_protocol import DeskSocketProtocol

CONTINUE = b"HTTP/1.1 100 "


class Refused(Exception):
    """Leaves the parser: the head is not taken."""


class WholeWrites:
    """A transport that keeps the head of an answer until the body begins: one system call less, one packet less.

    What is written to a connection that is gone is dropped: it may be before the application is told of its end.
    """

    def __init__(self, transport: asyncio.Transport, has_body: bool = True) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._is_begun = not has_body

    def write(self, data: bytes) -> None:
        """Write, or keep what is written first."""
        if self._transport.is_closing():
            return
        if self._is_begun or data.startswith(CONTINUE):
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._is_begun = True
            self._transport.write(self._head + data)

    def close(self) -> None:
        """Write what was kept, and close."""
        if self._head is not None and not self._is_begun:
            self._is_begun = True
            self._transport.write(self._head)
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class DeskHttpProtocol(HttpToolsProtocol):
    """One HTTP connection."""

    is_half_closed = False

    def __init__(self, limits: ServerLimits, application: ScaleApplication, **shared: Any) -> None:
        """Begin; ``shared`` is what uvicorn's protocol takes."""
        super().__init__(**shared)
        self._application = application
        self._begun: tuple[RequestResponseCycle, Any] | None = None
        self._is_answering = False
        self.url = b""
        self._limits = limits
        self._head = Head(limits)
        self._refused: int | None = None
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or say that there are too many; the access log is the application's, without secrets."""
        super().connection_made(transport)
        self.access_log = False
        if len(self.connections) > connections_allowed(self._limits):
            with_socket(transport, refuse_connection)
            transport.abort()
            return
        transport.set_write_buffer_limits(high=0)  # then the transport says whenever a client does not read
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        self._stop_timers()

    # What comes

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        self._head.begin_chunk(len(data))
        super().data_received(data)
        self._answer_begun()
        if not self._head.is_open or self.transport.is_closing():
            return
        self._refused = self._head.end_chunk(self.url)
        if self._refused is not None:
            self.send_400_response("")
        elif self._head_timer is None and self._head.is_begun:
            self._expect_head()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self}  # type: ignore[dict-item]

    def on_headers_complete(self) -> None:
        """Go on with a request whose head is there.

        Raises:
            Refused: it is too long.
        """
        self._refused = self._head.complete(self.parser.get_method(), self.url, self.headers)
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        if self._refused is not None:
            raise Refused
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to what speaks WebSocket; a handshake like nearly all is not parsed again."""
        scope = cast(dict[str, Any], self.scope)
        has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        if scope["method"] != "GET" or scope["http_version"] != "1.1" or has_body or not self.url.isascii():
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        shared = {"config": self.config, "server_state": self.server_state, "app_state": self.app_state}
        protocol = cast("DeskSocketProtocol", self.ws_protocol_class(**shared))  # type: ignore[misc]
        protocol.connection_made(self.transport)
        self.transport.set_protocol(protocol)
        protocol.take_request(self.url, self.headers)

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        super().on_message_complete()
        self._head.begin()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what was asked before the client closed its side."""
        self.is_half_closed = True
        if self.cycle is None or self.cycle.response_complete:
            return False
        if self.cycle.more_body:
            self.cycle.message_event.set()  # whoever waits for the rest of the body sees that it does not come
        return True

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.head_seconds, self.transport.close)

    # What goes

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin with a request once all is read that came together with its head."""
        self._begun = cycle, app

    def _answer_begun(self) -> None:
        """Answer the request that has begun at once where that is possible, else as a task; then the one behind it."""
        if self._is_answering:
            return
        self._is_answering = True
        try:
            while self._begun is not None:
                (cycle, app), self._begun = self._begun, None
                self._answer(cycle, app)
        finally:
            self._is_answering = False

    def _answer(self, cycle: RequestResponseCycle, app: Any) -> None:
        scope = cast(dict[str, Any], cycle.scope)
        answer = self._application.answer_now(scope, bytes(cycle.body)) if is_short(cycle) else None
        if isinstance(answer, ShortAnswer):
            write_answer(self.transport, cycle, answer)
            self.on_response_complete()
            return
        has_body = scope["method"] != "HEAD"
        cycle.transport = cast(asyncio.Transport, WholeWrites(cycle.transport, has_body))
        super()._start_asgi_task(cycle, cast(Any, answer or app))

    def on_response_complete(self) -> None:
        """Go on with the connection, unless the client sends nothing more and all that it asked was answered."""
        super().on_response_complete()
        is_last = self.cycle is None or self.cycle.response_complete
        if self.is_half_closed and is_last and not self.transport.is_closing():
            self.transport.close()
        self._answer_begun()

    def pause_writing(self) -> None:
        """Take notice that the client has not taken everything: it has some time for that."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self._limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Take notice that it has."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not HTTP, or whose head is too long; first the one before it."""
        self._answer_begun()
        status = HTTPStatus(self._refused or 400)
        body = not_http(NOT_HTTP[status], status.phrase if self._refused else "the request is not HTTP", status)
        head = f"HTTP/1.1 {status:d} {status.phrase}\r\nServer: mockdesk\r\nContent-Type: {PROBLEM_JSON}\r\n"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._write_timer = None
