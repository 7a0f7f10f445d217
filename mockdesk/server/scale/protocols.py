"""The protocols that uvicorn runs: its own for HTTP, which hands over its transport, and the WebSocket's.

The WebSocket's is ours, as ASGI messages cannot carry a frame that was prepared once, and cost a task a connection. The
parsing is that of ``websockets`` (its sans-I/O protocol).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, cast

from flask import Response
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request as WireRequest
from websockets.http11 import Response as WireResponse
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from mockdesk.core.errors import UpgradeRequired
from mockdesk.server.problems import PROBLEM_JSON, not_http, problem
from mockdesk.server.scale.answering import Cut
from mockdesk.server.scale.application import TRANSPORT
from mockdesk.server.scale.connection import LoopConnection
from mockdesk.server.scale.handshake import Handshakes, Opened
from mockdesk.server.scale.stream import LoopStream
from mockdesk.server.scale.wakes import LoopSignal
from mockdesk.server.websocket import CLOSE_SECONDS, SUBPROTOCOL

QUIET = logging.Logger("mockdesk.websockets", logging.CRITICAL)
"""For a library that logs headers, tokens among them: nowhere."""
CONTINUE = b"HTTP/1.1 100 "
HANDSHAKES = "mockdesk.handshakes"
"""Where uvicorn's state of the application holds our :class:`Handshakes`."""


class WholeWrites:
    """A transport that keeps the head of an answer until the body begins: one system call less, one packet less."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._is_begun = False

    def write(self, data: bytes) -> None:
        """Write, or keep what is written first."""
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
    """HTTP as uvicorn has it; the application is given the transport, and refusals are problems."""

    is_half_closed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; the access log is the application's, without secrets."""
        super().connection_made(transport)
        self.access_log = False

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self}  # type: ignore[dict-item]

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Let the request be answered, head and beginning of the body in one piece."""
        cycle.transport = cast(asyncio.Transport, WholeWrites(cycle.transport))
        super()._start_asgi_task(cycle, app)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what was asked before the client closed its side; a request that is not whole never will be."""
        self.is_half_closed = True
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def on_response_complete(self) -> None:
        """Go on with the connection, unless the client sends nothing more and all that it asked was answered."""
        super().on_response_complete()
        is_last = self.cycle is None or self.cycle.response_complete
        if self.is_half_closed and is_last and not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not HTTP."""
        body = not_http("malformed_request", "the request is not HTTP", 400)
        head = f"HTTP/1.1 400 Bad Request\r\nServer: mockdesk\r\nContent-Type: {PROBLEM_JSON}\r\n"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.transport.close()


class DeskSocketProtocol(asyncio.Protocol):
    """One WebSocket connection: its handshake, then its stream."""

    is_half_closed = False

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        self._handshakes = cast(Handshakes, app_state[HANDSHAKES])
        self._connections = cast(set[object], server_state.connections)
        self._protocol = ServerProtocol(
            select_subprotocol=_select_subprotocol, max_size=self._handshakes.limits.frame_bytes, logger=QUIET
        )
        self._connection: LoopConnection
        self._stream: LoopStream | None = None
        self._parts: list[bytes] = []
        self._is_text = True
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._connections.add(self)
        self._transport = cast(asyncio.Transport, transport)
        self._connection = LoopConnection(self, self._handshakes.wakes)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._connections.discard(self)
        if self._stream is not None:
            self._stream.lost()

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, WireRequest):
                self._task = asyncio.get_running_loop().create_task(self._shake_hands(event))
            elif isinstance(event, WireFrame):
                self._take_frame(event)
        self._say()

    def eof_received(self) -> None:
        """Take notice that the client sends nothing more; the transport closes then."""

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._stream is not None:
            self._stream.has_room()

    def shutdown(self) -> None:
        """Be told that the server stops: the desks have ended their streams already."""
        if self._stream is None:
            self._connection.transport.close()

    @property
    def transport(self) -> asyncio.Transport:
        """The connection's transport."""
        return self._transport

    def _say(self) -> None:
        """Write what the protocol itself has to say, and close when it is done."""
        chunks = self._protocol.data_to_send()
        data = b"".join(chunks)
        transport = self._connection.transport
        if data and not (self._stream is not None and self._stream.muted):
            transport.write(data)
        if b"" in chunks:  # the protocol's way to ask for the end
            transport.close()
        elif self._protocol.close_expected():
            self._handshakes.wakes.loop.call_later(CLOSE_SECONDS, transport.abort)

    # The handshake

    async def _shake_hands(self, request: WireRequest) -> None:
        try:
            opened = await self._handshakes.judge(self._scope_of(request), self._connection)
        except Cut:
            self._connection.transport.abort()
            return
        finally:
            self._task = None
        if isinstance(opened, Response):
            self._refuse(opened)
        elif self._connection.is_gone():
            opened.forget()
        else:
            self._accept(opened, self._protocol.accept(request))

    def _scope_of(self, request: WireRequest) -> dict[str, Any]:
        path, _, query = request.path.partition("?")
        told = request.headers.raw_items()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told]
        server = self._connection.transport.get_extra_info("sockname")
        target = {"raw_path": path.encode("latin-1"), "query_string": query.encode("latin-1")}
        return {"method": "GET", **target, "headers": headers, "server": server[:2]}

    def _accept(self, opened: Opened, answer: WireResponse) -> None:
        if answer.status_code != 101:
            opened.forget()
            self._refuse(problem(UpgradeRequired("this is no WebSocket handshake (RFC 6455)")))
            return
        answer.headers["Server"] = "mockdesk"
        self._protocol.send_response(answer)
        self._connection.bound_write_buffer()
        self._say()
        opened.accepted()
        self._stream = stream = LoopStream(self._protocol, self._connection, opened.reader)
        cast(LoopSignal, opened.reader.signal).on_wake = stream.pump
        stream.pump()

    def _refuse(self, response: Response) -> None:
        """Answer a handshake that is refused (RFC 6455, 4.2.2)."""
        body = response.get_data()
        headers = Headers()
        for name, value in response.headers.items():
            if name.lower() != "connection":
                headers[name] = value
        headers["Server"], headers["Connection"] = "mockdesk", "close"
        reason = response.status.partition(" ")[2]
        self._protocol.send_response(WireResponse(response.status_code, reason, headers, body))
        self._say()

    # What the client sends

    def _take_frame(self, frame: WireFrame) -> None:
        stream = self._stream
        if stream is None:
            return
        if frame.opcode is Opcode.PONG:
            stream.ponged()
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._is_text = frame.opcode is Opcode.TEXT if frame.opcode is not Opcode.CONT else self._is_text
            self._parts.append(bytes(frame.data))
            if frame.fin:
                self._take_message(stream)

    def _take_message(self, stream: LoopStream) -> None:
        data = b"".join(self._parts)
        self._parts.clear()
        try:
            stream.received(data.decode() if self._is_text else data)
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "a text that is not UTF-8")


def _select_subprotocol(protocol: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None
